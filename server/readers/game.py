"""A game of American football as its readers hand it on: both teams with their scores and official
lines, and every play. Pure; knows no provider. SPEC: FD1 to FD5."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from protocol.feed import Phase, Play
from server.rules.scoring.box import Box

Source = Literal["gsis", "nfl_api", "nflverse"]

ALIASES: Mapping[str, str] = {
    "ARZ": "ARI", "BLT": "BAL", "CLV": "CLE", "HST": "HOU", "JAC": "JAX", "LAR": "LA",
    "SL": "STL",
}  # fmt: skip
"""Abbreviations of the same team in files of other years and sources."""


def team_among(named: str, teams: Collection[str]) -> str | None:
    """The one of these teams that is meant, by whatever name; None: neither."""
    if named in teams:
        return named
    meant = ALIASES.get(named, named)
    return next((team for team in teams if ALIASES.get(team, team) == meant), None)


@dataclass(frozen=True, slots=True)
class TeamSide:
    """One of the two teams, as the file's header has it."""

    team: str
    """Abbreviation."""
    score: int | None
    """None: the file has no score header."""
    quarters: tuple[int, ...] = ()
    """Points by quarter, overtime last."""


@dataclass(frozen=True, slots=True)
class Game:
    """One game."""

    id: str
    """The league's number, like `2019090500`, where the source has it or it follows from its
    own."""
    source: Source
    home: TeamSide
    away: TeamSide
    phase: Phase
    plays: tuple[Play, ...]
    """In the source's order. Ids are unique."""
    box: Box
    """Official lines by table and player (`team`: by team); empty where the source has none."""

    def sides(self) -> tuple[TeamSide, TeamSide]:
        """Home, then away."""
        return self.home, self.away

    def other(self, team: str) -> TeamSide:
        """Whom this team plays."""
        return self.away if team == self.home.team else self.home
