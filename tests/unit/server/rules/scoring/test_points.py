"""Points in hundredths: rounding, halves, steps, tiers, bands, positions."""

from collections.abc import Mapping

import pytest

from server.rules.scoring.points import hundredths, parts_of, total_of
from server.rules.scoring.ruleset import preset, read_rules


def points(quantities: dict[str, int], document: Mapping[str, object], position: str = "") -> int:
    return total_of(parts_of(quantities, read_rules("r", document), position))


def test_SC16_hundredths_are_whole_and_halves_go_away_from_nought() -> None:
    assert points({"pass_yd": 324}, {"pass_yd": 0.04}) == 1296
    assert points({"pass_yd": -1}, {"pass_yd": 0.04}) == -4
    assert points({"rec_yd": 1}, {"rec_yd": 0.005}) == 1
    assert points({"rec_yd": -1}, {"rec_yd": 0.005}) == -1
    assert points({"rush_yd": 100}, {"rush_yd": 0.033333}) == 333
    assert points({"idp_sack": 1}, {"idp_sack": 2.25}) == 113
    assert points({"sack": 7}, {"sack": 1}) == 350


def test_SC12_steps_count_when_they_are_whole() -> None:
    rules = {"points": {"rush_yd": {"every": 10, "points": 1}}}
    assert [points({"rush_yd": n}, rules) for n in (9, 10, 29, -9, -10)] == [0, 100, 200, 0, -100]


def test_SC13_the_highest_tier_that_is_reached_counts_alone() -> None:
    rules = {"tiers": {"rush_yd": [[100, 5], [200, 10]], "pts_allow": [[0, 5], [1, -1]]}}
    assert [points({"rush_yd": n}, rules) for n in (99, 100, 199, 205)] == [0, 500, 500, 1000]
    assert points({"pts_allow": 0}, rules) == 500
    assert points({"pts_allow": 30}, rules) == -100


def test_SC15_bonuses_do_not_stack_and_bite_on_a_correction() -> None:
    rules: dict[str, object] = {"bonus_rush_yd_100": 5, "bonus_rush_yd_200": 10}
    assert [points({"rush_yd": n}, rules) for n in (99, 100, 205)] == [0, 500, 1000]
    both: dict[str, object] = {"bonus_rush_rec_yd_100": 3}
    assert points({"rush_yd": 60, "rec_yd": 40}, both) == 300
    assert points({"idp_sack": 3}, {"bonus_sack_2p": 1}) == 0
    assert points({"idp_sack": 4}, {"bonus_sack_2p": 1}) == 100


def test_SC15_a_shut_out_needs_a_defence() -> None:
    assert points({"pts_allow": 0}, {"pts_allow_0": 10}) == 1000
    assert points({"rec": 1}, {"pts_allow_0": 10, "yds_allow_0_100": 5}) == 0


@pytest.mark.parametrize(("position", "wanted"), [("TE", 150), ("WR", 0), ("", 0)])
def test_SC15_a_premium_is_for_its_position(position: str, wanted: int) -> None:
    assert points({"rec": 3}, {"bonus_rec_te": 0.5}, position) == wanted


def test_SC18_parts_are_told_and_make_the_points() -> None:
    parts = parts_of({"rec": 3, "rec_yd": 41, "fum": 1}, preset("ppr"))
    assert [(part.key, part.halves, part.points) for part in parts] == [
        ("rec", 6, 300),
        ("rec_yd", 82, 410),
    ]
    assert total_of(parts) == 710
    (tier,) = parts_of({"rush_yd": 150}, read_rules("r", {"tiers": {"rush_yd": [[100, 5]]}}))
    assert (tier.key, tier.points) == ("rush_yd_tier", 500)


def test_SC16_points_are_written_with_two_decimals() -> None:
    assert [hundredths(n) for n in (0, 5, 3700, -200, -5)] == [
        "0.00", "0.05", "37.00", "-2.00", "-0.05",
    ]  # fmt: skip
