"""A slow reader and a flooding member among two hundred: what the others notice, and what becomes
of the two.

The server runs with its own limits for commands and bytes here; only those that count connections
per address are raised.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from loadtest.bench.plan import Bench
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies, size
from loadtest.member import Member
from loadtest.processes import RAISED
from loadtest.report import Figure, Result
from loadtest.stage import Stage

SETTINGS = {
    name: RAISED[name]
    for name in (
        "connections_per_account_max",
        "connections_per_address_max",
        "guests_per_min",
        "http_rate_per_s",
        "http_burst",
    )
} | {"send_buffer_bytes": "65536"}
"""A small send buffer, so that a slow reader shows within seconds what it would show within
minutes."""

DELAY_GATE_MS = 50.0
SENDERS = 20
SENDER_PER_S = 5.0
DRAG_PER_S = 10.0
AGEING_PER_S = 30.0
SLOW_BYTES_PER_S = 1_024
SLOW_RECEIVE_BUFFER = 4_096
MEMORY_GATE = 2 * 1024 * 1024
FLOOD_CODE = 4429
EVICTED_CODE = 1013
"""The end of a reader that took nothing at all for too long; one that takes a little stays."""
CATCH_UP_S_MAX = 60.0


@dataclass(slots=True)
class _Slow:
    """Reads a little, now and then, by itself: the swarm does not watch it meanwhile."""

    member: Member
    read: int = 0
    awake: bool = True

    def sip(self) -> None:
        """Takes a tenth of a second's worth, and checks it like everybody."""
        connection = self.member.connection
        if not self.awake or connection.closed:
            return
        try:
            data = connection.sock.recv(SLOW_BYTES_PER_S // 10)
        except (BlockingIOError, ConnectionError):
            data = b""
        self.read += len(data)
        for payload in connection.parse(data):
            self.member.take(payload)
        self.member.swarm.after(0.1, self.sip)

    def hurry(self, room: str, other: Member) -> str:
        """Reads as fast as everybody again. What became of it, in words."""
        self.awake = False
        member = self.member
        if not member.connection.closed:
            member.swarm.add(member)
        member.swarm.run(
            lambda: (
                member.connection.closed
                or member.session.position(room) == other.session.position(room)
            ),
            limit_s=CATCH_UP_S_MAX,
        )
        if member.connection.closed:
            return f"closed with {member.connection.close_code}"
        if member.session.position(room) != other.session.position(room):
            return "never caught up"
        return f"caught up on the same socket, {member.resets - 1} times by a snapshot"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What one stretch of time showed."""

    delays: Latencies
    grown: int
    """Bytes of memory that the server holds more than before."""


@dataclass(slots=True)
class _Room:
    stage: Stage
    id: str
    others: list[Member]
    idents: dict[int, str] = field(default_factory=dict[int, str])
    moves: int = 0
    ended: bool = False

    def senders(self) -> Sequence[Member]:
        """Those who move tokens."""
        return self.others[:SENDERS]

    def begin(self) -> None:
        """Every sender drags and drops, until `ended`."""
        for number, member in enumerate(self.senders()):
            self.idents[number] = object_id(self.stage.draw)
            member.submit(self.id, token(self.idents[number], number))
            self.stage.swarm.after(number / SENDERS / SENDER_PER_S, lambda n=number: self._drop(n))
            self.stage.swarm.after(number / SENDERS / DRAG_PER_S, lambda n=number: self._drag(n))

    def _drop(self, number: int) -> None:
        if self.ended:
            return
        self.moves += 1
        self.others[number].submit(self.id, move(self.idents[number], self.moves % 50_000, 0))
        self.stage.swarm.after(1 / SENDER_PER_S, lambda: self._drop(number))

    def _drag(self, number: int) -> None:
        if self.ended:
            return
        value = {"type": "drag", "objects": [[self.idents[number], self.moves % 50_000, 10]]}
        self.others[number].presence(self.id, "drag", value)
        self.stage.swarm.after(1 / DRAG_PER_S, lambda: self._drag(number))

    def age(self, entries: int) -> None:
        """Plays faster until the room has so many entries: enough for the server to have kept,
        proved and thinned snapshots, which takes memory once, in whichever stretch it falls."""
        while self._newest() < entries:
            for number, member in enumerate(self.senders()):
                member.submit(self.id, move(self.idents[number], self.moves % 50_000, 0))
            self.moves += 1
            self.stage.swarm.run(lambda: False, limit_s=1 / AGEING_PER_S)

    def _newest(self) -> int:
        position = self.others[-1].session.position(self.id)
        return 0 if position is None else position.version

    def stretch(self, seconds: float) -> _Stretch:
        """Lets it play for so long."""
        began, memory = time.perf_counter(), self.stage.server.memory_bytes()
        self.stage.swarm.run(lambda: False, limit_s=seconds)
        grown = self.stage.server.memory_bytes() - memory
        return _Stretch(Latencies.of(self._delays(began)), grown)

    def _delays(self, since: float) -> list[float]:
        """From submitting to arrival at each other member, for entries since then."""
        sent = {v: at for m in self.senders() for v, at in m.sent_at.items() if at >= since}
        return [
            arrived - sent[version]
            for member in self.others
            for arrived, first, count in member.arrivals
            for version in range(first, first + count)
            if version in sent
        ]


def run(bench: Bench) -> Result:
    """Before, and during."""
    plan = bench.plan
    result = Result(
        "A slow reader and a flooding member",
        f"{plan.slow_members} members of one room, {SENDERS} of them each drop {SENDER_PER_S:g} "
        f"times and drag {DRAG_PER_S:g} times a "
        f"second. Then one reads {SLOW_BYTES_PER_S} bytes a second and another sends commands as "
        "fast as the socket takes them. "
        "Delays are from a command's sending to its entry's arrival at every other member.",
    )
    with bench.stage("sqlite", SETTINGS) as stage:
        owner, guests = stage.people(plan.slow_members)
        room_id = stage.room(owner)
        invite = stage.invitation(room_id, owner)
        bench.say(f"bad neighbours: {len(guests)} members join")
        others = stage.crowd(room_id, invite, guests[2:])
        for member in others:
            member.keep_times = True
        slow = stage.member(guests[0], receive_buffer=SLOW_RECEIVE_BUFFER)
        slow.join(room_id, invite=invite)
        flooder = stage.member(guests[1])
        flooder.join(room_id, invite=invite)
        stage.enter([slow, flooder])
        room = _Room(stage, room_id, others)
        room.begin()
        room.age(plan.slow_entries)
        stage.swarm.run(lambda: False, limit_s=2.0)
        bench.say("bad neighbours: before")
        before = room.stretch(plan.slow_s)
        bench.say("bad neighbours: during")
        stage.swarm.release(slow)
        sipping = _Slow(slow)
        sipping.sip()
        codes: list[int] = []
        _flood(flooder, room_id, codes)
        during = room.stretch(plan.slow_s)
        room.ended = True
        ending = sipping.hurry(room_id, others[-1])
        _conclude(result, (before, during), codes)
        result.figures.append(
            Figure("slow reader", f"read {size(sipping.read)} in {plan.slow_s:g} s, then {ending}")
        )
        if slow.connection.closed and slow.connection.close_code != EVICTED_CODE:
            result.faults.append(f"the slow reader was {ending}, not evicted with {EVICTED_CODE}")
        result.faults += [fault for member in (*others, slow) for fault in member.faults]
        closed = [m.connection.close_code for m in others if m.connection.closed]
        if closed or "never" in ending:
            result.faults.append(f"others disconnected: {closed[:5]}; the slow one {ending}")
    return result


def _flood(member: Member, room: str, codes: list[int]) -> None:
    """Chat as fast as the socket takes it, without listening to what the server says about it."""
    position = member.session.position(room)
    assert position is not None, "a live member has a position"
    from_seq = 1_000
    member.on_gone = codes.append

    def burst() -> None:
        nonlocal from_seq
        if member.connection.closed:
            return
        if not member.connection.wants_to_write:
            made = [position.generation, position.version]
            said = {"type": "chat.say", "text": "flood"}
            member.connection.send(
                [
                    member.codec.encode(
                        {
                            "type": "submit",
                            "room": room,
                            "seq": from_seq + n,
                            "made": made,
                            "command": said,
                        }
                    )
                    for n in range(200)
                ]
            )
            from_seq += 200
            member.swarm.touch(member)
        member.swarm.after(0.02, burst)

    burst()


def _conclude(result: Result, stretches: tuple[_Stretch, _Stretch], codes: list[int]) -> None:
    before, during = stretches
    more = during.delays.p99 - before.delays.p99
    grown = during.grown - before.grown
    result.figures += [
        Figure("others, before", str(before.delays)),
        Figure("others, during", str(during.delays)),
        Figure(
            "others: p99 grows by",
            f"{more:.2f} ms",
            f"< {DELAY_GATE_MS:g} ms",
            more < DELAY_GATE_MS,
        ),
        Figure(
            "flooding member is closed with",
            ", ".join(map(str, codes)) or "nothing",
            str(FLOOD_CODE),
            codes == [FLOOD_CODE],
        ),
        Figure(
            "server memory grows by, beyond what it grew by in the same time before",
            size(grown),
            f"<= {size(MEMORY_GATE)}",
            grown <= MEMORY_GATE,
        ),
    ]
    if codes != [FLOOD_CODE]:
        result.faults.append(f"the flooding member was closed with {codes}, not with {FLOOD_CODE}")
