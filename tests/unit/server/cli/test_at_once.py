"""So many at a time, and no more after the first that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.cli.at_once import at_once


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def test_everything_is_done_and_no_more_than_the_limit_at_a_time() -> None:
    done: list[int] = []
    here = most = 0

    async def work(number: int) -> None:
        nonlocal here, most
        here += 1
        most = max(most, here)
        for _ in range(number % 3 + 1):
            await asyncio.sleep(0)
        here -= 1
        done.append(number)

    await at_once(numbers(20), work, limit=4)
    assert sorted(done) == [*range(20)]
    assert most == 4


async def test_the_first_error_ends_it_after_those_under_way_have_ended() -> None:
    began: list[int] = []
    ended: list[int] = []

    async def work(number: int) -> None:
        began.append(number)
        if number == 1:
            raise ValueError("planted")
        for _ in range(5):
            await asyncio.sleep(0)
        ended.append(number)

    with pytest.raises(ValueError, match="planted"):
        await at_once(numbers(100), work, limit=3)
    assert len(began) < 10
    assert set(ended) == {*began} - {1}


async def test_nothing_to_do_is_done() -> None:
    async def work(_: int) -> None:
        raise AssertionError

    await at_once(numbers(0), work)
