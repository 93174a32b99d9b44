"""Says twice a second that this node lives, and learns when it, another, or all of them did not.

What it learns is told to the rooms before it counts as known: `sound` is false while an outage may
be under way that nobody has found yet. It also keeps the node's clock at the database's. Waits for
the database alone; must not know rooms. SPEC: CK1 to CK11.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, Protocol
from zlib import crc32

from server.clock import STEP_MAX_MS, NodeClock
from server.logs import get_logger
from server.metrics import Metrics
from server.readiness import Readiness
from storage.errors import StorageError
from storage.heartbeats import GAP_MS, Beat, LogTime, OutageRow

KEPT_MS: Final = 15 * 86_400_000
"""A day longer than the longest turn of a draft."""
OVERLAP_MS: Final = 60_000
"""Other nodes may have found outages that ended so long before our last beat."""
CLEANUP_S: Final = 3_600.0


class Store(Protocol):
    """The rows in the database. Each raises StorageError."""

    def beat(
        self, node: str, at: int, *, source: int, last: int | None, since: int
    ) -> Coroutine[Any, Any, Beat]:
        """`node` lives at `at`, which is `source` by the clock that log time follows, after `last`;
        answers with outages that ended from `since` on."""
        ...

    async def log_time(self, source: int) -> LogTime:
        """Log time of the others, now that the clock it follows is at `source`."""
        ...

    async def leave(self, node: str, at: int) -> None:
        """It goes because it was told to."""
        ...

    async def cleanup(self, before: int) -> int:
        """Forgets outages that ended before."""
        ...


class Heartbeat:
    """Invariant: whatever `since` says was told first, and each outage once."""

    def __init__(
        self,
        *,
        store: Store,
        clock: NodeClock,
        metrics: Metrics,
        readiness: Readiness,
        node: str,
        every_s: float,
        tell: Callable[[int, int], None],
        ask: Callable[[], Awaitable[int]] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`node` is one start of one process; `tell` is given begin and end of every outage; `ask`
        is what the database's clock says (None: log time is this machine's), and raises
        StorageError."""
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._readiness = readiness
        self._ask = ask
        self._node = node
        self._every_s = every_s
        self._tell = tell
        self._sleep = sleep
        self._last: int | None = None
        """Log time of the latest beat."""
        self._last_s = float("-inf")
        self._late = False
        self._known: dict[int, OutageRow] = {}
        self._outages: list[OutageRow] = []
        """By their ends."""
        self._tidied_s = float("-inf")
        self._writing: asyncio.Future[Beat] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self.nodes: list[str] = [node]
        """Starts of nodes that live, in the order of their ids."""

    @property
    def sound(self) -> bool:
        """Whether every outage until now is known here."""
        return not self._late and self._clock.monotonic() - self._last_s <= GAP_MS / 1000

    def since(self, at: int) -> Sequence[OutageRow]:
        """Outages that ended at `at` or later, the earliest end first."""
        return self._outages[bisect_left(self._outages, at, key=lambda one: one.ended) :]

    def first_for(self, room: str) -> bool:
        """Whether the room is of this node's share among those that live, by its id. One that has
        signed off has none."""
        if self._leaving is not None:
            return False
        return self.nodes[crc32(room.encode()) % len(self.nodes)] == self._node

    async def begin(self) -> None:
        """Sets the clock, first by the database's and then by the other nodes', and learns of the
        outages until now. The node does not live for the others before its first beat, which is
        due when it lets members in. Raises StorageError."""
        for one in await take_log_time(self._clock, self._store, self._ask):
            if one.number not in self._known:
                self._note(one)
        self._note_step()

    async def measure(self) -> None:
        """Asks what the database's clock says, where there is one. Raises StorageError."""
        await _measure(self._clock, self._ask)
        self._note_step()

    def _note_step(self) -> None:
        """A step that was not adopted is an alarm until the clock is back (CK7)."""
        refused = self._clock.refused_ms
        if bool(refused) == ("clock" in self._readiness.degraded):
            return
        if refused:
            self._readiness.degraded.add("clock")
            get_logger("touchline.heartbeat").error("clock step refused", step_ms=refused)
        else:
            self._readiness.degraded.discard("clock")

    async def beat(self) -> None:
        """Says that the node lives, and tells what it learns. Raises StorageError."""
        at, at_s = self._clock.now_ms(), self._clock.monotonic()
        since = at - KEPT_MS if self._last is None else min(at, self._last) - OVERLAP_MS
        beating = self._store.beat(
            self._node, at, source=self._clock.source_ms(), last=self._last, since=since
        )
        self._writing = asyncio.get_running_loop().create_task(beating, name="heartbeat-write")
        found = await asyncio.shield(self._writing)
        for one in found.outages:
            if one.number not in self._known:
                self._learn(one)
        self._last, self._last_s = at, at_s
        self._late, self.nodes = found.late, found.nodes
        if found.ahead > STEP_MAX_MS:
            self._follow(found.ahead)
        if at_s - self._tidied_s >= CLEANUP_S:
            await self._tidy(at, at_s)

    def _follow(self, ahead_ms: int) -> None:
        """Another node is in a time that this one has not come to: it goes there (CK7). What lies
        between is an outage, which its next beat finds; until then it does not know of every
        outage."""
        self._clock.agree(self._clock.now_ms() + ahead_ms)
        self._late = True
        self._note_step()

    def _note(self, one: OutageRow) -> None:
        self._known[one.number] = one
        self._outages.append(one)
        self._outages.sort(key=lambda known: known.ended)

    def _learn(self, one: OutageRow) -> None:
        self._note(one)
        self._metrics.outages += 1
        get_logger("touchline.heartbeat").warning("outage", began=one.began, ended=one.ended)
        self._tell(one.began, one.ended)

    async def _tidy(self, at: int, at_s: float) -> None:
        before = at - KEPT_MS
        await self._store.cleanup(before)
        self._outages = [one for one in self._outages if one.ended >= before]
        self._known = {one.number: one for one in self._outages}
        self._tidied_s = at_s

    async def run(self) -> None:
        """Beats until it is cancelled, or the node leaves."""
        while self._leaving is None:
            await self._sleep(self._every_s)
            try:
                await self.measure()
                if self._leaving is None:
                    await self.beat()
            except StorageError:
                continue  # the next one finds since when

    def leaves(self) -> asyncio.Task[None]:
        """From now on the node lets nobody in: it beats no more and signs off, in a task that ends
        when that is said. Asked again, it is said once."""
        if self._leaving is None:
            self._leaving = asyncio.get_running_loop().create_task(
                self._leave(self._clock.now_ms()), name="heartbeat-leave"
            )
        return self._leaving

    async def leave(self) -> None:
        """The node's last word, if it was not said before, is said."""
        await asyncio.shield(self.leaves())

    async def _leave(self, at: int) -> None:
        """After its last beat: a silence that it has just come out of is found before it is not
        missed any more."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
            if not self._writing.cancelled():
                self._writing.exception()  # whoever waited for it may have been cancelled
        try:
            if self._last is not None and self._clock.monotonic() - self._last_s > GAP_MS / 1000:
                await self.beat()
            await self._store.leave(self._node, max(at, self._last or at))
        except StorageError:
            get_logger("touchline.heartbeat").warning("the database is away: not signed off")


async def _measure(clock: NodeClock, ask: Callable[[], Awaitable[int]] | None) -> None:
    if ask is not None:
        sent_s = clock.monotonic()
        theirs_ms = await ask()
        clock.told(theirs_ms, sent_s, clock.monotonic())


async def take_log_time(
    clock: NodeClock, store: Store, ask: Callable[[], Awaitable[int]] | None
) -> list[OutageRow]:
    """Sets the clock of whoever starts, by the database's (`ask`) and then by that of the nodes
    that live, or lived last (CK6 to CK8). Returns the outages that are known. Raises
    StorageError."""
    await _measure(clock, ask)
    source = clock.source_ms()
    found = await store.log_time(source)
    now = clock.now_ms()
    if found.living is not None:
        theirs = max(found.living, found.latest or 0) + clock.source_ms() - source
        if abs(theirs - now) > STEP_MAX_MS:
            clock.agree(theirs)
    elif found.latest is not None and found.latest > now:
        clock.agree(found.latest)
    return found.outages
