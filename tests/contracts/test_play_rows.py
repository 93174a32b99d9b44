"""Plays that are asked about, in every database."""

from __future__ import annotations

import random

import msgspec
import pytest

from protocol.asking import Question, Where
from server.asking.asking import Asking
from server.metrics import Metrics
from storage.play_query import Ordered
from storage.play_rows import PlayRows
from storage.tables import Tables
from tests.support.manual_clock import ManualClock
from tests.support.play_model import (
    ModelFeed,
    found,
    random_feeds,
    random_play,
    random_question,
    rows_of,
    sums,
)

ROOM = "r_" + "1" * 22


def asking(tables: Tables) -> Asking:
    return Asking(PlayRows(tables), ManualClock(), Metrics())


async def fill(rows: PlayRows, feeds: list[ModelFeed]) -> None:
    for feed in feeds:
        await rows.file(
            feed.room, game=feed.game, season=feed.season, week=feed.week, open_=feed.open
        )
        assert await rows.put(feed.room, 1, feed.plays) == len(feed.plays)


def asked_again(question: Question, cursor: str | None) -> Question:
    return msgspec.structs.replace(question, cursor=cursor)


@pytest.mark.parametrize("seed", range(3))
async def test_QY3_random_questions_are_answered_as_by_reading_every_play(
    tables: Tables, seed: int
) -> None:
    dice = random.Random(seed)
    feeds = random_feeds(dice)
    await fill(PlayRows(tables), feeds)
    every, asks = rows_of(feeds), asking(tables)
    some = 0
    for _ in range(150):
        question = random_question(dice, feeds)
        everything = not question.where.feeds and dice.random() < 0.5
        answer, _ = await asks.ask(question, everything=everything)
        if question.by or question.total:
            told = [msgspec.structs.asdict(one) for one in answer.sums]
            assert told == sums(every, question, everything=everything), question
            some += bool(told)
            continue
        wanted = found(every, question, everything=everything)
        some += bool(wanted)
        got = [(one.room, one.play, one.text) for one in answer.plays]
        shown = [(row["room"], row["play"], row["text"]) for row in wanted]
        assert got == shown[: question.limit], question
    assert some > 60


@pytest.mark.parametrize("order", [None, "yards", "score"])
async def test_QY4_pages_hold_every_play_once_and_in_order(
    tables: Tables, order: str | None
) -> None:
    feeds = random_feeds(random.Random(5), 3, 30)
    await fill(PlayRows(tables), feeds)
    question = Question(limit=7, order=order)  # pyright: ignore[reportArgumentType] - one of them
    wanted = [
        (row["room"], row["play"]) for row in found(rows_of(feeds), question, everything=True)
    ]
    seen: list[tuple[str, int]] = []
    after: str | None = None
    while True:
        answer, after = await asking(tables).ask(question, after=after, everything=True)
        seen += [(one.room, one.play) for one in answer.plays]
        if after is None:
            break
    assert seen == wanted


async def test_QY6_what_a_feed_has_is_replaced_as_a_whole(tables: Tables) -> None:
    rows, dice = PlayRows(tables), random.Random(1)
    plays = [random_play(dice, n) for n in range(1, 200)]
    assert await rows.put(ROOM, 3, plays) == 199
    assert await rows.put(ROOM, 4, plays) == 0
    other = random_play(dice, 7)
    changed = [other if one.play == 7 else one for one in plays if one.play != 9]
    assert await rows.put(ROOM, 5, changed) == 2
    assert (await rows.feeds([ROOM]))[ROOM].version == 5
    answer, _ = await asking(tables).ask(Question(limit=100, where=Where(feeds=(ROOM,))))
    assert len(answer.plays) == 100
    assert not [one for one in answer.plays if one.play == 9]
    (total,) = (await asking(tables).ask(Question(total=True, where=Where(feeds=(ROOM,)))))[0].sums
    assert total.plays == 198


async def test_QY6_an_older_version_changes_nothing(tables: Tables) -> None:
    rows, dice = PlayRows(tables), random.Random(1)
    await rows.put(ROOM, 3, [random_play(dice, 1)])
    assert await rows.put(ROOM, 2, []) == 0
    assert (await rows.feeds([ROOM]))[ROOM].version == 3
    _, found_rows = await rows.find([ROOM], [], Ordered(), 10)
    assert len(found_rows) == 1


async def test_QY11_a_feed_of_another_season_is_put_in_again(tables: Tables) -> None:
    rows, dice = PlayRows(tables), random.Random(1)
    play = random_play(dice, 1)
    await rows.put(ROOM, 3, [play])
    await rows.file(ROOM, game="g", season=2019, week=2, open_=True)
    assert (await rows.feeds([ROOM]))[ROOM].version == 0
    assert await rows.find([ROOM], [], Ordered(), 10) == (0, [])
    await rows.put(ROOM, 3, [play])
    await rows.file(ROOM, game="g", season=2019, week=2, open_=True)
    assert (await rows.feeds([ROOM]))[ROOM].version == 3
    answer, _ = await asking(tables).ask(Question(where=Where(seasons=(2019,))))
    assert [(one.season, one.week, one.game) for one in answer.plays] == [(2019, 2, "g")]


async def test_QY5_who_may_ask_changes_at_once(tables: Tables) -> None:
    rows, asks = PlayRows(tables), asking(tables)
    await rows.file(ROOM, game="g", season=2019, week=2, open_=True)
    await rows.put(ROOM, 3, [random_play(random.Random(1), 1)])
    assert len((await asks.ask(Question()))[0].plays) == 1
    await rows.file(ROOM, game="g", season=2019, week=2, open_=False)
    assert (await asks.ask(Question()))[0].plays == []
    assert len((await asks.ask(Question(where=Where(feeds=(ROOM,)))))[0].plays) == 1
    assert len((await asks.ask(Question(), everything=True))[0].plays) == 1


async def test_QY8_until_when_everything_is_here_never_falls(tables: Tables) -> None:
    rows, asks = PlayRows(tables), asking(tables)
    assert (await asks.ask(Question()))[0].as_of == 0
    await rows.progressed(2_000)
    await rows.progressed(1_000)
    assert (await asks.ask(Question()))[0].as_of == 2_000
    assert (await asks.ask(Question(total=True)))[0].as_of == 2_000


async def test_QY4_a_feed_that_nobody_knows_has_no_plays(tables: Tables) -> None:
    answer, more = await asking(tables).ask(Question(where=Where(feeds=(ROOM,))))
    assert (answer.plays, more) == ([], None)
