"""`python -m tests.drafts --drafts 100000 --seed 1`: random drafts, each judged by an independent
check and by `verify`; the mix is printed, and each failing seed with what is wrong."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.drafts.script import Outcome, Script


def main() -> int:
    """Runs them; 1 if any is at fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.drafts", description=__doc__)
    parser.add_argument("--drafts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    outcomes: list[Outcome] = []
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.drafts):
        outcome = Script(seed).run()
        outcomes.append(outcome)
        if outcome.faults:
            bad += 1
            sys.stdout.write(f"seed {seed}: {'; '.join(outcome.faults[:5])}\n")
        if len(outcomes) % 1_000 == 0:
            sys.stdout.write(f"{len(outcomes)} drafts, {bad} at fault\n")
            sys.stdout.flush()
    seconds = time.perf_counter() - began
    sys.stdout.write(told(outcomes))
    sys.stdout.write(f"{len(outcomes)} drafts, {bad} at fault, {seconds:.0f} s\n")
    return 1 if bad else 0


def told(outcomes: list[Outcome]) -> str:
    """What there was, of each sort how many."""
    sizes = Counter(
        (
            one.settings.type,
            "2-6" if one.settings.teams < 7 else "8-14" if one.settings.teams < 15 else "32",
        )
        for one in outcomes
    )
    accepted = sum((one.accepted for one in outcomes), Counter[str]())
    refused = sum((one.refused for one in outcomes), Counter[str]())
    lines = [
        "type and teams: "
        + ", ".join(f"{sort} {size}: {n}" for (sort, size), n in sorted(sizes.items())),
        f"picks: {sum(one.picks for one in outcomes)}",
        "accepted: " + ", ".join(f"{tag} {n}" for tag, n in accepted.most_common()),
        "refused: " + ", ".join(f"{code} {n}" for code, n in refused.most_common()),
    ]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
