"""`python -m tests.crash --rounds 300 --database both`: kill -9 under load, again and again;
nothing may be lost or doubled.

Ends by itself; exit status 1 where anything was wrong. `make crash` calls it, and a few rounds are
part of the suite.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from loadtest.processes import PostgresProcess
from tests.crash.chapter import Chapter, Tally

ROUNDS_PER_CHAPTER = 25
"""Rooms are judged and begun anew after so many kills: their history is kept in memory, by every
player."""
DATABASES = ("sqlite", "postgres")


def crash(database: str, rounds: int, seed: int, said: Callable[[str], None]) -> Tally:
    """So many kills on one database."""
    tally = Tally()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-crash-")))
        url = stack.enter_context(PostgresProcess()).url if database == "postgres" else ""
        for number, first in enumerate(range(0, rounds, ROUNDS_PER_CHAPTER)):
            chapter = Chapter(
                folder / "data",
                database=url,
                rounds=min(ROUNDS_PER_CHAPTER, rounds - first),
                seed=seed * 1_000 + number,
            )
            chapter.play(tally, lambda line, first=first: said(f"{database}: {first} + {line}"))
            if tally.faults:
                break
    return tally


def summary(database: str, tally: Tally) -> str:
    """One line for people."""
    refused = sum(tally.refused.values())
    verdict = "0 lost, 0 doubled" if not tally.faults else f"{len(tally.faults)} FAULTS"
    return (
        f"{database}: {tally.rounds} kills; {tally.accepted:,} commands accepted, {refused:,} "
        "refused, "
        f"{tally.entries:,} entries chained and replayed; {tally.in_doubt:,} commands unanswered "
        "at a kill, "
        f"{tally.found_done:,} of them had been committed; {tally.compared} replicas compared; "
        f"longest time away {tally.longest_away_s:.2f} s: {verdict}"
    )


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="kills per database")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options = parser.parse_args(arguments)
    databases = DATABASES if options.database == "both" else (options.database,)
    console = Console()
    console.print(f"seed {options.seed}", highlight=False)
    sound = True
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )
    with progress:
        task = progress.add_task("starting", total=None)
        for database in databases:
            tally = crash(
                database,
                options.rounds,
                options.seed,
                lambda line: progress.update(task, description=line),
            )
            progress.print(summary(database, tally))
            for fault in tally.faults[:20]:
                progress.print(f"  {fault}")
            sound = sound and not tally.faults
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
