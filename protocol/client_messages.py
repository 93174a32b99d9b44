"""What a client may say. One tagged union, strict: an unknown field or type is an error (SPEC:
HS, MS)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

from protocol.identifiers import ClientIdField, MadeAt, Position, RoomIdField, SeqField, TraceField

PROTOCOL_VERSION = 1

TokenField = Annotated[str, Meta(max_length=4096)]
InviteField = Annotated[str, Meta(max_length=128)]
FILTER_BYTES_MAX = 4_096
"""Of what a join wants of a room."""
EVERYTHING = Raw()
"""The filter of a join without one; no other empty one is left out when it is encoded."""
RefField = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class RoomJoin(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One room to join, from a position if the client has one; `invite` is the secret part of an
    invitation link; `filter`, decoded by the room's kind, what it wants of it (FF)."""

    room: RoomIdField
    position: Position | None = None
    invite: InviteField | None = None
    filter: Raw = EVERYTHING


class Hello(
    Struct, frozen=True, tag="hello", forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """The first message of a connection: who, and which rooms from where. Answered by one
    `welcome` and, per room, a `snapshot` or `entries`, then `joined`: one round trip to live."""

    token: TokenField
    client: ClientIdField
    protocol: Annotated[int, Meta(ge=0, le=1_000_000)] = PROTOCOL_VERSION
    agent: Annotated[str, Meta(max_length=64)] = ""
    rooms: Annotated[list[RoomJoin], Meta(max_length=64)] = []


class HelloVersion(Struct, frozen=True, tag="hello", gc=False):
    """The one thing that is read of a hello whose other fields are unknown here: which protocol it
    speaks."""

    protocol: int = PROTOCOL_VERSION


class Auth(Struct, frozen=True, tag="auth", forbid_unknown_fields=True, gc=False):
    """A fresh token for the same account, before the old one expires."""

    token: TokenField


class Join(
    Struct, frozen=True, tag="join", forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """Joins one more room. `ref` comes back in `joined` or `error`."""

    ref: RefField
    room: RoomIdField
    position: Position | None = None
    invite: InviteField | None = None
    filter: Raw = EVERYTHING


class Leave(Struct, frozen=True, tag="leave", forbid_unknown_fields=True, gc=False):
    """Stops following a room on this connection. Membership is untouched."""

    room: RoomIdField


class Submit(
    Struct, frozen=True, tag="submit", forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One command. `seq` rises per client id; `made` is what the author had seen; `again` is true
    on every send but the first.

    `command` is decoded by the room's kind. `trace` is a W3C `traceparent`, for whoever wants to
    see where the time went.
    """

    room: RoomIdField
    seq: SeqField
    made: MadeAt
    command: Raw
    again: bool = False
    trace: TraceField = ""


class PresenceUpdate(Struct, frozen=True, tag="presence", forbid_unknown_fields=True, gc=False):
    """The latest of something passing: a cursor, a drag. `key` names it, a later value replaces an
    earlier one, null ends it. `value` is decoded by the room's kind."""

    room: RoomIdField
    key: Annotated[str, Meta(max_length=32)]
    value: Raw


class Ping(Struct, frozen=True, tag="ping", forbid_unknown_fields=True, gc=False):
    """Answered by `pong` with the same number and the server's time."""

    n: Annotated[int, Meta(ge=0, le=2**31 - 1)]


ClientMessage = Hello | Auth | Join | Leave | Submit | PresenceUpdate | Ping
