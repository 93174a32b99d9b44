"""What a joined member costs while nothing happens, and how fast five thousand come back at
once."""

from __future__ import annotations

import time

from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, size
from loadtest.member import Member
from loadtest.report import Figure, Result
from loadtest.stage import Stage

MEMORY_GATE = 18 * 1024
RESUME_GATE_S = 4.0
ROOM_MEMBERS = 100
WARM_SHARE = 5
"""A fifth of the members come first: what a server needs once is not counted to a member."""
RESUME_S_MAX = 60.0


def run(bench: Bench) -> Result:
    """Both with the same members, on SQLite: storage has no part in either."""
    plan = bench.plan
    result = Result(
        "Members",
        f"{plan.idle_members:,} members in rooms of {ROOM_MEMBERS}, idle. Memory is the growth of "
        "the server's resident memory "
        "from the first fifth of them to all, divided by their number. Then every connection is "
        "cut and all connect at once, "
        "each resuming from its position.",
    )
    with bench.stage() as stage:
        owner, guests = stage.people(plan.idle_members)
        members: list[Member] = []
        first_bytes = first_count = 0
        for first in range(0, len(guests), ROOM_MEMBERS):
            room = stage.room(owner)
            invite = stage.invitation(room, owner)
            members += stage.crowd(room, invite, guests[first : first + ROOM_MEMBERS])
            if not first_count and len(members) >= len(guests) // WARM_SHARE:
                _settle(stage)
                first_count, first_bytes = len(members), stage.server.memory_bytes()
            bench.say(f"members: {len(members):,} of {len(guests):,} have joined")
        _settle(stage)
        last_bytes = stage.server.memory_bytes()
        each = (last_bytes - first_bytes) / max(1, len(members) - first_count)
        result.figures.append(
            Figure(
                "memory per joined idle member",
                size(each),
                f"<= {size(MEMORY_GATE)}",
                each <= MEMORY_GATE,
            )
        )
        result.notes.append(
            f"resident memory: {size(first_bytes)} with {first_count:,} members, "
            f"{size(last_bytes)} with {len(members):,}"
        )
        _storm(bench, stage, members, result)
        result.faults += [fault for member in members for fault in member.faults]
    return result


def _settle(stage: Stage) -> None:
    """Lets everything that joins have caused arrive."""
    stage.swarm.run(lambda: False, limit_s=0.5)


def _storm(bench: Bench, stage: Stage, members: list[Member], result: Result) -> None:
    bench.say(f"members: {len(members):,} are cut and come back at once")
    for member in members:
        member.drop()
    stage.swarm.run(lambda: False, limit_s=1.0)
    resets = sum(member.resets for member in members)
    served, used = stage.server.cpu_s(), time.process_time()
    began = time.perf_counter()
    for member in members:
        member.connect()
    stage.wait_live(members, limit_s=RESUME_S_MAX)
    elapsed = time.perf_counter() - began
    took = Latencies.of([member.live_at - began for member in members])
    again = sum(member.resets for member in members) - resets
    result.figures.append(
        Figure(
            f"{len(members):,} members resume at once",
            f"{elapsed:.2f} s until the last is live (half after {took.p50 / 1000:.2f} s)",
            f"<= {RESUME_GATE_S:g} s",
            elapsed <= RESUME_GATE_S,
        )
    )
    result.notes.append(
        f"resume: processor time of the server {stage.server.cpu_s() - served:.2f} s, of the load "
        f"{time.process_time() - used:.2f} s; {again} members were given a snapshot instead of "
        "the delta"
    )
