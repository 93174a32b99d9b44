"""The node's heartbeat: what it learns, whom it tells, and when it knows enough."""

from __future__ import annotations

import asyncio

import pytest

from server.cluster.heartbeat import CLEANUP_S, KEPT_MS, Heartbeat
from server.metrics import Metrics
from storage.errors import StorageUnavailable
from storage.heartbeats import Beat, Heartbeats
from storage.tables_sqlite import memory_tables
from tests.support.manual_clock import START_MS, ManualClock


class Rows(Heartbeats):
    """The rows in memory; away when a test says so."""

    def __init__(self) -> None:
        super().__init__(memory_tables())
        self.away = False
        self.gate: asyncio.Event | None = None

    async def beat(self, node: str, at: int, *, last: int | None, since: int) -> Beat:
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise StorageUnavailable("away")
        return await super().beat(node, at, last=last, since=since)

    async def leave(self, node: str, at: int) -> None:
        if self.away:
            raise StorageUnavailable("away")
        await super().leave(node, at)


class Here:
    """One node on the rows."""

    def __init__(self, rows: Rows, clock: ManualClock, node: str = "n_1") -> None:
        self.told: list[tuple[int, int]] = []
        self.metrics = Metrics()
        self.pauses = 0
        self.heart = Heartbeat(
            store=rows,
            clock=clock,
            metrics=self.metrics,
            node=node,
            every_s=0.5,
            tell=self._tell,
            sleep=self._sleep,
        )

    def _tell(self, began: int, ended: int) -> None:
        assert (began, ended) not in [(one.began, one.ended) for one in self.heart.since(0)][:-1]
        self.told.append((began, ended))

    async def _sleep(self, seconds: float) -> None:
        assert seconds == 0.5
        self.pauses += 1
        await asyncio.sleep(0)


def known(here: Here, at: int = 0) -> list[tuple[int, int]]:
    return [(one.began, one.ended) for one in here.heart.since(at)]


async def test_CK5_it_is_not_sound_before_the_first_beat_and_when_the_latest_is_old() -> None:
    clock = ManualClock()
    here = Here(Rows(), clock)
    assert not here.heart.sound
    await here.heart.beat()
    assert here.heart.sound
    clock.advance(1.5)
    assert here.heart.sound
    clock.advance(0.001)
    assert not here.heart.sound


async def test_CK5_a_beat_counts_from_when_it_was_sent() -> None:
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock)
    rows.gate = asyncio.Event()
    beating = asyncio.ensure_future(here.heart.beat())
    await asyncio.sleep(0)
    clock.advance(1.6)
    rows.gate.set()
    await beating
    assert not here.heart.sound


async def test_CK5_it_is_not_sound_while_another_node_may_be_dead() -> None:
    rows, clock = Rows(), ManualClock()
    here, other = Here(rows, clock, "n_1"), Here(rows, clock, "n_2")
    await other.heart.beat()
    sound: list[bool] = []
    for _ in range(8):
        await here.heart.beat()
        sound.append(here.heart.sound)
        clock.advance(0.5)
    assert sound == [True, True, True, True, False, False, False, True]
    assert here.told == [(START_MS, START_MS + 3_500)]
    assert here.heart.nodes == ["n_1"]


async def test_CK2_an_absence_of_the_database_is_told_once_with_begin_and_end() -> None:
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock)
    await here.heart.beat()
    rows.away = True
    for _ in range(80):
        clock.advance(0.5)
        with pytest.raises(StorageUnavailable):
            await here.heart.beat()
    rows.away = False
    for _ in range(3):
        await here.heart.beat()
        clock.advance(0.5)
    assert here.told == [(START_MS, START_MS + 40_000)]
    assert here.metrics.outages == 1


async def test_CK1_what_was_before_a_start_is_known_at_the_first_beat() -> None:
    rows, clock = Rows(), ManualClock()
    await Here(rows, clock).heart.beat()
    clock.advance(100)
    second = Here(rows, clock, "n_2")
    await second.heart.beat()
    clock.advance(100)
    third = Here(rows, clock, "n_3")
    await third.heart.beat()
    assert known(third) == [
        (START_MS, START_MS + 100_000),
        (START_MS + 100_000, START_MS + 200_000),
    ]
    assert third.told == [known(third)[-1]], "the first was told by the second"
    assert known(third, START_MS + 100_001) == [known(third)[-1]]


async def test_CK2_what_another_node_found_is_told_here() -> None:
    rows, clock = Rows(), ManualClock()
    here, other = Here(rows, clock, "n_1"), Here(rows, clock, "n_2")
    for one in (here, other):
        await one.heart.beat()
    rows.away = True
    clock.advance(20)
    rows.away = False
    for one in (here, other, here):
        await one.heart.beat()
    assert here.told == other.told == [(START_MS, START_MS + 20_000)]


async def test_CK4_it_forgets_after_fifteen_days() -> None:
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock)
    await here.heart.beat()
    clock.advance(2)
    await here.heart.beat()
    assert known(here) == [(START_MS, START_MS + 2_000)]
    clock.advance(KEPT_MS / 1000 + CLEANUP_S)
    await here.heart.beat()
    assert known(here) == [(START_MS + 2_000, clock.now_ms())]
    assert known(Here(rows, clock)) == []
    fresh = Here(rows, clock, "n_2")
    await fresh.heart.beat()
    assert known(fresh) == known(here)


async def test_CK3_it_goes_on_while_the_database_is_away_and_signs_off_at_the_end() -> None:
    rows, clock = Rows(), ManualClock()
    here, other = Here(rows, clock, "n_1"), Here(rows, clock, "n_2")
    rows.away = True
    running = asyncio.ensure_future(here.heart.run())
    while here.pauses < 3:  # noqa: ASYNC110 - the test's own turns of the loop
        await asyncio.sleep(0)
    rows.away = False
    while not here.heart.sound:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    running.cancel()
    await here.heart.leave()
    clock.advance(60)
    await other.heart.beat()
    clock.advance(0.5)
    await other.heart.beat()
    assert other.heart.nodes == ["n_2"]
    rows.away = True
    await other.heart.leave()


async def test_CK3_the_last_beat_does_not_come_after_the_farewell() -> None:
    rows, clock = Rows(), ManualClock()
    here, other = Here(rows, clock, "n_1"), Here(rows, clock, "n_2")
    await here.heart.beat()
    await other.heart.beat()
    rows.gate = asyncio.Event()
    beating = asyncio.ensure_future(here.heart.beat())
    await asyncio.sleep(0)
    beating.cancel()
    leaving = asyncio.ensure_future(here.heart.leave())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not leaving.done()
    rows.gate.set()
    await leaving
    for _ in range(10):
        clock.advance(0.5)
        await other.heart.beat()
        assert other.heart.sound
    assert other.told == []
