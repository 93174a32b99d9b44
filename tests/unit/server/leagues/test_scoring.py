"""The projection: what nobody asks about costs nothing, and is right when asked; corrections in one
pass; another node's news are waited for."""

from __future__ import annotations

import pytest

from protocol.league import LeagueGame, SetGames
from server.config import Settings
from server.identity import Identity
from server.leagues.scoring import NoSuchPart, NotOver, Scoring
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rules.catalogue import KINDS
from storage.room_log_memory import MemoryRoomLog
from tests.support.gsis_games import PASSER
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene
from tests.support.leagues import SUNDAY
from tests.support.manual_clock import ManualClock


@pytest.fixture
async def scene(side: HttpSide) -> LeagueScene:
    return await a_scene(side.directory, (await side.account())[0])


def scoring_of(side: HttpSide) -> Scoring:
    return Scoring(side.directory, side.log, side.clock)


async def test_LI5_a_matchup_that_nobody_looked_at_is_right_when_it_is_opened(
    scene: LeagueScene, side: HttpSide
) -> None:
    await scene.report(THROW)
    await scene.report(SHORTER)
    await scene.header("live")
    seen = await scoring_of(side).seen(scene.league, 1, None)
    assert (seen.score(1).home.points, seen.score(1).away.points) == (140, 700)
    for week, room in ((1, scene.feed), (1, "r_" + "0" * 22), (9, scene.league)):
        with pytest.raises(NoSuchPart):
            await scoring_of(side).seen(room, week, None)
    with pytest.raises(NoSuchPart):
        seen.score(2)


async def test_LI12_only_a_week_that_is_over_is_settled(scene: LeagueScene, side: HttpSide) -> None:
    await scene.say(SetGames((LeagueGame("unheard", 1, "ONE", "TWO", SUNDAY),)))
    await scene.header("final")
    with pytest.raises(NotOver) as error:
        await scoring_of(side).settle(scene.league, 1)
    assert error.value.games == ["unheard"]


async def test_LI12_a_pass_over_settled_weeks_changes_what_is_another_result_now(
    scene: LeagueScene, side: HttpSide
) -> None:
    scoring = scoring_of(side)
    await scene.report(THROW)
    await scene.header("final")
    assert (await scoring.settle(scene.league, 1)).code is None
    assert await scoring.correct(scene.league) == 0
    await scene.report(SHORTER)
    assert await scoring.correct(scene.league) == 1
    assert await scoring.correct(scene.league) == 0
    assert await scoring.correct(scene.feed) == 0
    await scene.report(THROW)
    assert await scoring.correct(scene.league) == 1


async def test_LI7_a_trail_ends_where_it_was_seen(scene: LeagueScene, side: HttpSide) -> None:
    scoring = scoring_of(side)
    await scene.report(THROW)
    seen = await scoring.seen(scene.league, 1, None)
    await scene.report(SHORTER)
    assert len(await scoring.trail(seen, 1, PASSER)) == 1
    with pytest.raises(NoSuchPart):
        await scoring.trail(seen, 2)


async def test_LI8_scores_do_not_go_back_for_who_changes_the_node() -> None:
    log, clock = MemoryRoomLog(exclusive=False), ManualClock()
    bugs: list[Exception] = []
    one, two = (
        Directory(
            log=log,
            clock=clock,
            settings=Settings(),
            metrics=Metrics(),
            kinds=KINDS,
            on_bug=bugs.append,
        )
        for _ in range(2)
    )
    one.start()
    two.start()
    try:
        scene = await a_scene(one, Identity("a_" + "A" * 22, "Ann", 2**52))
        there = Scoring(two, log, clock)
        await there.seen(scene.league, 1, None)
        await scene.report(THROW)
        here = await Scoring(one, log, clock).seen(scene.league, 1, None)
        moved = await there.seen(scene.league, 1, None)
        assert moved.positions == here.positions
        assert moved.score(1).home.points == 1280
    finally:
        await one.stop()
        await two.stop()
    assert bugs == []
