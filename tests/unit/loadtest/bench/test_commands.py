"""The measurements, small; no time is asserted."""

from __future__ import annotations

from loadtest.bench.commands import SmallRooms, beside, paced, paced_figures, saturated
from loadtest.bench.plan import Bench
from loadtest.pump import Meter
from loadtest.stage import Stage


def test_saturated_rooms_are_measured(load_bench: Bench) -> None:
    result = saturated(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == ["SQLite: accepted/s"]


def test_paced_commands_are_measured(load_bench: Bench) -> None:
    result = paced(load_bench)
    assert result.faults == []
    together, middle = result.figures
    assert together.name == "SQLite, all of 1 round together"
    assert middle.name == "SQLite, median of 1 round"
    assert "of 50" in together.value
    assert together.value == middle.value


def test_small_rooms_beside_a_saturated_one_are_measured(load_bench: Bench) -> None:
    result = beside(load_bench)
    assert result.faults == []
    together, middle = result.figures
    assert together.name == "SQLite, all of 1 round together"
    assert middle.name == "SQLite, median of 1 round"
    assert "of 50" in together.value
    assert together.value == middle.value


def test_the_gate_is_on_all_latencies_together_and_each_figure_says_what_it_is_of() -> None:
    steady = [0.001] * 100
    stalled = [0.001] * 90 + [0.05] * 10
    together, middle = paced_figures("SQLite", [steady, stalled, steady], 3.0)
    assert together.name == "SQLite, all of 3 rounds together"
    assert "p99 50.00 ms" in together.value
    assert (together.gate, together.verdict) == ("p99 < 3 ms", "**missed**")
    assert middle.name == "SQLite, median of 3 rounds"
    assert "p99 1.00 ms" in middle.value
    assert (middle.gate, middle.verdict) == ("", "")
    together, _ = paced_figures("SQLite", [steady, steady], 3.0)
    assert together.verdict == "holds"


def test_a_version_that_a_watcher_missed_is_a_fault(load_stage: Stage) -> None:
    small = SmallRooms.fill(load_stage, 1, 2, window=1)
    meter = Meter(small.pumps)
    meter.run(0.05)
    meter.settle(limit_s=10.0)
    meter.quiet(quiet_s=0.05, limit_s=10.0)
    _, member, pump = small.watchers[0]
    assert pump.kept is not None
    entries = [payload for payload in pump.kept if payload.startswith(b'{"type":"entries"')]
    pump.kept = entries[:-1]
    assert len(small.check()) == 1
    pump.kept = entries[-1:] * 2
    assert "expected version" in small.check()[0]
    assert member.faults == []
