"""The unit of the log: what members see of it, what stays with the servers, and how its record is
laid out.

A record is one line of JSON that every member may see (`Entry`), a line feed, and one line that
only servers see (`Seal`). JSON has no raw line feed, so the first one is the border:

    {"v":12,"at":1760000000000,"by":"a_…","events":[…]}\\n{"client":"…","seq":5,…}

The tag covers the whole record. SPEC: EN.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from msgspec import Raw, Struct

from protocol.identifiers import Tag


class Entry(Struct, frozen=True, omit_defaults=True, gc=False):
    """One entry as members see it. `at` is log time in ms since 1970; `events` are those of the
    kind and of the room."""

    v: int
    at: int
    by: str
    events: Sequence[Any] = ()
    refused: str | None = None
    """Code of the rejection that this entry records; it then has no events."""


class RawEntry(Struct, frozen=True, omit_defaults=True, gc=False):
    """An entry whose events are still bytes: what a reader decodes before it knows the kind."""

    v: int
    at: int
    by: str
    events: list[Raw] = []
    refused: str | None = None


class HiddenEvents(Struct, frozen=True, gc=False):
    """Events of one entry that only `to` may see."""

    to: list[str]
    events: list[Any]


class Seal(Struct, frozen=True, omit_defaults=True, gc=False):
    """What only servers see of an entry: whose command it was, hidden events, salt, digest."""

    client: str = ""
    seq: int = 0
    hidden: Sequence[HiddenEvents] = ()
    salt: str = ""
    """16 random bytes in hexadecimal where events are hidden, so that the tag tells nothing."""
    digest: str = ""
    """Digest of the state before this entry, in every 1,024th."""
    rules: int = 1
    """Version of the rules that decided."""
    detail: Any = None
    """What a recorded refusal told its author beside the code, so that a copy gets the same
    answer."""


class RawHiddenEvents(Struct, frozen=True, gc=False):
    """Hidden events, still bytes."""

    to: list[str]
    events: list[Raw]


class RawSeal(Struct, frozen=True, omit_defaults=True, gc=False):
    """A seal whose hidden events are still bytes."""

    client: str = ""
    seq: int = 0
    hidden: list[RawHiddenEvents] = []
    salt: str = ""
    digest: str = ""
    rules: int = 1
    detail: Any = None


def chain(previous: Tag, record: bytes) -> Tag:
    """The tag after `record`: 8 bytes of blake2b over the previous tag's digits and the record."""
    return Tag(blake2b(previous.encode() + record, digest_size=8).hexdigest())


def split_record(record: bytes) -> tuple[bytes, bytes]:
    """The public line and the sealed line of a record."""
    public, _, sealed = record.partition(b"\n")
    return public, sealed
