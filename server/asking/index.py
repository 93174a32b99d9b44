"""Keeps what can be asked about plays as the logs of the feeds say it: looks through all feeds
again and again, and puts in each that has gone on.

A feed counts as it was `behind_s` ago, by log time. With the longest delay that anybody may have,
120 s, nobody can ask about what their own delay still keeps from them, in whichever feed, however
they came by it: that is why the rule asks nothing about people. A feed that cannot be read now is
passed over and said. What a round writes is the whole state of a feed at one version, compared with
what is there, so that two nodes at once, or one that died, leave nothing wrong. SPEC: QY6, QY7.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from protocol.entries import split_record
from server.asking.facts import facts_of
from server.clock import Clock
from server.metrics import Metrics
from server.rooms.delayed import at_of
from server.rules.feed import FEED, AnyFeed
from server.rules.feed_state import Feed
from server.rules.room_state import DamagedState, RoomState, UnknownEvent
from storage.errors import CorruptEntry, RoomArchived, StorageError
from storage.play_rows import FeedRow, PlayRow, PlayRows
from storage.room_log import RoomLog, RoomRow

logger = structlog.get_logger("asking")

_SUMS: Final = "s"
"""In the place of a room's id, after all of them: sums are made anew, a season a piece."""
ROOMS_AT_ONCE: Final = 200
"""Feeds of which one question asks how far they are."""
_PAGE_BYTES: Final = 262_144


def _facts(feed: AnyFeed) -> list[PlayRow]:
    """Questions are about football."""
    return facts_of(feed) if isinstance(feed, Feed) else []


class _Gone(LookupError):
    """What the feed was then was pruned."""


_UNREADABLE = (UnknownEvent, DamagedState, CorruptEntry, ValueError, _Gone)


@dataclass(frozen=True, slots=True)
class Round:
    """What a piece of a round came to."""

    feeds: int = 0
    """Looked at."""
    changed: int = 0
    """Feeds that were put in again."""
    plays: int = 0
    """Rows that changed."""
    failed: int = 0
    after: str | None = None
    """Where the next piece begins; None: that was all."""


class PlayIndex:
    """The read models of one node."""

    def __init__(
        self, log: RoomLog, rows: PlayRows, clock: Clock, metrics: Metrics, *, behind_s: int
    ) -> None:
        self._log = log
        self._rows = rows
        self._clock = clock
        self._metrics = metrics
        self._behind_ms = 1_000 * behind_s

    def until(self) -> int:
        """The log time up to which a round that begins now brings what was committed."""
        return self._clock.now_ms() - self._behind_ms

    async def run(
        self, every_s: float, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        """Round after round, until it is cancelled."""
        while True:
            await sleep(every_s)
            try:
                await self.round()
            except StorageError as error:
                logger.info("plays wait for the database", error=type(error).__name__)

    async def round(self, *, again: bool = False) -> Round:
        """One whole round. `again`: also feeds that have not gone on. Raises StorageError."""
        until, whole = self.until(), Round()
        while True:
            part = await self.piece(until, whole.after, again=again)
            whole = Round(
                whole.feeds + part.feeds,
                whole.changed + part.changed,
                whole.plays + part.plays,
                whole.failed + part.failed,
                part.after,
            )
            if part.after is None:
                break
        return whole

    async def piece(
        self, until: int, after: str | None, *, again: bool = False, limit: int | None = None
    ) -> Round:
        """The next feeds in the order of ids, as they were at `until`; with the last of them
        everything until then is there. Raises StorageError."""
        if after == _SUMS:
            return Round(after=_SUMS if await self._rows.make_sums() else None)
        if again and after is None:
            await self._rows.doubt_sums()
        limit = limit or ROOMS_AT_ONCE
        rooms = await self._log.all_rooms(limit=limit, after=after, kind=FEED.name)
        here = await self._rows.feeds([row.id for row in rooms])
        done = Round(feeds=len(rooms))
        for row in rooms:
            held = here.get(row.id)
            if held is not None and held.version >= row.head.version and not again:
                continue
            if row.archive is not None and held is not None and held.version >= row.archived_to:
                continue  # what was put away changes no more, and stays away
            try:
                rows = await self._take(row, held, until, again=again)
            except (RoomArchived, *_UNREADABLE) as error:
                logger.warning("a feed cannot be asked about", room=row.id, why=str(error))
                done = replace(done, failed=done.failed + 1)
                continue
            if rows is not None:
                self._metrics.plays_indexed += rows
                done = replace(done, changed=done.changed + 1, plays=done.plays + rows)
            await asyncio.sleep(0)
        last = rooms[-1].id if len(rooms) == limit else None
        if last is None:
            await self._rows.progressed(until)
            last = _SUMS if await self._rows.make_sums() else None
        return replace(done, after=last)

    async def begin(self, room: str) -> None:
        """Puts in a feed that was filled as it was made, as it is now: there was no moment at which
        somebody could be late in it. One that is here already stays as it is. Raises
        StorageError."""
        held = (await self._rows.feeds([room])).get(room)
        row = (await self._log.rooms([room])).get(room)
        if row is not None and (held is None or held.version == 0):
            feed = await self._state_at(room, row.head.version)
            await self._rows.put(room, row.head.version, _facts(feed))

    async def _take(
        self, row: RoomRow, held: FeedRow | None, until: int, *, again: bool
    ) -> int | None:
        """Puts a feed in as it was; how many rows changed, None: nothing was to be done."""
        known = 0 if held is None else held.version
        version = await self._version_at(row, known, until)
        if version == 0 or (version <= known and not again):
            return None
        feed = await self._state_at(row.id, max(version, known))
        return await self._rows.put(row.id, max(version, known), _facts(feed))

    async def _version_at(self, row: RoomRow, known: int, until: int) -> int:
        """The last version at or before `until`, at least `known`."""
        if row.updated_at <= until:
            return row.head.version
        at = known
        while at < row.head.version:
            page = await self._log.read(
                row.id, at + 1, last=row.head.version, bytes_max=_PAGE_BYTES
            )
            if not page.records:
                break
            for place, record in enumerate(page.records):
                if at_of(split_record(record)[0]) > until:
                    return at
                at = page.first + place
        return at

    async def _state_at(self, room: str, version: int) -> AnyFeed:
        """The feed at a version. Raises _Gone."""
        state, at = RoomState(FEED), 0
        stored = await self._log.snapshot(room, at_most=version)
        if stored is not None:
            state, at = RoomState.restore(FEED, stored.blob), stored.head.version
        while at < version:
            page = await self._log.read(room, at + 1, last=version, bytes_max=_PAGE_BYTES)
            if not page.records or page.first != at + 1:
                raise _Gone(f"version {version} was pruned")
            for record in page.records:
                state.apply_entry(state.book.decode_record(record))
            at += len(page.records)
            await asyncio.sleep(0)
        inner: Any = state.inner
        return inner
