"""One board written from several nodes at once: what an answer costs when every append may be
decided against something newer, and whether all nodes get their share.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.bench.plan import Bench
from loadtest.bench.several import (
    NOT_MEASURED,
    SETTLE_S_MAX,
    Several,
    available,
    several,
    version_at,
)
from loadtest.boards import move, object_id, token
from loadtest.figures import Latencies, rate
from loadtest.http_side import HttpSide
from loadtest.member import Member
from loadtest.report import Figure, Result

P99_GATE_MS = 50.0
SHARE_GATE = 0.8
"""Of an equal share: with four nodes a fifth of all."""
APART_GATE = 2.0
WRITERS_A_NODE = 5
"""Members of each node who write, so that no connection's own limit is what is measured."""


@dataclass(slots=True)
class _Writer:
    """Somebody who moves a token of its own."""

    node: int
    member: Member
    ident: str
    sent: int = 0


@dataclass(slots=True)
class _Round:
    """What one stretch came to, by node."""

    latencies: list[list[float]]
    accepted: list[int]
    conflicts: float
    sent: int
    settled_s: float
    """From the last submission to the last answer."""


def run(bench: Bench) -> Result:
    """Every node's writers at fixed times."""
    plan = bench.plan
    result = Result(
        "One board from several nodes",
        f"One board, {plan.writers} nodes on one core with {WRITERS_A_NODE} members each, who send "
        f"{plan.writer_per_s} moves/s a node, each of a token of its own; from sending to "
        "`accepted`. A conflict is an append that lost the compare and was decided again.",
    )
    if not available():
        result.notes.append(NOT_MEASURED)
        return result
    with several(bench, plan.writers) as nodes:
        room, writers = _fill(nodes, plan.writers)
        rounds: list[_Round] = []
        for number in range(plan.paced_rounds):
            bench.say(f"contention: round {number + 1} of {plan.paced_rounds}")
            rounds.append(_pace(bench, nodes, room, writers))
            result.faults += _faults(room, writers)
        _conclude(result, rounds, plan.writers)
    return result


def _fill(nodes: Several, count: int) -> tuple[str, list[_Writer]]:
    stage = nodes.stage
    owner = stage.http.guest("Owner")
    room = stage.room(owner)
    writers = [
        _Writer(node, nodes.member(owner, node), object_id(stage.draw))
        for _ in range(WRITERS_A_NODE)
        for node in range(count)
    ]
    for one in writers:
        one.member.join(room)
    stage.enter([one.member for one in writers])
    for number, one in enumerate(writers):
        one.member.submit(room, token(one.ident, number))
        one.sent += 1
    stage.swarm.run(lambda: _done(room, writers), limit_s=SETTLE_S_MAX)
    return room, writers


def _done(room: str, writers: Sequence[_Writer]) -> bool:
    """Everything answered, and seen by everybody."""
    answered = [one.member.accepted.get(room, {}) for one in writers]
    if any(len(got) < one.sent for got, one in zip(answered, writers, strict=True)):
        return False
    newest = max(version for got in answered for version in got.values())
    return all(version_at(one.member, room) >= newest for one in writers)


def _pace(bench: Bench, nodes: Several, room: str, writers: Sequence[_Writer]) -> _Round:
    plan, stage = bench.plan, nodes.stage
    for one in writers:
        one.member.latencies.clear()
    conflicts = _conflicts(nodes)
    per_s = plan.writer_per_s * plan.writers
    began, total, done = time.perf_counter(), round(per_s * plan.paced_s), 0

    def submit() -> None:
        nonlocal done
        while done < total and began + done / per_s <= time.perf_counter():
            one = writers[done % len(writers)]
            one.member.submit(room, move(one.ident, done % 50_000, 0))
            one.sent += 1
            done += 1
        if done < total:
            stage.swarm.after(max(0.0, began + done / per_s - time.perf_counter()), submit)

    submit()
    stage.swarm.run(lambda: done >= total, limit_s=plan.paced_s + SETTLE_S_MAX)
    ended = time.perf_counter()
    by_node = [
        [late for one in writers if one.node == node for at, late in one.member.latencies
         if at <= ended]
        for node in range(plan.writers)
    ]  # fmt: skip
    accepted = [len(one) for one in by_node]
    stage.swarm.run(lambda: _done(room, writers), limit_s=SETTLE_S_MAX)
    settled_s = time.perf_counter() - ended
    latencies = [
        [late for one in writers if one.node == node for _, late in one.member.latencies]
        for node in range(plan.writers)
    ]
    return _Round(latencies, accepted, _conflicts(nodes) - conflicts, total, settled_s)


_CONFLICTS = re.compile(
    r'^touchline_append_outcomes_total\{outcome="conflict"\} ([0-9.e+]+)$', re.MULTILINE
)


def _conflicts(nodes: Several) -> float:
    """Appends that lost the compare so far, of all nodes."""
    total = 0.0
    for node in nodes.nodes:
        with HttpSide(node.http_port) as http:
            found = _CONFLICTS.search(http.text("/metrics"))
        total += float(found[1]) if found else 0.0
    return total


def _faults(room: str, writers: Sequence[_Writer]) -> list[str]:
    found = [fault for one in writers for fault in one.member.faults]
    refused = [code.code for one in writers for code in one.member.refused]
    lost = sum(one.sent - len(one.member.accepted.get(room, {})) for one in writers)
    if refused or lost:
        found.append(f"{lost} commands were not accepted; refused {sorted(set(refused))}")
    elif not _done(room, writers):
        found.append("a member did not see everything")
    return found


def _conclude(result: Result, rounds: Sequence[_Round], nodes: int) -> None:
    pooled = [[late for one in rounds for late in one.latencies[n]] for n in range(nodes)]
    p99s = [Latencies.of(one).p99 for one in pooled]
    everything = Latencies.of([late for one in pooled for late in one])
    accepted = [sum(one.accepted[n] for one in rounds) for n in range(nodes)]
    least, wanted = min(accepted) / max(1, sum(accepted)), SHARE_GATE / nodes
    sent = sum(one.sent for one in rounds)
    result.figures += [
        Figure(
            "answers", str(everything), f"p99 < {P99_GATE_MS:g} ms", everything.p99 < P99_GATE_MS
        ),
        Figure("conflicts per command", f"{sum(one.conflicts for one in rounds) / sent:.3f}"),
        Figure(
            "least share of a node in what was accepted in time",
            f"{least:.1%}",
            f">= {wanted:.0%}",
            least >= wanted,
        ),
        Figure(
            "worst p99 of a node, of the best one's",
            f"{max(p99s) / min(p99s):.2f}",
            f"<= {APART_GATE:g}",
            max(p99s) <= APART_GATE * min(p99s),
        ),
    ]
    result.notes += [
        "by node: " + "; ".join(str(Latencies.of(one)) for one in pooled),
        f"accepted while they sent: {', '.join(rate(one) for one in accepted)} of {sent:,}; the "
        "last answer came "
        + ", ".join(f"{one.settled_s * 1000:.0f} ms" for one in rounds)
        + " after the last command",
    ]
