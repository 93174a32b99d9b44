"""Webhooks and their attempts, in every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from storage.tables import Tables
from storage.webhooks import ATTEMPTS_KEPT, Attempt, Progress, Webhook, Webhooks

HOOK = Webhook(
    id="wh_1",
    room="r_1",
    url="https://league.example/hooks?key=hush",
    sealed_secret=b"sealed",
    created_by="a_1",
    created_at=10,
    version=3,
)
ATTEMPT = Attempt("wh_1-4-0", "pick.made", 20, 7, 200)


@pytest.fixture
def hooks(tables: Tables) -> Webhooks:
    return Webhooks(tables)


async def test_WH20_a_webhook_comes_back_as_it_was_made(hooks: Webhooks) -> None:
    assert await hooks.add(HOOK, most=5)
    assert await hooks.of_room("r_1") == [HOOK]
    assert await hooks.of_room("r_2") == []
    assert "hush" not in repr(HOOK)
    assert "sealed'" not in repr(HOOK)


async def test_WH20_a_room_has_so_many_and_removed_ones_are_gone_with_their_attempts(
    hooks: Webhooks,
) -> None:
    assert await hooks.add(HOOK, most=1)
    assert not await hooks.add(replace(HOOK, id="wh_2"), most=1)
    assert await hooks.add(replace(HOOK, id="wh_3", room="r_2"), most=1)
    await hooks.note("wh_1", ATTEMPT)
    assert not await hooks.remove("r_2", "wh_1")
    assert await hooks.remove("r_1", "wh_1")
    assert not await hooks.remove("r_1", "wh_1")
    assert (await hooks.of_room("r_1"), await hooks.attempts("wh_1", limit=9)) == ([], [])
    await hooks.note("wh_1", ATTEMPT)
    assert await hooks.attempts("wh_1", limit=9) == []


async def test_WH21_of_two_that_claim_at_once_one_holds_it_until_its_time(
    nodes: list[Tables],
) -> None:
    one, other = Webhooks(nodes[0]), Webhooks(nodes[1])
    await one.add(HOOK, most=5)
    found = await asyncio.gather(
        one.claim("wh_1", "n1", at=100, until=130), other.claim("wh_1", "n2", at=100, until=130)
    )
    assert [hook is None for hook in found].count(True) == 1
    loser = ("n2", "n1")[found[1] is not None]
    winner = ("n1", "n2")[found[1] is not None]
    assert await one.due(129) == []
    assert await one.claim("wh_1", loser, at=129, until=160) is None
    assert await one.claim("wh_1", winner, at=129, until=140) == HOOK
    assert await one.claim("wh_1", loser, at=140, until=170) == HOOK


async def test_WH21_whoever_lost_it_writes_nothing(hooks: Webhooks) -> None:
    await hooks.add(HOOK, most=5)
    await hooks.claim("wh_1", "n1", at=100, until=130)
    await hooks.claim("wh_1", "n2", at=130, until=160)
    assert not await hooks.moved("wh_1", "n1", Progress(4, 0), ATTEMPT, at=131, until=160)
    assert await hooks.moved("wh_1", "n2", Progress(4, 0), ATTEMPT, at=131, until=160)
    assert [one.version for one in await hooks.of_room("r_1")] == [4]
    assert await hooks.attempts("wh_1", limit=9) == [ATTEMPT]


async def test_WH21_the_cursor_never_goes_back(hooks: Webhooks) -> None:
    await hooks.add(HOOK, most=5)
    await hooks.claim("wh_1", "n1", at=100, until=130)
    assert await hooks.moved("wh_1", "n1", Progress(4, 2), None, at=101, until=130)
    assert not await hooks.moved("wh_1", "n1", Progress(4, 1), None, at=101, until=130)
    assert not await hooks.moved("wh_1", "n1", Progress(3, 9), None, at=101, until=130)
    assert await hooks.moved("wh_1", "n1", Progress(5, 0), None, at=101, until=130)


async def test_WH22_released_it_is_due_at_once_and_to_be_tried_again_at_its_time(
    hooks: Webhooks,
) -> None:
    await hooks.add(HOOK, most=5)
    assert await hooks.due(100) == [("wh_1", "r_1", 3)]
    await hooks.claim("wh_1", "n1", at=100, until=130)
    after = Progress(3, 0, attempts=1, failing_since=100, next_at=120)
    assert await hooks.moved("wh_1", "n1", after, replace(ATTEMPT, status=500), at=101, until=130)
    await hooks.release("wh_1", "n2")
    assert await hooks.due(125) == []
    await hooks.release("wh_1", "n1")
    assert await hooks.due(119) == []
    assert await hooks.claim("wh_1", "n1", at=119, until=150) is None
    assert await hooks.due(120) == [("wh_1", "r_1", 3)]
    (hook,) = await hooks.of_room("r_1")
    assert (hook.attempts, hook.failing_since, hook.next_at) == (1, 100, 120)


async def test_WH23_one_that_is_off_is_told_nothing_until_it_is_on(hooks: Webhooks) -> None:
    await hooks.add(HOOK, most=5)
    await hooks.claim("wh_1", "n1", at=100, until=130)
    off = Progress(3, 0, 9, 50, 999, "gone")
    assert await hooks.moved("wh_1", "n1", off, ATTEMPT, at=110, until=110)
    (hook,) = await hooks.of_room("r_1")
    assert (hook.off_at, hook.off_why) == (110, "gone")
    assert await hooks.due(2_000) == []
    assert await hooks.claim("wh_1", "n1", at=2_000, until=2_001) is None
    assert not await hooks.turn_on("r_2", "wh_1")
    assert await hooks.turn_on("r_1", "wh_1")
    assert await hooks.due(120) == [("wh_1", "r_1", 3)]
    assert await hooks.of_room("r_1") == [HOOK]


async def test_WH24_the_latest_attempts_are_kept(hooks: Webhooks) -> None:
    await hooks.add(HOOK, most=5)
    for n in range(ATTEMPTS_KEPT + 3):
        await hooks.note("wh_1", replace(ATTEMPT, at=n, status=None, problem="timeout"))
    kept = await hooks.attempts("wh_1", limit=1_000)
    assert [one.at for one in kept] == list(range(ATTEMPTS_KEPT + 2, 2, -1))
    assert await hooks.attempts("wh_1", limit=1) == kept[:1]
