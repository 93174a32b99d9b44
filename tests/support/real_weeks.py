"""Real weeks to measure projections with: who was ranked where before it, and the quantities and
games of everybody. Rankings are only read here: nothing of them is in the tree."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from server.readers.game import Game
from server.rules.scoring.totals import Totals, allowed
from tests.support.gsis_games import real_games

SEASON = 2019
_ALSO_KNOWN = {
    "stevenhauschka": "stephenhauschka", "williamfuller": "willfuller",
    "robbiechosen": "robbyanderson",
}  # fmt: skip
_TEAMS = {"LAR": "LA", "JAC": "JAX", "LV": "OAK"}
"""Abbreviations of rankings that are not those of the games."""
_SUFFIX = re.compile(r"\b(jr|sr|ii|iii|iv|v)\b\.?")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who was ranked before a week, and what he did in it."""

    id: str
    position: str
    rank: int
    game: str
    """Empty: he had no stat line, so nobody knows which; he made nothing."""
    team: str
    quantities: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RealWeek:
    """One week."""

    games: Mapping[str, Game]
    ranked: tuple[Ranked, ...]
    unknown: tuple[str, ...]
    """Ranked, but of nobody's id."""


def real_week(shared: Path, week: int, *, preseason: bool = False) -> RealWeek:
    """Week 1 or 2. `preseason`: with the ranks of before the season."""
    games = real_games(shared, f"2019_reg_w{week:02}")
    did = dict(_everybody(games))
    ids = _Ids(shared)
    ranked: list[Ranked] = []
    unknown: list[str] = []
    name = f"preseason_rankings_{SEASON}" if preseason else f"weekly_rankings_{SEASON}_w{week:02}"
    seen: set[str] = set()
    for row in _rows(shared / "fantasy" / f"{name}.csv"):
        position = "DEF" if row["pos"] == "DST" else row["pos"]
        team = row.get("team") or row.get("team_as_recorded") or ""
        who = _TEAMS.get(team, team) if position == "DEF" else ids(row)
        if who is None:
            unknown.append(row["player_name"])
            continue
        if who in seen or (position == "DEF" and who not in did):
            continue
        seen.add(who)
        rank = int(float(row.get("rank") or row["pos_rank"]))
        game, side, quantities = did.get(who, ("", "", {}))
        ranked.append(Ranked(who, position, rank, game, side, quantities))
    return RealWeek(games, tuple(ranked), tuple(unknown))


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _everybody(games: Mapping[str, Game]) -> Iterator[tuple[str, tuple[str, str, dict[str, int]]]]:
    """Player, or team for its D/ST, to game, team and quantities."""
    for game in games.values():
        totals = Totals(game.plays)
        teams = {line.player: line.team for play in game.plays for line in play.stats}
        for who, quantities in totals.everybody().items():
            if who in teams:
                yield who, (game.id, teams[who], quantities)
        for side in game.sides():
            other = game.other(side.team)
            against = allowed(totals, other.team, other.score, leaves_out_defence=False)
            yield side.team, (game.id, side.team, {**totals.of(side.team), **against})


class _Ids:
    """Rows of rankings to GSIS ids: by the table that has both, else by a name that one has."""

    def __init__(self, shared: Path) -> None:
        both = _rows(shared / "fantasy" / f"preseason_rankings_{SEASON}.csv")
        self._by_number = {row["fantasypros_id"]: row["gsis_id"] for row in both if row["gsis_id"]}
        self._by_name: dict[str, list[str]] = {}
        for row in _rows(shared / "nfl_gsis" / "players_2018_2019.csv"):
            self._by_name.setdefault(_plain(row["full_name"]), []).append(row["gsis_id"])

    def __call__(self, row: Mapping[str, str]) -> str | None:
        found = self._by_number.get(row["fantasypros_id"])
        named = self._by_name.get(_plain(row["player_name"]), [])
        return found or (named[0] if len(named) == 1 else None)


def _plain(name: str) -> str:
    letters = "".join(letter for letter in _SUFFIX.sub("", name.lower()) if letter.isalpha())
    return _ALSO_KNOWN.get(letters, letters)


def positions_of(shared: Path) -> dict[str, str]:
    """Player to position, of those the file has one of."""
    rows = _rows(shared / "nfl_gsis" / "players_2018_2019.csv")
    return {row["gsis_id"]: row["position_2020"] for row in rows if row["position_2020"]}
