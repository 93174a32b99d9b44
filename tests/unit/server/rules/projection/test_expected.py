"""What a whole game is expected to bring, by the league's own rules."""

import json

import pytest

from server.rules.projection.curve import Allowed, Curve
from server.rules.projection.expected import NOTHING, SHRINK_GAMES, Expected, expected_by
from server.rules.scoring.ruleset import preset, read_rules

CURVES = {
    "WR": Curve(
        line={"rec": 5.0, "rec_yd": 60.0}, decay=20.0, last=40, replacement=30, spread=0.4
    ),
    "DEF": Curve(
        line={"sack": 4.0, "int": 1.0},
        decay=0.0, last=32, replacement=16, spread=0.5,
        allows=Allowed(21.0, 0.0, 8.0, 350.0, 0.0, 90.0),
    ),
    "LB": Curve(line={"idp_sack": 1.0}, decay=0.0, last=0, replacement=1, spread=0.5),
}  # fmt: skip


def test_PJ1_the_line_of_a_rank_is_scored_by_the_leagues_own_rules() -> None:
    plain, receptions = (Expected(preset(name), CURVES) for name in ("standard", "ppr"))
    assert plain.by_rank("WR", 1).points == pytest.approx(600)
    assert receptions.by_rank("WR", 1).points == pytest.approx(1100)
    assert receptions.by_rank("WR", 20).points < receptions.by_rank("WR", 2).points
    assert receptions.by_rank("WR", 41).points == 0
    # Sacks are counted in halves, and steps evenly.
    odd = Expected(
        read_rules("odd", {"points": {"rec_yd": {"every": 25, "points": 1}, "idp_sack": 2}}), CURVES
    )
    assert odd.by_rank("WR", 1).points == pytest.approx(240)
    assert odd.by_rank("LB", 1).points == pytest.approx(100)
    assert odd.by_rank("P", 1) == NOTHING


def test_PJ1_a_bonus_is_only_for_its_position() -> None:
    rules = read_rules("te", {"points": {"rec": 1, "bonus_rec_te": 0.5, "bonus_rec_wr": 0.2}})
    assert Expected(rules, CURVES).by_rank("WR", 1).points == pytest.approx(600)


def test_PJ1_the_variance_rises_with_what_is_expected_and_with_the_rules() -> None:
    ppr = Expected(preset("ppr"), CURVES)
    assert ppr.by_rank("WR", 1).variance == pytest.approx(0.4 * 1100**2)
    assert ppr.by_rank("WR", 9).variance < ppr.by_rank("WR", 1).variance
    tenfold = read_rules("x", {"points": {"rec": 10, "rec_yd": 1}})
    assert Expected(tenfold, CURVES).by_rank("WR", 1).variance == pytest.approx(0.4 * 11_000**2)


def test_PJ1_a_defence_has_events_and_what_it_will_allow() -> None:
    defence = Expected(preset("standard"), CURVES).by_rank("DEF", 3)
    assert defence.points == pytest.approx(400)
    assert defence.against is not None
    assert defence.whole(preset("standard")) == pytest.approx(400, abs=120)
    assert defence.variance > 0


def test_PJ2_who_has_no_rank_is_judged_by_games_played_and_the_replacement_level() -> None:
    ppr = Expected(preset("ppr"), CURVES)
    base = ppr.by_rank("WR", 30)
    assert ppr.without_rank("WR", ()) == base
    mean = (2 * 2000 + SHRINK_GAMES * base.points) / (2 + SHRINK_GAMES)
    good = ppr.without_rank("WR", (1500, 2500))
    assert good.points == pytest.approx(mean)
    assert good.variance > base.variance
    assert ppr.without_rank("P", (300, 300, 300)).points == pytest.approx(150)
    defence = ppr.without_rank("DEF", (2000,))
    level = ppr.by_rank("DEF", 16)
    mean = (2000 + SHRINK_GAMES * level.whole(ppr.rules)) / (1 + SHRINK_GAMES)
    assert defence.whole(ppr.rules) == pytest.approx(mean)


def test_PJ7_leagues_with_the_same_rules_have_one() -> None:
    key = json.dumps({"preset": "ppr"})
    assert expected_by(key) is expected_by(key)
    assert expected_by(key).by_rank("QB", 1) is expected_by(key).by_rank("QB", 1)
    assert 1500 < expected_by(key).by_rank("QB", 1).points < 2800
