"""What each event of a draft does to its state. Total: an event is a fact, never refused here.

Must decide nothing: what an event does follows from the event and the state alone, on every node
and on every replay. The words are in protocol/draft_events.py. SPEC: DR2, DR3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from protocol.draft import ACTS_MAX, Bid, Lists, Pick, TradeRow, Turn
from protocol.draft_events import (
    BidMade,
    ClockChanged,
    DraftConfigured,
    DraftMoved,
    DraftReset,
    KeeperChanged,
    ListsChanged,
    OfficeActed,
    OrderChanged,
    PausePlanned,
    PickMade,
    PickReplaced,
    PicksUndone,
    PlayersAdded,
    PoolCleared,
    ProxyChanged,
    SeatChanged,
    TradeMade,
    TurnOpened,
    TurnSkipped,
)
from server.rules.draft.state import Draft, Skipped, new_seat
from server.rules.kind import Stamp


def _configured(state: Draft, event: DraftConfigured, _stamp: Stamp) -> None:
    state.settings = event.settings
    numbers = range(1, event.settings.teams + 1)
    state.seats = {n: state.seats.get(n) or new_seat(n) for n in numbers}
    state.rosters = {n: state.rosters.get(n, []) for n in numbers}
    state.spent = {n: state.spent.get(n, 0) for n in numbers}
    state.order, state.cells = list(event.order), list(event.cells)
    state.owners = dict(event.owners)


def _added(state: Draft, event: PlayersAdded, _stamp: Stamp) -> None:
    for player in event.players:
        state.pool[player.id] = player
    state.pool_changed()


def _cleared(state: Draft, _event: PoolCleared, _stamp: Stamp) -> None:
    state.pool, state.keepers = {}, {}
    state.pool_changed()


def _seat(state: Draft, event: SeatChanged, _stamp: Stamp) -> None:
    state.seats[event.seat] = event.team


def _order(state: Draft, event: OrderChanged, _stamp: Stamp) -> None:
    state.order, state.cells = list(event.order), list(event.cells)
    state.owners = dict(event.owners)


def _keeper(state: Draft, event: KeeperChanged, _stamp: Stamp) -> None:
    state.keepers.pop(event.player, None)
    if event.keeper is not None:
        state.keepers[event.player] = event.keeper


def _moved(state: Draft, event: DraftMoved, _stamp: Stamp) -> None:
    state.phase = event.phase
    if event.why and state.settings.start_at is not None:
        state.settings = replace(state.settings, start_at=None)
    if event.phase in {"ended", "waiting"}:
        state.turn = state.bid = None
        state.proxies.clear()


def _opened(state: Draft, event: TurnOpened, stamp: Stamp) -> None:
    state.turn = Turn(
        sort=event.sort,
        n=event.n,
        seat=event.seat,
        opened=event.opened,
        deadline=event.deadline,
        wake=event.wake,
        base=event.base,
        auto=event.auto,
        left=event.left,
        nomination=event.nomination,
        player=event.player,
        version=stamp.version,
    )
    state.bid = None
    state.proxies.clear()


def _clock(state: Draft, event: ClockChanged, stamp: Stamp) -> None:
    assert state.turn is not None
    state.turn = replace(
        state.turn,
        deadline=event.deadline,
        wake=event.wake,
        base=event.base,
        left=event.left,
        auto=event.auto,
        extended=state.turn.extended + (event.why == "outage"),
        renewed=stamp.at,
    )
    _use_bank(state, state.turn.seat, event.bank_ms)


def _picked(state: Draft, event: PickMade, stamp: Stamp) -> None:
    pick = Pick(
        n=event.n,
        seat=event.seat,
        player=event.player,
        how=event.how,
        by=stamp.by if event.by is None else event.by,
        at=stamp.at if event.at is None else event.at,
        turn=event.turn,
        price=event.price,
        source=event.source,
        warned=event.warned,
        bank_ms=event.bank_ms,
        nomination=event.nomination,
    )
    (state.kept if event.how == "keeper" else state.picks).append(pick)
    if event.n:
        state.by_cell[event.n] = pick
        state.skipped.pop(event.n, None)
        state.returning.pop(event.n, None)
    state.rosters[event.seat].append(event.player)
    state.held[event.player] = event.seat
    state.spent[event.seat] += event.price or 0
    _use_bank(state, event.seat, event.bank_ms)


def _use_bank(state: Draft, seat: int, ms: int) -> None:
    if ms:
        team = state.seats[seat]
        state.seats[seat] = replace(team, bank_ms=team.bank_ms + ms)


def _skipped(state: Draft, event: TurnSkipped, _stamp: Stamp) -> None:
    state.returning.pop(event.n, None)
    (state.returning if event.back else state.skipped)[event.n] = Skipped(
        event.reason, len(state.picks)
    )


def _bid(state: Draft, event: BidMade, _stamp: Stamp) -> None:
    state.bid = Bid(event.seat, event.price)


def _undone(state: Draft, event: PicksUndone, _stamp: Stamp) -> None:
    gone = set(event.cells)
    for picks in (state.picks, state.kept):
        for pick in [one for one in picks if one.n in gone]:
            picks.remove(pick)
            _take_back(state, pick)
    for n in event.skips:
        state.skipped.pop(n, None)
        state.returning.pop(n, None)


def _take_back(state: Draft, pick: Pick) -> None:
    state.by_cell.pop(pick.n, None)
    state.rosters[state.held.pop(pick.player)].remove(pick.player)
    state.spent[pick.seat] -= pick.price or 0
    _use_bank(state, pick.seat, -pick.bank_ms)


def _replaced(state: Draft, event: PickReplaced, _stamp: Stamp) -> None:
    old = state.by_cell[event.n]
    new = replace(old, player=event.player)
    state.by_cell[event.n] = new
    for picks in (state.picks, state.kept):
        for index, pick in enumerate(picks):
            if pick is old:
                picks[index] = new
    seat = state.held.pop(event.was)
    has = state.rosters[seat]
    has[has.index(event.was)] = event.player
    state.held[event.player] = seat
    state.trades = [
        replace(
            trade,
            a_players=_with(trade.a_players, event.was, event.player),
            b_players=_with(trade.b_players, event.was, event.player),
        )
        for trade in state.trades
    ]


def _with(players: tuple[str, ...], was: str, now: str) -> tuple[str, ...]:
    return tuple(now if one == was else one for one in players)


def _traded(state: Draft, event: TradeMade, _stamp: Stamp) -> None:
    for cells, to in ((event.a_cells, event.b), (event.b_cells, event.a)):
        for n in cells:
            if state.cells[n - 1] == to:
                state.owners.pop(n, None)
            else:
                state.owners[n] = to
    if event.undo:
        state.trades.pop()
    else:
        state.trades.append(_row(event, len(state.picks)))
    for players, to in ((event.a_players, event.b), (event.b_players, event.a)):
        for player in players:
            state.rosters[state.held[player]].remove(player)
            state.rosters[to].append(player)
            state.held[player] = to


def _row(event: TradeMade, after: int) -> TradeRow:
    return TradeRow(
        after,
        event.a,
        event.b,
        tuple(event.a_cells),
        tuple(event.b_cells),
        tuple(event.a_players),
        tuple(event.b_players),
    )


def _planned(state: Draft, event: PausePlanned, _stamp: Stamp) -> None:
    state.pause_before = event.before


def _reset(state: Draft, _event: DraftReset, _stamp: Stamp) -> None:
    state.picks, state.kept, state.by_cell = [], [], {}
    state.rosters = {n: [] for n in state.seats}
    state.held, state.skipped, state.returning, state.trades = {}, {}, {}, []
    state.spent = dict.fromkeys(state.seats, 0)
    state.seats = {n: replace(seat, bank_ms=0) for n, seat in state.seats.items()}
    state.turn = state.bid = state.pause_before = None
    state.proxies.clear()


def _acted(state: Draft, event: OfficeActed, stamp: Stamp) -> None:
    act = {
        "v": stamp.version,
        "at": stamp.at,
        "by": stamp.by,
        "act": event.act,
        "reason": event.reason,
        "before": event.before,
        "after": event.after,
        "seat": event.seat,
    }
    state.acts.append(act)
    del state.acts[:-ACTS_MAX]


def _lists(state: Draft, event: ListsChanged, _stamp: Stamp) -> None:
    old = state.lists.get(event.account) or Lists()
    state.lists[event.account] = Lists(
        *(
            tuple(new) if new is not None else was
            for new, was in (
                (event.queue, old.queue),
                (event.ranking, old.ranking),
                (event.avoid, old.avoid),
                (event.watch, old.watch),
            )
        )
    )


def _proxy(state: Draft, event: ProxyChanged, _stamp: Stamp) -> None:
    state.proxies.pop(event.seat, None)
    if event.most is not None:
        state.proxies[event.seat] = (event.account, event.most)


APPLIERS: dict[type[Any], Callable[[Draft, Any, Stamp], None]] = {
    DraftConfigured: _configured,
    PlayersAdded: _added,
    PoolCleared: _cleared,
    SeatChanged: _seat,
    OrderChanged: _order,
    KeeperChanged: _keeper,
    DraftMoved: _moved,
    TurnOpened: _opened,
    ClockChanged: _clock,
    PickMade: _picked,
    TurnSkipped: _skipped,
    BidMade: _bid,
    PicksUndone: _undone,
    PickReplaced: _replaced,
    TradeMade: _traded,
    PausePlanned: _planned,
    DraftReset: _reset,
    OfficeActed: _acted,
    ListsChanged: _lists,
    ProxyChanged: _proxy,
}
"""Event to what it does."""


def apply(state: Draft, event: Any, stamp: Stamp) -> None:
    """Applies one event."""
    APPLIERS[type(event)](state, event, stamp)
    state.now = max(state.now, stamp.at)
