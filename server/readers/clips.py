"""The one way in: files of a provider as a board. Finds out by content which provider it is. Pure.
SPEC: RD1, RD16, RD20, RD22, RD23."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, NamedTuple, TypeVar, get_args

from protocol.text import clean_name
from server.readers.board_clip import board_of_track
from server.readers.board_match import board_of_line_up, board_of_passage
from server.readers.board_parts import BoardParts
from server.readers.choices import chosen_of
from server.readers.content import Content, content_of
from server.readers.kloppy_soccer import PROVIDERS, read_kloppy
from server.readers.lastrow import read_lastrow
from server.readers.line_up import LineUp
from server.readers.match_events import MatchEvents, passage
from server.readers.metrica_events import read_metrica_csv, read_metrica_json
from server.readers.metrica_tracking import read_metrica_tracking
from server.readers.ngs_tracking import read_ngs
from server.readers.report import Fault, Reading, Report
from server.readers.skillcorner import read_skillcorner
from server.readers.statsbomb import read_statsbomb, read_statsbomb_line_up
from server.readers.tracking import Track, cut

Kind = Literal["ngs", "lastrow", "metrica", "metrica_events", "statsbomb", "skillcorner"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FILES_MAX = 12

Files = Mapping[str, bytes]
Value = Track | LineUp | MatchEvents
T = TypeVar("T")


class Passage(NamedTuple):
    """What of the files is wanted; of a match without times the stretch that ends with the first
    goal, of a track without times all of it."""

    period: int | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    phases: bool = False
    """A phase for each event."""
    play: str | None = None
    """One of `plays_of`."""
    line_up: bool = False
    """Of a match: everybody as they started, instead of a stretch."""


_KIND_OF: Mapping[Content, Kind] = {
    "ngs": "ngs",
    "lastrow": "lastrow",
    "epts": "metrica",
    "metrica_csv": "metrica_events",
    "metrica_json": "metrica_events",
    "statsbomb_events": "statsbomb",
    "statsbomb_line_up": "statsbomb",
    "skillcorner": "skillcorner",
}


def sniff(files: Files) -> Kind | None:
    """Whose files they are; None: nobody's, or several providers'."""
    found = {content_of(content) for content in files.values()}
    kinds: set[Kind] = {kind for content, kind in _KIND_OF.items() if content in found}
    return next(iter(kinds)) if len(kinds) == 1 else None


def read_files(kind: str | None, files: Files, play: str | None = None) -> Reading[Value] | Fault:
    """The neutral value that some files hold together, or of them the play that is named by its
    key. `kind` None: by content."""
    if not 1 <= len(files) <= FILES_MAX:
        return Fault("", f"give 1 to {FILES_MAX} files of one clip or match")
    if kind is not None and kind in PROVIDERS:
        return read_kloppy(kind, files)
    found = sniff(files) if kind is None else kind
    if found is None:
        return Fault(next(iter(files)), "the format is not known; say whose it is")
    reader = _READERS.get(found)
    if reader is None:
        known = ", ".join((*KINDS, *PROVIDERS))
        return Fault("", f"there is no reader {found!r}; there are {known}")
    if play is None:
        return reader(files)
    chosen = chosen_of(files, play)
    if isinstance(chosen, Fault):
        return chosen
    if chosen.play is not None:
        return _one(chosen.files, "ngs", partial(read_ngs, only=chosen.play))
    return reader(chosen.files)


def read_clip(kind: str | None, files: Files, chosen: Passage | None = None) -> BoardParts | Fault:
    """The board that some files make, or why they make none."""
    wanted = chosen or Passage()
    read = read_files(kind, files, wanted.play)
    return read if isinstance(read, Fault) else board_of(read, files, wanted)


def board_of(read: Reading[Value], files: Files, wanted: Passage) -> BoardParts | Fault:
    """The board of what was read of these files."""
    report = Report()
    report.include(read.oddities)
    seed = seed_of(files)
    first = next(iter(files))
    if isinstance(read.value, Track):
        track = cut(read.value, wanted.from_ms, wanted.to_ms)
        if track is None:
            return Fault(first, "nothing is in that stretch of time")
        return board_of_track(track, seed, report)
    if isinstance(read.value, LineUp):
        return board_of_line_up(read.value, seed, report)
    if wanted.line_up:
        return board_of_line_up(read.value.line_up, seed, report)
    events = passage(read.value, wanted.period, wanted.from_ms, wanted.to_ms)
    if not events:
        return Fault(first, "no event with a place is in that stretch of time")
    return board_of_passage(read.value, events, seed, report, phases=wanted.phases)


def seed_of(files: Files) -> str:
    """Names the content, whatever the files are called."""
    whole = hashlib.sha256()
    for content in sorted(hashlib.sha256(content).digest() for content in files.values()):
        whole.update(content)
    return whole.hexdigest()


def _one(
    files: Files, kinds: Content, read: Callable[[str, bytes], Reading[T] | Fault]
) -> Reading[T] | Fault:
    """A reader of one file: the one that looks like it, else the first, which it then refuses."""
    path = next((p for p, c in files.items() if content_of(c) == kinds), next(iter(files)))
    return read(clean_name(path[-64:]) or "file", files[path])


def _with_xml(
    files: Files, read: Callable[[str, bytes, str, bytes], Reading[T] | Fault]
) -> Reading[T] | Fault:
    """A reader of a file and the XML beside it."""
    described = next((p for p, c in files.items() if content_of(c) == "xml"), None)
    others = [path for path in files if path != described]
    if described is None or not others:
        return Fault(next(iter(files)), "Metrica's data and the XML beside it are needed, both")
    return read(others[0], files[others[0]], described, files[described])


def _metrica_events(files: Files) -> Reading[MatchEvents] | Fault:
    if any(content_of(content) == "metrica_csv" for content in files.values()):
        return _one(files, "metrica_csv", read_metrica_csv)
    return _with_xml(files, read_metrica_json)


def _statsbomb(files: Files) -> Reading[MatchEvents] | Reading[LineUp] | Fault:
    line_up = next((p for p, c in files.items() if content_of(c) == "statsbomb_line_up"), None)
    others = [path for path in files if path != line_up]
    if line_up is None:
        return read_statsbomb(others[0], files[others[0]])
    if not others:
        return read_statsbomb_line_up(line_up, files[line_up])
    return read_statsbomb(others[0], files[others[0]], line_up, files[line_up])


_READERS: Mapping[str, Callable[[Files], Reading[Value] | Fault]] = {
    "ngs": lambda files: _one(files, "ngs", read_ngs),
    "lastrow": lambda files: _one(files, "lastrow", read_lastrow),
    "metrica": lambda files: _with_xml(files, read_metrica_tracking),
    "metrica_events": _metrica_events,
    "statsbomb": _statsbomb,
    "skillcorner": lambda files: _one(files, "skillcorner", read_skillcorner),
}
