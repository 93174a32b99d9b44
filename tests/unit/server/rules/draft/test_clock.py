"""Deadlines."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import ClockSettings, DraftSettings, QuietHours, RoundClock, Turn
from protocol.draft_commands import Configure, MakePick, Pause, Resume, SetAuto, UndoTo
from server.rules.draft import clock
from tests.support.drafts import BOSS, START, DraftRoom, manager, player_id, started

TWO = DraftSettings(teams=2, rounds=3)


def with_clock(**given: object) -> DraftSettings:
    return replace(TWO, clock=replace(ClockSettings(), **given))


def test_DR20_times_are_of_the_pick_the_round_the_nomination_and_the_bid() -> None:
    settings = with_clock(pick_s=60, rounds=(RoundClock(3, None), RoundClock(2, 30)))
    limits = [clock.limit_ms(settings, "pick", n) for n in (1, 2, 3, 5)]
    assert limits == [60_000, 60_000, 30_000, None]
    assert clock.limit_ms(settings, "nominate", 1) == 30_000
    assert clock.limit_ms(settings, "bid", 1) == 30_000


def test_DR20_no_limit_is_null_and_nothing_wakes() -> None:
    room = started(with_clock(pick_s=None))
    assert (room.turn.deadline, room.turn.wake) == (None, None)
    room.must(manager(1), MakePick(room.v, player_id(1)), now=room.now + 10**9)


def test_DR21_the_rules_act_after_the_grace_and_a_margin() -> None:
    room = started(with_clock(pick_s=60, grace_ms=1_000))
    assert room.turn.deadline == START + 60_000
    assert room.turn.wake == START + 60_000 + 1_000 + clock.MARGIN_MS


def test_DR23_a_bank_is_used_and_comes_back_with_an_undo() -> None:
    room = started(with_clock(pick_s=10, bank_s=60))
    assert (room.turn.base, room.turn.deadline) == (START + 10_000, START + 70_000)
    room.must(manager(1), MakePick(room.v, player_id(1)), now=START + 25_000)
    assert room.state.seats[1].bank_ms == 15_000
    room.now = START + 25_000
    room.must(BOSS, UndoTo())
    assert room.state.seats[1].bank_ms == 0
    room.must(manager(1), MakePick(room.v, player_id(1)), now=room.now + 5_000)
    assert room.state.seats[1].bank_ms == 0
    room.must(manager(2), MakePick(room.v, player_id(2)), now=room.now + 200_00)
    assert room.last.bank_ms == 5_000


def test_DR23_a_pause_in_the_bank_costs_what_was_used() -> None:
    room = started(with_clock(pick_s=10, bank_s=60))
    room.now += 30_000
    room.must(BOSS, Pause())
    assert (room.turn.left, room.state.seats[1].bank_ms) == (40_000, 20_000)
    room.now += 10**6
    room.must(BOSS, Resume())
    assert (room.turn.base, room.turn.deadline) == (room.now, room.now + 40_000)


def test_DR24_a_deadline_goes_over_the_night() -> None:
    """It is 22:13:20 UTC, so 17:13:20 in New York."""
    night = QuietHours(17 * 60 + 30, 6 * 60)
    room = started(with_clock(pick_s=3_600, zone="America/New_York", quiet=(night,)))
    left_after_night = 3_600_000 - (16 * 60 + 40) * 1_000
    six = START + (16 * 60 + 40) * 1_000 + 12 * 3_600_000 + 1_800_000
    assert room.turn.deadline == six + left_after_night


def test_DR25_a_pause_keeps_what_was_left_or_begins_again() -> None:
    room = started(with_clock(pick_s=60))
    room.now += 20_000
    room.must(BOSS, Pause())
    assert (room.turn.deadline, room.turn.wake, room.turn.left) == (None, None, 40_000)
    room.now += 500_000
    room.must(BOSS, Resume())
    assert room.turn.deadline == room.now + 40_000
    room.must(BOSS, Pause())
    room.must(BOSS, Resume("reset"))
    assert room.turn.deadline == room.now + 60_000


def test_DR25_a_pause_of_a_team_that_is_picked_for_keeps_its_bank() -> None:
    room = started(with_clock(pick_s=60, bank_s=120))
    room.must(manager(1), SetAuto(True))
    room.must(BOSS, Pause())
    assert room.turn.left == 180_000
    room.must(manager(1), SetAuto(False))
    assert room.turn.left == 180_000
    room.must(BOSS, Resume())
    assert room.turn.base == room.now + 60_000
    assert room.turn.deadline == room.now + 180_000


def test_DR26_another_clock_counts_from_the_next_turn_or_now() -> None:
    room = started(with_clock(pick_s=90))
    room.now += 40_000
    room.must(BOSS, Configure(with_clock(pick_s=60)))
    assert room.turn.deadline == START + 90_000
    room.must(BOSS, Configure(with_clock(pick_s=55), now=True))
    assert room.turn.deadline == START + 55_000
    room.must(BOSS, Configure(with_clock(pick_s=20), now=True))
    assert room.turn.deadline == room.now + 10_000
    room.must(BOSS, Configure(with_clock(pick_s=None), now=True))
    assert room.turn.deadline is None
    room.must(BOSS, Pause())
    room.must(BOSS, Configure(with_clock(pick_s=44), now=True))
    assert room.turn.left == 44_000


def test_DR27_an_outage_gives_back_what_was_left() -> None:
    room = started(with_clock(pick_s=60))
    began, ended = START + 25_000, START + 65_000
    room.outage(began, ended)
    assert room.turn.deadline == ended + 35_000
    assert room.turn.extended == 1
    room.outage(began - 5_000, ended)  # another node saw the same
    assert room.turn.deadline == ended + 35_000
    room.outage(ended + 33_000, ended + 34_000)
    assert room.turn.deadline == ended + 34_000 + 10_000


def test_DR27_the_time_given_back_is_a_function_of_four_numbers() -> None:
    room = DraftRoom(with_clock(pick_s=60, bank_s=30))
    turn = Turn("pick", 1, 1, 0, 90_000, 94_000, 60_000)
    given = clock.after_outage(room.state, turn, 20_000, 100_000)
    assert given is not None
    assert (given.base, given.deadline) == (140_000, 170_000)
    in_bank = clock.after_outage(room.state, turn, 70_000, 100_000)
    assert in_bank is not None
    assert (in_bank.base, in_bank.deadline, in_bank.bank_ms) == (100_000, 120_000, 10_000)
    assert clock.after_outage(room.state, replace(turn, deadline=None), 1, 2) is None
    assert clock.after_outage(room.state, replace(turn, auto=True), 1, 2) is None


def test_DR45_a_team_that_is_picked_for_has_no_clock_to_extend() -> None:
    room = started(with_clock(pick_s=60))
    room.must(manager(1), SetAuto(True))
    assert clock.extended(room.state, room.turn, room.now, 1_000) is None
