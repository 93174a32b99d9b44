"""`python -m tests.fuzz --mutations 100000`: the long run of
tests/integration/test_wire_fuzz.py."""

from __future__ import annotations

import argparse
import time

import uvloop
from rich.console import Console
from rich.progress import Progress

from tests.support.wire_fuzz import fuzz_the_wire


def main() -> None:
    """Runs, shows how far it is, and says what came back."""
    parser = argparse.ArgumentParser(description="mutated messages over the wire")
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    chosen = parser.parse_args()
    screen = Console()
    screen.print(f"seed {chosen.seed}")
    with Progress(console=screen) as bar:
        task = bar.add_task("mutations", total=chosen.mutations)
        report = uvloop.run(
            fuzz_the_wire(
                chosen.mutations, chosen.seed, lambda done: bar.update(task, completed=done)
            )
        )
    screen.print(
        f"{report.mutations:,} mutations on {report.connections:,} connections: "
        f"{report.bad_messages:,} bad messages"
    )
    screen.print(f"closes by code: {dict(sorted(report.closes.items()))}")


if __name__ == "__main__":
    main()
