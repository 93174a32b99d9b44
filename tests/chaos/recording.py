"""What one client was told, in the order in which it was told, small enough for hours.

A value that the member writes and the judgement reads; knows neither.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

AWAY = -1
"""Where a member is that has no connection."""


class Start(NamedTuple):
    """The client was given a state instead of entries."""

    place: int
    """Of the entry that came next, in the order of arrival."""
    version: int
    new_generation: bool


class Stay(NamedTuple):
    """From then on it was at that node, or AWAY; seconds of time.time()."""

    since: float
    node: int


def fingerprint(line: bytes) -> int:
    """Of an entry, as it came; the same for the same bytes."""
    return int.from_bytes(blake2b(line, digest_size=8).digest())


def digest(view: Any) -> str:
    """Of a state, whatever the order of its keys."""
    plain = msgspec.json.encode(view, order="sorted")
    return blake2b(plain, digest_size=16).hexdigest()


@dataclass(slots=True)
class Recording:
    """Of one client in one room."""

    client: str
    account: str
    room: str
    marks: dict[int, str] = field(default_factory=dict[int, str])
    """Seq to the mark of its command; empty where it carries none."""
    settled: dict[int, int] = field(default_factory=dict[int, int])
    """Seq to version."""
    refused: dict[int, str] = field(default_factory=dict[int, str])
    """Seq to code."""
    ended_twice: list[int] = field(default_factory=list[int])
    versions: array[int] = field(default_factory=lambda: array("q"))
    fingerprints: array[int] = field(default_factory=lambda: array("Q"))
    arrived: array[float] = field(default_factory=lambda: array("d"))
    """Seconds of time.time(); these three have one item for each entry, in the order of arrival."""
    starts: list[Start] = field(default_factory=list[Start])
    stays: list[Stay] = field(default_factory=list[Stay])
    wrong: list[str] = field(default_factory=list[str])
    """What a client may never meet: broken promises, closes that blame it or the server."""
    closes: list[int] = field(default_factory=list[int])
    """Codes of connections that ended; where the handshake was refused, its status."""
    postponed: Counter[str] = field(default_factory=Counter[str])
    """Codes of answers that were no end: the command was to be said again."""
    stuck: list[str] = field(default_factory=list[str])
    """Where connections waited that were left to themselves, as closing them did not end."""
    position: tuple[int, str] = (0, "")
    """Where it stood at the end."""
    digest: str = ""
    """Of its replica at the end."""

    def entry(self, version: int, line: bytes, now: float) -> None:
        """One came."""
        self.versions.append(version)
        self.fingerprints.append(fingerprint(line))
        self.arrived.append(now)

    def started(self, version: int, *, new_generation: bool) -> None:
        """It starts over."""
        self.starts.append(Start(len(self.versions), version, new_generation))

    def end(self, seq: int, version: int | None, code: str = "") -> None:
        """A command has ended."""
        if seq in self.settled or seq in self.refused:
            self.ended_twice.append(seq)
        if version is None:
            self.refused[seq] = code
        else:
            self.settled[seq] = version

    def stay(self, now: float, node: int) -> None:
        """It is somewhere else from now on."""
        self.stays.append(Stay(now, node))

    def node_at(self, moment: float) -> int:
        """Where it was then."""
        before = [stay.node for stay in self.stays if stay.since <= moment]
        return before[-1] if before else AWAY


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault that was done; seconds of time.time()."""

    kind: str
    node: int
    began: float
    ended: float
    note: str = ""


def entries_of(recordings: Sequence[Recording]) -> int:
    """How many entries came to all of them together."""
    return sum(len(one.versions) for one in recordings)
