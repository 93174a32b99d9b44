"""The Lua decides exactly as the Python does, which is tested against exact counting."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.limits.failed_logins import CEILING, FORGET_MS, Failures, Pace, attempted
from server.limits.redis_link import RedisLink
from server.limits.redis_scripts import (
    ATTEMPT,
    FORGOTTEN,
    HOT_MAX,
    RETURN,
    RETURN_FAILURES,
    TAKE,
)
from server.limits.sliding_window import Window, fits, merged, summed
from storage.redis_client import Script
from tests.support.redis_server import RedisServer

NOW = "redis.call('TIME')"
LIFE = "17"
BASE_MS = 1_760_000_000_000
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Every example flushes what the one before has written."""


def frozen(script: Script, now_ms: int) -> Script:
    """The same script at a moment of the test's choice."""
    assert NOW in script.text
    return Script(script.text.replace(NOW, f"{{{now_ms // 1000}, {now_ms % 1000 * 1000}}}"))


@pytest.fixture
async def link(redis: RedisServer) -> AsyncIterator[RedisLink]:
    made = RedisLink(redis.url, timeout_s=5)
    redis.say("SET", "born", LIFE)
    yield made
    await made.close()


@SHARED
@given(
    st.lists(st.integers(0, 400_000), max_size=25),
    st.integers(1, 6),
    st.integers(60_000, 200_000),
)
async def test_LM1_redis_allows_what_the_sliding_window_allows(
    redis: RedisServer, link: RedisLink, gaps: list[int], limit: int, window_ms: int
) -> None:
    redis.say("DEL", "counter")
    model, now_ms = Window(), BASE_MS
    for gap in gaps:
        now_ms += gap
        expected = fits(model, now_ms, window_ms, limit=limit)
        model = model.at(now_ms, window_ms).plus(1 if expected else 0)
        answer = await link.call(
            frozen(TAKE, now_ms), ["born", "hot", "counter"], [LIFE, 1, limit, window_ms, 0]
        )
        assert answer == [now_ms, int(expected), model.index, model.previous, model.current]


async def test_LM7_redis_counts_all_or_nothing(redis: RedisServer, link: RedisLink) -> None:
    keys = ["born", "hot", "a", "b"]
    take = frozen(TAKE, BASE_MS)
    assert (await link.call(take, keys, [LIFE, 1, 5, 1_000, 0, 1, 1_000, 0]))[1] == 1
    refused = await link.call(take, keys, [LIFE, 1, 5, 1_000, 0, 1, 1_000, 0])
    assert (refused[1], refused[4], refused[7]) == (0, 1, 1)
    looked = await link.call(take, keys, [LIFE, 0, 5, 1_000, 0, 5, 1_000, 0])
    assert (looked[1], looked[4], looked[7]) == (1, 1, 1)


async def test_LM8_counters_expire_after_two_windows(redis: RedisServer, link: RedisLink) -> None:
    await link.call(TAKE, ["born", "hot", "counter"], [LIFE, 1, 5, 500_000, 0])
    left_ms = int(redis.say("PTTL", "counter")[1:])
    assert 900_000 < left_ms <= 1_000_000
    await link.call(ATTEMPT, ["born", "hot", "f"], [LIFE, 5, 900_000, CEILING, FORGET_MS])
    assert FORGET_MS - 60_000 < int(redis.say("PTTL", "f")[1:]) <= FORGET_MS


async def test_LM12_a_counter_is_hot_from_the_given_count_on(
    redis: RedisServer, link: RedisLink
) -> None:
    for _ in range(2):
        await link.call(TAKE, ["born", "hot", "a", "b"], [LIFE, 1, 9, 10**9, 2, 9, 10**9, 0])
    assert redis.say("ZRANGE", "hot", "0", "-1") == b"*1\r\n$1\r\na\r\n"
    assert HOT_MAX == 4_096


