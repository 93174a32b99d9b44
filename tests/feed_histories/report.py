"""How a run is told: a table for people, and a line for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.feed_histories.run import FAULTS_TOLD, Outcome, Plan
from tests.simulation.records import commit_at_hand


def table(outcome: Outcome, plan: Plan) -> Iterator[str]:
    """What there was, and the first faults."""
    yield (
        f"{outcome.histories} histories and {outcome.special} special cases of "
        f"{len(outcome.games)} games on {plan.nodes} node{'s' if plan.nodes > 1 else ''}, seed "
        f"{plan.seed}, {outcome.seconds:.0f} s"
    )
    yield f"said: {_counts(outcome.did)}; in {outcome.requests:,} requests"
    again = f" ({_counts(outcome.asked_again)})" if outcome.asked_again else ""
    yield f"kills: {outcome.kills}; requests sent again: {outcome.asked_again.total():,}{again}"
    yield f"moments: {outcome.moments.total():,} ({_counts(outcome.moments)})"
    yield (
        f"matchups that nobody had opened: {outcome.opened:,}; trails: {outcome.trails:,} with "
        f"{outcome.causes:,} changes to explain"
    )
    yield f"players' points compared: {outcome.points:,}; feeds compared whole: {outcome.views:,}"
    yield f"{len(outcome.faults)} faults"
    yield from (f"FAULT {fault}" for fault in outcome.faults[:FAULTS_TOLD])


def record(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    """The same for a file."""
    return {
        "commit": commit_at_hand(),
        "seed": plan.seed,
        "nodes": plan.nodes,
        "feed_histories": {
            "histories": outcome.histories,
            "special": outcome.special,
            "games": len(outcome.games),
            "said": dict(outcome.did),
            "requests": outcome.requests,
            "kills": outcome.kills,
            "sent_again": outcome.asked_again.total(),
            "moments": dict(outcome.moments),
            "opened": outcome.opened,
            "trails": outcome.trails,
            "causes": outcome.causes,
            "points": outcome.points,
            "views": outcome.views,
            "seconds": round(outcome.seconds, 1),
            "faults": outcome.faults[:FAULTS_TOLD],
        },
    }


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {n:,}" for what, n in sorted(found.items()))
