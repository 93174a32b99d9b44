"""A recorded track as a board: tokens and ball where they are in the first frame, and one phase in
which every one of them follows its samples. Pure; knows no provider. SPEC: RD15 to RD18."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from protocol.board import (
    BOARD_POINTS_MAX,
    NOTES_MAX,
    POINTS_MAX,
    BoardSettings,
    stop_id,
)
from protocol.board_commands import NewObject
from server.readers.board_parts import BoardParts, new, object_id
from server.readers.coordinates import Point
from server.readers.kits import AWAY, AWAY_KEEPER, HOME, HOME_KEEPER, OFFICIAL, Kit
from server.readers.report import Report
from server.readers.tracking import Actor, Moment, Track

DURATION_MAX_MS = 120_000
"""Of one phase (protocol/board.py)."""
DURATION_MIN_MS = 100
JUMP_MS = 2_000
"""A recording that pauses for longer goes on as another one."""
TEXTS_MAX = 12
_APART_MM = 1_500


class Stretch(NamedTuple):
    """Indices of a track's frames, `end` excluded."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sampled:
    """One actor on the even grid of a phase."""

    actor: Actor
    places: list[Point]
    facings: tuple[int | None, int | None]
    """At the first and the last frame."""


def board_of_track(track: Track, seed: str, oddities: Report | None = None) -> BoardParts:
    """The board. `seed` names the source, so that the same one gives the same ids."""
    report = oddities or Report()
    stretch = _longest(track, report)
    times = track.times[stretch.begin : stretch.end]
    duration = times[-1] - times[0]
    grid = _grid(track, times, report)
    sampled = [
        one
        for index in range(len(track.actors))
        if (one := _sample(track, index, stretch, grid, report)) is not None
    ]
    phase = object_id(seed, "phase")
    objects = [_token(track, one, object_id(seed, one.actor.key)) for one in sampled]
    moments = [m for m in track.moments if times[0] <= m.at_ms <= times[-1]]
    lines = [f"{_seconds(m.at_ms - times[0])} {_words(m.name)}" for m in moments]
    notes = _notes(track, duration, len(grid), lines)
    if duration >= DURATION_MIN_MS:
        objects.append(
            new(
                phase,
                "phase",
                rank="a",
                duration=duration,
                easing="linear",
                name=track.name,
                notes=notes,
            )
        )
        objects += [_stop(phase, object_id(seed, one.actor.key), one) for one in sampled]
        objects += _texts(seed, phase, sampled, grid, moments)
    settings = BoardSettings(
        sport=track.sport, length_mm=track.pitch.length, width_mm=track.pitch.width
    )
    return BoardParts(settings, tuple(objects), notes, track.source, track.name, report.oddities())


def _longest(track: Track, report: Report) -> Stretch:
    """The longest stretch without a pause, and of it what one phase can hold."""
    cuts = [
        index
        for index, (early, late) in enumerate(pairwise(track.times), 1)
        if late - early > JUMP_MS
    ]
    edges = [0, *cuts, len(track.times)]
    stretches = [Stretch(a, b) for a, b in pairwise(edges)]
    best = max(stretches, key=lambda s: s.end - s.begin)
    if len(stretches) > 1:
        left = len(track.times) - (best.end - best.begin)
        report.odd("left_out_after_a_pause", f"{len(stretches)} stretches", left)
    last = track.times[best.begin] + DURATION_MAX_MS
    end = best.end
    while track.times[end - 1] > last:
        end -= 1
    if end < best.end:
        report.odd("longer_than_a_phase", _seconds(DURATION_MAX_MS), best.end - end)
    return Stretch(best.begin, end)


