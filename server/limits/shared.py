"""The shared store's heartbeat: who else counts, what others have counted, and the way back after
Redis was away.

One beat a second for all of a node's limits; must not know what is limited. Rules: LM9 to LM13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from server.clock import Clock
from server.limits.counters_redis import RedisCounters
from server.limits.failed_logins_redis import RedisFailedLogins
from server.limits.redis_link import RedisLink, StoreAway
from server.limits.redis_scripts import BEAT, BEGIN, LEAVE
from server.limits.share import Share
from server.limits.table import Limit

PREFIX: Final = "touchline"
NODE_GONE_MS: Final = 10_000
"""Ten beats: a node that is silent for so long gets no share any more."""
BATCHES_MAX: Final = 2_000
"""Brought in one beat; under a flood what is counted meanwhile waits for the next."""


class SharedLimits:
    """A node's part in limits that several nodes share. `beat` is called once a second, first
    before anything is counted."""

    def __init__(
        self,
        link: RedisLink,
        limits: Sequence[Limit],
        failed_login: Limit,
        *,
        node: str,
        clock: Clock,
        prefix: str = PREFIX,
    ) -> None:
        """`node` is unique among the nodes; `prefix` begins every key in Redis."""
        self._link = link
        self._node = node
        self._base = f"{prefix}:{{limits}}"
        self._hot_kept_ms = 2 * max(limit.window_ms for limit in limits)
        self._heard_ms = 0
        self.share = Share()
        self.counters = RedisCounters(link, clock, self.share, prefix=self._base)
        self.failed_logins = RedisFailedLogins(
            failed_login, link, clock, self.share, prefix=self._base
        )

    @property
    def is_away(self) -> bool:
        """Limits are this node's own for now."""
        return self._link.is_away

    async def beat(self) -> bool:
        """Says that this node lives, hears of others, and brings what was counted alone. False:
        Redis is away."""
        keys = [f"{self._base}:{name}" for name in ("nodes", "hot", "born")]
        arguments = [self._node, NODE_GONE_MS, self._heard_ms, self._hot_kept_ms]
        try:
            life = self._heard(await self._link.probe(BEAT, keys, arguments))
            for _ in range(BATCHES_MAX):
                # Not `or`: a beat brings of both.
                if not (await self.counters.bring()) | (await self.failed_logins.bring()):
                    break
            if not life:
                # Only now: nobody counts in a Redis that has forgotten what the nodes know.
                answer = await self._link.probe(BEGIN, [f"{self._base}:born"], [])
                life = str(answer[0], "utf-8")
        except StoreAway:
            return False
        self._link.life = life
        self._link.returned()
        return True

    def forget_expired(self) -> None:
        """Drops what says nothing more; to be called every minute or so."""
        self.counters.forget_expired()
        self.failed_logins.forget_old()

    async def close(self) -> None:
        """Gives up this node's share, if Redis is there, and ends the connections."""
        try:
            await self._link.call(LEAVE, [f"{self._base}:nodes"], [self._node])
        except StoreAway:
            pass  # the others notice the silence
        finally:
            await self._link.close()

    def _heard(self, answer: list[Any]) -> str:
        """Takes in the answer to a beat. Returns the life of Redis; empty where counting has not
        begun."""
        now_ms, born, nodes, hot = int(answer[0]), answer[1], answer[2], answer[3]
        self.counters.heard_time(now_ms)
        self.failed_logins.heard_time(now_ms)
        self.share.seen([str(name, "utf-8") for name in nodes], self._node)
        life = str(born, "utf-8")
        if self._link.life and life != self._link.life:
            # Another life of Redis: it knows what nodes bring to it.
            self.counters.recall()
            self.failed_logins.recall()
        for key, *fields in hot:
            name, numbers = str(key, "utf-8"), [int(field) for field in fields]
            if not self.counters.heard(name, *numbers):
                self.failed_logins.heard(name, *numbers)
        self._heard_ms = now_ms
        return life
