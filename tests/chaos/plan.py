"""What goes wrong, in which order: drawn from a seed, before anything runs.

Kinds come in decks, each kind once in each, so that none is rare. Knows no process and no socket;
what a kind does stands in faults.py, under the same name.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

NODES = 3
OVERLAPPING = 0.25
"""Share of faults that begin while the one before still lasts."""

Touched = Literal["node", "all"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table of faults."""

    name: str
    takes: str
    """What it is done to: two faults never have the same thing in their hands. `{n}` is the node's
    number; `nodes` are all of them."""
    shortest_s: float
    longest_s: float
    since: Literal["began", "ended"] = "began"
    """From when a member's next event is waited for: where nothing can be accepted while the fault
    lasts, from its end."""
    touches: Touched = "all"
    """Whose next event is waited for: members of one node, or everybody."""
    goal_s: float | None = None
    """Within which 99 of 100 members have it."""


_ONE_WAY = 5.0

KINDS: tuple[Kind, ...] = (
    Kind("node killed", "node{n}", 0.5, 3, touches="node", goal_s=3),
    Kind("all nodes killed", "nodes", 0.2, 1, since="ended", goal_s=5),
    Kind("node stopped and continued", "node{n}", 5, 14, touches="node"),
    Kind("rolling restart", "nodes", 0, 0, goal_s=3),
    Kind("Redis killed", "redis", 0.5, 6, goal_s=5),
    Kind("Redis flushed", "redis", 0, 0, goal_s=5),
    Kind("an inbox deleted", "redis", 0, 0, goal_s=5),
    Kind("Redis out of memory", "redis", 2, 6, goal_s=5),
    Kind("Redis stopped and continued", "redis", 1, 5, goal_s=5),
    Kind("Redis slow by 3 s", "redis", 3, 8, goal_s=5),
    Kind("database restarted", "database", 0.2, 2, since="ended", goal_s=5),
    Kind("database killed", "database", 0.2, 4, since="ended", goal_s=5),
    Kind("database slow by 200 ms", "database", 2, 8, goal_s=5),
    Kind("database locked", "database", 1, 10, since="ended", goal_s=5),
    Kind("backends terminated", "database", 0, 0, goal_s=5),
    Kind("node without Redis", "redis-line{n}", 2, 10, touches="node", goal_s=5),
    Kind("node hears nothing of Redis", "redis-line{n}", 2, _ONE_WAY, touches="node", goal_s=5),
    Kind("Redis hears nothing of node", "redis-line{n}", 2, _ONE_WAY, touches="node", goal_s=5),
    Kind("node without database", "database-line{n}", 1, 18, "ended", "node", 5),
    Kind("node hears nothing of database", "database-line{n}", 1, 6, "ended", "node", 5),
    Kind("database hears nothing of node", "database-line{n}", 1, 6, "ended", "node", 5),
    Kind("node without members", "line{n}", 1, 8, touches="node"),
    Kind("members hear nothing of node", "line{n}", 1, _ONE_WAY, touches="node"),
    Kind("node hears nothing of members", "line{n}", 1, _ONE_WAY, touches="node"),
    Kind("connections reset", "line{n}", 0, 0, touches="node", goal_s=3),
    Kind("connections cut in a message", "line{n}", 0.5, 1, touches="node", goal_s=3),
    Kind("latency", "line{n}", 2, 6, touches="node"),
    Kind("pieces of one byte", "line{n}", 1, 3, touches="node"),
    Kind("connections half-open", "line{n}", 0, 0, touches="node"),
    Kind("flood", "pests{n}", 0, 0, touches="node"),
    Kind("slow readers", "pests{n}", 3, 8, touches="node"),
    Kind("slowloris", "pests{n}", 10, 12, touches="node"),
    Kind("everybody reconnects", "members", 0, 0, goal_s=3),
)

BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Fault:
    """One that shall happen."""

    kind: Kind
    node: int
    seconds: float
    """How long it lasts; a restart takes what it takes on top."""
    at_once: bool
    """It does not wait for the end of the one before."""
    pause_s: float
    """Before it begins, once everybody is live; or after the beginning of the one before."""

    @property
    def takes(self) -> frozenset[str]:
        """What it has in its hands."""
        if self.kind.takes == "nodes":
            return frozenset(f"node{n}" for n in range(NODES))
        return frozenset({self.kind.takes.format(n=self.node)})

    def beside(self, others: Sequence[Fault]) -> bool:
        """Whether it may happen while they do."""
        return all(self.takes.isdisjoint(other.takes) for other in others)


def drawn(seed: int, kinds: Sequence[Kind] = KINDS) -> Iterator[Fault]:
    """Faults without end; the same for the same seed and kinds."""
    draw = random.Random(f"chaos {seed}")
    while True:
        deck = [*kinds]
        draw.shuffle(deck)
        for kind in deck:
            # squared: most are short, some are long
            share = draw.random() ** 2
            yield Fault(
                kind=kind,
                node=draw.randrange(NODES),
                seconds=kind.shortest_s + share * (kind.longest_s - kind.shortest_s),
                at_once=draw.random() < OVERLAPPING,
                pause_s=draw.uniform(0.3, 1.5),
            )
