"""Leagues for tests of pages: the demo's league with its four games, whose feeds are played as far
as a test wants."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from protocol.feed import Header, Report, ReportHeader
from protocol.league import MoveGame, SetTeam
from server.demo_game import SEED, made_up_game, team_names
from server.demo_league import (
    LEAGUE_NAME,
    TEAM_NAMES,
    league_commands,
    league_settings,
    other_games,
    whole,
)
from tests.support.browser import Api, Guest, Person
from tests.support.page_feed import play_until, report

HOUR_MS = 3_600_000
OTHERS = other_games(SEED)
LIVE = made_up_game()
MINE = 4
"""The manager's team; in the week that is on it is in matchup 2."""


@dataclass
class PageLeague:
    """A league, whoever made it, and its feeds in the order of the games (the last is live)."""

    api: Api
    operator: Guest
    owner: Guest
    room: str
    feeds: list[str]

    def say(self, *commands: Struct) -> None:
        """As the commissioner."""
        for command in commands:
            plain: dict[str, Any] = json.loads(msgspec.json.encode(command))
            self.api.call("POST", f"/operator/leagues/{self.room}/commands", plain, self.operator)

    def report(self, *reports: Report, game: int = 3) -> None:
        """Into the feed of a game."""
        report(self.api, self.owner, self.feeds[game], *reports)

    def play(self, steps: int | None) -> None:
        """The game that is on, its first steps or all of it."""
        play_until(self.api, self.owner, self.feeds[3], steps)

    def kick_off(self) -> None:
        """The game that is on has begun; no play yet."""
        header = Header(LIVE.home.team, LIVE.away.team, quarter=1, clock="15:00")
        self.report(ReportHeader("gsis", 1, header))

    def settle(self, week: int) -> None:
        """The week gets its results."""
        self.api.call("POST", f"/leagues/{self.room}/weeks/{week}/settle", None, self.owner)

    def link(self, role: str = "viewer") -> str:
        """The address that lets somebody in with a role."""
        made = self.api.call("POST", f"/rooms/{self.room}/invitations", {"role": role}, self.owner)
        return f"{self.api.url}/league.html#{str(made['link']).partition('#')[2]}"


def new_league(
    api: Api, data_dir: Path, *, begins_in_ms: int = 0, before: int = 3, **settings: Any
) -> PageLeague:
    """The demo's league with its past played. `begins_in_ms`: how far the game that is on is from
    its kick-off; `before`: how many of the other games were played."""
    operator = Guest((data_dir / "operator.key").read_text().strip(), "", "", 0)
    owner = api.guest("Ana Costa")
    names = [team_names(game) for game in (*OTHERS, LIVE)]
    feeds = [
        str(api.call("POST", "/rooms", {"kind": "feed", "name": name}, owner)["id"])
        for name in names
    ]
    body = {"kind": "league", "name": LEAGUE_NAME, "settings": {**league_settings(), **settings}}
    room = str(api.call("POST", "/rooms", body, owner)["id"])
    made = PageLeague(api, operator, owner, room, feeds)
    for number, game in enumerate(OTHERS[:before]):
        for batch in whole(game):
            made.report(*batch.reports, game=number)
    now = int(time.time() * 1_000)
    made.say(*league_commands(SEED, feeds, now))
    if begins_in_ms:
        made.say(MoveGame(LIVE.id, now + begins_in_ms))
        if before < len(OTHERS):
            made.say(MoveGame(OTHERS[2].id, now + 2 * begins_in_ms))
    made.settle(1)
    return made


async def open_league(person: Person, room: str) -> None:
    """Opens a league of which one is a member."""
    await person.page.goto(f"{person.url}/league.html#room={room}")
    await person.is_live()


def hand_over(made: PageLeague, manager: Guest, team: int = MINE) -> None:
    """A team gets its manager, who must be a member."""
    made.say(SetTeam(team, TEAM_NAMES[team - 1], (manager.account,)))
