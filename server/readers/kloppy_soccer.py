"""Soccer tracking of other providers, read by kloppy: the optional extra `soccer`. It is imported
when it is asked for, for it is large and the server runs without it. SPEC: RD21.

Whatever kloppy raises about a file becomes a fault; nothing is fetched: it gets bytes.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from protocol.text import clean_name
from server.readers.coordinates import SOCCER, Pitch, Point, to_millimetres
from server.readers.report import Fault, Reading, Report
from server.readers.source import FILE_BYTES_MAX, number, whole
from server.readers.tracking import FRAMES_MAX, Actor, Side, Track, TrackBuilder

BALL = "ball"
MISSING = "kloppy is not installed; install touchline with the extra soccer: touchline[soccer]"
_METRES = "secondspectrum"
"""kloppy's name for metres from the centre, y upward."""
_SIDES: Mapping[str, Side] = {"home": "home", "away": "away"}
_STARTS: Mapping[str, int] = {"HOME_AWAY": 1, "STATIC_HOME_AWAY": 1, "AWAY_HOME": -1}


class Provider(NamedTuple):
    """Where kloppy reads it, and what it calls the files, in the order in which they are given."""

    module: str
    function: str
    files: tuple[str, ...]
    name: str


PROVIDERS: Mapping[str, Provider] = {
    "tracab": Provider("kloppy.tracab", "load", ("meta_data", "raw_data"), "TRACAB"),
    "second_spectrum": Provider(
        "kloppy.secondspectrum", "load", ("meta_data", "raw_data"), "Second Spectrum"
    ),
    "skillcorner_tracking": Provider(
        "kloppy.skillcorner", "load", ("meta_data", "raw_data"), "SkillCorner"
    ),
    "sportec": Provider("kloppy.sportec", "load_tracking", ("meta_data", "raw_data"), "Sportec"),
    "pff": Provider(
        "kloppy.pff", "load_tracking", ("meta_data", "roster_meta_data", "raw_data"), "PFF"
    ),
}


def read_kloppy(kind: str, files: Mapping[str, bytes]) -> Reading[Track] | Fault:
    """A clip or match of one of PROVIDERS, its first FRAMES_MAX frames."""
    provider = PROVIDERS[kind]
    first = next(iter(files), "")
    if len(files) != len(provider.files):
        return Fault(first, f"{kind} takes, in this order: {', '.join(provider.files)}")
    for path, content in files.items():
        if len(content) > FILE_BYTES_MAX:
            return Fault(path, f"larger than {FILE_BYTES_MAX:,} bytes")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            return Fault(path, "an XML document with a DTD is not read")
    try:
        load: Any = getattr(importlib.import_module(provider.module), provider.function)
    except ImportError:
        return Fault(first, MISSING)
    report = Report()
    given = dict(zip(provider.files, files.values(), strict=True))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            dataset = load(**given, coordinates=_METRES, only_alive=False, limit=FRAMES_MAX)
            read = track_of(dataset, first, provider.name, report)
        except _failures() as error:
            return Fault(first, f"kloppy cannot read it: {type(error).__name__}: {error}"[:500])
    for warning in said:
        report.odd("kloppy_warns", str(warning.message))
    return read if isinstance(read, Fault) else Reading(read, report.oddities())


def _failures() -> tuple[type[Exception], ...]:
    """What a reader of damaged files raises, and kloppy's own."""
    own: Any = importlib.import_module("kloppy.exceptions").KloppyError
    return (
        own,
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        NameError,  # a local that a damaged file left without a value
        OSError,
        RuntimeError,
        SyntaxError,  # of which lxml's own is one
        TypeError,
        ValueError,
    )


def track_of(dataset: Any, path: str, source: str, report: Report) -> Track | Fault:
    """A dataset of kloppy in metres from the centre as a track."""
    metadata = dataset.metadata
    pitch = _pitch(metadata.pitch_dimensions, report, path)
    builder = TrackBuilder(report, pitch)
    teams: dict[str, str] = {}
    for team in metadata.teams:
        side = _SIDES.get(str(team.ground))
        if side is not None:
            teams[side] = clean_name(str(team.name or side)[:64]) or side
        for player in team.players:
            builder.add(_actor(player, side), path)
    builder.add(Actor(BALL, None, is_ball=True), path)
    begins = 0
    period: Any = None
    latest = 0
    for index, frame in enumerate(dataset.records):
        if frame.period is not period:
            # Periods begin anew at 0: they follow each other, a pause apart.
            begins, period = latest + 60_000 if period is not None else 0, frame.period
        at_ms = begins + _ms(frame.timestamp)
        latest = max(latest, at_ms)
        where = f"{path}: frame {index}"
        for key, place in _places(frame, pitch):
            if key in builder:
                builder.put(at_ms, key, place, where)
            else:
                report.odd("unknown_player", where)
    track = builder.build(
        path,
        name=f"{teams.get('home', 'Home')} – {teams.get('away', 'Away')}",
        source=source,
        sport="soccer",
        rate_hz=number(metadata.frame_rate) or 25.0,
        teams=teams,
    )
    if isinstance(track, Fault):
        return track
    towards = _STARTS.get(str(getattr(metadata.orientation, "name", "")))
    return track if towards is None else replace(track, attack={"home": towards, "away": -towards})


def _pitch(dimensions: Any, report: Report, path: str) -> Pitch:
    length, width = number(dimensions.pitch_length), number(dimensions.pitch_width)
    if length is None or width is None or not (90 <= length <= 120 and 45 <= width <= 90):
        report.odd("no_pitch", path)
        return SOCCER
    return Pitch(round(length * 1000), round(width * 1000))


def _actor(player: Any, side: Side | None) -> Actor:
    shirt = whole(player.jersey_no)
    role = getattr(player.starting_position, "code", None)
    return Actor(
        f"{side}:{player.player_id}"[:64],
        side or "official",
        number=shirt if shirt is not None and 0 <= shirt <= 99 else None,
        name=clean_name(str(player.name or player.last_name or "")[:64]),
        role=clean_name(str(role)[:16]) if role else None,
        is_keeper=role == "GK",
    )


def _places(frame: Any, pitch: Pitch) -> Iterator[tuple[str, Point | None]]:
    for player, data in frame.players_data.items():
        side = _SIDES.get(str(player.team.ground))
        yield f"{side}:{player.player_id}"[:64], _place(data.coordinates, pitch)
    yield BALL, _place(frame.ball_coordinates, pitch)


def _place(coordinates: Any, pitch: Pitch) -> Point | None:
    x, y = number(getattr(coordinates, "x", None)), number(getattr(coordinates, "y", None))
    return None if x is None or y is None else to_millimetres("second_spectrum", x, y, pitch)


def _ms(timestamp: timedelta) -> int:
    return round(timestamp.total_seconds() * 1000)
