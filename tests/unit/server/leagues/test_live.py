"""Scores for members who watch, over real sockets: a first picture, each play with its cause, what
another line-up does, late for who sees late, and nothing for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec import Struct

from protocol.feed import SetDelay, SetShift
from protocol.membership import Say
from server.leagues.live import LiveScores
from server.leagues.scoring import Scoring, Seen
from server.rooms.directory import NoProjection
from server.rules.league.scores import MatchupScore
from storage.room_log_memory import MemoryRoomLog
from tests.support.eventually import eventually
from tests.support.gsis_games import CATCHER, PASSER
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene
from tests.support.served import Member, Served, member, serving
from tests.support.wire import JSON_NAME, MSGPACK_NAME


@dataclass
class Live:
    """A node, a league on it, and its owner."""

    served: Served
    live: LiveScores
    rooms: LeagueScene
    token: Any
    scoring: Scoring

    async def nobody_watches(self) -> bool | None:
        return self.live.watched_weeks == 0 or None

    async def two_watch(self) -> bool | None:
        room = self.served.directory.open_rooms[self.rooms.league]
        return len(room.presence.full().values) == 2 or None

    async def nobody_is_here(self) -> bool | None:
        room = self.served.directory.open_rooms[self.rooms.league]
        return not room.audience.followers or None

    def watch(self, one: Member, value: dict[str, Any] | None) -> None:
        """Says what the member wants to be told."""
        said = {"type": "presence", "room": self.rooms.league, "key": "watching", "value": value}
        one.wire.say(said)


@pytest.fixture
async def scene() -> AsyncGenerator[Live]:
    log = MemoryRoomLog(exclusive=True)
    async with serving(log=log) as served:
        scoring = Scoring(served.directory, log, served.clock)
        live = LiveScores(scoring, served.directory.run_beside)
        served.directory.projection = live
        token = served.token("Ann")
        yield Live(served, live, await a_scene(served.directory, token[1]), token, scoring)


WATCHING = {"type": "watching", "week": 1}
BOTH = pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])


def points(message: dict[str, Any]) -> list[tuple[int, int]]:
    return [(one["home"]["points"], one["away"]["points"]) for one in message["matchups"]]


@BOTH
async def test_LI16_a_watcher_is_told_each_play_with_its_cause(
    scene: Live, subprotocol: str
) -> None:
    rooms = scene.rooms
    async with member(
        scene.served, rooms.league, token=scene.token, subprotocol=subprotocol
    ) as ann:
        scene.watch(ann, WATCHING)
        first = await ann.wire.hear_type("scores")
        assert (points(first), first["phase"], first.get("changes")) == ([(0, 0)], "live", None)
        await rooms.report(THROW)
        told = await ann.wire.hear_type("scores")
        assert points(told) == [(1280, 0)]
        assert [one["text"] for one in told["changes"]] == ["+4.80, play 36", "+8.00, play 36"]
        assert told["positions"][rooms.feed] == first["positions"][rooms.feed] + 1
        await rooms.report(SHORTER)
        told = await ann.wire.hear_type("scores")
        assert points(told) == [(140, 0)]
        assert {one["cause"]["cause"] for one in told["changes"]} == {"correction"}


async def test_LI19_where_a_game_is_is_told_when_it_moves_on(scene: Live) -> None:
    rooms = scene.rooms
    async with member(scene.served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        first = await ann.wire.hear_type("scores")
        assert first["games"] == [{"id": "sunday"}]
        await rooms.header("live", 3, 0)
        told = await ann.wire.hear_type("scores")
        now = {"id": "sunday", "phase": "live", "home_score": 3}
        assert told["games"] == [now]
        await rooms.report(THROW)
        told = await ann.wire.hear_type("scores")
        assert (points(told), told.get("games")) == ([(1280, 700)], None)
        await rooms.review(36)
        told = await ann.wire.hear_type("scores")
        assert told["games"] == [{**now, "reviews": 1}]
        await rooms.header("final", 3, 0)
        told = await ann.wire.hear_type("scores")
        # Nobody has other points: of the matchups nothing is told.
        assert (told["matchups"], told["phase"]) == ([], "provisional")
        assert told["games"] == [{**now, "phase": "final", "reviews": 1}]


async def test_PJ7_what_a_matchup_is_likely_to_come_to_is_told_with_each_play_and_clock(
    scene: Live,
) -> None:
    rooms = scene.rooms
    async with member(scene.served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        (first,) = (await ann.wire.hear_type("scores"))["likely"]
        assert first["home"]["projected"] == sum(first["players"][one] for one in (PASSER, CATCHER))
        assert (first["home"]["yet"], first["played"]) == (2, 0)
        await rooms.header("live", 0, 0, quarter=1, clock="15:00")
        await ann.wire.hear_type("scores")
        await rooms.report(THROW)
        (thrown,) = (await ann.wire.hear_type("scores"))["likely"]
        assert thrown["home"]["projected"] == first["home"]["projected"] + 480 + 800
        assert thrown["chance"] > first["chance"]
        await rooms.header("live", 0, 0, quarter=3, clock="00:00")
        told = await ann.wire.hear_type("scores")
        # Nobody has other points, and it is likelier to stay so.
        assert told["matchups"] == []
        (later,) = told["likely"]
        assert (later["played"], later["home"]["playing"]) == (7_500, 2)
        assert thrown["chance"] < later["chance"] < 10_000
        await rooms.header("final", 0, 0)
        told = await ann.wire.hear_type("scores")
        assert told["likely"][0]["chance"] == 10_000


async def test_PJ8_who_sees_it_late_is_told_nothing_ahead(scene: Live) -> None:
    rooms, served = scene.rooms, scene.served
    await rooms.header("live", 0, 0, quarter=1, clock="15:00")
    served.clock.advance(60)
    await rooms.say(SetDelay(30))
    async with member(served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        served.clock.advance(31)
        await rooms.report(THROW)
        await rooms.header("final", 6, 0)
        scene.watch(ann, WATCHING)
        told = await ann.wire.hear_type("scores")
        (likely,) = told["likely"]
        assert (likely["played"], likely["home"]["playing"]) == (0, 2)
        assert 0 < likely["chance"] < 10_000


async def test_LI16_who_comes_to_what_others_watch_has_a_picture_for_itself(scene: Live) -> None:
    rooms, served = scene.rooms, scene.served
    async with (
        member(served, rooms.league, token=scene.token) as ann,
        member(served, rooms.league, token=scene.token) as too,
    ):
        scene.watch(ann, WATCHING)
        await ann.wire.hear_type("scores")
        scene.watch(too, WATCHING)
        assert points(await too.wire.hear_type("scores")) == [(0, 0)]
        await rooms.report(THROW)
        assert len((await ann.wire.hear_type("scores")).get("changes", ())) == 2
        assert len((await too.wire.hear_type("scores")).get("changes", ())) == 2


async def test_LI16_who_watches_the_same_shares_what_is_made_for_them(
    scene: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, served = scene.rooms, scene.served
    async with (
        member(served, rooms.league, token=scene.token) as ann,
        member(served, rooms.league, token=scene.token) as too,
        member(served, rooms.league, token=scene.token, subprotocol=MSGPACK_NAME) as packed,
    ):
        everybody = (ann, too, packed)
        for one in everybody:
            scene.watch(one, WATCHING)
            await one.wire.hear_type("scores")
        scored = list[int]()
        score = Seen.score

        def counted(seen: Seen, matchup: int) -> MatchupScore:
            scored.append(matchup)
            return score(seen, matchup)

        monkeypatch.setattr(Seen, "score", counted)
        await rooms.report(THROW)
        for one in everybody:
            assert points(await one.wire.hear_type("scores")) == [(1280, 0)]
        assert scored == [1, 1], "once for each format"


async def test_LI16_another_roster_or_game_is_told_as_a_whole(scene: Live) -> None:
    async with member(scene.served, scene.rooms.league, token=scene.token) as ann:
        scene.watch(ann, {**WATCHING, "matchup": 1})
        first = await ann.wire.hear_type("scores")
        ann.submit(
            scene.rooms.league, {"type": "team.set", "team": 1, "name": "Others", "owners": []}
        )
        told = await ann.wire.hear_type("scores")
        assert told["matchups"][0]["home"]["name"] == "Others"
        league = scene.rooms.league
        assert told["positions"][league] > first["positions"][league]


async def test_LI17_what_nobody_watches_is_not_there(scene: Live) -> None:
    rooms = scene.rooms
    await rooms.report(THROW)
    assert scene.live.watched_weeks == 0
    async with member(scene.served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        assert points(await ann.wire.hear_type("scores")) == [(1280, 0)]
        feed = scene.served.directory.open_rooms[rooms.feed]
        assert (scene.live.watched_weeks, feed.kept, feed.idle) == (1, 1, False)
        scene.watch(ann, None)
        await eventually(scene.nobody_watches)
        assert (feed.kept, feed.idle) == (0, True)
        scene.watch(ann, WATCHING)
        await ann.wire.hear_type("scores")
    await eventually(scene.nobody_is_here)
    await rooms.report(SHORTER)
    assert (scene.live.watched_weeks, feed.kept) == (0, 0)


@pytest.mark.parametrize("where", ["league", "feed"])
async def test_LI18_who_sees_it_late_is_told_late(scene: Live, where: str) -> None:
    rooms = scene.rooms
    await rooms.say(SetDelay(30), room=getattr(rooms, where))
    scene.served.clock.advance(31)
    async with member(scene.served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        assert points(await ann.wire.hear_type("scores")) == [(0, 0)]
        await rooms.report(THROW)
        scene.watch(ann, WATCHING)
        told = await ann.wire.hear_type("scores")
        assert points(told) == [(0, 0)]
        assert told.get("changes") is None
        scene.served.clock.advance(31)
        scene.watch(ann, WATCHING)
        assert points(await ann.wire.hear_type("scores")) == [(1280, 0)]


@pytest.mark.parametrize("late", [SetDelay(30), SetShift(0, 1)], ids=["delay", "shift"])
async def test_LI11_TS5_who_sees_it_late_from_now_on_is_told_late_from_now_on(
    scene: Live, late: Struct
) -> None:
    """Said in a feed, while the week is watched: nobody says again what it watches."""
    rooms, served = scene.rooms, scene.served
    await rooms.report(THROW)
    served.clock.advance(31)
    async with member(served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        assert points(await ann.wire.hear_type("scores")) == [(1280, 0)]
        await rooms.say(late, room=rooms.feed)
        first = await ann.wire.hear_type("scores")
        await rooms.report(SHORTER)
        # An entry of the league makes no picture before it may be seen: that one came would tell.
        await rooms.say(Say("Now!"))
        seen = 1280 if isinstance(late, SetDelay) else 0
        assert [one["home"]["points"] for one in first["matchups"]] == ([seen] if seen else [])
        assert first.get("changes") is None
        assert first.get("anew") is True
        await rooms.say(SetDelay(0) if isinstance(late, SetDelay) else SetShift(), room=rooms.feed)
        assert points(await ann.wire.hear_type("scores")) == [(140, 0)]


async def test_LI8_a_picture_of_an_earlier_watching_that_comes_too_late_is_not_told(
    scene: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She goes back, and further back before the first picture is made."""
    rooms, served, gate = scene.rooms, scene.served, asyncio.Event()
    began = served.clock.now_ms()
    served.clock.advance(100)
    await rooms.report(THROW)
    served.clock.advance(100)
    seen, asked = scene.scoring.seen, list[Seen]()

    async def waits(room_id: str, week: int, account: str | None, *, ahead: bool = False) -> Seen:
        found = await seen(room_id, week, account, ahead=ahead)
        if account is not None:
            asked.append(found)
            if len(asked) == 1:
                await gate.wait()
        return found

    async def first_is_asked() -> bool | None:
        return bool(asked) or None

    async with member(served, rooms.league, token=scene.token) as ann:
        scene.watch(ann, WATCHING)
        await ann.wire.hear_type("scores")
        monkeypatch.setattr(scene.scoring, "seen", waits)
        await rooms.say(SetShift(0, began + 100_000), room=rooms.feed)
        await eventually(first_is_asked)
        await rooms.say(SetShift(0, began), room=rooms.feed)
        told = await ann.wire.hear_type("scores")
        assert (points(told), told["anew"]) == ([(0, 0)], True)
        gate.set()
        await rooms.say(SetShift(), room=rooms.feed)
        told = await ann.wire.hear_type("scores")
        assert (points(told), told["anew"]) == ([(1280, 0)], True)


