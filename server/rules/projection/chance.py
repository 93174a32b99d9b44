"""How likely a side is to win: what is to come of both is taken as normally distributed, and of
everybody on his own. Pure. SPEC: PJ6."""

from __future__ import annotations

import math

SURE = 10_000
"""Win chances are whole ten-thousandths."""


def win_chance(lead: int, variance: float, *, over: bool) -> int:
    """Of the side that is projected to lead by this many hundredths (negative: to trail), in
    ten-thousandths. `variance`: of what is to come of both sides together. Over: it has won, lost
    or, with a tie, half; before that nobody is sure of anything."""
    if over:
        return SURE // 2 if lead == 0 else SURE if lead > 0 else 0
    z = (
        lead / math.sqrt(variance)
        if variance > 0
        else math.copysign(math.inf, lead)
        if lead
        else 0.0
    )
    found = round(SURE * (1 + math.erf(z / math.sqrt(2))) / 2)
    return min(SURE - 1, max(1, found))
