"""What lies between the nodes of a run: a relay that may do to news whatever its contract allows
(RL2), and whose ends know after a while that they are deaf (RL5, RL7).

Leases, memberships and what is on the way live in the hub, as they live in Redis: a flush takes
them all; renewals bring the memberships back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context
from random import Random

from storage.relay import News
from storage.relay_memory import MemoryRelay, RelayHub
from tests.simulation.faults import Faults
from tests.simulation.trace import Trace
from tests.support.virtual_time_loop import Process

RENEW_S = 1.0
LEASE_S = 5.0
ECHO_S = 3.0
LATENCY_S = 0.01
HOLD_S = 0.1


class SimulatedHub(RelayHub):
    """One relay for all nodes of a run."""

    def __init__(self, rng: Random, faults: Faults, trace: Trace, outside: Context) -> None:
        super().__init__()
        self._rng, self._faults, self._trace, self._outside = rng, faults, trace, outside
        self.ends: list[SimulatedRelay] = []
        self.partitions: set[tuple[str, str]] = set()
        """(from, to), by the names of nodes."""
        self.cut: set[str] = set()
        """Nodes that do not reach the relay."""
        self.down = False
        self._frozen_until = 0.0
        self._flushes = 0
        self._free_at: dict[tuple[SimulatedRelay, SimulatedRelay], float] = {}

    def end_for(self, name: str, process: Process) -> SimulatedRelay:
        """A relay for one start of one node."""
        relay = SimulatedRelay(self, name, process, self._rng)
        self.ends.append(relay)
        return relay

    def leave(self, relay: MemoryRelay) -> None:
        """Nothing is carried to it any more."""
        self.ends = [end for end in self.ends if end is not relay]

    def reaches(self, relay: SimulatedRelay) -> bool:
        """Whether a node's words come to the relay now."""
        return not (self.down or relay.name in self.cut or self._is_frozen)

    @property
    def _is_frozen(self) -> bool:
        return asyncio.get_running_loop().time() < self._frozen_until

    # --- faults that the world does ---------------------------------------------------------------

    def flush(self) -> None:
        """Everything that was kept is gone, and what was on the way with it."""
        self._flushes += 1
        self._free_at.clear()
        for end in self.ends:
            end.forgotten()

    def freeze(self, seconds: float) -> None:
        """Stands still: what was taken arrives afterwards, what comes meanwhile is lost."""
        self._frozen_until = asyncio.get_running_loop().time() + seconds

    # --- the way of news ------------------------------------------------------------------------

    def distribute(self, sender: MemoryRelay, news: Sequence[News]) -> None:
        assert isinstance(sender, SimulatedRelay)
        if sender.process.dead or not self.reaches(sender):
            return
        for one in news:
            for relay in self.ends:
                if relay is not sender and relay.wants(one):
                    self._carry_between(sender, relay, one)

    def _carry_between(self, sender: SimulatedRelay, relay: SimulatedRelay, news: News) -> None:
        faults, rng = self._faults, self._rng
        if (sender.name, relay.name) in self.partitions or faults.strikes("relay_lost", 0.1):
            self._trace.note(news.room, sender.name, "is not heard by", relay.name)
            return
        now = asyncio.get_running_loop().time()
        wait = LATENCY_S * rng.random()
        if faults.strikes("relay_reordered", 0.1):
            self._arrives(now + 0.3 * rng.random(), news, relay)
            return
        if faults.strikes("relay_late", 0.03):
            wait += 3 * rng.random()
        way = (sender, relay)
        at = self._free_at[way] = max(self._free_at.get(way, 0.0) + 1e-6, now + wait)
        self._arrives(at, news, relay)
        if faults.strikes("relay_doubled", 0.1):
            self._arrives(at + rng.random(), news, relay)

    def _arrives(self, at: float, news: News, relay: SimulatedRelay) -> None:
        loop = asyncio.get_running_loop()
        loop.call_at(at, self._deliver, news, relay, self._flushes, context=self._outside)

    def _deliver(self, news: News, relay: SimulatedRelay, flushes: int) -> None:
        if flushes != self._flushes:
            return
        if self._is_frozen or self.down or relay.name in self.cut:
            # it stays in the inbox until this node reads again
            later = max(self._frozen_until, asyncio.get_running_loop().time()) + LATENCY_S
            self._arrives(later + self._rng.random(), news, relay)
        else:
            relay.take(news)


class SimulatedRelay(MemoryRelay):
    """One node's end."""

    def __init__(self, hub: SimulatedHub, name: str, process: Process, rng: Random) -> None:
        super().__init__(hub)
        self._between, self.name, self.process, self._rng = hub, name, process, rng
        self._held: set[str] = set()
        self._known = False
        """Whether the hub remembers this node's memberships."""
        self._unsaid = False
        self._lease_until = 0.0
        self._heard_at = float("-inf")

    @property
    def sound(self) -> bool:
        """Whether it has heard its own echo of late."""
        now = asyncio.get_running_loop().time()
        return self._between.reaches(self) and now - self._heard_at < ECHO_S

    def begin(self) -> None:
        """The first renewal, before the first room is held."""
        if self._between.reaches(self):
            now = asyncio.get_running_loop().time()
            self._known, self._lease_until, self._heard_at = True, now + LEASE_S, now

    async def run(self) -> None:
        """Renews the lease until cancelled."""
        while True:
            await self.renew()
            await asyncio.sleep(RENEW_S * (0.8 + 0.4 * self._rng.random()))

    async def renew(self) -> None:
        """Says that this node lives, and again what it holds where that was forgotten."""
        await asyncio.sleep(LATENCY_S * self._rng.random())
        if not self._between.reaches(self):
            return
        now = asyncio.get_running_loop().time()
        if self._unsaid or not self._known or now >= self._lease_until:
            self._unsaid = False
            self._rooms |= self._held
        self._known, self._lease_until = True, now + LEASE_S
        await asyncio.sleep(LATENCY_S * self._rng.random())
        self._heard_at = asyncio.get_running_loop().time()

    async def hold(self, room: str) -> None:
        self._held.add(room)
        await asyncio.sleep(HOLD_S * self._rng.random())
        if not self._between.reaches(self):
            self._unsaid = True  # the next renewal says it
        elif room in self._held:
            self._rooms.add(room)

    async def release(self, room: str) -> None:
        self._held.discard(room)
        await asyncio.sleep(LATENCY_S * self._rng.random())
        if room not in self._held:
            self._rooms.discard(room)

    def wants(self, news: News) -> bool:
        lives = asyncio.get_running_loop().time() < self._lease_until
        return self._known and lives and super().wants(news)

    def die(self) -> None:
        """Its process is no more; its lease ends by itself."""
        self._between.leave(self)

    def forgotten(self) -> None:
        """The hub has lost all that it kept of this node."""
        self._known = False
        self._rooms.clear()
