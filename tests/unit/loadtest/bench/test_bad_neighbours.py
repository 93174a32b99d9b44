"""The measurement, small: it needs the server's own limits, so it has a server of its own."""

from __future__ import annotations

from loadtest.bench.bad_neighbours import run
from loadtest.bench.plan import Bench


def test_the_flooding_member_is_closed_and_nobody_else(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    verdicts = {figure.name: figure.value for figure in result.figures}
    assert verdicts["flooding member is closed with"] == "4429"
    assert "caught up on the same socket" in verdicts["slow reader"]
