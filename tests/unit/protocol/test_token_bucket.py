"""A token bucket, against an exact count of what was taken."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.token_bucket import TokenBucket


def test_a_burst_then_the_rate() -> None:
    bucket = TokenBucket(2.0, 3, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_s() == 0.5
    assert not bucket.take(0.4)
    assert bucket.take(0.5)
    assert not bucket.take(0.5)


def test_nothing_is_saved_beyond_the_burst() -> None:
    bucket = TokenBucket(1.0, 2, 0.0)
    assert [bucket.take(1_000.0) for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_gains_and_loses_nothing() -> None:
    bucket = TokenBucket(1.0, 1, 10.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert not bucket.take(10.0)
    assert bucket.take(11.0)


def test_who_never_gains_waits_for_ever() -> None:
    bucket = TokenBucket(0.0, 1, 0.0)
    assert bucket.wait_s() == 0.0
    assert bucket.take(0.0)
    assert bucket.wait_s() == math.inf


def test_full_again_after_its_time() -> None:
    bucket = TokenBucket(2.0, 4, 0.0)
    assert bucket.is_full(0.0)
    bucket.take(0.0)
    assert not bucket.is_full(0.4)
    assert bucket.is_full(0.5)


@given(
    rate=st.sampled_from([0.5, 1.0, 3.0, 64.0]),
    burst=st.integers(1, 10),
    steps=st.lists(st.integers(0, 300), max_size=60),
)
def test_what_is_taken_is_exactly_what_rate_and_burst_allow(
    rate: float, burst: int, steps: list[int]
) -> None:
    bucket = TokenBucket(rate, burst, 0.0)
    now, tokens = Fraction(0), Fraction(burst)
    for step in steps:
        # quarters of a second and these rates are exact in floating point
        passed = Fraction(step, 4)
        now += passed
        tokens = min(Fraction(burst), tokens + passed * Fraction(rate))
        allowed = tokens >= 1
        assert bucket.take(float(now)) == allowed
        tokens -= allowed
        if tokens < 1:
            assert bucket.wait_s() == pytest.approx(float((1 - tokens) / Fraction(rate)))


def test_what_is_charged_is_owed_before_the_next_up_to_a_debt() -> None:
    bucket = TokenBucket(2.0, 4, 0.0)
    bucket.charge(3, 10.0)
    assert bucket.take(0.0)
    assert not bucket.take(0.0)
    bucket.charge(5, 10.0)
    assert bucket.wait_s() == 3.0
    bucket.charge(1_000, 10.0)
    bucket.charge(1_000, 10.0)
    assert bucket.wait_s() == 5.5
    bucket.charge(1, 0.0)
    assert bucket.wait_s() == 5.5, "a smaller debt gives nothing back"
    assert not bucket.take(5.4)
    assert bucket.take(5.5)
