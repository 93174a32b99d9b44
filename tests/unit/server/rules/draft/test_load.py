"""Drafts that were held elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.draft import DraftSettings
from protocol.draft_commands import LoadDraft, LoadedPick, Resume
from server.rules.draft.verify import verify
from tests.support.drafts import BOSS, DraftRoom, player_id, pool_of

ORDER = (1, 2)
POOL = tuple(pool_of(30))


def empty(**settings: Any) -> DraftRoom:
    plain = {"teams": 2, "rounds": 2, **settings}
    return DraftRoom(msgspec.convert(plain, DraftSettings), [], managed=False)


def pick(n: int, seat: int, rank: int, **more: Any) -> LoadedPick:
    return LoadedPick(n, seat, player_id(rank), **more)


def load(*picks: LoadedPick, **more: Any) -> LoadDraft:
    whole: Any = {"order": ORDER, "players": POOL, "picks": picks, "phase": "paused", **more}
    return LoadDraft(**whole)


def why(room: DraftRoom, command: LoadDraft) -> str:
    """Why it is refused."""
    return room.refused(BOSS, command).detail["why"]


def test_DR74_picks_are_made_and_what_is_missing_is_passed_over() -> None:
    room = empty()
    loaded = load(pick(1, 1, 1, by="u1"), pick(3, 2, 5), managers=(("u1",),), at=77)
    room.must(BOSS, loaded)
    state = room.state
    assert [(one.n, one.how, one.by, one.at) for one in state.picks] == [
        (1, "manual", "u1", 77),
        (3, "auto", "", 77),
    ]
    assert list(state.skipped) == [2]
    assert (state.phase, room.turn.n, room.turn.deadline) == ("paused", 4, None)
    assert verify(room.settings, room.log).faults == []
    room.must(BOSS, Resume())
    room.play_out()
    assert verify(room.settings, room.log).faults == []


def test_DR74_an_ended_one_has_no_open_cells() -> None:
    room = empty()
    room.must(BOSS, load(pick(1, 1, 1), phase="ended"))
    assert (room.state.phase, sorted(room.state.skipped)) == ("ended", [2, 3, 4])
    assert verify(room.settings, room.log).faults == []


def test_DR74_keepers_and_sales_cost_their_price() -> None:
    room = empty(type="auction")
    room.must(BOSS, load(pick(0, 1, 9, keeper=True, price=30), pick(1, 2, 1, price=50)))
    assert (room.state.money(1), room.state.money(2)) == (170, 150)
    assert room.turn.sort == "nominate"
    assert verify(room.settings, room.log).faults == []
    waiting = empty()
    waiting.must(BOSS, load(pick(3, 2, 9, keeper=True), phase="waiting"))
    assert waiting.state.keepers[player_id(9)].round == 2
    assert waiting.state.picks == []


@pytest.mark.parametrize(
    ("picks", "told"),
    [
        ((pick(1, 2, 1),), "not_your_turn"),
        ((pick(5, 1, 1),), "no_cell"),
        ((pick(1, 1, 1), pick(1, 1, 2)), "already_picked"),
        ((pick(1, 1, 1), pick(2, 2, 1)), "player_taken"),
        ((LoadedPick(1, 1, "nobody"),), "unknown_player"),
        ((pick(1, 1, 1, keeper=True), pick(1, 1, 2)), "already_picked"),
    ],
)
def test_DR74_what_cannot_be_is_named_and_nothing_is_loaded(
    picks: tuple[LoadedPick, ...], told: str
) -> None:
    room = empty()
    assert room.refused(BOSS, load(*picks)).code == "bad_pick"
    assert why(room, load(*picks)) == told
    assert not room.state.pool


def test_DR74_money_and_room_hold() -> None:
    room = empty(type="auction")
    assert why(room, load(pick(1, 1, 1, price=201))) == "money"
    many = tuple(pick(n, 1, n, price=1) for n in range(1, 17))
    assert why(room, load(*many)) == "full"
    assert why(room, load(pick(1, 9, 1))) == "no_seat"


def test_DR74_order_trades_and_phase_are_looked_at() -> None:
    room = empty()
    assert room.refused(BOSS, load(order=(1, 1))).code == "bad_settings"
    assert room.refused(BOSS, load(managers=((), (), ("u",)))).code == "bad_settings"
    assert room.refused(BOSS, load(owners=((9, 1),))).code == "bad_trade"
    assert why(room, load(pick(1, 1, 1), phase="waiting")) == "not_started"
    room.must(BOSS, load(pick(1, 2, 1), owners=((1, 2), (2, 2))))
    assert room.state.owners == {1: 2}
