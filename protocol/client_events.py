"""What a client session tells its shell. Beside these, it hands on those messages of the server
that need no judgement: welcome, private, presence, closed, notice, error and pong.

Values, and the errors that end a connection; what makes them is client_session.py. SPEC rules CL52
to CL66.

    RemoteProtocolError
    └── ServerMisbehaved
        ├── UnexpectedMessage      may not come now, or is about something we never said
        ├── VersionsBroken         entries that do not continue where this client stands
        └── ContradictoryAnswer    a command that had ended was ended again, differently
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from protocol.errors import RemoteProtocolError
from protocol.identifiers import Position
from protocol.server_messages import (
    ErrorMessage,
    Notice,
    Pong,
    Presence,
    Private,
    RoomClosed,
    Scores,
    Welcome,
)


class ServerMisbehaved(RemoteProtocolError):
    """The server broke the protocol. Nothing of the message was taken over; the connection is not
    to be used further."""


class UnexpectedMessage(ServerMisbehaved):
    """A message that may not come now, or that answers something this client never said."""


class VersionsBroken(ServerMisbehaved):
    """What came does not continue the history that this client holds."""

    def __init__(self, room: str, *, expected: object, got: object) -> None:
        super().__init__(f"room {room}: expected {expected}, got {got}")
        self.room, self.expected, self.got = room, expected, got


class ContradictoryAnswer(ServerMisbehaved):
    """A command ended twice, with different outcomes."""

    def __init__(self, room: str, seq: int, *, first: object, second: object) -> None:
        super().__init__(f"room {room}, seq {seq}: ended as {first}, then as {second}")
        self.room, self.seq, self.first, self.second = room, seq, first, second


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
    after them. Of a filtered room those that passed from `first` to there, maybe none: each has its
    own `v`, and may name plays in `gone`."""

    room: str
    first: int
    entries: list[Raw]
    position: Position


@dataclass(frozen=True, slots=True)
class Live:
    """The room is followed from here on, with this role."""

    room: str
    role: str
    filtered: bool = False
    """Only what is wanted of it comes."""


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
    | Scores
    | RoomClosed
    | Notice
    | ErrorMessage
    | Pong
)
"""What `receive` tells the shell."""
