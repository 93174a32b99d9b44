"""Every key that a league may give points for, as Sleeper names them: quantities that plays add up
to, and those that follow from such sums. Pure; SPEC: SC10, SC15."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_PLAYER = (
    "pass_att pass_cmp pass_inc pass_yd pass_td pass_int pass_int_td pass_sack pass_2pt pass_fd "
    "pass_cmp_40p pass_td_40p pass_td_50p "
    "rush_att rush_yd rush_td rush_2pt rush_fd rush_40p rush_td_40p rush_td_50p "
    "rec rec_yd rec_td rec_2pt rec_fd rec_td_40p rec_td_50p "
    "rec_0_4 rec_5_9 rec_10_19 rec_20_29 rec_30_39 rec_40p "
    "fum fum_lost fum_rec_td st_td st_ff st_fum_rec st_tkl_solo pr_yd kr_yd "
    "fgm fgm_0_19 fgm_20_29 fgm_30_39 fgm_40_49 fgm_50p fgm_50_59 fgm_60p fgm_yds fgm_yds_over_30 "
    "fgmiss fgmiss_0_19 fgmiss_20_29 fgmiss_30_39 fgmiss_40_49 fgmiss_50p fgmiss_50_59 fgmiss_60p "
    "xpm xpmiss "
    "idp_tkl idp_tkl_solo idp_tkl_ast idp_tkl_loss idp_sack idp_sack_yd idp_int idp_int_ret_yd "
    "idp_fum_rec idp_fum_ret_yd idp_ff idp_safe idp_blk_kick idp_def_td idp_pass_def "
    "idp_qb_hit"
)
PLAYER = frozenset(_PLAYER.split())
"""What a player's plays add up to."""
_TEAM = (
    "sack sack_yd int int_ret_yd fum_rec fum_ret_yd ff safe blk_kick def_td def_st_td def_2pt "
    "def_st_ff def_st_fum_rec def_st_tkl_solo def_pass_def def_pr_yd def_kr_yd "
    "tkl tkl_solo tkl_ast tkl_loss qb_hit pts_allow yds_allow"
)
TEAM = frozenset(_TEAM.split())
"""What a team's plays, and the other team's, add up to for its D/ST."""


class Band(NamedTuple):
    """Reached once if the sum of these quantities lies in it."""

    of: tuple[str, ...]
    least: int
    most: int | None = None


def _bands(of: str, prefix: str, *edges: tuple[str, int, int | None]) -> dict[str, Band]:
    return {f"{prefix}{name}": Band((of,), least, most) for name, least, most in edges}


BANDS: Mapping[str, Band] = {
    **_bands("pass_yd", "bonus_pass_yd_", ("300", 300, 399), ("400", 400, None)),
    **_bands("rush_yd", "bonus_rush_yd_", ("100", 100, 199), ("200", 200, None)),
    **_bands("rec_yd", "bonus_rec_yd_", ("100", 100, 199), ("200", 200, None)),
    "bonus_rush_rec_yd_100": Band(("rush_yd", "rec_yd"), 100, 199),
    "bonus_rush_rec_yd_200": Band(("rush_yd", "rec_yd"), 200),
    "bonus_pass_cmp_25": Band(("pass_cmp",), 25),
    "bonus_rush_att_20": Band(("rush_att",), 20),
    "bonus_tkl_10p": Band(("idp_tkl",), 10),
    "bonus_sack_2p": Band(("idp_sack",), 4),
    "idp_pass_def_3p": Band(("idp_pass_def",), 3),
    **_bands(
        "pts_allow", "pts_allow_",
        ("0", 0, 0), ("1_6", 1, 6), ("7_13", 7, 13), ("14_20", 14, 20), ("21_27", 21, 27),
        ("28_34", 28, 34), ("35p", 35, None),
    ),
    **_bands(
        "yds_allow", "yds_allow_",
        ("0_100", -999, 99), ("100_199", 100, 199), ("200_299", 200, 299), ("300_349", 300, 349),
        ("350_399", 350, 399), ("400_449", 400, 449), ("450_499", 450, 499),
        ("500_549", 500, 549), ("550p", 550, None),
    ),
}  # fmt: skip
"""What follows from sums. Bonuses do not stack: of two of one quantity one is reached. Sacks are in
halves."""

BY_POSITION: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{f"bonus_rec_{p.lower()}": (p, ("rec",)) for p in ("RB", "WR", "TE")},
    **{f"bonus_fd_{p.lower()}": (p, ("rush_fd", "rec_fd")) for p in ("QB", "RB", "WR", "TE")},
}
"""Key → whose it is, and of which quantities."""

KEYS = PLAYER | TEAM | BANDS.keys() | BY_POSITION.keys()
