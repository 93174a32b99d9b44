"""Nodes that share limits in one Redis, beaten by hand: no time passes unless a test says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from server.limits.adaptive import LoadFactor
from server.limits.limiter import Limiter
from server.limits.redis_link import RedisLink
from server.limits.shared import SharedLimits
from server.limits.table import published
from tests.support.manual_clock import ManualClock

DAY = "login=30/86400,mfa_token=5/86400,read=60/86400,write=3/86400,failed_login=5/900"
"""Windows of a day: Redis's own clock will not end one in the middle of a test."""


class LimitNode:
    """One node's limits. Its clock is its own, and far from Redis's."""

    def __init__(
        self, url: str, name: str, overrides: str = DAY, *, timeout_s: float = 2.0
    ) -> None:
        self.name = name
        self.clock = ManualClock()
        self.limits = published(overrides)
        self.link = RedisLink(url, timeout_s=timeout_s)
        self.shared = SharedLimits(
            self.link,
            list(self.limits.values()),
            self.limits["failed_login"],
            node=name,
            clock=self.clock,
        )
        self.logins = self.shared.failed_logins
        self.refusals: Counter[str] = Counter()
        self.limiter = Limiter(
            self.limits,
            self.shared.counters,
            load=LoadFactor(self.clock),
            refusals=self.refusals,
        )

    async def allowed(self, times: int, name: str = "login", subject: str = "192.0.2.1") -> int:
        """How many of so many are allowed."""
        return sum([(await self.limiter.take((name, subject))).allowed for _ in range(times)])


@asynccontextmanager
async def limit_nodes(
    url: str, count: int, overrides: str = DAY, *, timeout_s: float = 2.0, prefix: str = "node"
) -> AsyncGenerator[list[LimitNode]]:
    """Nodes that know of each other, for as long as the block runs."""
    nodes = [
        LimitNode(url, f"{prefix}-{number}", overrides, timeout_s=timeout_s)
        for number in range(count)
    ]
    await beat(nodes)
    await beat(nodes)
    try:
        yield nodes
    finally:
        for node in nodes:
            await node.shared.close()


async def beat(nodes: list[LimitNode]) -> list[bool]:
    """Every node beats once, one after another. Whether each found Redis there."""
    return [await node.shared.beat() for node in nodes]
