import time

import pytest

from server.clock import STEP_MAX_MS, NodeClock, SystemClock
from tests.support.manual_clock import START_MS, ManualClock


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
    machine.passes(10)
    assert clock.now_ms() == 1_760_000_000_020
    assert (clock.steps_refused, clock.refused_ms) == (1, step_ms)
    machine.wall -= step_ms * 1_000_000
    machine.passes(10)
    assert clock.now_ms() == 1_760_000_000_030
    assert (clock.steps_refused, clock.refused_ms) == (1, 0)


def test_CK9_until_the_database_was_asked_log_time_is_the_machines() -> None:
    own = ManualClock()
    clock = NodeClock(own)
    own.advance(1)
    assert clock.now_ms() == clock.source_ms() == START_MS + 1_000
    assert (clock.ahead_ms, clock.refused_ms, clock.steps_refused) == (0, 0, 0)
    own.refused_ms, own.steps_refused = 9_000, 1
    assert (clock.refused_ms, clock.steps_refused) == (9_000, 1)


def test_CK6_the_database_is_followed_by_the_monotonic_clock_alone() -> None:
    own = ManualClock()
    clock = NodeClock(own)
    clock.told(START_MS + 50_000, own.monotonic(), own.monotonic())
    assert abs(clock.now_ms() - START_MS - 50_000) <= 1
    own.jump(3_600)
    own.advance(2)
    assert abs(clock.now_ms() - START_MS - 52_000) <= 1


def test_CK6_a_slow_answer_moves_log_time_by_what_is_certain() -> None:
    own = ManualClock()
    clock = NodeClock(own)
    clock.told(START_MS, own.monotonic(), own.monotonic())
    before = clock.now_ms()
    sent = own.monotonic()
    own.advance(4)
    # it may have been said at any moment of the four seconds
    clock.told(START_MS + 100, sent, own.monotonic())
    clock.told(START_MS + 3_900, sent, own.monotonic())
    assert clock.now_ms() == before + 4_000
    clock.told(START_MS + 5_500, sent, own.monotonic())
    assert clock.now_ms() == before + 5_500
    assert clock.refused_ms == 0


def test_CK7_log_time_never_goes_back() -> None:
    own = ManualClock()
    clock = NodeClock(own)
    clock.told(START_MS, own.monotonic(), own.monotonic())
    before = clock.now_ms()
    clock.told(START_MS - 1_500, own.monotonic(), own.monotonic())
    assert clock.now_ms() == before
    own.advance(1)
    assert clock.now_ms() == before
    own.advance(1)
    assert abs(clock.now_ms() - START_MS - 500) <= 1


@pytest.mark.parametrize("step_ms", [STEP_MAX_MS + 10, -STEP_MAX_MS - 10, 3_600_000])
def test_CK7_a_step_of_the_database_is_not_adopted(step_ms: int) -> None:
    own = ManualClock()
    clock = NodeClock(own)
    clock.told(START_MS, own.monotonic(), own.monotonic())
    for _ in range(3):
        own.advance(1)
        passed = round(own.monotonic() * 1000) - 1_000_000
        clock.told(START_MS + passed + step_ms, own.monotonic(), own.monotonic())
    assert abs(clock.now_ms() - START_MS - 3_000) <= 1
    assert (clock.steps_refused, abs(clock.refused_ms - step_ms) <= 1) == (1, True)
    assert abs(clock.source_ms() - START_MS - 3_000 - step_ms) <= 1
    clock.told(START_MS + 3_100, own.monotonic(), own.monotonic())
    assert (clock.refused_ms, clock.steps_refused) == (0, 1)
