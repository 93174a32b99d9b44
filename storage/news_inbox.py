"""News that have arrived at a node and that nobody has read yet: bounded, in the order of their
arrival.

The receiving half of every relay; must not know where news come from. SPEC: RL2, RL4.
"""

from __future__ import annotations

from asyncio import Event
from collections import deque
from collections.abc import AsyncIterator, Iterable

from storage.relay import News

INBOX_NEWS_MAX = 100_000
"""News that nobody has read yet; more are lost, and the log fills the hole (RL2). A node that is
so far behind would only read what it has long had from the log."""


class NewsInbox:
    """Invariant: at most INBOX_NEWS_MAX wait; once closed nothing is given out."""

    def __init__(self) -> None:
        self._news: deque[News] = deque()
        self._arrived = Event()
        self.closed = False

    def put(self, news: Iterable[News]) -> None:
        """A delivery. What comes when the inbox is full, or after the end, is lost."""
        if self.closed:
            return
        for one in news:
            if len(self._news) >= INBOX_NEWS_MAX:
                break
            self._news.append(one)
        self._arrived.set()

    async def receive(self) -> AsyncIterator[News]:
        """News in the order of their arrival, until the inbox is closed."""
        while not self.closed:
            while self._news:
                yield self._news.popleft()
            self._arrived.clear()
            if not self.closed:
                await self._arrived.wait()

    def close(self) -> None:
        """Whoever receives comes to the end. May be called again."""
        self.closed = True
        self._news.clear()
        self._arrived.set()
