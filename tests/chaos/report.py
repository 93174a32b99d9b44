"""A run in figures: one line of JSON for the record, a table in Markdown for people."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.chaos.plan import BY_NAME
from tests.chaos.run import Outcome
from tests.support.server_process import ROOT

SENTENCES_MAX = 20


def commit() -> str:
    """Of the checkout; with `+` where it has changes that are in none."""
    head = _git("rev-parse", "HEAD") or "unknown"
    return head + "+" * bool(_git("status", "--porcelain"))


def _git(*words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.strip()


def record(outcome: Outcome, *, seed: int, at: datetime | None = None) -> dict[str, Any]:
    """What goes into the file: all counts, and delays in seconds."""
    verdict = outcome.verdict
    return {
        "at": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "commit": commit(),
        "seed": seed,
        "seconds": round(outcome.seconds, 1),
        "faults": len(outcome.happened),
        "faults_per_hour": round(per_hour(outcome)),
        "by_kind": dict(Counter(one.kind for one in outcome.happened)),
        "commands": outcome.commands,
        "accepted": outcome.accepted,
        "refused": dict(outcome.refused),
        "postponed": dict(outcome.postponed),
        "stuck": dict(outcome.stuck),
        "entries": outcome.entries,
        "entries_shown": outcome.shown,
        "closes": {str(code): count for code, count in outcome.closes.items()},
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "reordered": len(verdict.reordered),
        "digests_compared": verdict.compared,
        "digests_different": len(verdict.different),
        "wrong": len(verdict.wrong),
        "sentences": verdict.sentences[:SENTENCES_MAX],
        "errors_logged": dict(outcome.errors),
        "next_event_s": {
            name: {
                "faults": one.faults,
                "members": one.members,
                "p50": round(one.p50, 3),
                "p99": round(one.p99, 3),
                "max": round(one.longest, 3),
                "silence": round(one.silence, 3),
            }
            for name, one in outcome.delays.items()
        },
    }


def per_hour(outcome: Outcome) -> float:
    """Faults an hour, at the rate of this run."""
    return len(outcome.happened) * 3600 / outcome.seconds if outcome.seconds else 0.0


def counts(of: Mapping[Any, int]) -> str:
    """`busy 12, contended 3`."""
    return ", ".join(f"{what} {times:,}" for what, times in sorted(of.items())) or "nothing"


def markdown(outcome: Outcome, *, seed: int) -> Iterator[str]:
    """Line by line."""
    verdict = outcome.verdict
    yield (
        f"Seed {seed}: {len(outcome.happened)} faults in {outcome.seconds:,.0f} s "
        f"({per_hour(outcome):,.0f} an hour); {outcome.commands:,} commands, "
        f"{outcome.accepted:,} accepted, {sum(outcome.refused.values()):,} refused; "
        f"{outcome.entries:,} entries, shown {outcome.shown:,} times. "
        f"Postponed: {counts(outcome.postponed)}. Connections closed with {counts(outcome.closes)}."
    )
    yield ""
    yield (
        f"**{len(verdict.lost)} lost, {len(verdict.doubled)} doubled, {len(verdict.reordered)} "
        f"reordered; {verdict.compared} digests compared, {len(verdict.different)} different; "
        f"{len(verdict.wrong)} other findings.**"
    )
    yield ""
    yield "| Fault | Times | Alone | p50 s | p99 s | Longest s | Silence s | Goal s | From its |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    times = Counter(one.kind for one in outcome.happened)
    for name, kind in BY_NAME.items():
        delay = outcome.delays.get(name)
        goal = "" if kind.goal_s is None else f"{kind.goal_s:g}"
        measured = "0 | | | | "
        if delay is not None:
            seconds = (delay.p50, delay.p99, delay.longest, delay.silence)
            measured = " | ".join([str(delay.faults), *(f"{one:.2f}" for one in seconds)])
        side = "beginning" if kind.since == "began" else "end"
        if times[name]:
            yield f"| {name} | {times[name]} | {measured} | {goal} | {side} |"
    yield ""
    yield from (f"- a client's connection hung: {one}" for one in outcome.stuck)
    yield from (f"- {sentence}" for sentence in verdict.sentences[:SENTENCES_MAX])
