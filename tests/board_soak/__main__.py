"""`python -m tests.board_soak --minutes 20 --seed 1`: ten clients edit one board at random, with
drops, offline spells, kicks, restores and forks; at the end everything must be one.

Loopback only, ends by itself; exit status 1 where anything was wrong. `make soak-board` calls it,
and fifteen seconds of it are part of the suite.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.board_soak.session import Plan, Soak
from tests.board_soak.verdict import Verdict

FAULTS_SHOWN = 20


def soak(plan: Plan, said: Callable[[str], None]) -> Verdict:
    """One session on a server of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="touchline-soak-") as folder,
        Soak(Path(folder) / "data", plan) as session,
    ):
        session.play(said)
        said("coming to rest, and comparing")
        return session.judge()


def summary(found: Verdict) -> Iterator[str]:
    """For people, line by line."""
    tally = found.tally
    yield (
        f"{tally.commands:,} commands ended ({tally.accepted.total():,} accepted, "
        f"{tally.refused.total():,} refused), {tally.queued:,} of them given without a "
        f"connection; {found.entries:,} entries"
    )
    yield ", ".join(f"{count:,} {what}" for what, count in sorted(tally.happened.items()))
    yield "accepted: " + _counts(tally.accepted)
    yield "refused: " + _counts(tally.refused)
    yield (
        f"{found.undos['undone']:,} undos and {found.undos['redone']:,} redos looked at, "
        f"{found.undos['in order']:,} of them took their author's own work and nothing else"
    )
    yield f"{found.compared} replicas and replays compared, {found.forks} forks"
    yield from (f"FAULT {fault}" for fault in tally.faults[:FAULTS_SHOWN])
    yield f"{len(tally.faults)} faults"


def _counts(counter: dict[str, int]) -> str:
    return ", ".join(f"{what} {count:,}" for what, count in sorted(counter.items()))


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.board_soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options = parser.parse_args(arguments)
    console = Console()
    console.print(f"seed {options.seed}", highlight=False)
    plan = Plan(seconds=options.minutes * 60, seed=options.seed)
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )
    with progress:
        task = progress.add_task("starting", total=None)
        found = soak(plan, lambda line: progress.update(task, description=line))
    for line in summary(found):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 1 if found.tally.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
