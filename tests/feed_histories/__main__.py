"""`python -m tests.feed_histories --histories 500 --nodes 1|3 --seed N`: histories of real games on
real servers, and every total compared with the final plays alone.

Each history is a game published over HTTP by a signed key: plays added, repeated, in any order,
corrected, deleted, reviewed, restored, while servers are killed. Then one play changes at a time,
and a hundred matchups that nobody had opened are opened, with their trails. First come the three
games that are known to be special, Elliott's play forwards and backwards. Needs the recorded games;
ends by itself and ends only what it started; exit status 1 where anything was wrong. `make
feed-histories` calls it for one node and for three, and a little of it is part of the suite.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.feed_histories.report import record, table
from tests.feed_histories.run import Plan, feed_histories
from tests.support.gsis_games import real_games

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.feed_histories", description=__doc__)
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--nodes", type=int, default=1, help="1: on SQLite; more: on PostgreSQL")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--moments", type=int, default=2, help="changes of each that are looked at")
    parser.add_argument("--kill-every", type=int, default=40, help="requests; 0: nobody is killed")
    parser.add_argument("--workers", type=int, default=3, help="histories side by side")
    parser.add_argument("--games", type=int, default=0, help="of how many games; 0: all")
    parser.add_argument("--shared", type=Path, default=SHARED_DATA)
    parser.add_argument("--record", type=Path, help="file that gets one line of JSON more")
    options = parser.parse_args(arguments)
    began = time.monotonic()

    def said(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:5.0f} s  {line}\n")
        sys.stdout.flush()

    plan = Plan(
        options.histories,
        options.nodes,
        options.seed,
        options.moments,
        options.kill_every,
        options.workers,
        options.games,
    )
    said(f"{plan.histories} histories on {plan.nodes}, seed {plan.seed}")
    games = list(real_games(options.shared).values())
    with tempfile.TemporaryDirectory(prefix="touchline-feed-histories-") as folder:
        outcome = feed_histories(Path(folder), games, plan, said)
    for line in table(outcome, plan):
        sys.stdout.write(f"{line}\n")
    if options.record is not None:
        with options.record.open("ab") as file:
            file.write(msgspec.json.encode(record(outcome, plan)) + b"\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
