"""Delivery between two nodes: from a command's submission on one to its entry at a member of the
other, beside the same on one node; and the most that two nodes take with everybody told.

Both nodes are on the server's core; PostgreSQL, Redis and the load share the other. Needs
PostgreSQL (its wheel) and redis-server; without them it is skipped, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.arrivals import Arrivals
from loadtest.bench.fan_out import QUIET_S, board_pumps
from loadtest.bench.plan import Bench
from loadtest.bench.several import (
    NOT_MEASURED,
    SETTLE_S_MAX,
    Several,
    available,
    deliveries,
    faults_of,
    fill,
    pace,
    several,
)
from loadtest.boards import Mover
from loadtest.figures import Latencies, median, rate
from loadtest.member import Member
from loadtest.pump import Meter, Pump
from loadtest.report import Figure, Result

P99_GATE_MS = 5.0
WINDOW = 2


def run(bench: Bench) -> Result:
    """Commands at a fixed rate over all rooms, then as many as there can be."""
    plan = bench.plan
    result = Result(
        "Between two nodes",
        f"{plan.node_per_s} commands/s over {plan.node_rooms} rooms, each with a sender on one node"
        " and a member on each; from submitting to receiving the entry. Both nodes share one core. "
        f"Then every sender, half of them on either node, has {WINDOW} moves in flight.",
    )
    if not available():
        result.notes.append(NOT_MEASURED)
        return result
    with several(bench, 2) as nodes:
        bench.say(f"nodes: {plan.node_rooms} rooms fill")
        rooms = fill(nodes, plan.node_rooms)
        near: list[list[float]] = []
        far: list[list[float]] = []
        for number in range(plan.paced_rounds):
            bench.say(f"nodes: round {number + 1} of {plan.paced_rounds}")
            pace(nodes.stage, rooms, plan.node_per_s, plan.paced_s)
            result.faults += faults_of(rooms)
            near.append([late for one in rooms for _, late in deliveries(one.sender, one.near)])
            far.append([late for one in rooms for _, late in deliveries(one.sender, one.far)])
        nodes.stage.clear()
        _saturated(bench, nodes, result)
        result.figures[:0] = [
            _figure("from one node to the other", far, P99_GATE_MS),
            _figure("within one node", near, None),
        ]
        result.notes.append(
            "ms by round: "
            + "; ".join(
                f"between nodes {Latencies.of(b)}, within one {Latencies.of(a)}"
                for a, b in zip(near, far, strict=True)
            )
        )
    return result


def _figure(name: str, rounds: Sequence[Sequence[float]], gate_ms: float | None) -> Figure:
    pooled = Latencies.of([latency for one in rounds for latency in one])
    if gate_ms is None:
        return Figure(name, str(pooled))
    return Figure(name, str(pooled), f"p99 < {gate_ms:g} ms", pooled.p99 < gate_ms)


# ---------------------------------------------------------------- the most there can be


@dataclass(slots=True)
class _Busy:
    """A room whose sender never waits, and somebody on the other node who reads."""

    room: str
    pump: Pump
    mover: Mover
    reader: int
    """Its place."""


def _saturated(bench: Bench, nodes: Several, result: Result) -> None:
    plan = bench.plan
    bench.say("nodes: rooms fill for the most there can be")
    arrivals = Arrivals()
    rooms = _busy_rooms(bench, nodes, arrivals)
    meter = Meter([one.pump for one in rooms], arrivals)
    rates: list[float] = []
    behind: list[float] = []
    for number in range(plan.rounds):
        bench.say(f"nodes: the most, round {number + 1} of {plan.rounds}")
        meter.run(plan.warm_s)
        before, began = sum(one.pump.settled for one in rooms), time.perf_counter()
        meter.run(plan.seconds)
        ended = time.perf_counter()
        rates.append((sum(one.pump.settled for one in rooms) - before) / (ended - began))
        meter.settle(limit_s=SETTLE_S_MAX)
        meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)
        behind.append(max(0.0, arrivals.last_at - ended))
    last: dict[int, int] = {}
    for one in arrivals.seen():
        last[one.place] = one.version
    for one in rooms:
        if last.get(one.reader) != one.mover.version:
            result.faults.append(
                f"{one.room}: the other node told {last.get(one.reader)}, "
                f"accepted was {one.mover.version}"
            )
    arrivals.close()
    result.figures.append(Figure("the most, accepted/s", rate(median(rates))))
    result.notes.append(
        f"the most by round: {', '.join(rate(one) for one in rates)} accepted/s; the other node "
        "had told everybody everything "
        f"{', '.join(f'{late * 1000:.0f} ms' for late in behind)} after the senders stopped"
    )


def _busy_rooms(bench: Bench, nodes: Several, arrivals: Arrivals) -> list[_Busy]:
    stage, plan = nodes.stage, bench.plan
    owner = stage.http.guest("Owner")
    pairs: list[tuple[str, Member, Member]] = []
    for number in range(plan.node_rooms):
        room = stage.room(owner, f"Busy {number + 1}")
        home = number % 2
        sender, reader = nodes.member(owner, home), nodes.member(owner, 1 - home)
        for member in (sender, reader):
            member.join(room)
        pairs.append((room, sender, reader))
    stage.enter([member for _, *both in pairs for member in both])
    rooms: list[_Busy] = []
    for room, sender, reader in pairs:
        (pump,), (mover,) = board_pumps(stage, room, [sender], window=WINDOW)
        for member in (sender, reader):
            stage.swarm.release(member)
        rooms.append(_Busy(room, pump, mover, arrivals.enter(reader.connection)))
    return rooms
