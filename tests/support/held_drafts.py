"""Drafts that were played by the rules, as their view has them."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.draft import DraftSettings, Player
from protocol.draft_commands import MakePick, SetKeeper, Trade
from server.drafts.held import HeldDraft, held_of
from server.rules.draft.state import view
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, pool_of

SMALL = DraftSettings(teams=4, rounds=3)


def held(room: DraftRoom) -> HeldDraft:
    """What a room shows."""
    return held_of(msgspec.json.encode({"kind": view(room.state)}))


def a_league(pool: list[Player] | None = None, **settings: Any) -> DraftRoom:
    """Four teams: one keeper, one traded cell, two picks by hand, the rest by autopick."""
    room = DraftRoom(DraftSettings(teams=4, rounds=3, **settings), pool or pool_of(60))
    room.must(BOSS, SetKeeper(2, player_id(20), round=2))
    room.must(BOSS, Trade(1, 3, a_cells=(9,)))
    room.start()
    room.must(manager(1), MakePick(room.v, player_id(4)))
    room.must(manager(2), MakePick(room.v, player_id(1)))
    return room
