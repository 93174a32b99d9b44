"""What each stat id counts towards, line by line, and corrections."""

import random

import pytest

from server.rules.scoring.keys import PLAYER, TEAM
from server.rules.scoring.totals import GAINED, SCORED, SCORED_BY_DEFENCE, Totals, allowed, shares
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, Line, play

KICK: Line = (KICKER, 410, 60)


def of(who: str, *lines: Line) -> dict[str, int]:
    return Totals([play(1, *lines)]).of(who)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([(PASSER, 15, 41), ("HOM", 4, 0)],
         {"pass_att": 1, "pass_cmp": 1, "pass_yd": 41, "pass_cmp_40p": 1, "pass_fd": 1}),
        ([(PASSER, 16, 50)],
         {"pass_att": 1, "pass_cmp": 1, "pass_yd": 50, "pass_td": 1, "pass_cmp_40p": 1,
          "pass_td_40p": 1, "pass_td_50p": 1}),
        ([(PASSER, 14, 0)], {"pass_att": 1, "pass_inc": 1}),
        ([(PASSER, 18, 4)], {"pass_yd": 4, "pass_td": 1}),
        ([(PASSER, 19, 0), (TACKLER, 26, 3)], {"pass_att": 1, "pass_int": 1, "pass_int_td": 1}),
        ([(PASSER, 20, -7)], {"pass_sack": 1}),
        ([(PASSER, 10, 5), ("HOM", 3, 0)], {"rush_att": 1, "rush_yd": 5, "rush_fd": 1}),
        ([(PASSER, 11, 45)],
         {"rush_att": 1, "rush_yd": 45, "rush_td": 1, "rush_40p": 1, "rush_td_40p": 1}),
        ([(PASSER, 12, 5)], {"rush_yd": 5}),
        ([(PASSER, 13, 5)], {"rush_yd": 5, "rush_td": 1}),
        ([(PASSER, 21, -2)], {"rec": 1, "rec_yd": -2, "rec_0_4": 1}),
        ([(PASSER, 21, 10), ("HOM", 4, 0)], {"rec": 1, "rec_yd": 10, "rec_10_19": 1, "rec_fd": 1}),
        ([(PASSER, 22, 44)],
         {"rec": 1, "rec_yd": 44, "rec_td": 1, "rec_40p": 1, "rec_td_40p": 1}),
        ([(PASSER, 23, 9)], {"rec_yd": 9}),
        ([(PASSER, 24, 9)], {"rec_yd": 9, "rec_td": 1}),
        ([(PASSER, 75, 0)], {"rush_2pt": 1}),
        ([(PASSER, 77, 0)], {"pass_2pt": 1}),
        ([(PASSER, 104, 0)], {"rec_2pt": 1}),
        ([(PASSER, 76, 0), (PASSER, 78, 0), (PASSER, 105, 0)], {}),
    ],
)  # fmt: skip
def test_SC4_offence(lines: list[Line], wanted: dict[str, int]) -> None:
    assert of(PASSER, *lines) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ((KICKER, 70, 19), {"fgm": 1, "fgm_0_19": 1, "fgm_yds": 19}),
        ((KICKER, 70, 39), {"fgm": 1, "fgm_30_39": 1, "fgm_yds": 39, "fgm_yds_over_30": 9}),
        ((KICKER, 70, 40), {"fgm": 1, "fgm_40_49": 1, "fgm_yds": 40, "fgm_yds_over_30": 10}),
        ((KICKER, 70, 50),
         {"fgm": 1, "fgm_50p": 1, "fgm_50_59": 1, "fgm_yds": 50, "fgm_yds_over_30": 20}),
        ((KICKER, 70, 61),
         {"fgm": 1, "fgm_50p": 1, "fgm_60p": 1, "fgm_yds": 61, "fgm_yds_over_30": 31}),
        ((KICKER, 69, 48), {"fgmiss": 1, "fgmiss_40_49": 1}),
        ((KICKER, 71, 51), {"fgmiss": 1, "fgmiss_50_59": 1, "fgmiss_50p": 1}),
        ((KICKER, 72, 0), {"xpm": 1}),
        ((KICKER, 73, 0), {"xpmiss": 1}),
        ((KICKER, 74, 0), {"xpmiss": 1}),
        ((KICKER, 301, 0), {}),
    ],
)  # fmt: skip
def test_SC5_kicks_by_distance(line: Line, wanted: dict[str, int]) -> None:
    assert of(KICKER, line) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([(PASSER, 52, 0), (PASSER, 54, 0)], {"fum": 1}),
        ([(PASSER, 53, 0), (PASSER, 106, 0)], {"fum": 1, "fum_lost": 1}),
        ([(PASSER, 56, 3)], {"fum_rec_td": 1}),
        ([(PASSER, 58, 3)], {"fum_rec_td": 1}),
        ([(PASSER, 64, 0)], {"fum_rec_td": 1}),
        ([KICK, (PASSER, 64, 0)], {"st_td": 1}),
        ([(PASSER, 34, 70)], {"st_td": 1, "pr_yd": 70}),
        ([(PASSER, 35, 7)], {"pr_yd": 7}),
        ([(PASSER, 46, 99)], {"st_td": 1, "kr_yd": 99}),
        ([(PASSER, 48, 9)], {"st_td": 1, "kr_yd": 9}),
        ([(PASSER, 108, 0)], {"st_td": 1}),
        ([KICK, (PASSER, 60, 5)], {"st_fum_rec": 1, "st_td": 1, "idp_fum_ret_yd": 5}),
    ],
)
def test_SC6_fumbles_and_returns(lines: list[Line], wanted: dict[str, int]) -> None:
    assert of(PASSER, *lines) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([(TACKLER, 79, 0)], {"idp_tkl": 1, "idp_tkl_solo": 1}),
        ([(TACKLER, 80, 0)], {"idp_tkl": 1, "idp_tkl_solo": 1}),
        ([(TACKLER, 82, 0)], {"idp_tkl": 1, "idp_tkl_ast": 1}),
        ([KICK, (TACKLER, 79, 0)], {"st_tkl_solo": 1}),
        ([KICK, (TACKLER, 82, 0)], {}),
        ([(TACKLER, 83, -8)], {"idp_sack": 2, "idp_sack_yd": 8}),
        ([(TACKLER, 84, -4)], {"idp_sack": 1, "idp_sack_yd": 4}),
        ([(TACKLER, 25, 12)], {"idp_int": 1, "idp_int_ret_yd": 12}),
        ([(TACKLER, 26, 12)], {"idp_int": 1, "idp_int_ret_yd": 12, "idp_def_td": 1}),
        ([(TACKLER, 28, 12)], {"idp_int_ret_yd": 12, "idp_def_td": 1}),
        ([(TACKLER, 59, 2)], {"idp_fum_rec": 1, "idp_fum_ret_yd": 2}),
        ([(TACKLER, 60, 2)], {"idp_fum_rec": 1, "idp_fum_ret_yd": 2, "idp_def_td": 1}),
        ([(TACKLER, 62, 2)], {"idp_fum_ret_yd": 2, "idp_def_td": 1}),
        ([(TACKLER, 85, 0), (TACKLER, 110, 0), (TACKLER, 120, 0), (TACKLER, 402, -3)],
         {"idp_pass_def": 1, "idp_qb_hit": 1, "idp_tkl_loss": 1}),
        ([(TACKLER, 86, 0)], {"idp_blk_kick": 1}),
        ([(TACKLER, 89, 0)], {"idp_safe": 2}),
        ([(TACKLER, 91, 0)], {"idp_ff": 1}),
        ([KICK, (TACKLER, 91, 0), (TACKLER, 59, 0)], {"st_ff": 1, "st_fum_rec": 1}),
    ],
)  # fmt: skip
def test_SC7_individual_defence(lines: list[Line], wanted: dict[str, int]) -> None:
    assert of(TACKLER, *lines) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([(TACKLER, 83, -8), ("AWY", 84, -2)], {"sack": 3, "sack_yd": 10}),
        ([(TACKLER, 26, 12)],
         {"int": 1, "int_ret_yd": 12, "def_td": 1, SCORED: 6, SCORED_BY_DEFENCE: 6}),
        ([(TACKLER, 60, 2)],
         {"fum_rec": 1, "fum_ret_yd": 2, "def_td": 1, SCORED: 6, SCORED_BY_DEFENCE: 6}),
        ([KICK, (TACKLER, 60, 2)],
         {"def_st_fum_rec": 1, "fum_ret_yd": 2, "def_st_td": 1, SCORED: 6}),
        ([(TACKLER, 89, 0)], {"safe": 2, SCORED: 2, SCORED_BY_DEFENCE: 2}),
        ([(TACKLER, 88, 0), (TACKLER, 91, 0)], {"blk_kick": 1, "def_st_ff": 1}),
        ([(TACKLER, 91, 0)], {"ff": 1}),
        ([(TACKLER, 34, 60)], {"def_st_td": 1, "def_pr_yd": 60, SCORED: 6}),
        ([KICK, (TACKLER, 64, 0)], {"def_st_td": 1, SCORED: 6}),
        ([(TACKLER, 403, 0), (TACKLER, 404, 0), (TACKLER, 420, 0)], {"def_2pt": 1, SCORED: 2}),
        ([(TACKLER, 79, 0), (TACKLER, 82, 0)], {"tkl": 2, "tkl_solo": 1, "tkl_ast": 1}),
        ([KICK, (TACKLER, 79, 0)], {"def_st_tkl_solo": 1}),
        ([(TACKLER, 85, 0), (TACKLER, 110, 0), (TACKLER, 120, 0)],
         {"def_pass_def": 1, "qb_hit": 1, "tkl_loss": 1}),
    ],
)  # fmt: skip
def test_SC8_a_teams_defence_has_all_of_a_team(lines: list[Line], wanted: dict[str, int]) -> None:
    assert of("AWY", *lines) == wanted


