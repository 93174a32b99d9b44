"""Delivery between two nodes: from a command's submission on one to its entry at a member of the
other, beside the same on one node.

Both nodes are on the server's core; PostgreSQL, Redis and the load share the other. Needs
PostgreSQL (its wheel) and redis-server; without them it is skipped, and says so.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from loadtest.bench.plan import Bench
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies
from loadtest.http_side import Guest
from loadtest.member import Member
from loadtest.processes import RAISED, PostgresProcess, RedisProcess, ServerProcess
from loadtest.report import Figure, Result
from loadtest.stage import Stage

P99_GATE_MS = 5.0
SETTLE_S_MAX = 30.0


@dataclass(slots=True)
class _Room:
    """One sender on the first node, one member on each who listens."""

    room: str
    ident: str
    sender: Member
    near: Member
    far: Member
    sent: int = 0


def run(bench: Bench) -> Result:
    """Commands at a fixed rate over all rooms."""
    plan = bench.plan
    result = Result(
        "Between two nodes",
        f"{plan.node_per_s} commands/s over {plan.node_rooms} rooms, each with a sender on one node"
        " and a member on each; from submitting to receiving the entry. Both nodes share one core.",
    )
    if not (PostgresProcess.available() and RedisProcess.available()):
        result.notes.append("Not measured: it needs PostgreSQL and redis-server.")
        return result
    with ExitStack() as stack:
        redis = stack.enter_context(RedisProcess(cores=bench.cores.load))
        settings = {**RAISED, "redis": redis.url, "secret": secrets.token_urlsafe(48)}
        stage = stack.enter_context(bench.stage("postgresql", settings))
        assert stage.postgres is not None, "asked for"
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-node-")))
        other = stack.enter_context(
            ServerProcess(
                folder,
                database=stage.postgres.url,
                settings=settings,
                cores=bench.cores.server,
            )
        )
        bench.say(f"nodes: {plan.node_rooms} rooms fill")
        rooms = _fill(stage, other.ws_port, plan.node_rooms)
        near: list[list[float]] = []
        far: list[list[float]] = []
        for number in range(plan.paced_rounds):
            bench.say(f"nodes: round {number + 1} of {plan.paced_rounds}")
            _pace(stage, rooms, plan.node_per_s, plan.paced_s)
            result.faults += _faults(rooms)
            near.append([s for one in rooms for s in _deliveries(one.sender, one.near)])
            far.append([s for one in rooms for s in _deliveries(one.sender, one.far)])
        result.figures += [
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


def _fill(stage: Stage, far_port: int, count: int) -> list[_Room]:
    """Rooms with their three members, all live, each with the token that is moved."""
    owner = stage.http.guest("Owner")
    made: list[_Room] = []
    for number in range(count):
        room = stage.room(owner, f"Load {number + 1}")
        sender, near = stage.member(owner), stage.member(owner)
        far = _far_member(stage, owner, far_port)
        for member in (sender, near, far):
            member.join(room)
        made.append(_Room(room, object_id(stage.draw), sender, near, far))
    everybody = [one for room in made for one in (room.sender, room.near, room.far)]
    stage.enter(everybody)
    for number, one in enumerate(made):
        one.sender.submit(one.room, token(one.ident, number))
        one.sent += 1
    _settle(stage, made)
    return made


def _far_member(stage: Stage, guest: Guest, port: int) -> Member:
    member = Member(
        stage.swarm,
        port,
        client=f"load-far-{stage.draw.getrandbits(64):016x}",
        token=guest.token,
    )
    stage.adopt(member)
    return member


def _pace(stage: Stage, rooms: Sequence[_Room], per_s: int, seconds: float) -> None:
    """Submits at fixed times, room after room, and waits until everybody has seen everything."""
    for one in rooms:
        for member in (one.sender, one.near, one.far):
            member.keep_times = True
            member.arrivals.clear()
            member.sent_at.clear()
    began, total, done = time.perf_counter(), round(per_s * seconds), 0

    def submit() -> None:
        nonlocal done
        while done < total and began + done / per_s <= time.perf_counter():
            one = rooms[done % len(rooms)]
            one.sender.submit(one.room, move(one.ident, done, 0))
            one.sent += 1
            done += 1
        if done < total:
            stage.swarm.after(max(0.0, began + done / per_s - time.perf_counter()), submit)

    submit()
    stage.swarm.run(lambda: done >= total, limit_s=seconds + SETTLE_S_MAX)
    _settle(stage, rooms)


def _settle(stage: Stage, rooms: Sequence[_Room]) -> None:
    """Until every command is answered, and its entry seen by all three."""

    def settled() -> bool:
        for one in rooms:
            answered = one.sender.accepted.get(one.room, {})
            if len(answered) < one.sent:
                return False
            newest = max(answered.values())
            if min(_at(member, one.room) for member in (one.near, one.far)) < newest:
                return False
        return True

    stage.swarm.run(settled, limit_s=SETTLE_S_MAX)


def _faults(rooms: Sequence[_Room]) -> list[str]:
    """Promises that were broken, and commands that did not come through in time."""
    found: list[str] = []
    for one in rooms:
        for member in (one.sender, one.near, one.far):
            found += member.faults
        answered = one.sender.accepted.get(one.room, {})
        if len(answered) < one.sent:
            found.append(f"{one.sent - len(answered)} commands were not accepted")
        elif min(_at(one.near, one.room), _at(one.far, one.room)) < max(answered.values()):
            found.append("a member did not see everything")
    return found


def _deliveries(sender: Member, receiver: Member) -> list[float]:
    """Seconds from submitting to arrival, of every entry of the sender."""
    return [
        arrived - sender.sent_at[version]
        for arrived, first, count in receiver.arrivals
        for version in range(first, first + count)
        if version in sender.sent_at
    ]


def _at(member: Member, room: str) -> int:
    position = member.session.position(room)
    return 0 if position is None else position.version
