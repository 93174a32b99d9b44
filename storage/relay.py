"""Contract of the relay: carries news between nodes, and may lose, double or delay what it likes.

The log is the truth; a message here only says that something happened sooner than asking would.
SPEC rules RL1 to RL5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CommittedEntries:
    """Entries of a room that were committed, with the position they begin after. No records: the
    room has come to the version before `first`, and what led there is to be read from the log."""

    room: str
    generation: str
    first: int
    tag_before: str
    records: Sequence[bytes]
    node: str = ""
    """Who committed them; empty: a node of before, which did not say."""


@dataclass(frozen=True, slots=True)
class PresenceNews:
    """What another node's members show in a room, as that node encoded it. Latest wins."""

    room: str
    node: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Control:
    """A word to every node that holds the room (or to all, with an empty room)."""

    room: str
    name: str
    body: bytes


News = CommittedEntries | PresenceNews | Control


class Relay(Protocol):
    """What nodes tell each other."""

    @property
    def sound(self) -> bool:
        """Whether news come through, as far as this node knows. Where not, the log has to be asked
        more often (RL5)."""
        ...

    async def hold(self, room: str) -> None:
        """From now on this node wants the room's news. Subscribe first, then load the room from
        the log."""
        ...

    async def release(self, room: str) -> None:
        """No more news of this room."""
        ...

    async def send(self, news: Sequence[News]) -> None:
        """Hands news to the other nodes that hold the rooms. Returns when handed over, not when
        read."""
        ...

    def receive(self) -> AsyncIterator[News]:
        """News from other nodes, for as long as the relay is open."""
        ...

    async def close(self) -> None:
        """Releases everything."""
        ...
