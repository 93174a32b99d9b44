"""Leagues as a load needs them: teams, players, line-ups and a week of games whose feeds they name.

Made over HTTP as any commissioner makes them. It knows nothing of points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loadtest.games import Recorded
from loadtest.http_side import Guest
from loadtest.stage import Stage

PRESETS = ("standard", "half_ppr", "ppr", "yahoo", "nfl", "sleeper", "espn")
RULESETS = 10
WEEK = 1
LONG_AGO = 1_000_000


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody whom teams may have."""

    id: str
    team: str
    position: str = "WR"

    @property
    def row(self) -> list[Any]:
        """As `players.add` takes him."""
        return [self.id, self.id, [self.position], self.team]


@dataclass(frozen=True, slots=True)
class Game:
    """A game of the week, and the room of its feed."""

    id: str
    home: str
    away: str
    feed: str


def say(stage: Stage, owner: Guest, room: str, command: Mapping[str, Any]) -> None:
    """A command over HTTP."""
    stage.http.call("POST", f"/rooms/{room}/commands", {"command": command}, token=owner.token)


def rules_of(number: int) -> dict[str, Any] | None:
    """Rules beyond the presets, by the number of the ruleset; None: a preset."""
    if number < len(PRESETS):
        return None
    return {"preset": "standard", "points": {"rec": 0.1 * number}}


def make_league(
    stage: Stage,
    owner: Guest,
    number: int,
    line_ups: Sequence[Sequence[Player]],
    games: Sequence[Game],
) -> str:
    """A league with these teams, each against the one after it; its room. The ruleset is one of
    ten, in turn."""
    ruleset = number % RULESETS
    settings = {
        "teams": len(line_ups),
        "weeks": 1,
        "preset": PRESETS[ruleset % len(PRESETS)],
        "slots": [{"name": "ANY", "count": len(line_ups[0])}],
    }
    room = stage.room(owner, f"League {number + 1}", kind="league", settings=settings)
    rules = rules_of(ruleset)
    if rules is not None:
        say(stage, owner, room, {"type": "rules.set", "rules": rules})
    players = [player.row for team in line_ups for player in team]
    say(stage, owner, room, {"type": "players.add", "players": players})
    rosters = [
        {"team": team, "add": [player.id for player in players]}
        for team, players in enumerate(line_ups, 1)
    ]
    say(stage, owner, room, {"type": "rosters.change", "changes": rosters})
    for team, starters in enumerate(line_ups, 1):
        ids = [player.id for player in starters]
        command = {"type": "line_up.set", "week": WEEK, "team": team, "starters": ids}
        say(stage, owner, room, command)
    pairs = [[team, team + 1] for team in range(1, len(line_ups), 2)]
    say(stage, owner, room, {"type": "schedule.set", "week": WEEK, "matchups": pairs})
    rows = [
        {
            "id": game.id,
            "week": WEEK,
            "home": game.home,
            "away": game.away,
            "kickoff": LONG_AGO,
            "feed": game.feed,
        }
        for game in games
    ]
    say(stage, owner, room, {"type": "games.set", "games": rows})
    return room


def players_in(games: Sequence[Recorded]) -> list[Player]:
    """Whoever has a line in these games, those with the most lines first, and every D/ST."""
    lines: dict[str, int] = {}
    teams: dict[str, str] = {}
    for game in games:
        for one in game.plays:
            for line in one.play.get("stats", ()):
                if line["player"]:
                    lines[line["player"]] = lines.get(line["player"], 0) + 1
                    teams[line["player"]] = line["team"]
    found = [Player(who, teams[who]) for who in sorted(lines, key=lambda one: (-lines[one], one))]
    sides = sorted({side for game in games for side in (game.home, game.away)})
    return [*(Player(side, side, "DEF") for side in sides), *found]
