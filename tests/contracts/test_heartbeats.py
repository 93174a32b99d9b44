"""Who lives, and when nobody did, in every database."""

import asyncio

import pytest

from storage.heartbeats import DEAD_MS, GAP_MS, Beat, Heartbeats, LogTime
from storage.tables import Tables

T = 1_760_000_000_000


async def beat(store: Heartbeats, node: str, at: int, last: int | None = None) -> Beat:
    """With all outages there are."""
    return await store.beat(node, at, source=at, last=last, since=0)


def stretches(found: Beat) -> list[tuple[int, int]]:
    return [(one.began, one.ended) for one in found.outages]


async def test_CK1_the_first_node_ever_finds_nothing(tables: Tables) -> None:
    store = Heartbeats(tables)
    assert await store.log_time(T) == LogTime(living=None, latest=None)
    assert await beat(store, "n_1", T) == Beat([], ["n_1"], late=False)
    assert await beat(store, "n_1", T + GAP_MS, T) == Beat([], ["n_1"], late=False)
    assert await store.log_time(T + GAP_MS) == LogTime(living=T + GAP_MS, latest=T + GAP_MS)


async def test_CK1_a_node_that_starts_after_a_crash_knows_since_when_nobody_lived(
    tables: Tables,
) -> None:
    store = Heartbeats(tables)
    await beat(store, "n_1", T)
    found = await beat(store, "n_2", T + 90_000)
    assert stretches(found) == [(T, T + 90_000)]
    assert found.nodes == ["n_2"]
    assert stretches(await beat(store, "n_2", T + 90_500, T + 90_000)) == [(T, T + 90_000)]


async def test_CK1_of_nodes_that_fell_silent_one_after_the_other_it_is_from_the_first(
    nodes: list[Tables],
) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    await beat(two, "n_2", T + 1_400)
    found = await beat(two, "n_2", T + 3_500, T + 1_400)
    assert stretches(found) == [(T, T + 3_500)], "whoever was on the first could do nothing"
    assert found.nodes == ["n_2"]


async def test_CK1_a_node_that_was_cut_off_before_all_fell_silent_says_so(
    nodes: list[Tables],
) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    await beat(two, "n_2", T + 1_000)
    await beat(two, "n_2", T + 2_000, T + 1_000)
    assert stretches(await beat(one, "n_1", T + 40_000, T)) == [(T, T + 40_000)]


@pytest.mark.parametrize("gap", [GAP_MS, GAP_MS + 1])
async def test_CK2_only_what_is_longer_than_a_gap_is_an_outage(tables: Tables, gap: int) -> None:
    store = Heartbeats(tables)
    await beat(store, "n_1", T)
    expected = [(T, T + gap)] if gap > GAP_MS else []
    assert stretches(await beat(store, "n_2", T + gap)) == expected


async def test_CK2_nodes_that_come_back_together_find_the_outage_once(nodes: list[Tables]) -> None:
    stores = [Heartbeats(tables) for tables in nodes]
    for round_ in range(5):
        now = T + round_ * 100_000
        await beat(stores[0], f"old_{round_}", now)
        found = await asyncio.gather(
            *(
                beat(store, f"n_{round_}_{number}", now + 60_000 + 7 * number)
                for number, store in enumerate(stores * 3)
            )
        )
        known = stretches(await beat(stores[0], f"n_{round_}_0", now + 60_100, now + 60_000))
        here = [one for one in known if one[0] == now]
        assert len(here) == 1, found
        assert known[-1] == here[0]


async def test_CK2_an_absent_database_is_found_once_by_all_that_lived_through_it(
    nodes: list[Tables],
) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    await beat(two, "n_2", T + 300)
    assert stretches(await beat(one, "n_1", T + 40_000, T)) == [(T, T + 40_000)]
    late = await beat(two, "n_2", T + 40_600, T + 300)
    assert stretches(late) == [(T, T + 40_000)]
    assert late.nodes == ["n_1", "n_2"]


async def test_CK3_a_node_that_was_cut_off_says_so_itself(nodes: list[Tables]) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    for at in range(T, T + 2_500, 500):
        await beat(two, "n_2", at, at - 500)
    assert stretches(await beat(one, "n_1", T + 2_200, T)) == [(T, T + 2_200)]


async def test_CK3_a_node_that_died_is_found_by_another_once(nodes: list[Tables]) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    told: list[Beat] = []
    for at in range(T + 500, T + DEAD_MS + 1_500, 500):
        told.append(await beat(two, "n_2", at, at - 500))
    assert [found.late for found in told] == [False, False, False, True, True, True, False, False]
    found_at = T + DEAD_MS + 500
    assert [stretches(found) for found in told] == [[]] * 6 + [[(T, found_at)]] * 2
    assert [found.nodes for found in told[-3:]] == [["n_1", "n_2"], ["n_2"], ["n_2"]]


async def test_CK3_a_node_that_left_is_not_missed(nodes: list[Tables]) -> None:
    one, two = (Heartbeats(tables) for tables in nodes)
    await beat(one, "n_1", T)
    await beat(two, "n_2", T)
    await one.leave("n_1", T + 10)
    for at in range(T + 500, T + 20_000, 500):
        found = await beat(two, "n_2", at, at - 500)
        assert found == Beat([], ["n_2"], late=False)


async def test_CK1_the_last_that_left_says_since_when_nobody_lives(tables: Tables) -> None:
    store = Heartbeats(tables)
    await beat(store, "n_1", T)
    await store.leave("n_1", T + 400)
    assert stretches(await beat(store, "n_2", T + 60_000)) == [(T + 400, T + 60_000)]


async def test_CK4_old_outages_are_forgotten_and_only_those_asked_for_are_told(
    tables: Tables,
) -> None:
    store = Heartbeats(tables)
    for at in (T, T + 10_000, T + 20_000):
        await beat(store, "n_1", at, None)
    later = await store.beat("n_1", T + 20_500, source=0, last=T + 20_000, since=T + 10_001)
    assert stretches(later) == [(T + 10_000, T + 20_000)]
    assert await store.cleanup(T + 20_000) == 1
    assert stretches(await beat(store, "n_1", T + 21_000, T + 20_500)) == stretches(later)


async def test_CK7_log_time_is_that_of_the_nodes_that_live_whatever_their_source_says(
    nodes: list[Tables],
) -> None:
    """The database's clock was set forward by an hour, which nobody adopted."""
    hour = 3_600_000
    one, two = (Heartbeats(tables) for tables in nodes)
    await one.beat("n_1", T, source=T, last=None, since=0)
    await one.beat("n_1", T + 500, source=T + hour + 500, last=T, since=0)
    found = await two.log_time(T + hour + 900)
    assert found == LogTime(living=T + 900, latest=T + 500)
    later = await two.log_time(T + hour + 500 + DEAD_MS + 1)
    assert later == LogTime(living=None, latest=T + 500)


async def test_CK8_a_node_that_signed_off_has_only_a_latest_beat(tables: Tables) -> None:
    store = Heartbeats(tables)
    await beat(store, "n_1", T)
    await store.leave("n_1", T + 10)
    assert await store.log_time(T + 20) == LogTime(living=None, latest=T + 10)
