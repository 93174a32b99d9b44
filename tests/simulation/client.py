"""A member of a run: the shipped client session, a network with delays and drops, and a mind of
its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from protocol.client_events import Applied, Postponed, Refused, Settled, StartedOver
from protocol.client_session import ClientSession
from protocol.codec import Codec
from protocol.identifiers import Position
from protocol.server_messages import Private, RoomClosed
from server.identity import Identity
from tests.simulation.claims import SLOTS, Claim, Hurry, OpenTurn, Release, Whisper
from tests.simulation.faults import Faults
from tests.simulation.node import ServerEnd
from tests.simulation.truth import Truth, Violation
from tests.support.recording_recipient import account_id

if TYPE_CHECKING:
    from tests.simulation.world import World

LATENCY_S = 0.02


class Line:
    """One direction of a connection: in order, late, and silent once it is cut."""

    def __init__(self, rng: Random, arrive: Callable[[bytes], None]) -> None:
        self._rng = rng
        self._arrive = arrive
        self._free_at = 0.0
        self.cut = False

    def send(self, payload: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at + 1e-6, loop.time() + LATENCY_S * self._rng.random())
        loop.call_at(self._free_at, self._deliver, payload)

    def _deliver(self, payload: bytes) -> None:
        if not self.cut:
            self._arrive(payload)


class Member:
    """Its outbox survives everything; what it was shown and told is checked at once."""

    def __init__(self, world: World, name: str, codec: Codec) -> None:
        self.world = world
        self.name = name
        self.identity = Identity(account_id(name), name, 2**52)
        self.session = ClientSession(codec, f"client-{name:-<16}")
        self.session.join(world.room)
        self.whispers: set[str] = set()
        self.refused: set[int] = set()
        self.expired: set[int] = set()
        self.settled: dict[int, int] = {}
        self.private_version = 0
        self.submitted = 0
        self.position: Position | None = None
        self._codec = codec
        self._up: Line | None = None
        self._down: Line | None = None
        self.end: ServerEnd | None = None

    @property
    def _rng(self) -> Random:
        return self.world.rng

    @property
    def _truth(self) -> Truth:
        return self.world.truth

    @property
    def _faults(self) -> Faults:
        return self.world.faults

    # --- connection -------------------------------------------------------------------------------

    def connect(self) -> None:
        """Opens a connection to the node, or tries again soon."""
        node = self.world.node
        if self.end is not None:
            return
        if node is None:
            asyncio.get_running_loop().call_later(0.2, self.connect)
            return
        down = Line(self._rng, self._receive)
        end = ServerEnd(node, self.identity, self._codec, down.send, lambda: self._lost(down))
        node.ends.append(end)
        self.end, self._down, self._up = end, down, Line(self._rng, end.receive)
        self.session.connected("token")
        self._send()

    def drop(self) -> None:
        """The connection is cut: what is on the way is gone. The server may notice later."""
        end, down, up = self.end, self._down, self._up
        if end is None or down is None or up is None:
            return
        up.cut = down.cut = True
        self._lost(down)
        asyncio.get_running_loop().call_later(self._rng.random(), end.end)

    def _lost(self, down: Line) -> None:
        if self._down is not down or self.end is None:
            return
        down.cut = True
        self.end = None
        self.session.disconnected()
        asyncio.get_running_loop().call_later(0.5 * self._rng.random(), self.connect)

    def _send(self) -> None:
        assert self._up is not None
        for payload in self.session.data_to_send():
            self._up.send(payload)

    # --- what comes in ----------------------------------------------------------------------------

    def _receive(self, payload: bytes) -> None:
        self._check_secrecy(payload)
        for event in self.session.receive(payload):
            self._take(event)
        if self.end is not None:
            self._send()

    def _take(self, event: Any) -> None:
        truth, client = self._truth, self.session.client
        match event:
            case StartedOver():
                if self.position is not None:
                    self._faults.noted("started over")
                truth.check_view(event.position, event.state, self._codec)
                self.position = event.position
            case Applied():
                truth.check_entries(event.first, event.entries, event.position, self._codec)
                self.position = event.position
            case Private():
                self._learn(event)
            case Settled():
                truth.check_accepted(client, event.seq, event.version)
                if event.seq in self.refused or event.seq in self.settled:
                    raise Violation(f"5: {client} seq {event.seq} ended twice")
                self.settled[event.seq] = event.version
            case Refused(code="session_expired"):
                # CM4: nobody knows any more whether an earlier copy was executed
                self.expired.add(event.seq)
                self._faults.noted("refused session_expired")
            case Refused():
                truth.check_refused(client, event.seq)
                if event.seq in self.refused or event.seq in self.settled:
                    raise Violation(f"5: {client} seq {event.seq} ended twice")
                self.refused.add(event.seq)
                self._faults.noted(f"refused {event.code}")
            case Postponed():
                self._faults.noted(event.code)
                asyncio.get_running_loop().call_later(event.wait_ms / 1000, self._retry)
            case RoomClosed():
                raise Violation(f"{self.name} was let go: {event.reason}")
            case _:
                pass

    def _retry(self) -> None:
        self.session.retry(self.world.room)
        if self.end is not None:
            self._send()

    def _learn(self, private: Private) -> None:
        if private.version <= self.private_version:
            self._faults.noted("private came again")
            return
        self.private_version = private.version
        if private.state is not None:
            self.whispers = set(private.state)
        for event in private.events:
            self.whispers.add(event["text"])

    def _check_secrecy(self, payload: bytes) -> None:
        for other in self.world.members:
            if other is not self and b"secret-" + other.name.encode() in payload:
                raise Violation(f"9: {self.name} was sent what only {other.name} may see")

    # --- what it wants ----------------------------------------------------------------------------

    def act(self) -> None:
        """One thing that a member might do now."""
        if self.session.position(self.world.room) is None:
            return
        rng = self._rng
        command: Any
        # where little else is written, what is in a hurry may be late and alone
        hurry, patience = (3, 1_500) if self.world.busy else (10, 500)
        match rng.choices(("claim", "release", "whisper", "hurry", "turn"), (5, 3, 2, hurry, 1))[0]:
            case "claim":
                command = Claim(rng.randrange(SLOTS))
            case "release":
                command = Release(rng.randrange(SLOTS))
            case "whisper":
                command = Whisper(f"secret-{self.name}-{self.submitted}")
            case "hurry":
                command = Hurry(self.world.clock.now_ms() + rng.randrange(patience))
            case _:
                command = OpenTurn()
        self.session.submit(self.world.room, command)
        self.submitted += 1
        if self.end is not None:
            self._send()

    def finished(self) -> bool:
        """Live, nothing unanswered, and standing at the head."""
        room = self.world.room
        position = self.session.position(room)
        return (
            self.session.is_live(room)
            and not self.session.pending(room)
            and position is not None
            and position.version == self._truth.version
        )