@pytest.mark.parametrize("life", ["", "18"])
async def test_LM13_nothing_is_counted_in_another_life(
    redis: RedisServer, link: RedisLink, life: str
) -> None:
    redis.say("SET", "born", life) if life else redis.say("DEL", "born")
    assert (await link.call(TAKE, ["born", "hot", "a"], [LIFE, 1, 5, 1_000, 0]))[1] == FORGOTTEN
    arguments = [LIFE, 5, 900_000, CEILING, FORGET_MS]
    assert (await link.call(ATTEMPT, ["born", "hot", "f"], arguments))[1] == FORGOTTEN
    assert redis.say("EXISTS", "a", "f") == b":0\r\n"


windows = st.builds(Window, st.integers(17_598, 17_600), st.integers(0, 9), st.integers(0, 9))
W = 100_000_000


@SHARED
@given(st.lists(st.tuples(windows, windows), max_size=4), windows, st.integers(0, W - 1))
async def test_LM13_of_what_was_known_the_largest_counts_and_of_what_was_added_all(
    redis: RedisServer,
    link: RedisLink,
    brought: list[tuple[Window, Window]],
    there: Window,
    ms: int,
) -> None:
    redis.say("DEL", "c", "c:base")
    redis.say("HSET", "c", "a", str(there.index), "b", str(there.previous), "c",
              str(there.current), "d", str(W))  # fmt: skip
    now_ms = 17_600 * W + ms
    largest, added = Window(), Window()
    for known, own in brought:
        largest, added = merged(largest, known), summed(added, own)
        numbers = [W]
        for window in (known, own):
            numbers += [window.index, window.previous, window.current]
        await link.call(frozen(RETURN, now_ms), ["hot", "c"], numbers)
    expected = summed(summed(largest, added), there).at(now_ms, W)
    answer = await link.call(frozen(TAKE, now_ms), ["born", "hot", "c"], [LIFE, 0, 99, W, 0])
    assert Window(*answer[2:]) == expected


@SHARED
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=4))
async def test_LM13_failures_are_brought_the_same_way(
    redis: RedisServer, link: RedisLink, brought: list[tuple[int, int, int, int]]
) -> None:
    redis.say("DEL", "f", "f:base")
    for run, more, added_run, added_more in brought:
        known, added = (run, run + more), (added_run, added_run + added_more)
        numbers = [FORGET_MS, 0, *known, *added, BASE_MS, BASE_MS - 5]
        await link.call(frozen(RETURN_FAILURES, BASE_MS), ["hot", "f"], numbers)
    run = max(run for run, _, _, _ in brought) + sum(added for _, _, added, _ in brought)
    consecutive = max(run + more for run, more, _, _ in brought) + sum(
        added + more for _, _, added, more in brought
    )
    arguments = [LIFE, 5, 900_000, CEILING, FORGET_MS]
    told = await link.call(frozen(ATTEMPT, BASE_MS), ["born", "hot", "f"], arguments)
    assert told[2:4] == [run + 1, consecutive + 1]


@SHARED
@given(st.lists(st.integers(0, 2_000_000), max_size=30), st.integers(0, CEILING))
async def test_LM21_LM22_LM24_redis_delays_as_the_rules_do(
    redis: RedisServer, link: RedisLink, gaps: list[int], before: int
) -> None:
    redis.say("DEL", "f")
    now_ms = BASE_MS
    model = Failures()
    if before:
        model = Failures(before % 16, before, now_ms, now_ms)
        redis.say("HSET", "f", "a", str(model.run), "b", str(model.consecutive), "c",
                  str(model.last_ms), "d", str(model.not_before_ms))  # fmt: skip
    for gap in gaps:
        now_ms += gap
        answer, model = attempted(model, now_ms, Pace(5, 900_000))
        told = await link.call(
            frozen(ATTEMPT, now_ms), ["born", "hot", "f"], [LIFE, 5, 900_000, CEILING, FORGET_MS]
        )
        state = [model.run, model.consecutive, model.last_ms, model.not_before_ms]
        assert told == [now_ms, int(answer.allowed), *state]
