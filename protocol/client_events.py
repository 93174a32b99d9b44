"""What a client session tells its shell. Beside these, it hands on those messages of the server
that need no judgement: welcome, private, presence, closed, notice, error and pong.

Values only; what makes them is client_session.py. SPEC rules CL52 to CL64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from protocol.identifiers import Position
from protocol.server_messages import (
    ErrorMessage,
    Notice,
    Pong,
    Presence,
    Private,
    RoomClosed,
    Welcome,
)


@dataclass(frozen=True, slots=True)
class StartedOver:
    """Forget what was known of the room: `state` at `position` is all there is. Pending commands
    stay pending."""

    room: str
    position: Position
    kind: str
    state: Raw
    new_generation: bool
    """The database was restored: commands that were never sent have been refused with
    `session_expired`."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Committed entries, contiguous with what came before; `position` is where the client stands
    after them."""

    room: str
    first: int
    entries: list[Raw]
    position: Position


@dataclass(frozen=True, slots=True)
class Live:
    """The room is followed from here on, with this role."""

    room: str
    role: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of a command: durable as the entry `version`. Its entry may still be on the way."""

    room: str
    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The end of a command: not executed and never will be."""

    room: str
    seq: int
    code: str
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not an end: the command was not executed now. Call `retry(room)` after `wait_ms`; until then
    the room's commands wait."""

    room: str
    seq: int
    code: str
    wait_ms: int


ClientEvent = (
    Welcome
    | StartedOver
    | Applied
    | Live
    | Settled
    | Refused
    | Postponed
    | Private
    | Presence
    | RoomClosed
    | Notice
    | ErrorMessage
    | Pong
)
"""What `receive` tells the shell."""
