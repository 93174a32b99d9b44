"""A league with a feed in a running directory: two teams, one game, and plays to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Struct

from protocol.draft_commands import AddPlayers as AddToPool
from protocol.draft_commands import PickFor, Start
from protocol.feed import Header, Play, ReportAll, ReportHeader, ReportPlay, ReviewPlay
from protocol.league import (
    AddPlayers,
    ChangeRosters,
    LeagueGame,
    Matchup,
    RosterChange,
    ScheduleWeek,
    SetGames,
    SetTeam,
)
from server.identity import Identity
from server.rooms.directory import Directory
from tests.support.drafts import player_id, pool_of
from tests.support.gsis_games import CATCHER, PASSER, TACKLER, play
from tests.support.leagues import PLAYERS, SETTINGS, SUNDAY, line_up

THROW = play(36, (PASSER, 16, 20), (CATCHER, 22, 20), text="Thrown.", quarter=2, clock="04:10")
"""A touchdown of 20 yards: 4.80 to who threw, 8.00 to who caught."""
SHORTER = play(36, (PASSER, 15, 10), (CATCHER, 21, 10), text="Shorter.", quarter=2, clock="04:10")
"""The same play, corrected: 0.40 and 1.00."""


@dataclass
class LeagueScene:
    """The rooms, and how to say something in them as their owner."""

    directory: Directory
    owner: Identity
    league: str = ""
    feed: str = ""
    revision: int = 0

    async def say(self, *commands: Struct, room: str = "") -> None:
        """Into the league, or another room."""
        for command in commands:
            ended = await self.directory.execute(room or self.league, self.owner, command)
            assert ended.code is None, (command, ended)

    async def report(self, *plays: Play) -> None:
        """Plays as the source has them now."""
        self.revision += 1
        reports = tuple(ReportPlay("gsis", self.revision, one) for one in plays)
        await self.say(ReportAll(reports), room=self.feed)

    async def review(self, play: int) -> None:
        """A play is looked at; its lines do not count meanwhile."""
        self.revision += 1
        await self.say(ReviewPlay("gsis", self.revision, play, on=True), room=self.feed)

    async def header(
        self,
        phase: Literal["live", "final"],
        home: int = 6,
        away: int = 0,
        *,
        quarter: int = 0,
        clock: str = "",
    ) -> None:
        """The score and where the game stands."""
        self.revision += 1
        now = Header("HOM", "AWY", home, away, phase, quarter, clock)
        await self.say(ReportHeader("gsis", self.revision, now), room=self.feed)


async def a_scene(directory: Directory, owner: Identity, **settings: Any) -> LeagueScene:
    """The first team has thrower and catcher, the second a defender and the D/ST of AWY."""
    scene = LeagueScene(directory, owner)
    scene.feed = await directory.create("feed", "The game", owner, {})
    plain = {**msgspec.to_builtins(SETTINGS), **settings}
    scene.league = await directory.create("league", "Ours", owner, plain)
    ones = RosterChange(1, (PASSER, CATCHER))
    twos = RosterChange(2, (TACKLER, "AWY"))
    await scene.say(
        SetTeam(1, "Ones", (owner.account,)),
        AddPlayers(PLAYERS),
        ChangeRosters((ones, twos)),
        line_up(1, 1, PASSER, CATCHER),
        line_up(1, 2, TACKLER, "AWY"),
        ScheduleWeek(1, (Matchup(1, 2),)),
        SetGames((LeagueGame("sunday", 1, "HOM", "AWY", SUNDAY, scene.feed),)),
    )
    return scene


async def a_draft(directory: Directory, owner: Identity) -> str:
    """A draft of two teams and one round, over."""
    settings = {"teams": 2, "rounds": 1, "slots": [{"name": "ANY"}]}
    room = await directory.create("draft", "Drafted", owner, settings)
    opening: tuple[Struct, ...] = (AddToPool(tuple(pool_of(4))), Start())
    for command in opening:
        ended = await directory.execute(room, owner, command)
        assert ended.code is None, (command, ended)
    for rank in (1, 2):
        opened = await directory.open(room)
        assert opened is not None
        turn = opened.replica.state.inner.turn
        ended = await directory.execute(room, owner, PickFor(turn.version, player_id(rank)))
        assert ended.code is None, ended
    return room
