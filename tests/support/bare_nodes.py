"""The rooms of nodes on one PostgreSQL, without sockets and without news between them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.clock import SystemClock
from server.cluster.head_watch import HeadWatch
from server.config import Settings
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rooms.follower import Follower
from server.rules.board import BOARD
from storage.room_log_postgres import PostgresRoomLog
from tests.support.recording_recipient import RecordingRecipient


@dataclass(frozen=True)
class Node:
    """The rooms of one process, with connections of its own."""

    directory: Directory
    heads: HeadWatch
    log: PostgresRoomLog
    metrics: Metrics

    async def joined(
        self, recipient: RecordingRecipient, room: str, invitation: str | None = None
    ) -> Follower:
        """Whoever follows the room here from now on."""
        follower = await self.directory.join(recipient, room, invitation=invitation)
        assert follower is not None
        return follower


@asynccontextmanager
async def node(url: str) -> AsyncGenerator[Node]:
    """One that compares heads when it is told to."""
    bugs: list[Exception] = []
    log = await PostgresRoomLog.open(url)
    settings = Settings(presence_tick_ms=3_600_000)
    metrics = Metrics()
    directory = Directory(
        log=log,
        clock=SystemClock(),
        settings=settings,
        metrics=metrics,
        kinds={BOARD.name: BOARD},
        on_bug=bugs.append,
    )
    directory.start()
    heads = HeadWatch(log=log, rooms=directory.open_rooms, every_s=0.0)
    try:
        yield Node(directory, heads, log, metrics)
    finally:
        await directory.stop()
        await log.close()
        assert bugs == []
