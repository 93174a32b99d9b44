"""What part of a limit a node may give while the shared store is away.

Pure arithmetic over the nodes that were last seen; must not know how they were seen. The shares of
all nodes add up to the whole: a node more does not loosen a limit, and one less does not waste it.
Rules: LM10, LM11.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(slots=True)
class Share:
    """This node among those last seen: `rank` from 0 to `nodes` - 1. Alone until others are
    seen."""

    nodes: int = 1
    rank: int = 0

    def seen(self, names: list[str], own: str) -> None:
        """Takes over a list of live nodes, in any order; one that lacks us says we come last."""
        ordered = sorted(set(names) | {own})
        self.nodes = len(ordered)
        self.rank = ordered.index(own)

    def of(self, total: int, key: str, *, strict: bool) -> int:
        """This node's part of `total` for a subject.

        Which nodes get one more of what does not divide depends on the subject, so that no node
        does without for all of them. A strict limit may leave a node with nothing; another one
        leaves at least 1, so that whoever is bound to a node can go on."""
        each, rest = divmod(max(0, total), self.nodes)
        turn = (zlib.crc32(key.encode()) + self.rank) % self.nodes
        part = each + (1 if turn < rest else 0)
        return part if strict else max(1, part)
