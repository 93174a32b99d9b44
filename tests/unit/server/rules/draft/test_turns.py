"""Picks of managers, and what the losers of a race are told."""

from __future__ import annotations

from protocol.draft import ClockSettings, DraftSettings
from protocol.draft_commands import (
    ClaimSeat,
    MakePick,
    NameTeam,
    Nominate,
    Pause,
    SetAuto,
    SetLists,
    UndoTo,
)
from protocol.draft_events import ListsChanged, PickMade, TurnOpened
from server.rules.draft.kind import DRAFT
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, started
from tests.support.memberships import account

GUEST = account("guest")


def test_DR16_a_pick_and_the_next_turn_are_one_entry() -> None:
    room = started()
    events = room.must(manager(1), MakePick(room.v, player_id(1)))
    assert [type(one) for one in events] == [PickMade, TurnOpened]
    assert (room.last.seat, room.last.player, room.last.how) == (1, player_id(1), "manual")
    assert (room.turn.seat, room.turn.n, room.v) == (2, 2, room.version)


def test_DR17_whoever_comes_second_is_told_the_winner() -> None:
    room = started()
    turn = room.v
    room.must(manager(1), MakePick(turn, player_id(5)))
    late = room.refused(manager(1), MakePick(turn, player_id(6)))
    assert late.code == "already_picked"
    assert (late.detail["player"], late.detail["seat"], late.detail["n"]) == (player_id(5), 1, 1)
    assert room.refused(manager(3), MakePick(room.v, player_id(6))).code == "not_your_turn"
    assert room.refused(manager(2), Nominate(room.v, player_id(6), 1)).code == "not_your_turn"


def test_DR17_numbers_come_back_after_an_undo_and_versions_do_not() -> None:
    room = started()
    first = room.v
    room.must(manager(1), MakePick(first, player_id(1)))
    room.must(BOSS, UndoTo())
    assert room.turn.n == 1
    refused = room.refused(manager(1), MakePick(first, player_id(2)))
    assert (refused.code, refused.detail["turn"]) == ("too_late", room.v)
    room.must(manager(1), MakePick(room.v, player_id(2)))


def test_DR17_before_paused_and_after_it_says_so() -> None:
    room = DraftRoom()
    assert room.refused(manager(1), MakePick(1, player_id(1))).code == "not_started"
    room.start()
    room.must(BOSS, Pause())
    assert room.refused(manager(1), MakePick(room.v, player_id(1))).code == "paused"
    over = started().play_out()
    assert over.refused(manager(1), MakePick(999, player_id(1))).code == "draft_ended"


def test_DR19_a_player_is_had_once() -> None:
    room = started()
    room.must(manager(1), MakePick(room.v, player_id(1)))
    taken = room.refused(manager(2), MakePick(room.v, player_id(1)))
    assert (taken.code, taken.detail["seat"], taken.detail["n"]) == ("player_taken", 1, 1)
    assert room.refused(manager(2), MakePick(room.v, "nobody")).code == "unknown_player"


def test_DR21_what_came_within_the_grace_counts() -> None:
    room = started(DraftSettings(teams=2, rounds=1, clock=ClockSettings(grace_ms=1_500)))
    assert room.turn.deadline is not None
    last = room.turn.deadline + 1_500
    pick = MakePick(room.v, player_id(1))
    refused = room.refused(manager(1), pick, now=last + 1)
    assert (refused.code, refused.detail["deadline"]) == ("too_late", room.turn.deadline)
    room.must(manager(1), pick, now=last)


def test_DR45_the_own_switch_works_at_any_time_also_in_the_own_turn() -> None:
    room = started()
    assert room.refused(GUEST, SetAuto(True)).code == "no_seat"
    room.must(manager(1), SetAuto(True))
    assert room.turn.auto
    assert room.turn.deadline == room.now + 2_000
    assert room.refused(manager(1), SetAuto(True)).code == "nothing_changes"
    room.now += 1_000
    room.must(manager(1), SetAuto(False))
    assert not room.turn.auto
    assert room.turn.deadline == room.turn.opened + 90_000
    room.must(manager(1), SetAuto(True))
    room.now += 85_000
    room.must(manager(1), SetAuto(False))
    assert room.turn.deadline == room.now + 10_000


def test_DR46_lists_keep_their_order_and_players_of_the_pool_once() -> None:
    room = DraftRoom()
    a, b = player_id(3), player_id(1)
    events = room.must(manager(1), SetLists(queue=(a, b, a, "nobody"), watch=(b,)))
    assert events == [ListsChanged(manager(1), queue=[a, b], watch=[b])]
    again = SetLists(queue=(a, b))
    assert room.refused(manager(1), again).code == "nothing_changes"
    room.must(manager(1), SetLists(queue=()))
    assert room.state.lists[manager(1)].watch == (b,)


def test_DR4_lists_are_their_owners_alone() -> None:
    room = DraftRoom()
    (event,) = room.must(manager(1), SetLists(queue=(player_id(1),), avoid=(player_id(2),)))
    assert DRAFT.audience(event) == [manager(1)]
    assert DRAFT.private(room.state, BOSS) is None
    mine = DRAFT.private(room.state, manager(1))
    assert mine["lists"].queue == (player_id(1),)


def test_DR18_a_member_takes_one_free_seat_and_gives_it_back() -> None:
    room = DraftRoom(managed=False)
    room.must(manager(1), ClaimSeat(2))
    assert room.refused(manager(2), ClaimSeat(2)).code == "seat_taken"
    assert room.refused(manager(2), ClaimSeat(9)).code == "no_seat"
    room.must(manager(1), ClaimSeat(3))
    assert [room.state.seats[n].managers for n in (2, 3)] == [(), (manager(1),)]
    room.must(manager(1), ClaimSeat(None))
    assert room.refused(manager(1), ClaimSeat(None)).code == "nothing_changes"
    room.start()
    assert room.refused(manager(1), ClaimSeat(1)).code == "started"
    closed = DraftRoom(DraftSettings(claims=False), managed=False)
    assert closed.refused(manager(1), ClaimSeat(1)).code == "forbidden"


def test_DR18_a_manager_names_the_own_team() -> None:
    room = DraftRoom()
    room.must(manager(2), NameTeam(" Lions "))
    assert room.state.seats[2].name == "Lions"
    assert room.refused(manager(2), NameTeam("Lions")).code == "nothing_changes"
    assert room.refused(manager(2), NameTeam("\u202e")).code == "bad_command"
    assert room.refused(GUEST, NameTeam("Mine")).code == "no_seat"
