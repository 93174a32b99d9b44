"""As of when somebody sees a room: what is due is what may be seen then, and nothing sooner."""

from __future__ import annotations

import random

import pytest

from server.rules.watching import LIVE, SHIFT_LASTS_MS, Shift, Watching, together

NOW = 1_000_000


def test_SD1_a_delay_is_so_many_seconds() -> None:
    assert LIVE.until(NOW) == NOW
    assert LIVE.is_live(NOW)
    late = Watching(30)
    assert (late.until(NOW), late.due(NOW)) == (NOW - 30_000, NOW + 30_000)
    assert not late.is_live(NOW)


def test_TS1_a_shift_goes_on_at_its_pace_and_never_beyond_the_delay() -> None:
    shift = Shift(NOW - 60_000, NOW, 2)
    one = Watching(0, shift)
    assert one.until(NOW) == NOW - 60_000
    assert one.until(NOW + 10_000) == NOW - 40_000
    assert one.caught_up() == NOW + 60_000
    assert one.until(NOW + 90_000) == NOW + 90_000
    assert Watching(30, shift).caught_up() == NOW + 30_000
    assert Watching(30, shift).until(NOW + 90_000) == NOW + 60_000


@pytest.mark.parametrize(("speed", "live"), [(0, False), (1, False), (2, True)])
def test_TS1_who_stands_still_or_keeps_pace_is_live_again_only_when_the_shift_ends(
    speed: int, live: bool
) -> None:
    one = Watching(0, Shift(NOW - 1_000, NOW, speed))
    assert one.is_live(NOW + 5_000) == live
    assert not one.is_live(NOW)
    assert one.is_live(NOW + SHIFT_LASTS_MS)
    assert one.until(NOW + SHIFT_LASTS_MS) == NOW + SHIFT_LASTS_MS


@pytest.mark.parametrize("seed", range(50))
def test_TS1_what_is_due_may_be_seen_then_and_not_before(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(400):
        since = dice.randint(1_000, 2_000)
        shift = Shift(dice.randint(0, since), since, dice.choice([0, 1, 2, 3, 8]))
        one = Watching(dice.choice([0, 0, 1]), shift)
        at = dice.randint(0, 4_000)
        due = one.due(at)
        assert one.until(max(due, since)) >= at
        if due - 1 >= since:
            assert one.until(due - 1) < at
        seen = [one.until(now) for now in range(since, since + 50)]
        assert seen == sorted(seen)
        over = max(one.caught_up(), since)
        assert one.until(over) == over - 1_000 * one.delay_s
        if over > since:
            assert one.until(over - 1) < over - 1 - 1_000 * one.delay_s


@pytest.mark.parametrize("seed", range(20))
def test_LI11_what_tells_of_several_is_seen_no_earlier_than_any_of_them(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(200):
        several = [
            Watching(
                dice.choice([0, 0, 1, 2]),
                dice.choice([None, Shift(dice.randint(0, 1_500), 1_500, dice.choice([0, 1, 2]))]),
            )
            for _ in range(dice.randint(0, 4))
        ]
        one = together(several)
        assert one == together(reversed(several))
        for now in range(1_500, 6_000, 250):
            assert one.until(now) == min([now, *(each.until(now) for each in several)])
            assert one.is_live(now) == all(each.is_live(now) for each in several)
        at = dice.randint(0, 4_000)
        assert one.due(at) == max([at, *(each.due(at) for each in several)])


def test_LI11_of_nothing_that_is_late_everything_is_seen_at_once() -> None:
    assert together([]) == together([LIVE, LIVE]) == LIVE
