"""The measurement, small."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from loadtest.bench import contention
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores, RedisProcess

BENCH = Bench(plan=QUICK, cores=Cores(), say=lambda _line: None)


@pytest.mark.postgres
def test_two_nodes_write_one_board() -> None:
    result = contention.run(BENCH)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "answers",
        "conflicts per command",
        "least share of a node in what was accepted in time",
        "worst p99 of a node, of the best one's",
    ]
    assert result.figures[0].value.endswith(f"of {QUICK.writers * 10}")


def test_without_what_nodes_need_it_is_said() -> None:
    with patch.object(RedisProcess, "available", return_value=False):
        assert contention.run(BENCH).notes == [
            "Not measured: it needs PostgreSQL and redis-server."
        ]
