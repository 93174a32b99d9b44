"""Where a measurement plays when nobody says otherwise."""

from __future__ import annotations

from loadtest.bench.plan import QUICK, Bench, Plan
from loadtest.processes import Cores
from loadtest.stage import Stage


def test_a_measurement_has_a_stage_of_its_own() -> None:
    bench = Bench(plan=Plan(), cores=Cores(), say=lambda _: None)
    stage = bench.stage("postgresql", {"drain_s": "0"})
    assert isinstance(stage, Stage)
    assert (stage.database, stage.settings) == ("postgresql", {"drain_s": "0"})


def test_quick_is_small() -> None:
    assert QUICK.crowd < Plan().crowd
    assert QUICK.databases == ("sqlite",)
