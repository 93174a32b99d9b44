"""Names of things on the wire: rooms, accounts, clients, positions.

Pure types and their grammar; nothing here draws an id (the shell does, and records it). SPEC:
its words.
"""

from __future__ import annotations

from typing import Annotated, NewType

from msgspec import Meta, Struct

RoomId = NewType("RoomId", str)
"""`r_` and 22 characters of base64url: 128 random bits. Rooms are not listed, so the id is hard to
guess."""

AccountId = NewType("AccountId", str)
"""`a_` and 22 characters of base64url. The empty string is the system itself (deadlines,
projections)."""

ClientId = NewType("ClientId", str)
"""One outbox: a browser tab or a program. Known to its owner and the server only, never shown to
other members."""

Generation = NewType("Generation", str)
"""One unbroken life of the database: 16 hexadecimal digits, changed by a restore."""

Tag = NewType("Tag", str)
"""8 bytes of blake2b chained over the entries, as 16 hexadecimal digits. Equal (version, tag):
equal history."""

Version = NewType("Version", int)
"""Number of entries applied so far. Rises by exactly one."""

SYSTEM = AccountId("")
ROOT_TAG = Tag("0" * 16)

INTEGER_MAX = 2**53 - 1
"""Largest integer that every client, JavaScript included, reads without loss."""

RoomIdField = Annotated[str, Meta(pattern=r"^r_[A-Za-z0-9_-]{22}$", max_length=24)]
AccountIdField = Annotated[str, Meta(pattern=r"^(a_[A-Za-z0-9_-]{22})?$", max_length=24)]
ClientIdField = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,40}$", max_length=40)]
SeqField = Annotated[int, Meta(ge=-INTEGER_MAX, le=INTEGER_MAX)]
"""Zero and negative numbers decode, so that they can be answered with `bad_seq` (C21)."""
VersionField = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
GenerationField = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$", max_length=16)]
TraceField = Annotated[str, Meta(max_length=128)]
"""A W3C `traceparent`. One that cannot be read is none, as that standard wants it."""
TagField = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$", max_length=16)]


class Position(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Where a replica stands: `[generation, version, tag]`. Compared and resumed from as one
    value."""

    generation: GenerationField
    version: VersionField
    tag: TagField


class MadeAt(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What the author of a command had seen: `[generation, version]`."""

    generation: GenerationField
    version: VersionField
