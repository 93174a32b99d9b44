"""What managers ask at a draft: their pick, being picked for, their lists, their team. Pure
decisions. Which turn a command was meant for, and what whoever comes too late is told, is said here
once for all commands that name a turn. SPEC: DR15 to DR19, DR45, DR46.
"""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from protocol.draft import Turn, TurnSort
from protocol.draft_commands import ClaimSeat, MakePick, NameTeam, SetAuto, SetLists
from protocol.draft_events import ListsChanged, SeatChanged
from protocol.text import clean_name
from server.rules.draft import clock, flow
from server.rules.draft.autopick import Choice
from server.rules.draft.checks import fit_or_why, free_or_why, winner_of
from server.rules.draft.state import Draft
from server.rules.draft.work import Work
from server.rules.kind import Accepted, Context, Decision, Rejected


def turn_for(state: Draft, version: int, *sorts: TurnSort) -> Turn | Rejected:
    """The running turn, if it is the one that the command was meant for (DR17)."""
    turn = state.turn
    if turn is None or turn.version != version:
        made = state.pick_of_turn(version)
        if made is not None:
            return Rejected("already_picked", winner_of(made))
        if state.phase == "waiting":
            return Rejected("not_started")
        if turn is None:
            return Rejected("draft_ended")
        return Rejected("too_late", {"turn": turn.version})
    if sorts and turn.sort not in sorts:
        return Rejected("not_your_turn", {"seat": turn.seat, "sort": turn.sort})
    return turn


def now_or_why(state: Draft, turn: Turn, now: int) -> Rejected | None:
    """None: the clock runs, and the command was received in time (DR21)."""
    if state.phase == "paused":
        return Rejected("paused")
    if not clock.in_time(state, turn, now):
        return Rejected("too_late", {"turn": turn.version, "deadline": turn.deadline})
    return None


def decide_pick(state: Draft, command: MakePick, context: Context) -> Decision:
    """DR16."""
    turn = turn_for(state, command.turn, "pick")
    if isinstance(turn, Rejected):
        return turn
    if state.seat_of(context.account) != turn.seat:
        return Rejected("not_your_turn", {"seat": turn.seat})
    return pick_now(state, turn, command.player, context)


def pick_now(state: Draft, turn: Turn, player: str, context: Context) -> Decision:
    """The manager's pick, all but whose turn it is."""
    warned = check_pick(state, turn, player, context.now)
    if isinstance(warned, Rejected):
        return warned
    work = Work(state, context)
    flow.pick(work, player, "manual", by_hand(player, warned=warned))
    return work.done()


def check_pick(state: Draft, turn: Turn, player: str, now: int) -> Rejected | bool:
    """What a pick in this turn comes to: a refusal, or whether it is made with a warning."""
    refused = now_or_why(state, turn, now) or free_or_why(state, player)
    return refused or fit_or_why(state, turn.seat, player)


def by_hand(player: str, *, warned: bool) -> Choice | None:
    """How a person's choice is recorded."""
    return Choice(player, None, warned=True) if warned else None


def auto_changed(work: Work, seat: int, *, on: bool, why: str = "") -> None:
    """A team is picked for from now on, or not; also in its running turn (DR45)."""
    team = work.state.seats[seat]
    work.emit(SeatChanged(seat, replace(team, auto=on), why))
    turn = work.state.turn
    if turn is not None and turn.seat == seat and turn.sort != "bid":
        work.emit(clock.recounted(work.state, turn, work.at, "auto"))


def decide_auto(state: Draft, command: SetAuto, context: Context) -> Decision:
    """DR45: one's own team, at any time."""
    seat = state.seat_of(context.account)
    if seat is None:
        return Rejected("no_seat")
    if state.seats[seat].auto == command.on:
        return Rejected("nothing_changes")
    work = Work(state, context)
    auto_changed(work, seat, on=command.on)
    return work.done()


def decide_lists(state: Draft, command: SetLists, context: Context) -> Decision:
    """DR46: each player once; who is not in the pool is left out."""
    given = {
        name: list(dict.fromkeys(one for one in value if one in state.pool))
        for name in ("queue", "ranking", "avoid", "watch")
        if (value := getattr(command, name)) is not UNSET
    }
    old = state.lists.get(context.account)
    if all(list(getattr(old, name, ())) == value for name, value in given.items()):
        return Rejected("nothing_changes")
    return Accepted([ListsChanged(context.account, **given)])


def decide_claim(state: Draft, command: ClaimSeat, context: Context) -> Decision:
    """DR18: a free team before the start, or none any more."""
    account, wanted = context.account, command.seat
    if state.phase != "waiting":
        return Rejected("started")
    has = state.seat_of(account)
    if wanted == has:
        return Rejected("nothing_changes")
    if wanted is not None:
        if not state.settings.claims:
            return Rejected("forbidden")
        team = state.seats.get(wanted)
        if team is None:
            return Rejected("no_seat")
        if team.managers or team.cpu:
            return Rejected("seat_taken", {"seat": wanted})
    work = Work(state, context)
    if has is not None:
        team = state.seats[has]
        left = tuple(one for one in team.managers if one != account)
        work.emit(SeatChanged(has, replace(team, managers=left)))
    if wanted is not None:
        work.emit(SeatChanged(wanted, replace(state.seats[wanted], managers=(account,))))
    return work.done()


def decide_name(state: Draft, command: NameTeam, context: Context) -> Decision:
    """DR18."""
    seat = state.seat_of(context.account)
    if seat is None:
        return Rejected("no_seat")
    name = clean_name(command.name, 40)
    if name is None:
        return Rejected("bad_command", {"text": "name"})
    if name == state.seats[seat].name:
        return Rejected("nothing_changes")
    return Accepted([SeatChanged(seat, replace(state.seats[seat], name=name))])
