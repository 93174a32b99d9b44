"""The measurement, small."""

from __future__ import annotations

from loadtest.bench.http_beside import own_share, run, shares
from loadtest.bench.plan import Bench
from server.metrics import Exposition, Metrics, NodeCounts


def test_every_request_succeeds_beside_the_load(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "HTTP",
        "commands meanwhile",
        "a request's own share",
    ]
    assert "requests" in result.figures[2].value


def test_the_own_share_is_of_the_requests_in_between() -> None:
    before = {0.0005: 100.0, 0.001: 100.0, 0.01: 100.0, float("inf"): 100.0}
    quick = {0.0005: 150.0, 0.001: 196.0, 0.01: 200.0, float("inf"): 200.0}
    slow = {0.0005: 150.0, 0.001: 194.0, 0.01: 200.0, float("inf"): 200.0}
    assert own_share(before, quick).value == "p95 at most 1 ms of 100 requests"
    assert own_share(before, quick).holds
    assert not own_share(before, slow).holds
    assert not own_share(before, before).holds


def test_the_own_share_is_read_from_the_servers_metrics() -> None:
    metrics = Metrics()
    metrics.http_guard_s.observe(0.0001)
    metrics.http_guard_s.observe(5.0)
    read = shares(Exposition(metrics, NodeCounts).text().decode())
    assert read[0.0001] == 1
    assert read[float("inf")] == 2
