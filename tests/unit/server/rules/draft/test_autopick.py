"""The player whom nobody chose."""

from __future__ import annotations

from itertools import islice

from msgspec.structs import replace

from protocol.draft import DraftSettings, Player, RosterSlot
from protocol.draft_commands import MakePick, SetLists, SetSeat
from server.rules.draft.autopick import can_avoid, choose, has_choice, is_free, rolls
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, pool_of, started

SLOTS = (RosterSlot("QB", ("QB",)), RosterSlot("RB", ("RB",)), RosterSlot("BN", (), 2, bench=True))
SMALL = DraftSettings(teams=2, rounds=4, slots=SLOTS)


def row(rank: int, position: str, **given: object) -> Player:
    return replace(Player(player_id(rank), f"P{rank}", (position,), rank=rank), **given)


def choice(room: DraftRoom, seat: int = 1, dice: int = 5) -> tuple[str, str | None] | None:
    found = choose(room.state, seat, dice)
    return None if found is None else (found.player, found.source)


def test_DR40_queue_then_ranking_then_rank() -> None:
    room = started(SMALL, pool=[row(n, "RB") for n in range(1, 9)])
    assert choice(room) == (player_id(1), "rank")
    room.must(manager(1), SetLists(ranking=(player_id(4), player_id(5)), avoid=(player_id(4),)))
    assert choice(room) == (player_id(5), "ranking")
    room.must(manager(1), SetLists(queue=(player_id(7), player_id(6))))
    assert choice(room) == (player_id(7), "queue")
    room.must(manager(1), MakePick(room.v, player_id(1)))
    room.must(manager(2), MakePick(room.v, player_id(7)))
    assert choice(room) == (player_id(6), "queue")
    assert not is_free(room.state, player_id(7))


def test_DR40_who_is_away_is_passed_over() -> None:
    room = started(SMALL, pool=[row(1, "RB", status="IR"), row(2, "RB")])
    assert choice(room) == (player_id(2), "rank")


def test_DR42_starters_come_before_the_bench() -> None:
    pool = [row(1, "RB"), row(2, "RB"), row(3, "RB"), row(4, "QB"), row(5, "RB")]
    room = started(SMALL, pool=pool)
    room.must(manager(1), MakePick(room.v, player_id(1)))
    room.must(manager(2), MakePick(room.v, player_id(2)))
    assert choice(room) == (player_id(4), "rank")
    lax = started(replace(SMALL, starters_first=False), pool=pool)
    lax.must(manager(1), MakePick(lax.v, player_id(1)))
    assert choice(lax) == (player_id(2), "rank")


def test_DR42_the_roster_stays_possible_and_the_last_resort_is_still_legal() -> None:
    pool = [row(n, "RB") for n in range(1, 8)] + [row(8, "QB", status="O")]
    room = started(replace(SMALL, starters_first=False, rounds=2), pool=pool)
    room.must(manager(1), MakePick(room.v, player_id(1)))
    assert choice(room) == (player_id(8), "any")
    room.must(manager(1), SetLists(avoid=(player_id(8),)))
    assert choice(room) == (player_id(8), "any")


def test_DR42_nobody_legal_is_nobody() -> None:
    room = started(SMALL, pool=[row(1, "K")])
    slots = (RosterSlot("QB", ("QB",)),)
    none = DraftRoom(replace(SMALL, slots=slots, rounds=1), pool=[row(1, "K")])
    assert choice(none) is None
    assert not has_choice(none.state, 1)
    assert has_choice(room.state, 1)
    assert can_avoid(room.state, room.state.roster(1))


def test_DR12_where_nobody_avoids_it_the_choice_is_marked() -> None:
    room = started(replace(SMALL, rounds=1), pool=[row(n, "K") for n in range(1, 4)])
    found = choose(room.state, 1, 0)
    assert found is not None
    assert (found.player, found.source, found.warned) == (player_id(1), "any", True)


def test_DR44_a_computers_team_errs_by_its_dice() -> None:
    room = DraftRoom(SMALL, pool=pool_of(60, ("RB",)))
    room.must(BOSS, SetSeat(1, cpu=True))
    chosen = {choice(room, dice=dice) for dice in range(200)}
    assert len(chosen) > 4
    assert {one[0] for one in chosen if one} <= {player_id(n) for n in range(1, 9)}
    assert choice(room, dice=77) == choice(room, dice=77)
    values = list(islice(rolls(1), 1_000))
    assert all(0 <= one < 1 for one in values)
    assert 0.45 < sum(values) / 1_000 < 0.55
