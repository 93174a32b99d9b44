"""Drafts: from a pick to everybody in the room, on one node and on two; a hundred drafts at once;
one that nobody had open; and five hundred that begin in the same second.

Whoever is on the clock picks over a connection of its own. Everybody is a raw receiver that stamps
what arrives; the owner's is read as well, to know whose turn it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from loadtest.arrivals import Arrivals, missing
from loadtest.bench.draft_room import DraftRoom, open_draft, open_drafts
from loadtest.bench.plan import Bench
from loadtest.bench.several import available, several
from loadtest.figures import Latencies, rate
from loadtest.pump import BUFFER_BYTES
from loadtest.report import Figure, Result
from loadtest.stage import Stage

P99_GATE_MS = 25.0
COLD_GATE_MS = 100.0
STARTS_GATE_MS = 2_000.0
STARTS_AHEAD_S = 3.0
"""Between the setting of the last start and the start."""
QUIET_S = 0.3
LIMIT_S = 60.0


def run(bench: Bench) -> Result:
    """All of it on SQLite, but for the two nodes."""
    plan = bench.plan
    result = Result(
        "Drafts",
        f"Drafts of {plan.draft_seats} teams, {plan.draft_rounds} rounds and {plan.draft_watchers} "
        "spectators. From sending a pick to its entry at the last of all members.",
    )
    with bench.stage() as stage:
        bench.say("drafts: one room")
        result.figures.append(one_by_one(bench, stage, [0], "one process", result))
    with bench.stage() as stage:
        _hundred(bench, stage, result)
    with bench.stage() as stage:
        _starts(bench, stage, result)
    if available():
        with several(bench, 2) as nodes:
            bench.say("drafts: one room on two nodes")
            ports = [node.ws_port for node in nodes.nodes]
            result.figures.insert(
                1, one_by_one(bench, nodes.stage, ports, "two nodes on one core", result)
            )
    else:
        result.notes.append("Not measured on two nodes: it needs PostgreSQL and redis-server.")
    return result


class _Reading:
    """Reads from everybody."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._buffer = memoryview(bytearray(BUFFER_BYTES))

    def until(self, done: Callable[[], bool], limit_s: float = LIMIT_S) -> bool:
        """Until then. False: the limit came first."""
        deadline = time.perf_counter() + limit_s
        while not done():
            if time.perf_counter() > deadline:
                return False
            self._arrivals.drain(self._buffer, 0.002)
        return True

    def quiet(self) -> None:
        """Until nothing comes any more."""
        quiet_at = time.perf_counter() + QUIET_S
        while time.perf_counter() < quiet_at:
            if self._arrivals.drain(self._buffer, QUIET_S / 4):
                quiet_at = time.perf_counter() + QUIET_S


def one_by_one(
    bench: Bench, stage: Stage, ports: Sequence[int], where: str, result: Result
) -> Figure:
    """Each pick when the one before has come to everybody."""
    late: list[float] = []
    every: list[float] = []
    for _ in range(bench.plan.paced_rounds):
        arrivals = Arrivals()
        reading = _Reading(arrivals)
        room = open_draft(stage, bench.plan, arrivals, ports=ports)
        reading.quiet()
        arrivals.forget()
        room.start()
        while reading.until(lambda one=room: one.ready or one.over) and not room.over:
            room.pick()
            reading.until(lambda one=room: one.seen_by_all)
        reading.quiet()
        if not room.over:
            result.faults.append(f"{where}: a draft did not go on")
        last, each = _times([room], arrivals, result)
        late += last
        every += each
        arrivals.close()
        stage.clear()
    found = Latencies.of(late)
    result.notes.append(f"{where}: a pick at every member, {Latencies.of(every)}")
    return Figure(
        f"a pick at the last member, {where}",
        str(found),
        f"p99 < {P99_GATE_MS:g} ms",
        found.p99 < P99_GATE_MS,
    )


def _times(
    rooms: Sequence[DraftRoom], arrivals: Arrivals, result: Result
) -> tuple[list[float], list[float]]:
    """Seconds from each pick to its last member, and to each."""
    whose = {place: room for room in rooms for place in room.places}
    waiting = {place: list(room.sent) for place, room in whose.items()}
    came: dict[tuple[str, int], list[float]] = {
        (room.id, version): [] for room in rooms for version in room.sent
    }
    for one in arrivals.seen():
        room, versions = whose[one.place], waiting[one.place]
        while versions and versions[0] <= one.version:
            version = versions.pop(0)
            came[room.id, version].append(one.at - room.sent[version])
    for room in rooms:
        here = {version: came[room.id, version] for version in room.sent}
        result.faults += missing(here, len(room.places))
        result.faults += room.faults
    return [max(one) for one in came.values() if one], [at for one in came.values() for at in one]


# ---------------------------------------------------------------- many


