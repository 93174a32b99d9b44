"""Client half and server half joined by two lists. The test picks what is delivered when; a room of
a few lines decides.

The room is a model: it accepts, refuses, is busy, remembers what it answered, and other members
write between. After every run everything is delivered, and both sides must agree about every
command.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from protocol.client_events import Applied, Live, Postponed, Refused, Settled, StartedOver
from protocol.client_messages import Hello, Join, Leave, Submit
from protocol.client_outbox import WINDOW
from protocol.client_session import ClientSession
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import Position
from protocol.server_messages import (
    Accepted,
    Entries,
    Joined,
    Limits,
    Rejected,
    Snapshot,
    Welcome,
)
from protocol.server_session import Answer, Close, Phase, ServerSession, SessionLimits

ROOM = "r_" + "p" * 22
GENERATION = "00000000000000aa"
LIMITS = SessionLimits(
    hello_s=5.0,
    hello_bytes_max=16_384,
    message_bytes_max=65_536,
    heartbeat_s=20.0,
    bad_messages_max=3,
    rooms_max=64,
    flood_bytes_per_s=1_000_000,
    command_rate_per_s=1_000_000.0,
    command_burst=1_000_000,
    in_flight_max=16,
    join_rate_per_min=1_000.0,
    presence_rate_per_s=40.0,
    presence_held_max=8,
)
STEPS_MAX = 120


def tag(version: int) -> str:
    return f"{version:016x}"


@dataclass
class Log:
    """What is committed, and what each command of the client came to. Survives every connection."""

    entries: list[Any] = field(default_factory=list[Any])
    answers: dict[int, int | str] = field(default_factory=dict[int, "int | str"])
    executed: dict[int, int] = field(default_factory=dict[int, int])
    """How often a command took effect: never more than once."""

    @property
    def version(self) -> int:
        return len(self.entries)

    def commit(self, seq: int = 0) -> int:
        self.entries.append({"v": self.version + 1, "at": 1, "by": "", "events": [{"seq": seq}]})
        if seq:
            self.executed[seq] = self.executed.get(seq, 0) + 1
            self.answers[seq] = self.version
        return self.version


@dataclass
class Place:
    """The follower of one connection: what it has not answered."""

    waiting: list[Submit] = field(default_factory=list[Submit])
    sent: int = 0

    @property
    def pending(self) -> int:
        return len(self.waiting)


class Pair:
    """Both halves, the two lists between them, and the steps that a test may take."""

    def __init__(self, codec: Codec, draw: random.Random) -> None:
        self.codec, self.draw = codec, draw
        self.log = Log()
        self.client = ClientSession(codec, "client-0123456789")
        self.client.join(ROOM)
        self.ends: dict[int, int | str] = {}
        self.seen: list[int] = []
        self.to_server: list[bytes] = []
        self.to_client: list[bytes] = []
        self.server: ServerSession[Place] | None = None
        self.place: Place | None = None
        self.resends = self.busy = self.cuts = 0

    # ------------------------------------------------------------ steps

    def connect(self) -> None:
        if self.server is None:
            self.server = ServerSession(LIMITS, 0.0)
            self.client.connected("token")
            self.collect()

    def cut(self) -> None:
        """The connection is lost with whatever was on the way, in both directions."""
        if self.server is not None:
            self.server = self.place = None
            self.to_server.clear()
            self.to_client.clear()
            self.client.disconnected()
            self.cuts += 1

    def submit(self) -> None:
        if self.client.position(ROOM) is not None:
            self.client.submit(ROOM, {"type": "x"})
            self.collect()

    def deliver_to_server(self) -> None:
        if self.to_server:
            self.hear(self.codec.decode(self.to_server.pop(0)))

    def deliver_to_client(self) -> None:
        if self.to_client:
            for event in self.client.receive(self.to_client.pop(0)):
                self.note(event)
            self.collect()

    def others_write(self) -> None:
        self.log.commit()

    def room_turn(self) -> None:
        """The room answers some of what waits, in order, and fans out."""
        if self.place is None:
            return
        done: list[tuple[int, int]] = []
        for submit in self.place.waiting[: self.draw.randint(0, 8)]:
            self.place.waiting.remove(submit)
            self.decide(submit, done)
        if done:
            self.tell(Accepted(ROOM, done))
        self.fan_out()

    # ------------------------------------------------------------ the server's shell

    def hear(self, message: Any) -> None:
        assert self.server is not None, "only a connection delivers"
        match message:
            case Hello():
                assert self.server.hello(message, 0.0) is None
                self.server.welcomed(1e9)
                limits = Limits(1e6, 10**6, LIMITS.in_flight_max, 65_536, 40.0, 2_048, 20.0)
                self.tell(Welcome(1, "n", "a_" + "x" * 22, "Ada", 0, 10**13, limits))
                for join in message.rooms:
                    assert self.server.begin_join(join.room, None, 0.0) is None
                    self.let_in(join.position, None)
            case Join():
                assert self.server.join(message, 0.0) is None
                self.let_in(message.position, message.ref)
            case Leave():
                _, answer = self.server.leave(message.room)
                assert answer is not None
                self.place = None
                self.tell(answer.message)
            case Submit():
                self.take(message)
            case _:
                raise AssertionError(f"the client said {message}")

    def take(self, message: Submit) -> None:
        assert self.server is not None
        self.resends += message.again
        found = self.server.submit(message, 0.0)
        match found:
            case Answer():
                self.tell(found.message)
            case Close():
                raise AssertionError(f"a client that keeps the rules was closed: {found}")
            case _:
                found.waiting.append(message)

    def let_in(self, position: Position | None, ref: int | None) -> None:
        assert self.server is not None
        now = Position(GENERATION, self.log.version, tag(self.log.version))
        place = Place(sent=self.log.version)
        if position is None or self.draw.random() < 0.2:
            self.tell(Snapshot(ROOM, now, "board", Raw(self.codec.encode({"n": now.version}))))
        elif position.version < now.version:
            self.tell(self.batch(position.version))
        done = [(s, v) for s, v in self.log.answers.items() if isinstance(v, int)][-WINDOW:]
        assert self.server.joined(ROOM, place)
        self.tell(Joined(ROOM, now, "editor", 1, ref, done))
        self.place = place

    def decide(self, submit: Submit, done: list[tuple[int, int]]) -> None:
        before = self.log.answers.get(submit.seq)
        chance = self.draw.random()
        if isinstance(before, int):
            done.append((submit.seq, before))
        elif before is not None:
            self.tell(Rejected(ROOM, submit.seq, before, final=True))
        elif chance < 0.15:
            self.busy += 1
            self.tell(Rejected(ROOM, submit.seq, "busy", final=False))
        elif chance < 0.3:
            self.log.answers[submit.seq] = "conflict"
            self.tell(Rejected(ROOM, submit.seq, "conflict", final=True))
        else:
            done.append((submit.seq, self.log.commit(submit.seq)))

    def fan_out(self) -> None:
        assert self.place is not None
        if self.place.sent < self.log.version:
            self.tell(self.batch(self.place.sent))
            self.place.sent = self.log.version

    def batch(self, after: int) -> Entries:
        raws = [Raw(self.codec.encode(entry)) for entry in self.log.entries[after:]]
        return Entries(ROOM, after + 1, tag(self.log.version), raws)

    def tell(self, message: Any) -> None:
        self.to_client.append(self.codec.encode(message))

    # ------------------------------------------------------------ the client's shell

    def collect(self) -> None:
        said = self.client.data_to_send()
        if self.server is not None:
            self.to_server += said

    def note(self, event: Any) -> None:
        match event:
            case Settled():
                assert event.seq not in self.ends, "a command ends once"
                self.ends[event.seq] = event.version
            case Refused():
                assert event.seq not in self.ends, "a command ends once"
                self.ends[event.seq] = event.code
            case StartedOver():
                self.seen = list(range(1, event.position.version + 1))
            case Applied():
                self.seen += range(event.first, event.first + len(event.entries))
            case Postponed():
                if self.draw.random() < 0.5:
                    self.client.retry(ROOM)
            case Live():
                assert self.server is not None
                assert self.server.phase is Phase.LIVE
            case _:
                pass

    def check(self) -> None:
        """After every step."""
        assert self.seen == list(range(1, len(self.seen) + 1))
        assert all(count == 1 for count in self.log.executed.values())
        flying = [p.seq for p in self.client.pending(ROOM) if p.in_flight]
        assert len(flying) <= LIMITS.in_flight_max

    def calm(self) -> None:
        """No more faults: everything is delivered until nothing is left to say."""
        self.connect()
        for _ in range(10_000):
            if self.to_server:
                self.deliver_to_server()
            elif self.to_client:
                self.deliver_to_client()
            elif self.client.pending(ROOM):
                self.client.retry(ROOM)
                self.collect()
                self.room_turn()
            elif self.place is not None and self.place.sent < self.log.version:
                self.room_turn()
            else:
                return
        raise AssertionError("the two halves do not come to rest")


def play(codec: Codec, seed: int) -> Pair:
    """One life of a pair, drawn from the seed."""
    draw = random.Random(seed)
    pair = Pair(codec, draw)
    steps = [
        (pair.connect, 6),
        (pair.submit, 20),
        (pair.deliver_to_server, 25),
        (pair.deliver_to_client, 25),
        (pair.room_turn, 12),
        (pair.others_write, 4),
        (pair.cut, 2),
    ]
    calls, weights = [step for step, _ in steps], [weight for _, weight in steps]
    for _ in range(STEPS_MAX):
        draw.choices(calls, weights)[0]()
        pair.check()
    pair.calm()
    pair.check()
    return pair


@pytest.mark.parametrize("codec", [JSON, MSGPACK], ids=["json", "msgpack"])
@given(seed=st.integers(0, 2**32 - 1))
def test_CL62_both_halves_agree_about_every_command(codec: Codec, seed: int) -> None:
    pair = play(codec, seed)
    assert pair.client.pending(ROOM) == []
    assert pair.ends == pair.log.answers
    assert pair.seen == list(range(1, pair.log.version + 1))
    position = pair.client.position(ROOM)
    assert position is None or position == Position(
        GENERATION, pair.log.version, tag(pair.log.version)
    )


def test_the_pairs_met_everything_that_they_are_for() -> None:
    """A search that does nothing finds nothing: resends, busy rooms, losses and refusals did
    occur."""
    pairs = [play(JSON, seed) for seed in range(30)]
    assert sum(pair.resends for pair in pairs) > 30
    assert sum(pair.busy for pair in pairs) > 30
    assert sum(pair.cuts for pair in pairs) > 30
    assert sum(end == "conflict" for pair in pairs for end in pair.ends.values()) > 30
