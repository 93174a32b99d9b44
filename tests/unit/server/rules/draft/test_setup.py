"""Before the start."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import (
    PLAYERS_MAX,
    AuctionSettings,
    ClockSettings,
    DraftSettings,
    Player,
    QuietHours,
    RosterSlot,
)
from protocol.draft_commands import (
    AddPlayers,
    ClearPool,
    Configure,
    MakePick,
    RemoveKeeper,
    SetKeeper,
    SetOrder,
    SetSeat,
    Start,
    Trade,
)
from server.rules.draft.setup import problems_of
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, pool_of, started
from tests.support.memberships import account

FOUR = DraftSettings(teams=4, rounds=3)


def test_DR47_every_contradiction_is_named() -> None:
    assert problems_of(FOUR) == []
    assert problems_of(replace(FOUR, rounds=16)) == ["more_rounds_than_places"]
    assert problems_of(replace(FOUR, type="custom")) == ["matrix_empty"]
    assert problems_of(replace(FOUR, type="custom", matrix=((5,),))) == ["matrix_names_no_seat"]
    poor = AuctionSettings(budget=14)
    assert problems_of(replace(FOUR, type="auction", auction=poor)) == ["budget_too_small"]
    clock = ClockSettings(zone="Nowhere/At_All", quiet=(QuietHours(0, 1_430),))
    assert problems_of(replace(FOUR, clock=clock)) == ["unknown_zone", "always_quiet"]
    room = DraftRoom(FOUR)
    refused = room.refused(BOSS, Configure(replace(FOUR, rounds=16)))
    assert (refused.code, refused.detail) == (
        "bad_settings",
        {"problems": ["more_rounds_than_places"]},
    )


def test_DR26_a_started_draft_keeps_its_shape() -> None:
    room = started(FOUR)
    assert room.refused(BOSS, Configure(FOUR)).code == "nothing_changes"
    refused = room.refused(BOSS, Configure(replace(FOUR, rounds=4, needs="any")))
    assert (refused.code, refused.detail) == ("started", {"settings": ["rounds"]})
    room.must(BOSS, Configure(replace(FOUR, needs="warn", starters_first=False)))
    assert room.state.settings.needs == "warn"


def test_DR47_other_numbers_of_teams_bring_their_seats() -> None:
    room = DraftRoom(FOUR)
    room.must(BOSS, Configure(replace(FOUR, teams=2)))
    assert (list(room.state.seats), room.state.cells) == ([1, 2], [1, 2, 2, 1, 1, 2])
    room.must(BOSS, Configure(replace(FOUR, teams=3)))
    assert room.state.seats[3].managers == ()


def test_DR48_rows_replace_by_id_and_the_pool_is_bounded() -> None:
    room = DraftRoom(FOUR, pool=pool_of(3))
    new = Player(player_id(1), "Other", ("QB",))
    room.must(BOSS, AddPlayers((new, replace(new, name="Newest"))))
    assert room.state.pool[player_id(1)].name == "Newest"
    assert len(room.state.pool) == 3
    assert room.refused(BOSS, AddPlayers((replace(new, name="Newest"),))).code == "nothing_changes"
    room.must(BOSS, ClearPool())
    assert room.refused(BOSS, ClearPool()).code == "nothing_changes"
    full = DraftRoom(FOUR, pool=pool_of(PLAYERS_MAX))
    refused = full.refused(BOSS, AddPlayers((replace(new, id="one-more"),)))
    assert refused.code == "limit_reached"


def test_DR48_positions_of_a_player_whom_somebody_has_stay() -> None:
    room = started(FOUR)
    room.must(manager(1), MakePick(room.v, player_id(1)))
    room.must(BOSS, AddPlayers((Player(player_id(1), "Renamed", ("K",)),)))
    row = room.state.pool[player_id(1)]
    assert (row.name, row.positions) == ("Renamed", ("RB",))
    assert room.refused(BOSS, ClearPool()).code == "started"


def test_DR8_an_order_is_set_or_drawn_before_the_start() -> None:
    room = DraftRoom(FOUR)
    room.must(BOSS, SetOrder((3, 1, 4, 2)))
    assert room.state.cells[:8] == [3, 1, 4, 2, 2, 4, 1, 3]
    assert room.refused(BOSS, SetOrder((3, 1, 4, 2))).code == "nothing_changes"
    assert room.refused(BOSS, SetOrder((1, 1, 2, 3))).code == "bad_settings"
    drawn: set[tuple[int, ...]] = set()
    for seed in range(60):
        room = DraftRoom(FOUR, pool=[], seed=seed, managed=False)
        room.must(BOSS, SetOrder(None))
        assert sorted(room.state.order) == [1, 2, 3, 4]
        drawn.add(tuple(room.state.order))
    assert len(drawn) > 15
    assert started(FOUR).refused(BOSS, SetOrder(None)).code == "started"


def test_DR9_traded_picks_survive_another_order() -> None:
    room = DraftRoom(FOUR)
    room.must(BOSS, Trade(1, 2, a_cells=(1,), b_cells=(7,)))
    room.must(BOSS, SetOrder((2, 1, 4, 3)))
    assert room.state.owners == {2: 2, 8: 1}


def test_DR18_the_commissioner_sets_teams_and_nobody_has_two() -> None:
    room = DraftRoom(FOUR)
    refused = room.refused(BOSS, SetSeat(1, managers=(manager(2),)))
    assert (refused.code, refused.detail["seat"]) == ("seat_taken", 2)
    stranger = room.refused(BOSS, SetSeat(1, managers=(account("stranger"),)))
    assert stranger.code == "unknown_member"
    assert room.refused(BOSS, SetSeat(5, cpu=True)).code == "no_seat"
    assert room.refused(BOSS, SetSeat(1, cpu=False)).code == "nothing_changes"
    assert room.refused(BOSS, SetSeat(1, name="\u202e")).code == "bad_command"
    room.must(BOSS, SetSeat(1, managers=(BOSS, manager(1), BOSS), room=5, name=" Us "))
    assert room.state.seats[1].managers == (BOSS, manager(1))
    assert (room.state.room(1), room.state.seats[1].name) == (5, "Us")
    room.start()
    assert room.refused(BOSS, SetSeat(1, room=4)).code == "started"
    room.must(BOSS, SetSeat(1, auto=True))
    assert room.turn.auto


def test_DR14_a_keeper_takes_the_cell_of_his_round_without_a_clock() -> None:
    room = DraftRoom(FOUR)
    room.must(BOSS, SetKeeper(2, player_id(9), round=1))
    room.must(BOSS, SetKeeper(2, player_id(9), round=2))
    room.must(BOSS, SetKeeper(3, player_id(8), round=1))
    assert room.refused(BOSS, SetKeeper(3, player_id(8), round=1)).code == "nothing_changes"
    room.must(BOSS, RemoveKeeper(player_id(8)))
    room.start()
    assert (room.turn.n, room.state.by_cell[7].how) == (1, "keeper")
    assert room.state.picks == []
    taken = room.refused(manager(1), MakePick(room.v, player_id(9)))
    assert (taken.code, taken.detail["how"]) == ("player_taken", "keeper")
    room.must(BOSS, RemoveKeeper(player_id(9)))
    assert room.state.is_open(7)


def test_DR14_once_started_a_keeper_holds_at_once() -> None:
    room = started(FOUR)
    room.must(BOSS, SetKeeper(1, player_id(9), round=1))
    assert (room.turn.n, room.state.rosters[1]) == (2, [player_id(9)])
    late = room.refused(BOSS, SetKeeper(1, player_id(8), round=1))
    assert (late.code, late.detail["problems"]) == (
        "not_ready",
        [f"keeper_without_cell:{player_id(8)}"],
    )


def test_DR14_who_cannot_be_kept_is_refused() -> None:
    room = DraftRoom(replace(FOUR, maxima={"RB": 1}))
    assert room.refused(BOSS, SetKeeper(9, player_id(1), round=1)).code == "no_seat"
    assert room.refused(BOSS, SetKeeper(1, player_id(1), price=3)).code == "bad_settings"
    assert room.refused(BOSS, SetKeeper(1, "nobody", round=1)).code == "unknown_player"
    room.must(BOSS, SetKeeper(1, player_id(1), round=1))
    second = room.refused(BOSS, SetKeeper(1, player_id(5), round=2))
    assert second.detail["problems"] == [f"keeper_does_not_fit:{player_id(5)}"]
    sale = DraftRoom(replace(FOUR, type="auction"))
    dear = sale.refused(BOSS, SetKeeper(1, player_id(1), price=187))
    assert dear.detail["problems"] == [f"keeper_too_dear:{player_id(1)}"]


def test_DR49_a_start_needs_all_that_a_draft_needs() -> None:
    assert DraftRoom(FOUR, pool=[]).refused(BOSS, Start()).detail == {"problems": ["no_players"]}
    room = started(FOUR)
    assert room.refused(BOSS, Start()).code == "started"
    sale = DraftRoom(replace(FOUR, type="auction"))
    sale.must(BOSS, SetSeat(2, budget=14))
    assert sale.refused(BOSS, Start()).detail == {"problems": ["budget_too_small:2"]}
    shrunk = DraftRoom(FOUR)
    shrunk.must(BOSS, SetKeeper(4, player_id(1), round=1))
    shrunk.must(BOSS, Configure(replace(FOUR, teams=3)))
    gone = shrunk.refused(BOSS, Start()).detail
    assert gone == {"problems": [f"keeper_of_no_seat:{player_id(1)}"]}
    emptied = DraftRoom(replace(FOUR, slots=(RosterSlot("RB", ("RB",), 3),)))
    emptied.must(BOSS, SetKeeper(4, player_id(1), round=1))
    emptied.must(BOSS, AddPlayers((Player(player_id(1), "Now", ("QB",)),)))
    unfit = emptied.refused(BOSS, Start()).detail
    assert unfit == {"problems": [f"keeper_does_not_fit:{player_id(1)}"]}
