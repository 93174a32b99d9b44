"""Counters that several nodes share in Redis, and what a node does alone while Redis is away.

Every answer of Redis is remembered, and hot strict counters are heard of at each beat. When Redis
goes away, what is left of a limit by that knowledge is divided among the nodes last seen; what is
counted then is added to Redis when it returns, also to one that has forgotten everything. Must not
know HTTP. Rules: LM7, LM9 to LM13, LM35.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any, Final

from server.clock import Clock
from server.limits.counters import Tally, Unit, Want
from server.limits.counters_memory import KEYS_MAX, WindowTable
from server.limits.redis_link import Argument, RedisLink, StoreAway
from server.limits.redis_scripts import FORGET, FORGOTTEN, GIVE_BACK, HOT_SHARE, RETURN, TAKE
from server.limits.share import Share
from server.limits.sliding_window import Window, fits, merged, remaining

BATCH: Final = 250
"""Counters brought to Redis in one call: about a millisecond of its time."""
_NOTHING: Final = (Window(), 1)


class RedisCounters:
    """Implements Counters. Invariant: what this node allows while Redis is away is at most its
    share of what was left as far as it knew."""

    def __init__(
        self,
        link: RedisLink,
        clock: Clock,
        share: Share,
        *,
        prefix: str,
        keys_max: int = KEYS_MAX,
    ) -> None:
        """`share` is kept up to date by whoever beats; `prefix` begins every key, without the
        last colon."""
        self._link = link
        self._clock = clock
        self._share = share
        self._prefix = f"{prefix}:c:"
        self._hot = f"{prefix}:hot"
        self._born = f"{prefix}:born"
        self._known = WindowTable(keys_max)
        """What all nodes have taken, as last heard."""
        self._own = WindowTable(keys_max)
        """What this node allowed since Redis went away."""
        self._lost: dict[str, tuple[Window, int]] = {}
        """What Redis has lost, with the lengths of the windows: to be brought back."""
        self._ahead_ms = 0

    @property
    def keys(self) -> int:
        """Counters that this node remembers."""
        return len(self._known) + len(self._own)

    def now_ms(self) -> int:
        """Redis's time, as far as it is known."""
        return self._clock.now_ms() + self._ahead_ms

    def heard_time(self, redis_ms: int) -> None:
        """Redis said what time it is; windows go on by it while it is away."""
        self._ahead_ms = redis_ms - self._clock.now_ms()

    async def take(self, wants: Sequence[Want]) -> Tally:
        """Counts one of each, or none; by the node's share while Redis is away."""
        return await self._ask(wants, count=True)

    async def look(self, want: Want) -> Tally:
        """Counts nothing."""
        return await self._ask([want], count=False)

    async def forget(self, key: str) -> None:
        """The counter starts over; while Redis is away, on this node only."""
        for counts in (self._known, self._own):
            counts.forget(key)
        self._lost.pop(key, None)
        if not self._link.is_away:
            try:
                await self._link.call(FORGET, [self._hot, self._prefix + key], [])
            except StoreAway:
                return

    async def give_back(self, unit: Unit) -> None:
        """One less in the bucket that it was counted in: here where it was counted alone and was
        not brought to Redis yet, else there."""
        now_ms = self.now_ms()
        if unit.alone and self._own.give_back(unit, now_ms):
            return
        if not self._link.is_away:
            arguments: list[Argument] = [self._link.life, unit.window_ms, unit.index]
            try:
                await self._link.call(GIVE_BACK, [self._born, self._prefix + unit.key], arguments)
            except StoreAway:
                return  # it stays counted: never looser
            self._known.give_back(unit, now_ms)

    def heard(self, key: str, index: int, previous: int, current: int, window_ms: int) -> bool:
        """Takes over a hot counter that any node has written. False: the key is none of ours."""
        if not key.startswith(self._prefix):
            return False
        name = key.removeprefix(self._prefix)
        self._learn(name, Window(index, previous, current), window_ms)
        return True

    async def bring(self) -> bool:
        """Brings a batch of what was counted alone to Redis. True: there was something.

        To be called, while Redis is tried again, until it says False. Raises StoreAway; what could
        not be brought stays, and may be counted twice where only the answer was lost."""
        keys = dict.fromkeys(islice(chain(self._lost, self._own), BATCH))
        if not keys:
            return False
        lost = {key: self._lost.pop(key) for key in keys if key in self._lost}
        own = {key: self._own.pop(key) for key in keys if key in self._own}
        numbers: list[Argument] = []
        for key in keys:
            known, window_ms = lost.get(key, _NOTHING)
            added, window_ms = own.get(key, (Window(), window_ms))
            numbers += [window_ms, known.index, known.previous, known.current]
            numbers += [added.index, added.previous, added.current]
        try:
            await self._link.probe(
                RETURN, [self._hot, *(self._prefix + key for key in keys)], numbers
            )
        except StoreAway:
            self._lost = {**lost, **self._lost}
            for key, (added, window_ms) in own.items():
                self._own.add(key, added, window_ms)
            raise
        for key, (added, window_ms) in own.items():
            self._known.add(key, added, window_ms)
        return True

    def recall(self) -> None:
        """Redis has forgotten: everything that is known here is to be brought again."""
        self._lost = {key: (window, length) for key, window, length in self._known.items()}

    def forget_expired(self) -> None:
        """Drops what says nothing more."""
        self._known.forget_expired(self.now_ms())
        self._own.forget_expired(self.now_ms())

    async def _ask(self, wants: Sequence[Want], *, count: bool) -> Tally:
        if not self._link.is_away:
            arguments: list[Argument] = [self._link.life, 1 if count else 0]
            for want in wants:
                hot = max(1, want.limit // HOT_SHARE) if want.strict else 0
                arguments += [want.limit, want.window_ms, hot]
            keys = [self._born, self._hot, *(self._prefix + want.key for want in wants)]
            try:
                answer = await self._link.call(TAKE, keys, arguments)
            except StoreAway:
                pass  # the circuit is open now: this request and all others are decided here
            else:
                if answer[1] != FORGOTTEN:
                    return self._heard_answer(wants, answer)
                self._link.lost()
        return self._alone(wants, count=count)

    def _heard_answer(self, wants: Sequence[Want], answer: list[Any]) -> Tally:
        now_ms = int(answer[0])
        self.heard_time(now_ms)
        windows: list[Window] = []
        for position, want in enumerate(wants):
            index, previous, current = (int(n) for n in answer[2 + 3 * position :][:3])
            windows.append(Window(index, previous, current))
            # Answers of two calls may cross: the larger count is the later one.
            self._learn(want.key, windows[-1], want.window_ms)
        return Tally(answer[1] == 1, now_ms, tuple(windows), tuple(want.limit for want in wants))

    def _learn(self, key: str, window: Window, window_ms: int) -> None:
        known = self._known.get(key, self.now_ms(), window_ms)
        self._known.put(key, merged(known, window), window_ms)

    def _alone(self, wants: Sequence[Want], *, count: bool) -> Tally:
        now_ms = self.now_ms()
        windows: list[Window] = []
        limits: list[int] = []
        allowed = True
        for want in wants:
            known = self._known.get(want.key, now_ms, want.window_ms)
            own = self._own.get(want.key, now_ms, want.window_ms)
            left = remaining(known, now_ms, want.window_ms, limit=want.limit)
            limit = self._share.of(left, want.key, strict=want.strict)
            allowed = allowed and fits(own, now_ms, want.window_ms, limit=limit)
            windows.append(own)
            limits.append(limit)
        if allowed and count:
            windows = [window.plus(1) for window in windows]
            for want, window in zip(wants, windows, strict=True):
                self._own.put(want.key, window, want.window_ms)
        return Tally(allowed, now_ms, tuple(windows), tuple(limits), alone=True)
