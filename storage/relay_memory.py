"""The relay between the nodes of one process: a hub, and a relay on it for each node.

Delivers once, in order, and at once; whoever wants losses, doubles and delays subclasses the hub
and overrides `carry`, with `MemoryRelay.take` as the moment of the delivery. It must not grow knobs
of its own. SPEC rules RL1 to RL4.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from storage.news_inbox import NewsInbox
from storage.relay import Control, News


class RelayHub:
    """What lies between the nodes. A node is told by everybody but itself."""

    def __init__(self) -> None:
        self._relays: list[MemoryRelay] = []

    def join(self) -> MemoryRelay:
        """A relay for one more node."""
        relay = MemoryRelay(self)
        self._relays.append(relay)
        return relay

    def leave(self, relay: MemoryRelay) -> None:
        """A node that has left is told nothing more."""
        if relay in self._relays:
            self._relays.remove(relay)

    def distribute(self, sender: MemoryRelay, news: Sequence[News]) -> None:
        """Hands each to the other nodes that want it, in the order in which they joined."""
        for one in news:
            for relay in self._relays:
                if relay is not sender and relay.wants(one):
                    self.carry(one, relay)

    def carry(self, news: News, relay: MemoryRelay) -> None:
        """The way of one piece of news to one node. A subclass may lose, double or delay it."""
        relay.take(news)


class MemoryRelay:
    """One node's end. Made by `RelayHub.join`."""

    def __init__(self, hub: RelayHub) -> None:
        self._hub = hub
        self._rooms: set[str] = set()
        self._inbox = NewsInbox()

    @property
    def sound(self) -> bool:
        """Always: nothing lies between."""
        return True

    async def hold(self, room: str) -> None:
        """Wants the room's news from now on."""
        self._rooms.add(room)

    async def release(self, room: str) -> None:
        """Wants no more of them. What has arrived already may still be read."""
        self._rooms.discard(room)

    async def send(self, news: Sequence[News]) -> None:
        """Hands news to the hub; nobody sends any more once closed."""
        if not self._inbox.closed:
            self._hub.distribute(self, news)

    def wants(self, news: News) -> bool:
        """Whether this node holds the room, or is meant as every node is."""
        return news.room in self._rooms or (isinstance(news, Control) and not news.room)

    def take(self, news: News) -> None:
        """A delivery."""
        self._inbox.put((news,))

    def receive(self) -> AsyncIterator[News]:
        """News in the order of their arrival, until the relay is closed."""
        return self._inbox.receive()

    async def close(self) -> None:
        """Leaves the hub; whoever receives comes to the end. May be called again."""
        self._rooms.clear()
        self._inbox.close()
        self._hub.leave(self)
