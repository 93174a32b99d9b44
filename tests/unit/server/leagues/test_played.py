"""What players without a rank made in earlier weeks."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.league import AddPlayers
from server.leagues.played import PlayedWeeks
from server.leagues.scoring import Scoring
from server.rooms.room import Room
from server.rules.league.state import League
from tests.support.gsis_games import CATCHER, PASSER
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene
from tests.support.leagues import PLAYERS


async def settled(side: HttpSide) -> tuple[LeagueScene, Scoring]:
    scene = await a_scene(side.directory, (await side.account())[0])
    scoring = Scoring(side.directory, side.log, side.clock)
    await scene.report(THROW)
    await scene.header("final")
    assert (await scoring.settle(scene.league, 1)).code is None
    return scene, scoring


async def test_PJ2_points_of_settled_weeks_of_whoever_played(side: HttpSide) -> None:
    scene, scoring = await settled(side)
    seen = await scoring.seen(scene.league, 2, None, ahead=True)
    # The tackler has no line; six points allowed are worth 7.00.
    assert seen.played == {PASSER: [480], CATCHER: [800], "AWY": [700]}
    assert (await scoring.seen(scene.league, 1, None, ahead=True)).played == {}
    assert (await scoring.seen(scene.league, 2, None)).played == {}


async def test_PJ8_they_are_those_of_the_positions_that_were_settled(side: HttpSide) -> None:
    scene, scoring = await settled(side)
    await scene.report(SHORTER)
    seen = await scoring.seen(scene.league, 2, None, ahead=True)
    assert seen.played[PASSER] == [480]
    assert await scoring.correct(scene.league) == 1
    seen = await scoring.seen(scene.league, 2, None, ahead=True)
    assert seen.played[PASSER] == [40]


async def test_PJ7_where_everybody_has_a_rank_no_feed_is_opened(side: HttpSide) -> None:
    scene, scoring = await settled(side)
    await scene.say(AddPlayers(tuple(replace(one, rank=1) for one in PLAYERS)))
    league = (await scoring.seen(scene.league, 2, None)).league

    async def feeds(_league: League, _week: int) -> dict[str, Room]:
        raise AssertionError("nobody asks for feeds")

    assert await PlayedWeeks(feeds).of(league, 2) == {}
