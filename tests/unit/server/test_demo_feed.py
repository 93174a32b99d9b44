"""The demo's game: played to its end, gone on with after a start, and another when asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from protocol.feed import ReportAll
from protocol.membership import CreateInvitation
from server.config import Settings
from server.demo_feed import AGAIN_S, BREAK_S, SPEED, DemoGames, demo_games
from server.demo_game import SEED, made_up_game, steps_with_changes, team_names
from server.demo_league import DemoLeagues, OpenLeague
from server.identity import Identity
from server.invitations import Invitations
from server.rooms.pending import Ended
from server.rules.kind import Accepted
from storage.errors import StorageUnavailable
from tests.support.feeds import FeedRoom
from tests.support.http_side import RING
from tests.support.manual_clock import ManualClock

STEPS = steps_with_changes(made_up_game())


class Feeds:
    """Rooms that keep the rules of feeds and nothing else."""

    def __init__(self) -> None:
        self.rooms: dict[str, FeedRoom] = {}
        self.names: list[str] = []
        self.invitations: list[str] = []
        self.asked = 0
        self.next: Callable[[], Ended | None] = lambda: None
        """What is answered instead."""

    async def create_filled(
        self,
        kind: str,
        name: str,
        owner: Identity,
        settings: dict[str, Any],
        commands: Sequence[Struct],
        *,
        at: str | None = None,
    ) -> str | Ended:
        assert (kind, settings, commands) == ("feed", {}, ())
        assert at is not None
        if at in self.rooms:
            return Ended(code="exists")
        self.rooms[at] = FeedRoom("gsis")
        self.names.append(name)
        return at

    def room(self, number: int = 0) -> FeedRoom:
        """The one that was made as this."""
        return list(self.rooms.values())[number]

    async def execute(self, room_id: str, identity: Identity, command: Any) -> Ended:
        instead = self.next()
        if instead is not None:
            return instead
        if isinstance(command, CreateInvitation):
            if command.id in self.invitations:
                return Ended(code="exists")
            self.invitations.append(command.id)
            return Ended(2)
        assert isinstance(command, ReportAll)
        self.asked += 1
        decision = self.rooms[room_id].say(command, "owner")
        return Ended(3) if isinstance(decision, Accepted) else Ended(code=decision.code)


class Evening:
    """The games of a folder, with time that goes by as it is waited for."""

    def __init__(
        self,
        folder: Path,
        feeds: Feeds,
        *,
        stop_after_s: float = 1e9,
        leagues: DemoLeagues | None = None,
    ) -> None:
        self.opened: list[tuple[str, str, int, int, bool]] = []
        self.clock = ManualClock()
        self.began_s = self.clock.monotonic()
        self.waited: list[float] = []
        self.stop_after_s = stop_after_s
        self.games = DemoGames(
            feeds, Invitations(RING), folder / "demo_game.json", clock=self.clock,
            leagues=leagues, opens=self.opens, wait=self.wait,
        )  # fmt: skip

    async def opens(
        self, room: str, *, game: str, season: int, week: int, over: bool = False
    ) -> None:
        self.opened.append((room, game, season, week, over))

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.advance(seconds)
        if self.clock.monotonic() - self.began_s > self.stop_after_s:
            raise asyncio.CancelledError
        await asyncio.sleep(0)

    @property
    def lasted_s(self) -> float:
        return self.clock.monotonic() - self.began_s


class Leagues(DemoLeagues):
    """Says when it was asked for a league, and how far the game was."""

    def __init__(self, feeds: Feeds, folder: Path) -> None:
        super().__init__(
            feeds, Invitations(RING), folder / "league.json", clock=ManualClock(), settle=settles
        )
        self.feeds = feeds
        self.said: list[str] = []

    async def begin(self, seed: int, feed: str, owner: Identity) -> None:
        assert (seed, feed, owner.name) == (SEED, next(iter(self.feeds.rooms)), "Touchline")
        self.open = OpenLeague("Ours", "/league.html")
        self.said.append(f"begin after {self.feeds.asked} reports")

    async def end(self) -> None:
        self.said.append("end" if is_final(self.feeds) else "too early")


async def settles(room: str, week: int) -> Ended:
    """Nothing comes of it here."""
    raise AssertionError((room, week))


async def turns_until(holds: Callable[[], bool]) -> None:
    """Lets the loop turn until it does."""
    for _ in range(100_000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("expected it to hold by now")


def is_final(feeds: Feeds, number: int = 0) -> bool:
    if number >= len(feeds.rooms):
        return False
    header = feeds.room(number).state.header
    return header is not None and header.phase == "final"


async def test_DG5_the_league_is_there_before_the_first_play_and_told_of_the_end(
    tmp_path: Path,
) -> None:
    feeds = Feeds()
    leagues = Leagues(feeds, tmp_path)
    evening = Evening(tmp_path, feeds, leagues=leagues)
    assert evening.games.league is None
    running = asyncio.create_task(evening.games.run())
    await turns_until(lambda: BREAK_S in evening.waited)
    assert leagues.said == ["begin after 0 reports", "end"]
    assert evening.games.league == OpenLeague("Ours", "/league.html")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_DG6_the_game_that_is_on_is_opened_for_questions_as_any(tmp_path: Path) -> None:
    feeds = Feeds()
    evening = Evening(tmp_path, feeds)
    running = asyncio.create_task(evening.games.run())
    await turns_until(lambda: BREAK_S in evening.waited)
    assert evening.opened == [(next(iter(feeds.rooms)), f"demo{SEED}", 1, 2, False)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_DG2_without_the_setting_there_is_no_game(tmp_path: Path) -> None:
    def made(*, demo: bool) -> DemoGames | None:
        settings = Settings(data_dir=str(tmp_path), demo=demo)
        return demo_games(settings, Feeds(), Invitations(RING), ManualClock(), settles)

    assert made(demo=False) is None
    games = made(demo=True)
    assert games is not None
    assert games.league is None


async def test_DG2_a_game_is_played_in_half_an_hour_and_the_next_when_asked_for(
    tmp_path: Path,
) -> None:
    feeds = Feeds()
    evening = Evening(tmp_path, feeds)
    assert evening.games.asked_for() is None
    running = asyncio.create_task(evening.games.run())
    await turns_until(lambda: is_final(feeds) and BREAK_S in evening.waited)
    assert feeds.names == [team_names(made_up_game(SEED))]
    assert evening.lasted_s == pytest.approx(STEPS[-1].at_ms / 1000 / SPEED + BREAK_S, abs=2)
    assert 1_500 < evening.lasted_s < 2_400
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(feeds.rooms) == 1, "nobody has asked since its end"
    game = evening.games.asked_for()
    assert game is not None
    assert game.name == feeds.names[0]
    assert game.path.startswith(
        f"/feed.html#room={next(iter(feeds.rooms))}&invite={feeds.invitations[0]}"
    )
    await turns_until(lambda: is_final(feeds, 1))
    assert feeds.names[1] == team_names(made_up_game(SEED + 1))
    running.cancel()


async def test_DG3_a_start_goes_on_where_the_game_broke_off(tmp_path: Path) -> None:
    feeds = Feeds()
    first = Evening(tmp_path, feeds, stop_after_s=600)
    with pytest.raises(asyncio.CancelledError):
        await first.games.run()
    there, asked = len(feeds.room().state.plays), feeds.asked
    assert 10 < there < len(made_up_game().plays)
    second = Evening(tmp_path, feeds)
    running = asyncio.create_task(second.games.run())
    await turns_until(lambda: is_final(feeds))
    assert len(feeds.rooms) == 1
    assert second.games.asked_for() == first.games.asked_for()
    assert len(feeds.room().state.plays) == len(made_up_game().plays)
    # What is left lasts as long as it would have.
    assert first.lasted_s + second.lasted_s == pytest.approx(
        STEPS[-1].at_ms / 1000 / SPEED, rel=0.2
    )
    assert feeds.asked <= asked + len(STEPS)
    running.cancel()


async def test_DG3_what_cannot_be_done_now_is_done_later(tmp_path: Path) -> None:
    feeds, answers = Feeds(), [Ended(code="busy"), Ended(code="busy")]
    feeds.next = lambda: answers.pop() if answers else None
    evening = Evening(tmp_path, feeds, stop_after_s=60)
    with pytest.raises(asyncio.CancelledError):
        await evening.games.run()
    assert evening.waited[:2] == [AGAIN_S, AGAIN_S]
    assert feeds.room().state.plays


async def test_DG3_a_database_that_is_away_is_waited_for(tmp_path: Path) -> None:
    feeds, away = Feeds(), [True, True]

    def answer() -> Ended | None:
        if away and feeds.rooms and len(feeds.room().state.plays) == 2:
            away.pop()
            raise StorageUnavailable("away")
        return None

    feeds.next = answer
    evening = Evening(tmp_path, feeds, stop_after_s=120)
    with pytest.raises(asyncio.CancelledError):
        await evening.games.run()
    assert away == []
    assert evening.waited.count(AGAIN_S) >= 2
    assert len(feeds.room().state.plays) > 2


async def test_DG3_a_feed_that_is_gone_is_made_again(tmp_path: Path) -> None:
    feeds, gone = Feeds(), [Ended(code="not_found")]

    def answer() -> Ended | None:
        if gone and len(feeds.room().state.plays) == 3:
            feeds.rooms.clear()
            return gone.pop()
        return None

    feeds.next = answer
    evening = Evening(tmp_path, feeds, stop_after_s=120)
    with pytest.raises(asyncio.CancelledError):
        await evening.games.run()
    assert feeds.names == [team_names(made_up_game(SEED))] * 2
    assert len(feeds.room().state.plays) > 3
