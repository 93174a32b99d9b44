"""The HTTP side while boards are busy: pages of lists, rooms and histories are asked for at a fixed
rate."""

from __future__ import annotations

from collections import Counter

from loadtest.bench.plan import Bench
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies
from loadtest.http_probe import Prober, at_rate
from loadtest.member import Member
from loadtest.report import Figure, Result
from loadtest.stage import Stage

P99_GATE_MS = 50.0
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

        late = at_rate(stage.swarm, probers, asked, plan.http_per_s)
        bench.say(f"http: {plan.paced_s:g} s at {plan.http_per_s} requests/s")
        stage.swarm.run(lambda: False, limit_s=plan.paced_s)
        got = Latencies.of([latency for one in probers for latency in one.latencies])
        statuses = Counter(status for one in probers for status in one.statuses)
        answers = Latencies.of([latency for m in members for _, latency in m.latencies])
        result.figures += [
            Figure("HTTP", str(got), f"p99 < {P99_GATE_MS:g} ms", got.p99 < P99_GATE_MS),
            Figure("commands meanwhile", str(answers)),
        ]
        result.notes.append(
            f"statuses {dict(statuses)}; {late()} requests waited for a free connection"
        )
        if set(statuses) != {200}:
            result.faults.append(f"answers other than 200: {dict(statuses)}")
        result.faults += [fault for member in members for fault in member.faults]
    return result


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
