"""The node's heartbeat: what it learns, whom it tells, and when it knows enough."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.clock import NodeClock
from server.cluster.heartbeat import CLEANUP_S, KEPT_MS, Heartbeat
from server.metrics import Metrics
from server.readiness import Readiness
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

    async def beat(self, node: str, at: int, *, source: int, last: int | None, since: int) -> Beat:
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise StorageUnavailable("away")
        return await super().beat(node, at, source=source, last=last, since=since)

    async def leave(self, node: str, at: int) -> None:
        if self.away:
            raise StorageUnavailable("away")
        await super().leave(node, at)


class Here:
    """One node on the rows."""

    def __init__(
        self,
        rows: Rows,
        clock: ManualClock,
        node: str = "n_1",
        ask: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self.clock = NodeClock(clock)
        self.readiness = Readiness()
        self.told: list[tuple[int, int]] = []
        self.metrics = Metrics()
        self.pauses = 0
        self.heart = Heartbeat(
            store=rows,
            clock=self.clock,
            metrics=self.metrics,
            readiness=self.readiness,
            ask=ask,
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


async def start(here: Here) -> None:
    """As a node does, up to where it lets members in."""
    await here.heart.begin()
    await here.heart.beat()


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
    await start(second)
    clock.advance(100)
    third = Here(rows, clock, "n_3")
    await start(third)
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


async def test_CK3_a_last_beat_that_fails_for_nobody_is_no_alarm() -> None:
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock, "n_1")
    await here.heart.beat()
    said: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: said.append(context))
    rows.gate = asyncio.Event()
    beating = asyncio.ensure_future(here.heart.beat())
    await asyncio.sleep(0)
    beating.cancel()
    leaving = asyncio.ensure_future(here.heart.leave())
    await asyncio.sleep(0)
    rows.away = True
    rows.gate.set()
    await leaving
    del here, beating, leaving  # a task that nobody asked is spoken of when it is thrown away
    gc.collect()
    assert said == []


async def test_CK3_who_leaves_right_after_a_silence_has_found_it_before() -> None:
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock, "n_1")
    await here.heart.beat()
    began = clock.now_ms()
    clock.advance(3)  # the database was away, and the node is told to stop before its next beat
    await here.heart.leave()
    ended = clock.now_ms()
    clock.advance(0.5)
    other = Here(rows, clock, "n_2")
    await start(other)
    assert [(one.began, one.ended) for one in other.heart.since(0)] == [(began, ended)]


async def test_CK10_who_tries_to_begin_is_not_there_yet() -> None:
    """Three starts within a gap of each other, of which only the last lets anybody in."""
    rows, clock = Rows(), ManualClock()
    await start(Here(rows, clock, "n_1"))
    for name in ("n_2", "n_3"):
        clock.advance(1.2)
        last = Here(rows, clock, name)
        await last.heart.begin()
        assert not last.heart.sound
    clock.advance(1.2)
    await last.heart.beat()
    assert last.heart.sound
    assert last.told == [(START_MS, START_MS + 3_600)]


async def test_CK10_who_lets_nobody_in_any_more_does_not_beat() -> None:
    """What it has to finish takes as long as it takes."""
    rows, clock = Rows(), ManualClock()
    here = Here(rows, clock, "n_1")
    await start(here)
    running = asyncio.ensure_future(here.heart.run())
    for _ in range(3):
        clock.advance(0.4)
        await asyncio.sleep(0)
    began = clock.now_ms()
    leaving = here.heart.leaves()
    clock.advance(1.0)
    await leaving
    await running
    clock.advance(1.0)
    assert not here.heart.sound, "it wakes no room: nobody could have done anything"
    assert not here.heart.first_for("r_1"), "nor is any its to look after"
    await here.heart.leave()
    clock.advance(0.1)
    next_one = Here(rows, clock, "n_2")
    await start(next_one)
    assert next_one.told == [(began, began + 2_100)]


async def test_CK10_who_never_let_anybody_in_has_nothing_to_sign_off() -> None:
    rows, clock = Rows(), ManualClock()
    await start(Here(rows, clock, "n_1"))
    clock.advance(1.0)
    stillborn = Here(rows, clock, "n_2")
    await stillborn.heart.begin()
    await stillborn.heart.leave()
    clock.advance(1.0)
    third = Here(rows, clock, "n_3")
    await start(third)
    assert third.told == [(START_MS, START_MS + 2_000)]


class Database:
    """The database's clock, on the time of a manual one, set wrong as a test says."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.set_wrong_s = 0.0

    async def now_ms(self) -> int:
        return self.clock.now_ms() + round(self.set_wrong_s * 1000)


class Skewed(ManualClock):
    """A machine whose wall clock is wrong; time passes for it as for the other."""

    def __init__(self, true: ManualClock, skew_s: float) -> None:
        super().__init__()
        self._true = true
        self._skew_ms = round(skew_s * 1000)

    def now_ms(self) -> int:
        return self._true.now_ms() + self._skew_ms

    def monotonic(self) -> float:
        return self._true.monotonic()


