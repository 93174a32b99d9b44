"""`python -m tests.scores --files 10000`: spoilt play files, small and recorded ones, read as
`touchline score` reads them; each is read whole, or refused with the place of what is wrong."""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

from tests.support.spoilt_games import Seen, small, spoil

RECORDED = (
    "nfl_gsis/special/2018121605.json.gz",
    "nfl_api/2019_01_GB_CHI_gamedetail.json",
    "nflverse/pbp_2019_01_GB_CHI.csv",
)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SMALL = 20
"""Times that the small file is drawn for each recorded one."""


def sources() -> list[bytes]:
    """The small file, and the recorded ones where they are."""
    found = [small()] * SMALL * len(RECORDED)
    for name in RECORDED:
        path = SHARED_DATA / name
        if path.is_file():
            data = path.read_bytes()
            found.append(gzip.decompress(data) if path.suffix == ".gz" else data)
    return found


def report(seen: Seen) -> str:
    """Figures and faults, for people."""
    return "\n".join(
        [
            f"{seen.by_mutation.total():,} files; read {seen.read:,}, refused {seen.refused:,}",
            ", ".join(f"{how}: {n:,}" for how, n in sorted(seen.by_mutation.items())),
            *(f"FAULT {fault}" for fault in seen.faults[:20]),
            f"{len(seen.faults)} faults",
        ]
    )


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    seen = spoil(sources(), given.files, given.seed)
    sys.stdout.write(report(seen) + "\n")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