def test_SC9_allowed_is_the_headers_score_and_may_leave_the_other_defence_out() -> None:
    totals = Totals(
        [
            play(1, (PASSER, 16, 30), (CATCHER, 22, 30)),
            play(2, (PASSER, 20, -10), (PASSER, 10, 5)),
            play(3, (KICKER, 26, 20)),
            play(4, (KICKER, 89, 0)),
        ]
    )
    assert totals.of("HOM")[GAINED] == 25

    def points(score: int | None, *, leaves_out: bool) -> int:
        return allowed(totals, "HOM", score, leaves_out_defence=leaves_out)["pts_allow"]

    assert (points(None, leaves_out=False), points(None, leaves_out=True)) == (14, 6)
    assert (points(15, leaves_out=False), points(15, leaves_out=True)) == (15, 7)
    assert points(3, leaves_out=True) == 0
    assert allowed(totals, "HOM", 15, leaves_out_defence=False)["yds_allow"] == 25


def test_SC17_corrections_in_any_order_end_where_the_final_forms_do() -> None:
    dice = random.Random(3)
    ids = [10, 11, 15, 16, 19, 21, 22, 26, 46, 52, 59, 60, 70, 83, 84, 89, 106]
    for _ in range(200):
        held = {
            n: play(n, (PASSER, dice.choice(ids), dice.randrange(60)), (TACKLER, 79, 0))
            for n in range(5)
        }
        totals = Totals()
        for n in dice.sample(sorted(held), 5):
            totals.replace(None, held[n])
        for _ in range(10):
            n = dice.randrange(5)
            after = play(
                n, (PASSER, dice.choice(ids), dice.randrange(60)), deleted=dice.random() < 0.3
            )
            totals.replace(held[n], after)
            held[n] = after
        assert totals.everybody() == Totals(held.values()).everybody()


def test_SC10_every_quantity_is_a_key_of_rules_but_the_three_that_are_ours() -> None:
    lines: list[Line] = [(who, n, 55) for n in range(1, 421) for who in (PASSER, "AWY")]
    lines += [
        (PASSER, stat, yards) for stat in (21, 70, 69) for yards in (0, 7, 12, 25, 35, 45, 60)
    ]
    both = [
        *shares(play(1, *lines)),
        *shares(play(2, *(x for x in lines if x[1] not in range(29, 52)))),
    ]
    scrimmage = [x for x in lines if x[1] in {79, 82, 91, 59, 60, 64, 83, 89}]
    both += shares(play(3, *scrimmage))
    assert {key for who, key, _ in both if who == PASSER} == PLAYER
    found = {key for who, key, _ in both if who in {"HOM", "AWY"}}
    assert found - {SCORED, SCORED_BY_DEFENCE, GAINED} == TEAM - {"pts_allow", "yds_allow"}
