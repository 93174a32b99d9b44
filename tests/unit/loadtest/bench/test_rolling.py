"""The measurement, small."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from loadtest.bench import rolling
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores, RedisProcess

BENCH = Bench(plan=QUICK, cores=Cores(), say=lambda _line: None)


@pytest.mark.postgres
def test_nothing_is_lost_and_no_error_shown_while_every_node_restarts() -> None:
    result = rolling.run(BENCH)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "pause of a member",
        "deliveries before",
        "errors shown",
    ]
    assert result.figures[2].value == "0"
    assert "was at the named node before it left" in result.notes[0]


def test_without_what_nodes_need_it_is_said() -> None:
    with patch.object(RedisProcess, "available", return_value=False):
        assert rolling.run(BENCH).notes == ["Not measured: it needs PostgreSQL and redis-server."]
