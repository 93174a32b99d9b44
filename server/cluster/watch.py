"""Watches what the node leans on, and says so: the database, the readable rooms, news of other
nodes.

Members are told `degraded` while news do not come through: work goes on, presence between nodes
pauses (RL12). They are told `stale` when the database has not answered for five seconds, and sent
elsewhere after fifteen (C20): a deaf node that looks healthy is the worst fault in this field.
Decides by the time it is given; must not know sockets. SPEC: OP rules on readiness, RL12.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from server.clock import Clock
from server.readiness import Readiness
from storage.errors import GenerationChanged, StorageError

CHECK_EVERY_S = 1.0
DEAF_LOOKS = 2
"""A relay that is away in one look only has lost one connection: nobody needs to know."""
STALE_S = 5.0
GIVE_AWAY_S = 15.0


class Members(Protocol):
    """Whoever is connected to this node."""

    def tell(self, code: str) -> None:
        """A notice for every member of every open room."""
        ...

    def send_away(self) -> None:
        """Closes every connection with 1013: clients go to another node, or come back."""
        ...


class Watch:
    """Invariant: `readiness` says what the last check found, and members were told each change
    once."""

    def __init__(
        self,
        *,
        check: Callable[[], Awaitable[None]],
        clock: Clock,
        readiness: Readiness,
        members: Members,
        unreadable: Mapping[str, str],
        sound: Callable[[], bool] = lambda: True,
        outlived: Callable[[], None] = lambda: None,
    ) -> None:
        """`sound`: whether news of other nodes come through. `outlived` is called where the
        database has begun another generation."""
        self._check = check
        self._clock = clock
        self._readiness = readiness
        self._members = members
        self._unreadable = unreadable
        self._sound = sound
        self._outlived = outlived
        self._deaf_looks = 0
        self._told_degraded = False
        self._away_since: float | None = None
        self._told_stale = False
        self._sent_away = False

    async def run(self) -> None:
        """Checks until it is cancelled."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """One check, and what follows from it."""
        answered = await self._database_answers()
        now = self._clock.monotonic()
        self._note(self._readiness.degraded, "unreadable rooms", on=bool(self._unreadable))
        self._note(self._readiness.causes, "database", on=not answered)
        self._look_at_news()
        if answered:
            self._away_since, self._sent_away = None, False
            if self._told_stale:
                self._told_stale = False
                self._members.tell("degraded" if self._told_degraded else "recovered")
            return
        if self._away_since is None:
            self._away_since = now
        away_s = now - self._away_since
        if away_s >= STALE_S and not self._told_stale:
            self._told_stale = True
            self._members.tell("stale")
        if away_s >= GIVE_AWAY_S and not self._sent_away:
            self._sent_away = True
            self._members.send_away()

    def _look_at_news(self) -> None:
        self._deaf_looks = 0 if self._sound() else self._deaf_looks + 1
        deaf = self._deaf_looks >= DEAF_LOOKS
        self._note(self._readiness.degraded, "relay", on=deaf)
        if deaf != self._told_degraded:
            self._told_degraded = deaf
            if not self._told_stale:
                self._members.tell("degraded" if deaf else "recovered")

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(CHECK_EVERY_S):
                await self._check()
        except GenerationChanged:
            self._outlived()
            return False
        except (StorageError, TimeoutError):
            return False
        return True

    @staticmethod
    def _note(where: set[str], what: str, *, on: bool) -> None:
        if on:
            where.add(what)
        else:
            where.discard(what)
