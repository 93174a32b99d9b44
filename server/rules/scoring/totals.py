"""What plays add up to: for each player and each team the quantities that league rules give points
for, by the names that Sleeper's leagues use. Pure; knows no league rule. SPEC: SC4 to SC9, SC17.

A play's share depends on that play alone, so a correction takes the old form away and adds the new
one, in whatever order plays come. What follows from totals (bonuses, points allowed) is never kept
as a sum: server/rules/scoring/points.py makes it each time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from protocol.feed import Play, StatLine
from server.rules.scoring import stat_ids as ids

HALVES = frozenset({"sack", "safe", "idp_sack", "idp_safe"})
"""Quantities that are counted in halves."""

SCORED, SCORED_BY_DEFENCE, GAINED = "_scored", "_scored_by_defence", "_gained"
"""Of a team: its points on the scoreboard, those of them by touchdowns of its defence and by
safeties, and its net yards. What the other team allowed follows from these."""

FG_RANGES = ((0, "0_19"), (20, "20_29"), (30, "30_39"), (40, "40_49"), (50, "50_59"), (60, "60p"))
CATCH_RANGES = (
    (-99, "0_4"), (5, "5_9"), (10, "10_19"), (20, "20_29"), (30, "30_39"), (40, "40p"),
)  # fmt: skip

Share = tuple[str, str, int]
"""Whose (player's id or team's abbreviation), quantity, how much."""
_PLAIN: Mapping[int, tuple[str, ...]] = {
    10: ("rush_att",),
    11: ("rush_att", "rush_td"),
    13: ("rush_td",),
    14: ("pass_att", "pass_inc"),
    15: ("pass_att", "pass_cmp"),
    16: ("pass_att", "pass_cmp", "pass_td"),
    18: ("pass_td",),
    19: ("pass_att", "pass_int"),
    20: ("pass_sack",),
    21: ("rec",),
    22: ("rec", "rec_td"),
    24: ("rec_td",),
    52: ("fum",),
    53: ("fum",),
    56: ("fum_rec_td",),
    58: ("fum_rec_td",),
    70: ("fgm",),
    69: ("fgmiss",),
    71: ("fgmiss",),
    72: ("xpm",),
    73: ("xpmiss",),
    74: ("xpmiss",),
    75: ("rush_2pt",),
    77: ("pass_2pt",),
    104: ("rec_2pt",),
    106: ("fum_lost",),
    34: ("st_td",),
    36: ("st_td",),
    46: ("st_td",),
    48: ("st_td",),
    108: ("st_td",),
    25: ("idp_int",),
    26: ("idp_int", "idp_def_td"),
    28: ("idp_def_td",),
    85: ("idp_pass_def",),
    86: ("idp_blk_kick",),
    87: ("idp_blk_kick",),
    88: ("idp_blk_kick",),
    110: ("idp_qb_hit",),
    120: ("idp_tkl_loss",),
}
"""Stat id → what a player has one more of, wherever it happened."""
_YARDS: Mapping[str, frozenset[int]] = {
    "rush_yd": ids.RUSH_YARDS,
    "pass_yd": ids.PASS_YARDS,
    "rec_yd": ids.CATCH_YARDS,
    "pr_yd": ids.PUNT_RETURN_YARDS,
    "kr_yd": ids.KICK_RETURN_YARDS,
    "idp_int_ret_yd": ids.INTERCEPTION_YARDS,
    "idp_fum_ret_yd": ids.RECOVERY_YARDS,
    "fgm_yds": frozenset({ids.FG_GOOD}),
}
_LONG = (
    ("rush", ids.RUSH, ids.RUSH_TD),
    ("pass_cmp", ids.COMPLETE, ids.PASS_TD),
    ("rec", frozenset[int](), ids.CATCH_TD),
)
"""Plays of 40 yards and more, and touchdowns of as many. Catches have ranges of their own."""


def shares(play: Play) -> Iterator[Share]:
    """What one play gives to whom; nothing if it is deleted."""
    if play.deleted:
        return
    kick = ids.is_kick(play)
    there = {line.stat for line in play.stats}
    for line in play.stats:
        if line.player:
            for key, quantity in _player(line, there, kick=kick):
                yield line.player, key, quantity
        for key, quantity in _team(line, there, kick=kick):
            yield line.team, key, quantity


def _player(line: StatLine, there: set[int], *, kick: bool) -> Iterator[tuple[str, int]]:
    stat, yards = line.stat, line.yards
    for key in _PLAIN.get(stat, ()):
        yield key, 1
    for key, of in _YARDS.items():
        if stat in of:
            yield key, yards
    yield from _long(stat, yards)
    yield from _first_downs(stat, there)
    if stat in ids.CATCH:
        yield f"rec_{_range(CATCH_RANGES, yards)}", 1
    if stat == ids.INTERCEPTED and there & ids.INTERCEPTION_TD:
        yield "pass_int_td", 1
    if stat == ids.FG_GOOD:
        yield from _distance("fgm", yards)
        yield "fgm_yds_over_30", max(0, yards - 30)
    if stat in {ids.FG_MISSED, ids.FG_BLOCKED}:
        yield from _distance("fgmiss", yards)
    if stat == ids.MISC_TD:
        yield ("st_td" if kick else "fum_rec_td"), 1
    yield from _individual_defence(stat, yards, kick=kick)


def _long(stat: int, yards: int) -> Iterator[tuple[str, int]]:
    for prefix, counted, scored in _LONG:
        if stat in counted and yards >= 40:
            yield f"{prefix}_40p", 1
        if stat in scored:
            name = prefix.removesuffix("_cmp")
            for least in (40, 50):
                if yards >= least:
                    yield f"{name}_td_{least}p", 1


def _first_downs(stat: int, there: set[int]) -> Iterator[tuple[str, int]]:
    if ids.FIRST_DOWN_RUSH in there and stat in ids.RUSH_YARDS:
        yield "rush_fd", 1
    if ids.FIRST_DOWN_PASS in there:
        if stat in ids.COMPLETE:
            yield "pass_fd", 1
        elif stat in ids.CATCH_YARDS:
            yield "rec_fd", 1


def _distance(prefix: str, yards: int) -> Iterator[tuple[str, int]]:
    yield f"{prefix}_{_range(FG_RANGES, yards)}", 1
    if yards >= 50:
        yield f"{prefix}_50p", 1


def _range(ranges: tuple[tuple[int, str], ...], yards: int) -> str:
    return next(name for least, name in reversed(ranges) if yards >= least or least == ranges[0][0])


def _individual_defence(stat: int, yards: int, *, kick: bool) -> Iterator[tuple[str, int]]:
    if stat in ids.TACKLE:
        if kick:
            yield "st_tkl_solo", 1
        else:
            yield from (("idp_tkl", 1), ("idp_tkl_solo", 1))
    elif stat == ids.ASSIST and not kick:
        yield from (("idp_tkl", 1), ("idp_tkl_ast", 1))
    elif stat in {ids.SACK, ids.HALF_SACK}:
        yield from (("idp_sack", 2 if stat == ids.SACK else 1), ("idp_sack_yd", -yards))
    elif stat in {ids.SAFETY, ids.HALF_SAFETY}:
        yield "idp_safe", 2 if stat == ids.SAFETY else 1
    elif stat == ids.FORCED_FUMBLE:
        yield ("st_ff" if kick else "idp_ff"), 1
    elif stat in ids.RECOVERY | ids.RECOVERY_TD:
        if stat in ids.RECOVERY:
            yield ("st_fum_rec" if kick else "idp_fum_rec"), 1
        if stat in ids.RECOVERY_TD:
            yield ("st_td" if kick else "idp_def_td"), 1


_TEAM_PLAIN: Mapping[int, str] = {
    **dict.fromkeys(ids.INTERCEPTION, "int"),
    **dict.fromkeys(ids.BLOCK, "blk_kick"),
    **dict.fromkeys(ids.DEFENSIVE_TWO, "def_2pt"),
    **dict.fromkeys(ids.PUNT_RETURN_TD | ids.KICK_RETURN_TD | {ids.OWN_KICKOFF_TD}, "def_st_td"),
    ids.PASS_DEFENDED: "def_pass_def",
    ids.QB_HIT: "qb_hit",
    ids.TACKLE_FOR_LOSS: "tkl_loss",
}
_TEAM_YARDS: Mapping[str, frozenset[int]] = {
    "int_ret_yd": ids.INTERCEPTION_YARDS,
    "fum_ret_yd": ids.RECOVERY_YARDS,
    "def_pr_yd": ids.PUNT_RETURN_YARDS,
    "def_kr_yd": ids.KICK_RETURN_YARDS,
    GAINED: ids.RUSH_YARDS | ids.PASS_YARDS | ids.SACKED_YARDS,
}
_ST_TD = ids.OWN_RECOVERY_TD | {ids.MISC_TD}


def _team(line: StatLine, there: set[int], *, kick: bool) -> Iterator[tuple[str, int]]:
    stat, yards = line.stat, line.yards
    plain = _TEAM_PLAIN.get(stat)
    if plain is not None and not ids.is_said_again(stat, there):
        yield plain, 1
    for key, of in _TEAM_YARDS.items():
        if stat in of:
            yield key, yards
    if stat in {ids.SACK, ids.HALF_SACK}:
        yield from (("sack", 2 if stat == ids.SACK else 1), ("sack_yd", -yards))
    elif stat in {ids.SAFETY, ids.HALF_SAFETY}:
        worth = 2 if stat == ids.SAFETY else 1
        yield from (("safe", worth), (SCORED_BY_DEFENCE, worth))
    elif stat == ids.FORCED_FUMBLE:
        yield ("def_st_ff" if kick else "ff"), 1
    elif stat in ids.TACKLE:
        yield from (("def_st_tkl_solo", 1),) if kick else (("tkl", 1), ("tkl_solo", 1))
    elif stat == ids.ASSIST and not kick:
        yield from (("tkl", 1), ("tkl_ast", 1))
    elif stat in _ST_TD and kick:
        yield "def_st_td", 1
    if stat in ids.RECOVERY:
        yield ("def_st_fum_rec" if kick else "fum_rec"), 1
    if stat in ids.INTERCEPTION_TD | ids.RECOVERY_TD:
        yield ("def_st_td" if kick else "def_td"), 1
        if not kick:
            yield SCORED_BY_DEFENCE, 6
    scored = ids.points_of(stat, there)
    if scored:
        yield SCORED, scored


class Totals:
    """The sums over the current form of every play of one game."""

    def __init__(self, plays: Iterable[Play] = ()) -> None:
        self._of: dict[str, Counter[str]] = defaultdict(Counter)
        for play in plays:
            self.add(play)

    def add(self, play: Play, times: int = 1) -> None:
        """A play's shares; with -1 they are taken away again."""
        for who, key, quantity in shares(play):
            self._of[who][key] += times * quantity

    def replace(self, before: Play | None, after: Play | None) -> None:
        """A correction: the old form no longer counts, the new one does."""
        if before is not None:
            self.add(before, -1)
        if after is not None:
            self.add(after)

    def of(self, who: str) -> dict[str, int]:
        """Quantities of a player or team that are not nought."""
        found = self._of.get(who)
        return {} if found is None else {key: n for key, n in sorted(found.items()) if n}

    def everybody(self) -> dict[str, dict[str, int]]:
        """Whoever has any quantity, by id."""
        return {who: found for who in sorted(self._of) if (found := self.of(who))}


def allowed(
    totals: Totals, other: str, score: int | None, *, leaves_out_defence: bool
) -> dict[str, int]:
    """What a team's defence has let the other team have: `pts_allow` (by the header's score, where
    there is one, else by the plays') and `yds_allow`. Nobody's points go below nought."""
    theirs = totals.of(other)
    points = theirs.get(SCORED, 0) if score is None else score
    if leaves_out_defence:
        points = max(0, points - theirs.get(SCORED_BY_DEFENCE, 0))
    return {"pts_allow": points, "yds_allow": theirs.get(GAINED, 0)}
