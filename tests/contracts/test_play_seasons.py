"""A season taken out and put back, in every database."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec

from protocol.asking import Question, Where
from server.asking.asking import Asking
from server.metrics import Metrics
from storage.play_rows import FeedRow, PlayRows
from storage.play_seasons import PlaySeasons
from storage.season_file import SeasonFeed, SeasonFile, write_season
from storage.tables import Tables
from tests.support.manual_clock import ManualClock
from tests.support.play_model import ModelFeed, random_feeds, random_play, random_question

SEASON = 2019
QUESTIONS = 60


async def filled(tables: Tables) -> list[ModelFeed]:
    """Feeds of the season, and of others."""
    rows, dice = PlayRows(tables), random.Random(7)
    feeds = random_feeds(dice, 8, 40)
    seasons = [SEASON if number % 2 else SEASON - 1 for number in range(len(feeds))]
    feeds = [
        ModelFeed(one.room, one.game, season, one.week, one.open, one.plays)
        for one, season in zip(feeds, seasons, strict=True)
    ]
    for feed in feeds:
        await rows.file(
            feed.room, game=feed.game, season=feed.season, week=feed.week, open_=feed.open
        )
        await rows.put(feed.room, 5, feed.plays)
    return feeds


async def answers(tables: Tables, feeds: list[ModelFeed]) -> list[bytes]:
    """To the same random questions each time."""
    asks, dice = Asking(PlayRows(tables), ManualClock(), Metrics()), random.Random(1)
    questions = [random_question(dice, feeds) for _ in range(QUESTIONS)]
    told = [await asks.ask(one, everything=not one.where.feeds) for one in questions]
    return [msgspec.json.encode(answer) for answer, _ in told]


async def count(tables: Tables, season: int) -> int:
    question = Question(where=Where(seasons=(season,)), total=True)
    asks = Asking(PlayRows(tables), ManualClock(), Metrics())
    sums = (await asks.ask(question, everything=True))[0].sums
    return sums[0].plays if sums else 0


async def written(tables: Tables, path: Path) -> SeasonFile:
    seasons = PlaySeasons(tables)
    feeds = [SeasonFeed(*(await seasons.plays(one.room))) for one in await seasons.feeds(SEASON)]
    write_season(path, SEASON, feeds)
    return SeasonFile(path)


async def test_XP20_a_season_goes_and_comes_back_as_it_was(tables: Tables, tmp_path: Path) -> None:
    feeds = await filled(tables)
    before, other = await answers(tables, feeds), await count(tables, SEASON - 1)
    file = await written(tables, tmp_path / "s.plays")
    seasons = PlaySeasons(tables)
    taken = [await seasons.take_out(one.feed) for one in file.feeds()]
    assert taken == [40] * 4
    assert (await count(tables, SEASON), await count(tables, SEASON - 1)) == (0, other)
    # Done again it finds nothing to do.
    assert [await seasons.take_out(one.feed) for one in file.feeds()] == [0] * 4
    for _ in range(2):
        back = [await seasons.put_back(one.feed, one.plays) for one in file.feeds()]
        assert back == [40] * 4
        assert await answers(tables, feeds) == before


async def test_XP20_a_feed_that_went_on_stays_as_it_is(tables: Tables, tmp_path: Path) -> None:
    await filled(tables)
    file = await written(tables, tmp_path / "s.plays")
    first, *others = file.feeds()
    rows, seasons = PlayRows(tables), PlaySeasons(tables)
    corrected = [random_play(random.Random(3), 1)]
    await rows.put(first.feed.room, 6, corrected)
    assert await seasons.take_out(first.feed) is None
    for one in others:
        assert await seasons.take_out(one.feed) == 40
    assert await count(tables, SEASON) == 1
    assert await seasons.put_back(first.feed, first.plays) is None
    assert (await rows.feeds([first.feed.room]))[first.feed.room].version == 6
    assert await count(tables, SEASON) == 1


async def test_XP21_what_was_closed_meanwhile_is_not_opened_by_coming_back(
    tables: Tables, tmp_path: Path
) -> None:
    await filled(tables)
    file = await written(tables, tmp_path / "s.plays")
    rows, seasons = PlayRows(tables), PlaySeasons(tables)
    for one in file.feeds():
        await seasons.take_out(one.feed)
        told = one.feed
        await rows.file(told.room, game=told.game, season=told.season, week=told.week, open_=False)
        assert await seasons.put_back(told, one.plays) == 40
    asks = Asking(rows, ManualClock(), Metrics())
    shown, _ = await asks.ask(Question(where=Where(seasons=(SEASON,)), limit=100))
    assert shown.plays == []
    assert await count(tables, SEASON) == 160


async def test_XP21_a_file_fills_a_database_that_knew_nothing(
    tables: Tables, tmp_path: Path
) -> None:
    feeds = random_feeds(random.Random(2), 3, 30)
    told = [
        # As another database numbered it.
        SeasonFeed(FeedRow(900 + n, one.room, one.game, SEASON, n, one.open, 5), one.plays)
        for n, one in enumerate(feeds)
    ]
    write_season(tmp_path / "s.plays", SEASON, told)
    seasons = PlaySeasons(tables)
    for one in SeasonFile(tmp_path / "s.plays").feeds():
        assert await seasons.put_back(one.feed, one.plays) == 30
    assert await count(tables, SEASON) == 90
    held = [(one.room, one.week, one.open, one.version) for one in await seasons.feeds(SEASON)]
    assert held == [(one.feed.room, one.feed.week, one.feed.open, 5) for one in told]
