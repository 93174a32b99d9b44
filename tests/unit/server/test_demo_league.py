"""The demo's league: the same for the same game, legal by the rules, made once, settled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.league import LeagueSettings
from server.demo_game import SEED, cast_of, made_up_game
from server.demo_league import (
    LIVE_WEEK,
    SLOTS,
    DemoLeagues,
    league_commands,
    league_settings,
    other_games,
    players_of,
    whole,
)
from server.identity import Identity
from server.invitations import Invitations
from server.leagues.scoring import NotOver
from server.rooms.pending import Ended
from tests.support.feeds import FeedRoom
from tests.support.http_side import RING
from tests.support.leagues import LeagueRoom
from tests.support.manual_clock import ManualClock

HOST = Identity("a_host", "Touchline", 0)
FEEDS = [f"r_{number}".ljust(24, "x") for number in range(4)]
NOW = 1_800_000_000_000


def made(seed: int = SEED) -> LeagueRoom:
    """The league by its rules, at the kick-off of the game."""
    room = LeagueRoom(msgspec.convert(league_settings(), LeagueSettings))
    room.now = NOW
    return room.do(*league_commands(seed, FEEDS, NOW))


@pytest.mark.parametrize("seed", [SEED, SEED + 1, 99])
def test_DG4_four_games_of_four_teams_with_the_same_players(seed: int) -> None:
    games = (*other_games(seed), made_up_game(seed))
    played = Counter(side.team for game in games for side in game.sides())
    assert set(played.values()) == {2}
    for game in games:
        room = FeedRoom("gsis")
        for batch in whole(game):
            room.say(batch, "owner")
        assert room.state.header is not None
        assert (room.state.header.phase, room.state.differences) == ("final", ())
    known = {player.id for player in players_of(seed)}
    for game in games:
        catchers = {
            line.player for play in game.plays for line in play.stats if line.stat in {21, 22}
        }
        assert catchers <= known
    assert other_games(seed) == other_games(seed)


@pytest.mark.parametrize("seed", [SEED, SEED + 1, 99])
def test_DG4_every_team_has_a_full_line_up_and_a_bench(seed: int) -> None:
    room = made(seed)
    places = sum(slot.count for slot in SLOTS)
    for team in range(1, 5):
        assert len(room.state.roster(team)) == places
        assert all(room.state.line_up(LIVE_WEEK, team).starters)
    assert set(room.state.parts.locked) == {game.id for game in (*other_games(seed),)} | {
        made_up_game(seed).id
    }


def test_DG1_a_game_with_a_cast_has_these_players() -> None:
    cast = cast_of(3)
    assert made_up_game(3, cast) != made_up_game(3)
    names = {who for people in cast.values() for who in people.values()}
    lines = [line for play in made_up_game(4, cast).plays for line in play.stats]
    assert {line.name for line in lines if line.name} <= names
    assert set(cast) == {side.team for side in made_up_game(3).sides()}


class Rooms:
    """What was made and said."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.said: list[str] = []

    async def create_filled(
        self,
        kind: str,
        name: str,
        owner: Identity,
        settings: Any,
        commands: Any,
        *,
        at: str | None = None,
    ) -> str | Ended:
        assert at is not None
        assert (owner, bool(name), bool(commands)) == (HOST, True, True)
        if at in self.made:
            return Ended(code="exists")
        self.made[at] = kind
        return at

    async def execute(self, room_id: str, identity: Identity, command: Any) -> Ended:
        self.said.append(f"{self.made[room_id]} {type(command).__name__}")
        return Ended(3)


class Evening:
    """The leagues of a folder, and which weeks were settled."""

    def __init__(self, folder: Path, rooms: Rooms, problem: Exception | None = None) -> None:
        self.settled: list[int] = []
        self.opened: list[tuple[str, str, int, int, bool]] = []
        self._problem = problem
        self.leagues = DemoLeagues(
            rooms, Invitations(RING), folder / "league.json", clock=ManualClock(),
            settle=self.settle, opens=self.opens,
        )  # fmt: skip

    async def opens(
        self, room: str, *, game: str, season: int, week: int, over: bool = False
    ) -> None:
        self.opened.append((room, game, season, week, over))

    async def settle(self, room: str, week: int) -> Ended:
        assert room.startswith("r_")
        if self._problem is not None:
            raise self._problem
        self.settled.append(week)
        return Ended(9)


async def test_DG5_a_league_is_made_once_for_a_game_and_settled_at_its_end(tmp_path: Path) -> None:
    rooms = Rooms()
    evening = Evening(tmp_path, rooms)
    await evening.leagues.end()
    assert evening.leagues.open is None
    await evening.leagues.begin(SEED, FEEDS[3], HOST)
    assert sorted(rooms.made.values()) == ["feed", "feed", "feed", "league"]
    assert evening.settled == [1]
    opened = evening.leagues.open
    assert opened is not None
    assert opened.path.startswith("/league.html#room=r_")
    # The next start finds it.
    again = Evening(tmp_path, rooms)
    await again.leagues.begin(SEED, FEEDS[3], HOST)
    assert (again.leagues.open, len(rooms.made)) == (opened, 4)
    await again.leagues.end()
    assert again.settled == [1, LIVE_WEEK]
    # Another game has another league.
    await again.leagues.begin(SEED + 1, FEEDS[2], HOST)
    assert len(rooms.made) == 8
    assert again.leagues.open != opened


async def test_DG5_a_league_that_somebody_took_away_is_not_offered(tmp_path: Path) -> None:
    evening = Evening(tmp_path, Rooms(), NotOver(["a"]))
    await evening.leagues.begin(SEED, FEEDS[3], HOST)
    assert evening.leagues.open is None
    await evening.leagues.end()
    assert evening.settled == []


async def test_DG6_games_that_are_over_are_opened_for_questions_at_once(tmp_path: Path) -> None:
    rooms = Rooms()
    evening = Evening(tmp_path, rooms)
    await evening.leagues.begin(SEED + 1, FEEDS[3], HOST)
    feeds = [room for room, kind in rooms.made.items() if kind == "feed"]
    games = [game.id for game in other_games(SEED + 1)]
    assert evening.opened == [
        (feeds[0], games[0], 2, 1, True),
        (feeds[1], games[1], 2, 1, True),
        (feeds[2], games[2], 2, 2, True),
    ]
