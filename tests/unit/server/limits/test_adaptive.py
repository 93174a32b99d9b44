"""Limits under load."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.limits.adaptive import FACTOR_MIN, LAG_HIGH_S, LAG_LOW_S, LoadFactor, target
from tests.support.manual_clock import ManualClock


def late(load: LoadFactor, clock: ManualClock, lag_s: float, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        clock.advance(0.1)
        load.observe(lag_s)


def test_LM15_a_lasting_lag_shrinks_to_a_tenth() -> None:
    clock = ManualClock()
    load = LoadFactor(clock)
    late(load, clock, 1.0, 10)
    assert load.factor == FACTOR_MIN
    assert load.of(600) == 60
    assert load.of(5) == 1


def test_LM15_one_late_timer_is_no_overload() -> None:
    clock = ManualClock()
    load = LoadFactor(clock)
    late(load, clock, 0.001, 1)
    late(load, clock, 0.4, 0.1)
    assert load.factor == 1.0


def test_LM15_recovery_takes_a_minute() -> None:
    clock = ManualClock()
    load = LoadFactor(clock)
    late(load, clock, 1.0, 10)
    late(load, clock, 0.0, 15)
    assert 0.1 < load.factor < 0.4, "the lag is over, the caution is not"
    late(load, clock, 0.0, 60)
    assert load.factor == 1.0


def test_LM15_the_factor_follows_the_order_of_magnitude_between_the_marks() -> None:
    assert target(0.0) == target(LAG_LOW_S) == 1.0
    assert target(LAG_HIGH_S) == target(5.0) == FACTOR_MIN
    assert abs(target((LAG_LOW_S * LAG_HIGH_S) ** 0.5) - 0.55) < 1e-9


@given(st.lists(st.tuples(st.floats(-0.1, 30), st.floats(0, 20))))
def test_LM15_the_factor_stays_between_a_tenth_and_one(steps: list[tuple[float, float]]) -> None:
    clock = ManualClock()
    load = LoadFactor(clock)
    for lag_s, passed_s in steps:
        clock.advance(passed_s)
        load.observe(lag_s)
        assert FACTOR_MIN <= load.factor <= 1.0
        assert load.lag_s >= 0
