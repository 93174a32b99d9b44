"""Where several processes write to one database: sees, without anybody's help, that another one
has written to a room that is open here.

Asks for the heads of all open rooms, many by one query, and tells each room: one that is behind
reads what came and shows it, as after a conflict. What is decided on one node so holds on every
other within one round, news or no news between them. Where news come through, rounds are rare, and
a room that was behind and had heard nothing is registered for its news again; where they do not,
rounds are frequent. Decides nothing about rooms and must not know sockets. A log that is
behind a room has gone back: that is told. SPEC: RM18, RL13, LG26.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

import structlog

from server.metrics import Metrics
from server.rooms.room import Room
from storage.errors import StorageError
from storage.room_log import EMPTY, Head, RoomLog

logger = structlog.get_logger("heads")

HEADS_AT_ONCE: Final = 1_000
"""Rooms asked about by one query."""
SOUND_S: Final = (2.0, 5.0)
"""Between rounds while news come through."""
AWAY_S: Final = 0.25
"""Between rounds while they do not; and how soon it is seen that they do not."""
LATE_S: Final = 0.2
"""News may be on their way so long after the log shows what they tell."""


class News(Protocol):
    """What comes from other nodes without being asked for."""

    @property
    def sound(self) -> bool:
        """Whether it comes, as far as this node knows."""
        ...

    async def hold_again(self, room_id: str) -> None:
        """A room has missed news."""
        ...


class HeadWatch:
    """Invariant: a room that stays open has been compared with the log in every round in which the
    log answered."""

    def __init__(
        self,
        *,
        log: RoomLog,
        rooms: Mapping[str, Room],
        every_s: float,
        news: News | None = None,
        metrics: Metrics | None = None,
        gone_back: Callable[[str, Head, Head], Awaitable[None]] | None = None,
        draw: Callable[[float, float], float] = lambda low, high: (low + high) / 2,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`rooms`: those open now, by id. `every_s` holds where there are no `news`; `draw` spreads
        the rounds of several nodes. `gone_back` gets a room, the head that was committed, and the
        one that the log has now."""
        self._log = log
        self._rooms = rooms
        self._every_s = every_s
        self._news = news
        self._metrics = metrics or Metrics()
        self._gone_back = gone_back
        self._draw, self._sleep = draw, sleep

    async def run(self) -> None:
        """Looks again and again until it is cancelled. Returns at once where no other process can
        write."""
        while not self._log.exclusive:
            await self._rest()
            await self.look()

    async def _rest(self) -> None:
        if self._news is None:
            await self._sleep(self._every_s)
            return
        left_s = self._draw(*SOUND_S)
        await self._sleep(AWAY_S)
        while self._news.sound and (left_s := left_s - AWAY_S) > 0:
            await self._sleep(AWAY_S)

    async def look(self) -> int:
        """One round. Returns how many rooms were behind. A database that does not answer is left
        to the watch: the next round asks again."""
        if self._news is not None and self._news.sound:
            return await self._look_for_silence(self._news)
        behind = 0
        for room, head in await self._behind():
            behind += room.catch_up_to(head)
        if behind:
            logger.debug("rooms catch up with another process", rooms=behind)
        return behind

    async def _look_for_silence(self, news: News) -> int:
        """What the log shows may still be on its way: only a room that is behind a moment later
        has heard nothing."""
        suspects = await self._behind()
        if not suspects:
            return 0
        await self._sleep(LATE_S)
        silent = [room for room, head in suspects if room.catch_up_to(head)]
        for room in silent:
            self._metrics.tail_checks_found += 1
            await news.hold_again(room.id)
        if silent:
            logger.warning("rooms were behind and had heard nothing", rooms=len(silent))
        return len(silent)

    async def _compare(self, before: Mapping[str, Head], heads: Mapping[str, Head]) -> None:
        """What was committed before the log was asked must be there, or the log has gone back. One
        room is enough; it is asked for once more, because nothing is worse than a false alarm."""
        for room_id, head in before.items():
            if self._gone_back is None or not _went_back(head, heads.get(room_id)):
                continue
            found = (await self._log.heads([room_id])).get(room_id)
            if _went_back(head, found):
                await self._gone_back(room_id, head, found or EMPTY)
            return

    async def _behind(self) -> list[tuple[Room, Head]]:
        """Rooms that the log is ahead of, each with the head that was seen."""
        ids = list(self._rooms)
        found: list[tuple[Room, Head]] = []
        for start in range(0, len(ids), HEADS_AT_ONCE):
            asked = ids[start : start + HEADS_AT_ONCE]
            before = {
                one: self._rooms[one].replica.committed for one in asked if one in self._rooms
            }
            try:
                heads = await self._log.heads(asked)
                await self._compare(before, heads)
            except StorageError:
                break
            for room_id, head in heads.items():
                # looked up again: it may have been closed, or opened anew, while the log was asked
                room = self._rooms.get(room_id)
                if room is not None and head.version > room.replica.committed.version:
                    found.append((room, head))
        return found


def _went_back(committed: Head, found: Head | None) -> bool:
    """Whether the log, found there, has lost what was committed."""
    if found is None or found.version < committed.version:
        return True
    return found.version == committed.version and found.tag != committed.tag
