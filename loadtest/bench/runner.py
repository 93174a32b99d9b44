"""Runs measurements one after another, shows where it is, and writes the page. Exit status 1 where
a promise was broken.

A missed gate is a figure to look at, not an error: the page says so.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from loadtest.bench import (
    bad_neighbours,
    big_log,
    commands,
    contention,
    drafts,
    fan_out,
    feeds,
    history,
    http_beside,
    matchups,
    members,
    nodes,
    pages,
    playback,
    plays,
    redis_away,
    rolling,
    signing_in,
)
from loadtest.bench.plan import Bench, Plan
from loadtest.processes import RAISED, Cores
from loadtest.report import Result, page


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement under the name that `--only` takes."""

    about: str
    run: Callable[[Bench], Result]


MEASUREMENTS: dict[str, Measurement] = {
    "fanout": Measurement("one room of 1,000 against a plain relay", fan_out.run),
    "commands": Measurement("accepted commands/s into 20 rooms", commands.saturated),
    "answer": Measurement("durable answer at 500 commands/s", commands.paced),
    "beside": Measurement("small rooms beside a saturated one", commands.beside),
    "members": Measurement("memory per idle member, 5,000 resuming at once", members.run),
    "neighbours": Measurement("a slow reader and a flooding member", bad_neighbours.run),
    "nodes": Measurement("from a sender on one node to a member on another", nodes.run),
    "contention": Measurement("one board written from four nodes", contention.run),
    "redis": Measurement("two nodes without Redis for five minutes", redis_away.run),
    "rolling": Measurement("three nodes restarted one after the other", rolling.run),
    "drafts": Measurement("from a pick to everybody; many drafts at once", drafts.run),
    "feeds": Measurement("a game that 5,000 follow, at once and with delays", feeds.run),
    "matchups": Measurement("5,000 matchups, 16 games at once, a week over HTTP", matchups.run),
    "http": Measurement("HTTP beside board load", http_beside.run),
    "logins": Measurement("500 logins at once beside boards", signing_in.run),
    "playback": Measurement("a play of 468 frames for 30 viewers", playback.run),
    "pages": Measurement("the board page in a browser", pages.run),
    "plays": Measurement("ten questions about a million plays", plays.run),
    "history": Measurement("a board of 100,000 entries", history.run),
    "big_log": Measurement("twenty million entries beside a small log", big_log.run),
}


def run(
    names: Sequence[str], plan: Plan, console: Console, *, out: Path | None, command: str
) -> int:
    """All of `names`, in the table's order."""
    cores = Cores()
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores.load)
    results: list[Result] = []
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )
    try:
        with progress:
            task = progress.add_task("starting", total=None)

            def say(line: str) -> None:
                progress.update(task, description=line)

            bench = Bench(plan=plan, cores=cores, say=say)
            for name in MEASUREMENTS:
                if name in names:
                    results.append(MEASUREMENTS[name].run(bench))
                    progress.print(table(results[-1]))
    finally:
        os.sched_setaffinity(0, everywhere)
    if not cores.pinned:
        console.print("Only one core: server and load shared it, so the figures mean little.")
    if out is not None:
        day = datetime.datetime.now(datetime.UTC).date().isoformat()
        before = out.read_text() if out.exists() else ""
        out.write_text(page(results, before=before, command=command, day=day, settings=RAISED))
        console.print(f"Written: {out}")
    return 0 if all(result.sound for result in results) else 1


def table(result: Result) -> Table:
    """One measurement for a terminal."""
    shown = Table(title=result.name, caption="\n".join(result.notes), title_justify="left")
    for column in ("figure", "value", "gate", ""):
        shown.add_column(column)
    for figure in result.figures:
        verdict = figure.verdict.strip("*")
        style = "red" if verdict == "missed" else ""
        shown.add_row(figure.name, figure.value, figure.gate, verdict, style=style)
    for fault in result.faults:
        shown.add_row("broken promise", fault, "", "", style="bold red")
    return shown
