"""Before the start: settings, pool, teams, order, keepers, and the start itself. Pure decisions.
SPEC: DR5 to DR9, DR14, DR18, DR26, DR47 to DR49.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from protocol.draft import PLAYERS_MAX, DraftSettings, Keeper, Seat
from protocol.draft_commands import (
    AddPlayers,
    ClearPool,
    Configure,
    RemoveKeeper,
    SetKeeper,
    SetOrder,
    SetSeat,
    Start,
)
from protocol.draft_events import (
    DraftConfigured,
    DraftMoved,
    KeeperChanged,
    OrderChanged,
    PickMade,
    PicksUndone,
    PlayersAdded,
    PoolCleared,
    SeatChanged,
)
from protocol.text import clean_name
from server.rules.draft import clock, flow
from server.rules.draft.autopick import rolls
from server.rules.draft.checks import free_or_why, hammer_or_why
from server.rules.draft.legality import places
from server.rules.draft.money import most_for
from server.rules.draft.orders import moved_owners, origins
from server.rules.draft.quiet import covered_minutes
from server.rules.draft.state import Draft
from server.rules.draft.work import Work
from server.rules.kind import Accepted, Context, Decision, Rejected
from server.zones import zone_named

QUIET_MINUTES_MAX = 1_380
"""A clock runs an hour a day at least."""
_LIVE = frozenset({"clock", "needs", "starters_first"})
"""Settings that may differ once the draft has started (DR26)."""


def problems_of(settings: DraftSettings) -> list[str]:
    """DR47: why no draft can be held with these settings; empty: one can."""
    problems: list[str] = []
    if settings.type == "custom":
        seats = [seat for row in settings.matrix for seat in row]
        if not seats:
            problems.append("matrix_empty")
        if any(seat > settings.teams for seat in seats):
            problems.append("matrix_names_no_seat")
    if zone_named(settings.clock.zone) is None:
        problems.append("unknown_zone")
    if covered_minutes(settings.clock.quiet) > QUIET_MINUTES_MAX:
        problems.append("always_quiet")
    room = places(settings.slots)
    if settings.type == "auction":
        if most_for(settings.auction, settings.auction.budget, room) < settings.auction.min_bid:
            problems.append("budget_too_small")
    elif settings.type != "custom" and settings.rounds > room:
        problems.append("more_rounds_than_places")
    return problems


# --- settings


def decide_configure(state: Draft, command: Configure, context: Context) -> Decision:
    """DR47, DR26: contradictory settings are refused; a started draft keeps its shape."""
    settings, old = command.settings, state.settings
    if settings == old:
        return Rejected("nothing_changes")
    problems = problems_of(settings)
    if problems:
        return Rejected("bad_settings", {"problems": problems})
    live = state.phase != "waiting"
    changed = [
        name
        for name in DraftSettings.__struct_fields__
        if getattr(settings, name) != getattr(old, name)
    ]
    if live and not _LIVE.issuperset(changed):
        return Rejected("started", {"settings": sorted(set(changed) - _LIVE)})
    order = state.order if settings.teams == old.teams else list(range(1, settings.teams + 1))
    cells = origins(settings, order)
    owners = moved_owners(old, state.cells, state.owners, settings, cells)
    work = Work(state, context)
    work.announce(
        command,
        before={name: msgspec.to_builtins(getattr(old, name)) for name in changed},
        after={name: msgspec.to_builtins(getattr(settings, name)) for name in changed},
    )
    work.emit(DraftConfigured(settings, order, cells, owners))
    turn = work.state.turn
    if live and command.now and turn is not None:
        work.emit(clock.recounted(work.state, turn, work.at, "configured"))
    return work.done()


# --- pool


def decide_add(state: Draft, command: AddPlayers, _context: Context) -> Decision:
    """DR48: a row replaces the one with its id; of a player who is in a roster, or on the block,
    the positions stay."""
    new = {player.id: player for player in command.players}
    if len(state.pool.keys() | new.keys()) > PLAYERS_MAX:
        return Rejected("limit_reached", {"limit": "PLAYERS_MAX", "max": PLAYERS_MAX})
    on_the_block = state.turn.player if state.turn else ""
    players = [
        replace(player, positions=state.pool[player.id].positions)
        if player.id in state.held or player.id == on_the_block
        else player
        for player in new.values()
    ]
    players = [player for player in players if state.pool.get(player.id) != player]
    return Accepted([PlayersAdded(players)]) if players else Rejected("nothing_changes")


def decide_clear(state: Draft, _command: ClearPool, _context: Context) -> Decision:
    """DR48."""
    if state.phase != "waiting":
        return Rejected("started")
    return Accepted([PoolCleared()]) if state.pool else Rejected("nothing_changes")


# --- teams and order


def decide_seat(state: Draft, command: SetSeat, context: Context) -> Decision:
    """DR18: nobody manages two teams; room and budget only before the start."""
    seat = command.seat
    old = state.seats.get(seat)
    if old is None:
        return Rejected("no_seat")
    given = {
        name: getattr(command, name)
        for name in ("name", "managers", "cpu", "auto", "room", "budget")
        if getattr(command, name) is not UNSET
    }
    if state.phase != "waiting" and given.keys() & {"room", "budget"}:
        return Rejected("started")
    refused = _check_seat(state, seat, given, context)
    if refused is not None:
        return refused
    new: Seat = replace(old, **given)
    if new == old:
        return Rejected("nothing_changes")
    work = Work(state, context)
    work.announce(
        command,
        seat=seat,
        before={name: getattr(old, name) for name in given},
        after={name: getattr(new, name) for name in given},
    )
    work.emit(SeatChanged(seat, new))
    turn = work.state.turn
    touched = (new.auto or new.cpu) != (old.auto or old.cpu)
    if turn is not None and turn.seat == seat and turn.sort != "bid" and touched:
        work.emit(clock.recounted(work.state, turn, work.at, "auto"))
    return work.done()


def _check_seat(
    state: Draft, seat: int, given: dict[str, Any], context: Context
) -> Rejected | None:
    if "name" in given:
        name = clean_name(given["name"], 40)
        if name is None:
            return Rejected("bad_command", {"text": "name"})
        given["name"] = name
    managers = given.get("managers")
    if managers is None:
        return None
    given["managers"] = managers = tuple(dict.fromkeys(managers))
    for one in managers:
        if one not in context.names:
            return Rejected("unknown_member", {"member": one})
        if state.seat_of(one) not in {None, seat}:
            return Rejected("seat_taken", {"member": one, "seat": state.seat_of(one)})
    return None


def decide_order(state: Draft, command: SetOrder, context: Context) -> Decision:
    """DR8, DR9: traded picks stay traded; a drawn order is in the event."""
    if state.phase != "waiting":
        return Rejected("started")
    numbers = list(range(1, state.settings.teams + 1))
    if command.order is None:
        order = _drawn(numbers, context.dice)
    else:
        order = list(command.order)
        if sorted(order) != numbers:
            return Rejected("bad_settings", {"problems": ["order_is_no_order"]})
        if order == state.order:
            return Rejected("nothing_changes")
    cells = origins(state.settings, order)
    owners = moved_owners(state.settings, state.cells, state.owners, state.settings, cells)
    work = Work(state, context)
    work.announce(command, before=state.order, after=order)
    work.emit(OrderChanged(order, cells, owners))
    return work.done()


def _drawn(numbers: list[int], dice: int) -> list[int]:
    """Every order is as likely as another (Fisher and Yates)."""
    order, roll = numbers[:], rolls(dice)
    for last in range(len(order) - 1, 0, -1):
        other = int(next(roll) * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


# --- keepers


def decide_keeper(state: Draft, command: SetKeeper, context: Context) -> Decision:
    """DR14: before the start a wish that is checked then; once started it holds at once."""
    seat, player = command.seat, command.player
    if seat not in state.seats:
        return Rejected("no_seat")
    refused = hammer_or_why(state) or free_or_why(state, player)
    if refused is not None:
        return refused
    keeper = Keeper(seat, player, command.round, command.price)
    if state.keepers.get(player) == keeper:
        return Rejected("nothing_changes")
    wants_round = not state.is_auction
    if wants_round != (command.round is not None) or wants_round == (command.price is not None):
        return Rejected("bad_settings", {"problems": ["keeper_needs_round_or_price"]})
    work = Work(state, context)
    before = state.keepers.get(player)
    work.announce(
        command,
        seat=seat,
        before=None if before is None else msgspec.to_builtins(before),
        after=msgspec.to_builtins(keeper),
    )
    work.emit(KeeperChanged(player, keeper))
    if state.phase == "waiting":
        problems = place_keepers(Work(work.state, context))
        return Rejected("not_ready", {"problems": problems}) if problems else work.done()
    problem = _keep(work, keeper)
    if problem is not None:
        return Rejected("not_ready", {"problems": [problem]})
    _next_if_taken(work)
    return work.done()


def _next_if_taken(work: Work) -> None:
    """The running turn's cell was filled or opened: whoever is next comes up."""
    turn, state = work.state.turn, work.state
    if turn is not None and turn.sort == "pick" and not state.is_open(turn.n):
        flow.advance(work)


