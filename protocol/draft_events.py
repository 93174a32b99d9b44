"""What has happened in a draft, and how a model applies it. Types only. SPEC: section DR.

The view (`state.kind` of a snapshot) is

    {"settings": {…},                        DraftSettings, defaults left out
     "phase": "waiting"|"live"|"paused"|"ended",
     "seats": {"1": [name, managers, cpu, auto, room, budget, bank_ms], …},
     "order": [3, 1, …],                     seats in the order of the first round
     "cells": [3, 1, …],                     origin of cell n at n - 1; none at an auction
     "owners": {"17": 4},                    cells that another seat owns now
     "pool": {"00-0033873": [Player], …},
     "keepers": [Keeper, …],
     "picks": [Pick, …],                     as they were made; keepers are not among them
     "kept": [Pick, …],
     "rosters": {"1": ["00-0033873", …], …}, who has whom now
     "money": {"1": 141, …},                 auction: dollars left
     "skipped": [[n, reason, picks before], …], "returning": [[n, picks before], …],
     "trades": [TradeRow, …],                as they were made
     "turn": Turn | null, "bid": [seat, price] | null,
     "pause_before": n | null,
     "acts": [{"v", "at", "by", "act", "reason", "before", "after", "seat"}, …]}     the latest 200

Private (`private.state`, or `private.events` of an entry): {"lists": Lists, "proxies": {"1": 80}}.

How a model applies an event of an entry {v, at, by}:

    draft.configured  settings, seats, order, cells, owners: as given
    pool.added        put each row under its id; pool.cleared empties
    seat.changed      seats[seat]
    order.changed     order, cells, owners
    keeper.changed    takes the player out of `keepers`; puts `keeper` at the end unless null
    draft.moved       phase; `ended` and `waiting` close turn and bid; with `why` the settings
                      lose `start_at`
    turn.opened       turn = {…event, version: v}; bid = null
    clock.changed     deadline, wake, base, left, auto of the turn; renewed = at; its seat's
                      bank_ms rises by bank_ms; `outage`: extended + 1
    pick.made         picks (kept, if how is keeper), rosters; bank_ms rises by the pick's;
                      money falls by its price; n leaves skipped and returning
    turn.skipped      skipped or (`back`) returning get [n, reason, picks before]
    bid.made          bid = [seat, price]
    picks.undone      `picks` of these n go, with what they cost and used; `skips`: so do these
    pick.replaced     the pick of n, and every trade of it, has `player`, in the roster that has
                      `was`
    trade.made        owners of the cells, rosters of the players; trades gets it with the number
                      of picks so far; `undo`: trades loses the last one instead
    pause.planned     pause_before
    draft.reset       picks, kept, rosters, trades, skipped, returning, bank, turn, bid: empty;
                      money full
    office.acted      acts gets it, the oldest beyond ACTS_MAX goes
    lists.changed     the owner's lists; proxy.changed the owner's maximum (null: none)
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from protocol.draft import (
    AutoSource,
    DraftSettings,
    How,
    Keeper,
    Phase,
    Player,
    Seat,
    TurnSort,
)


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    pass


Owners = list[tuple[int, int]]
"""`[n, seat]` of each cell that another than its origin owns."""


class DraftConfigured(_Event, frozen=True, tag="draft.configured"):
    """All settings as they are from now on, and what follows from them."""

    settings: DraftSettings
    order: list[int]
    cells: list[int]
    owners: Owners = []


class PlayersAdded(_Event, frozen=True, tag="pool.added"):
    """Players who are in the pool from now on, or have a new row."""

    players: list[Player]


class PoolCleared(_Event, frozen=True, tag="pool.cleared"):
    """Nobody is in the pool, nobody is kept."""


class SeatChanged(_Event, frozen=True, tag="seat.changed"):
    """A team as it is from now on."""

    seat: int
    team: Seat
    why: str = ""
    """`missed`: picked for from now on because its time ran out."""


class OrderChanged(_Event, frozen=True, tag="order.changed"):
    """Another order of the first round, and of all that follow from it."""

    order: list[int]
    cells: list[int]
    owners: Owners = []


class KeeperChanged(_Event, frozen=True, tag="keeper.changed"):
    """A player is kept so, or (null) not."""

    player: str
    keeper: Keeper | None = None


class DraftMoved(_Event, frozen=True, tag="draft.moved"):
    """Another phase. `why`: what could not be, where a start failed."""

    phase: Phase
    why: list[str] = []


class TurnOpened(_Event, frozen=True, tag="turn.opened"):
    """Somebody is on the clock."""

    sort: TurnSort
    n: int
    seat: int
    opened: int
    deadline: int | None = None
    wake: int | None = None
    base: int | None = None
    auto: bool = False
    left: int | None = None
    nomination: int = 0
    player: str = ""


class ClockChanged(_Event, frozen=True, tag="clock.changed"):
    """The running turn's clock from now on."""

    why: str
    """`bid`, `paused`, `resumed`, `extended`, `outage`, `configured`, `auto`."""
    deadline: int | None = None
    wake: int | None = None
    base: int | None = None
    left: int | None = None
    auto: bool = False
    bank_ms: int = 0
    """Of the bank, used until a pause."""


