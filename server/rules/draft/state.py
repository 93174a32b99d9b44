"""What a draft is at one version: settings, teams, pool, picks, the running turn, private lists.
Snapshot, restore, public and private view, and what is read off it.

Data and its bookkeeping only: what is allowed is decided beside it, what an event does is in
apply.py. Nothing here is iterated in another order than that of events. SPEC: DR2 to DR4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from protocol.draft import (
    AWAY,
    Bid,
    DraftSettings,
    Keeper,
    Lists,
    Phase,
    Pick,
    Player,
    Seat,
    TradeRow,
    Turn,
)
from server.rules.draft.legality import Positions, Roster, places
from server.rules.draft.orders import origins, round_of


class Skipped(NamedTuple):
    """A cell that was passed over."""

    reason: str
    after: int
    """Picks that were made before."""


def new_seat(number: int) -> Seat:
    """A team of nobody."""
    return Seat(f"Team {number}")


class Draft:
    """The state of one draft. Invariants: a player is in one roster at most; `by_cell` has every
    pick that has a cell; `spent` is the sum of the prices of a seat's picks."""

    __slots__ = (
        "_ranked",
        "acts",
        "bid",
        "by_cell",
        "cells",
        "held",
        "keepers",
        "kept",
        "lists",
        "now",
        "order",
        "owners",
        "pause_before",
        "phase",
        "picks",
        "pool",
        "proxies",
        "returning",
        "rosters",
        "seats",
        "settings",
        "skipped",
        "spent",
        "trades",
        "turn",
    )

    def __init__(self, settings: DraftSettings) -> None:
        self.settings = settings
        self.phase: Phase = "waiting"
        numbers = range(1, settings.teams + 1)
        self.seats: dict[int, Seat] = {n: new_seat(n) for n in numbers}
        self.order: list[int] = list(numbers)
        self.cells: list[int] = origins(settings, self.order)
        self.owners: dict[int, int] = {}
        self.pool: dict[str, Player] = {}
        self.keepers: dict[str, Keeper] = {}
        self.picks: list[Pick] = []
        self.kept: list[Pick] = []
        self.by_cell: dict[int, Pick] = {}
        self.rosters: dict[int, list[str]] = {n: [] for n in numbers}
        self.held: dict[str, int] = {}
        self.spent: dict[int, int] = dict.fromkeys(numbers, 0)
        self.trades: list[TradeRow] = []
        self.skipped: dict[int, Skipped] = {}
        self.returning: dict[int, Skipped] = {}
        self.turn: Turn | None = None
        self.bid: Bid | None = None
        self.pause_before: int | None = None
        self.acts: list[dict[str, Any]] = []
        self.lists: dict[str, Lists] = {}
        self.proxies: dict[int, tuple[str, int]] = {}
        """Seat to who gave the maximum and what it is, for the player on the block; in the order
        in which they came."""
        self.now = 0
        """Log time of the latest event."""
        self._ranked: list[str] | None = None

    def fork(self) -> Draft:
        """A copy to play on: what events change is copied, the pool is shared."""
        copy = Draft.__new__(Draft)
        for name in self.__slots__:
            value = getattr(self, name)
            if name not in {"pool", "_ranked"}:
                if isinstance(value, dict):
                    value = value.copy()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of whatever it holds
                elif isinstance(value, list):
                    value = value[:]  # pyright: ignore[reportUnknownVariableType] - of whatever it holds
            setattr(copy, name, value)
        copy.rosters = {seat: players[:] for seat, players in self.rosters.items()}
        return copy

    # --- what is read off it

    @property
    def is_auction(self) -> bool:
        """Players are sold, not picked."""
        return self.settings.type == "auction"

    def owner(self, n: int) -> int:
        """Who picks in a cell."""
        return self.owners.get(n) or self.cells[n - 1]

    def is_open(self, n: int) -> bool:
        """Whether a cell is still to come."""
        return n not in self.by_cell and n not in self.skipped

    def open_cells(self, seat: int) -> int:
        """How many cells a team still has."""
        owners, cells, taken, skipped = self.owners, self.cells, self.by_cell, self.skipped
        return sum(
            (owners.get(n) or origin) == seat and n not in taken and n not in skipped
            for n, origin in enumerate(cells, start=1)
        )

    def cell_of_round(self, seat: int, round_: int) -> Iterator[int]:
        """A team's open cells of a round."""
        for n in range(1, len(self.cells) + 1):
            if self.owner(n) == seat and self.is_open(n) and (round_of(self.settings, n) == round_):
                yield n

    def room(self, seat: int) -> int:
        """How many players a team may have."""
        most = places(self.settings.slots)
        own = self.seats[seat].room
        return most if own is None else min(own, most)

    def budget(self, seat: int) -> int:
        """The dollars a team began with."""
        own = self.seats[seat].budget
        return self.settings.auction.budget if own is None else own

    def money(self, seat: int) -> int:
        """The dollars a team has left."""
        return self.budget(seat) - self.spent[seat]

    def seat_of(self, account: str) -> int | None:
        """The team that an account manages."""
        for number, seat in self.seats.items():
            if account in seat.managers:
                return number
        return None

    def is_auto(self, seat: int) -> bool:
        """Whether a team is picked for."""
        return self.seats[seat].auto or self.seats[seat].cpu

    def positions(self, seat: int, without: str = "") -> list[Positions]:
        """Positions of everybody in a roster."""
        return [self.pool[one].positions for one in self.rosters[seat] if one != without]

    def ranked(self) -> list[str]:
        """The pool by default rank, unranked last."""
        if self._ranked is None:
            self._ranked = sorted(
                self.pool, key=lambda one: (self.pool[one].rank or 10**6, self.pool[one].adp or 0)
            )
        return self._ranked

    def pool_changed(self) -> None:
        """The order of the pool is to be found anew."""
        self._ranked = None

    def is_away(self, player: str) -> bool:
        """Whether a player will not play."""
        return self.pool[player].status.upper() in AWAY

    def roster(self, seat: int, without: str = "", *, strict: bool | None = None) -> Roster:
        """What a team can still take; `without` one of its players."""
        settings = self.settings
        room = self.room(seat)
        has = self.positions(seat, without)
        open_after = (room - len(has) if self.is_auction else self.open_cells(seat)) - 1
        return Roster(
            settings.slots,
            settings.maxima,
            has,
            room=room,
            open_after=open_after + bool(without),
            strict=settings.needs == "refuse" if strict is None else strict,
        )

    def pick_of_turn(self, version: int) -> Pick | None:
        """What came of an earlier turn."""
        for pick in reversed(self.picks):
            if pick.turn == version:
                return pick
        return None

    def pick_of_player(self, player: str) -> Pick | None:
        """How a player was got."""
        for pick in (*reversed(self.picks), *self.kept):
            if pick.player == player:
                return pick
        return None