def _keep(work: Work, keeper: Keeper) -> str | None:
    """Puts a kept player on his team; a problem where he cannot be there."""
    state, seat, player = work.state, keeper.seat, keeper.player
    if seat not in state.seats:
        return f"keeper_of_no_seat:{player}"
    if player not in state.pool or player in state.held:
        return f"keeper_not_free:{player}"
    n = 0
    if state.is_auction:
        room = state.room(seat) - len(state.rosters[seat])
        price = keeper.price or 0
        if most_for(state.settings.auction, state.money(seat), room) < price:
            return f"keeper_too_dear:{player}"
    else:
        n = next(state.cell_of_round(seat, keeper.round or 0), 0)
        if not n:
            return f"keeper_without_cell:{player}"
    why = state.roster(seat).why_not(state.pool[player].positions)
    if why in {"full", "maximum", "slot"}:
        return f"keeper_does_not_fit:{player}"
    work.emit(PickMade(n, seat, player, "keeper", price=keeper.price))
    return None


def place_keepers(work: Work) -> list[str]:
    """Every kept player on his team; what is in the way of it."""
    problems = [_keep(work, keeper) for keeper in list(work.state.keepers.values())]
    return [problem for problem in problems if problem is not None]


def decide_unkeep(state: Draft, command: RemoveKeeper, context: Context) -> Decision:
    """DR14: his cell is open again; at an auction the money comes back."""
    keeper = state.keepers.get(command.player)
    if keeper is None:
        return Rejected("nothing_changes")
    work = Work(state, context)
    work.announce(command, seat=keeper.seat, before=msgspec.to_builtins(keeper))
    kept = next((one for one in state.kept if one.player == command.player), None)
    if kept is not None:
        if not kept.n:
            return Rejected("started")
        work.emit(PicksUndone([kept.n]))
    work.emit(KeeperChanged(command.player))
    if state.phase == "ended":
        work.emit(DraftMoved("paused"))
        flow.advance(work)
    return work.done()


