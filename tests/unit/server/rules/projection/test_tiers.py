"""What tiers of a D/ST are likely to give."""

import math

import pytest

from server.rules.projection.tiers import Against, tier_points, tiers_at
from server.rules.scoring.points import Part, parts_of
from server.rules.scoring.ruleset import PRESETS, preset, read_rules

STANDARD = preset("standard")


def test_PJ4_tiers_are_weighted_by_how_likely_each_is() -> None:
    coin = read_rules("coin", {"tiers": {"pts_allow": [[0, 10], [21, 0]]}})
    even = tiers_at(coin, Against(20.5, 0.0, 7.0, 0.0))
    assert math.isclose(even, 500.0, abs_tol=1.0)
    assert tiers_at(coin, Against(3.0, 0.0, 1.0, 0.0)) == pytest.approx(1000, abs=1)
    assert tiers_at(coin, Against(60.0, 0.0, 1.0, 0.0)) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_PJ4_at_the_end_it_is_the_tier_itself(name: str) -> None:
    rules = preset(name)
    for points, yards in ((0, 90), (6, 200), (13, 340), (27, 410), (46, 560)):
        against = Against(30.0, 350.0, 10.0, 90.0).later(points, yards, 0.0)
        parts = parts_of({"pts_allow": points, "yds_allow": yards}, rules, "DEF")
        assert tiers_at(rules, against) == tier_points(parts)


def test_PJ4_what_has_been_allowed_cannot_be_taken_back() -> None:
    whole = Against(20.0, 350.0, 10.0, 90.0)
    assert whole.later(35, 300, 0.25)[:2] == (40.0, 387.5)
    assert whole.later(35, 300, 0.25).points_sd == 5.0
    # 35 points are the last tier, whatever else happens.
    assert tiers_at(STANDARD, whole.later(35, 300, 0.5)) == pytest.approx(-400)


def test_PJ4_tiers_are_told_from_events() -> None:
    parts = (Part("int", 2, 200), Part("pts_allow_7_13", 2, 400), Part("yds_allow_tier", 2, -100))
    assert tier_points(parts) == 300
