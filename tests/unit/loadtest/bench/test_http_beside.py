"""The measurement, small."""

from __future__ import annotations

from loadtest.bench.http_beside import run
from loadtest.bench.plan import Bench


def test_every_request_succeeds_beside_the_load(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == ["HTTP", "commands meanwhile"]
