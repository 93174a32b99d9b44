"""The relay's way through one Redis primary: this node's lease there, the rooms it holds, and its
inbox.

Three connections with one owner each: deliver, read, and everything else. A call is said once; a
path that failed is away until a renewal of the lease has succeeded and this node has heard its own
echo, and meanwhile costs nobody a wait. Must not know what news mean. SPEC: RL5 to RL9.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import structlog

from storage.redis_client import FAULTS, Word, open_client, run_script, run_scripts, say, say_all
from storage.relay import News
from storage.relay_packing import DamagedNews, parcels, unpack
from storage.relay_scripts import DELIVER, INBOX_LENGTH, LEAVE, RENEW

HELD_AT_ONCE: Final = 250
"""Rooms whose sets are written in one go."""
READ_AT_ONCE: Final = 500
"""Parcels taken out of the inbox in one go."""
ROOM_KEPT_MS: Final = 60_000
"""A set of holders that nobody has written to for so long is gone."""
ECHOES_KEPT: Final = 16
BEGIN: Final = b"0-0"

logger = structlog.get_logger("relay")


@dataclass(frozen=True, slots=True)
class Times:
    """How soon things happen on a path, in seconds."""

    renew_s: float = 1.0
    lease_s: float = 5.0
    echo_s: float = 3.0
    """A node that has not heard itself for so long is deaf."""
    answer_s: float = 0.5
    """For connecting, and for an answer."""
    block_s: float = 1.0
    """How long one reading waits for news."""
    rewrite_s: float = 10.0
    """Within which every membership is written again."""


@dataclass(frozen=True, slots=True)
class PathState:
    """How a path is, for metrics and `/status`."""

    sound: bool
    away: bool
    held: int
    """Rooms that this node holds there."""
    lag_s: float
    """How late this node last heard itself."""
    losses: int
    """Times that news may have been missed."""

    @property
    def breaker(self) -> int:
        """1 while nothing but the renewal asks this Redis, 0 otherwise."""
        return int(self.away)


class RedisPath:
    """Invariants: while `away`, nothing but the renewal touches the network; what is held here is
    in Redis within a renewal of its return."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        node: str,
        times: Times,
        take: Callable[[Sequence[News]], None],
    ) -> None:
        """`take` is given what has arrived. Raises InvalidRedisUrl."""
        self._node, self._prefix, self._times, self._take = node, prefix, times, take
        self._deliver = open_client(url, timeout_s=times.answer_s, connections=1)
        reading_s = times.block_s + max(times.answer_s, 2.0)
        self._read = open_client(url, timeout_s=reading_s, connections=1)
        self._rest = open_client(url, timeout_s=times.answer_s, connections=1)
        self._keys = [f"{prefix}:lease:{node}", f"{prefix}:in:{node}", f"{prefix}:nodes"]
        self._delivering = asyncio.Lock()
        self._saying = asyncio.Lock()
        self._held: dict[str, None] = {}
        """In the order in which memberships were last written."""
        self._unsaid: dict[str, bool] = {}
        """Room → whether it is held now."""
        self._away = True
        """Until the first renewal."""
        self._answered = True
        """Whether the latest renewal was. One that was not may have been made all the same, and
        would have said that the lease was over: the next one finds it."""
        self._closed = False
        self._echo = 0
        self._said_at: dict[int, float] = {}
        """Echoes that are still to be heard, by number."""
        self._heard_at = float("-inf")
        self._last_id = BEGIN
        self._lag_s = 0.0
        self._losses = 0

    @property
    def sound(self) -> bool:
        """Whether news come through: Redis answers, and this node has just heard itself."""
        return not self._away and self._now() - self._heard_at < self._times.echo_s

    @property
    def state(self) -> PathState:
        """How it is now."""
        return PathState(self.sound, self._away, len(self._held), self._lag_s, self._losses)

    # --- what the relay is asked for ------------------------------------------------------------

    async def hold(self, room: str) -> None:
        """Is in the room's set when this returns, if Redis is there."""
        self._held[room] = None
        self._unsaid[room] = True
        await self._say_held()

    async def release(self, room: str) -> None:
        """Is not in the room's set when this returns, if Redis is there."""
        if self._held.pop(room, "none") is None:
            self._unsaid[room] = False
            await self._say_held()

    async def send(self, news: Mapping[str, Sequence[News]]) -> None:
        """Delivers news by room (empty: to all nodes), in one go. What cannot be delivered is
        lost."""
        if self._away or self._closed:
            return
        async with self._delivering:
            calls = [(self._set_of(room), self._said(of_room)) for room, of_room in news.items()]
            try:
                await run_scripts(self._deliver, DELIVER, calls)
            except FAULTS as error:
                self._fail("deliver", error)

    def _set_of(self, room: str) -> str:
        return f"{self._prefix}:room:{room}" if room else self._keys[2]

    def _said(self, news: Sequence[News]) -> list[Word]:
        return [self._node, self._prefix, INBOX_LENGTH, *parcels(news)]

    async def close(self) -> None:
        """Leaves, if Redis is there, and ends the connections. May be called again."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._away:
                async with self._saying:
                    await run_script(self._rest, LEAVE, self._keys, [self._node])
        except FAULTS:
            pass  # the lease ends by itself
        finally:
            for client in (self._deliver, self._read, self._rest):
                await client.aclose()

    # --- the lease ------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Renews the lease until cancelled; tries again a little sooner or later each time, so that
        the nodes do not come back all at once."""
        while not self._closed:
            await self.renew()
            await asyncio.sleep(self._times.renew_s * (0.8 + 0.4 * random.random()))  # noqa: S311, TID251 - spreads the nodes, decides nothing

    async def renew(self) -> bool:
        """Says that this node lives and what it holds. False: Redis is away."""
        times = self._times
        self._echo += 1
        self._said_at[self._echo] = self._now()
        self._said_at.pop(self._echo - ECHOES_KEPT, None)
        arguments: list[Word] = [self._node, round(times.lease_s * 1000), INBOX_LENGTH]
        arguments += [self._echo, max(round(times.lease_s * 1000), ROOM_KEPT_MS)]
        try:
            async with self._saying:
                read_before = self._last_id
                answered, self._answered = self._answered, False
                known, id_ = await run_script(self._rest, RENEW, self._keys, arguments)
            self._answered = True
            self._losses += not known and self._echo > 1
            if not (known and answered):
                self._unsaid.update(dict.fromkeys(self._held, True))
            if _order_of(id_) <= _order_of(read_before):
                # The stream began anew: further on nothing would ever come. What was read since the
                # call proves nothing: this echo may have been heard before the answer is seen.
                self._last_id = BEGIN
            share = -(-len(self._held) * times.renew_s // times.rewrite_s)
            self._unsaid.update(dict.fromkeys(islice(self._held, int(share)), True))
            await self._write_held()
        except FAULTS as error:
            self._fail("renew", error)
            return False
        if self._away:
            self._away = False
            logger.info("redis is there")
        return True

    async def _say_held(self) -> None:
        if self._away or self._closed:
            return  # the next renewal that succeeds says it
        try:
            await self._write_held()
        except FAULTS as error:
            self._fail("hold", error)

    async def _write_held(self) -> None:
        """Writes what is not said yet; what comes meanwhile goes with the next. Raises FAULTS."""
        async with self._saying:
            while self._unsaid:
                batch = dict(islice(self._unsaid.items(), HELD_AT_ONCE))
                commands: list[list[Word]] = []
                for room, held in batch.items():
                    key = self._set_of(room)
                    commands.append(["SADD" if held else "SREM", key, self._node])
                    if held:
                        commands.append(["PEXPIRE", key, ROOM_KEPT_MS])
                for answer in await say_all(self._rest, commands):
                    if isinstance(answer, Exception):
                        raise answer
                for room, held in batch.items():
                    if self._unsaid.get(room) is held:
                        del self._unsaid[room]
                    if held and room in self._held:
                        self._held[room] = self._held.pop(room)  # the last to be written again

    # --- the inbox ------------------------------------------------------------------------------

    async def read(self) -> None:
        """Reads the inbox until cancelled, with one blocking call after the other."""
        while not self._closed:
            try:
                found = await self._read_once()
            except FAULTS as error:
                if self._closed:
                    return
                self._fail("read", error)
                await asyncio.sleep(self._times.renew_s)
                continue
            for id_, fields in found:
                self._last_id = id_
                self._arrived(fields)

    async def _read_once(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        block_ms = round(self._times.block_s * 1000)
        words: list[Word] = ["XREAD", "COUNT", READ_AT_ONCE, "BLOCK", block_ms]
        answer = await say(self._read, *words, "STREAMS", self._keys[1], self._last_id)
        return [entry for _, entries in answer or () for entry in entries]

    def _arrived(self, fields: dict[bytes, bytes]) -> None:
        echo, packed = fields.get(b"e"), fields.get(b"n")
        if echo is not None:
            self._hear_echo(int(echo))
        if packed is not None:
            try:
                self._take(unpack(packed))
            except DamagedNews as error:
                self._losses += 1
                logger.warning("news cannot be read", reason=str(error))

    def _hear_echo(self, number: int) -> None:
        said_at = self._said_at.get(number)
        if said_at is not None:
            self._heard_at = self._now()
            self._lag_s = self._heard_at - said_at
            self._said_at = {n: at for n, at in self._said_at.items() if n > number}

    def _fail(self, what: str, error: Exception) -> None:
        if not self._away and not self._closed:
            self._away = True
            self._losses += 1
            logger.warning(
                "redis is away", path=self._prefix, what=what, error=type(error).__name__
            )

    @staticmethod
    def _now() -> float:
        return time.monotonic()  # the loop's own time may stand still within a turn


def _order_of(id_: bytes) -> tuple[int, int]:
    """Ids of a stream are compared as two numbers."""
    milliseconds, _, number = id_.partition(b"-")
    return int(milliseconds), int(number)
