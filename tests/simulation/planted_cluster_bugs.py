"""Bugs planted into what nodes do together: news, presence, silence, joins. As planted_bugs.py."""

# A planted bug reaches into what it breaks.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any
from unittest.mock import patch

from server.clock import NodeClock
from server.cluster.exchange import Exchange
from server.cluster.head_watch import HeadWatch
from server.cluster.heartbeat import Heartbeat
from server.rooms.directory import Directory
from server.rooms.held_news import HeldNews
from server.rooms.presence_elsewhere import OwnPresence, PresenceElsewhere, Told
from server.rooms.room import Room
from storage import heartbeats
from storage.heartbeats import OutageRow
from storage.relay import CommittedEntries, News
from storage.room_log import Conflict, Head, Outcome, RoomAppend


def told_before_the_commit() -> Generator[None]:
    """Tells the other nodes at once: by the time they hear it, it will be committed."""
    original = Room.prepare

    def prepare(self: Room) -> RoomAppend | None:
        append = original(self)
        if append is not None and append.records:
            before = append.expected
            self.services.shown(self, before.version + 1, before.tag, list(append.records))
        return append

    with patch.object(Room, "prepare", prepare):
        yield


def nobody_looks_for_silence() -> Generator[None]:
    """News come through the relay, so why ask the log?"""

    async def look(self: HeadWatch) -> int:
        return 0

    with patch.object(HeadWatch, "look", look):
        yield


def loaded_before_subscribed() -> Generator[None]:
    """First what is there, then what comes."""

    async def opening(self: Exchange, room_id: str) -> None:
        self._opening[room_id] = []

    original = Exchange.opened

    def opened(self: Exchange, room: Room) -> None:
        original(self, room)
        room.services.spawn(self._relay.hold(room.id), room)

    with patch.object(Exchange, "opening", opening), patch.object(Exchange, "opened", opened):
        yield


def news_are_taken_as_they_come() -> Generator[None]:
    """The relay keeps the order, so what comes next is what follows."""

    def take(self: HeldNews, head: Head) -> Sequence[bytes]:
        for first in list(self._held):
            _, records = self._held[first]
            self._drop(first)
            if records:
                return records
        return ()

    with patch.object(HeldNews, "take", take):
        yield


