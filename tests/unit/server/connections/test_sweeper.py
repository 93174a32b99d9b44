"""The one periodic task: it looks at everybody, in slices, and forgets what says nothing."""

from __future__ import annotations

import asyncio

import pytest

from server.connections import sweeper as module
from server.connections.sweeper import FORGET_S, INTERVAL_S, Sweeper
from tests.support.fake_rooms import Bench


class Sleeps:
    """Remembers how long it was to sleep; stops after so many."""

    def __init__(self, most: int) -> None:
        self.asked: list[float] = []
        self._most = most

    async def __call__(self, seconds: float) -> None:
        if len(self.asked) == self._most:
            raise asyncio.CancelledError
        self.asked.append(seconds)


async def test_everybody_is_looked_at_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    bench = Bench()
    transports = [bench.connect()[1] for _ in range(5)]
    sleeps = Sleeps(10)
    sweeper = Sweeper(bench.registry, bench.clock, sleeps)
    bench.clock.advance(5.0)
    await sweeper.sweep()
    assert all(transport.take().startswith(b"HTTP/1.1 408 ") for transport in transports)
    assert sleeps.asked == [0, 0]


async def test_it_sweeps_until_it_is_cancelled() -> None:
    bench = Bench()
    sleeps = Sleeps(3)
    with pytest.raises(asyncio.CancelledError):
        await Sweeper(bench.registry, bench.clock, sleeps).run()
    assert sleeps.asked == [INTERVAL_S] * 3


async def test_C11_addresses_that_failed_long_ago_are_forgotten() -> None:
    bench = Bench()
    sweeper = Sweeper(bench.registry, bench.clock, Sleeps(0))
    failed = bench.registry.failed_joins
    failed.take("192.0.2.7", bench.clock.monotonic())
    bench.clock.advance(FORGET_S - 1)
    await sweeper.sweep()
    assert len(failed) == 1
    bench.clock.advance(1.0)
    await sweeper.sweep()
    assert len(failed) == 0
