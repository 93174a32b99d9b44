"""`python -m tests.spoilt --files 10000 --requests 10000`: spoilt files of every format that
Touchline reads, and spoilt requests that publish or bring files in; each is taken whole, or refused
by name with nothing left of it. Prints format x mutation x outcome."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter

import structlog
from rich.console import Console
from rich.table import Table

from tests.support import spoilt_files, spoilt_requests
from tests.support.http_side import http_side
from tests.support.spoilt_requests import board_spoilt, publish_spoilt, scene_of, send_spoilt

FILES_SHARE, BOARDS_SHARE = 4, 100
"""Of so many requests one brings a file of a draft or a pool in, one a clip as a board."""
LIMITS = "import=1000000/60,guest_rooms=1000000/60,create_room=1000000/60"


async def sent(requests: int, seed: int) -> spoilt_requests.Seen:
    """So many requests to an application of their own."""
    seen = spoilt_requests.Seen()
    async with http_side(http_burst=1_000_000, http_rate_per_s=1e6, limits=LIMITS) as side:
        await publish_spoilt(await scene_of(side), requests, seed, seen)
        await send_spoilt(side, requests // FILES_SHARE, seed, seen)
        await board_spoilt(side, requests // BOARDS_SHARE, seed, seen)
    return seen


def table(title: str, outcomes: Counter[tuple[str, str, str]]) -> Table:
    """A row for each format or operation and mutation, with what came of how many."""
    shown = Table("what", "mutation", "outcomes", title=title)
    rows: dict[tuple[str, str], list[str]] = {}
    for (what, how, outcome), count in sorted(outcomes.items()):
        rows.setdefault((what, how), []).append(f"{outcome} {count:,}")
    for (what, how), told in rows.items():
        shown.add_row(what, how, ", ".join(told))
    return shown


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    screen = Console()
    screen.print(f"seed {given.seed}")
    files = spoilt_files.spoil(given.files, given.seed)
    screen.print(table(f"{given.files:,} files", files.outcomes))
    requests = asyncio.run(sent(given.requests, given.seed))
    screen.print(table(f"{requests.outcomes.total():,} requests", requests.outcomes))
    faults = [*files.faults, *requests.faults]
    for fault in faults[:40]:
        screen.print("FAULT", fault, markup=False)
    screen.print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