async def test_LI18_who_sees_it_late_is_told_nothing_before_that_is_known(
    scene: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, served, gate = scene.rooms, scene.served, asyncio.Event()
    await rooms.say(SetDelay(30))
    served.clock.advance(31)
    seen = scene.scoring.seen

    async def waits(room_id: str, week: int, account: str | None, *, ahead: bool = False) -> Seen:
        await gate.wait()
        return await seen(room_id, week, account, ahead=ahead)

    async with (
        member(served, rooms.league, token=scene.token) as ann,
        member(served, rooms.league, token=scene.token) as too,
    ):
        scene.watch(ann, WATCHING)
        await ann.wire.hear_type("scores")
        monkeypatch.setattr(scene.scoring, "seen", waits)
        scene.watch(too, WATCHING)
        await eventually(scene.two_watch)
        await rooms.report(THROW)
        gate.set()
        assert points(await too.wire.hear_type("scores")) == [(0, 0)]


async def corrected(scene: Live) -> bool | None:
    """Whether the league has another result."""
    room = await scene.served.directory.open(scene.rooms.league)
    assert room is not None
    settled = room.replica.state.inner.parts.settled[1]
    return (room.replica.committed.version > 0 and settled.results[0].home == 140) or None


async def test_LI12_a_correction_reaches_a_settled_week_that_nobody_looks_at(scene: Live) -> None:
    rooms = scene.rooms
    await rooms.report(THROW)
    await rooms.header("final")
    assert (await scene.scoring.settle(rooms.league, 1)).code is None
    await rooms.report(SHORTER)
    assert await eventually(lambda: corrected(scene))


async def test_LI12_and_one_that_nobody_had_open(scene: Live) -> None:
    rooms = scene.rooms
    await rooms.report(THROW)
    await rooms.header("final")
    await scene.scoring.settle(rooms.league, 1)
    projection, scene.served.directory.projection = scene.live, NoProjection()
    await rooms.report(SHORTER)
    scene.served.clock.advance(10_000)
    scene.served.directory.tidy()
    assert rooms.league not in scene.served.directory.open_rooms
    scene.served.directory.projection = projection
    assert await eventually(lambda: corrected(scene))
