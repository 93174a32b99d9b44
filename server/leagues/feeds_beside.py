"""The feeds of a league's games that have begun, kept open beside the league: its results tell of
them, and so whoever sees one of them late sees the league as late (LI11).

Knows rooms and leagues; must not know scores. SPEC: LI11, LI17.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Container, Sequence
from typing import Any, Protocol

from server.clock import Clock
from server.rooms.delayed import delay_changes
from server.rooms.directory import RoomUnreadable
from server.rooms.replica import TailEntry
from server.rooms.room import Room
from server.rules.league.state import League
from storage.errors import StorageError, StorageUnavailable

TRIES = 5
"""How often feeds are opened that fail while others are being opened."""


class Rooms(Protocol):
    """The rooms of this node."""

    async def open(self, room_id: str) -> Room | None:
        """The open room; None: no such room. Raises StorageUnavailable, RoomUnreadable."""
        ...

    async def kind_of(self, room_id: str) -> str | None:
        """Of which kind a room is, which is not opened for it. Raises StorageUnavailable."""
        ...


class Everybody(Container[str]):
    """Every account."""

    def __contains__(self, _account: object) -> bool:
        return True


class FeedsBeside:
    """Of the leagues that are open on this node. Invariant: a feed that stands in a league's
    `tells_of` is kept open for it, once."""

    def __init__(self, rooms: Rooms, clock: Clock, spawn: Callable[[Any, str], object]) -> None:
        self._rooms = rooms
        self._clock = clock
        self._spawn = spawn
        """Runs something that waits, under a name."""
        self._leagues: dict[Room, frozenset[str]] = {}
        """Leagues to the feeds that they were to have beside them when they were last looked at."""
        self._by_feed: dict[str, set[Room]] = {}

    async def come(self, room: Room) -> None:
        """The feeds of a league are open before it is. Raises StorageUnavailable."""
        if room.kind.name != "league":
            return
        try:
            await self.gather(room)
        except StorageError:
            self._leagues.pop(room, None)
            raise

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """A league's games may be others, or have begun; whoever sees a feed another way from now
        on sees its leagues so."""
        if room in self._leagues:
            if _begun(room, self._clock.now_ms()) != self._leagues[room]:
                self._spawn(self._gather_again(room), f"feeds-beside-{room.id}")
        elif room.id in self._by_feed:
            changed = delay_changes(entries, room.kind.delayed_by)
            for league in list(self._by_feed[room.id]) if changed else ():
                league.delayed.changed_elsewhere(changed)

    def closed(self, room: Room) -> None:
        """A league needs its feeds no longer; a feed that failed is opened again for its
        leagues."""
        if self._leagues.pop(room, None) is not None:
            self._put(room, ())
        for league in list(self._by_feed.get(room.id, ())):
            if room in league.tells_of:
                self._spawn(self._gather_again(league), f"feeds-beside-{league.id}")

    async def gather(self, room: Room) -> None:
        """Opens the feeds of a league's games that have begun and are not official, and lets the
        others go. Raises StorageUnavailable."""
        for _ in range(TRIES):
            wanted = _begun(room, self._clock.now_ms())
            self._leagues[room] = wanted
            found: list[Room] = []
            try:
                opening = [self._open(feed, room, found) for feed in sorted(wanted)]
                for failed in await asyncio.gather(*opening, return_exceptions=True):
                    if failed is not None:
                        raise failed
                if room not in self._leagues:
                    return  # closed meanwhile
                if not any(feed.closed and feed not in room.tells_of for feed in found):
                    self._put(room, found)
                    room.delayed.changed_elsewhere(Everybody())
                    return
            finally:
                for feed in found:
                    feed.kept -= 1
        raise StorageUnavailable("the league's feeds fail again and again")

    async def _open(self, feed: str, league: Room, found: list[Room]) -> None:
        """At once kept: others that come would have it closed again where there is no place.
        Whoever names the games may name any room: a league would wait for itself."""
        if await self._rooms.kind_of(feed) != "feed":
            return
        try:
            room = await self._rooms.open(feed)
        except RoomUnreadable:
            # nobody sees it; what the league tells of it is seen as it was when it failed
            room = next((one for one in league.tells_of if one.id == feed), None)
        if room is not None:
            found.append(room)
            room.kept += 1

    async def _gather_again(self, room: Room) -> None:
        if room.closed or room not in self._leagues:
            return
        try:
            await self.gather(room)
        except StorageError as error:
            # it would be shown too early: it opens again when its feeds do
            if room in self._leagues:
                room.services.fail(room, error)

    def _put(self, league: Room, feeds: Collection[Room]) -> None:
        for feed in feeds:
            feed.kept += 1
            self._by_feed.setdefault(feed.id, set()).add(league)
        before, league.tells_of = league.tells_of, tuple(feeds)
        ids = {feed.id for feed in feeds}
        for feed in before:
            feed.kept -= 1
            if feed.id not in ids:
                self._forget(feed.id, league)

    def _forget(self, feed: str, league: Room) -> None:
        leagues = self._by_feed.get(feed, set())
        leagues.discard(league)
        if not leagues:
            self._by_feed.pop(feed, None)


def _begun(room: Room, now: int) -> frozenset[str]:
    """Feeds of the games that have begun, by kick-off, by lock or as the week has results, until
    the week is official: from then on no result of it changes."""
    replica = room.replica
    state = replica.committed_state() if replica.proposed else replica.state
    league: League = state.inner
    parts = league.parts
    return frozenset(
        game.feed
        for game in parts.games.values()
        if game.feed
        and league.week_state(game.week) != "official"
        and (game.kickoff <= now or game.id in parts.locked or game.week in parts.settled)
    )
