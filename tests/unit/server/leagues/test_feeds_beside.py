"""Feeds kept open beside the leagues whose results tell of them, and how a league is seen then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec import Struct, to_builtins

from protocol.feed import SetDelay, SetShift
from protocol.league import LeagueGame, Matchup, MoveGame, ScheduleWeek, SetGames
from protocol.membership import Say
from server.leagues.feeds_beside import FeedsBeside
from server.leagues.live import LiveScores
from server.leagues.scoring import NotOver, Scoring
from server.rooms.room import Room
from server.rules.watching import Watching
from storage.errors import CorruptEntry, StorageUnavailable
from storage.room_log_memory import MemoryRoomLog
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene
from tests.support.leagues import SETTINGS, SUNDAY
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import presence_of
from tests.support.served import Served, serving


@dataclass
class Beside:
    """Ann's league and its game, which has begun."""

    served: Served
    log: MemoryRoomLog
    rooms: LeagueScene
    ann: RecordingRecipient

    async def room(self, room_id: str) -> Room:
        found = await self.served.directory.open(room_id)
        assert found is not None
        return found

    @property
    async def league(self) -> Room:
        return await self.room(self.rooms.league)

    async def another_game(self, week: int = 1, kickoff: int = SUNDAY) -> str:
        """A feed of the same teams' other game."""
        feed = await self.served.directory.create("feed", "Other", self.rooms.owner, {})
        await self.rooms.say(SetGames((LeagueGame("other", week, "HOM", "AWY", kickoff, feed),)))
        await self.rest()
        return feed

    async def follow(self) -> None:
        """Ann follows the league."""
        assert await self.served.directory.join(self.ann, self.rooms.league) is not None

    async def settle_week(self) -> None:
        scoring = Scoring(self.served.directory, self.log, self.served.clock)
        ended = await scoring.settle(self.rooms.league, 1)
        assert ended.code is None, ended

    def hide_feed(self, patch: pytest.MonkeyPatch) -> None:
        """The database does not tell of the game's room."""
        read = self.log.rooms

        async def away(ids: Any) -> Any:
            if self.rooms.feed in ids:
                raise StorageUnavailable("away")
            return await read(ids)

        patch.setattr(self.log, "rooms", away)

    async def rest(self) -> None:
        for _ in range(100):
            await asyncio.sleep(0)
        for room in list(self.served.directory.open_rooms.values()):
            room.delayed.release()

    def told(self, since: int = 0) -> list[str]:
        """Types of the league's events that came on Ann's socket."""
        return [
            event["type"]
            for message in self.ann.messages[since:]
            if message.get("type") == "entries" and message["room"] == self.rooms.league
            for entry in message["entries"]
            for event in entry["events"]
        ]

    def last_private(self) -> dict[str, Any]:
        """What Ann was last told of how she sees the league."""
        return [
            one["state"] for one in self.ann.messages
            if one.get("type") == "private" and one["room"] == self.rooms.league
        ][-1]  # fmt: skip


@pytest.fixture
async def beside() -> AsyncGenerator[Beside]:
    log = MemoryRoomLog()
    async with serving(log=log) as served:
        directory = served.directory
        directory.companions = FeedsBeside(directory, served.clock, directory.run_beside)
        ann = RecordingRecipient("ann")
        rooms = await a_scene(directory, ann.identity)
        one = Beside(served, log, rooms, ann)
        await rooms.header("live", 0, 0)
        await rooms.report(THROW)
        await one.rest()
        yield one


async def test_LI11_a_league_is_as_late_as_the_latest_of_its_games(beside: Beside) -> None:
    rooms, account = beside.rooms, beside.ann.identity.account
    league = await beside.league
    assert [one.id for one in league.tells_of] == [rooms.feed]
    assert league.watching(account) == Watching()
    await rooms.say(SetDelay(30), room=rooms.feed)
    assert league.watching(account) == Watching(30)
    await rooms.say(SetDelay(60))
    assert league.watching(account) == Watching(60)
    assert (await beside.room(rooms.feed)).watching(account) == Watching(30)
    assert league.set_by(account) == Watching(60)


