"""Counters of one node."""

from __future__ import annotations

from server.limits.counters import Want
from server.limits.counters_memory import MemoryCounters, WindowTable
from server.limits.sliding_window import Window
from tests.support.manual_clock import ManualClock


def want(key: str, limit: int = 2, window_s: int = 10) -> Want:
    return Want(key, limit, window_s * 1000, strict=True)


async def test_LM1_the_limit_and_then_no_more_until_time_has_passed() -> None:
    clock = ManualClock()
    counters = MemoryCounters(clock)
    assert [(await counters.take([want("a")])).allowed for _ in range(3)] == [True, True, False]
    clock.advance(14.9)
    assert not (await counters.take([want("a")])).allowed
    clock.advance(0.1)
    assert (await counters.take([want("a")])).allowed


async def test_LM7_what_is_refused_counts_nowhere() -> None:
    counters = MemoryCounters(ManualClock())
    both = [want("a", 5), want("b", 1)]
    assert (await counters.take(both)).allowed
    refused = await counters.take(both)
    assert not refused.allowed
    assert [window.current for window in refused.windows] == [1, 1]
    assert [(await counters.take([want("a", 5)])).allowed for _ in range(5)] == [True] * 4 + [False]


async def test_looking_counts_nothing() -> None:
    counters = MemoryCounters(ManualClock())
    await counters.take([want("a", 1)])
    assert [(await counters.look(want("a", 2))).allowed for _ in range(3)] == [True] * 3
    assert not (await counters.look(want("a", 1))).allowed
    assert (await counters.look(want("a", 1))).windows[0].current == 1


async def test_a_forgotten_counter_starts_over() -> None:
    counters = MemoryCounters(ManualClock())
    await counters.take([want("a", 1)])
    await counters.forget("a")
    assert (await counters.take([want("a", 1)])).allowed
    await counters.forget("never seen")


async def test_LM8_two_windows_of_silence_forget_a_counter() -> None:
    clock = ManualClock()
    counters = MemoryCounters(clock)
    await counters.take([want("short"), want("long", window_s=100)])
    clock.advance(10)
    counters.forget_expired()
    assert counters.keys == 2
    clock.advance(10)
    counters.forget_expired()
    assert counters.keys == 1
    assert (await counters.look(want("long", window_s=100))).windows[0].current == 1


async def test_LM8_the_number_of_counters_is_bounded_and_the_longest_untouched_goes() -> None:
    counters = MemoryCounters(ManualClock(), keys_max=2)
    for key in ("a", "b", "a", "c"):
        await counters.take([want(key)])
    assert counters.keys == 2
    assert not (await counters.take([want("a")])).allowed, "a was touched after b"
    assert (await counters.look(want("b"))).windows[0].current == 0


def test_a_window_of_another_length_starts_over() -> None:
    table = WindowTable()
    table.put("a", Window(10, 0, 5), 1_000)
    assert table.get("a", 10_500, 1_000).current == 5
    assert table.get("a", 10_500, 2_000).current == 0


def test_counts_are_added_and_taken_out() -> None:
    table = WindowTable()
    table.add("a", Window(10, 0, 5), 1_000)
    table.add("a", Window(11, 2, 1), 1_000)
    assert table.items() == [("a", Window(11, 7, 1), 1_000)]
    table.add("a", Window(3, 0, 1), 5_000)
    assert "a" in table
    assert list(table) == ["a"]
    assert table.pop("a") == (Window(3, 0, 1), 5_000)
    assert "a" not in table
