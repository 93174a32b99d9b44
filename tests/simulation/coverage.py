"""What a good run of many seeds must have done: every fault really happened, every rare path was
taken. Too tame a run is a failure of the run."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.faults import KINDS

BRANCHES = (
    "append appended",
    "append unknown",
    "append conflict",
    "append refused",
    "conflict",
    "late commit landed",
    "crashed",
    "drained",
    "stood still",
    "went on",
    "a silent node was given up",
    "heard",
    "heard amid pieces",
    "gate closed",
    "busy",
    "started over",
    "joined by snapshot",
    "joined by delta",
    "joined by up_to_date",
    "snapshot kept",
    "refused exists",
    "refused session_expired",
    "private came again",
    "news shown",
    "gap filled",
    "tail check found",
    "presence asked for",
    "presence compared",
    "told degraded",
    "told stale",
    "told recovered",
    "nobody could take anything",
    "TurnOpened",
    "TurnExtended",
    "TurnClosed",
    "last fault: crash",
    "last fault: drain",
    "last fault: stop",
    *(f"runs with {count} nodes" for count in (1, 2, 3)),
    *(f"partition n{one} from n{other}" for one in range(3) for other in range(3) if one != other),
)
"""Paths of the product, and of the run around it, that are taken in every few hundred seeds."""
RARE_BRANCHES = (
    "a turn was owed time, and had it",
    "left a node that cannot read the room",
    "commit of a dead node landed",
    "room postponed",
)
"""In every few thousand."""
RARE_FROM = 2_000
DRAFTS = (
    "drafts judged",
    "a turn ran out",
    "picks.undone",
    "clock changed: paused",
    "clock changed: resumed",
    "refused already_picked",
    "refused too_late",
    "refused paused",
    "runs with 1 nodes",
    "runs with 3 nodes",
)
SORTS = (
    *(f"drafts judged: {sort}" for sort in ("snake", "linear", "custom", "auction")),
    "clock changed: outage",
    "a draft was left alone",
    "crashed",
    "trade.made",
    "bid.made",
    "lists.changed",
    "turn.skipped",
)
"""What there is in a hundred drafts under faults."""
RACES = (
    "races: picks that won",
    "races: lost, already_picked",
    "races: lost, too_late",
    "races: lost, paused",
    "races on 1 nodes",
    "races on 3 nodes",
)
SOME_DRAFTS = 30
TAME_BELOW = 200
"""Fewer seeds say nothing about what never happened."""


def never_happened(happened: Mapping[str, int], seeds: int, game: str = "claims") -> list[str]:
    """Faults and branches that should have occurred in so many seeds, and did not."""
    if game != "claims":
        expected = (*DRAFTS, *RACES) if game == "races" else (*DRAFTS, *SORTS)
        return [name for name in expected if seeds >= SOME_DRAFTS and not happened.get(name)]
    if seeds < TAME_BELOW:
        return []
    expected = [*KINDS, *BRANCHES, *(RARE_BRANCHES if seeds >= RARE_FROM else ())]
    return [name for name in expected if not happened.get(name)]
