"""A few per turn of the loop, in order, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections import Counter

from server.http.pacing import Turns

PER_TURN = 3


async def turns_pass(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_burst_begins_a_few_per_turn_in_order() -> None:
    turns = Turns(asyncio.get_running_loop(), PER_TURN)
    begun: list[int] = []
    turn = 0
    at: Counter[int] = Counter()

    def begin(number: int) -> None:
        begun.append(number)
        at[turn] += 1

    for number in range(11):
        if turns.take():
            begin(number)
        else:
            turns.later(lambda one=number: begin(one))
    assert begun == [0, 1, 2]
    while turn < 8:
        turn += 1
        await asyncio.sleep(0)
    assert begun == list(range(11))
    assert max(at.values()) == PER_TURN


async def test_whoever_comes_while_others_wait_stands_behind_them() -> None:
    turns = Turns(asyncio.get_running_loop(), PER_TURN)
    assert [turns.take() for _ in range(PER_TURN + 1)] == [True] * PER_TURN + [False]
    begun: list[str] = []
    for name in "abcd":
        turns.later(lambda one=name: begun.append(one))
    await asyncio.sleep(0)
    assert begun == ["a", "b", "c"]
    assert not turns.take(), "d waits still"
    await turns_pass(2)
    assert begun == ["a", "b", "c", "d"]


async def test_quiet_turns_give_the_allowance_back() -> None:
    turns = Turns(asyncio.get_running_loop(), 1)
    assert turns.take()
    assert not turns.take()
    await turns_pass(2)
    assert turns.take()
