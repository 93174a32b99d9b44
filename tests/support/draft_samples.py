"""One acceptable example of every command of a draft, and what the same person did before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Said = dict[str, Any]
Saying = Callable[[Any], Said]
Before = tuple["Said | Saying", ...]

_POOL: Said = {
    "type": "pool.add",
    "players": [[f"p{n}", f"Player {n}", ["QB" if n % 2 else "RB"], "X", n] for n in range(1, 13)],
}
_CLAIM: Said = {"type": "seat.claim", "seat": 1}
_START: Said = {"type": "draft.start"}
_LIVE: Before = (_POOL, _CLAIM, _START)
_AUCTION: Said = {"type": "draft.configure", "settings": {"type": "auction"}}


def _now(said: Said) -> Saying:
    """For the turn of the moment."""
    return lambda room: {**said, "turn": room.state.inner.turn.version}


def _pick(player: str, kind: str = "pick.make") -> Saying:
    return _now({"type": kind, "player": player})


_BIDDING: Before = (
    _POOL,
    _AUCTION,
    {"type": "seat.claim", "seat": 2},
    _START,
    _now({"type": "office.pick", "player": "p1", "price": 1}),
)
_NOMINATING: Before = (_POOL, _AUCTION, _CLAIM, _START)
_KEEPER: Said = {"type": "keeper.set", "seat": 1, "player": "p9", "round": 3}

DRAFT_SAMPLES: dict[str, tuple[Said | Saying, Before]] = {
    "pick.make": (_pick("p1"), _LIVE),
    "lot.nominate": (_now({"type": "lot.nominate", "player": "p1", "price": 1}), _NOMINATING),
    "bid.place": (_now({"type": "bid.place", "price": 2}), _BIDDING),
    "proxy.set": (_now({"type": "proxy.set", "most": 20}), _BIDDING),
    "auto.set": ({"type": "auto.set", "on": True}, (_CLAIM,)),
    "lists.set": ({"type": "lists.set", "queue": ["p1"]}, (_POOL,)),
    "seat.claim": (_CLAIM, ()),
    "seat.name": ({"type": "seat.name", "name": "Ours"}, (_CLAIM,)),
    "draft.configure": (_AUCTION, ()),
    "pool.add": (_POOL, ()),
    "pool.clear": ({"type": "pool.clear"}, (_POOL,)),
    "seat.set": ({"type": "seat.set", "seat": 1, "cpu": True}, ()),
    "order.set": ({"type": "order.set", "order": [2, 1, *range(3, 11)]}, ()),
    "keeper.set": (_KEEPER, (_POOL,)),
    "keeper.remove": ({"type": "keeper.remove", "player": "p9"}, (_POOL, _KEEPER)),
    "draft.start": (_START, (_POOL,)),
    "draft.pause": ({"type": "draft.pause"}, _LIVE),
    "draft.resume": ({"type": "draft.resume"}, (*_LIVE, {"type": "draft.pause"})),
    "draft.reset": ({"type": "draft.reset"}, _LIVE),
    "office.undo": ({"type": "office.undo"}, (*_LIVE, _pick("p1"))),
    "office.replace": (
        {"type": "office.replace", "n": 1, "player": "p3"},
        (*_LIVE, _pick("p1")),
    ),
    "office.pick": (_pick("p1", "office.pick"), _LIVE),
    "office.bid": (_now({"type": "office.bid", "seat": 2, "price": 2}), _BIDDING),
    "office.force": (_now({"type": "office.force"}), _LIVE),
    "office.skip": (_now({"type": "office.skip", "back": True}), _LIVE),
    "office.trade": (
        {"type": "office.trade", "a": 1, "b": 2, "a_cells": [1], "b_cells": [2]},
        (),
    ),
    "office.clock": (_now({"type": "office.clock", "add_s": 60}), _LIVE),
    "office.sell": (_now({"type": "office.sell"}), _BIDDING),
    "office.unsell": (
        {"type": "office.unsell", "n": 1},
        (*_BIDDING, _now({"type": "office.sell"})),
    ),
    "draft.load": ({"type": "draft.load", "order": [2, 1, *range(3, 11)]}, ()),
    "office.nominator": (_now({"type": "office.nominator", "seat": 2}), _NOMINATING),
}
"""Command to the example and what came before; functions are asked of the room at that moment."""
