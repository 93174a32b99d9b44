"""The commissioner and the clock."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from protocol.draft import AuctionSettings, ClockSettings, DraftSettings
from protocol.draft_commands import (
    ExtendClock,
    ForceAuto,
    GiveNomination,
    MakePick,
    Nominate,
    Pause,
    PlaceBid,
    ResetDraft,
    Resume,
    SellNow,
    SetAuto,
    SetKeeper,
    Skip,
    Trade,
)
from protocol.draft_events import OfficeActed
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, started

TWO = DraftSettings(teams=2, rounds=2)
SALE = DraftSettings(type="auction", teams=2, auction=AuctionSettings(auto_percent=0))


def test_DR50_every_act_stands_first_with_its_reason_before_and_after() -> None:
    room = started(TWO)
    (act, *_) = room.must(BOSS, ExtendClock(room.v, 30, "phone broke"))
    assert isinstance(act, OfficeActed)
    assert (act.act, act.reason, act.seat) == ("office.clock", "phone broke", 1)
    assert act.after == act.before + 30_000
    kept = room.state.acts[-1]
    assert (kept["by"], kept["v"], kept["act"]) == (BOSS, room.version, "office.clock")


def test_DR51_pause_now_or_before_a_cell() -> None:
    room = started(TWO)
    room.must(BOSS, Pause())
    assert room.refused(BOSS, Pause()).code == "nothing_changes"
    room.must(BOSS, Resume())
    assert room.refused(BOSS, Resume()).code == "nothing_changes"
    room.must(BOSS, Pause(before=2))
    assert room.refused(BOSS, Pause(before=2)).code == "nothing_changes"
    room.must(manager(1), MakePick(room.v, player_id(1)))
    assert (room.state.phase, room.turn.n, room.turn.left) == ("paused", 2, 90_000)
    assert room.state.pause_before is None
    room.must(BOSS, Resume())
    assert room.turn.deadline == room.now + 90_000
    assert DraftRoom(TWO).refused(BOSS, Pause()).code == "not_started"
    assert started(TWO).play_out().refused(BOSS, Pause()).code == "draft_ended"


def test_DR51_a_standing_bid_stays_through_a_pause() -> None:
    room = started(SALE)
    room.must(manager(1), Nominate(room.v, player_id(1), 5))
    turn = room.v
    room.must(BOSS, Pause())
    assert room.refused(manager(2), PlaceBid(turn, 6)).code == "paused"
    room.must(BOSS, Resume())
    room.must(manager(2), PlaceBid(turn, 6))


def test_DR52_more_time_also_while_paused() -> None:
    room = started(TWO)
    room.must(BOSS, Pause())
    room.must(BOSS, ExtendClock(room.v, 30))
    assert room.turn.left == 120_000
    room.must(BOSS, Resume())
    assert room.turn.deadline == room.now + 120_000
    room.must(manager(1), SetAuto(True))
    assert room.refused(BOSS, ExtendClock(room.v, 30)).code == "nothing_changes"
    free = started(replace(TWO, clock=ClockSettings(pick_s=None)))
    assert free.refused(BOSS, ExtendClock(free.v, 30)).code == "nothing_changes"


def test_DR53_a_skipped_cell_is_gone_or_comes_back() -> None:
    room = started(TWO)
    room.must(BOSS, Skip(room.v, back=False))
    assert (room.state.skipped[1].reason, room.turn.n) == ("office", 2)
    room.must(BOSS, Skip(room.v, back=True))
    room.play_out()
    assert [one.n for one in room.state.picks] == [3, 4, 2]


def test_DR54_autopick_sale_and_nomination_by_order() -> None:
    room = started(TWO)
    room.must(BOSS, ForceAuto(room.v))
    assert (room.last.how, room.last.by) == ("auto", BOSS)
    room = started(SALE)
    room.must(BOSS, GiveNomination(room.v, 2))
    assert room.refused(BOSS, GiveNomination(room.v, 2)).code == "nothing_changes"
    assert room.refused(BOSS, GiveNomination(room.v, 3)).code == "no_seat"
    assert room.refused(manager(1), Nominate(room.v, player_id(1), 1)).code == "not_your_turn"
    room.must(BOSS, ForceAuto(room.v))
    assert (room.turn.player, room.turn.seat) == (player_id(1), 2)
    room.must(BOSS, SellNow(room.v))
    assert (room.last.seat, room.last.price) == (2, 1)
    full = started(SALE).play_out()
    assert full.refused(BOSS, SellNow(full.version)).code in {"already_picked", "draft_ended"}


@pytest.mark.parametrize("command", [ForceAuto, SellNow])
def test_DR54_only_for_the_turn_that_was_meant(command: type) -> None:
    room = started(TWO)
    assert room.refused(BOSS, command(room.v + 7)).code == "too_late"
    assert room.refused(BOSS, Skip(0, back=True)).code == "too_late"
    assert room.refused(BOSS, ExtendClock(0, 1)).code == "too_late"
    assert room.refused(BOSS, GiveNomination(room.v, 1)).code == "not_your_turn"


def test_DR54_a_full_team_is_given_no_nomination() -> None:
    room = DraftRoom(SALE)
    room.state.seats[2] = replace(room.state.seats[2], room=1)
    room.must(BOSS, SetKeeper(2, player_id(3), price=1))
    room.start()
    assert room.refused(BOSS, GiveNomination(room.v, 2)).code == "no_legal_slot"


def test_DR55_a_reset_keeps_what_was_set_up() -> None:
    room = DraftRoom(TWO)
    room.must(BOSS, Trade(1, 2, a_cells=(1,)))
    room.must(BOSS, SetKeeper(1, player_id(9), round=2))
    assert room.refused(BOSS, ResetDraft()).code == "nothing_changes"
    room.start().play_out()
    room.must(BOSS, ResetDraft("rehearsal"))
    state = room.state
    assert (state.phase, state.picks, state.by_cell, state.held) == ("waiting", [], {}, {})
    assert (state.owners, list(state.keepers)) == ({1: 2}, [player_id(9)])
    room.start().play_out()