@pytest.mark.parametrize("late", [SetDelay(30), SetShift(0)], ids=["delay", "shift"])
async def test_LI11_a_result_comes_when_its_game_does(beside: Beside, late: Struct) -> None:
    """Said in the feed by somebody who follows the league already."""
    rooms, served = beside.rooms, beside.served
    served.clock.advance(60)
    follower = await served.directory.join(beside.ann, rooms.league)
    assert follower is not None
    await rooms.say(late, room=rooms.feed)
    await beside.rest()
    assert beside.last_private()["late_in"] == [rooms.feed]
    heard = len(beside.ann.messages)
    served.clock.advance(1)
    await rooms.header("final", 6, 0)
    await beside.settle_week()
    await rooms.say(Say("What a week!"))
    served.clock.advance(29)
    await beside.rest()
    assert beside.told(heard) == []
    if isinstance(late, SetDelay):
        served.clock.advance(2)
    else:
        await rooms.say(SetShift(), room=rooms.feed)
    await beside.rest()
    assert beside.told(heard) == ["week.settled", "chat.said"]
    assert beside.last_private().get("late_in", []) == (
        [rooms.feed] if isinstance(late, SetDelay) else []
    )


async def test_LI11_who_goes_back_in_a_game_starts_over_in_the_league(beside: Beside) -> None:
    rooms, served = beside.rooms, beside.served
    began = served.clock.now_ms()
    served.clock.advance(60)
    await rooms.header("final", 6, 0)
    await beside.settle_week()
    follower = await served.directory.join(beside.ann, rooms.league)
    assert follower is not None
    seen = follower.version
    assert beside.ann.messages[-1] is not None
    await rooms.say(SetShift(0, began), room=rooms.feed)
    await beside.rest()
    assert follower.version < seen
    snapshot = [one for one in beside.ann.messages if one.get("type") == "snapshot"][-1]
    assert snapshot["state"]["kind"]["weeks"] == {}
    await rooms.say(SetShift(), room=rooms.feed)
    await beside.rest()
    assert follower.version == seen
    assert follower.in_sync


