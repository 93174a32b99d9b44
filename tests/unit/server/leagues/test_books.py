"""Books of feeds: summed up once, moved on by entries, forgotten when there are too many."""

from __future__ import annotations

import pytest

from server.leagues import books
from server.leagues.books import BookShelf
from server.rooms.room import Room
from server.rules.feed_state import Feed
from server.rules.league.book import league_rules
from server.rules.scoring.totals import Totals
from tests.support.gsis_games import CATCHER
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene

RULES = league_rules({"preset": "standard"})


async def feed_of(scene: LeagueScene) -> Room:
    room = await scene.directory.open(scene.feed)
    assert room is not None
    return room


@pytest.fixture
async def scene(side: HttpSide) -> LeagueScene:
    return await a_scene(side.directory, (await side.account())[0])


async def test_LI1_a_feed_is_summed_up_once_and_moved_on(
    scene: LeagueScene, side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    summed: list[Feed] = []
    whole = Feed.totals

    def totals(feed: Feed) -> Totals:
        summed.append(feed)
        return whole(feed)

    monkeypatch.setattr(Feed, "totals", totals)
    shelf, room = BookShelf(side.log), await feed_of(scene)
    await scene.report(THROW)
    assert shelf.book(room).points(CATCHER, "WR", RULES) == 800
    await scene.report(SHORTER)
    book = shelf.book(room)
    assert book.points(CATCHER, "WR", RULES) == 100
    assert book.version == room.replica.committed.version
    assert len(summed) == 1


async def test_LI1_what_was_asked_about_longest_ago_goes_first(
    scene: LeagueScene, side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "BOOKS_MAX", 1)
    other = await a_scene(side.directory, scene.owner)
    shelf = BookShelf(side.log)
    first = shelf.book(await feed_of(scene))
    shelf.book(await feed_of(other))
    assert len(shelf) == 1
    assert shelf.book(await feed_of(scene)) is not first


async def test_LI8_nobody_waits_for_a_room_that_is_there(
    scene: LeagueScene, side: HttpSide
) -> None:
    room = await feed_of(scene)
    await BookShelf(side.log).wait_for(room, room.replica.committed.version)
    assert not room.closed
