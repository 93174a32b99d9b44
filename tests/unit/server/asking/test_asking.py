"""Turns, metrics, and a database that follows too late."""

from __future__ import annotations

import asyncio
import random
from typing import TypeVar

import pytest

from protocol.asking import Question
from server.asking import asking
from server.asking.asking import Asking
from server.asking.conditions import BadQuestion
from server.metrics import Metrics
from storage.errors import StorageUnavailable
from storage.play_rows import PlayRows
from storage.tables import Work
from storage.tables_sqlite import memory_tables
from tests.support.manual_clock import ManualClock
from tests.support.play_model import random_play

T = TypeVar("T")
ROOM = "r_" + "1" * 22


class Slow:
    """Tables that take some turns of the loop, and know how many asked at once."""

    def __init__(self) -> None:
        self._tables = memory_tables()
        self._asking = self.most = 0

    async def write(self, work: Work[T]) -> T:
        return await self._tables.write(work)

    async def read(self, work: Work[T]) -> T:
        self._asking += 1
        self.most = max(self.most, self._asking)
        for _ in range(9):
            await asyncio.sleep(0)
        self._asking -= 1
        return await self._tables.read(work)


async def rows_until(until: int, plays: int) -> PlayRows:
    rows, dice = PlayRows(memory_tables()), random.Random(1)
    await rows.put(ROOM, 1, [random_play(dice, n) for n in range(1, plays + 1)])
    await rows.progressed(until)
    return rows


async def test_QY8_an_answer_that_is_too_old_is_asked_for_again() -> None:
    clock, metrics = ManualClock(), Metrics()
    now = clock.now_ms()
    follower, first = await rows_until(now - 60_000, 1), await rows_until(now, 2)
    asks = Asking(follower, clock, metrics, first=first, late_s=60)
    answer, _ = await asks.ask(Question(), everything=True)
    assert (len(answer.plays), answer.as_of, metrics.asked_again) == (1, now - 60_000, 0)
    clock.advance(0.001)
    answer, _ = await asks.ask(Question(), everything=True)
    assert (len(answer.plays), answer.as_of, metrics.asked_again) == (2, now, 1)


async def test_QY10_so_many_questions_wait_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WAITING_MAX", 3)
    metrics = Metrics()
    tables = Slow()
    asks = Asking(PlayRows(tables), ManualClock(), metrics)
    asked = [asks.ask(Question(), everything=True) for _ in range(5)]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in ended if isinstance(one, StorageUnavailable)]
    assert (len(ended), len(refused)) == (5, 2)
    assert sum(metrics.ask_s.counts) == 3
    assert tables.most == asking.AT_ONCE
    await asks.ask(Question(), everything=True)


@pytest.mark.parametrize("after", ["", "1.2.3", "1.2.3.x", f"1.2.3.{2**31}", "1.2.3.4.5"])
async def test_QY4_a_place_that_is_none_is_refused(after: str) -> None:
    asks = Asking(await rows_until(0, 1), ManualClock(), Metrics())
    with pytest.raises(BadQuestion):
        await asks.ask(Question(), after=after)
