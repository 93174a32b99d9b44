"""The measurement, small, with a made-up game."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtest import games
from loadtest.bench import feeds
from loadtest.bench.plan import Bench


def test_a_game_is_followed_at_once_with_filters_and_with_delays(
    load_bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(games, "FILES", tmp_path)
    result = feeds.run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "memory per follower",
        "from a report to the last follower",
        "a late joiner's first picture",
        "first picture of 6 within 0.2 s",
        "with ten filters, from a report to the last follower who is owed it",
        "processor time of the server per play, ten filters against none",
        "entries and bytes sent, ten filters against none",
        "with a delay, after it was due",
    ]
    assert not any(figure.value.endswith("of 0") for figure in result.figures)
