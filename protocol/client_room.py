"""Where a client stands in one room: its position, and which entries may move it. SPEC rules CL52,
CL65 and CL66.

It must not know connections, nor when a room is asked for: that is client_session.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Raw, Struct

from protocol.client_events import UnexpectedMessage, VersionsBroken
from protocol.client_messages import EVERYTHING
from protocol.client_outbox import Outbox
from protocol.identifiers import Position, VersionField
from protocol.server_messages import Entries

if TYPE_CHECKING:
    from protocol.codec import Codec


class Phase(Enum):
    """Where a room stands on the present connection."""

    ABSENT = "not asked for on this connection"
    JOINING = "asked for, not yet live"
    LIVE = "followed"
    LEAVING = "leave was said; what is still on the way is ignored"
    CLOSED = "ended by either side; not asked for again unless the caller does"


class _Numbered(Struct, frozen=True, gc=False):
    """An entry of which only the version is of interest."""

    v: VersionField


@dataclass(slots=True)
class ClientRoom:
    """What is known of a room, whatever the connection."""

    id: str
    invite: str | None
    outbox: Outbox
    phase: Phase = Phase.ABSENT
    position: Position | None = None
    wanted: bool = False
    """Joined again while leaving: asked for once the server has said `closed`, or that would end
    the new stay."""
    filter: Raw = field(default_factory=lambda: EVERYTHING)
    """What is to come of it."""
    anew: bool = False
    """Its position was reached with another filter: it is asked for from a snapshot."""

    @property
    def resumed(self) -> Position | None:
        """Where to go on from."""
        return None if self.anew else self.position

    def want(self, filter_: Raw) -> bool:
        """Something else is to come of it from the next join on. False: it is the same."""
        if bytes(filter_) == bytes(self.filter):
            return False
        self.filter, self.anew = filter_, True
        return True

    def move(self, message: Entries, codec: Codec) -> list[Raw]:
        """Moves the position over what came. Returns the entries that are new. Raises
        ServerMisbehaved, with the position where it was."""
        before = self.position
        if before is None:
            raise UnexpectedMessage(f"entries of room {self.id} before its first snapshot")
        versions = [codec.decode_as(raw, _Numbered).v for raw in message.entries]
        if message.skipped_to is None:
            last = self._each(message.first, versions, before.version)
        else:
            last = self._passed(message.first, versions, before.version, message.skipped_to)
        if last > before.version:
            self.position = Position(before.generation, last, message.tag)
        pairs = zip(versions, message.entries, strict=True)
        return [raw for version, raw in pairs if version > before.version]

    def _each(self, first: int, versions: list[int], known: int) -> int:
        """CL52: exactly the next ones. Returns the last."""
        if first != known + 1:
            raise VersionsBroken(self.id, expected=f"version {known + 1}", got=first)
        for expected, version in enumerate(versions, first):
            if version != expected:
                raise VersionsBroken(self.id, expected=f"version {expected}", got=version)
        return known + len(versions)

    def _passed(self, first: int, versions: list[int], known: int, skipped_to: int) -> int:
        """CL66: those that are wanted, out of all up to `skipped_to`, which it returns."""
        if first > known + 1:
            raise VersionsBroken(self.id, expected=f"version {known + 1}", got=first)
        at = first
        for version in versions:
            if not at <= version <= skipped_to:
                expected = f"a version from {at} to {skipped_to}"
                raise VersionsBroken(self.id, expected=expected, got=version)
            at = version + 1
        return skipped_to
