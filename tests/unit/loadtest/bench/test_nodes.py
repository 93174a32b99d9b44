"""The measurement of two nodes, at a size that only shows that it works."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from loadtest.bench import nodes
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores, RedisProcess

BENCH = Bench(plan=QUICK, cores=Cores(), say=lambda _line: None)


@pytest.mark.postgres
def test_what_goes_between_nodes_is_measured_beside_what_stays_on_one() -> None:
    result = nodes.run(BENCH)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "from one node to the other",
        "within one node",
        "the most, accepted/s",
    ]
    assert "p99" in result.figures[0].value
    assert "the most by round" in result.notes[0]
    assert "between nodes" in result.notes[1]


def test_without_what_nodes_need_nothing_is_measured_and_it_is_said() -> None:
    with patch.object(RedisProcess, "available", return_value=False):
        result = nodes.run(BENCH)
    assert (result.figures, result.faults) == ([], [])
    assert result.notes == ["Not measured: it needs PostgreSQL and redis-server."]
