"""Leagues over HTTP: a week as it stands, why, corrected, settled, late; the operator's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from protocol.feed import SetDelay
from protocol.league import LeagueGame, SetGames
from server.identity import Identity
from tests.support.gsis_games import CATCHER, PASSER
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_draft, a_scene
from tests.support.leagues import SUNDAY


@dataclass
class Scene:
    """Ada's league, and how to ask about it."""

    side: HttpSide
    ada: Identity
    header: dict[str, str]
    rooms: LeagueScene

    async def ask(self, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        headers = more.pop("headers", self.header)
        url = f"/leagues/{self.rooms.league}/{path}"
        return await self.side.send(method, url, headers=headers, **more)

    async def points(self) -> tuple[int, int]:
        """Of the one matchup, for each team."""
        score = (await self.ask("weeks/1/matchups/1")).json()["score"]
        return score["home"]["points"], score["away"]["points"]


@pytest.fixture
async def scene(side: HttpSide) -> Scene:
    ada, header = await side.account()
    return Scene(side, ada, header, await a_scene(side.directory, ada))


async def test_LI4_LI8_a_week_is_shown_with_the_positions_it_was_made_from(scene: Scene) -> None:
    await scene.rooms.report(THROW)
    await scene.rooms.header("live")
    answer = (await scene.ask("weeks/1")).json()
    assert (answer["week"], answer["phase"]) == (1, "live")
    versions = {
        room: await scene.side.directory.version_of(room)
        for room in (scene.rooms.league, scene.rooms.feed)
    }
    assert answer["positions"] == versions
    assert answer["games"] == [{"id": "sunday", "phase": "live", "home_score": 6}]
    home = answer["matchups"][0]["home"]
    assert (home["name"], home["points"]) == ("Ones", 480 + 800)
    assert [(line["player"], line["points"]) for line in home["starters"]] == [
        (PASSER, 480), (CATCHER, 800),
    ]  # fmt: skip


async def test_PJ7_what_it_is_likely_to_come_to_stands_beside_the_score(scene: Scene) -> None:
    await scene.rooms.header("live", 0, 0, quarter=2, clock="10:00")
    await scene.rooms.report(THROW)
    week = (await scene.ask("weeks/1")).json()
    matchup = (await scene.ask("weeks/1/matchups/1")).json()
    assert week["likely"] == [matchup["likely"]]
    assert matchup["score"]["home"]["points"] == 480 + 800
    assert matchup["likely"]["home"]["projected"] > 480 + 800
    assert 5_000 < matchup["likely"]["chance"] < 10_000


async def test_PJ9_how_a_win_chance_went_is_read_from_the_feeds(scene: Scene) -> None:
    for quarter in (1, 2, 3, 4):
        if quarter == 2:
            await scene.rooms.report(THROW)
        await scene.rooms.header("live", 0, 0, quarter=quarter, clock="08:00")
    line = (await scene.ask("weeks/1/matchups/1/chances")).json()
    likely = (await scene.ask("weeks/1/matchups/1")).json()["likely"]
    played = [point[0] for point in line["points"]]
    assert played == [0, 1167, 3667, 6167, 8667, 8667]
    chances = [point[1] for point in line["points"]]
    assert chances[1] < chances[2] < chances[4] == likely["chance"]
    assert line["points"][-1][2:] == [likely[side]["projected"] for side in ("home", "away")]
    await scene.rooms.header("final", 0, 0)
    line = (await scene.ask("weeks/1/matchups/1/chances")).json()
    assert line["points"][-1][:2] == [10_000, 10_000]
    await scene.ask("weeks/1/settle", "POST")
    settled = (await scene.ask("weeks/1/matchups/1/chances")).json()
    assert settled["points"] == line["points"]
    assert (await scene.ask("weeks/1/matchups/2/chances")).status_code == 404


async def test_PJ8_who_sees_it_late_sees_what_was_likely_then(scene: Scene) -> None:
    await scene.rooms.header("live", 0, 0, quarter=1, clock="15:00")
    scene.side.clock.advance(60)
    await scene.rooms.say(SetDelay(30))
    scene.side.clock.advance(31)
    await scene.rooms.report(THROW)
    await scene.rooms.header("final", 0, 0)
    likely = (await scene.ask("weeks/1/matchups/1")).json()["likely"]
    assert (likely["played"], likely["home"]["playing"]) == (0, 2)
    line = (await scene.ask("weeks/1/matchups/1/chances")).json()["points"]
    assert {point[0] for point in line} == {0}


async def test_LI7_the_trail_says_which_play_and_when(scene: Scene) -> None:
    await scene.rooms.report(THROW)
    await scene.rooms.report(SHORTER)
    trail = (await scene.ask(f"weeks/1/matchups/1/trail?player={PASSER}")).json()
    day = trail["changes"][1]["text"].rsplit(" ", 1)[1]
    assert [line["text"] for line in trail["changes"]] == [
        "+4.80, play 36",
        f"-4.40, play 36 corrected on {day}",
    ]
    assert trail["changes"][1]["cause"]["cause"] == "correction"
    # The play as it stands is told beside it.
    told = [(line["play"], line["quarter"], line["clock"]) for line in trail["changes"]]
    assert told == [("Shorter.", 2, "04:10")] * 2
    everybody = (await scene.ask("weeks/1/matchups/1/trail")).json()["changes"]
    assert {line["cause"]["player"] for line in everybody} == {PASSER, CATCHER}


async def test_LI12_a_week_is_settled_when_its_games_are_over(scene: Scene) -> None:
    await scene.rooms.report(THROW)
    early = await scene.ask("weeks/1/settle", "POST")
    assert (early.status_code, early.json()["error"]) == (409, "not_over")
    assert early.json()["detail"] == {"games": ["sunday"]}
    await scene.rooms.header("final")
    assert (await scene.ask("weeks/1")).json()["phase"] == "provisional"
    assert (await scene.ask("weeks/1/settle", "POST")).status_code == 200
    again = await scene.ask("weeks/1/settle", "POST")
    assert (again.status_code, again.json()["error"]) == (409, "settled")
    assert (await scene.ask("weeks/1")).json()["phase"] == "settled"


async def test_LI11_LI12_who_sees_a_game_late_settles_when_it_is_over_for_them(
    scene: Scene,
) -> None:
    await scene.rooms.report(THROW)
    await scene.rooms.say(SetDelay(30), room=scene.rooms.feed)
    scene.side.clock.advance(60)
    await scene.rooms.header("final")
    answer = await scene.ask("weeks/1/settle", "POST")
    assert (answer.status_code, answer.json()["error"]) == (409, "not_over")
    scene.side.clock.advance(31)
    assert (await scene.ask("weeks/1/settle", "POST")).status_code == 200


async def test_LI11_SD4_who_sees_the_league_late_is_told_the_version_that_it_sees(
    scene: Scene,
) -> None:
    await scene.rooms.report(THROW)
    await scene.rooms.header("final")
    await scene.rooms.say(SetDelay(30))
    scene.side.clock.advance(60)
    seen = await scene.side.directory.version_of(scene.rooms.league)
    assert (await scene.ask("weeks/1/settle", "POST")).json() == {"version": seen}
    assert await scene.side.directory.version_of(scene.rooms.league) != seen


async def test_LE14_LI12_a_correction_after_settling_flips_the_result(scene: Scene) -> None:
    await scene.rooms.report(THROW)
    await scene.rooms.header("final")
    assert await scene.points() == (1280, 700)
    await scene.ask("weeks/1/settle", "POST")
    await scene.rooms.report(SHORTER)
    assert await scene.points() == (140, 700)
    view = await scene.side.send("GET", f"/rooms/{scene.rooms.league}", headers=scene.header)
    week = view.json()["state"]["kind"]["weeks"]["1"]
    assert week["results"] == [{"home": 140, "away": 700}]
    history = await scene.side.send(
        "GET", f"/rooms/{scene.rooms.league}/history", headers=scene.header
    )
    newest = history.json()["entries"][0]["events"][0]
    assert newest["type"] == "week.corrected"
    assert newest["changes"] == [
        {"matchup": 1, "was": {"home": 1280, "away": 700}, "now": {"home": 140, "away": 700},
         "flipped": True}
    ]  # fmt: skip
    assert [cause["play"] for cause in newest["causes"]] == [36, 36]
    await scene.points()
    same = await scene.side.send(
        "GET", f"/rooms/{scene.rooms.league}/history", headers=scene.header
    )
    assert same.json() == history.json()


@pytest.mark.parametrize("where", ["league", "feed"])
async def test_LI11_who_sees_it_late_sees_scores_and_trail_late(scene: Scene, where: str) -> None:
    room = getattr(scene.rooms, where)
    await scene.rooms.header("live", 0)
    await scene.rooms.say(SetDelay(30), room=room)
    scene.side.clock.advance(31)
    await scene.rooms.report(THROW)
    before = await scene.points()
    assert before[0] == 0
    assert (await scene.ask("weeks/1/matchups/1/trail?player=" + PASSER)).json()["changes"] == []
    positions = (await scene.ask("weeks/1")).json()["positions"]
    now = await scene.side.directory.version_of(scene.rooms.feed)
    assert positions[scene.rooms.feed] < (now or 0)
    scene.side.clock.advance(31)
    assert (await scene.points())[0] == 1280


async def test_LI10_a_feed_counts_that_whoever_named_it_may_see(scene: Scene) -> None:
    bob, _ = await scene.side.account("bob@example.org", "Bob")
    theirs = await a_scene(scene.side.directory, bob)
    await theirs.report(THROW)
    game = LeagueGame("x", 2, "HOM", "AWY", SUNDAY, theirs.feed)
    await scene.rooms.say(SetGames((game,)))
    positions = (await scene.ask("weeks/2")).json()["positions"]
    assert theirs.feed not in positions


@pytest.mark.parametrize(
    "path", ["weeks/9", "weeks/1/matchups/2", "weeks/1/matchups/2/trail", "weeks/31"]
)
async def test_LI14_what_the_league_does_not_have_is_not_found(scene: Scene, path: str) -> None:
    assert (await scene.ask(path)).status_code in {404, 422}


async def test_LI13_a_league_takes_the_rosters_of_a_draft(scene: Scene) -> None:
    draft = await a_draft(scene.side.directory, scene.ada)
    league = await scene.side.directory.create("league", "New", scene.ada, {})
    path = f"/leagues/{league}/rosters"
    body = {"draft": draft}
    taken = await scene.side.send("POST", path, json=body, headers=scene.header)
    assert taken.status_code == 200, taken.text
    view = await scene.side.send("GET", f"/rooms/{league}", headers=scene.header)
    assert [len(has) for has in view.json()["state"]["kind"]["rosters"].values()] == [1, 1]
    again = await scene.side.send("POST", path, json=body, headers=scene.header)
    assert (again.status_code, again.json()["error"]) == (409, "player_taken")
    none = await scene.side.send("POST", path, json={"draft": league}, headers=scene.header)
    assert none.status_code == 404


async def test_LI14_the_operator_plays_a_league_from_feeds(scene: Scene) -> None:
    side = scene.side
    made = await side.send(
        "POST", "/operator/rooms", json={"kind": "league", "name": "L"}, headers=side.operator
    )
    league = made.json()["room"]["id"]
    game = {"id": "g", "week": 1, "home": "HOM", "away": "AWY", "kickoff": SUNDAY}
    said = {"type": "games.set", "games": [{**game, "feed": scene.rooms.feed}]}
    path = f"/operator/leagues/{league}"
    answer = await side.send("POST", f"{path}/commands", json=said, headers=side.operator)
    assert answer.status_code == 200, answer.text
    week = await side.send("GET", f"{path}/weeks/1", headers=side.operator)
    assert scene.rooms.feed in week.json()["positions"]
