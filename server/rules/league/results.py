"""What the system says of weeks: results at positions of their feeds, what corrections make of
them, and that they are official. Pure decisions. SPEC: LE13 to LE16."""

from __future__ import annotations

from protocol.league import (
    CAUSES_MAX,
    CorrectedResult,
    CorrectWeek,
    Result,
    SettleWeek,
    WeekClosing,
    WeekCorrected,
    WeekOfficial,
    WeekSettled,
)
from protocol.membership import WakeUp
from server.rules.kind import Context, Decision, Rejected
from server.rules.league.locks import HOUR_MS, ends_at, next_deadline
from server.rules.league.state import League
from server.rules.league.work import Work


def decide_settle(state: League, command: SettleWeek, context: Context) -> Decision:
    """LE13: once, and for the matchups that there are."""
    if state.week_state(command.week) != "open":
        return Rejected("settled", {"week": command.week})
    if len(command.results) != len(state.parts.schedule.get(command.week, ())):
        return Rejected("changed_since", {"version": context.version - 1})
    work = Work(state, context)
    official_at = work.at + state.settings.window_h * HOUR_MS
    work.emit(WeekSettled(command.week, command.results, command.positions, official_at))
    return work.done()


def decide_correct(state: League, command: CorrectWeek, context: Context) -> Decision:
    """LE14: results that are others now, each with old and new; what was looked at later already
    changes nothing."""
    settled = state.parts.settled.get(command.week)
    if settled is None or settled.official:
        return Rejected("settled", {"week": command.week})
    if len(command.results) != len(settled.results) or _is_older(
        command.positions, settled.positions
    ):
        return Rejected("nothing_changes")
    pairs = enumerate(zip(settled.results, command.results, strict=True), 1)
    changes = [_changed(number, was, now) for number, (was, now) in pairs if was != now]
    if not changes:
        return Rejected("nothing_changes")
    work = Work(state, context)
    causes = command.causes[:CAUSES_MAX]
    work.emit(WeekCorrected(command.week, tuple(changes), command.positions, causes))
    return work.done()


def _is_older(found: dict[str, int], known: dict[str, int]) -> bool:
    """Whether any feed was looked at as it was before."""
    return any(version > found.get(feed, 0) for feed, version in known.items())


def _changed(number: int, was: Result, now: Result) -> CorrectedResult:
    return CorrectedResult(number, was, now, was.winner != now.winner)


def decide_wake(state: League, command: WakeUp, context: Context) -> Decision:
    """LE9, LE16: bound to its deadline, so that a late one changes nothing."""
    if command.deadline != next_deadline(state):
        return Rejected("nothing_changes")
    work = Work(state, context, at=command.deadline)
    for week, settled in sorted(state.parts.settled.items()):
        if settled.official or ends_at(settled) > work.at:
            continue
        work.emit(WeekOfficial(week) if settled.closing else WeekClosing(week, work.at))
    return work.done()
