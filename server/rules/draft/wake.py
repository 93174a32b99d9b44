"""What the rules do when a deadline has come: a scheduled start, autopick, a sale; or more time,
where nobody was there to give the wake-up. Pure decisions. SPEC: DR22, DR27, DR28, DR41, DR49.
"""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import EXTENSIONS_MAX, Turn
from protocol.draft_events import DraftMoved, SeatChanged
from protocol.membership import Outage, WakeUp
from server.rules.draft import clock, flow, setup
from server.rules.draft.autopick import choose
from server.rules.draft.state import Draft
from server.rules.draft.work import Work
from server.rules.kind import Context, Decision, Rejected


def next_deadline(state: Draft) -> int | None:
    """When the rules want to be woken."""
    if state.phase == "waiting":
        return state.settings.start_at
    if state.phase == "live" and state.turn is not None:
        return state.turn.wake
    return None


def running_since(state: Draft) -> int | None:
    """When the running turn began, or was last given time back."""
    turn = state.turn
    if state.phase != "live" or turn is None or turn.deadline is None:
        return None
    return max(turn.opened, turn.renewed)


def decide_wake(state: Draft, command: WakeUp, context: Context) -> Decision:
    """DR22: bound to its deadline, so that a late one changes nothing."""
    if command.deadline != next_deadline(state):
        return Rejected("nothing_changes")
    work = Work(state, context, at=command.deadline)
    turn = state.turn
    if turn is None:
        _scheduled_start(work)
        return work.done()
    late = work.at - command.deadline > clock.LATE_MS
    if late and turn.deadline is not None and turn.extended < EXTENSIONS_MAX:
        event = clock.after_outage(work.state, turn, turn.deadline, work.at)
        if event is not None:
            work.emit(event)
            return work.done()
    if turn.sort == "bid":
        flow.sell(work)
    elif turn.sort == "nominate":
        nominate_for(work)
    else:
        _pick_at_zero(work, turn)
    return work.done()


def decide_outage(state: Draft, command: Outage, context: Context) -> Decision:
    """DR27: the time that was left when it began, counted from its end. The running turn only, and
    only what of the outage was in it, its grace included: a pick that came in time may be on a node
    that stands still."""
    turn = state.turn
    if turn is None or turn.extended >= EXTENSIONS_MAX:
        return Rejected("nothing_changes")
    since, grace = running_since(state), state.settings.clock.grace_ms
    if since is None or turn.deadline is None:
        return Rejected("nothing_changes")
    began = max(command.began, since)
    if command.ended <= began or began > turn.deadline + grace:
        return Rejected("nothing_changes")
    work = Work(state, context, at=command.ended)
    event = clock.after_outage(work.state, turn, min(began, turn.deadline), work.at)
    if event is None:
        return Rejected("nothing_changes")
    work.emit(event)
    return work.done()


def _scheduled_start(work: Work) -> None:
    problems = setup.readiness(work.state, work.context)
    if problems:
        work.emit(DraftMoved("waiting", problems))
        return
    setup.start_now(work)


def _pick_at_zero(work: Work, turn: Turn) -> None:
    """A turn of a team that is picked for; else what the settings say of one whose time is over."""
    state = work.state
    clock_settings, team = state.settings.clock, state.seats[turn.seat]
    if not turn.auto and clock_settings.on_miss == "auto":
        work.emit(SeatChanged(turn.seat, replace(team, auto=True), "missed"))
    again = turn.n in state.returning
    if turn.auto or clock_settings.at_zero in {"auto", "nothing"} or again:
        flow.auto_pick(work)
    else:
        flow.skip(work, "time", back=clock_settings.at_zero == "return")


def nominate_for(work: Work) -> None:
    """Autopick's choice at the smallest bid; the next team's turn where nobody is legal."""
    turn = work.state.turn
    assert turn is not None
    choice = choose(work.state, turn.seat, work.context.dice)
    if choice is None:
        flow.advance(work)
        return
    flow.open_lot(work, choice.player, work.state.settings.auction.min_bid)
