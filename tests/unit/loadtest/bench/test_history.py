"""The measurement, small."""

from __future__ import annotations

from loadtest.bench.history import run
from loadtest.bench.plan import Bench


def test_a_long_board_opens_shows_its_past_and_is_restored(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "cold open",
        "a random past version",
        "restore of a random version",
        "log",
        "snapshots",
        "bytes in the data folder",
    ]