class PickMade(_Event, frozen=True, tag="pick.made"):
    """A team has got a player."""

    n: int
    seat: int
    player: str
    how: How
    turn: int = 0
    price: int | None = None
    source: AutoSource | None = None
    warned: bool = False
    bank_ms: int = 0
    nomination: int = 0
    by: str | None = None
    """Of a pick that was loaded: who picked, as the source says; else the entry's author did."""
    at: int | None = None
    """Of a pick that was loaded: log time in ms as the source says; else the entry's."""


class TurnSkipped(_Event, frozen=True, tag="turn.skipped"):
    """A cell was passed over, for good or (`back`) until the end."""

    n: int
    seat: int
    reason: str
    """`time`, `office`, `roster_full`, `no_legal_player`, `cannot_nominate`."""
    back: bool = False


class BidMade(_Event, frozen=True, tag="bid.made"):
    """The standing bid. `proxy`: the system's, up to a maximum that somebody gave."""

    seat: int
    price: int
    account: str = ""
    proxy: bool = False


class PicksUndone(_Event, frozen=True, tag="picks.undone"):
    """These picks did not happen, and these cells were not passed over."""

    cells: list[int]
    skips: list[int] = []


class PickReplaced(_Event, frozen=True, tag="pick.replaced"):
    """One pick is another player."""

    n: int
    was: str
    player: str


class TradeMade(_Event, frozen=True, tag="trade.made"):
    """Two teams have exchanged cells and players. `undo`: the latest trade is taken back, as far as
    it still can be."""

    a: int
    b: int
    a_cells: list[int] = []
    b_cells: list[int] = []
    a_players: list[str] = []
    b_players: list[str] = []
    undo: bool = False


class PausePlanned(_Event, frozen=True, tag="pause.planned"):
    """The draft pauses when this cell comes up; null: it does not."""

    before: int | None = None


class DraftReset(_Event, frozen=True, tag="draft.reset"):
    """No pick was made."""


class OfficeActed(_Event, frozen=True, tag="office.acted"):
    """What the commissioner did, for all to see."""

    act: str
    """The command's type."""
    reason: str = ""
    seat: int | None = None
    before: Any = None
    after: Any = None


class ListsChanged(_Event, frozen=True, tag="lists.changed"):
    """The account alone: its lists; what is null stays."""

    account: str
    queue: list[str] | None = None
    ranking: list[str] | None = None
    avoid: list[str] | None = None
    watch: list[str] | None = None


class ProxyChanged(_Event, frozen=True, tag="proxy.changed"):
    """The account alone (nobody, where it is a computer's): up to what is bid for it."""

    account: str
    seat: int
    most: int | None = None


DraftEvent = (
    DraftConfigured
    | PlayersAdded
    | PoolCleared
    | SeatChanged
    | OrderChanged
    | KeeperChanged
    | DraftMoved
    | TurnOpened
    | ClockChanged
    | PickMade
    | TurnSkipped
    | BidMade
    | PicksUndone
    | PickReplaced
    | TradeMade
    | PausePlanned
    | DraftReset
    | OfficeActed
    | ListsChanged
    | ProxyChanged
)
