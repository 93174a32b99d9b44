"""Everybody signs in at once, beside boards that are drawn on: hashing passwords must not be felt
there. And whether an address that nobody has takes as long as a wrong password.
"""

from __future__ import annotations

import re
import time
from collections import Counter

import msgspec

from loadtest.bench.http_beside import play
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, median, size
from loadtest.http_probe import Prober
from loadtest.member import Member
from loadtest.processes import RAISED
from loadtest.report import Figure, Result
from loadtest.stage import Stage

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a server that is gone afterwards
P99_GATE_MS = 16.7
"""A frame of a screen of 60 Hz: what is late by less is drawn in the same frame or the next, and
nobody feels it."""
CLASS_GATE = 0.05
"""A3: medians of a known and an unknown address within 5 %."""
LIMIT_S = 120.0


def run(bench: Bench) -> Result:
    """Boards alone, then with the logins; then single logins of both classes in turn."""
    plan = bench.plan
    result = Result(
        "Logins beside boards",
        f"{plan.logins} logins at once over as many connections, each again when "
        f"`Retry-After` says so where the queue is full, beside {plan.paced_per_s} commands/s over "
        f"{plan.rooms} boards of {plan.members} members. argon2id m=19 MiB, t=2, p=1.",
    )
    unlimited = "login=1000000/60,failed_login=1000000/60,sign_up=1000000/60,link=1000000/60"
    with bench.stage(settings={**RAISED, "limits": unlimited}) as stage:
        bench.say(f"logins: {plan.logins} people sign up")
        emails = _accounts(stage, plan.logins)
        members = _boards(stage, bench)
        play(stage, members, plan.paced_per_s)
        bench.say("logins: boards alone")
        stage.swarm.run(lambda: False, limit_s=plan.paced_s)
        before = _since(members, 0.0)
        idle = stage.server.memory_bytes()
        began = time.perf_counter()
        bench.say(f"logins: {plan.logins} at once")
        probers, most = _storm(stage, emails)
        took = time.perf_counter() - began
        during = _since(members, began)
        statuses = Counter(status for one in probers for status in one.statuses)
        result.figures += [
            Figure("commands before", str(before)),
            Figure(
                "commands meanwhile",
                str(during),
                f"p99 < {P99_GATE_MS:g} ms",
                during.p99 < P99_GATE_MS,
            ),
            Figure("all signed in after", f"{took:.1f} s, {plan.logins / took:.0f}/s"),
            Figure("server memory", f"{size(idle)} before, {size(most)} at the most"),
        ]
        result.notes.append(f"statuses {dict(statuses)}; 503 is a full queue (A4)")
        if statuses.keys() - {200, 503}:
            result.faults.append(f"answers other than 200 and 503: {dict(statuses)}")
        result.figures.append(_classes(stage, emails[0], plan.timed_logins))
        result.faults += [fault for member in members for fault in member.faults]
    return result


def _accounts(stage: Stage, count: int) -> list[str]:
    """People who can sign in: their links come from the folder of messages. Returns addresses."""
    emails = [f"load{number}@example.org" for number in range(count)]
    for email in emails:
        body = {"email": email, "name": "Load"}
        stage.http.call("POST", "/auth/sign-up", body)
    links: dict[str, str] = {}
    deadline = time.perf_counter() + 30
    while len(links) < count and time.perf_counter() < deadline:
        for path in (stage.server.data_dir / "mail").glob("*.eml"):
            text = path.read_text()
            to, found = re.search(r"^To: (\S+)", text, re.M), re.search(r"token=([\w-]+)", text)
            if to is not None and found is not None:
                links[to[1]] = found[1]
        time.sleep(0.05)  # the server writes messages aside and tells nobody
    assert len(links) == count, f"{len(links)} of {count} messages came"
    for token in links.values():
        asked = {"token": token, "password": PASSWORD, "refresh": "body"}
        stage.http.call("POST", "/auth/sign-up/confirm", asked)
    return emails


def _boards(stage: Stage, bench: Bench) -> list[Member]:
    plan = bench.plan
    owner, guests = stage.people(plan.rooms * plan.members)
    members: list[Member] = []
    for number in range(plan.rooms):
        room = stage.room(owner, f"Board {number + 1}")
        here = guests[number * plan.members : (number + 1) * plan.members]
        members += stage.crowd(room, stage.invitation(room, owner), here)
    return members


def _login(email: str, password: str) -> bytes:
    return msgspec.json.encode({"email": email, "password": password, "refresh": "body"})


def _storm(stage: Stage, emails: list[str]) -> tuple[list[Prober], int]:
    """All at once; whoever meets a full queue comes again. Returns the probers and the server's
    memory at its most."""
    probers = [Prober(stage.swarm, stage.server.http_port) for _ in emails]
    bodies = {id(one): _login(email, PASSWORD) for one, email in zip(probers, emails, strict=True)}
    most = [0]

    waiting, told = set(probers), set[Prober]()

    def ask(prober: Prober) -> None:
        prober.ask("/auth/login", "", bodies[id(prober)])

    def look() -> None:
        """Who was answered since: done, or told when to come again."""
        most[0] = max(most[0], stage.server.memory_bytes())
        for prober in list(waiting):
            if prober.busy or prober in told:
                continue
            if prober.statuses[-1] == 200:
                waiting.remove(prober)
            else:
                told.add(prober)
                stage.swarm.after(prober.retry_after_s, lambda one=prober: again(one))
        stage.swarm.after(0.1, look)

    def again(prober: Prober) -> None:
        told.remove(prober)
        ask(prober)

    for prober in probers:
        ask(prober)
    look()
    stage.swarm.run(lambda: not waiting, limit_s=LIMIT_S)
    return probers, most[0]


def _classes(stage: Stage, email: str, count: int) -> Figure:
    """The same number of each, in turn, so that the machine's moods meet both."""
    known, unknown = (Prober(stage.swarm, stage.server.http_port) for _ in range(2))
    for number in range(count):
        for prober, one in ((known, email), (unknown, f"nobody{number}@example.org")):
            prober.ask("/auth/login", "", _login(one, "not the password"))
            stage.swarm.run(lambda asked=prober: not asked.busy, limit_s=30)
    medians = [median(one.latencies) * 1000 for one in (known, unknown)]
    apart = abs(medians[0] - medians[1]) / max(medians)
    return Figure(
        "wrong password, unknown address",
        f"medians {medians[0]:.2f} and {medians[1]:.2f} ms: {apart:.1%} apart",
        f"< {CLASS_GATE:.0%}",
        apart < CLASS_GATE,
    )


def _since(members: list[Member], moment: float) -> Latencies:
    return Latencies.of([late for m in members for at, late in m.latencies if at >= moment])
