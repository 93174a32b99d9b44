"""The read models against the rooms: what was committed long enough ago, and nothing else."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from protocol.feed import DELAY_MAX_S, ReportAll, ReportPlay
from server.asking import index
from server.asking.facts import facts_of
from server.identity import Identity
from server.rules.feed_state import Feed
from storage.errors import StorageUnavailable
from storage.play_query import Ordered
from storage.room_log import StoredSnapshot
from tests.support.feeds import FeedRoom, header, history, jumbled
from tests.support.gsis_games import PASSER, play
from tests.support.http_side import HttpSide


async def a_feed(side: HttpSide) -> tuple[str, Identity]:
    ada, _ = side.person()
    return await side.directory.create("feed", "Ours", ada, {}), ada


async def say(side: HttpSide, room: str, ada: Identity, *reports: Any) -> None:
    ended = await side.directory.execute(room, ada, ReportAll(reports))
    assert ended.code in {None, "nothing_changes"}, ended


async def here(side: HttpSide, room: str) -> dict[int, tuple[Any, ...]]:
    _, rows = await side.services.plays.rows.find([room], [], Ordered(), 1_000)
    return {row[5]: row for row in rows}


async def agrees(side: HttpSide, room: str, feed: Feed) -> bool:
    """Whether what is there is what the feed's plays give, put in from nothing."""
    held = await side.services.plays.rows.feeds([room])
    version = held[room].version
    return await side.services.plays.rows.put(room, version, facts_of(feed)) == 0


@pytest.mark.parametrize("seed", range(6))
async def test_QY6_random_histories_end_in_what_the_plays_that_count_give(
    side: HttpSide, seed: int
) -> None:
    dice = random.Random(seed)
    room, ada = await a_feed(side)
    plays = [play(n, (PASSER, 10, n), possession="HOM") for n in range(1, 9)]
    alone = FeedRoom("gsis", "nfl_api", "nflverse")
    reports: list[Any] = []
    for one in plays:
        reports += history(one, plays, dice, "gsis")[0]
    for report in [header(), *jumbled(reports, dice)]:
        if alone.say(report).__class__.__name__ == "Accepted":
            await say(side, room, ada, report)
        if dice.random() < 0.3:
            side.clock.advance(dice.choice((1, 60, 200)))
            await side.services.plays.index.round()
    side.clock.advance(DELAY_MAX_S)
    done = await side.services.plays.index.round()
    assert done.failed == 0
    assert await agrees(side, room, alone.state)


async def test_QY7_a_feed_is_what_it_was_so_long_ago(side: HttpSide) -> None:
    """Between two entries, and whatever came since."""
    room, ada = await a_feed(side)
    for number in range(1, 6):
        await say(side, room, ada, _report(number))
        side.clock.advance(50)
    plays = side.services.plays.index
    assert sorted(await _after(side, room)) == [1, 2, 3]
    side.clock.advance(19.999)
    await plays.round()
    assert sorted(await here(side, room)) == [1, 2, 3]
    side.clock.advance(0.001)
    assert (await plays.round()).changed == 1
    assert sorted(await here(side, room)) == [1, 2, 3, 4]


async def _after(side: HttpSide, room: str) -> dict[int, Any]:
    await side.services.plays.index.round()
    return await here(side, room)


def _report(number: int, revision: int = 1) -> Any:
    return ReportPlay("gsis", revision, play(number, (PASSER, 10, number), possession="HOM"))


async def test_QY6_a_round_that_died_is_gone_on_with_and_two_at_once_do_no_harm(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "ROOMS_AT_ONCE", 2)
    rooms = [await a_feed(side) for _ in range(5)]
    for room, ada in rooms:
        await say(side, room, ada, *map(_report, range(1, 4)))
    side.clock.advance(DELAY_MAX_S)
    plays = side.services.plays.index
    first = await plays.piece(plays.until(), None)
    assert (first.feeds, first.changed, first.after is None) == (2, 2, False)
    side.tables_switch.fault = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await plays.round()
    side.tables_switch.fault = None
    both = await asyncio.gather(plays.round(), plays.round())
    assert [one.failed for one in both] == [0, 0]
    assert sum(one.plays for one in both) == 3 * 3
    for room, _ in rooms:
        assert sorted(await here(side, room)) == [1, 2, 3]
    assert (await plays.round()).changed == 0


