"""The shape of the table: what a position makes by rank. Pure. SPEC: PJ1."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from server.rules.projection.tiers import Against


class Allowed(Struct, frozen=True, gc=False):
    """What a D/ST allows by rank: `mean + slope * (rank - middle)`, of points and of yards."""

    points: float
    points_slope: float
    points_sd: float
    yards: float
    yards_slope: float
    yards_sd: float


class Curve(Struct, frozen=True, kw_only=True, gc=False):
    """One position."""

    line: Mapping[str, float]
    """Quantities of the first; halves where plays count halves."""
    decay: float
    """Ranks after which it is an e-th; 0: everybody makes the same."""
    last: int
    """The last rank that was fitted; whoever comes after it is expected to make nothing. 0: there
    are no ranks."""
    replacement: int
    """The rank of whoever is to be had at any time."""
    spread: float
    """Variance of points: this times those of the first times those expected (a D/ST: times their
    square)."""
    allows: Allowed | None = None

    def share(self, rank: int) -> float:
        """Of the first's line at a rank."""
        if self.last and rank > self.last:
            return 0.0
        return math.exp(-(rank - 1) / self.decay) if self.decay else 1.0

    def allowed(self, rank: int) -> Against | None:
        """Of a whole game."""
        found = self.allows
        if found is None:
            return None
        off = min(rank, self.last) - (1 + self.last) / 2
        return Against(
            found.points + found.points_slope * off, found.yards + found.yards_slope * off,
            found.points_sd, found.yards_sd,
        )  # fmt: skip
