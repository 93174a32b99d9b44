"""Where several processes write to one database: sees, without anybody's help, that another one
has written to a room that is open here.

Asks for the heads of all open rooms, many by one query, and tells each room: one that is behind
reads what came and shows it, as after a conflict. What is decided on one node so holds on every
other within one round, news or no news between them. Decides nothing about rooms and must not know
sockets. SPEC: RM18.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from server.rooms.room import Room
from storage.errors import StorageError
from storage.room_log import RoomLog

logger = structlog.get_logger("heads")

HEADS_AT_ONCE = 1_000
"""Rooms asked about by one query."""


class HeadWatch:
    """Invariant: a room that stays open has been compared with the log in every round in which the
    log answered."""

    def __init__(self, *, log: RoomLog, rooms: Mapping[str, Room], every_s: float) -> None:
        self._log = log
        self._rooms = rooms
        """The rooms open now, by id; read anew in each round."""
        self._every_s = every_s

    async def run(self) -> None:
        """Looks every `every_s` until it is cancelled. Returns at once where no other process can
        write."""
        while not self._log.exclusive:
            await asyncio.sleep(self._every_s)
            await self.look()

    async def look(self) -> int:
        """One round. Returns how many rooms were behind. A database that does not answer is left
        to the watch: the next round asks again."""
        ids = list(self._rooms)
        behind = 0
        for start in range(0, len(ids), HEADS_AT_ONCE):
            try:
                heads = await self._log.heads(ids[start : start + HEADS_AT_ONCE])
            except StorageError:
                break
            for room_id, head in heads.items():
                # looked up again: it may have been closed, or opened anew, while the log was asked
                room = self._rooms.get(room_id)
                behind += room is not None and room.catch_up_to(head)
        if behind:
            logger.debug("rooms catch up with another process", rooms=behind)
        return behind
