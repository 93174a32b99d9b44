"""The HTTP side while boards are busy: pages of lists, rooms and histories are asked for at a fixed
rate."""

from __future__ import annotations

import re
from collections import Counter

from loadtest.bench.plan import Bench
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies
from loadtest.http_probe import Prober, at_rate
from loadtest.member import Member
from loadtest.report import Figure, Result
from loadtest.stage import Stage

P99_GATE_MS = 50.0
SHARE_GATE_S = 0.001
PROBERS = 16


def run(bench: Bench) -> Result:
    """Requests go in turn to the caller's list, a room, its history, and the caller."""
    plan = bench.plan
    result = Result(
        "HTTP beside board load",
        f"{plan.http_per_s} requests/s over {PROBERS} kept-open connections, beside "
        f"{plan.paced_per_s} commands/s over {plan.rooms} "
        f"boards of {plan.members} members.",
    )
    with bench.stage() as stage:
        owner, guests = stage.people(plan.rooms * plan.members)
        members: list[Member] = []
        rooms: list[str] = []
        for number in range(plan.rooms):
            room = stage.room(owner, f"Board {number + 1}")
            here = guests[number * plan.members : (number + 1) * plan.members]
            members += stage.crowd(room, stage.invitation(room, owner), here)
            rooms.append(room)
        play(stage, members, plan.paced_per_s)
        probers = [Prober(stage.swarm, stage.server.http_port) for _ in range(PROBERS)]

        def asked(n: int) -> tuple[str, str]:
            room = rooms[n % len(rooms)]
            paths = ("/rooms", f"/rooms/{room}", f"/rooms/{room}/history", "/me")
            return paths[n // len(rooms) % len(paths)], owner.token

        before = shares(stage.http.text("/metrics"))
        late = at_rate(stage.swarm, probers, asked, plan.http_per_s)
        bench.say(f"http: {plan.paced_s:g} s at {plan.http_per_s} requests/s")
        stage.swarm.run(lambda: False, limit_s=plan.paced_s)
        got = Latencies.of([latency for one in probers for latency in one.latencies])
        statuses = Counter(status for one in probers for status in one.statuses)
        answers = Latencies.of([latency for m in members for _, latency in m.latencies])
        result.figures += [
            Figure("HTTP", str(got), f"p99 < {P99_GATE_MS:g} ms", got.p99 < P99_GATE_MS),
            Figure("commands meanwhile", str(answers)),
            own_share(before, shares(stage.http.text("/metrics"))),
        ]
        result.notes.append(
            f"statuses {dict(statuses)}; {late()} requests waited for a free connection"
        )
        if set(statuses) != {200}:
            result.faults.append(f"answers other than 200: {dict(statuses)}")
        result.faults += [fault for member in members for fault in member.faults]
    return result


_BUCKET = re.compile(
    r'^touchline_http_guard_seconds_bucket\{le="([^"]+)"\} ([0-9.e+]+)$', re.MULTILINE
)


def shares(metrics: str) -> dict[float, float]:
    """How many requests spent at most so many seconds on their own share, by the server's count."""
    return {float(bound): float(count) for bound, count in _BUCKET.findall(metrics)}


def own_share(before: dict[float, float], after: dict[float, float]) -> Figure:
    """What finding out who asks and counting the request took, of the requests between two
    looks. With a room in the path its role is part of it."""
    counts = {bound: count - before.get(bound, 0.0) for bound, count in sorted(after.items())}
    whole = max(counts.values(), default=0.0)
    if not whole:
        return Figure("a request's own share", "nothing was measured", holds=False)
    p95 = next(bound for bound, count in counts.items() if count >= 0.95 * whole)
    return Figure(
        "a request's own share",
        f"p95 at most {p95 * 1000:g} ms of {whole:,.0f} requests",
        f"p95 < {SHARE_GATE_S * 1000:g} ms",
        p95 <= SHARE_GATE_S,
    )


def play(stage: Stage, members: list[Member], per_s: float) -> None:
    """Every member moves a token of its own, all of them together so often."""
    idents = [object_id(stage.draw) for _ in members]
    for number, member in enumerate(members):
        member.submit(member.rooms[0], token(idents[number], number))
    state = {"n": 0}

    def drop() -> None:
        state["n"] += 1
        # Rooms in turn: neighbours in the list share one.
        place = state["n"] * 7 % len(members)
        members[place].submit(members[place].rooms[0], move(idents[place], state["n"] % 50_000, 0))
        stage.swarm.after(1 / per_s, drop)

    stage.swarm.after(0.2, drop)
