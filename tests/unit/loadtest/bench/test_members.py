"""The measurement, small."""

from __future__ import annotations

from loadtest.bench.members import run
from loadtest.bench.plan import Bench


def test_members_are_counted_and_come_back(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "memory per joined idle member",
        "60 members resume at once",
    ]
