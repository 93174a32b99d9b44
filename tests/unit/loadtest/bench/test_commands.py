"""The measurements, small; no time is asserted."""

from __future__ import annotations

from loadtest.bench.commands import SmallRooms, beside, paced, saturated
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
    assert "of 50" in result.figures[0].value


def test_small_rooms_beside_a_saturated_one_are_measured(load_bench: Bench) -> None:
    result = beside(load_bench)
    assert result.faults == []
    assert "of 50" in result.figures[0].value


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