def _grid(track: Track, times: tuple[int, ...], report: Report) -> list[float]:
    """Evenly spaced times from the first to the last: at the recording's rate, or as many as stops
    may have points."""
    duration = times[-1] - times[0]
    wanted = round(duration * track.rate_hz / 1000) + 1
    most = min(POINTS_MAX, BOARD_POINTS_MAX // max(1, len(track.actors)))
    count = max(2, min(wanted, most))
    if wanted > most:
        rate = (count - 1) * 1000 / duration
        report.odd("resampled", f"{track.rate_hz:g} Hz to {rate:.1f} Hz", wanted - count)
    return [times[0] + duration * index / (count - 1) for index in range(count)]


def _sample(
    track: Track, index: int, stretch: Stretch, grid: list[float], report: Report
) -> _Sampled | None:
    """One actor at the times of the grid: straight between two known places, and where it is known
    first or last before and after that."""
    actor = track.actors[index]
    known = [
        (track.times[i], place)
        for i in range(stretch.begin, stretch.end)
        if (place := track.places[index][i]) is not None
    ]
    if not known:
        report.odd("never_seen", actor.key)
        return None
    spanned = track.times[stretch.begin : stretch.end]
    held = sum(1 for at in spanned if not known[0][0] <= at <= known[-1][0])
    filled = len(spanned) - held - len(known)
    for what, count in (("held_in_place", held), ("gap_filled", filled)):
        if count:
            report.odd(what, actor.name or actor.key, count)
    places: list[Point] = []
    at = 0
    for moment in grid:
        while at + 1 < len(known) and known[at + 1][0] <= moment:
            at += 1
        (early, here), (late, there) = known[at], known[min(at + 1, len(known) - 1)]
        share = min(1.0, max(0.0, (moment - early) / (late - early))) if late > early else 0.0
        places.append(
            (
                round(here[0] + (there[0] - here[0]) * share),
                round(here[1] + (there[1] - here[1]) * share),
            )
        )
    facings = track.facings[index]
    return _Sampled(actor, places, (facings[stretch.begin], facings[stretch.end - 1]))


def kit_for(actor: Actor) -> Kit:
    """What somebody wears, if the provider does not say."""
    if actor.kit is not None:
        return actor.kit
    if actor.side == "home":
        return HOME_KEEPER if actor.is_keeper else HOME
    if actor.side == "away":
        return AWAY_KEEPER if actor.is_keeper else AWAY
    return OFFICIAL


def _token(track: Track, one: _Sampled, id_: str) -> NewObject:
    actor = one.actor
    if actor.is_ball:
        return new(id_, "ball", at=one.places[0])
    kit = kit_for(actor)
    towards = track.attack.get(actor.side or "")
    usual = None if towards is None else 0 if towards > 0 else 180
    facing = one.facings[0] if one.facings[0] is not None else usual
    return new(
        id_,
        "token",
        at=one.places[0],
        number=actor.number,
        name=actor.name,
        role=actor.role,
        side=actor.side,
        fill=kit.fill,
        ink=kit.ink,
        trim=kit.trim,
        facing=facing,
        keeper=True if actor.is_keeper else None,
    )


def _stop(phase: str, of: str, one: _Sampled) -> NewObject:
    x, y = one.places[-1]
    return new(
        stop_id(phase, of),
        "stop",
        phase=phase,
        of=of,
        at=(x, y),
        points=tuple((px - x, py - y) for px, py in one.places),
        curve=False,
        sampled=True,
        facing=one.facings[1],
    )


def _texts(
    seed: str, phase: str, sampled: list[_Sampled], grid: list[float], moments: list[Moment]
) -> list[NewObject]:
    """What happened, where the ball was; not over each other."""
    ball = next((one for one in sampled if one.actor.is_ball), None)
    if ball is None:
        return []
    step = (grid[-1] - grid[0]) / (len(grid) - 1)
    texts: list[NewObject] = []
    taken: list[Point] = []
    for n, moment in enumerate(moments):
        x, y = ball.places[round((moment.at_ms - grid[0]) / step)]
        apart = all(abs(x - a) > _APART_MM or abs(y - b) > _APART_MM for a, b in taken)
        if not apart or len(texts) >= TEXTS_MAX:
            continue
        taken.append((x, y))
        said = f"{_words(moment.name)} {_seconds(moment.at_ms - grid[0])}"
        id_ = object_id(seed, f"moment {n}")
        texts.append(new(id_, "text", at=(x, y), text=said, scale=60, opacity=80, phase=phase))
    return texts


def _notes(track: Track, duration: int, samples: int, lines: list[str]) -> str:
    told = [f"{track.source}, {_seconds(duration)}, {samples} samples."]
    for side, towards in track.attack.items():
        team = track.teams.get(side, side)
        told.append(f"{team} plays to the {'right' if towards > 0 else 'left'}.")
    for line in lines:
        if sum(len(part) + 1 for part in told) + len(line) < NOTES_MAX:
            told.append(line)
    return "\n".join(told)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.1f} s"


def _words(name: str) -> str:
    return name.replace("_", " ")
