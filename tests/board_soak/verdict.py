"""What is found at the end: replicas, scripts, the server and the log, and whether they are one.

Three replays of the log from nothing: by the shipped rules (tests/crash/judgement.py), by a model
written from SPEC (tests/support/board_model.py), by the JavaScript client's model.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from protocol.entries import split_record
from tests.board_soak.audit import Audit
from tests.board_soak.coach import Coach, Tally
from tests.crash.judgement import FoundRoom, judge
from tests.crash.player import OF_THE_ROOM
from tests.support.board_model import apply_entry
from tests.support.node import run_node


class Fork(NamedTuple):
    """A board that was made of the board."""

    room: str
    version: int | None
    """Asked for; None: whatever was there."""
    view: dict[str, Any]


class Watched(NamedTuple):
    """A client on the browser's library, in node or at a page."""

    name: str
    shown: dict[str, Any]
    told: dict[str, Any]
    """How its commands ended, and what went wrong; empty for a page, which is asked at every
    rest."""


@dataclass(slots=True)
class Verdict:
    """What the session came to."""

    tally: Tally
    entries: int
    undos: Counter[str]
    """Undos and redos that were looked at."""
    compared: int
    """Replicas and replays that were compared with the log's state."""
    forks: int


def verdict(
    room: str,
    found: FoundRoom,
    coaches: list[Coach],
    watched: list[Watched],
    served: Any,
    forks: list[Fork],
    tally: Tally,
) -> Verdict:
    """Looks at everything; faults go to the tally."""
    faults = tally.faults
    faults += judge(room, found, coaches, served)
    for one in watched:
        faults += _watched(one, found, tally)
    board = found.view["kind"]
    entries = [_entry(record) for record in found.records]
    audit = Audit()
    at = _versions(forks)
    model = _start(entries[0])
    views: dict[int, Any] = {}
    for entry in entries:
        apply_entry(model, entry)
        audit.take(entry)
        if entry["v"] in at:
            views[entry["v"]] = copy.deepcopy(model)
    if model != board:
        faults.append("the model's replay of the log differs from the server's state")
    faults += audit.faults
    faults += _replayed_by_script(entries, board)
    for fork in forks:
        faults += _fork(room, fork, views)
    return Verdict(tally, len(entries), audit.seen, len(coaches) + len(watched) + 3, len(forks))


def _entry(record: bytes) -> dict[str, Any]:
    """As a board's model gets it: without the events that every room has."""
    entry = msgspec.json.decode(split_record(record)[0])
    opened = [e for e in entry.get("events", ()) if e["type"] == "room.opened"]
    events = [e for e in entry.get("events", ()) if not e["type"].startswith(OF_THE_ROOM)]
    return {**entry, "events": events, "opened": opened}


def _start(first: dict[str, Any]) -> dict[str, Any]:
    """BD1, BD44: the view of a board that nobody has touched, of the usual settings."""
    (opened,) = first["opened"]
    settings = {
        "sport": "soccer",
        "length_mm": 105_000,
        "width_mm": 68_000,
        "conflicts": "latest",
        "part": "full",
        "portrait": False,
        "stripes": True,
        "zones": "none",
        "units": "auto",
        "origin": None,
        **{name: value for name, value in opened.get("settings", {}).items() if value},
    }
    shared: dict[str, Any] = {
        "locked": None,
        "layers": {},
        "names": {},
        "playback": None,
        "presenter": None,
    }
    return {"settings": settings, **shared, "objects": {}, "undo": {}}


def _watched(one: Watched, found: FoundRoom, tally: Tally) -> list[str]:
    """A JavaScript client: what it shows, and how its commands ended."""
    who, shown, told = one
    faults: list[str] = []
    if shown["view"] != found.view["kind"]:
        faults.append(f"{who}: what it shows differs from the log's state")
    if shown["version"] != len(found.records):
        faults.append(f"{who}: stands at {shown['version']}, the log at {len(found.records)}")
    own = {version for version, refused in found.commands.values() if refused is None}
    for answer in told.get("answers", ()):
        kind = answer["type"]
        if not answer["accepted"]:
            tally.refused[f"{kind}: {answer['code']}"] += 1
            continue
        tally.accepted[kind] += 1
        if answer["version"] not in own:
            faults.append(f"{who}: {kind} was accepted as {answer['version']}, which is not so")
    return faults + [f"{who}: {problem}" for problem in told.get("problems", ())]


def _replayed_by_script(entries: list[dict[str, Any]], board: Any) -> list[str]:
    """All entries through the JavaScript client's model, from nothing."""
    lines = [json.dumps(_start(entries[0])), *(json.dumps(entry) for entry in entries)]
    done = run_node("tests/js/replay_log.mjs", said="\n".join(lines))
    if done.returncode != 0:
        return [f"the script's replay of the log failed: {done.stderr[-500:]}"]
    if json.loads(done.stdout) != board:
        return ["the script's replay of the log differs from the server's state"]
    return []


# ---------------------------------------------------------------- forks


def _versions(forks: list[Fork]) -> set[int]:
    return {fork.view["settings"]["origin"]["version"] for fork in forks}


def _fork(room: str, fork: Fork, views: dict[int, Any]) -> list[str]:
    """HT91: everything but comments is as it was at that version, and the origin is named."""
    origin = fork.view["settings"]["origin"]
    faults: list[str] = []
    if origin["room"] != room or fork.version not in (None, origin["version"]):
        faults.append(f"fork {fork.room}: says that it comes from {origin}")
    source = views[origin["version"]]
    expected = {
        id_: _taken(one, source)
        for id_, one in source["objects"].items()
        if one["sort"] != "comment"
    }
    got = {id_: [one["sort"], _there(one)] for id_, one in fork.view["objects"].items()}
    if got != expected or list(got) != list(expected):
        faults.append(f"fork {fork.room} of version {origin['version']}: is not what was there")
    return faults


def _there(one: dict[str, Any]) -> dict[str, Any]:
    """BD3: a null counts as not there."""
    return {name: value for name, value in one["props"].items() if value is not None}


def _taken(one: dict[str, Any], source: dict[str, Any]) -> list[Any]:
    props = _there(one)
    carrier = source["objects"].get(props.get("carrier"))
    if "carrier" in props and (carrier is None or carrier["sort"] != "token"):
        del props["carrier"]
    if "at" in props:
        settings = source["settings"]
        most = [settings[name] // 2 + settings[name] // 5 for name in ("length_mm", "width_mm")]
        props["at"] = [
            max(-limit, min(limit, at)) for at, limit in zip(props["at"], most, strict=True)
        ]
    return [one["sort"], props]
