"""What this node tells the other nodes and hears from them: committed entries, presence, and words.

Entries go out after their commit, in the order of their commits; presence is taken when it is sent,
so that what changed meanwhile goes together; while one sending is under way the rest gathers. What
is heard is handed to the room it is about, which judges it. Everything here may be lost: the heads
of the log show what entries were missed, numbers what presence was. Must not know which relay it
is, nor sockets. SPEC: RL10 to RL14, PR7 to PR9, RM14.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import msgspec
import structlog
from msgspec import Struct

from server.clock import Clock
from server.metrics import Metrics
from server.readiness import OtherNode
from server.rooms.presence_elsewhere import OwnPresence
from server.rooms.room import ELSEWHERE_KEPT_S, Room
from storage.relay import CommittedEntries, Control, News, PresenceNews, Relay

BEAT_S: Final = 1.0
LEASE_S: Final = 5.0
"""A node that was not heard of for so long is gone, and its members' presence with it."""
WHOLE_BEATS: Final = 10
"""Within so many beats, presence of every room that is open here is told as a whole."""
ASK_AGAIN_S: Final = 0.5
"""The same room's presence is asked for again at most so often."""
QUEUE_MAX: Final = 10_000
"""Commits that wait to be told; more are left to the log."""
TRACES_MAX: Final = 1_000
"""Words about traced commands that wait to be told; more are not traced on."""
OPENING_MAX: Final = 1_000
"""News that wait for a room which is being read."""
RECORDS_BYTES_MAX: Final = 262_144
"""Bigger commits are told by their position only, and read from the log."""
HEARD_AT_ONCE: Final = 64
"""News handled before others have a turn of the loop."""

ALIVE: Final = "alive"
GONE: Final = "gone"
WHO: Final = "who"
ACCESS: Final = "access"
TRACED: Final = "traced"
REACTED: Final = "reacted"
EVERYBODY: Final = ""

logger = structlog.get_logger("exchange")


class NodeReport(Struct, frozen=True):
    """What a node says of itself each second."""

    node: str
    """One start of one process."""
    name: str
    version: str
    rooms: int
    members: int
    ws_url: str = ""
    draining: bool = False


@dataclass(slots=True)
class _Heard:
    at_s: float
    report: NodeReport


_encode = msgspec.json.Encoder().encode
_decode_report = msgspec.json.Decoder(NodeReport).decode
_encode_traces = msgspec.json.Encoder().encode
_decode_reactions = msgspec.json.Decoder(tuple[str, dict[str, int]]).decode
_decode_traces = msgspec.json.Decoder(tuple[str, list[tuple[int, str]]]).decode


