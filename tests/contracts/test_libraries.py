"""What is remembered of libraries beside their rooms, in every database."""

import asyncio

from storage.libraries import ItemCounts, Libraries
from storage.tables import Tables


async def test_LB40_a_library_is_public_until_it_is_not(tables: Tables) -> None:
    libraries = Libraries(tables)
    assert await libraries.set_public("r_b", on=True, at=1)
    assert not await libraries.set_public("r_b", on=True, at=2)
    assert await libraries.set_public("r_a", on=True, at=3)
    assert await libraries.public(limit=9) == ["r_a", "r_b"]
    assert await libraries.public(limit=1) == ["r_a"]
    assert await libraries.public(limit=9, after="r_a") == ["r_b"]
    assert await libraries.public_among(["r_b", "r_c"]) == {"r_b"}
    assert await libraries.set_public("r_b", on=False, at=4)
    assert not await libraries.set_public("r_b", on=False, at=5)
    assert await libraries.public_among(["r_b"]) == set()


async def test_LB50_reading_and_opening_are_counted_apart(tables: Tables) -> None:
    libraries = Libraries(tables)
    assert await libraries.counts("r_a") == {}
    await libraries.count("r_a", "i_1", "views", at=10)
    await libraries.count("r_a", "i_1", "views", at=30)
    await libraries.count("r_a", "i_1", "opens", at=20)
    await libraries.count("r_a", "i_2", "opens", at=40)
    await libraries.count("r_b", "i_1", "views", at=50)
    assert await libraries.counts("r_a") == {
        "i_1": ItemCounts(2, 1, 30),
        "i_2": ItemCounts(0, 1, 40),
    }


async def test_LB51_nodes_that_count_at_once_lose_nothing(nodes: list[Tables]) -> None:
    await asyncio.gather(
        *(Libraries(nodes[n % 2]).count("r_a", "i_1", "views", at=n) for n in range(20))
    )
    assert await Libraries(nodes[0]).counts("r_a") == {"i_1": ItemCounts(20, 0, 19)}
