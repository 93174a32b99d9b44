"""Requests in the swarm's loop: whole answers, kept connections, a lost one replaced."""

from __future__ import annotations

from loadtest.http_probe import Prober, at_rate
from loadtest.stage import Stage


def test_requests_go_out_at_their_rate_over_kept_connections(load_stage: Stage) -> None:
    guest = load_stage.http.guest("Reader")
    probers = [Prober(load_stage.swarm, load_stage.server.http_port) for _ in range(2)]
    late = at_rate(load_stage.swarm, probers, lambda _: ("/me", guest.token), 200.0)
    assert load_stage.swarm.run(lambda: sum(len(p.statuses) for p in probers) >= 10, limit_s=20.0)
    assert {status for prober in probers for status in prober.statuses} == {200}
    assert sum(len(prober.latencies) for prober in probers) >= 10
    assert late() >= 0


def test_requests_wait_where_every_connection_is_busy(load_stage: Stage) -> None:
    late = at_rate(load_stage.swarm, [], lambda _: ("/", ""), 1_000.0)
    assert load_stage.swarm.run(lambda: late() >= 3, limit_s=10.0)


def test_a_connection_that_is_lost_within_a_request_counts_as_no_answer(load_stage: Stage) -> None:
    prober = Prober(load_stage.swarm, load_stage.server.http_port)
    prober.ask("/me", "")
    first = prober.connection
    first.abandon()
    prober.ready()
    assert prober.statuses == [0]
    assert prober.connection is not first
    prober.ask("/me", "")
    assert load_stage.swarm.run(lambda: prober.statuses == [0, 401], limit_s=10.0)
