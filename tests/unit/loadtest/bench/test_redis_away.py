"""The measurement, small."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from loadtest.bench import redis_away
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores, RedisProcess

BENCH = Bench(plan=QUICK, cores=Cores(), say=lambda _line: None)


@pytest.mark.postgres
def test_nothing_is_lost_while_redis_is_away_or_forgets() -> None:
    result = redis_away.run(BENCH)
    assert result.faults == []
    counts = [int(figure.value.rpartition(" ")[2]) for figure in result.figures]
    assert [figure.name.rpartition(", ")[2] for figure in result.figures] == [
        "before",
        "while it is away",
        "after it came back",
        "while it forgets",
    ]
    assert all(counts)
    assert sum(counts[:3]) == round(QUICK.away_per_s * (2 * QUICK.paced_s + QUICK.away_s))


def test_without_what_nodes_need_it_is_said() -> None:
    with patch.object(RedisProcess, "available", return_value=False):
        assert redis_away.run(BENCH).notes == [
            "Not measured: it needs PostgreSQL and redis-server."
        ]
