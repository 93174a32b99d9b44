import time

import pytest

from server.clock import STEP_MAX_MS, SystemClock


class Machine:
    """The machine's two clocks, in ns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = 1_760_000_000_000 * 1_000_000
        self.steady = 5_000 * 1_000_000
        monkeypatch.setattr(time, "time_ns", lambda: self.wall)
        monkeypatch.setattr(time, "monotonic_ns", lambda: self.steady)
        monkeypatch.setattr(time, "monotonic", lambda: self.steady / 1e9)

    def passes(self, ms: int) -> None:
        self.wall += ms * 1_000_000
        self.steady += ms * 1_000_000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_log_time_begins_as_the_wall_clock_and_goes_on_with_it(machine: Machine) -> None:
    clock = SystemClock()
    assert clock.now_ms() == 1_760_000_000_000
    machine.passes(250)
    assert clock.now_ms() == 1_760_000_000_250
    assert clock.monotonic() == 5.25


def test_slow_corrections_are_followed(machine: Machine) -> None:
    clock = SystemClock()
    machine.wall += STEP_MAX_MS * 1_000_000
    assert clock.now_ms() == 1_760_000_000_000 + STEP_MAX_MS
    assert clock.steps_refused == 0


@pytest.mark.parametrize("step_ms", [STEP_MAX_MS + 1, -STEP_MAX_MS - 1, 3_600_000])
def test_a_jump_is_not_adopted(machine: Machine, step_ms: int) -> None:
    clock = SystemClock()
    machine.wall += step_ms * 1_000_000
    machine.passes(10)
    assert clock.now_ms() == 1_760_000_000_010
    assert clock.steps_refused == 1
