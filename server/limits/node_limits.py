"""All limits of a node, put together: with Redis where the setting names one, in memory
otherwise.

Must not know who is limited. What the node does: `start` once, `run` in a task of its own, `close`
at the end. Rules: LM9, LM18.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Final, Literal

from server.clock import Clock
from server.limits.adaptive import LoadFactor
from server.limits.counters import Counters
from server.limits.counters_memory import MemoryCounters
from server.limits.failed_logins import FailedLogins, MemoryFailedLogins
from server.limits.limiter import Limiter, Standing
from server.limits.redis_link import RedisLink
from server.limits.shared import PREFIX, SharedLimits
from server.limits.table import Limit

BEAT_S: Final = 1.0
"""How soon a Redis that returned is used again, and other nodes' strict counters are known."""
TIDY_BEATS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsState:
    """How limits stand on this node, for an administrator."""

    store: Literal["memory", "redis", "away"]
    """away: Redis is set, and this node gives its share alone."""
    nodes: int
    """That were last seen to count together."""
    keys: int
    """Counters remembered here."""
    load_factor: float
    lag_s: float
    """Mean lag of the loop."""


class NodeLimits:
    """A node's limiter and failed logins, and what keeps them going."""

    def __init__(
        self,
        limits: Mapping[str, Limit],
        *,
        redis: str,
        node: str,
        clock: Clock,
        refusals: MutableMapping[str, int],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        prefix: str = PREFIX,
    ) -> None:
        """`limits` as `table.published` makes them; `redis` a URL, or empty. Raises
        InvalidRedisUrl."""
        self._sleep = sleep
        self._memory = MemoryCounters(clock)
        self._memory_failures = MemoryFailedLogins(limits["failed_login"], clock)
        self._shared: SharedLimits | None = None
        counters: Counters = self._memory
        failures: FailedLogins = self._memory_failures
        if redis:
            self._shared = SharedLimits(
                RedisLink(redis),
                list(limits.values()),
                limits["failed_login"],
                node=node,
                clock=clock,
                prefix=prefix,
            )
            counters, failures = self._shared.counters, self._shared.failed_logins
        self._counters = counters
        self.failed_logins = failures
        self.load = LoadFactor(clock)
        self.limiter = Limiter(limits, counters, load=self.load, refusals=refusals)

    async def start(self) -> None:
        """The first beat, before the first request. A Redis that is away does not stop a node."""
        if self._shared is not None:
            await self._shared.beat()

    async def run(self) -> None:
        """Beats and tidies until cancelled."""
        beats = 0
        while True:
            await self._sleep(BEAT_S)
            beats += 1
            if self._shared is not None:
                await self._shared.beat()
            if beats % TIDY_BEATS == 0:
                self.forget_expired()

    def forget_expired(self) -> None:
        """Drops what says nothing more (LM8)."""
        if self._shared is not None:
            self._shared.forget_expired()
        else:
            self._memory.forget_expired()
            self._memory_failures.forget_old()

    async def close(self) -> None:
        """Gives up this node's share and its connections."""
        if self._shared is not None:
            await self._shared.close()

    async def look(self, name: str, subject: str) -> Standing:
        """How a limit stands for a subject, failed logins too; nothing is taken. Raises KeyError
        for a name that is no limit."""
        if name != "failed_login":
            return await self.limiter.look(name, subject)
        limit = self.limiter.limits[name]
        failures = await self.failed_logins.failures(subject)
        wait_s = max(0, -(-(failures.not_before_ms - self.failed_logins.now_ms()) // 1000))
        return Standing(
            name=name,
            limit=limit.limit,
            window_s=limit.window_s,
            remaining=max(0, limit.limit - failures.run),
            reset_s=wait_s,
            retry_after_s=wait_s,
        )

    async def forget(self, name: str, subject: str) -> None:
        """A subject starts over with one limit; failed logins too. Raises KeyError for a name that
        is no limit."""
        if name == "failed_login":
            await self.failed_logins.succeeded(subject)
        await self.limiter.forget(name, subject)

    def state(self) -> LimitsState:
        """How it stands now."""
        shared = self._shared
        return LimitsState(
            store="memory" if shared is None else "away" if shared.is_away else "redis",
            nodes=1 if shared is None else shared.share.nodes,
            keys=self._counters.keys,
            load_factor=self.load.factor,
            lag_s=self.load.lag_s,
        )
