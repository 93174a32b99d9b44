"""Fan-out: one room of a thousand, four senders, against a plain relay with the same receivers in
the same run.

Deliveries are bytes that arrived, divided by the bytes of an entry as a checked member got it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from loadtest.bench.plan import Bench
from loadtest.boards import MOVE_BYTES, Mover, object_id, token
from loadtest.connection import Connection
from loadtest.figures import median, rate
from loadtest.member import Member
from loadtest.processes import ROOT_OF_CHECKOUT, free_port, wait_for_port
from loadtest.pump import Broken, Meter, Pump, Receivers
from loadtest.relay import SUBPROTOCOL
from loadtest.report import Figure, Result
from loadtest.stage import WAVE, Stage
from loadtest.swarm import Swarm
from loadtest.wire import FrameReader, client_frame
from protocol.codec import JSON
from protocol.errors import RemoteProtocolError
from protocol.server_messages import Entries

SENDERS = 4
WINDOW = 4
RATIO_GATE = 15.0
SETTLE_S_MAX = 30.0
QUIET_S = 0.3


@dataclass(slots=True)
class Round:
    """One stretch of measuring."""

    deliveries_per_s: float
    commands_per_s: float
    load_share: float
    """Of one core, used by the load."""


@dataclass(slots=True)
class Target:
    """Something that fans out, with its receivers and senders in place."""

    name: str
    meter: Meter
    receivers: Receivers
    rounds: list[Round] = field(default_factory=list[Round])

    def measure(self, warm_s: float, seconds: float, bytes_per_entry: float) -> None:
        """One round. Deliveries are counted in bytes that arrived while the clock ran."""
        self.meter.run(warm_s)
        settled, counts = self._settled(), sum(self.receivers.counts())
        began, used = time.perf_counter(), time.process_time()
        self.meter.run(seconds)
        elapsed = time.perf_counter() - began
        got = sum(self.receivers.counts()) - counts
        done = self._settled() - settled
        share = (time.process_time() - used) / elapsed
        everybody = len(self.receivers.connections) + len(self.meter.pumps)
        entries = got / bytes_per_entry * everybody / len(self.receivers.connections)
        self.rounds.append(Round(entries / elapsed, done / elapsed, share))
        self.meter.settle(limit_s=SETTLE_S_MAX)
        self.meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)

    def deliveries(self) -> float:
        """Median over the rounds."""
        return median([one.deliveries_per_s for one in self.rounds])

    def _settled(self) -> int:
        return sum(pump.settled for pump in self.meter.pumps)


class Room:
    """A room of our server as a target."""

    def __init__(self, stage: Stage, crowd: int, checked: int) -> None:
        owner, guests = stage.people(crowd)
        self.id = stage.room(owner)
        self.members = stage.crowd(self.id, stage.invitation(self.id, owner), guests)
        senders = self.members[:SENDERS]
        self.pumps, self.movers = board_pumps(stage, self.id, senders, window=WINDOW)
        for member in self.members:
            stage.swarm.release(member)
        others = self.members[SENDERS:]
        self.receivers = Receivers(
            [m.connection for m in others], kept=range(min(checked, len(others)))
        )
        name = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
        self.target = Target(name, Meter(self.pumps, self.receivers), self.receivers)

    def bytes_per_entry(self, warm_s: float) -> float:
        """From what a checked member really got."""
        before = len(self.receivers.streams[0])
        self.target.meter.run(warm_s)
        self.target.meter.settle(limit_s=SETTLE_S_MAX)
        self.target.meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)
        size = entries = 0
        reader = FrameReader()
        for _, data in self.receivers.streams[0][before:]:
            size += len(data)
            for _, payload in reader.feed(data):
                if payload.startswith(b'{"type":"entries"'):
                    message = JSON.decode_server(payload)
                    assert isinstance(message, Entries)
                    entries += len(message.entries)
        if not entries:
            raise Broken("no entries arrived")
        return size / entries

    def check(self) -> tuple[list[str], int]:
        """Broken promises, and how many versions each checked member got once and in order."""
        version = max(mover.version for mover in self.movers)
        faults: list[str] = []
        others = self.members[SENDERS:]
        for place, stream in self.receivers.streams.items():
            member = others[place]
            try:
                for _, data in stream:
                    for payload in member.connection.parse(data):
                        member.session.receive(payload)
            except RemoteProtocolError as broken:
                faults.append(f"member {place}: {broken}")
                continue
            position = member.session.position(self.id)
            if position is None or position.version != version:
                faults.append(
                    f"member {place} stands at {position}, the last accepted version is {version}"
                )
        faults += self._check_last_frames()
        return faults, version

    def _check_last_frames(self) -> list[str]:
        """Everybody else: one more command, whose version must be the end of what each of them
        gets."""
        checked = set(self.receivers.streams)
        self.receivers.keep_all()
        meter = self.target.meter
        meter.run(0.0)
        meter.settle(limit_s=SETTLE_S_MAX)
        meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)
        version = max(mover.version for mover in self.movers)
        faults: list[str] = []
        for place, stream in self.receivers.streams.items():
            if place in checked:
                continue
            reader, last = FrameReader(), 0
            for _, data in stream:
                for _, payload in reader.feed(data):
                    message = JSON.decode_server(payload)
                    if isinstance(message, Entries):
                        last = message.first + len(message.entries) - 1
            if last != version:
                faults.append(f"receiver {place} ended at version {last} instead of {version}")
        return faults


class _Relayed:
    """What a sender of the relay says: its own name and padding; it is answered by its own message
    coming back."""

    def __init__(self, name: int) -> None:
        self._frame = client_frame((b"%04d" % name).ljust(MOVE_BYTES, b"."))
        self._name = b"%04d" % name

    def render(self, n: int) -> bytes:
        """The n-th is like every other."""
        del n
        return self._frame

    def settle(self, payload: bytes) -> int:
        """One where it is the own one."""
        return 1 if payload.startswith(self._name) else 0


class _Plain:
    """A participant that only upgrades."""

    def __init__(self, port: int) -> None:
        self.connection = Connection(port, SUBPROTOCOL)

    def ready(self) -> None:
        """Reads the answer to the upgrade."""
        self.connection.receive()


def relay_target(stack: ExitStack, bench: Bench) -> Target:
    """The relay with the same number of receivers and senders, in a process of its own on the
    server's core."""
    port = free_port()
    process = bench.cores.start(
        bench.cores.server,
        [sys.executable, "-m", "loadtest.relay", str(port)],
        cwd=ROOT_OF_CHECKOUT,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    wait_for_port(port)
    swarm = Swarm()
    stack.callback(swarm.close)
    plain: list[_Plain] = []
    stack.callback(lambda: [one.connection.abandon() for one in plain])
    while len(plain) < bench.plan.crowd:
        wave = [_Plain(port) for _ in range(min(WAVE, bench.plan.crowd - len(plain)))]
        plain += wave
        for one in wave:
            swarm.add(one)
        if not swarm.run(lambda w=wave: all(one.connection.upgraded for one in w), limit_s=30.0):
            raise Broken("the relay did not let everybody in")
    for one in plain:
        swarm.release(one)
    pumps = [
        Pump(one.connection, _Relayed(number), window=WINDOW)
        for number, one in enumerate(plain[:SENDERS])
    ]
    receivers = Receivers([one.connection for one in plain[SENDERS:]])
    return Target("plain relay", Meter(pumps, receivers), receivers)


def run(bench: Bench) -> Result:
    """Alternates relay, SQLite, PostgreSQL, round by round, all of them standing all the time."""
    plan = bench.plan
    result = Result(
        "Fan-out",
        f"One room of {plan.crowd:,} members, {SENDERS} of them with {WINDOW} moves of "
        f"{MOVE_BYTES} bytes in flight each. "
        "Validation, authorisation and the durable log are on. The relay is "
        "`websockets.broadcast` on uvloop without "
        "compression, with the same number of the same receivers.",
    )
    with ExitStack() as stack:
        relay = relay_target(stack, bench)
        rooms: list[Room] = []
        for database in plan.databases:
            bench.say(f"fan-out: {plan.crowd} members join a room on {database}")
            stage = stack.enter_context(bench.stage(database))
            rooms.append(Room(stage, plan.crowd, plan.checked))
        sizes = {room.target.name: room.bytes_per_entry(plan.warm_s) for room in rooms}
        for number in range(plan.rounds):
            bench.say(f"fan-out: round {number + 1} of {plan.rounds}")
            relay.measure(plan.warm_s, plan.seconds, MOVE_BYTES + 2)
            for room in rooms:
                room.target.measure(plan.warm_s, plan.seconds, sizes[room.target.name])
        for room in rooms:
            _conclude(result, room, relay, sizes[room.target.name])
    return result


def _conclude(result: Result, room: Room, relay: Target, bytes_per_entry: float) -> None:
    faults, version = room.check()
    result.faults += faults
    target = room.target
    ratio = target.deliveries() / relay.deliveries()
    result.figures += [
        Figure(f"{target.name}: deliveries/s", rate(target.deliveries())),
        Figure(f"{relay.name}: deliveries/s, same run", rate(relay.deliveries())),
        Figure(
            f"{target.name}: ratio to the relay",
            f"{ratio:.1f}",
            f">= {RATIO_GATE:g}",
            ratio >= RATIO_GATE,
        ),
        Figure(
            f"{target.name}: commands/s", rate(median([r.commands_per_s for r in target.rounds]))
        ),
    ]
    shares = ", ".join(f"{one.load_share:.0%}" for one in target.rounds)
    result.notes += [
        f"{target.name}: {bytes_per_entry:.0f} bytes per entry on the wire; load used {shares} of "
        "its core, round by round; "
        f"deliveries/s by round: {', '.join(rate(one.deliveries_per_s) for one in target.rounds)}",
        f"{target.name}: {len(room.receivers.streams) - len(faults):,} receivers ended at version "
        f"{version + SENDERS * WINDOW:,} "
        "or later as told to the senders; those that check everything got each version once and "
        "in order",
    ]


def board_pumps(
    stage: Stage, room: str, senders: Sequence[Member], *, window: int
) -> tuple[list[Pump], list[Mover]]:
    """Pumps on the connections of these members, each with a token of its own on the board, and
    what they say."""
    idents = [object_id(stage.draw) for _ in senders]
    for number, (member, ident) in enumerate(zip(senders, idents, strict=True)):
        member.submit(room, token(ident, number))
    if not stage.swarm.run(lambda: all(m.latencies for m in senders), limit_s=SETTLE_S_MAX):
        raise Broken("a token was not put on the board")
    movers: list[Mover] = []
    for member, ident in zip(senders, idents, strict=True):
        position = member.session.position(room)
        assert position is not None, "a live member has a position"
        movers.append(Mover(room, ident, position, first_seq=2))
    pumps = [
        Pump(member.connection, mover, window=window)
        for member, mover in zip(senders, movers, strict=True)
    ]
    return pumps, movers