# --- snapshot, restore, view


def snapshot(state: Draft) -> dict[str, Any]:
    """The state's own parts: to be encoded before it changes."""
    return {
        **_shared(state),
        "lists": state.lists,
        "proxies": list(state.proxies.items()),
        "now": state.now,
    }


def _shared(state: Draft) -> dict[str, Any]:
    return {
        "settings": state.settings,
        "phase": state.phase,
        "seats": {str(n): seat for n, seat in state.seats.items()},
        "order": state.order,
        "cells": state.cells,
        "owners": {str(n): seat for n, seat in state.owners.items()},
        "pool": state.pool,
        "keepers": list(state.keepers.values()),
        "picks": state.picks,
        "kept": state.kept,
        "rosters": {str(n): players for n, players in state.rosters.items()},
        "skipped": [[n, *one] for n, one in state.skipped.items()],
        "returning": [[n, *one] for n, one in state.returning.items()],
        "trades": state.trades,
        "turn": state.turn,
        "bid": state.bid,
        "pause_before": state.pause_before,
        "acts": state.acts,
    }


class _Stored(msgspec.Struct):
    settings: DraftSettings
    phase: Phase
    seats: dict[int, Seat]
    order: list[int]
    cells: list[int]
    owners: dict[int, int]
    pool: dict[str, Player]
    keepers: list[Keeper]
    picks: list[Pick]
    kept: list[Pick]
    rosters: dict[int, list[str]]
    skipped: list[tuple[int, str, int]]
    returning: list[tuple[int, str, int]]
    trades: list[TradeRow]
    turn: Turn | None
    bid: Bid | None
    pause_before: int | None
    acts: list[dict[str, Any]]
    lists: dict[str, Lists]
    proxies: list[tuple[int, tuple[str, int]]]
    now: int


def restore(data: Any) -> Draft:
    """From what `snapshot` gave, after a trip through JSON."""
    stored = msgspec.convert(data, _Stored, strict=False)
    state = Draft(stored.settings)
    for name in ("phase", "seats", "order", "cells", "owners", "pool", "picks", "kept", "rosters"):
        setattr(state, name, getattr(stored, name))
    for name in ("trades", "turn", "bid", "pause_before", "acts", "lists", "now"):
        setattr(state, name, getattr(stored, name))
    state.keepers = {keeper.player: keeper for keeper in stored.keepers}
    state.proxies = dict(stored.proxies)
    state.skipped = {n: Skipped(reason, after) for n, reason, after in stored.skipped}
    state.returning = {n: Skipped(reason, after) for n, reason, after in stored.returning}
    state.spent = dict.fromkeys(state.seats, 0)
    for pick in (*state.kept, *state.picks):
        state.spent[pick.seat] += pick.price or 0
        if pick.n:
            state.by_cell[pick.n] = pick
    state.held = {player: seat for seat, has in state.rosters.items() for player in has}
    return state


def view(state: Draft) -> dict[str, Any]:
    """DR2: what every member may see; lists and maxima are not in it."""
    money = {str(n): state.money(n) for n in state.seats} if state.is_auction else {}
    return {**_shared(state), "money": money}


def private(state: Draft, account: str) -> Any:
    """DR4: what only this account may see; None for nothing."""
    lists = state.lists.get(account)
    proxies = {str(seat): most for seat, (by, most) in state.proxies.items() if by == account}
    if lists is None and not proxies:
        return None
    return {"lists": lists or Lists(), "proxies": proxies}
