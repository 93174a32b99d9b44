"""The two-bucket window against counting exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.limits.sliding_window import Window, fits, merged, parts, remaining, summed, wait_ms

W = 1_000


def take(window: Window, now_ms: int, limit: int) -> tuple[bool, Window]:
    if not fits(window, now_ms, W, limit=limit):
        return False, window
    return True, window.at(now_ms, W).plus(1)


def accepted(times: list[int], limit: int) -> list[int]:
    """Which of these takes, in their order, are allowed."""
    window, taken = Window(), list[int]()
    for now_ms in times:
        allowed, window = take(window, now_ms, limit)
        if allowed:
            taken.append(now_ms)
    return taken


def test_LM1_the_earlier_bucket_weighs_what_the_window_still_covers() -> None:
    window = Window(index=4, previous=8, current=1)
    assert parts(window, 4_000, W) == 9 * W
    assert parts(window, 4_250, W) == 7 * W
    assert parts(window, 4_999, W) == W + 8
    assert parts(window, 5_500, W) == W // 2
    assert parts(window, 6_000, W) == 0


def test_LM1_one_more_fits_up_to_the_limit_and_not_beyond() -> None:
    window = Window(index=4, previous=8, current=1)
    assert not fits(window, 4_249, W, limit=8)
    assert fits(window, 4_250, W, limit=8)
    assert remaining(window, 4_250, W, limit=8) == 1
    assert remaining(window, 4_249, W, limit=8) == 0
    assert remaining(window, 4_000, W, limit=3) == 0


def test_LM1_a_clock_that_runs_backwards_changes_nothing() -> None:
    window = Window(index=4, previous=8, current=1)
    assert window.at(3_100, W) == window
    assert parts(window, 3_100, W) == 9 * W


instants = st.lists(st.integers(0, 5 * W), max_size=60).map(sorted)


@given(instants, st.integers(5 * W, 6 * W))
def test_LM2_the_estimate_errs_by_at_most_the_earlier_bucket(times: list[int], now_ms: int) -> None:
    window = Window()
    for at in times:
        window = window.at(at, W).plus(1)
    exact = sum(now_ms - W < at <= now_ms for at in times)
    assert abs(parts(window, now_ms, W) - exact * W) <= window.at(now_ms, W).previous * W


@given(st.lists(st.integers(0, 4 * W), max_size=200).map(sorted), st.integers(1, 12))
def test_LM2_within_any_window_at_most_twice_the_limit_is_allowed(
    times: list[int], limit: int
) -> None:
    taken = accepted(times, limit)
    for first in taken:
        assert sum(first <= at < first + W for at in taken) <= 2 * limit


@given(st.integers(1, 200), st.integers(1, 40))
def test_LM2_steady_traffic_is_held_to_the_limit(gap_ms: int, limit: int) -> None:
    taken = accepted(list(range(0, 20 * W, gap_ms)), limit)
    for start in range(10 * W, 19 * W, 137):
        assert sum(start <= at < start + W for at in taken) <= limit * 1.1 + 1


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 2 * W), st.integers(0, 60))
def test_LM17_the_wait_is_exact(previous: int, current: int, elapsed: int, taken: int) -> None:
    window = Window(7, previous, current)
    now_ms = 7 * W + elapsed
    wait = wait_ms(window, now_ms, W, taken=taken)
    assert parts(window, now_ms + wait, W) <= taken * W
    if wait:
        assert parts(window, now_ms + wait - 1, W) > taken * W


counts = st.builds(Window, st.integers(5, 8), st.integers(0, 9), st.integers(0, 9))


@given(counts, counts, st.integers(0, 999))
def test_merging_never_says_less_than_either_account(one: Window, other: Window, ms: int) -> None:
    now_ms = 8 * W + ms
    whole = parts(merged(one, other), now_ms, W)
    assert whole >= max(parts(one, now_ms, W), parts(other, now_ms, W))
    assert merged(one, other) == merged(other, one)
    assert merged(one, one) == one


@given(counts, counts, st.integers(0, 999))
def test_a_sum_weighs_as_both_together(one: Window, other: Window, ms: int) -> None:
    now_ms = 8 * W + ms
    together = parts(one, now_ms, W) + parts(other, now_ms, W)
    assert parts(summed(one, other), now_ms, W) == together


@pytest.mark.parametrize("taken", [0, 3])
def test_LM17_nothing_taken_means_no_wait(taken: int) -> None:
    assert wait_ms(Window(), 123, W, taken=taken) == 0
