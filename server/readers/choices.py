"""What there is to choose from, where files hold more than one play or match. Pure; SPEC: RD22.

A play of NGS tracking has the key `game/play`; of other providers a file is one play, and its name
is the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from protocol.text import clean_name
from server.readers.content import Content, content_of
from server.readers.ngs_tracking import COLUMNS
from server.readers.report import Fault, Report
from server.readers.source import rows_of, text_of

PLAYS_MAX = 300
"""That are listed; a season has more, and is no clip."""
_STEP_S = 0.1

Files = Mapping[str, bytes]


class Play(Struct, frozen=True):
    """One of several plays or matches."""

    key: str
    label: str


class Chosen(NamedTuple):
    """The files that are left when one is chosen, and the play in the one that has several."""

    files: Files
    play: tuple[str, str] | None


@dataclass
class _Seen:
    file: str
    frames: set[str] = field(default_factory=set[str])
    teams: dict[str, None] = field(default_factory=dict[str, None])


_ONE_A_FILE: tuple[Content, ...] = ("lastrow", "statsbomb_events", "skillcorner", "metrica_csv")


def plays_of(files: Files) -> tuple[Play, ...]:
    """All plays or matches in these files, PLAYS_MAX at most; one, if there is nothing to choose;
    none where the files have to be taken together or say nothing."""
    kinds = {path: content_of(content) for path, content in files.items()}
    tracked = [path for path, kind in kinds.items() if kind == "ngs"]
    if tracked:
        found = _ngs_plays(files, tracked)
        return tuple(
            Play("/".join(key), _label(key, seen)) for key, seen in list(found.items())[:PLAYS_MAX]
        )
    for one in _ONE_A_FILE:
        named = [path for path, kind in kinds.items() if kind == one]
        if named:
            return tuple(Play(path, path) for path in named)
    line_ups = [path for path, kind in kinds.items() if kind == "statsbomb_line_up"]
    return tuple(Play(path, path) for path in line_ups)


def chosen_of(files: Files, key: str) -> Chosen | Fault:
    """What is left when one of `plays_of` is chosen."""
    kinds: dict[str, Content | None] = {
        path: content_of(content) for path, content in files.items()
    }
    tracked = [path for path, kind in kinds.items() if kind == "ngs"]
    for play, seen in _ngs_plays(files, tracked).items() if tracked else ():
        if "/".join(play) == key:
            return Chosen({seen.file: files[seen.file]}, play)
    if tracked or key not in files:
        return Fault("", "there is no such play in these files")
    beside = {path: files[path] for path in _beside(files, kinds, key)}
    return Chosen({key: files[key], **beside}, None)


def _beside(files: Files, kinds: Mapping[str, Content | None], key: str) -> list[str]:
    """The line-up of a match's events: the only one, or the one that is named like them."""
    if kinds[key] != "statsbomb_events":
        return []
    line_ups = [path for path, kind in kinds.items() if kind == "statsbomb_line_up"]
    events = [path for path, kind in kinds.items() if kind == "statsbomb_events"]
    if len(events) == 1:
        return line_ups[:1]
    same = [path for path in line_ups if _digits(path) and _digits(path) == _digits(key)]
    return same[:1]


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))


def _ngs_plays(files: Files, paths: list[str]) -> dict[tuple[str, str], _Seen]:
    """By game and play, in the order of the files."""
    found: dict[tuple[str, str], _Seen] = {}
    for path in paths:
        silent = Report()
        text = text_of(path, files[path], silent)
        rows = text if isinstance(text, Fault) else rows_of(path, text, COLUMNS, silent)
        if isinstance(rows, Fault):
            continue
        for _, row in rows:
            key = (row["gameId"], row["playId"])
            seen = found.get(key)
            if seen is None:
                seen = found[key] = _Seen(path)
            if seen.file == path:
                seen.frames.add(row["frame"])
                team = row.get("teamAbbr", "")
                if team and len(seen.teams) < 2:
                    seen.teams[team] = None
    return found


def _label(key: tuple[str, str], seen: _Seen) -> str:
    game, play = key
    teams = " – ".join(seen.teams)
    told = f"{teams} {game}, play {play}, {len(seen.frames) * _STEP_S:.1f} s"
    return clean_name(told[:80]) or "Play"