def _hundred(bench: Bench, stage: Stage, result: Result) -> None:
    """Paced, then as fast as they can; and cold, for all of them are there afterwards."""
    plan = bench.plan
    bench.say(f"drafts: {plan.drafts} rooms")
    arrivals = Arrivals()
    reading = _Reading(arrivals)
    rooms = open_drafts(stage, plan, arrivals, plan.drafts)
    reading.quiet()
    arrivals.forget()
    for room in rooms:
        room.start()
    reading.until(lambda: all(room.ready for room in rooms))
    paced = _paced(bench, rooms, reading)
    reading.quiet()
    last, _ = _times(rooms, arrivals, result)
    result.figures.append(
        Figure(
            f"{plan.drafts} drafts at {plan.draft_per_s} picks/s: at the last member",
            str(Latencies.of(last)),
        )
    )
    for room in rooms:
        room.forget()
    arrivals.forget()
    began, used, served = time.perf_counter(), time.process_time(), stage.server.cpu_s()
    reading.until(lambda: _all_pick(rooms), limit_s=plan.paced_s)
    elapsed = time.perf_counter() - began
    done = sum(len(room.sent) for room in rooms)
    share = (time.process_time() - used) / elapsed
    served = (stage.server.cpu_s() - served) / elapsed
    reading.quiet()
    last, _ = _times(rooms, arrivals, result)
    result.figures += [
        Figure(
            f"{plan.drafts} drafts as fast as they can: picks/s",
            f"{rate(done / elapsed)}, {rate(done / elapsed * len(rooms[0].places))} deliveries/s",
        ),
        Figure("the same: at the last member", str(Latencies.of(last))),
    ]
    result.notes.append(
        f"as fast as they can: load {share:.0%}, server {served:.0%} of its core; "
        f"{paced} picks at a fixed pace before"
    )
    arrivals.close()
    _cold(bench, stage, rooms, result)


def _paced(bench: Bench, rooms: Sequence[DraftRoom], reading: _Reading) -> int:
    """Picks at fixed times, by one draft after the other."""
    plan = bench.plan
    half = len(rooms) * plan.draft_seats * plan.draft_rounds // 2
    total = min(round(plan.draft_per_s * plan.paced_s), half)
    began = time.perf_counter()
    for number in range(total):
        due = began + number / plan.draft_per_s
        reading.until(lambda at=due: time.perf_counter() >= at)
        room = rooms[number % len(rooms)]
        reading.until(lambda one=room: one.ready)
        room.pick()
    return total


def _all_pick(rooms: Sequence[DraftRoom]) -> bool:
    """Whoever is on the clock picks; whether all drafts are over."""
    for room in rooms:
        if room.ready:
            room.pick()
    return all(room.over for room in rooms)


def _cold(bench: Bench, stage: Stage, rooms: Sequence[DraftRoom], result: Result) -> None:
    """After a start of the server nobody has any of them open."""
    bench.say("drafts: cold")
    stage.clear()
    stage.server.terminate()
    stage.server.start()
    took: list[float] = []
    for room in rooms:
        member = stage.member(room.owner)
        member.join(room.id)
        began = time.perf_counter()
        stage.enter([member])
        took.append(member.live_at - began)
        result.faults += member.faults
        member.leave()
    found = Latencies.of(took)
    result.figures.append(
        Figure(
            "a cold draft, from connecting to live",
            str(found),
            f"p95 < {COLD_GATE_MS:g} ms",
            found.p95 < COLD_GATE_MS,
        )
    )


# ---------------------------------------------------------------- the same second


def _starts(bench: Bench, stage: Stage, result: Result) -> None:
    """All of them are to start at one time; how late is the first turn at the last member?"""
    plan = bench.plan
    bench.say(f"drafts: {plan.draft_starts} rooms that will start at once")
    arrivals = Arrivals()
    reading = _Reading(arrivals)
    rooms = open_drafts(stage, plan, arrivals, plan.draft_starts, watchers=0)
    reading.quiet()
    wall = time.time() - time.perf_counter()
    ahead_s = STARTS_AHEAD_S + 0.01 * plan.draft_starts
    at_ms = int((time.time() + ahead_s) * 1000)
    for room in rooms:
        room.start_at(at_ms)
    reading.quiet()
    arrivals.forget()
    asked = time.time()
    bench.say("drafts: they start")
    reading.until(lambda: all(room.ready for room in rooms), limit_s=ahead_s + LIMIT_S)
    reading.quiet()
    came: dict[int, float] = {one.place: one.at for one in arrivals.seen()}
    late = [max(came.get(place, 0.0) for place in room.places) for room in rooms]
    lacking = sum(place not in came for room in rooms for place in room.places)
    if lacking:
        result.faults.append(f"{lacking} members were not told of the start")
    if asked * 1000 >= at_ms:
        result.notes.append("the start was due before everything was ready: look at the plan")
    found = Latencies.of([at + wall - at_ms / 1000 for at in late])
    result.figures.append(
        Figure(
            f"{plan.draft_starts} drafts that start at once: the last member is told whose turn",
            str(found),
            f"p99 < {STARTS_GATE_MS:g} ms",
            found.p99 < STARTS_GATE_MS,
        )
    )
    arrivals.close()