async def test_LI11_of_games_that_begin_later_and_of_official_weeks_no_feed_is_held(
    beside: Beside,
) -> None:
    rooms, served = beside.rooms, beside.served
    league = await beside.league
    other = await served.directory.create("feed", "Later", rooms.owner, {})
    kickoff = served.clock.now_ms() + 60_000
    await rooms.say(SetGames((LeagueGame("later", 2, "DEN", "OAK", kickoff, other),)))
    await beside.rest()
    assert [one.id for one in league.tells_of] == [rooms.feed]
    served.clock.advance(61)
    await rooms.say(Say("It begins."))
    await beside.rest()
    assert {one.id for one in league.tells_of} == {rooms.feed, other}
    feed = await beside.room(rooms.feed)
    assert feed.kept == 1
    await rooms.header("final", 6, 0)
    await beside.settle_week()
    state = league.replica.state.inner
    served.clock.advance((state.parts.settled[1].official_at - served.clock.now_ms()) // 1000 + 1)
    for _ in range(4):  # kick-offs are told; the week closes, and is official
        served.clock.advance(61)
        league._wake_up()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as its timer does
        await beside.rest()
    assert [one.id for one in league.tells_of] == [other]
    assert feed.kept == 0


async def test_LI17_a_league_that_is_closed_lets_its_feeds_go(beside: Beside) -> None:
    rooms, directory = beside.rooms, beside.served.directory
    league, feed = await beside.league, await beside.room(rooms.feed)
    assert (feed.kept, feed.idle) == (1, False)
    directory._close_room(league)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as when idle
    assert (feed.kept, feed.idle) == (0, True)
    again = await beside.league
    assert again is not league
    assert again.tells_of == (feed,)
    assert feed.kept == 1


async def test_LI11_a_feed_that_fails_is_opened_again_for_its_leagues(beside: Beside) -> None:
    rooms, directory = beside.rooms, beside.served.directory
    league, feed = await beside.league, await beside.room(rooms.feed)
    directory._fail(feed, RuntimeError("a bug"))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    await beside.rest()
    (now,) = league.tells_of
    assert now is not feed
    assert now is directory.open_rooms[rooms.feed]
    assert now.kept == 1


async def test_LI11_a_league_that_there_is_no_place_for_says_so_and_holds_nothing(
    beside: Beside,
) -> None:
    """More feeds than a node may have rooms: nothing goes round in circles."""
    rooms, directory = beside.rooms, beside.served.directory
    others = [await directory.create("feed", f"Game {n}", rooms.owner, {}) for n in range(4)]
    games = [LeagueGame(f"g{n}", 1, "DEN", "OAK", SUNDAY, one) for n, one in enumerate(others)]
    await rooms.say(SetGames(tuple(games)))
    await beside.rest()
    league = await beside.league
    assert len(league.tells_of) == 5
    for room in [league, *league.tells_of]:
        directory._close_room(room)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    small = replace(beside.served.settings, open_rooms_max=3)
    directory._settings = small  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    async with asyncio.timeout(10):
        with pytest.raises(StorageUnavailable):
            await directory.open(rooms.league)
    assert [one.kept for one in directory.open_rooms.values() if one.kept] == []
    large = replace(small, open_rooms_max=6)
    directory._settings = large  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert len((await beside.league).tells_of) == 5


async def test_LI11_a_league_whose_feeds_cannot_be_read_is_not_shown(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather nothing than too early; and it leaves nothing behind."""
    rooms, directory = beside.rooms, beside.served.directory
    league, feed = await beside.league, await beside.room(rooms.feed)
    directory._close_room(league)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    directory._close_room(feed)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    with monkeypatch.context() as patch:
        beside.hide_feed(patch)
        with pytest.raises(StorageUnavailable):
            await directory.open(rooms.league)
        assert rooms.league not in directory.open_rooms
    assert [one.id for one in (await beside.league).tells_of] == [rooms.feed]
    await rooms.report(SHORTER)
    assert beside.served.clock.now_ms() > SUNDAY


async def test_LI11_leagues_that_name_leagues_open_all_the_same(beside: Beside) -> None:
    """Whoever names the games may name any room; none waits for itself."""
    rooms, directory = beside.rooms, beside.served.directory
    other = await directory.create("league", "Theirs", rooms.owner, to_builtins(SETTINGS))
    named = [LeagueGame(f"g{n}", 1, "DEN", "OAK", SUNDAY, one)
             for n, one in enumerate((rooms.league, other))]  # fmt: skip
    for league in (rooms.league, other):
        await rooms.say(SetGames(tuple(named)), room=league)
    await beside.rest()
    for league in (rooms.league, other):
        directory._close_room(await beside.room(league))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    async with asyncio.timeout(10):
        assert [one.id for one in (await beside.league).tells_of] == [rooms.feed]
        assert (await beside.room(other)).tells_of == ()


async def test_LI12_a_game_that_is_over_before_its_kick_off_is_moved_before_its_week_is_settled(
    beside: Beside,
) -> None:
    """Its feed is not beside the league yet: who sees it late would be told at once."""
    rooms, served = beside.rooms, beside.served
    other = await beside.another_game(kickoff=served.clock.now_ms() + 3_600_000)
    await rooms.say(SetDelay(30), room=other)
    served.clock.advance(100)
    await beside.follow()
    await rooms.header("final", 6, 0)
    feed, rooms.feed = rooms.feed, other
    await rooms.header("final", 6, 0)
    rooms.feed = feed
    served.clock.advance(31)
    scoring = Scoring(served.directory, beside.log, served.clock)
    with pytest.raises(NotOver) as refused:
        await scoring.settle(rooms.league, 1, beside.ann.identity.account)
    assert refused.value.games == ["other"]
    await rooms.say(MoveGame("other", served.clock.now_ms() - 1_000))
    await beside.rest()
    heard = len(beside.ann.messages)
    await beside.settle_week()
    await beside.rest()
    assert beside.told(heard) == []
    served.clock.advance(31)
    await beside.rest()
    assert beside.told(heard) == ["week.settled"]


async def test_LI11_a_league_whose_feed_cannot_be_opened_again_is_not_shown_till_it_can(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go by how that was seen when it failed."""
    rooms, served, directory = beside.rooms, beside.served, beside.served.directory
    feed = await beside.room(rooms.feed)
    await beside.follow()
    with monkeypatch.context() as patch:
        beside.hide_feed(patch)
        directory._fail(feed, RuntimeError("a bug"))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        await beside.rest()
    assert rooms.league not in directory.open_rooms
    assert beside.ann.messages[-1]["type"] == "closed"
    await rooms.header("final", 6, 0)
    await rooms.say(SetDelay(30), room=rooms.feed)
    served.clock.advance(100)
    await beside.follow()
    heard = len(beside.ann.messages)
    await beside.settle_week()
    await beside.rest()
    assert beside.told(heard) == []
    assert (await beside.room(rooms.feed)).kept == 1


async def test_TS3_LI11_by_which_games_it_is_late_is_told_whenever_that_changes(
    beside: Beside,
) -> None:
    """Also where as of when the league is seen stays the same; and once."""
    rooms, account = beside.rooms, beside.ann.identity.account
    other = await beside.another_game()
    await beside.follow()
    said = (
        (30, rooms.feed, 30, {rooms.feed}),
        (30, other, 30, {rooms.feed, other}),
        (60, "", 60, set[str]()),
        (0, "", 30, {rooms.feed, other}),
        (0, other, 30, {rooms.feed}),
    )
    for seconds, room, in_all, feeds in said:
        heard = len(beside.ann.messages)
        await rooms.say(SetDelay(seconds), room=room)
        await beside.rest()
        private = [one for one in beside.ann.messages[heard:] if one["type"] == "private"]
        assert len(private) == 1
        told = beside.last_private()
        assert (told["delays"], set(told["late_in"])) == ({account: in_all}, feeds)


async def test_LI18_a_game_of_another_week_makes_the_scores_late_as_well(beside: Beside) -> None:
    rooms, served, directory = beside.rooms, beside.served, beside.served.directory
    scoring = Scoring(directory, beside.log, served.clock)
    directory.projection = LiveScores(scoring, directory.run_beside)
    await rooms.say(ScheduleWeek(2, (Matchup(1, 2),)))
    other = await beside.another_game(2, SUNDAY + 1_000_000)
    served.clock.advance(2_000)
    await rooms.say(Say("It has begun."))
    await beside.rest()
    follower = await directory.join(beside.ann, rooms.league)
    assert follower is not None
    follower.presence(presence_of(rooms.league, "watching", {"type": "watching", "week": 2}))
    await beside.rest()
    await rooms.say(SetDelay(30), room=rooms.feed)  # of the first week
    await beside.rest()
    heard = len(beside.ann.of_type("scores"))
    assert heard >= 1
    served.clock.advance(1)
    feed, rooms.feed = rooms.feed, other
    await rooms.report(THROW)
    rooms.feed = feed
    await beside.rest()
    assert len(beside.ann.of_type("scores")) == heard
    await rooms.say(SetDelay(0), room=rooms.feed)
    await beside.rest()
    now = beside.ann.of_type("scores")[heard:]
    assert now[0]["anew"] is True
    assert now[0]["matchups"][0]["home"]["points"] == 1280


async def test_LI11_a_feed_that_cannot_be_read_any_more_tells_nobody_earlier(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, served, directory = beside.rooms, beside.served, beside.served.directory
    await rooms.say(SetDelay(30), room=rooms.feed)
    await rooms.header("final", 6, 0)
    served.clock.advance(100)
    await beside.follow()
    heard = len(beside.ann.messages)
    await beside.settle_week()
    served.clock.advance(1)
    read = directory._read_replica  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    async def damaged(row: Any, kind: Any) -> Any:
        if row.id == rooms.feed:
            raise CorruptEntry("damaged")
        return await read(row, kind)

    monkeypatch.setattr(directory, "_read_replica", damaged)
    directory._fail(await beside.room(rooms.feed), RuntimeError("a bug"))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    await beside.rest()
    assert beside.told(heard) == []
    served.clock.advance(30)
    await beside.rest()
    assert beside.told(heard) == ["week.settled"]
