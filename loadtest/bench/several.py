"""Several nodes on one PostgreSQL and one Redis, and rooms whose members are on different ones.

The first node is the stage's own. All nodes are on the server's core; PostgreSQL, Redis and the
load share the other.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from loadtest.bench.plan import Bench
from loadtest.boards import move, object_id, token
from loadtest.connection import LOOPBACK
from loadtest.http_side import Guest
from loadtest.member import Member
from loadtest.processes import RAISED, PostgresProcess, RedisProcess, ServerProcess
from loadtest.stage import Stage

SETTLE_S_MAX = 30.0
NOT_MEASURED = "Not measured: it needs PostgreSQL and redis-server."


def available() -> bool:
    """Whether there is what several nodes need."""
    return PostgresProcess.available() and RedisProcess.available()


@dataclass(slots=True)
class Several:
    """Nodes that run; the first is that of the stage."""

    stage: Stage
    redis: RedisProcess
    nodes: list[ServerProcess]

    def member(self, guest: Guest, node: int) -> Member:
        """Somebody who will be on that node."""
        return self.stage.member(guest, port=self.nodes[node].ws_port)


@contextmanager
def several(
    bench: Bench, count: int, settings: Mapping[str, str] | None = None
) -> Generator[Several]:
    """So many nodes. Each tells its members where the others are."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisProcess(cores=bench.cores.load))
        shared = {**RAISED, "redis": redis.url, "secret": secrets.token_urlsafe(48)}
        shared |= dict(settings or {})
        stage = stack.enter_context(bench.stage("postgresql", shared))
        assert stage.postgres is not None, "asked for"
        nodes = [stage.server]
        # It began before the others' ports were known to anybody.
        stage.server.terminate()
        for _ in range(count - 1):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-node-"))
            nodes.append(
                ServerProcess(
                    Path(folder),
                    database=stage.postgres.url,
                    settings=shared,
                    cores=bench.cores.server,
                )
            )
        everywhere = ",".join(address_of(node) for node in nodes)
        for node in nodes:
            node.settings |= {"ws_url": address_of(node), "ws_urls": everywhere}
        stage.server.start()
        for node in nodes[1:]:
            stack.enter_context(node)
        yield Several(stage, redis, nodes)


def address_of(node: ServerProcess) -> str:
    """Where members find it, as it says itself."""
    return f"ws://{LOOPBACK}:{node.ws_port}/ws"


@dataclass(slots=True)
class Shared:
    """One room: a sender on one node, and somebody who listens on each of two."""

    room: str
    ident: str
    sender: Member
    near: Member
    far: Member
    sent: int = 0

    @property
    def everybody(self) -> tuple[Member, Member, Member]:
        """All three."""
        return self.sender, self.near, self.far


def fill(nodes: Several, count: int) -> list[Shared]:
    """Rooms with their three members, all live, each with the token that is moved."""
    stage = nodes.stage
    owner = stage.http.guest("Owner")
    made: list[Shared] = []
    for number in range(count):
        room = stage.room(owner, f"Load {number + 1}")
        sender, near, far = (nodes.member(owner, node) for node in (0, 0, 1))
        one = Shared(room, object_id(stage.draw), sender, near, far)
        for member in one.everybody:
            member.join(room)
        made.append(one)
    stage.enter([member for one in made for member in one.everybody])
    for number, one in enumerate(made):
        one.sender.submit(one.room, token(one.ident, number))
        one.sent += 1
    settle(stage, made)
    return made


def pace(stage: Stage, rooms: Sequence[Shared], per_s: int, seconds: float) -> None:
    """Submits at fixed times, room after room, and waits until everybody has seen everything."""
    for one in rooms:
        for member in one.everybody:
            member.keep_times = True
            member.arrivals.clear()
            member.sent_at.clear()
    began, total, done = time.perf_counter(), round(per_s * seconds), 0

    def submit() -> None:
        nonlocal done
        while done < total and began + done / per_s <= time.perf_counter():
            one = rooms[done % len(rooms)]
            one.sender.submit(one.room, move(one.ident, done % 50_000, 0))
            one.sent += 1
            done += 1
        if done < total:
            stage.swarm.after(max(0.0, began + done / per_s - time.perf_counter()), submit)

    submit()
    stage.swarm.run(lambda: done >= total, limit_s=seconds + SETTLE_S_MAX)
    settle(stage, rooms)


def settle(stage: Stage, rooms: Sequence[Shared]) -> None:
    """Until every command is answered, and its entry seen by all three."""

    def settled() -> bool:
        for one in rooms:
            answered = one.sender.accepted.get(one.room, {})
            if len(answered) < one.sent:
                return False
            newest = max(answered.values())
            if min(version_at(member, one.room) for member in (one.near, one.far)) < newest:
                return False
        return True

    stage.swarm.run(settled, limit_s=SETTLE_S_MAX)


def faults_of(rooms: Sequence[Shared]) -> list[str]:
    """Promises that were broken, and commands that did not come through in time."""
    found: list[str] = []
    for one in rooms:
        for member in one.everybody:
            found += member.faults
        answered = one.sender.accepted.get(one.room, {})
        if len(answered) < one.sent:
            found.append(f"{one.sent - len(answered)} commands were not accepted")
        elif min(version_at(m, one.room) for m in (one.near, one.far)) < max(answered.values()):
            found.append("a member did not see everything")
    return found


def deliveries(sender: Member, receiver: Member) -> list[tuple[float, float]]:
    """When each of the sender's entries was submitted, and how many seconds later it arrived."""
    return [
        (sender.sent_at[version], arrived - sender.sent_at[version])
        for arrived, first, count in receiver.arrivals
        for version in range(first, first + count)
        if version in sender.sent_at
    ]


def version_at(member: Member, room: str) -> int:
    """Where the member stands; 0 before its first picture."""
    position = member.session.position(room)
    return 0 if position is None else position.version