def news_are_shown_amid_an_append() -> Generator[None]:
    """News are committed: they can be shown at once."""

    def hear(self: Room, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        if first == self.replica.committed.version + 1 and records:
            self._show(self.replica.ingest(records))

    with patch.object(Room, "hear", hear):
        yield


def recovers_amid_an_append() -> Generator[None]:
    """The log is ahead: read it, whatever is under way."""

    def catch_up_to(self: Room, head: Head) -> bool:
        if head.version <= self.replica.committed.version:
            return False
        self._start_recovery(unknown=False)
        return True

    with patch.object(Room, "catch_up_to", catch_up_to):
        yield


def conflicts_are_not_read() -> Generator[None]:
    """Another node was first: try again, the news will be here by then."""
    original = Room._conclude

    def conclude(self: Room, outcome: Outcome) -> None:
        original(
            self, Conflict(self.replica.committed) if isinstance(outcome, Conflict) else outcome
        )

    with patch.object(Room, "_conclude", conclude):
        yield


def members_are_taken_back() -> Generator[None]:
    """Whoever is ahead of this node gets a snapshot of what this node knows."""

    async def come_to(self: Directory, room: Room, position: Any) -> None:
        return None

    with patch.object(Directory, "_come_to", come_to):
        yield


def the_dead_are_kept() -> Generator[None]:
    """Whoever has gone says so."""
    original = Exchange.beat

    def beat(self: Exchange) -> None:
        self._heard_s.clear()
        original(self)

    with patch.object(Exchange, "beat", beat):
        yield


def presence_is_never_told_as_a_whole() -> Generator[None]:
    """Changes are enough."""
    original = OwnPresence.tell

    def tell(self: OwnPresence, *, whole: bool) -> bytes:
        return original(self, whole=False)

    with patch.object(OwnPresence, "tell", tell):
        yield


def whole_presence_removes_nobody() -> Generator[None]:
    """Those who leave are told of when they leave."""

    def keep_only(self: PresenceElsewhere, known: Any, told: Told) -> None:
        return None

    with patch.object(PresenceElsewhere, "_keep_only", keep_only):
        yield


def numbers_of_other_nodes() -> Generator[None]:
    """A connection has a number already: that of its own node."""
    original = PresenceElsewhere._apply

    def apply(self: PresenceElsewhere, known: Any, told: Told, expires: int) -> None:
        numbers = iter([here.connection for here in told.here if here.account is not None])
        before, self._next_number = self._next_number, lambda: next(numbers)
        try:
            original(self, known, told, expires)
        finally:
            self._next_number = before

    with patch.object(PresenceElsewhere, "_apply", apply):
        yield


def holes_are_left() -> Generator[None]:
    """What is missing will come."""

    def put(self: HeldNews, first: int, tag_before: str, records: Sequence[bytes]) -> bool:
        return True

    with patch.object(HeldNews, "put", put):
        yield


def entries_go_to_nobody() -> Generator[None]:
    """The other nodes look at the log anyway."""
    original = Exchange.take

    def take(self: Exchange, news: News) -> None:
        if not isinstance(news, CommittedEntries):
            original(self, news)

    with patch.object(Exchange, "take", take):
        yield


def outages_are_not_told() -> Generator[None]:
    """The database is back: on with it."""

    def outage(self: Directory, began: int, ended: int) -> None:
        return None

    with patch.object(Directory, "outage", outage):
        yield


def outages_of_before_are_forgotten() -> Generator[None]:
    """A node that starts has missed nothing."""

    def since(self: Heartbeat, at: int) -> Sequence[OutageRow]:
        return ()

    with patch.object(Heartbeat, "since", since):
        yield


def outages_are_those_since_the_last_entry() -> Generator[None]:
    """What was before the last entry was told before it."""

    def look_for_missed(self: Room) -> None:
        for outage in self.services.outages(self.replica.state.at):
            self.missed(outage.began, outage.ended)

    with patch.object(Room, "_look_for_missed", look_for_missed):
        yield


def gaps_are_nobodys() -> Generator[None]:
    """Whoever beats lives; why look at when it did before?"""

    def gap(rows: Any, dead: Any, at: int, last: int | None) -> int | None:
        return None

    with patch.object(heartbeats, "_gap", gap):
        yield


def woken_while_somebody_is_silent() -> Generator[None]:
    """A wake-up that cannot be written is given again, so nothing can happen."""
    with patch.object(Heartbeat, "sound", property(lambda self: True)):
        yield


def steps_of_the_clock_are_adopted() -> Generator[None]:
    """The database knows what time it is."""

    def told(self: NodeClock, theirs_ms: int, sent_s: float, heard_s: float) -> None:
        self._offset_ms = theirs_ms - heard_s * 1000

    with patch.object(NodeClock, "told", told):
        yield


CLUSTER_BUGS = {
    outages_are_not_told: 1,
    outages_of_before_are_forgotten: 5,
    outages_are_those_since_the_last_entry: 288,
    gaps_are_nobodys: 29,
    woken_while_somebody_is_silent: 43,
    steps_of_the_clock_are_adopted: 24,
    told_before_the_commit: 3,
    nobody_looks_for_silence: 39,
    loaded_before_subscribed: 11,
    news_are_taken_as_they_come: 2,
    news_are_shown_amid_an_append: 2,
    recovers_amid_an_append: 3,
    conflicts_are_not_read: 9,
    members_are_taken_back: 16,
    the_dead_are_kept: 1,
    presence_is_never_told_as_a_whole: 1,
    whole_presence_removes_nobody: 36,
    numbers_of_other_nodes: 1,
    holes_are_left: 1,
    entries_go_to_nobody: 1,
}
"""To the seed that finds it."""