async def test_CK6_nodes_whose_machines_differ_by_minutes_agree() -> None:
    rows, true = Rows(), ManualClock()
    ask = Database(true).now_ms
    here = Here(rows, Skewed(true, 420), "n_1", ask)
    there = Here(rows, Skewed(true, -300), "n_2", ask)
    for one in (here, there):
        await one.heart.begin()
    for _ in range(20):
        true.advance(0.5)
        for one in (here, there):
            await one.heart.measure()
            await one.heart.beat()
            assert abs(one.clock.now_ms() - true.now_ms()) <= 1
            assert one.heart.sound
    assert here.told == there.told == []
    assert abs(here.clock.ahead_ms + 420_000) <= 1


@pytest.mark.parametrize("step_s", [3_600.0, -3_600.0])
async def test_CK7_a_step_of_the_database_is_adopted_by_nobody_and_alarms(step_s: float) -> None:
    rows, true = Rows(), ManualClock()
    database = Database(true)
    here = Here(rows, true, "n_1", database.now_ms)
    await here.heart.begin()
    true.advance(0.5)
    database.set_wrong_s = step_s
    for _ in range(3):
        await here.heart.measure()
        await here.heart.beat()
    assert abs(here.clock.now_ms() - true.now_ms()) <= 1
    assert abs(here.clock.refused_ms - step_s * 1000) <= 1
    assert (here.clock.steps_refused, here.readiness.degraded) == (1, {"clock"})
    late = Here(rows, true, "n_2", database.now_ms)
    await late.heart.begin()
    assert abs(late.clock.now_ms() - true.now_ms()) <= 2
    assert late.readiness.degraded == {"clock"}
    database.set_wrong_s = 0.5
    true.advance(0.5)
    for one in (here, late):
        await one.heart.measure()
        await one.heart.beat()
        assert one.readiness.degraded == set()
        assert abs(one.clock.now_ms() - true.now_ms() - 500) <= 2
        assert one.told == []


async def test_CK7_nodes_whose_times_differ_agree_on_the_later_and_it_costs_no_turn() -> None:
    """The second began between a step of the database's clock and the first one's next beat."""
    rows, true = Rows(), ManualClock()
    database = Database(true)
    here = Here(rows, true, "n_1", database.now_ms)
    await start(here)
    before = here.clock.now_ms()
    database.set_wrong_s = 3_600.0
    late = Here(rows, true, "n_2", database.now_ms)
    await start(late)
    assert late.clock.now_ms() - before > 3_590_000, "it cannot know better"
    sound: list[bool] = []
    for _ in range(3):
        true.advance(0.5)
        for one in (here, late):
            await one.heart.measure()
            await one.heart.beat()
            sound.append(one.heart.sound)
    assert abs(here.clock.now_ms() - late.clock.now_ms()) <= 2
    assert not sound[0], "it is not known yet what the step is to turns"
    assert sound[-2:] == [True, True]
    assert any(began == before and ended > before + 3_590_000 for began, ended in here.told)
    told = len(here.told)
    true.advance(0.5)
    await here.heart.beat()
    await late.heart.beat()
    assert len(here.told) == told


async def test_CK8_log_time_does_not_begin_before_the_latest_beat() -> None:
    """The machine's clock was set back while the only server was down."""
    rows, clock = Rows(), ManualClock()
    await Here(rows, clock).heart.begin()
    clock.advance(60)
    before = clock.now_ms()
    await Here(rows, clock).heart.beat()
    clock.jump(-3_600)
    again = Here(rows, clock, "n_2")
    await again.heart.begin()
    assert again.clock.now_ms() == before
    clock.advance(5)
    assert again.clock.now_ms() == before + 5_000
    assert again.clock.refused_ms == -3_600_000


async def test_CK8_after_a_long_night_it_is_what_the_clock_says() -> None:
    rows, true = Rows(), ManualClock()
    for ask in (None, Database(true).now_ms):
        true.advance(36_000)
        here = Here(rows, true, f"n_{ask}", ask)
        await here.heart.begin()
        assert abs(here.clock.now_ms() - true.now_ms()) <= 1
        assert here.clock.refused_ms == 0
        await here.heart.leave()


async def test_RM21_every_room_has_one_node_that_looks_after_it_first() -> None:
    rows, clock = Rows(), ManualClock()
    nodes = [Here(rows, clock, f"n_{number}") for number in range(3)]
    for one in (*nodes, *nodes):
        await one.heart.beat()
    shares = [{one for one in map(str, range(300)) if node.heart.first_for(one)} for node in nodes]
    assert sum(map(len, shares)) == 300
    assert len(shares[0].union(*shares)) == 300
    assert min(map(len, shares)) > 60
