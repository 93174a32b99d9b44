"""Nodes restarted one after the other under load: for how long does a member hear nothing, is an
error shown, is anything lost?
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from loadtest.bench.plan import Bench
from loadtest.bench.several import NOT_MEASURED, SETTLE_S_MAX, Several, available, several
from loadtest.bench.several import version_at as at
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies
from loadtest.member import Member
from loadtest.moving import MovingMember
from loadtest.processes import START_S_MAX, ServerProcess
from loadtest.report import Figure, Result

NODES = 3
ROOM_MEMBERS = 10
PAUSE_P99_GATE_S = 1.0
PAUSE_WORST_GATE_S = 3.0
DRAIN_S_MAX = 60.0
LOOK_S = 0.05
BETWEEN_S = 1.0
"""Of load between two restarts."""


@dataclass(slots=True)
class _Room:
    """Members on all nodes; the first one writes."""

    room: str
    ident: str
    members: list[Member]
    sent: int = 0


def run(bench: Bench) -> Result:
    """Each node drains, ends and comes back, and then the next one."""
    plan = bench.plan
    result = Result(
        "A rolling restart",
        f"{plan.rolling_members:,} members in rooms of {ROOM_MEMBERS} on {NODES} nodes, "
        f"{plan.rolling_per_s} commands/s. Each node is sent SIGTERM, ends and is started again, "
        "one after the other. A member's pause is the longest time from the submission of an entry "
        "of its room to its arrival there. All nodes share one core.",
    )
    if not available():
        result.notes.append(NOT_MEASURED)
        return result
    with several(bench, NODES) as nodes:
        bench.say(f"rolling: {plan.rolling_members} members join")
        rooms = _fill(nodes, plan.rolling_members)
        ports = [node.ws_port for node in nodes.nodes]
        movers = [MovingMember(one, ports) for room in rooms for one in room.members]
        usual = _usual(bench, nodes, rooms)
        for room in rooms:
            for member in room.members:
                member.arrivals.clear()
        took = _restarts(bench, nodes, rooms)
        pauses = [_pause(room, member) for room in rooms for member in room.members]
        _conclude(result, pauses, usual, movers)
        result.notes.append(
            "from SIGTERM to serving again: " + ", ".join(f"{one:.1f} s" for one in took)
        )
        result.faults += _faults(rooms)
    return result


def _fill(nodes: Several, count: int) -> list[_Room]:
    stage = nodes.stage
    owner = stage.http.guest("Owner")
    rooms: list[_Room] = []
    for number in range(max(1, count // ROOM_MEMBERS)):
        room = stage.room(owner, f"Load {number + 1}")
        here = min(ROOM_MEMBERS, count)
        members = [nodes.member(owner, (number + n) % len(nodes.nodes)) for n in range(here)]
        for member in members:
            member.join(room)
            member.keep_times = True
        rooms.append(_Room(room, object_id(stage.draw), members))
    stage.enter([one for room in rooms for one in room.members])
    for number, one in enumerate(rooms):
        one.members[0].submit(one.room, token(one.ident, number))
        one.sent += 1
    stage.swarm.run(lambda: _settled(rooms), limit_s=SETTLE_S_MAX)
    return rooms


def _settled(rooms: list[_Room]) -> bool:
    for one in rooms:
        answered = one.members[0].accepted.get(one.room, {})
        if len(answered) < one.sent:
            return False
        newest = max(answered.values())
        if any(at(member, one.room) < newest for member in one.members):
            return False
    return True


class _Load:
    """Commands at fixed times, room after room, until it is stopped."""

    def __init__(self, nodes: Several, rooms: list[_Room], per_s: int) -> None:
        self.stopped = False
        self._swarm, self._rooms, self._per_s = nodes.stage.swarm, rooms, per_s
        self._began, self._done = time.perf_counter(), 0
        self._submit()

    def _submit(self) -> None:
        while not self.stopped and self._due() <= time.perf_counter():
            one = self._rooms[self._done % len(self._rooms)]
            one.members[0].submit(one.room, move(one.ident, self._done % 50_000, 0))
            one.sent += 1
            self._done += 1
        if not self.stopped:
            self._swarm.after(max(0.0, self._due() - time.perf_counter()), self._submit)

    def _due(self) -> float:
        return self._began + self._done / self._per_s


def _usual(bench: Bench, nodes: Several, rooms: list[_Room]) -> Latencies:
    """What deliveries take while nobody restarts."""
    bench.say("rolling: before")
    swarm = nodes.stage.swarm
    load = _Load(nodes, rooms, bench.plan.rolling_per_s)
    swarm.run(lambda: False, limit_s=bench.plan.paced_s)
    load.stopped = True
    swarm.run(lambda: _settled(rooms), limit_s=SETTLE_S_MAX)
    everybody = [(room, one) for room in rooms for one in room.members]
    return Latencies.of([late for room, one in everybody for late in _late(room, one)])


def _restarts(bench: Bench, nodes: Several, rooms: list[_Room]) -> list[float]:
    """Seconds that each took."""
    swarm = nodes.stage.swarm
    load = _Load(nodes, rooms, bench.plan.rolling_per_s)
    took: list[float] = []
    for number, node in enumerate(nodes.nodes, 1):
        bench.say(f"rolling: node {number} of {len(nodes.nodes)}")
        swarm.run(lambda: False, limit_s=BETWEEN_S)
        began = time.perf_counter()
        node.ask_to_drain()
        swarm.run(lambda one=node: not one.running, limit_s=DRAIN_S_MAX)
        node.terminate()
        node.launch()
        _wait_for(nodes, node)
        took.append(time.perf_counter() - began)
    swarm.run(lambda: False, limit_s=BETWEEN_S)
    load.stopped = True
    swarm.run(lambda: _settled(rooms), limit_s=SETTLE_S_MAX)
    return took


def _wait_for(nodes: Several, node: ServerProcess) -> None:
    """Until the node serves, while the load goes on: asked beside it, for a node that begins takes
    connections before it answers them."""
    swarm = nodes.stage.swarm
    with ThreadPoolExecutor(1) as beside:
        live = beside.submit(node.wait_until_live)

        def look() -> None:
            if not live.done():
                swarm.after(LOOK_S, look)

        look()
        swarm.run(live.done, limit_s=START_S_MAX)
        live.result()


def _late(room: _Room, member: Member) -> list[float]:
    sent = room.members[0].sent_at
    return [
        arrived - sent[version]
        for arrived, first, count in member.arrivals
        for version in range(first, first + count)
        if version in sent
    ]


def _pause(room: _Room, member: Member) -> float:
    """The longest that an entry took to this member; seconds."""
    return max(_late(room, member), default=0.0)


def _conclude(
    result: Result, pauses: list[float], usual: Latencies, movers: list[MovingMember]
) -> None:
    found = Latencies.of(pauses)
    errors = [code for one in movers for code in one.member.errors]
    result.figures += [
        Figure(
            "pause of a member",
            str(found),
            f"p99 < {PAUSE_P99_GATE_S:g} s, worst <= {PAUSE_WORST_GATE_S:g} s",
            found.p99 < PAUSE_P99_GATE_S * 1000 and found.worst <= PAUSE_WORST_GATE_S * 1000,
        ),
        Figure("deliveries before", str(usual)),
        Figure("errors shown", f"{len(errors)}", "0", not errors),
    ]
    result.notes.append(
        f"{sum(one.moves for one in movers):,} times a member was at the named node before it left "
        f"its own; {sum(one.losses for one in movers):,} times it was sent away first"
        + (f"; errors {sorted(set(errors))}" if errors else "")
    )


def _faults(rooms: list[_Room]) -> list[str]:
    found = [fault for room in rooms for one in room.members for fault in one.faults]
    for one in rooms:
        refused = [code.code for member in one.members for code in member.refused]
        lost = one.sent - len(one.members[0].accepted.get(one.room, {}))
        if refused or lost:
            found.append(f"{lost} commands were not accepted; refused {refused[:3]}")
        elif not _settled([one]):
            found.append(f"{one.room}: a member did not see everything")
    return found
