"""The table that ships."""

from server.rules.projection.table import CURVES, GROUPS
from server.rules.scoring.keys import PLAYER, TEAM


def test_PJ1_the_table_has_every_position_that_leagues_start_and_knows_its_quantities() -> None:
    assert {"QB", "RB", "WR", "TE", "K", "DEF", "LB", "DL", "DB"} == CURVES.keys()
    assert set(GROUPS.values()) <= CURVES.keys()
    for position, curve in CURVES.items():
        assert curve.line.keys() <= (TEAM if position == "DEF" else PLAYER), position
        assert 0 < curve.spread < 2
        assert curve.replacement <= (curve.last or 1)
        assert (curve.allows is not None) == (position == "DEF")
