"""What files hold, told before a board is made of them: whose they are, what there is to choose
from, how long it is, what the board would have and what is odd. Pure. SPEC: RD22, RD23."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from server.readers.choices import Play, plays_of
from server.readers.clips import Files, Passage, Value, board_of, read_files, sniff
from server.readers.kloppy_soccer import PROVIDERS
from server.readers.line_up import LineUp
from server.readers.match_events import MatchEvents
from server.readers.report import Fault, Oddity
from server.readers.tracking import Track

MOMENTS_MAX = 60
BEFORE_MS = 15_000
"""What is offered before a goal or a shot."""


class Period(Struct, frozen=True):
    """Of a match."""

    period: int
    until_ms: int
    """Of its last event, from its start."""


class Passed(Struct, frozen=True):
    """A goal or a shot, and the stretch that led to it."""

    period: int
    from_ms: int
    to_ms: int
    label: str


class Held(Struct, frozen=True):
    """What some files hold."""

    kind: str
    """A provider's files, as `kind` of the request."""
    form: Literal["track", "line_up", "events"]
    name: str
    source: str
    sport: str
    plays: tuple[Play, ...]
    """Where there are several; the rest is about the one that was chosen, else the first."""
    play: str | None
    duration_ms: int | None
    """Of a track, the whole of it."""
    periods: tuple[Period, ...]
    passages: tuple[Passed, ...]
    """Goals first, in their order, then shots."""
    counts: Mapping[str, int]
    """By sort: the objects of the board that would be made."""
    plays_for_ms: int
    """How long that board plays; 0: it has no phases."""
    odd: Mapping[str, Oddity]


def held(kind: str | None, files: Files, wanted: Passage) -> Held | Fault:
    """What these files hold, or why nothing can be made of them as it is wanted."""
    plays = () if kind in PROVIDERS else plays_of(files)
    several = plays if len(plays) > 1 else ()
    if wanted.play is None and several:
        wanted = wanted._replace(play=several[0].key)
    read = read_files(kind, files, wanted.play)
    if isinstance(read, Fault):
        return read
    parts = board_of(read, files, wanted)
    if isinstance(parts, Fault):
        return parts
    value = read.value
    phases = [one.props.duration for one in parts.objects if one.sort == "phase"]
    return Held(
        kind=kind or sniff(files) or "",
        form=_form(value),
        name=parts.name,
        source=parts.source,
        sport=parts.settings.sport,
        plays=several,
        play=wanted.play if several else None,
        duration_ms=value.times[-1] if isinstance(value, Track) else None,
        periods=_periods(value) if isinstance(value, MatchEvents) else (),
        passages=_passages(value) if isinstance(value, MatchEvents) else (),
        counts=Counter(one.sort for one in parts.objects),
        plays_for_ms=sum(one for one in phases if isinstance(one, int)),
        odd=parts.oddities,
    )


def _form(value: Value) -> Literal["track", "line_up", "events"]:
    if isinstance(value, Track):
        return "track"
    return "line_up" if isinstance(value, LineUp) else "events"


def _periods(match: MatchEvents) -> tuple[Period, ...]:
    until: dict[int, int] = {}
    for event in match.events:
        until[event.period] = max(event.at_ms, until.get(event.period, 0))
    return tuple(Period(period, at) for period, at in sorted(until.items()))


def _passages(match: MatchEvents) -> tuple[Passed, ...]:
    names = {player.key: player.name for player in match.line_up.players}
    drawn = [e for e in match.events if e.start is not None]
    found = [e for e in drawn if e.is_goal]
    found += [e for e in drawn if e.sort == "shot" and not e.is_goal]
    passed: list[Passed] = []
    for event in found[:MOMENTS_MAX]:
        minute, second = divmod(event.at_ms // 1_000, 60)
        what = "Goal" if event.is_goal else "Shot"
        who = names.get(event.player or "") or event.side or ""
        label = f"{what} {event.period}. {minute:02}:{second:02} {who}".strip()
        from_ms = max(0, event.at_ms - BEFORE_MS)
        passed.append(Passed(event.period, from_ms, event.at_ms, label))
    return tuple(passed)
