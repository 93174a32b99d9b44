"""What the rooms of this node have to tell the other nodes, and when. The exchange
(server/cluster/exchange.py) implements it; a node that is alone has `Nobody`.

Must not know how news travel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from server.rooms.room import Room


class Neighbours(Protocol):
    """The other nodes, as rooms see them."""

    async def opening(self, room_id: str) -> None:
        """A room is about to be read from the log. When this returns, this node hears what others
        say about it, if it can: subscribe, then load."""
        ...

    def opened(self, room: Room) -> None:
        """The room is open: it is given what was heard while it was read."""
        ...

    def closed(self, room_id: str) -> None:
        """The room is closed, has failed, or could not be opened."""
        ...

    def shown(self, room: Room, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        """This node has committed entries: first version, tag before it, records."""
        ...

    def traced(self, room: Room, named: Sequence[tuple[int, str]]) -> None:
        """Entries of traced commands are among those that come next: version and trace."""
        ...

    def passing(self, room: Room) -> None:
        """Presence of this node's members has changed."""
        ...

    def reacted(self, room: Room, counts: Mapping[str, int]) -> None:
        """What this node's members have shown together within a second."""
        ...


class Nobody:
    """A node that is alone."""

    async def opening(self, room_id: str) -> None:
        """Nobody says anything."""

    def opened(self, room: Room) -> None:
        """Nobody cares."""

    def closed(self, room_id: str) -> None:
        """Nobody cares."""

    def shown(self, room: Room, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        """Nobody listens."""

    def traced(self, room: Room, named: Sequence[tuple[int, str]]) -> None:
        """Nobody follows them."""

    def passing(self, room: Room) -> None:
        """Nobody looks."""

    def reacted(self, room: Room, counts: Mapping[str, int]) -> None:
        """Nobody counts."""
