"""The measurement, small, with made-up games."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtest import games
from loadtest.bench import matchups
from loadtest.bench.plan import Bench


def test_touchdowns_games_and_a_week_are_measured(
    load_bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(games, "FILES", tmp_path)
    result = matchups.run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "a touchdown while nobody watches: processor time",
        "a touchdown at the last of 3 who watch",
        "the same, processor time of the server",
        "2 games at once: from a report to the scores",
        "a week of 12 teams over HTTP",
    ]
    assert not any(figure.value.endswith("of 0") for figure in result.figures)
