"""Two nodes without their Redis, and with one that forgot everything: nothing may be lost, and how
late are the entries of the other node meanwhile and afterwards?
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from loadtest.bench.plan import Bench
from loadtest.bench.several import (
    NOT_MEASURED,
    Several,
    Shared,
    available,
    deliveries,
    faults_of,
    fill,
    pace,
    several,
)
from loadtest.figures import Latencies
from loadtest.report import Figure, Result

FLUSHES = 5


def run(bench: Bench) -> Result:
    """Before, away, after; then it forgets, again and again."""
    plan = bench.plan
    result = Result(
        "Redis away",
        f"{plan.away_per_s} commands/s over {plan.node_rooms} rooms, each with a sender on one node"
        f" and a member on each; from submitting to receiving the entry. Redis is killed, and "
        f"started again, empty, {plan.away_s:g} s later; afterwards it is sent FLUSHALL "
        f"{FLUSHES} times.",
    )
    if not available():
        result.notes.append(NOT_MEASURED)
        return result
    with several(bench, 2) as nodes:
        bench.say(f"redis: {plan.node_rooms} rooms fill")
        rooms = fill(nodes, plan.node_rooms)
        _measure(bench, nodes, rooms, result)
    return result


def _measure(bench: Bench, nodes: Several, rooms: Sequence[Shared], result: Result) -> None:
    plan, redis, swarm = bench.plan, nodes.redis, nodes.stage.swarm
    whole = plan.paced_s + plan.away_s + plan.paced_s
    began = time.perf_counter()
    marks: list[float] = [began]

    def then(seconds: float, what: Callable[[], None]) -> None:
        def act() -> None:
            what()
            marks.append(time.perf_counter())

        swarm.after(seconds, act)

    bench.say(f"redis: {whole:g} s, of which it is away for {plan.away_s:g}")
    then(plan.paced_s, redis.kill)
    then(plan.paced_s + plan.away_s, redis.start)
    pace(nodes.stage, rooms, plan.away_per_s, whole)
    marks.append(time.perf_counter())
    result.faults += faults_of(rooms)
    names = ("before", "while it is away", "after it came back")
    result.figures += _by_phase(names, rooms, marks)
    bench.say(f"redis: it forgets {FLUSHES} times")
    for number in range(FLUSHES):
        swarm.after((number + 0.5) * plan.paced_s / FLUSHES, redis.flush)
    pace(nodes.stage, rooms, plan.away_per_s, plan.paced_s)
    result.faults += faults_of(rooms)
    result.figures += _by_phase(("while it forgets",), rooms, [0.0, time.perf_counter()])
    result.notes.append(
        "of the phases counts when a command was submitted; within one node: "
        + str(Latencies.of([late for one in rooms for _, late in deliveries(one.sender, one.near)]))
    )


def _by_phase(
    names: Sequence[str], rooms: Sequence[Shared], marks: Sequence[float]
) -> list[Figure]:
    """Between the nodes, by when the commands were submitted."""
    late = [pair for one in rooms for pair in deliveries(one.sender, one.far)]
    figures: list[Figure] = []
    for name, first, last in zip(names, marks, marks[1:], strict=False):
        these = [seconds for at, seconds in late if first <= at < last]
        figures.append(Figure(f"between the nodes, {name}", str(Latencies.of(these))))
    return figures
