"""How far projections are off: the fitted table against a week that it was not fitted to, against a
plain baseline, and beside a well-known site's own; and whether win chances happen as often as they
say, in match-ups drawn from that week at several moments of its games."""

from __future__ import annotations

import csv
import itertools
import math
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from server.readers.game import Game
from server.rules.projection.chance import SURE, win_chance
from server.rules.projection.expected import DEFENCE, Expected, Pregame
from server.rules.projection.live import Outlook, defence_outlook, player_outlook
from server.rules.projection.tiers import tier_points
from server.rules.scoring.points import parts_of, total_of
from server.rules.scoring.ruleset import preset
from server.rules.scoring.totals import Totals, allowed
from tests.support.projection_fit import FIT_RULES, LAST, at, points_of
from tests.support.real_weeks import Ranked, RealWeek

PLACES = {"QB": 1, "RB": 2, "WR": 3, "TE": 1, "K": 1, "DEF": 1}
STARTABLE = {"QB": 20, "RB": 40, "WR": 50, "TE": 18, "K": 20, "DEF": 20}
"""Ranks that line-ups are drawn from."""
BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
EARLY = 9
"""Games of a week that are over when the later ones of Sunday begin, by their numbers."""


class Errors(NamedTuple):
    """Of one position, points a player: projection minus actual."""

    players: int
    mae: float
    rmse: float
    bias: float


def errors_of(pairs: Sequence[tuple[float, float]]) -> Errors:
    """Of projected and actual points."""
    off = [projected - actual for projected, actual in pairs]
    return Errors(
        len(off),
        statistics.fmean(map(abs, off)),
        math.sqrt(statistics.fmean(one * one for one in off)),
        statistics.fmean(off),
    )


def by_position(week: RealWeek) -> dict[str, Errors]:
    """The shipped table on a week."""
    expected = Expected(preset(FIT_RULES))
    found: dict[str, Errors] = {}
    for position in LAST:
        found[position] = errors_of(
            [
                (expected.by_rank(position, one.rank).whole(expected.rules) / 100, made(one))
                for one in at(week, position)
            ]
        )
    return found


def baseline(fitted: RealWeek, week: RealWeek) -> dict[str, Errors]:
    """Everybody is expected to make what his position made on average in the other week."""
    found: dict[str, Errors] = {}
    for position in LAST:
        mean = statistics.fmean(made(one) for one in at(fitted, position))
        found[position] = errors_of([(mean, made(one)) for one in at(week, position)])
    return found


def made(one: Ranked) -> float:
    """Points."""
    return points_of(one) / 100


def site_errors(shared: Path) -> dict[str, Errors]:
    """A site's own projections of another week (2025, week 1), of as many players a position."""
    path = shared / "fantasy" / "nflcom_projected_vs_actual_2025_w01.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    found: dict[str, Errors] = {}
    for position, last in LAST.items():
        pairs = [
            (float(row["PlayerWeekProjectedPts"] or 0), float(row["TotalPoints"] or 0))
            for row in rows
            if row["Pos"] == position
        ]
        if pairs:
            found[position] = errors_of(sorted(pairs, reverse=True)[:last])
    return found


# --- win chances


@dataclass(frozen=True, slots=True)
class Moment:
    """Where each game of the week is: how many of its quarters are played, 5: all of it."""

    name: str
    played: Mapping[str, int]

    def share(self, game: str) -> float:
        """Of a game that is left."""
        return max(0.0, 1 - self.played[game] / 4)


def moments_of(week: RealWeek) -> list[Moment]:
    """All games at once at four moments, and an afternoon when the early ones are over."""
    games = sorted(week.games)
    same = [
        ("kick-off", 0),
        ("after the first quarter", 1),
        ("half-time", 2),
        ("fourth quarter", 3),
    ]
    found = [Moment(name, dict.fromkeys(games, quarters)) for name, quarters in same]
    afternoon = {game: 5 if number < EARLY else 0 for number, game in enumerate(games)}
    return [*found, Moment(f"{EARLY} games over, the others to come", afternoon)]


