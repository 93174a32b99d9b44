"""The log as it was found, against everything that clients were told: what is lost, doubled, out of
order or different is a sentence each.

Reads the log by the shipped storage and replays it by the shipped rules, from nothing; compares by
marks, versions and fingerprints alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.entries import RawSeal, chain, split_record
from protocol.identifiers import ROOT_TAG, Tag
from server.rules.kind import RoomKind
from server.rules.room_state import RoomState
from storage.room_log import RoomLog
from tests.chaos.recording import Recording, digest, fingerprint

MARK = re.compile(rb"mark-[0-9a-z]+-[0-9]+")
"""What every command carries, each its own."""


class _Shown(msgspec.Struct):
    v: int
    at: int
    by: str


@dataclass(slots=True)
class Found:
    """A room as the database has it; lists are by version, from 1, with something empty at 0."""

    room: str
    view: Any = None
    """What everybody may see of the kind's state after the last entry."""
    digest: str = ""
    tag: str = ROOT_TAG
    fingerprints: list[int] = field(default_factory=lambda: [0])
    marks: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    ats: list[int] = field(default_factory=lambda: [0])
    """Log time, ms."""
    bys: list[str] = field(default_factory=lambda: [""])
    commands: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    """(client, seq) to version."""
    refusals: set[int] = field(default_factory=set[int])
    """Versions that record a refusal."""
    twice: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Commands that have more than one entry."""
    broken: list[str] = field(default_factory=list[str])
    """What is wrong with the log in itself."""

    @property
    def version(self) -> int:
        """Of the last entry."""
        return len(self.fingerprints) - 1

    def take(self, record: bytes) -> None:
        """The next record."""
        self.tag = chain(Tag(self.tag), record)
        public, sealed = split_record(record)
        shown = msgspec.json.decode(public, type=_Shown)
        if shown.v != self.version + 1:
            self.broken.append(f"{self.room}: entry {self.version + 1} says that it is {shown.v}")
        self.fingerprints.append(fingerprint(public))
        self.marks.append(tuple({mark.decode() for mark in MARK.findall(public)}))
        self.ats.append(shown.at)
        self.bys.append(shown.by)
        seal = msgspec.json.decode(sealed, type=RawSeal)
        if seal.client:
            command = (seal.client, seal.seq)
            if command in self.commands:
                self.twice.append(command)
            self.commands[command] = self.version


async def find(log: RoomLog, room: str, kind: RoomKind[Any]) -> Found:
    """Reads and replays a room."""
    found = Found(room)
    head = (await log.heads([room]))[room]
    state = RoomState(kind)
    while found.version < head.version:
        page = await log.read(room, found.version + 1)
        if page.first != found.version + 1 or not page.records:
            found.broken.append(f"{room}: entries end at {found.version} of {head.version}")
            break
        for record in page.records:
            found.take(record)
            stored = state.book.decode_record(record)
            if stored.refused is not None:
                found.refusals.add(found.version)
            state.apply_entry(stored)
    if found.tag != head.tag:
        found.broken.append(f"{room}: the head's tag is {head.tag}, entries chain to {found.tag}")
    found.view = msgspec.json.decode(state.view())["kind"]
    found.digest = digest(found.view)
    return found


@dataclass(slots=True)
class Verdict:
    """What was found wrong, by sort; nothing, where all is well."""

    lost: list[str] = field(default_factory=list[str])
    """Accepted or shown, and not in the log so; or in the log, and never answered."""
    doubled: list[str] = field(default_factory=list[str])
    reordered: list[str] = field(default_factory=list[str])
    """Versions that did not come one after the other."""
    different: list[str] = field(default_factory=list[str])
    """States that are not the replay of the log."""
    wrong: list[str] = field(default_factory=list[str])
    """Everything else that a client may never meet."""
    compared: int = 0
    """Digests that were compared with the replay."""

    @property
    def sentences(self) -> list[str]:
        """All of them, each with its sort."""
        return [
            f"{sort}: {sentence}"
            for sort in ("lost", "doubled", "reordered", "different", "wrong")
            for sentence in getattr(self, sort)
        ]


def judge(found: Found, recordings: Sequence[Recording], verdict: Verdict) -> None:
    """One room; what is wrong goes to the verdict."""
    verdict.wrong += found.broken
    verdict.doubled += [f"{who}, seq {seq}: has two entries" for who, seq in found.twice]
    marks = Counter(mark for one in found.marks for mark in one)
    said = {mark for one in recordings for mark in one.marks.values()}
    for mark, count in marks.items():
        if count > 1:
            verdict.doubled.append(f"{found.room}: {mark} stands in {count} entries")
        if mark not in said:
            verdict.wrong.append(f"{found.room}: {mark} was never said")
    for one in recordings:
        _commands(found, one, verdict)
        _order(found, one, verdict)
        _end(found, one, verdict)


def _commands(found: Found, one: Recording, verdict: Verdict) -> None:
    who = one.client
    verdict.wrong += [f"{who}: {what}" for what in one.wrong]
    verdict.doubled += [f"{who}, seq {seq}: ended twice" for seq in one.ended_twice]
    for seq, version in one.settled.items():
        there = found.commands.get((who, seq))
        if there != version or version in found.refusals:
            verdict.lost.append(f"{who}, seq {seq}: accepted as {version}, the log has {there}")
        elif one.marks[seq] and one.marks[seq] not in found.marks[version]:
            verdict.lost.append(f"{who}, seq {seq}: entry {version} is without {one.marks[seq]}")
    for seq in one.refused:
        there = found.commands.get((who, seq))
        if there is not None and there not in found.refusals:
            verdict.wrong.append(f"{who}, seq {seq}: refused, and is in the log as {there}")
    for seq in one.marks.keys() - one.settled.keys() - one.refused.keys():
        there = found.commands.get((who, seq))
        verdict.lost.append(f"{who}, seq {seq}: never answered; the log has {there}")
    for client, seq in found.commands:
        if client == who and seq not in one.marks:
            verdict.wrong.append(f"{who}, seq {seq}: is in the log and was never said")


def _order(found: Found, one: Recording, verdict: Verdict) -> None:
    """Every entry is the next, but after a state that was given instead of entries."""
    starts = {start.place: start for start in one.starts}
    at = 0
    for index, version in enumerate(one.versions):
        start = starts.get(index)
        if start is not None:
            if start.new_generation:
                verdict.wrong.append(f"{one.client}: was told of another generation")
            if start.version < at:
                verdict.reordered.append(f"{one.client}: back from {at} to {start.version}")
            at = start.version
        if version != at + 1:
            verdict.reordered.append(f"{one.client}: {version} came after {at}")
        at = version
        if version > found.version or one.fingerprints[index] != found.fingerprints[version]:
            verdict.lost.append(f"{one.client}: was shown {version}, which is not in the log so")


def _end(found: Found, one: Recording, verdict: Verdict) -> None:
    verdict.compared += 1
    if one.position != (found.version, found.tag):
        verdict.different.append(
            f"{one.client}: ends at {one.position}, the log at {(found.version, found.tag)}"
        )
    if one.digest != found.digest:
        verdict.different.append(f"{one.client}: its replica is not the replay of the log")