class Exchange:
    """Implements server.rooms.neighbours.Neighbours. Invariant: what a room of this node has
    committed is told once, or left to the log; never before its commit."""

    def __init__(
        self,
        relay: Relay,
        *,
        rooms: Mapping[str, Room],
        clock: Clock,
        metrics: Metrics,
        node: str,
        name: str,
        version: str,
        tick_s: float,
        ws_url: str = "",
    ) -> None:
        """`rooms`: those open now. `node` is unique to this start of this process. `tick_s`:
        presence is told at most this often. `ws_url`: where clients find this node's sockets."""
        self._relay, self._rooms, self._clock, self._metrics = relay, rooms, clock, metrics
        self._node, self._name, self._version, self._tick_s = node, name, version, tick_s
        self._ws_url, self._draining = ws_url, False
        self.access_changed: Callable[[], Awaitable[object]] | None = None
        """Reads what other nodes ended. Set by the composition root."""
        self._words: list[News] = []
        self._traces: list[Control] = []
        self._entries: list[CommittedEntries] = []
        self._passing: dict[str, bool] = {}
        """Rooms whose presence is to be told → whether as a whole."""
        self._own: dict[str, OwnPresence] = {}
        self._ended: dict[str, tuple[bytes, float]] = {}
        """Rooms that are closed here → what was said last of each, and until when others may still
        show who was in it if that was lost."""
        self._lives = 0
        self._opening: dict[str, list[CommittedEntries]] = {}
        self._asked_s: dict[str, float] = {}
        self._nodes: dict[str, _Heard] = {}
        self._heard_s: dict[str, float] = {}
        """Nodes that said that they live, or told presence before they did → when last. What none
        of them renews is forgotten, by whatever way it came."""
        self._given_up: set[str] = set()
        """Nodes that were not heard of for too long, and did not say that they leave."""
        self._something = asyncio.Event()
        self._access = asyncio.Event()
        self._releasing: dict[str, None] = {}
        self._passing_due = False
        self._passing_timer: asyncio.TimerHandle | None = None
        self._was_sound = False
        self._beats = 0
        self._beat_s = clock.monotonic()

    @property
    def sound(self) -> bool:
        """Whether news come through, as far as this node knows."""
        return self._relay.sound

    @property
    def nodes(self) -> list[OtherNode]:
        """The other nodes that live, by name."""
        now = self._clock.monotonic()
        seen = [
            OtherNode(
                heard.report.name,
                node,
                heard.report.version,
                heard.report.rooms,
                heard.report.members,
                round(now - heard.at_s, 3),
                heard.report.ws_url,
                heard.report.draining,
            )
            for node, heard in self._nodes.items()
        ]
        return sorted(seen, key=lambda one: (one.name, one.node))

    @property
    def report(self) -> NodeReport:
        """What this node says of itself."""
        rooms = self._rooms.values()
        members = sum(len(room.audience) for room in rooms)
        return NodeReport(
            self._node,
            self._name,
            self._version,
            len(rooms),
            members,
            self._ws_url,
            self._draining,
        )

    async def run(self) -> None:
        """Tells, hears and beats until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell(), name="exchange-tell")
            tasks.create_task(self._hear(), name="exchange-hear")
            tasks.create_task(self._beat(), name="exchange-beat")
            tasks.create_task(self._read_access(), name="exchange-access")

    def drain(self) -> None:
        """Tells the others that nobody is to be sent here any more."""
        self._draining = True
        self._say(Control(EVERYBODY, ALIVE, _encode(self.report)))

    async def close(self) -> None:
        """Says what is still to be said, and that this node is gone; `run` has ended."""
        self._passing.clear()  # told after the farewell, it would bring back who has gone
        self._words.append(Control(EVERYBODY, GONE, self._node.encode()))
        await self._send_what_waits()
        await self._relay.close()

    # --- what rooms tell ------------------------------------------------------------------------

    async def opening(self, room_id: str) -> None:
        """Subscribes; what is heard from now on waits for the room."""
        self._opening[room_id] = []
        await self._relay.hold(room_id)

    def opened(self, room: Room) -> None:
        """Hands over what was heard meanwhile, and asks the others who is there."""
        self._lives += 1
        self._own[room.id] = OwnPresence(room.presence, self._lives)
        self._ended.pop(room.id, None)
        for entries in self._opening.pop(room.id, ()):
            self._give(room, entries)
        self._ask_who(room.id)

    def closed(self, room_id: str) -> None:
        """No more news of it."""
        opening = self._opening.pop(room_id, None)
        own = self._own.pop(room_id, None)
        self._passing.pop(room_id, None)
        self._asked_s.pop(room_id, None)
        if own is not None:
            end = own.end()
            self._ended[room_id] = end, self._clock.monotonic() + ELSEWHERE_KEPT_S
            self._say(PresenceNews(room_id, self._node, end))
        if own is not None or opening is not None:
            self._releasing[room_id] = None
            self._something.set()

    def shown(self, room: Room, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        """Queues committed entries. What is too much for the queue is left to the log."""
        if len(self._entries) >= QUEUE_MAX:
            return
        if sum([len(record) for record in records]) > RECORDS_BYTES_MAX:
            first, tag_before, records = first + len(records), "", ()
        entries = CommittedEntries(room.id, room.generation, first, tag_before, records, self._node)
        self._entries.append(entries)
        self._something.set()

    def traced(self, room: Room, named: Sequence[tuple[int, str]]) -> None:
        """Goes before the entries, so that whoever shows them knows that somebody looks."""
        if len(self._traces) < TRACES_MAX:
            body = _encode_traces((self._node, list(named)))
            self._traces.append(Control(room.id, TRACED, body))
            self._something.set()

    def passing(self, room: Room) -> None:
        """Presence is told with the next tick."""
        if room.id in self._own:
            self._tell_presence(room.id, whole=False)

    def reacted(self, room: Room, counts: Mapping[str, int]) -> None:
        """Told at once: what is lost is lost."""
        if room.id in self._own:
            self._say(Control(room.id, REACTED, _encode((self._node, dict(counts)))))

    def access_noted(self) -> None:
        """This node has ended somebody's session, account or key: the others are to read it."""
        self._say(Control(EVERYBODY, ACCESS, b""))

    # --- telling --------------------------------------------------------------------------------

    def _say(self, word: News) -> None:
        self._words.append(word)
        self._something.set()

    def _ask_who(self, room_id: str) -> None:
        now = self._clock.monotonic()
        if now - self._asked_s.get(room_id, float("-inf")) >= ASK_AGAIN_S:
            self._asked_s[room_id] = now
            self._say(Control(room_id, WHO, b""))

    def _tell_presence(self, room_id: str, *, whole: bool) -> None:
        self._passing[room_id] = whole or self._passing.get(room_id, False)
        if self._passing_timer is None:
            loop = asyncio.get_running_loop()
            self._passing_timer = loop.call_later(self._tick_s, self._passing_is_due)

    def _passing_is_due(self) -> None:
        self._passing_timer = None
        self._passing_due = True
        self._something.set()

    async def _tell(self) -> None:
        while True:
            await self._something.wait()
            await self._send_what_waits()

    async def _send_what_waits(self) -> None:
        self._something.clear()
        news: list[News] = [*self._traces, *self._entries, *self._words]
        self._traces, self._entries, self._words = [], [], []
        if self._passing_due:
            passing, self._passing, self._passing_due = self._passing, {}, False
            for room_id, whole in passing.items():
                own = self._own.get(room_id)
                if own is not None:
                    news.append(PresenceNews(room_id, self._node, own.tell(whole=whole)))
        releasing, self._releasing = self._releasing, {}
        if news:
            await self._relay.send(news)
            self._metrics.news_sent += len(news)
        for room_id in releasing:
            if room_id not in self._own and room_id not in self._opening:
                await self._relay.release(room_id)

    async def _beat(self) -> None:
        while True:
            self.beat()
            await asyncio.sleep(BEAT_S)

    def beat(self) -> None:
        """Once a second: says that this node lives, forgets those that do not, and tells presence
        as a whole, a share of the rooms at a time. Where news come through again, or this node has
        stood still: all of them, and it asks for all that was told meanwhile. Where nobody is left
        as well: that they left may be what was lost."""
        self._say(Control(EVERYBODY, ALIVE, _encode(self.report)))
        now = self._clock.monotonic()
        for node, at_s in list(self._heard_s.items()):
            if now - at_s >= LEASE_S:
                known = self._nodes.get(node)
                logger.warning("a node is gone", node=known and known.report.name, start=node)
                self._given_up.add(node)
                self._node_gone(node)
        sound, self._beats = self._relay.sound, self._beats + 1
        stood, self._beat_s = now - self._beat_s >= LEASE_S, now
        again, self._was_sound = sound and (stood or not self._was_sound), sound
        for room_id in self._own:
            if again:
                self._ask_who(room_id)
            if again or self._has_turn(room_id):
                self._tell_presence(room_id, whole=True)
        for room_id, (end, until_s) in list(self._ended.items()):
            if now >= until_s:
                del self._ended[room_id]
            elif again or self._has_turn(room_id):
                self._say(PresenceNews(room_id, self._node, end))

    def _has_turn(self, room_id: str) -> bool:
        return crc32(room_id.encode()) % WHOLE_BEATS == self._beats % WHOLE_BEATS

    # --- hearing --------------------------------------------------------------------------------

    async def hold_again(self, room_id: str) -> None:
        """A room has missed news: its membership is written again."""
        if room_id in self._own:
            await self._relay.hold(room_id)

    async def _hear(self) -> None:
        handled = 0
        async for one in self._relay.receive():
            self.take(one)
            handled += 1
            if handled % HEARD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def take(self, news: News) -> None:
        """One piece of news, for the room that it is about."""
        self._metrics.news_received += 1
        match news:
            case CommittedEntries(room_id):
                waiting = self._opening.get(room_id)
                if waiting is not None:
                    if len(waiting) < OPENING_MAX:
                        waiting.append(news)
                elif (room := self._rooms.get(room_id)) is not None:
                    self._give(room, news)
            case PresenceNews(room_id, node, body):
                room = self._rooms.get(room_id)
                if room is not None and node != self._node:
                    self._heard_s[node] = self._clock.monotonic()
                    self._give_presence(room, node, body)
            case Control(room_id, name, body):
                self._word(room_id, name, body)

    def _give(self, room: Room, entries: CommittedEntries) -> None:
        if entries.generation != room.generation:
            return
        try:
            last = entries.first - 1 + len(entries.records)
            if entries.node and entries.node != self._node:
                room.turns.heard(entries.node, last, self._clock.monotonic(), own=self._node)
            room.hear(entries.first, entries.tag_before, entries.records)
        except Exception as error:  # noqa: BLE001 - supervision boundary: a bug stops its room only
            room.services.fail(room, error)

    def _give_presence(self, room: Room, node: str, body: bytes) -> None:
        try:
            complete = room.hear_presence(node, body)
        except Exception as error:  # noqa: BLE001 - supervision boundary: a bug stops its room only
            room.services.fail(room, error)
            return
        if not complete:
            self._metrics.presence_asked += 1
            self._ask_who(room.id)

    def _word(self, room_id: str, name: str, body: bytes) -> None:
        # Others are words of a later version.
        if name == WHO and room_id in self._own:
            self._tell_presence(room_id, whole=True)
        elif name == ACCESS:
            self._access.set()
        elif name == ALIVE:
            self._alive(body)
        elif name == GONE:
            node = body.decode(errors="replace")
            self._given_up.discard(node)
            self._node_gone(node)
        elif name == TRACED and (room := self._rooms.get(room_id)) is not None:
            self._traced(room, body)
        elif name == REACTED and (room := self._rooms.get(room_id)) is not None:
            self._reacted(room, body)

    def _traced(self, room: Room, body: bytes) -> None:
        try:
            node, named = _decode_traces(body)
        except msgspec.MsgspecError:
            return  # of a version that speaks otherwise
        if node != self._node:
            for version, parent in named:
                room.hear_trace(version, parent)

    def _reacted(self, room: Room, body: bytes) -> None:
        try:
            node, counts = _decode_reactions(body)
        except msgspec.MsgspecError:
            return  # of a version that speaks otherwise
        if node != self._node:
            room.hear_reactions(counts)

    def _alive(self, body: bytes) -> None:
        try:
            report = _decode_report(body)
        except msgspec.MsgspecError:
            return  # of a version that speaks otherwise
        if report.node == self._node:
            return
        if report.node not in self._nodes:
            logger.info("a node is there", node=report.name, start=report.node)
        if report.node in self._given_up:
            # it stood still, or this node did: what it had told here was forgotten meanwhile
            self._given_up.discard(report.node)
            for room_id in self._own:
                self._ask_who(room_id)
        self._heard_s[report.node] = now = self._clock.monotonic()
        self._nodes[report.node] = _Heard(now, report)

    def _node_gone(self, node: str) -> None:
        self._nodes.pop(node, None)
        self._heard_s.pop(node, None)
        for room in list(self._rooms.values()):
            room.node_gone(node)

    async def _read_access(self) -> None:
        while True:
            await self._access.wait()
            self._access.clear()
            if self.access_changed is not None:
                await self.access_changed()
