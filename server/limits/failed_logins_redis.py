"""Failed logins that several nodes share in Redis, and each node's part of them while Redis is
away.

As counters_redis.py: answers are remembered, other nodes' failures are heard of at each beat; alone
a node gives its share of the free attempts that were left, and delays are as many times longer as
there are nodes, up to the longest. Rules: LM20, LM27.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Final

from server.clock import Clock
from server.limits.counters_memory import KEYS_MAX
from server.limits.failed_logins import (
    CEILING,
    FORGET_MS,
    Attempt,
    Failures,
    FailureTable,
    Pace,
    attempted,
    failure_key,
    refused,
    rested,
    withdrawn_from,
)
from server.limits.redis_link import Argument, RedisLink, StoreAway
from server.limits.redis_scripts import ATTEMPT, FORGET, FORGOTTEN, RETURN_FAILURES, WITHDRAW
from server.limits.share import Share
from server.limits.table import Limit

BATCH: Final = 250


@dataclass(frozen=True, slots=True)
class Since:
    """What was known of an address when this node first had to decide alone."""

    known: Failures
    forgotten: bool = False
    """A login succeeded meanwhile."""


class RedisFailedLogins:
    """Implements FailedLogins. Invariant: the free attempts of all nodes together are no more while
    Redis is away than they were before, or one for each node where that is more."""

    def __init__(
        self,
        limit: Limit,
        link: RedisLink,
        clock: Clock,
        share: Share,
        *,
        prefix: str,
        keys_max: int = KEYS_MAX,
    ) -> None:
        self._limit = limit
        self._link = link
        self._clock = clock
        self._share = share
        self._prefix = f"{prefix}:f:"
        self._hot = f"{prefix}:hot"
        self._born = f"{prefix}:born"
        self._table = FailureTable(keys_max)
        self._alone: dict[str, Since] = {}
        """Of every address that was decided alone; no more than the table holds."""
        self._lost: dict[str, Failures] = {}
        """What Redis has lost: to be brought back."""
        self._keys_max = keys_max
        self._ahead_ms = 0

    def now_ms(self) -> int:
        """Redis's time, as far as it is known."""
        return self._clock.now_ms() + self._ahead_ms

    def heard_time(self, redis_ms: int) -> None:
        """Redis said what time it is."""
        self._ahead_ms = redis_ms - self._clock.now_ms()

    async def attempt(self, email: str) -> Attempt:
        """Begins one attempt."""
        key = failure_key(self._limit, email)
        if not self._link.is_away:
            arguments: list[Argument] = [
                self._link.life,
                self._limit.limit,
                self._limit.window_ms,
                CEILING,
                FORGET_MS,
            ]
            try:
                answer = await self._link.call(
                    ATTEMPT, [self._born, self._hot, self._prefix + key], arguments
                )
            except StoreAway:
                return self._attempt_alone(key)
            return self._heard_answer(key, answer)
        return self._attempt_alone(key)

    async def succeeded(self, email: str) -> None:
        """All failures are forgotten, on every node once they hear of it."""
        key = failure_key(self._limit, email)
        self._table.forget(key)
        self._lost.pop(key, None)
        if not self._link.is_away:
            try:
                await self._link.call(FORGET, [self._hot, self._prefix + key], [])
            except StoreAway:
                pass
            else:
                return
        self._note(key, Since(Failures(), forgotten=True))

    async def withdrawn(self, email: str) -> None:
        """The attempt does not count."""
        key = failure_key(self._limit, email)
        self._table.put(key, withdrawn_from(self._table.get(key, self.now_ms()), self.now_ms()))
        if not self._link.is_away:
            try:
                await self._link.call(WITHDRAW, [self._prefix + key], [FORGET_MS])
            except StoreAway:
                return

    async def failures(self, email: str) -> Failures:
        """As this node last heard."""
        return self._table.get(failure_key(self._limit, email), self.now_ms())

    def heard(self, key: str, run: int, consecutive: int, last_ms: int, not_before_ms: int) -> bool:
        """Takes over what any node has written. False: the key is none of ours."""
        if not key.startswith(self._prefix):
            return False
        name = key.removeprefix(self._prefix)
        newer = last_ms >= self._table.get(name, self.now_ms()).last_ms
        if newer and name not in self._alone:
            self._table.put(name, Failures(run, consecutive, last_ms, not_before_ms))
        return True

    async def bring(self) -> bool:
        """Brings a batch of what happened alone to Redis. True: there was something. Raises
        StoreAway; what could not be brought stays."""
        keys = list(dict.fromkeys(islice(chain(self._lost, self._alone), BATCH)))
        if not keys:
            return False
        now_ms = self.now_ms()
        numbers: list[Argument] = [FORGET_MS]
        sent: dict[str, Failures] = {}
        for key in keys:
            now = sent[key] = self._table.get(key, now_ms)
            since = self._alone.get(key, Since(now))
            lost = self._lost.get(key, Failures())
            numbers += [int(since.forgotten), lost.run, lost.consecutive]
            numbers += [max(0, now.run - since.known.run)]
            numbers += [max(0, now.consecutive - since.known.consecutive)]
            numbers += [now.last_ms, now.not_before_ms]
        names = [self._hot, *(self._prefix + key for key in keys)]
        await self._link.probe(RETURN_FAILURES, names, numbers)
        for key in keys:
            self._lost.pop(key, None)
            self._alone.pop(key, None)
            if self._table.get(key, now_ms) != sent[key]:
                self._note(key, Since(sent[key]))
        return True

    def recall(self) -> None:
        """Redis has forgotten: everything that was known here before is to be brought again."""
        now_ms = self.now_ms()
        for key in self._table.known():
            since = self._alone.get(key)
            self._lost[key] = self._table.get(key, now_ms) if since is None else since.known

    def forget_old(self) -> None:
        """Drops what has been silent for a day."""
        self._table.forget_old(self.now_ms())

    def _heard_answer(self, key: str, answer: list[Any]) -> Attempt:
        if answer[1] == FORGOTTEN:
            self._link.lost()
            return self._attempt_alone(key)
        now_ms, allowed, run, consecutive, last_ms, not_before_ms = (int(n) for n in answer)
        self.heard_time(now_ms)
        failures = Failures(run, consecutive, last_ms, not_before_ms)
        self._table.put(key, failures)
        if not allowed:
            return refused(failures, now_ms)
        return Attempt(allowed=True, retry_after_s=0, consecutive=consecutive)

    def _attempt_alone(self, key: str) -> Attempt:
        now_ms = self.now_ms()
        known = rested(self._table.get(key, now_ms), now_ms, self._limit.window_ms)
        since = self._alone.get(key) or Since(known)
        if known.run == 0:
            # The run is over here, and with it what its free attempts were.
            since = replace(since, known=replace(since.known, run=0))
        left = self._limit.limit - since.known.run
        free = since.known.run + self._share.of(left, key, strict=True)
        pace = Pace(free, self._limit.window_ms, stretch=self._share.nodes)
        answer, after = attempted(known, now_ms, pace)
        if answer.allowed:
            self._table.put(key, after)
            self._note(key, since)
        return answer

    def _note(self, key: str, since: Since) -> None:
        self._alone[key] = since
        if len(self._alone) > self._keys_max:
            del self._alone[next(iter(self._alone))]
