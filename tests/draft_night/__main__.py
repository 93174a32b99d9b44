"""`python -m tests.draft_night races|night|stopped`: drafts on real servers under faults.

`races`: a thousand at the last moment of a turn, on one node and on three. `night`: a whole draft
with browsers while nodes are killed. `stopped`: the database away in the middle of a turn. Loopback
only, ends by itself and ends only what it started; exit status 1 where anything was wrong. `make
draft-night` calls all three, and a little of each is part of the suite.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from rich.console import Console

from tests.draft_night.night import Plan, night
from tests.draft_night.race_judgement import Found
from tests.draft_night.races import Scale, race
from tests.draft_night.report import (
    night_record,
    night_table,
    races_record,
    races_table,
    stopped_record,
    stopped_table,
    told_faults,
)
from tests.draft_night.stopped import stopped

CLUSTERS = (1, 3)
Said = Callable[[str], None]
Told = tuple[Iterator[str], list[str], dict[str, Any]]
"""The table, the faults, the line for the record."""


def _races(options: argparse.Namespace, folder: Path, said: Said) -> Told:
    clusters: list[int] = options.nodes or [*CLUSTERS]
    each = options.races // len(clusters)
    scale = Scale(drafts=options.drafts, races=-(-each // options.drafts))
    found: dict[int, Found] = {}
    for nodes in clusters:
        place = folder / f"{nodes}"
        place.mkdir()
        found[nodes] = uvloop.run(race(place, scale, nodes=nodes, seed=options.seed, said=said))
        said(f"{found[nodes].races} races on {nodes} judged, {len(found[nodes].faults)} faults")
    faults = [fault for one in found.values() for fault in one.faults]
    return races_table(found), faults, races_record(found, seed=options.seed)


def _night(options: argparse.Namespace, folder: Path, said: Said) -> Told:
    plan = Plan(options.teams, options.rounds, options.kill_every)
    outcome = uvloop.run(night(folder, plan, seed=options.seed, said=said))
    return night_table(outcome), outcome.faults, night_record(outcome, seed=options.seed)


def _stopped(options: argparse.Namespace, folder: Path, said: Said) -> Told:
    run = stopped(folder, seconds=options.seconds, seed=options.seed, said=said)
    outcome = uvloop.run(run)
    return stopped_table(outcome), outcome.faults, stopped_record(outcome, seed=options.seed)


RUNS = {"races": _races, "night": _night, "stopped": _stopped}


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.draft_night", description=__doc__)
    parser.add_argument("what", choices=RUNS)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--races", type=int, default=1_000, help="on all clusters together")
    parser.add_argument("--nodes", type=int, action="append", help="of a cluster; else 1 and 3")
    parser.add_argument("--drafts", type=int, default=20, help="at once, of the races")
    parser.add_argument("--teams", type=int, default=12, help="of the night")
    parser.add_argument("--rounds", type=int, default=15, help="of the night")
    parser.add_argument("--kill-every", type=int, default=10, help="so many picks of the night")
    parser.add_argument("--seconds", type=float, default=40.0, help="without the database")
    parser.add_argument("--record", type=Path, help="file that gets one line of JSON more")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it has started, too
    console, began = Console(), time.monotonic()

    def said(line: str) -> None:
        told = f"{time.monotonic() - began:4.0f} s  {line}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
        console.file.flush()

    said(f"{options.what}, seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="touchline-draft-night-") as folder:
        table, faults, line = RUNS[options.what](options, Path(folder), said)
        for words in (*table, *told_faults(faults)):
            console.print(words, highlight=False, markup=False, soft_wrap=True)
    if options.record is not None:
        with options.record.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
