"""A member of a run: the shipped client session, a network with delays and drops, any node that
serves, and a mind of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from random import Random
from typing import TYPE_CHECKING, Any

from protocol.client_events import Applied, Live, Postponed, Refused, Settled, StartedOver
from protocol.client_session import ClientSession
from protocol.codec import Codec
from protocol.server_messages import Presence, Private, RoomClosed
from server.identity import Identity
from tests.simulation.server_end import ServerEnd
from tests.simulation.stay import Stay
from tests.simulation.violation import Violation
from tests.support.recording_recipient import account_id

if TYPE_CHECKING:
    from tests.simulation.world import World

LATENCY_S = 0.02
PING_S = 1.5
POINTERS = 24
SILENT_S = 4.0
"""A server that says nothing for so long is given up for another one."""


def account_name(name: str) -> str:
    """Whose device it is: a second one of `mia` is `mia2`."""
    return name.rstrip("2")


class Line:
    """One direction of a connection: in order, late, and silent once it is cut."""

    def __init__(self, rng: Random, outside: Context, arrive: Callable[[bytes], None]) -> None:
        self._rng, self._outside = rng, outside
        self._arrive = arrive
        self._free_at = 0.0
        self.cut = False

    def send(self, payload: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at + 1e-6, loop.time() + LATENCY_S * self._rng.random())
        loop.call_at(self._free_at, self._deliver, payload, context=self._outside)

    def _deliver(self, payload: bytes) -> None:
        if not self.cut:
            self._arrive(payload)


class Member:
    """Its outbox survives everything; what it was shown and told is checked at once."""

    def __init__(self, world: World, name: str, codec: Codec) -> None:
        self.world = world
        self.name = name
        self.identity = Identity(account_id(account_name(name)), account_name(name), 2**52)
        self.session = ClientSession(codec, f"client-{name:-<16}")
        self.stays = {room: Stay(room, name, world.game.knowledge(name)) for room in world.rooms}
        for room in world.rooms:
            self.session.join(room)
        self._codec = codec
        self._up: Line | None = None
        self._down: Line | None = None
        self.end: ServerEnd | None = None
        self._heard_s = 0.0
        self._pings = 0
        self.away = False
        """Has gone for good, or until it connects again."""

    @property
    def _rng(self) -> Random:
        return self.world.rng

    def _later(self, delay_s: float, callback: Callable[..., object], *args: object) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(delay_s, callback, *args, context=self.world.outside)

    # --- connection -------------------------------------------------------------------------------

    def connect(self) -> None:
        """Opens a connection to a node that serves, or tries again soon."""
        if self.end is not None or self.away:
            return
        nodes = [node for node in self.world.nodes if node.serves]
        if not nodes:
            self._later(0.2, self.connect)
            return
        node = self._rng.choice(nodes) if len(nodes) > 1 else nodes[0]
        world = self.world
        down = Line(self._rng, world.outside, self._receive)
        # what the node does at the end of a connection is not done by the node's process
        end = node.connect(self.identity, self._codec, down.send, lambda: self._hung_up(down))
        self.end, self._down, self._up = end, down, Line(self._rng, world.outside, end.receive)
        self.session.connected("token")
        self._heard_s = asyncio.get_running_loop().time()
        self._later(PING_S, self._look, down)
        self._send()

    def _look(self, down: Line) -> None:
        """Is anybody there?"""
        if self._down is not down or self.end is None:
            return
        if asyncio.get_running_loop().time() - self._heard_s >= SILENT_S:
            self.world.faults.noted("a silent node was given up")
            self.drop()
            return
        self._pings += 1
        self.session.ping(self._pings)
        self._send()
        self._later(PING_S, self._look, down)

    def drop(self) -> None:
        """The connection is cut: what is on the way is gone. The server may notice later."""
        end, down, up = self.end, self._down, self._up
        if end is None or down is None or up is None:
            return
        up.cut = down.cut = True
        self._lost(down)
        late = 3.0 if self.world.faults.strikes("member_on_two_nodes", 0.5) else 1.0
        self._later(late * self._rng.random(), end.node.process.call, end.end)

    def leave(self) -> None:
        """Goes away, and does not come back by itself."""
        self.away = True
        self.drop()

    def _hung_up(self, down: Line) -> None:
        self.world.outside.copy().run(self._lost, down)

    def _lost(self, down: Line) -> None:
        if self._down is not down or self.end is None:
            return
        down.cut = True
        self.end = None
        self.session.disconnected()
        for stay in self.stays.values():
            stay.disconnected()
        self._later(0.5 * self._rng.random(), self.connect)

    def _send(self) -> None:
        assert self._up is not None
        for payload in self.session.data_to_send():
            self._up.send(payload)

    # --- what comes in ----------------------------------------------------------------------------

    def _receive(self, payload: bytes) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        self._check_secrecy(payload)
        for event in self.session.receive(payload):
            self._take(event)
        if self.end is not None:
            self._send()

    def _take(self, event: Any) -> None:
        client, world = self.session.client, self.world
        room: str = getattr(event, "room", "")
        stay, truth = self.stays.get(room), world.truths.get(room)
        if stay is None or truth is None:
            return
        if not isinstance(event, Presence):
            world.trace.note(room, self.name, type(event).__name__, *stay.summary(event))
        match event:
            case StartedOver():
                if stay.position is not None:
                    world.faults.noted("started over")
                truth.check_view(event.position, event.state, self._codec)
                stay.moved(event.position)
            case Applied():
                truth.check_entries(event.first, event.entries, event.position, self._codec)
                stay.moved(event.position)
            case Live():
                stay.live_on(self.end and self.end.node.name)
            case Private():
                if not stay.learn(event):
                    world.faults.noted("private came again")
            case Presence():
                stay.see(event)
            case Settled():
                truth.check_accepted(client, event.seq, event.version)
                stay.ended(event.seq, event.version)
                world.game.answered(self, event)
            case Refused(code="session_expired"):
                # CM4: nobody knows any more whether an earlier copy was executed
                stay.expired.add(event.seq)
                world.faults.noted("refused session_expired")
            case Refused():
                truth.check_refused(client, event.seq)
                stay.ended(event.seq, None)
                world.game.answered(self, event)
                world.faults.noted(f"refused {event.code}")
            case Postponed():
                world.faults.noted(event.code)
                world.received.pop((client, event.seq), None)  # not executed: it comes again
                self._later(event.wait_ms / 1000, self._retry, room)
            case RoomClosed():
                if self.end is None or not self.end.node.older:
                    raise Violation(f"{self.name} was let go: {event.reason}")
                world.faults.noted("left a node that cannot read the room")
                self.drop()
                self.session.join(room)
            case _:
                pass

    def _retry(self, room: str) -> None:
        self.session.retry(room)
        if self.end is not None:
            self._send()

    def _check_secrecy(self, payload: bytes) -> None:
        for other in self.world.members:
            if other is not self and b"secret-" + other.name.encode() in payload:
                raise Violation(f"9: {self.name} was sent what only {other.name} may see")

    # --- what it wants ----------------------------------------------------------------------------

    def submit(self, room: str, command: Any) -> int:
        """Sends it, now or when the room is live again. Its seq."""
        seq = self.session.submit(room, command)
        self.world.trace.note(room, self.name, "submits", seq, command)
        self.stays[room].submitted += 1
        if self.end is not None:
            self._send()
        return seq

    def point(self) -> None:
        """Shows the others of every room where it points to now."""
        for room, stay in self.stays.items():
            stay.pointer += 1
            slot = stay.pointer % POINTERS
            value = self.world.game.pointer(slot)
            if value is not None and self.session.presence(room, "pointer", value):
                stay.pointed = slot
        if self.end is not None:
            self._send()

    def finished(self) -> bool:
        """Live everywhere, nothing unanswered, and standing at the heads."""
        return all(self._rests_in(room) for room in self.world.rooms)

    def _rests_in(self, room: str) -> bool:
        position = self.session.position(room)
        return (
            self.session.is_live(room)
            and not self.session.pending(room)
            and position is not None
            and position.version == self.world.truths[room].version
        )
