"""`python -m tests.chaos --minutes 10 --seed 1 --record FILE`: three nodes, PostgreSQL and Redis
behind proxies, faults of every kind, members that record everything; nothing may be lost, doubled
or reordered.

Loopback only, ends by itself and ends only what it started; exit status 1 where anything was
wrong. `make chaos` calls it, and a handful of its faults are part of the suite.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.chaos.plan import BY_NAME, KINDS, Fault, drawn
from tests.chaos.report import markdown, record
from tests.chaos.run import Outcome, chaos

SAMPLE_LINES = 3


def faults_of(options: argparse.Namespace) -> list[Fault]:
    """As many as any run could do."""
    kinds = [BY_NAME[name] for name in options.only] or list(KINDS)
    drawing = drawn(options.seed, kinds)
    return [next(drawing) for _ in range(int(options.minutes * 60) + 1)]


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--record", type=Path, help="file that gets one line of JSON more")
    parser.add_argument("--only", action="append", default=[], choices=[*BY_NAME], metavar="KIND")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it has started, too
    console = Console()
    console.print(f"seed {options.seed}", highlight=False)
    outcome = _run(options, console)
    for line in markdown(outcome, seed=options.seed):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for sample in list(outcome.samples.values())[:SAMPLE_LINES]:
        console.print(sample, highlight=False, markup=False, soft_wrap=True)
    if options.record is not None:
        with options.record.open("ab") as file:
            file.write(msgspec.json.encode(record(outcome, seed=options.seed)) + b"\n")
    return 1 if outcome.verdict.sentences else 0


def _run(options: argparse.Namespace, console: Console) -> Outcome:
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )
    with tempfile.TemporaryDirectory(prefix="touchline-chaos-") as folder, progress:
        task = progress.add_task("starting", total=None)

        def said(line: str) -> None:
            progress.update(task, description=line)
            if not console.is_terminal:
                console.print(line, highlight=False, markup=False, soft_wrap=True)
                console.file.flush()

        return uvloop.run(
            chaos(
                Path(folder),
                faults_of(options),
                seed=options.seed,
                seconds=options.minutes * 60,
                said=said,
            )
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
