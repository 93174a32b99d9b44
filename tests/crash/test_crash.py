"""A sample of `make crash`: three kills under load on each database."""

from __future__ import annotations

import pytest

from tests.crash.__main__ import crash, summary

SAMPLE = 3


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_nothing_is_lost_or_doubled_by_kill_9(database: str) -> None:
    said: list[str] = []
    tally = crash(database, SAMPLE, seed=1, said=said.append)
    assert tally.faults == []
    assert tally.rounds == SAMPLE
    # It did what it is for: there was load, and kills came between command and answer.
    assert tally.accepted > 100
    assert tally.in_doubt > 0
    assert tally.compared == 18
    assert "0 lost, 0 doubled" in summary(database, tally)
