"""Points of everybody in some games by one league's rules: a row for each player and each D/ST.
Pure; SPEC: SC18, SC19."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.readers.game import Game
from server.rules.scoring.points import Part, parts_of, total_of
from server.rules.scoring.ruleset import Ruleset
from server.rules.scoring.totals import Totals, allowed

DEFENCE = "DEF"
"""Position of a D/ST."""


@dataclass(frozen=True, slots=True)
class Row:
    """Of one player, or the D/ST of one team."""

    id: str
    """GSIS id, or the team's abbreviation."""
    name: str
    team: str
    """Of the last game, where there were several."""
    position: str
    points: int
    """Hundredths."""
    parts: tuple[Part, ...]
    """By key, over all games; they make the points."""


@dataclass(slots=True)
class _Sum:
    name: str
    team: str
    position: str
    parts: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def add(self, parts: Iterable[Part]) -> None:
        for part in parts:
            halves, points = self.parts.get(part.key, (0, 0))
            self.parts[part.key] = halves + part.halves, points + part.points


def rows_of(games: Iterable[Game], rules: Ruleset, positions: Mapping[str, str]) -> tuple[Row, ...]:
    """Everybody with a stat line, most points first, then by id. Points are made game by game, for
    bonuses and tiers are of one game, and added up. `positions`: by player's id."""
    sums: dict[str, _Sum] = {}
    for game in sorted(games, key=lambda game: game.id):
        totals = Totals(game.plays)
        for who, (name, team) in _players(game).items():
            position = positions.get(who, "")
            found = sums.setdefault(who, _Sum(name, team, position))
            found.name, found.team = name or found.name, team
            found.add(parts_of(totals.of(who), rules, position))
        if game.phase == "pregame":
            continue
        for side in game.sides():
            found = sums.setdefault(side.team, _Sum(f"{side.team} D/ST", side.team, DEFENCE))
            found.add(defence_parts(game, totals, side.team, rules))
    rows = [_row(who, found) for who, found in sums.items()]
    return tuple(sorted(rows, key=lambda row: (-row.points, row.id)))


def defence_parts(game: Game, totals: Totals, team: str, rules: Ruleset) -> tuple[Part, ...]:
    """What a team's D/ST has of one game."""
    other = game.other(team)
    leaves_out = rules.points_allowed == "exclude_def_td_and_safety"
    against = allowed(totals, other.team, other.score, leaves_out_defence=leaves_out)
    return parts_of({**totals.of(team), **against}, rules, DEFENCE)


def _row(who: str, found: _Sum) -> Row:
    parts = tuple(Part(key, *sums) for key, sums in sorted(found.parts.items()))
    return Row(who, found.name, found.team, found.position, total_of(parts), parts)


def _players(game: Game) -> dict[str, tuple[str, str]]:
    """Player → name and team, as their first line with a name has them."""
    found: dict[str, tuple[str, str]] = defaultdict(lambda: ("", ""))
    for play in game.plays:
        if play.deleted:
            continue
        for line in play.stats:
            if line.player and not found[line.player][0]:
                found[line.player] = line.name, line.team
    return found
