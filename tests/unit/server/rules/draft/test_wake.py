"""What happens at zero, with nobody connected."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from protocol.draft import EXTENSIONS_MAX, ClockSettings, DraftSettings
from protocol.draft_commands import ExtendClock, MakePick, ResetDraft, SetSeat
from protocol.draft_events import DraftMoved, SeatChanged
from protocol.membership import Outage, WakeUp
from server.rules.draft.wake import next_deadline
from tests.support.drafts import BOSS, START, DraftRoom, manager, player_id, started

TWO = DraftSettings(teams=2, rounds=2)


def ending(at_zero: str, **given: object) -> DraftRoom:
    return started(replace(TWO, clock=replace(ClockSettings(), at_zero=at_zero, **given)))


def test_DR22_a_wake_up_for_another_deadline_changes_nothing() -> None:
    room = started(TWO)
    old = room.turn.wake
    assert old is not None
    room.must(manager(1), MakePick(room.v, player_id(1)), now=room.now + 5)
    assert room.refused("", WakeUp(old)).code == "nothing_changes"
    old = room.turn.wake
    assert old is not None
    room.must(BOSS, ExtendClock(room.v, 60))
    assert room.refused("", WakeUp(old)).code == "nothing_changes"


def test_DR28_at_zero_it_picks_passes_over_or_waits() -> None:
    room = ending("auto")
    room.wake()
    assert (room.last.seat, room.last.how, room.last.source) == (1, "auto", "rank")
    room = ending("skip")
    room.wake()
    assert (room.state.skipped[1].reason, room.turn.n) == ("time", 2)
    room = ending("nothing")
    assert room.turn.deadline is not None
    assert next_deadline(room.state) is None
    room.must(manager(1), MakePick(room.v, player_id(1)), now=room.turn.deadline + 10**7)


def test_DR28_a_turn_that_came_back_is_picked_for_the_second_time() -> None:
    room = ending("return")
    room.wake()
    assert room.state.returning.keys() == {1}
    for seat in (2, 2, 1):
        room.must(manager(seat), MakePick(room.v, room.state.ranked()[len(room.state.held)]))
    assert room.turn.n == 1
    room.wake()
    assert (room.last.n, room.last.how, room.state.phase) == (1, "auto", "ended")


def test_DR28_a_team_that_missed_can_be_picked_for_from_then_on() -> None:
    room = ending("auto", on_miss="auto")
    events = room.wake()
    missed = [one for one in events if isinstance(one, SeatChanged)]
    assert [(one.seat, one.team.auto, one.why) for one in missed] == [(1, True, "missed")]
    assert not ending("auto").state.seats[1].auto


def test_DR27_a_wake_up_that_is_late_gives_time_instead_of_taking_the_turn() -> None:
    room = started(TWO)
    room.wake(late=50_000)
    assert room.state.picks == []
    assert room.turn.deadline == room.now + 10_000
    room.wake()
    assert room.last.how == "auto"


def test_DR27_outages_do_not_extend_a_turn_for_ever() -> None:
    room = started(TWO)
    for _ in range(EXTENSIONS_MAX):
        room.wake(late=50_000)
    assert room.state.picks == []
    assert room.refused("", Outage(room.now, room.now + 5)).code == "nothing_changes"
    room.wake(late=50_000)
    assert len(room.state.picks) == 1


def test_DR27_an_outage_that_begins_in_the_grace_leaves_time_for_what_was_on_its_way() -> None:
    """A node that has the pick stands still with it, and another would pick for the team."""
    room = started(TWO)
    deadline = room.turn.deadline
    assert deadline is not None
    grace = room.settings.clock.grace_ms
    room.outage(deadline + grace, deadline + grace + 1_800)
    assert room.turn.deadline == room.now + 10_000
    late = started(TWO)
    assert late.refused("", Outage(deadline + grace + 1, deadline + 9_000)).code == (
        "nothing_changes"
    )


def test_DR27_an_outage_of_another_time_changes_nothing() -> None:
    room = started(TWO)
    assert room.refused("", Outage(START - 10_000, START)).code == "nothing_changes"
    assert DraftRoom(TWO).refused("", Outage(0, START)).code == "nothing_changes"


def test_DR41_time_the_own_switch_and_a_computer_pick() -> None:
    room = DraftRoom(TWO)
    room.must(BOSS, SetSeat(1, cpu=True))
    room.must(BOSS, SetSeat(2, auto=True))
    room.start()
    room.wake()
    assert room.last.how == "cpu"
    assert room.now == START + 2_000
    room.wake()
    assert room.last.how == "auto"


def test_DR49_a_scheduled_start_happens_or_is_given_up() -> None:
    room = DraftRoom(replace(TWO, start_at=START + 60_000))
    room.wake()
    assert (room.state.phase, room.now) == ("live", START + 60_000)
    empty = DraftRoom(replace(TWO, start_at=START + 60_000), pool=[])
    assert empty.wake() == [DraftMoved("waiting", ["no_players"])]
    assert next_deadline(empty.state) is None


def test_DR49_a_scheduled_start_is_over_once_the_draft_has_begun() -> None:
    room = DraftRoom(replace(TWO, start_at=START + 60_000)).start()
    room.must(BOSS, ResetDraft())
    assert next_deadline(room.state) is None


@pytest.mark.parametrize("sort", ["snake", "linear", "auction"])
def test_DR41_a_draft_ends_with_nobody_there(sort: str) -> None:
    room = started(replace(TWO, type=sort))
    room.play_out()
    assert len(room.state.picks) == (30 if sort == "auction" else 4)
