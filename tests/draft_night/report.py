"""Runs in figures: tables in Markdown for people, and one line of JSON for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtest.figures import percentile
from tests.chaos.report import commit, counts
from tests.draft_night.night import Outcome as NightOutcome
from tests.draft_night.night import Shown
from tests.draft_night.race_judgement import Found
from tests.draft_night.stopped import Outcome as StoppedOutcome

FAULTS_TOLD = 20


def told_faults(faults: Sequence[str]) -> Iterator[str]:
    """All that went wrong, or the first of it."""
    yield ""
    yield f"**{len(faults)} faults.**"
    yield from (f"- {fault}" for fault in faults[:FAULTS_TOLD])


# -------------------------------------------------------------------- races


def races_table(by_nodes: Mapping[int, Found]) -> Iterator[str]:
    """A column for each size of cluster."""
    names = [f"{nodes} node{'s' * (nodes > 1)}" for nodes in by_nodes]
    found = list(by_nodes.values())

    def row(name: str, values: Sequence[object]) -> str:
        return f"| {name} | " + " | ".join(str(value) for value in values) + " |"

    yield row("Races", names)
    yield "| --- |" + " ---: |" * len(names)
    yield row("races", [one.races for one in found])
    yield row("commands within the last milliseconds", [one.shots for one in found])
    yield row("accepted", [counts(one.accepted) for one in found])
    yield row("refused", [counts(one.refused) for one in found])
    yield row("losers told the winner by name", [one.winners for one in found])
    yield row("picks received in time for certain", [one.in_time.total() for one in found])
    yield row("what became of them", [counts(one.in_time) for one in found])
    yield row("of them lost to autopick", [one.lost for one in found])
    yield row("picks received too late for certain", [one.late for one in found])
    yield row("less than 10 ms from the limit", [one.close for one in found])
    yield row("answer, p50 and p99 ms", [_answers(one.answers_ms) for one in found])


def _answers(answers_ms: Sequence[float]) -> str:
    return f"{percentile(answers_ms, 0.5):.0f}, {percentile(answers_ms, 0.99):.0f}"


def races_record(by_nodes: Mapping[int, Found], *, seed: int) -> dict[str, Any]:
    """What goes into the file."""
    return {
        "commit": commit(),
        "seed": seed,
        "races": {
            str(nodes): {
                "races": one.races,
                "commands": one.shots,
                "accepted": dict(one.accepted),
                "refused": dict(one.refused),
                "in_time": dict(one.in_time),
                "late": one.late,
                "close": one.close,
                "lost_to_autopick": one.lost,
                "faults": one.faults,
            }
            for nodes, one in by_nodes.items()
        },
    }


# -------------------------------------------------------------------- the night


def night_table(outcome: NightOutcome) -> Iterator[str]:
    """What happened, and a row of clocks for each manager."""
    yield (
        f"{outcome.picks} picks in {outcome.seconds:.0f} s ({outcome.by_hand} by hand on pages, "
        f"{outcome.auto} by autopick, as it was asked); {outcome.kills} nodes killed, "
        f"{outcome.starts} started, Redis flushed {outcome.flushes} times; turns were extended "
        f"{outcome.outages} times; {outcome.compared} replicas, pages and nodes compared."
    )
    yield ""
    yield "| Clock at | clocks | delay p50 s | p99 s | longest s | untrue s | connected s |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in outcome.shown:
        delays = one.staleness.delays
        seconds = (percentile(delays, 0.5), percentile(delays, 0.99), max(delays))
        words = " | ".join(f"{value:.2f}" for value in (*seconds, one.longest, one.connected))
        yield f"| {one.who} | {len(delays)} | {words} |"
    yield ""
    worst = longest_stale(outcome.shown)
    yield (
        f"Longest stale clock of all: {worst:.2f} s, {longest_connected(outcome.shown):.2f} s of "
        f"it by somebody who believed to be connected; a page's running clock never stood still "
        f"for more than {outcome.stood_s:.2f} s (the browser's longest time between two frames: "
        f"{outcome.frame_s:.2f} s). Delay: from the log time of the entry that opens "
        "a turn or changes its clock until the client shows that or a later one. Untrue: without "
        "interruption another turn, deadline or phase than the log's."
    )


def longest_stale(shown: Sequence[Shown]) -> float:
    """Of any manager, seconds."""
    return max((one.longest for one in shown), default=0.0)


def longest_connected(shown: Sequence[Shown]) -> float:
    """Of any manager who believed to be connected, seconds."""
    return max((one.connected for one in shown), default=0.0)


def night_record(outcome: NightOutcome, *, seed: int) -> dict[str, Any]:
    """What goes into the file."""
    return {
        "commit": commit(),
        "seed": seed,
        "night": {
            "seconds": round(outcome.seconds, 1),
            "picks": outcome.picks,
            "by_hand": outcome.by_hand,
            "auto": outcome.auto,
            "kills": outcome.kills,
            "flushes": outcome.flushes,
            "extended": outcome.outages,
            "compared": outcome.compared,
            "stale_s": round(longest_stale(outcome.shown), 3),
            "stale_connected_s": round(longest_connected(outcome.shown), 3),
            "stood_s": round(outcome.stood_s, 3),
            "frame_s": round(outcome.frame_s, 3),
            "faults": outcome.faults,
        },
    }


# -------------------------------------------------------------------- the stopped database


def stopped_table(outcome: StoppedOutcome) -> Iterator[str]:
    """A row for each turn."""
    yield f"| The database, {outcome.seconds:g} s | turn | left s | given s | shown s | extended |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for row in outcome.rows:
        seconds = " | ".join(f"{ms / 1000:.2f}" for ms in (row.left, row.given, row.shown))
        yield f"| {row.way} | {row.name} | {seconds} | {row.extended} |"


def stopped_record(outcome: StoppedOutcome, *, seed: int) -> dict[str, Any]:
    """What goes into the file."""
    rows = [
        {
            "way": row.way,
            "turn": row.name,
            "left_ms": row.left,
            "given_ms": row.given,
            "shown_ms": row.shown,
        }
        for row in outcome.rows
    ]
    seconds = outcome.seconds
    stopped = {"seconds": seconds, "turns": rows, "faults": outcome.faults}
    return {"commit": commit(), "seed": seed, "stopped": stopped}