# --- the start


def readiness(state: Draft, context: Context) -> list[str]:
    """DR49: what is in the way of a start; empty: nothing."""
    problems = problems_of(state.settings)
    if not state.pool:
        problems.append("no_players")
    if problems:
        return problems
    auction = state.settings.auction
    for seat in state.seats if state.is_auction else ():
        open_places = state.room(seat)
        if most_for(auction, state.budget(seat), open_places) < auction.min_bid:
            problems.append(f"budget_too_small:{seat}")
    return problems + place_keepers(Work(state, context))


def start_now(work: Work) -> None:
    """The draft is live; keepers are on their teams, the first team is on the clock. A scheduled
    start is over with it."""
    state = work.state
    if state.settings.start_at is not None:
        settings = replace(state.settings, start_at=None)
        owners = list(state.owners.items())
        work.emit(DraftConfigured(settings, state.order, state.cells, owners))
    work.emit(DraftMoved("live"))
    place_keepers(work)
    flow.advance(work)


def decide_start(state: Draft, _command: Start, context: Context) -> Decision:
    """DR49."""
    if state.phase != "waiting":
        return Rejected("started")
    problems = readiness(state, context)
    if problems:
        return Rejected("not_ready", {"problems": problems})
    work = Work(state, context)
    start_now(work)
    return work.done()
