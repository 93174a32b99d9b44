"""`python -m tests.simulation --seeds 0..19999 [--record FILE]`: runs seeds and prints what
happened; with `--bugs`, plants each bug and looks for it. `--game drafts` plays whole drafts under
faults, `--game races` the last milliseconds of turns.

`--seeds N` means the first N. `--seed N` repeats one run, and tells the last steps of the room
where it fails. With `--record` the range is added to a file, and everything that was run there on
this commit is summed up. Exit status 1 where an invariant was violated, a bug was not found, or the
runs were too tame.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import structlog
from rich.progress import Progress

from tests.simulation import records
from tests.simulation.claims_game import ClaimsGame
from tests.simulation.coverage import never_happened
from tests.simulation.draft_game import DraftGame
from tests.simulation.game import MakeGame
from tests.simulation.planted_bugs import BUGS, find_bug
from tests.simulation.planted_draft_bugs import DRAFT_BUGS, find_draft_bug
from tests.simulation.race_game import RaceGame
from tests.simulation.records import Record, Sum
from tests.simulation.world import simulate

GAMES: dict[str, MakeGame] = {"claims": ClaimsGame, "drafts": DraftGame, "races": RaceGame}
NOTED_MAX = 20
"""Violations that are printed, and traces of the first of them."""
TRACES = 2


def say(line: str) -> None:
    """One line for whoever started the run."""
    sys.stdout.write(line + "\n")


def run_seeds(game: str, seeds: range, progress: Progress, commit: str) -> Record:
    """Runs them all."""
    happened: Counter[str] = Counter()
    entries = turns = 0
    failed: list[tuple[int, str]] = []
    started = time.monotonic()
    task = progress.add_task("seeds", total=len(seeds))
    for seed in seeds:
        try:
            report = simulate(seed, GAMES[game])
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
            failed.append((seed, f"{type(error).__name__}: {error}"))
            if len(failed) <= TRACES:
                say("\n".join(getattr(error, "__notes__", ())))
        else:
            happened.update(report.happened)
            entries += report.entries
            turns += report.turns
        progress.advance(task)
    spent = round(time.monotonic() - started, 1)
    return Record(
        commit,
        seeds[0],
        seeds[-1],
        entries,
        turns,
        spent,
        failed,
        dict(sorted(happened.items())),
        game,
    )


def print_sum(what: str, found: Sum, game: str) -> bool:
    """Says what was found; whether all is well."""
    rate = round(found.turns / found.seconds) if found.seconds else 0
    say(
        f"{what}: {found.seeds} seeds, {found.entries} entries, {found.turns} steps in "
        f"{found.seconds:.0f} s ({rate} steps/s), {len(found.violations)} violations"
    )
    for seed, why in found.violations[:NOTED_MAX]:
        say(f"  python -m tests.simulation --game {game} --seed {seed}   # {why}")
    for name, count in sorted(found.happened.items()):
        say(f"  {count:>10}  {name}")
    tame = never_happened(found.happened, found.seeds, game)
    if tame:
        say(f"too tame: never happened: {', '.join(tame)}")
    return not found.violations and not tame


def look_for_bugs() -> bool:
    """Plants each; whether all were found."""
    missed = False
    for name, bug in BUGS.items():
        seed, tried = find_bug(name)
        missed |= seed is None
        found = "NOT FOUND" if seed is None else f"found by seed {seed}"
        say(f"planted bug {name}: {found} ({tried} tried, known: {bug.seed})")
    for name, (_, bug) in DRAFT_BUGS.items():
        seed, tried = find_draft_bug(name)
        missed |= seed is None
        found = "NOT FOUND" if seed is None else f"found by seed {seed}"
        say(f"planted bug {name}: {found} ({tried} tried, known: {bug.seed})")
    return not missed


def repeat(game: str, seed: int) -> int:
    """One run, with everything that is known of its failure."""
    try:
        report = simulate(seed, GAMES[game])
    except Exception:  # noqa: BLE001 - whatever went wrong is the finding
        traceback.print_exc()
        return 1
    say(f"seed {seed}: {report.entries} entries, {report.turns} steps, {report.happened}")
    return 0


def _range(text: str) -> range:
    first, dots, last = text.partition("..")
    found = range(int(first), int(last) + 1) if dots else range(int(first))
    if not found:
        raise argparse.ArgumentTypeError(f"no seeds in {text}")
    return found


def main() -> int:
    """Runs what the arguments say and prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=_range, default=range(200), metavar="N | A..B")
    parser.add_argument("--game", choices=GAMES, default="claims")
    parser.add_argument("--seed", type=int, help="repeat one run")
    parser.add_argument("--record", type=Path, metavar="FILE", help="add the range to this file")
    parser.add_argument("--bugs", action="store_true", help="plant bugs instead")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if arguments.seed is not None:
        return repeat(arguments.game, arguments.seed)
    if arguments.bugs:
        return 0 if look_for_bugs() else 1
    seeds: range = arguments.seeds
    game: str = arguments.game
    commit = records.commit_at_hand() if arguments.record else ""
    with Progress(disable=not sys.stdout.isatty()) as progress:
        record = run_seeds(game, seeds, progress, commit)
    well = print_sum(f"{game} {seeds[0]} to {seeds[-1]}", records.total([record]), game)
    if arguments.record:
        records.append(arguments.record, record)
        known = records.read(arguments.record, commit, game)
        well &= print_sum(f"all {game} recorded of {commit}", records.total(known), game)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
