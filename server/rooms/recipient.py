"""What a room needs to know of a connection. The connection implements it; the composition root
joins the two."""

from __future__ import annotations

from typing import Protocol

from protocol.codec import Codec
from server.identity import Identity


class Recipient(Protocol):
    """One live connection, as rooms see it."""

    @property
    def codec(self) -> Codec:
        """How this connection speaks."""
        ...

    @property
    def identity(self) -> Identity:
        """Whom it speaks for."""
        ...

    @property
    def client(self) -> str:
        """Its client id."""
        ...

    @property
    def paused(self) -> bool:
        """Whether its transport owes too much to take ready-made frames now."""
        ...

    def write(self, frames: bytes) -> None:
        """Hands whole frames to the transport at once. May raise RuntimeError when the transport
        is closed."""
        ...

    def reply(self, payload: bytes) -> None:
        """Sends one message to this connection alone: never dropped, queued while paused."""
        ...

    async def drained(self) -> None:
        """Waits until the transport takes frames again, or has ended; not at all where it does."""
        ...

    def room_closed(self, room_id: str, reason: str, incident: str | None = None) -> None:
        """The room has let this connection go (and told it); `failed` means by a bug of ours."""
        ...

    def charge(self, commands: int) -> None:
        """A command of this connection wrote as much as so many more (C24)."""
        ...

    def bad_seq(self) -> None:
        """A command used a seq that belongs to somebody else (C21). Called before the rejection is
        sent; the connection ends, after this turn, if it was not the first time."""
        ...
