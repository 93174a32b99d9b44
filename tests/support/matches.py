"""Matches of soccer for tests: a small one as StatsBomb has it, and its feed by the rules alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from protocol.feed import FeedSettings, ReportAll, ReportItem, ReportScoreboard
from protocol.feed_items import (
    GenericItem,
    GenericScoreboard,
    GenericSide,
    Item,
    SoccerEvent,
    SoccerPlayer,
    SoccerScoreboard,
)
from protocol.membership import Role
from server.rules.feed import FEED
from server.rules.kind import Accepted, Context, Decision, Stamp

TEAMS = {1: "Reds", 2: "Blues"}
SHOOTER, PASSER, KEEPER, SUBSTITUTE = 10, 8, 21, 15


class ItemRoom:
    """State and events of a feed of some profile."""

    def __init__(self, profile: str = "soccer", *sources: str) -> None:
        settings: dict[str, Any] = {"profile": profile} | ({"sources": sources} if sources else {})
        self.state: Any = FEED.initial(FeedSettings(**settings))
        self.events: list[Struct] = []
        self.entries = 0

    def decide(self, command: Struct, role: Role = "editor") -> Decision:
        context = Context("a", "P", role, "c", 1, 0, 0, self.entries + 1, {})
        return FEED.decide(self.state, command, context)

    def told(self, command: Struct) -> list[str]:
        """The tags of the events of a report, or the code of its refusal."""
        decision = self.decide(command)
        if not isinstance(decision, Accepted):
            return [decision.code]
        self.entries += 1
        for event in decision.events:
            FEED.apply(self.state, event, Stamp(self.entries, 1_000, "a", "c", 1))
        self.events += decision.events
        return [str(event.__struct_config__.tag) for event in decision.events]

    def do(self, *reports: Any, expected: int | None = None) -> list[str]:
        return self.told(ReportAll(reports, expected))


def put(item: Item, revision: int = 1, source: str = "manual") -> ReportItem:
    return ReportItem(source, revision, item)


def shown(board: SoccerScoreboard | GenericScoreboard, revision: int = 1) -> ReportScoreboard:
    return ReportScoreboard("manual", revision, board)


def event(number: int, **properties: Any) -> SoccerEvent:
    told: dict[str, Any] = {"period": 1, "at_ms": number * 1_000} | properties
    return SoccerEvent(id=number, order=number, **told)


def goal(number: int, side: Any = "home", **properties: Any) -> SoccerEvent:
    return event(number, sort="shot", side=side, goal_for=side, at=(40_000, 0), **properties)


def match(home: int = 0, away: int = 0, **properties: Any) -> SoccerScoreboard:
    players = (
        SoccerPlayer(str(SHOOTER), "home", "R. Ten", 10, "CF", starts=True),
        SoccerPlayer(str(KEEPER), "away", "B. One", 1, "GK", starts=True, keeper=True),
    )
    told: dict[str, Any] = {"home": "Reds", "away": "Blues", "home_score": home, "away_score": away}
    told |= {"players": players} | properties
    return SoccerScoreboard(**told)


def sets(*scores: int, adds_up: bool = True, **properties: Any) -> GenericScoreboard:
    sides = tuple(GenericSide(f"s{n}", f"Side {n}", score) for n, score in enumerate(scores, 1))
    return GenericScoreboard(sides=sides, adds_up=adds_up, **properties)


def point(number: int, side: str = "s1", points: int = 1, **properties: Any) -> GenericItem:
    told: dict[str, Any] = {"text": f"Point {number}"} | properties
    return GenericItem(id=number, order=number, side=side, points=points, **told)


# --- as a provider has it


def _node(number: int, word: str, at: str, team: int, **more: Any) -> dict[str, Any]:
    known = {
        "id": f"e{number}",
        "index": number,
        "period": 1 if number < 7 else 2,
        "timestamp": at,
        "type": {"id": 1, "name": word},
        "possession": 2,
        "possession_team": {"id": team, "name": TEAMS[team]},
        "team": {"id": team, "name": TEAMS[team]},
    }
    return known | more


def _who(player: int, name: str = "") -> dict[str, Any]:
    return {"id": player, "name": name or f"Player {player}"}


def _eleven(players: Sequence[int]) -> dict[str, Any]:
    return {
        "formation": 442,
        "lineup": [
            {
                "player": _who(one),
                "position": {"id": place, "name": "x"},
                "jersey_number": one % 100,
            }
            for place, one in enumerate(players, 1)
        ],
    }


def statsbomb_events(*, goal: bool = True) -> list[dict[str, Any]]:
    """A carry, a pass and a shot, a card, a substitution; and a whistle of the second half."""
    outcome = {"id": 97, "name": "Goal" if goal else "Saved"}
    return [
        _node(1, "Starting XI", "00:00:00.000", 1, tactics=_eleven([1, PASSER, SHOOTER])),
        _node(2, "Starting XI", "00:00:00.000", 2, tactics=_eleven([KEEPER, 22, 23])),
        _node(3, "Carry", "00:10:01.000", 1, player=_who(PASSER), location=[60.0, 40.0],
              carry={"end_location": [80.0, 40.0]}),
        _node(4, "Pass", "00:10:04.500", 1, player=_who(PASSER), location=[80.0, 40.0],
              **{"pass": {"end_location": [108.0, 44.0], "recipient": _who(SHOOTER)}}),
        _node(5, "Shot", "00:10:07.000", 1, player=_who(SHOOTER), location=[108.0, 44.0],
              shot={"end_location": [120.0, 40.0], "outcome": outcome}),
        _node(6, "Foul Committed", "00:46:10.000", 2, player=_who(22), location=[30.0, 10.0],
              foul_committed={"card": {"id": 7, "name": "Yellow Card"}}),
        _node(7, "Substitution", "00:15:00.000", 1, player=_who(PASSER),
              substitution={"replacement": _who(SUBSTITUTE), "outcome": {"name": "Tactical"}}),
        _node(8, "Pressure", "00:16:00.000", 2, player=_who(23), location=[70.0, 20.0]),
    ]  # fmt: skip


def statsbomb(*, goal: bool = True) -> bytes:
    return json.dumps(statsbomb_events(goal=goal)).encode()


def statsbomb_line_up() -> bytes:
    """Everybody of the first side, the substitute too."""
    lineup = [
        {"player_id": one, "player_name": f"Player {one}", "jersey_number": one}
        for one in (1, PASSER, SHOOTER, SUBSTITUTE)
    ]
    other = [{"player_id": one, "player_name": f"Player {one}"} for one in (KEEPER, 22, 23)]
    teams = [(1, "Reds", lineup), (2, "Blues", other)]
    return json.dumps(
        [{"team_id": team, "team_name": name, "lineup": who} for team, name, who in teams]
    ).encode()
