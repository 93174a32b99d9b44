"""What the commissioner asks of the clock and of the running turn: pause, resume, reset, more time,
skip, autopick, sell, hand a nomination on. Pure decisions, each announced to all. SPEC: DR50 to
DR55.
"""

from __future__ import annotations

from protocol.draft_commands import (
    ExtendClock,
    ForceAuto,
    GiveNomination,
    Pause,
    ResetDraft,
    Resume,
    SellNow,
    Skip,
)
from protocol.draft_events import DraftMoved, DraftReset, PausePlanned
from server.rules.draft import clock, flow
from server.rules.draft.state import Draft
from server.rules.draft.turns import turn_for
from server.rules.draft.wake import nominate_for
from server.rules.draft.work import Work
from server.rules.kind import Context, Decision, Rejected


def decide_pause(state: Draft, command: Pause, context: Context) -> Decision:
    """DR51."""
    if state.phase in {"waiting", "ended"}:
        return Rejected("not_started" if state.phase == "waiting" else "draft_ended")
    work = Work(state, context)
    if command.before is not None:
        if command.before == state.pause_before:
            return Rejected("nothing_changes")
        work.announce(command, before=state.pause_before, after=command.before)
        work.emit(PausePlanned(command.before))
        return work.done()
    if state.phase == "paused":
        return Rejected("nothing_changes")
    work.announce(command)
    work.emit(DraftMoved("paused"))
    if state.turn is not None:
        work.emit(clock.paused(work.state, state.turn, work.at))
    return work.done()


def decide_resume(state: Draft, command: Resume, context: Context) -> Decision:
    """DR51, DR25."""
    if state.phase != "paused" or state.turn is None:
        return Rejected("nothing_changes")
    reset = (command.clock or state.settings.clock.resume) == "reset"
    work = Work(state, context)
    work.announce(command, after="reset" if reset else "continue")
    work.emit(DraftMoved("live"))
    work.emit(clock.resumed(work.state, state.turn, work.at, reset=reset))
    return work.done()


def decide_reset(state: Draft, command: ResetDraft, context: Context) -> Decision:
    """DR55."""
    if state.phase == "waiting":
        return Rejected("nothing_changes")
    work = Work(state, context)
    work.announce(command, before={"picks": len(state.picks)}, after={"picks": 0})
    work.emit(DraftReset())
    work.emit(DraftMoved("waiting"))
    return work.done()


def decide_clock(state: Draft, command: ExtendClock, context: Context) -> Decision:
    """DR52."""
    turn = turn_for(state, command.turn)
    if isinstance(turn, Rejected):
        return turn
    work = Work(state, context)
    event = clock.extended(work.state, turn, work.at, command.add_s * 1000)
    if event is None:
        return Rejected("nothing_changes")
    work.announce(command, seat=turn.seat, before=turn.deadline, after=event.deadline)
    work.emit(event)
    return work.done()


def decide_skip(state: Draft, command: Skip, context: Context) -> Decision:
    """DR53."""
    turn = turn_for(state, command.turn, "pick", "nominate")
    if isinstance(turn, Rejected):
        return turn
    work = Work(state, context)
    work.announce(command, seat=turn.seat, before=turn.n, after="back" if command.back else None)
    flow.skip(work, "office", back=command.back)
    return work.done()


def decide_force(state: Draft, command: ForceAuto, context: Context) -> Decision:
    """DR54: also where the draft is paused."""
    turn = turn_for(state, command.turn, "pick", "nominate")
    if isinstance(turn, Rejected):
        return turn
    work = Work(state, context)
    work.announce(command, seat=turn.seat, before=turn.n)
    if turn.sort == "pick":
        flow.auto_pick(work)
    else:
        nominate_for(work)
    return work.done()


def decide_sell(state: Draft, command: SellNow, context: Context) -> Decision:
    """DR54."""
    turn = turn_for(state, command.turn, "bid")
    if isinstance(turn, Rejected):
        return turn
    assert state.bid is not None
    work = Work(state, context)
    work.announce(command, seat=state.bid.seat, before=turn.player, after=state.bid.price)
    flow.sell(work)
    return work.done()


def decide_nominator(state: Draft, command: GiveNomination, context: Context) -> Decision:
    """DR54."""
    turn = turn_for(state, command.turn, "nominate")
    if isinstance(turn, Rejected):
        return turn
    if command.seat not in state.seats:
        return Rejected("no_seat")
    if command.seat == turn.seat:
        return Rejected("nothing_changes")
    if not flow.can_nominate(state, command.seat):
        return Rejected("no_legal_slot", {"why": "full", "seat": command.seat})
    work = Work(state, context)
    work.announce(command, seat=command.seat, before=turn.seat, after=command.seat)
    work.emit(
        clock.opened(
            work.state, "nominate", turn.n, command.seat, work.at, nomination=turn.nomination
        )
    )
    return work.done()
