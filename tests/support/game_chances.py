"""The win chance of a real game by score and time, as the page of games shows it
(clients/demo/feed/chance.js), to see how often it comes true."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from typing import NamedTuple

from server.readers.game import Game
from server.rules.scoring.totals import SCORED, Totals

SD, HOME_EDGE = 13.86, 3.0


class Moment(NamedTuple):
    """All games after so many quarters."""

    quarters: int
    brier: float
    favourites: float
    """The mean chance of whoever was likelier to win."""
    won: float
    """How often they did; a tie is half."""


def home_chance(lead: int, share: float) -> float:
    """Of the home team, with this share of the game left."""
    if share <= 0:
        return 0.5 if lead == 0 else float(lead > 0)
    mean, sd = lead + HOME_EDGE * share, SD * math.sqrt(share)
    at = [statistics.NormalDist(mean, sd).cdf(edge) for edge in (-0.5, 0.5)]
    return 1 - statistics.fmean(at)


def moments(games: Iterable[Game]) -> list[Moment]:
    """Before the game, and after each of three quarters."""
    known = list(games)
    found: list[Moment] = []
    for quarters in range(4):
        pairs = [(_chance(game, quarters), _result(game)) for game in known]
        likelier = [max(pair, (1 - pair[0], 1 - pair[1])) for pair in pairs]
        found.append(
            Moment(
                quarters,
                statistics.fmean((said - won) ** 2 for said, won in pairs),
                statistics.fmean(said for said, _ in likelier),
                statistics.fmean(won for _, won in likelier),
            )
        )
    return found


def _chance(game: Game, quarters: int) -> float:
    totals = Totals(play for play in game.plays if play.quarter <= quarters)
    home, away = (totals.of(side.team).get(SCORED, 0) for side in (game.home, game.away))
    return home_chance(home - away, 1 - quarters / 4)


def _result(game: Game) -> float:
    lead = (game.home.score or 0) - (game.away.score or 0)
    return home_chance(lead, 0)
