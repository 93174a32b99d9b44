"""How long somebody was shown a clock that was no longer the truth.

Pure. The truth is the log: from the log time of an entry on, its clock. A clock is the running
turn, its deadline and the phase; what somebody shows, and when, is what they wrote down themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.support.draft_audit import Entry, Plain
from tests.support.draft_model import CLOCK


class Clock(NamedTuple):
    """What there is to show; 0 is none."""

    turn: int
    deadline: int
    phase: str


class Showing(NamedTuple):
    """From `since` (seconds of time.time()) on."""

    since: float
    clock: Clock


def clock_of(view: Plain) -> Clock:
    """Of a view, or of what a page has of it."""
    turn: Plain = view.get("turn") or {}
    return Clock(turn.get("version", 0), turn.get("deadline") or 0, view["phase"])


def truth(log: Sequence[Entry]) -> list[Showing]:
    """All the clocks of a draft, from its start to its end."""
    found: list[Showing] = []
    view: Plain = {"turn": None, "phase": "waiting"}
    for entry in log:
        for event in entry.events:
            _take(view, event, entry.v)
        clock = clock_of(view)
        if clock.phase != "waiting" and (not found or found[-1].clock != clock):
            found.append(Showing(entry.at / 1000, clock))
    return found


def _take(view: Plain, event: Plain, version: int) -> None:
    match event["type"]:
        case "turn.opened":
            view["turn"] = {**event, "version": version}
        case "clock.changed":
            kept = {name: value for name, value in view["turn"].items() if name not in CLOCK}
            view["turn"] = kept | {name: event[name] for name in CLOCK if name in event}
        case "draft.moved":
            view["phase"] = event["phase"]
            if event["phase"] == "ended":
                view["turn"] = None
        case _:
            pass


class Stretch(NamedTuple):
    """A time in which somebody showed something else than the truth, seconds."""

    since: float
    until: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.until - self.since


@dataclass(frozen=True)
class Staleness:
    """Of one client."""

    delays: list[float]
    """Of each clock that there was, from its entry until it, or a later one, was shown."""
    untrue: list[Stretch]
    unknown: list[Clock]
    """Shown, and never the truth."""


def staleness(true: Sequence[Showing], shown: Sequence[Showing]) -> Staleness:
    """Until the truth is the draft's end: what is shown of that is no clock."""
    shown = [one for one in shown if one.clock.phase != "waiting"]
    places = {one.clock: place for place, one in enumerate(true)}
    unknown = [one.clock for one in shown if one.clock not in places]
    end = true[-1].since
    known = [one for one in shown if one.clock in places]
    delays: list[float] = []
    at = 0
    for place, one in enumerate(true[:-1]):
        while at < len(known) and places[known[at].clock] < place:
            at += 1
        seen = known[at].since if at < len(known) else end
        delays.append(max(0.0, min(seen, end) - one.since))
    return Staleness(delays, _untrue(true, known), unknown)


def _untrue(true: Sequence[Showing], shown: Sequence[Showing]) -> list[Stretch]:
    moments = sorted(
        [(one.since, 0, one.clock) for one in true] + [(one.since, 1, one.clock) for one in shown]
    )
    now: list[Any] = [None, None]
    since: float | None = None
    found: list[Stretch] = []
    for moment, whose, clock in moments:
        now[whose] = clock
        if now[0] is None:
            continue
        if now[0] == now[1] or moment >= true[-1].since:
            if since is not None:
                found.append(Stretch(since, moment))
            since = None
        elif since is None:
            since = moment
    return found


def while_connected(stretch: Stretch, away: Sequence[Stretch]) -> float:
    """The longest part of a stretch, in seconds, in which its client was not away, or did not know
    it."""
    longest, at = 0.0, stretch.since
    for one in sorted(away):
        if one.until <= stretch.since or one.since >= stretch.until:
            continue
        longest = max(longest, one.since - at)
        at = max(at, one.until)
    return max(longest, stretch.until - at)
