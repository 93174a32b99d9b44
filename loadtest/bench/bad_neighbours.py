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
SENDER_PER_S = 10.0
DRAG_PER_S = 20.0
SLOW_BYTES_PER_S = 1_024
SLOW_RECEIVE_BUFFER = 4_096
MEMORY_GATE = 2 * 1024 * 1024
FLOOD_CODE = 4429
SLOW_CODES = (None, 1013)
"""It goes on, conflated, or is evicted where it took nothing at all for too long."""


@dataclass(slots=True)
class _Slow:
    """Reads a little, now and then, by itself: the swarm does not watch it."""

    member: Member
    read: int = 0
    code: int | None = None

    def sip(self) -> None:
        """Takes a tenth of a second's worth."""
        if self.code is not None:
            return
        try:
            data = self.member.connection.sock.recv(SLOW_BYTES_PER_S // 10)
        except BlockingIOError:
            data = None
        except OSError:
            self.code = 1006
            return
        if data is not None:
            self.read += len(data)
            if not data:
                self.code = self.member.connection.close_code or 1006
        self.member.swarm.after(0.1, self.sip)


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

    def delays(self, since: float) -> list[float]:
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
        stage.swarm.run(lambda: False, limit_s=1.0)
        bench.say("bad neighbours: before")
        began = time.perf_counter()
        stage.swarm.run(lambda: False, limit_s=plan.slow_s / 2)
        before = room.delays(began)
        memory = stage.server.memory_bytes()
        bench.say("bad neighbours: during")
        stage.swarm.release(slow)
        sipping = _Slow(slow)
        sipping.sip()
        began = time.perf_counter()
        codes: list[int] = []
        _flood(flooder, room_id, codes)
        stage.swarm.run(lambda: False, limit_s=plan.slow_s)
        during = room.delays(began)
        room.ended = True
        grown = stage.server.memory_bytes() - memory
        _conclude(result, (before, during), (sipping, codes), grown)
        result.faults += [fault for member in others for fault in member.faults]
        closed = [m.connection.close_code for m in others if m.connection.closed]
        if closed:
            result.faults.append(f"{len(closed)} of the others were disconnected: {closed[:5]}")
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


def _conclude(
    result: Result,
    delays: tuple[list[float], list[float]],
    bad: tuple[_Slow, list[int]],
    grown: int,
) -> None:
    before, during = Latencies.of(delays[0]), Latencies.of(delays[1])
    slow, codes = bad
    more = during.p99 - before.p99
    result.figures += [
        Figure("others, before", str(before)),
        Figure("others, during", str(during)),
        Figure(
            "others: p99 grows by",
            f"{more:.2f} ms",
            f"< {DELAY_GATE_MS:g} ms",
            more < DELAY_GATE_MS,
        ),
        Figure(
            "flooding member is closed with",
            str(codes[:1] and codes[0]),
            str(FLOOD_CODE),
            codes[:1] == [FLOOD_CODE],
        ),
        Figure(
            "slow reader",
            f"read {size(slow.read)}, "
            + ("still connected" if slow.code is None else f"closed, {slow.code}"),
        ),
        Figure(
            "server memory grows by", size(grown), f"<= {size(MEMORY_GATE)}", grown <= MEMORY_GATE
        ),
    ]
    if codes[:1] != [FLOOD_CODE]:
        result.faults.append(f"the flooding member was closed with {codes}, not with {FLOOD_CODE}")
