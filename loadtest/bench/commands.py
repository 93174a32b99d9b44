"""Throughput and latency of commands over small rooms: saturated, paced, and beside a room that
saturates the server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from loadtest.bench.fan_out import QUIET_S, SENDERS, SETTLE_S_MAX, board_pumps
from loadtest.bench.fan_out import WINDOW as CROWD_WINDOW
from loadtest.bench.plan import Bench
from loadtest.boards import Mover
from loadtest.figures import Latencies, median, rate
from loadtest.member import Member
from loadtest.processes import family_cpu_s
from loadtest.pump import Meter, Pump, Receivers
from loadtest.report import Figure, Result
from loadtest.stage import DatabaseName, Stage
from protocol.errors import RemoteProtocolError

WINDOW = 2
COMMANDS_GATE = 30_000
PACED_P99_GATE_MS = 3.0
BESIDE_P99_GATE_MS = 10.0
BESIDE_PER_S = 100
NAMES: dict[DatabaseName, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(slots=True)
class SmallRooms:
    """Rooms in which every member is a sender, on one stage."""

    stage: Stage
    members: list[Member] = field(default_factory=list[Member])
    pumps: list[Pump] = field(default_factory=list[Pump])
    movers: list[Mover] = field(default_factory=list[Mover])
    watchers: list[tuple[str, Member, Pump]] = field(default_factory=list[tuple[str, Member, Pump]])
    """One per room: its entries are kept and checked afterwards."""

    @classmethod
    def fill(cls, stage: Stage, rooms: int, members: int, *, window: int) -> SmallRooms:
        """Makes the rooms and lets everybody in."""
        made = cls(stage)
        owner, guests = stage.people(rooms * members)
        for number in range(rooms):
            room = stage.room(owner, f"Load {number + 1}")
            here = guests[number * members : (number + 1) * members]
            crowd = stage.crowd(room, stage.invitation(room, owner), here)
            pumps, movers = board_pumps(stage, room, crowd, window=window)
            made.members += crowd
            made.pumps += pumps
            made.movers += movers
            made.watchers.append((room, crowd[0], pumps[0]))
        # Before anybody stops listening by session: let everybody see everything so far.
        for room, _, _ in made.watchers:
            newest = max(mover.version for mover in made.movers if mover.room == room)
            here = [m for m in made.members if m.rooms == [room]]
            stage.swarm.run(
                lambda r=room, v=newest, h=here: all(_at(m, r) >= v for m in h),
                limit_s=SETTLE_S_MAX,
            )
        for member in made.members:
            stage.swarm.release(member)
        for _, _, pump in made.watchers:
            pump.kept = []
        return made

    def check(self) -> list[str]:
        """What the watchers found: every version once and in order, up to the last accepted one."""
        faults: list[str] = []
        for room, member, pump in self.watchers:
            try:
                for payload in pump.kept or ():
                    if payload.startswith(b'{"type":"entries"'):
                        member.session.receive(payload)
            except RemoteProtocolError as broken:
                faults.append(str(broken))
                continue
            newest = max(mover.version for mover in self.movers if mover.room == room)
            if _at(member, room) != newest:
                faults.append(
                    f"{room}: a member ended at {_at(member, room)}, accepted was {newest}"
                )
        return faults


def saturated(bench: Bench) -> Result:
    """Commands per second into many small rooms, everybody with two in flight; databases
    alternate."""
    plan = bench.plan
    result = Result(
        "Commands per second",
        f"{plan.rooms} rooms of {plan.members} members; every member has {WINDOW} moves in flight "
        "and is sent everybody's.",
    )
    with ExitStack() as stack:
        standing: dict[DatabaseName, SmallRooms] = {}
        for database in plan.databases:
            bench.say(f"commands: {plan.rooms} rooms fill on {database}")
            stage = stack.enter_context(bench.stage(database))
            standing[database] = SmallRooms.fill(stage, plan.rooms, plan.members, window=WINDOW)
        meters = {database: Meter(standing[database].pumps) for database in plan.databases}
        rates: dict[DatabaseName, list[float]] = {database: [] for database in plan.databases}
        shares: dict[DatabaseName, list[str]] = {database: [] for database in plan.databases}
        for number in range(plan.rounds):
            bench.say(f"commands: round {number + 1} of {plan.rounds}")
            for database in plan.databases:
                per_s, share = _one_round(bench, standing[database], meters[database])
                rates[database].append(per_s)
                shares[database].append(share)
        for database in plan.databases:
            small = standing[database]
            result.faults += small.check()
            per_s = median(rates[database])
            result.figures.append(
                Figure(
                    f"{NAMES[database]}: accepted/s",
                    rate(per_s),
                    f">= {COMMANDS_GATE:,}",
                    per_s >= COMMANDS_GATE,
                )
            )
            result.notes.append(
                f"{NAMES[database]}: by round {', '.join(rate(r) for r in rates[database])}; "
                f"processor by round: {'; '.join(shares[database])}"
            )
    return result


def _one_round(bench: Bench, small: SmallRooms, meter: Meter) -> tuple[float, str]:
    plan, stage = bench.plan, small.stage
    meter.run(plan.warm_s)
    before = sum(pump.settled for pump in small.pumps)
    began, used, served = time.perf_counter(), time.process_time(), stage.server.cpu_s()
    stored = family_cpu_s(stage.postgres.pid) if stage.postgres else 0.0
    meter.run(plan.seconds)
    elapsed = time.perf_counter() - began
    done = sum(pump.settled for pump in small.pumps) - before
    share = (
        f"load {(time.process_time() - used) / elapsed:.0%}, "
        f"server {(stage.server.cpu_s() - served) / elapsed:.0%}"
    )
    if stage.postgres:
        share += f", database {(family_cpu_s(stage.postgres.pid) - stored) / elapsed:.0%}"
    meter.settle(limit_s=SETTLE_S_MAX)
    meter.quiet(quiet_s=0.1, limit_s=SETTLE_S_MAX)
    return done / elapsed, share


def paced(bench: Bench) -> Result:
    """The time to a durable answer at a fixed rate, sent whether or not earlier ones are
    answered."""
    plan = bench.plan
    result = Result(
        "Durable answer",
        f"{plan.paced_per_s} commands/s over {plan.rooms} rooms of {plan.members} members, at "
        "fixed intervals; "
        "from sending to `accepted`.",
    )
    for database in plan.databases:
        with bench.stage(database) as stage:
            bench.say(f"durable answer: {plan.rooms} rooms fill on {database}")
            small = SmallRooms.fill(stage, plan.rooms, plan.members, window=0)
            meter = Meter(small.pumps)
            rounds = _paced_rounds(bench, meter, small.pumps, plan.paced_per_s, database)
            meter.settle(limit_s=SETTLE_S_MAX)
            meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)
            result.faults += small.check()
        result.notes.append(_by_round(database, rounds))
        result.figures += paced_figures(NAMES[database], rounds, PACED_P99_GATE_MS)
    return result


def beside(bench: Bench) -> Result:
    """Small rooms on a server that a crowded room keeps busy without a pause."""
    plan = bench.plan
    result = Result(
        "Small rooms beside a saturated one",
        f"{plan.rooms} rooms of {plan.members} members at {BESIDE_PER_S} commands/s together, "
        f"while a room of {plan.crowd:,} has "
        f"{SENDERS} senders with {CROWD_WINDOW} moves in flight without a pause.",
    )
    for database in plan.databases:
        with bench.stage(database) as stage:
            bench.say(f"beside: {plan.crowd} members and {plan.rooms} rooms on {database}")
            owner, guests = stage.people(plan.crowd)
            room = stage.room(owner)
            crowd = stage.crowd(room, stage.invitation(room, owner), guests)
            pumps, _ = board_pumps(stage, room, crowd[:SENDERS], window=CROWD_WINDOW)
            small = SmallRooms.fill(stage, plan.rooms, plan.members, window=0)
            for member in crowd:
                stage.swarm.release(member)
            receivers = Receivers([m.connection for m in crowd[SENDERS:]])
            meter = Meter([*pumps, *small.pumps], receivers)
            before, began = sum(pump.settled for pump in pumps), time.perf_counter()
            rounds = _paced_rounds(bench, meter, small.pumps, BESIDE_PER_S, database)
            crowded = sum(pump.settled for pump in pumps) - before
            crowded /= time.perf_counter() - began
            meter.settle(limit_s=SETTLE_S_MAX)
            meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)
            result.faults += small.check()
        result.notes.append(_by_round(database, rounds))
        result.figures += paced_figures(NAMES[database], rounds, BESIDE_P99_GATE_MS)
        result.notes.append(
            f"{NAMES[database]}: the crowded room took {rate(crowded)} commands/s meanwhile "
            f"({rate(crowded * plan.crowd)} deliveries/s)"
        )
    return result


def _paced_rounds(
    bench: Bench, meter: Meter, pumps: Sequence[Pump], per_s: int, database: DatabaseName
) -> list[list[float]]:
    """All latencies in seconds, round by round."""
    rounds: list[list[float]] = []
    for number in range(bench.plan.paced_rounds):
        bench.say(f"round {number + 1}: {bench.plan.paced_s:g} s on {database}")
        rounds.append(_pace(meter, pumps, per_s, bench.plan.paced_s))
    return rounds


def paced_figures(name: str, rounds: Sequence[Sequence[float]], p99_gate_ms: float) -> list[Figure]:
    """Two figures of the same latencies (seconds, round by round). The gate is on all of them
    together. The median of the rounds' percentiles stands beside it: where the two are far apart,
    one round had a stall of its own."""
    pooled = Latencies.of([latency for one in rounds for latency in one])
    middle = Latencies.median([Latencies.of(one) for one in rounds])
    counted = "1 round" if len(rounds) == 1 else f"{len(rounds)} rounds"
    return [
        Figure(
            f"{name}, all of {counted} together",
            str(pooled),
            f"p99 < {p99_gate_ms:g} ms",
            pooled.p99 < p99_gate_ms,
        ),
        Figure(f"{name}, median of {counted}", str(middle)),
    ]


def _by_round(database: DatabaseName, rounds: Sequence[Sequence[float]]) -> str:
    each = [Latencies.of(one) for one in rounds]
    told = "; ".join(f"p50 {one.p50:.2f}, p99 {one.p99:.2f}" for one in each)
    return f"{NAMES[database]}, ms by round: {told}"


def _pace(meter: Meter, pumps: Sequence[Pump], per_s: int, seconds: float) -> list[float]:
    """Sends one command after another at fixed times, by one pump after another; all their
    latencies."""
    for pump in pumps:
        pump.latencies.clear()
    began = time.perf_counter()
    for number in range(int(per_s * seconds)):
        meter.run(began + number / per_s - time.perf_counter())
        # Rooms in turn: neighbours in the list share one.
        pumps[number * 7 % len(pumps)].fill(time.perf_counter(), more=1)
    meter.run(0.05)
    for pump in pumps:
        pump.stopped = True
    meter.settle(limit_s=SETTLE_S_MAX)
    return [latency for pump in pumps for latency in pump.latencies]


def _at(member: Member, room: str) -> int:
    position = member.session.position(room)
    return 0 if position is None else position.version
