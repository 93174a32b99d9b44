"""`python -m tests.simulation --seeds 20000 [--first 0]`: runs seeds, then plants each bug until
it is found.

`--seed N` repeats one run. Exit status 1 where an invariant was violated, a bug was not found, or
the runs were too tame.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter

import structlog
from rich.progress import Progress

from tests.simulation.planted_bugs import BUGS
from tests.simulation.world import simulate

WITHIN = 500
"""Seeds within which every planted bug must be found."""
MUST_HAPPEN = (
    "append appended",
    "append unknown",
    "append conflict",
    "append refused",
    "request_lost",
    "reply_lost",
    "late commit landed",
    "poisoned",
    "crashed",
    "crash_after_commit",
    "drop",
    "slow_reader",
    "slow_database",
    "clock_jump",
    "clock_leap",
    "rival",
    "conflict",
    "heard",
    "heard amid pieces",
    "gate closed",
    "busy",
    "refused exists",
    "refused session_expired",
    "private came again",
)
"""Faults and branches that a good run takes; per thousand seeds each of them at least once."""


def say(line: str) -> None:
    """One line for whoever started the run."""
    sys.stdout.write(line + "\n")


def run_seeds(
    first: int, count: int, progress: Progress
) -> tuple[Counter[str], int, list[tuple[int, str]]]:
    """What happened, entries committed, and the seeds that failed with why."""
    happened: Counter[str] = Counter()
    entries = 0
    failed: list[tuple[int, str]] = []
    task = progress.add_task("seeds", total=count)
    for seed in range(first, first + count):
        try:
            report = simulate(seed)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
            failed.append((seed, f"{type(error).__name__}: {error}"))
        else:
            happened.update(report.happened)
            entries += report.entries
        progress.advance(task)
    return happened, entries, failed


def find_bug(name: str, within: int) -> int | None:
    """After how many seeds a planted bug was found, or None."""
    with BUGS[name]():
        for seed in range(within):
            try:
                simulate(seed)
            except Exception:  # noqa: BLE001 - found
                return seed + 1
    return None


def main() -> int:
    """Runs what the arguments say and prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--no-bugs", action="store_true", help="do not plant bugs")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if arguments.seed is not None:
        report = simulate(arguments.seed)
        say(f"seed {report.seed}: {report.entries} entries, {report.happened}")
        return 0
    started = time.monotonic()
    with Progress(disable=not sys.stdout.isatty()) as progress:
        happened, entries, failed = run_seeds(arguments.first, arguments.seeds, progress)
    last = arguments.first + arguments.seeds - 1
    spent = time.monotonic() - started
    say(
        f"seeds {arguments.first} to {last}: {entries} entries in {spent:.0f} s, "
        f"{len(failed)} violations"
    )
    for seed, why in failed[:20]:
        say(f"  python -m tests.simulation --seed {seed}   # {why}")
    tame = [name for name in MUST_HAPPEN if not happened[name]] if arguments.seeds >= 200 else []
    say(
        "what happened: " + ", ".join(f"{name} {count}" for name, count in sorted(happened.items()))
    )
    if tame:
        say(f"too tame: never happened: {', '.join(tame)}")
    missed: list[str] = []
    for name in () if arguments.no_bugs else BUGS:
        seeds = find_bug(name, WITHIN)
        say(
            f"planted bug {name}: "
            + (f"found after {seeds} seeds" if seeds else f"NOT FOUND in {WITHIN} seeds")
        )
        if seeds is None:
            missed.append(name)
    return 1 if failed or tame or missed else 0


if __name__ == "__main__":
    sys.exit(main())
