"""Sums beside the plays, in every database: at every moment what adding up the plays anew gives."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from protocol.asking import RESULTS, Question, Where
from server.asking.asking import Asking
from server.asking.conditions import conditions_of, grouped
from server.metrics import Metrics
from storage.play_rows import PlayRows
from storage.play_seasons import PlaySeasons
from storage.play_sums import AXES, MEASURES, summed
from storage.tables import Asking as Work
from storage.tables import Rows, Tables
from tests.support.manual_clock import ManualClock
from tests.support.play_model import (
    FORMATIONS,
    KINDS,
    PEOPLE,
    TEAMS,
    ModelFeed,
    random_feeds,
    random_play,
    rows_of,
    sums,
)

MASKS = (("touchdown",), ("interception", "fumble_lost"), ("first_down",))
STEPS = 25


def asking(tables: Tables) -> Asking:
    return Asking(PlayRows(tables), ManualClock(), Metrics())


async def read(tables: Tables, text: str) -> Rows:
    def work() -> Work[Rows]:
        return (yield text, ())

    return await tables.read(work)


async def write(tables: Tables, text: str) -> None:
    def work() -> Work[None]:
        yield text, ()

    await tables.write(work)


def measured(row: dict[str, Any]) -> list[int]:
    found = [1]
    for name in ("yards", "success", "epa"):
        found += [row[name] or 0, int(row[name] is not None)]
    has = [any(row["results"] >> RESULTS.index(one) & 1 for one in names) for names in MASKS]
    return found + [int(one) for one in has]


def anew(feeds: list[ModelFeed]) -> tuple[Counter[Any], Counter[Any]]:
    """Key and measure to what the plays come to, by reading every play."""
    told, people = Counter[Any](), Counter[Any]()
    for row in rows_of(feeds):
        place = (int(row["open"]), row["season"])
        for name, value in zip(MEASURES, measured(row), strict=True):
            for axis in ("", *AXES):
                shown = str(row[axis]) if axis else ""
                told[axis, *place, shown, row["kind"], name] += value
            for one in row["parts"]:
                key = (*place, one.player, row["kind"], one.roles, one.name, one.team, name)
                people[key] += value
    return Counter({k: v for k, v in told.items() if v}), Counter(
        {k: v for k, v in people.items() if v}
    )


async def kept(tables: Tables) -> tuple[Counter[Any], Counter[Any]]:
    found: list[Counter[Any]] = []
    for table, key in (
        ("play_sum", "axis, open, season, value, kind"),
        ("play_player_sum", "open, season, player, kind, roles, name, team"),
    ):
        names = ", ".join(MEASURES)
        rows = await read(tables, f"SELECT {key}, {names} FROM {table}")  # noqa: S608 - our own names
        assert all(row[-len(MEASURES)] > 0 for row in rows), "a sum of no play"
        named = {
            (*row[: -len(MEASURES)], name): value
            for row in rows
            for name, value in zip(MEASURES, row[-len(MEASURES) :], strict=True)
        }
        found.append(Counter({k: v for k, v in named.items() if v}))
    return found[0], found[1]


def a_question(dice: random.Random) -> Question:
    """One that sums answer."""
    axis = dice.choice((None, *AXES))
    choices: list[Any] = ["season", "kind", *([axis] if axis else [])]
    by: list[Any] = dice.sample(choices, dice.randint(0, 2))
    given: dict[str, Any] = {}
    if dice.random() < 0.5:
        given["seasons"] = tuple(dice.sample((0, 2018, 2019), 2))
    if dice.random() < 0.5:
        given["kinds"] = tuple(dice.sample(KINDS, 2))
    values: dict[str, tuple[str, list[Any]]] = {
        "week": ("weeks", [1, 2]), "quarter": ("quarters", [1, 4]), "down": ("downs", [3]),
        "offence": ("offences", [TEAMS[0]]), "defence": ("defences", [*TEAMS[:2]]),
        "formation": ("formations", [FORMATIONS[1]]), "personnel": ("personnel", [""]),
    }  # fmt: skip
    if axis is not None and dice.random() < 0.5:
        name, some = values[axis]
        given[name] = tuple(some)
    if dice.random() < 0.4 and axis is None:
        if dice.random() < 0.5:
            by = ["player", *by[:1]]
            given["players"] = tuple(dice.sample(PEOPLE, dice.randint(0, 3)))
        else:
            given["players"] = (dice.choice(PEOPLE),)
        if dice.random() < 0.5:
            given["roles"] = tuple(dice.sample(("passer", "receiver", "defender"), 2))
    return Question(
        where=Where(**given), by=tuple(by), total=not by,
        order=dice.choice((None, "yards", "epa", "success", "touchdowns", "turnovers")),
        descending=dice.random() < 0.5, minimum=dice.choice((1, 1, 3)), limit=dice.choice((3, 100)),
    )  # fmt: skip


async def as_wanted(tables: Tables, feeds: list[ModelFeed], dice: random.Random) -> None:
    assert await kept(tables) == anew(feeds)
    every, asks = rows_of(feeds), asking(tables)
    for _ in range(6):
        question, everything = a_question(dice), dice.random() < 0.5
        conditions = conditions_of(
            question.where, everybody=not everything, by_player="player" in question.by
        )
        assert summed(conditions, grouped(question)) is not None, question
        answer, _ = await asks.ask(question, everything=everything)
        told = [msgspec.structs.asdict(one) for one in answer.sums]
        assert told == sums(every, question, everything=everything), question


@pytest.mark.parametrize("seed", range(2))
async def test_QY15_sums_are_what_plays_come_to_after_every_change(
    tables: Tables, seed: int
) -> None:
    dice = random.Random(seed)
    rows, seasons = PlayRows(tables), PlaySeasons(tables)
    feeds = [replace(one, plays=()) for one in random_feeds(dice, 4, 1)]
    for one in feeds:
        await rows.file(one.room, game=one.game, season=one.season, week=one.week, open_=one.open)
    version = 1
    for _ in range(STEPS):
        version += 1
        at = dice.randrange(len(feeds))
        feed = feeds[at]
        match dice.randrange(6):
            case 0 | 1:  # plays are added, corrected, deleted
                stay = [one for one in feed.plays if dice.random() < 0.7]
                new = [random_play(dice, n) for n in dice.sample(range(1, 40), 12)]
                plays = tuple({one.play: one for one in (*stay, *new)}.values())
                feed = replace(feed, plays=plays)
                await rows.put(feed.room, version, plays)
            case 2:  # opened, or closed
                feed = replace(feed, open=not feed.open)
                await file(rows, feed)
            case 3:  # another season or week: its plays go, and come with the next round
                feed = replace(feed, season=dice.choice((0, 2018, 2019)), week=dice.randint(0, 3))
                before, plays = feeds[at], feed.plays
                await file(rows, feed)
                if (before.season, before.week) != (feed.season, feed.week):
                    await rows.put(feed.room, version, plays)
            case 4:  # its season goes into a file, and comes back
                held, plays = await seasons.plays(feed.room)
                await seasons.take_out(held)
                without = [one if one is not feed else replace(one, plays=()) for one in feeds]
                await as_wanted(tables, without, dice)
                await seasons.put_back(held, plays)
            case _:  # made anew
                await rows.doubt_sums()
                while await rows.make_sums():
                    pass
        feeds[at] = feed
        await as_wanted(tables, feeds, dice)


async def file(rows: PlayRows, one: ModelFeed) -> None:
    await rows.file(one.room, game=one.game, season=one.season, week=one.week, open_=one.open)


async def test_QY15_sums_that_are_in_doubt_answer_nothing_until_they_are_made_anew(
    tables: Tables,
) -> None:
    rows, dice = PlayRows(tables), random.Random(3)
    feeds = random_feeds(dice, 3, 20)
    for one in feeds:
        await file(rows, one)
        await rows.put(one.room, 1, one.plays)
    question = Question(total=True)

    async def total() -> int:
        return (await asking(tables).ask(question, everything=True))[0].sums[0].plays

    assert await total() == 60
    await write(tables, "UPDATE play_sum SET plays = plays + 1000")
    assert await total() > 1_000  # they are what is asked
    await rows.doubt_sums()
    assert await total() == 60
    while await rows.make_sums():
        pass
    assert await total() == 60
    assert await kept(tables) == anew(feeds)


async def test_QY15_two_nodes_that_put_in_games_of_one_season_lose_nothing(
    nodes: list[Tables],
) -> None:
    dice = random.Random(4)
    feeds = [replace(one, season=2019) for one in random_feeds(dice, 6, 15)]
    one, other = (PlayRows(tables) for tables in nodes)
    for feed in feeds:
        await file(one, feed)
    half = [(one if n % 2 else other, feed) for n, feed in enumerate(feeds)]
    await asyncio.gather(*(rows.put(feed.room, 1, feed.plays) for rows, feed in half))
    assert await kept(nodes[0]) == anew(feeds)