async def test_QY6_made_again_what_was_damaged_is_whole(side: HttpSide) -> None:
    room, ada = await a_feed(side)
    await say(side, room, ada, *map(_report, range(1, 4)))
    side.clock.advance(DELAY_MAX_S)
    await side.services.plays.index.round()
    held = (await side.services.plays.rows.feeds([room]))[room]
    await side.services.plays.rows.put(room, held.version, [])
    assert (await side.services.plays.index.round()).plays == 0
    assert (await side.services.plays.index.round(again=True)).plays == 3
    assert sorted(await here(side, room)) == [1, 2, 3]


async def test_QY6_a_feed_without_its_first_entries_is_read_from_its_snapshot(
    side: HttpSide,
) -> None:
    room, ada = await a_feed(side)
    await say(side, room, ada, *map(_report, range(1, 4)))
    opened = await side.directory.open(room)
    assert opened is not None
    head = opened.replica.committed
    await side.log.save_snapshot(room, StoredSnapshot(head, opened.replica.state.snapshot()))
    await side.log.prune(room, head.version)
    side.clock.advance(DELAY_MAX_S)
    assert (await side.services.plays.index.round()).failed == 0
    assert sorted(await here(side, room)) == [1, 2, 3]


async def test_QY6_a_feed_that_cannot_be_read_stops_no_other(side: HttpSide) -> None:
    bad, ada = await a_feed(side)
    good, _ = await a_feed(side)
    for room in (bad, good):
        owner = ada if room == bad else _
        await say(side, room, owner, _report(1))
    opened = await side.directory.open(bad)
    assert opened is not None
    await side.log.save_snapshot(bad, StoredSnapshot(opened.replica.committed, b"{"))
    side.clock.advance(DELAY_MAX_S)
    done = await side.services.plays.index.round()
    assert (done.failed, done.changed) == (1, 1)
    assert sorted(await here(side, good)) == [1]


async def test_QY6_rounds_go_on_when_the_database_is_back(side: HttpSide) -> None:
    room, ada = await a_feed(side)
    await say(side, room, ada, _report(1))
    side.clock.advance(DELAY_MAX_S)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        side.tables_switch.fault = StorageUnavailable("away") if len(waits) == 1 else None
        if len(waits) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await side.services.plays.index.run(15, sleep)
    assert waits == [15, 15, 15]
    assert sorted(await here(side, room)) == [1]
    assert side.services.metrics.plays_indexed == 1


async def test_QY14_a_feed_that_was_made_whole_can_be_asked_about_at_once(side: HttpSide) -> None:
    room, ada = await a_feed(side)
    await say(side, room, ada, *map(_report, range(1, 4)))
    plays = side.services.plays
    await plays.open_game(room, game="g", season=3, week=2, over=True)
    held = (await plays.rows.feeds([room]))[room]
    assert (held.game, held.season, held.week, held.open) == ("g", 3, 2, True)
    assert sorted(await here(side, room)) == [1, 2, 3]
    assert [one[3] for one in (await here(side, room)).values()] == [2, 2, 2]
    # What comes later is as late as everything.
    await say(side, room, ada, _report(4))
    await plays.open_game(room, game="g", season=3, week=2, over=True)
    await plays.index.round()
    assert sorted(await here(side, room)) == [1, 2, 3]
    side.clock.advance(DELAY_MAX_S)
    await plays.index.round()
    assert sorted(await here(side, room)) == [1, 2, 3, 4]


async def test_QY14_a_game_that_is_on_is_only_opened(side: HttpSide) -> None:
    room, ada = await a_feed(side)
    await say(side, room, ada, _report(1))
    await side.services.plays.open_game(room, game="g", season=3, week=2)
    assert await here(side, room) == {}
    await side.services.plays.index.begin("r_" + 22 * "0")
