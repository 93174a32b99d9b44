"""A hundred matchups of one game: ten leagues with ten rulesets and ten matchups a week, and for
each moment a week that is new, so that nobody has ever looked at what is opened after it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.feed import Header
from server.readers.game import Game
from tests.feed_histories.nodes import Desk
from tests.feed_histories.plain_points import DEFENCE, Rules, Tally, points_of, presets

LEAGUES = 10
TEAMS = 20
MATCHUPS = TEAMS // 2
STARTERS = 4
WEEKS = 30
IN_2100 = 4_102_444_800_000
"""Kick-off, ms: nobody is locked, so that a league's log has what we say and nothing else."""

OWN: Mapping[str, tuple[str, dict[str, Any]]] = {
    "individuals": ("standard", {
        "idp_tkl_solo": 1, "idp_tkl_ast": 0.5, "idp_sack": 2, "idp_int": 3, "idp_ff": 1,
        "idp_def_td": 6, "idp_fum_rec": 2, "idp_pass_def": 1, "idp_blk_kick": 2,
    }),
    "whole steps": ("half_ppr", {
        "pass_yd": {"every": 25, "points": 1}, "rush_yd": {"every": 10, "points": 1},
        "rec_yd": {"every": 10, "points": 1}, "bonus_pass_yd_300": 3, "bonus_rush_yd_100": 3,
        "bonus_rec_yd_100": 3,
    }),
    "thirds": ("ppr", {"rec": 0.333, "pr_yd": 0.033, "kr_yd": 0.033, "fum_lost": -1.75}),
}  # fmt: skip
"""Rules of three leagues' own, on a preset."""


@dataclass(frozen=True)
class Ruleset:
    """What a league is told, and what we count by."""

    preset: str
    document: dict[str, Any] | None
    rules: Rules


def rulesets() -> list[Ruleset]:
    """Seven presets, and three of leagues' own."""
    known = presets()
    found = [Ruleset(name, None, rules) for name, rules in known.items()]
    for name, (base, points) in OWN.items():
        document = {"preset": base, "points": points}
        found.append(Ruleset(base, document, known[base].but(name, points)))
    assert len(found) == LEAGUES
    return found


@dataclass
class League:
    """One room."""

    room: str
    ruleset: Ruleset
    line_ups: list[list[str]]
    """By team, from the first."""
    weeks: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int]]]
    )
    """Week to its pairs of teams."""


@dataclass
class Hundred:
    """The leagues of one game."""

    game: Game
    leagues: list[League]
    positions: dict[str, str]
    week: int = 0

    @property
    def left(self) -> int:
        """Weeks that nobody has used."""
        return WEEKS - self.week

    def new_week(self, desk: Desk, draw: random.Random, feed: str) -> int:
        """A week of every league that is played in this feed."""
        self.week += 1
        for league in self.leagues:
            order = draw.sample(range(1, TEAMS + 1), TEAMS)
            pairs = list(zip(order[::2], order[1::2], strict=True))
            league.weeks[self.week] = pairs
            command = {"type": "schedule.set", "week": self.week, "matchups": pairs}
            say(desk, league.room, command)
            row = {
                "id": f"w{self.week}",
                "week": self.week,
                "home": self.game.home.team,
                "away": self.game.away.team,
                "kickoff": IN_2100,
                "feed": feed,
            }
            say(desk, league.room, {"type": "games.set", "games": [row]})
        return self.week

    def points(self, sums: Tally, header: Header) -> list[dict[str, int]]:
        """What everybody has by nothing but these sums, league by league, in hundredths."""
        return [
            {
                who: points_of(who, position, sums, header, league.ruleset.rules)
                for who, position in self.positions.items()
            }
            for league in self.leagues
        ]


def say(desk: Desk, room: str, command: Mapping[str, Any]) -> None:
    """A command over HTTP."""
    desk.ask("POST", f"/rooms/{room}/commands", {"command": command})


def make_hundred(desk: Desk, draw: random.Random, game: Game) -> Hundred:
    """Ten leagues whose teams have whoever did anything in the game, and both D/ST."""
    positions = everybody(game)
    leagues = [_make_league(desk, draw, one, positions) for one in rulesets()]
    return Hundred(game, leagues, positions)


def everybody(game: Game) -> dict[str, str]:
    """Player to position, those with most lines first, as many as have a place."""
    lines: dict[str, int] = {}
    for play in game.plays:
        for line in play.stats:
            if line.player:
                lines[line.player] = lines.get(line.player, 0) + 1
    sides = [side.team for side in game.sides()]
    ranked = sorted(lines, key=lambda who: (-lines[who], who))[: TEAMS * STARTERS - len(sides)]
    return dict.fromkeys(sides, DEFENCE) | dict.fromkeys(ranked, "LB")


def _make_league(
    desk: Desk, draw: random.Random, ruleset: Ruleset, positions: Mapping[str, str]
) -> League:
    settings = {
        "teams": TEAMS,
        "weeks": WEEKS,
        "preset": ruleset.preset,
        "slots": [{"name": "ANY", "count": STARTERS}],
    }
    body = {"kind": "league", "name": ruleset.rules.name, "settings": settings}
    room = str(desk.ask("POST", "/rooms", body)["id"])
    if ruleset.document is not None:
        say(desk, room, {"type": "rules.set", "rules": ruleset.document})
    rows = [[who, who, [position]] for who, position in positions.items()]
    say(desk, room, {"type": "players.add", "players": rows})
    dealt = draw.sample(list(positions), len(positions))
    line_ups = [_padded(dealt[team::TEAMS]) for team in range(TEAMS)]
    changes = [
        {"team": team, "add": [who for who in line_up if who]}
        for team, line_up in enumerate(line_ups, 1)
    ]
    say(desk, room, {"type": "rosters.change", "changes": changes})
    for team, starters in enumerate(line_ups, 1):
        command = {"type": "line_up.set", "week": 1, "team": team, "starters": starters}
        say(desk, room, command)
    return League(room, ruleset, line_ups)


def _padded(starters: Sequence[str]) -> list[str]:
    return [*starters, *[""] * (STARTERS - len(starters))]
