"""Delays between failed logins of one e-mail address: five are free, then 1, 2, 4 … s up to a
quarter of an hour, and nobody is locked out for good.

An attempt counts as failed when it begins, so that a thousand at once are no more than one after
another; success forgets them all, and one that was not decided (a busy server) is withdrawn. From
100 failures without a success on (NIST SP 800-63B, 5.2.2) every attempt waits the longest delay;
the owner of the address can always set a new password by mail. Whether anybody has the address
plays no part (A3). Pure but for the table in memory. Rules: LM20 to LM26.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final, Protocol

from server.clock import Clock
from server.limits.counters_memory import KEYS_MAX
from server.limits.subjects import counter_key
from server.limits.table import Limit

CEILING: Final = 100
"""Consecutive failures from which on every attempt is paced (NIST SP 800-63B, 5.2.2)."""
FORGET_MS: Final = 86_400_000
"""A day without a failure forgets them all: one guess a day finds nothing."""
_FIRST_DELAY_MS: Final = 1_000
_DOUBLINGS_MAX: Final = 30


@dataclass(frozen=True, slots=True)
class Failures:
    """What is known of one e-mail address. Times are ms of log time."""

    run: int = 0
    """Since the last success or the last quiet window: what delays grow by."""
    consecutive: int = 0
    """Since the last success."""
    last_ms: int = 0
    not_before_ms: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether a password may be tried now."""

    allowed: bool
    retry_after_s: int
    """0 when allowed; else whole seconds, at least 1."""
    consecutive: int
    """Failures without a success, this attempt included if it was allowed."""

    @property
    def past_ceiling(self) -> bool:
        """Worth an audit record, and a mail to the owner."""
        return self.consecutive >= CEILING


@dataclass(frozen=True, slots=True)
class Pace:
    """The rule: so many are `free` in a run, the longest delay is the window. `stretch` multiplies
    delays where so many nodes count each for itself."""

    free: int
    window_ms: int
    stretch: int = 1

    @classmethod
    def of(cls, limit: Limit) -> Pace:
        """As the published limit `failed_login` says."""
        return cls(limit.limit, limit.window_ms)

    def delay_ms(self, failures: Failures) -> int:
        """How long after its last failure the next attempt has to wait."""
        if failures.consecutive >= CEILING:
            return self.window_ms
        if failures.run < self.free:
            return 0
        doublings = min(failures.run - self.free, _DOUBLINGS_MAX)
        return min(self.window_ms, self.stretch * (_FIRST_DELAY_MS << doublings))


class FailedLogins(Protocol):
    """Whoever remembers failed logins. Never raises because a store is away."""

    def now_ms(self) -> int:
        """The time that `Failures` are told in."""
        ...

    async def attempt(self, email: str) -> Attempt:
        """Begins one attempt for a normalised address. Where it is allowed, it counts as failed
        until `succeeded` or `withdrawn` says otherwise."""
        ...

    async def succeeded(self, email: str) -> None:
        """The password was right: all failures are forgotten."""
        ...

    async def withdrawn(self, email: str) -> None:
        """An allowed attempt was not decided, and does not count."""
        ...

    async def failures(self, email: str) -> Failures:
        """How it stands, as this node last heard."""
        ...


def attempted(failures: Failures, now_ms: int, pace: Pace) -> tuple[Attempt, Failures]:
    """The answer to an attempt, and what is known afterwards."""
    if now_ms < failures.not_before_ms:
        return refused(failures, now_ms), failures
    current = rested(failures, now_ms, pace.window_ms)
    counted = Failures(current.run + 1, current.consecutive + 1, now_ms)
    after = replace(counted, not_before_ms=now_ms + pace.delay_ms(counted))
    return Attempt(allowed=True, retry_after_s=0, consecutive=after.consecutive), after


def refused(failures: Failures, now_ms: int) -> Attempt:
    """The answer while a delay runs."""
    wait_s = -(-(failures.not_before_ms - now_ms) // 1000)
    return Attempt(allowed=False, retry_after_s=max(1, wait_s), consecutive=failures.consecutive)


def remembered(failures: Failures, now_ms: int) -> Failures:
    """What is still known after all this time."""
    return Failures() if now_ms - failures.last_ms > FORGET_MS else failures


def rested(failures: Failures, now_ms: int, window_ms: int) -> Failures:
    """What the next attempt begins from: a quiet window ends a run (LM22)."""
    current = remembered(failures, now_ms)
    quiet_ms = now_ms - max(current.last_ms, current.not_before_ms)
    return replace(current, run=0) if quiet_ms > window_ms else current


def withdrawn_from(failures: Failures, now_ms: int) -> Failures:
    """As if the last attempt had not been. Its delay ends: the one before it had ended."""
    return Failures(
        max(0, failures.run - 1),
        max(0, failures.consecutive - 1),
        failures.last_ms,
        min(failures.not_before_ms, now_ms),
    )


class FailureTable:
    """Failures by key. Invariant: at most `keys_max`, the longest untouched first."""

    __slots__ = ("_failures", "_keys_max")

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._failures: OrderedDict[str, Failures] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def known(self) -> list[str]:
        """All that is remembered, the longest untouched first."""
        return list(self._failures)

    def get(self, key: str, now_ms: int) -> Failures:
        """What is still known."""
        return remembered(self._failures.get(key, Failures()), now_ms)

    def put(self, key: str, failures: Failures) -> None:
        """Remembers."""
        self._failures[key] = failures
        self._failures.move_to_end(key)
        if len(self._failures) > self._keys_max:
            self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """As if nothing had failed."""
        self._failures.pop(key, None)

    def forget_old(self, now_ms: int) -> None:
        """Drops what has been silent for a day."""
        old = [
            key for key, kept in self._failures.items() if remembered(kept, now_ms) == Failures()
        ]
        for key in old:
            del self._failures[key]


def failure_key(limit: Limit, email: str) -> str:
    """What an address is kept under; it does not tell the address (LM6)."""
    return counter_key(limit.name, email)


class MemoryFailedLogins:
    """Implements FailedLogins for a node that is alone."""

    def __init__(self, limit: Limit, clock: Clock, *, keys_max: int = KEYS_MAX) -> None:
        self._limit = limit
        self._clock = clock
        self._table = FailureTable(keys_max)

    def now_ms(self) -> int:
        """This node's log time."""
        return self._clock.now_ms()

    async def attempt(self, email: str) -> Attempt:
        """Begins one attempt."""
        key, now_ms = failure_key(self._limit, email), self._clock.now_ms()
        answer, after = attempted(self._table.get(key, now_ms), now_ms, Pace.of(self._limit))
        if answer.allowed:
            self._table.put(key, after)
        return answer

    async def succeeded(self, email: str) -> None:
        """All failures are forgotten."""
        self._table.forget(failure_key(self._limit, email))

    async def withdrawn(self, email: str) -> None:
        """The attempt does not count."""
        key, now_ms = failure_key(self._limit, email), self._clock.now_ms()
        self._table.put(key, withdrawn_from(self._table.get(key, now_ms), now_ms))

    async def failures(self, email: str) -> Failures:
        """How it stands."""
        return self._table.get(failure_key(self._limit, email), self._clock.now_ms())

    def forget_old(self) -> None:
        """Drops what has been silent for a day; to be called every minute or so."""
        self._table.forget_old(self._clock.now_ms())