class Bin(NamedTuple):
    """Match-ups whose home side was given a chance between two bounds."""

    least: float
    matchups: int
    said: float
    """The mean chance."""
    won: float
    """How often it won; a tie is half."""


class Calibration(NamedTuple):
    """Of one moment."""

    name: str
    bins: list[Bin]
    brier: float
    """The mean square of chance minus what became of it; 0.25: knowing nothing."""


def calibrations(week: RealWeek, matchups: int, seed: int) -> list[Calibration]:
    """Line-ups drawn at random: each pair has twenty different players."""
    drawn = _drawn(week, matchups, seed)
    final = _outlooks(week, Moment("", dict.fromkeys(week.games, 5)))
    found: list[Calibration] = []
    for moment in moments_of(week):
        outlooks = _outlooks(week, moment)
        said = [_chance(outlooks, home, away) for home, away in drawn]
        won = [_chance(final, home, away, over=True) for home, away in drawn]
        pairs = [(one / SURE, two / SURE) for one, two in zip(said, won, strict=True)]
        bins = [
            Bin(
                least,
                len(inside),
                statistics.fmean(one for one, _ in inside),
                statistics.fmean(two for _, two in inside),
            )
            for least, most in itertools.pairwise(BINS)
            if (inside := [pair for pair in pairs if least <= pair[0] < most])
        ]
        brier = statistics.fmean((one - two) ** 2 for one, two in pairs)
        found.append(Calibration(moment.name, bins, brier))
    return found


def _drawn(week: RealWeek, matchups: int, seed: int) -> list[tuple[list[str], list[str]]]:
    """Of whoever played: who is out is known before a game."""
    dice = random.Random(seed)
    pools = {
        position: [
            one.id
            for one in week.ranked
            if one.position == position and one.rank <= STARTABLE[position] and one.game
        ]
        for position in PLACES
    }
    found: list[tuple[list[str], list[str]]] = []
    for _ in range(matchups):
        home: list[str] = []
        away: list[str] = []
        for position, places in PLACES.items():
            both = dice.sample(pools[position], 2 * places)
            home += both[:places]
            away += both[places:]
        found.append((home, away))
    return found


def _outlooks(week: RealWeek, moment: Moment) -> dict[str, Outlook]:
    expected = Expected(preset(FIT_RULES))
    totals = {
        game.id: Totals(
            play for play in game.plays if play.quarter <= moment.played[game.id]
            or moment.played[game.id] >= 5
        )
        for game in week.games.values()
    }  # fmt: skip
    found: dict[str, Outlook] = {}
    for one in week.ranked:
        if one.game:
            pregame = expected.by_rank(one.position, one.rank)
            game, share = week.games[one.game], moment.share(one.game)
            found[one.id] = _outlook(one, game, totals[game.id], pregame, share, expected)
    return found


def _outlook(
    one: Ranked, game: Game, totals: Totals, pregame: Pregame, share: float, expected: Expected
) -> Outlook:
    rules = expected.rules
    if one.position != DEFENCE:
        actual = total_of(parts_of(totals.of(one.id), rules, one.position))
        return player_outlook(actual, pregame, share)
    other = game.other(one.team)
    # By plays until the end, when it is what the header says.
    against = allowed(totals, other.team, None if share else other.score, leaves_out_defence=False)
    parts = parts_of({**totals.of(one.team), **against}, rules, DEFENCE)
    has = (against["pts_allow"], against["yds_allow"])
    return defence_outlook(total_of(parts), tier_points(parts), has, pregame, share, rules)


def _chance(
    outlooks: Mapping[str, Outlook],
    home: Sequence[str],
    away: Sequence[str],
    *,
    over: bool = False,
) -> int:
    lead = sum(outlooks[one].points for one in home) - sum(outlooks[one].points for one in away)
    variance = sum(outlooks[one].variance for one in (*home, *away))
    return win_chance(lead, variance, over=over)
