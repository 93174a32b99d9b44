"""A league by its rules alone: two teams, four players, two games in its first week."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from protocol.league import (
    AddPlayers,
    ChangeRosters,
    LeagueGame,
    LeaguePlayer,
    LeagueSettings,
    LineUpSlot,
    Matchup,
    RosterChange,
    ScheduleWeek,
    SetGames,
    SetLineUp,
    SetTeam,
)
from protocol.membership import Role
from server.rules.kind import Accepted, Context, Decision, Stamp
from server.rules.league.kind import LEAGUE
from server.rules.league.state import League
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER

SUNDAY = 1_000_000
MONDAY = 2_000_000
"""When the two games begin."""
PLAYERS = (
    LeaguePlayer(PASSER, "P. Ass", ("QB",), "HOM"),
    LeaguePlayer(CATCHER, "C. Atch", ("WR",), "HOM"),
    LeaguePlayer(KICKER, "K. Ick", ("K",), "ONE"),
    LeaguePlayer("late", "L. Ate", ("WR",), "TWO"),
    LeaguePlayer(TACKLER, "T. Ackle", ("QB", "LB"), "AWY"),
    LeaguePlayer("AWY", "AWY D/ST", ("DEF",), "AWY"),
    LeaguePlayer("hurt", "H. Urt", ("WR",), "TWO", "IR"),
)
GAMES = (
    LeagueGame("sunday", 1, "HOM", "AWY", SUNDAY),
    LeagueGame("monday", 1, "ONE", "TWO", MONDAY),
)
SLOTS = (
    LineUpSlot("QB", ("QB",)),
    LineUpSlot("FLEX", ("WR", "K", "DEF")),
    LineUpSlot("BN", (), 3, "bench"),
    LineUpSlot("IR", (), 1, "ir"),
)
SETTINGS = LeagueSettings(teams=4, weeks=3, slots=SLOTS, window_h=1)
NAMES = {"ann": "Ann", "bob": "Bob", "olga": "Olga"}


class LeagueRoom:
    """State and events of a league, with a clock that is set by hand."""

    def __init__(self, settings: LeagueSettings = SETTINGS) -> None:
        self.state: League = LEAGUE.initial(settings)
        self.events: list[Any] = []
        self.version = 0
        self.now = 0

    def decide(self, command: Struct, account: str = "olga", role: Role = "owner") -> Decision:
        context = Context(account, "P", role, "c", 1, 0, self.now, self.version + 1, NAMES)
        return LEAGUE.decide(self.state, command, context)

    def say(self, command: Struct, account: str = "olga", role: Role = "owner") -> Decision:
        """Decides, and applies what is accepted."""
        decision = self.decide(command, account, role)
        if isinstance(decision, Accepted):
            self.version += 1
            for event in decision.events:
                LEAGUE.apply(self.state, event, Stamp(self.version, self.now, account, "c", 1))
            self.events += decision.events
        return decision

    def told(self, command: Struct, account: str = "olga", role: Role = "owner") -> list[str]:
        """The tags of the events, or the code of the refusal."""
        decision = self.say(command, account, role)
        if isinstance(decision, Accepted):
            return [str(event.__struct_config__.tag) for event in decision.events]
        return [decision.code]

    def do(self, *commands: Struct) -> LeagueRoom:
        """Says each; all are accepted."""
        for command in commands:
            decision = self.say(command)
            assert isinstance(decision, Accepted), (command, decision)
        return self


def line_up(week: int, team: int, *starters: str, ir: tuple[str, ...] = ()) -> SetLineUp:
    return SetLineUp(week, team, starters, ir)


def a_league(settings: LeagueSettings = SETTINGS) -> LeagueRoom:
    """Ann has the first team, Bob the second; everybody has players, week 1 is on."""
    return LeagueRoom(settings).do(
        SetTeam(1, "Ones", ("ann",)),
        SetTeam(2, "Twos", ("bob",)),
        AddPlayers(PLAYERS),
        ChangeRosters(
            (
                RosterChange(1, (PASSER, CATCHER, "late", "hurt")),
                RosterChange(2, (KICKER, TACKLER, "AWY")),
            )
        ),
        ScheduleWeek(1, (Matchup(1, 2), Matchup(3, 4))),
        SetGames(GAMES),
    )
