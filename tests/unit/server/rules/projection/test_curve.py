"""The shape of the table."""

import math

from server.rules.projection.curve import Allowed, Curve
from server.rules.projection.tiers import Against

ALLOWS = Allowed(22.0, 0.5, 10.0, 350.0, 2.0, 90.0)
CURVE = Curve(line={}, decay=10.0, last=31, replacement=16, spread=0.3, allows=ALLOWS)


def test_PJ1_the_share_of_the_first_falls_with_the_rank_and_ends_with_the_table() -> None:
    assert CURVE.share(1) == 1.0
    assert math.isclose(CURVE.share(11), math.exp(-1))
    assert (CURVE.share(31) > 0, CURVE.share(32)) == (True, 0.0)
    flat = Curve(line={}, decay=0.0, last=0, replacement=1, spread=0.3)
    assert (flat.share(1), flat.share(500), flat.allowed(1)) == (1.0, 1.0, None)


def test_PJ1_a_better_defence_allows_less() -> None:
    assert CURVE.allowed(16) == Against(22.0, 350.0, 10.0, 90.0)
    assert CURVE.allowed(1) == Against(14.5, 320.0, 10.0, 90.0)
    assert CURVE.allowed(400) == CURVE.allowed(31)
