"""Blocks, in every database."""

import asyncio
from dataclasses import replace

from storage.access_changes import AccessChanges
from storage.blocks import Block, Blocks
from storage.tables import Tables

BLOCK = Block("01", "account", "a_jo", "spam", "a_admin", 1, ends_at=100)


async def test_AS13_a_block_holds_until_its_end_or_until_it_is_lifted(tables: Tables) -> None:
    blocks = Blocks(tables)
    for_good = replace(BLOCK, id="02", kind="address", value="192.0.2.0/24", ends_at=None)
    await blocks.add(BLOCK)
    await blocks.add(for_good)
    assert await blocks.active(99) == [BLOCK, for_good]
    assert await blocks.active(100) == [for_good]
    assert await blocks.lift("02", by="a_b", at=50)
    assert not await blocks.lift("02", by="a_c", at=60)
    assert not await blocks.lift("03", by="a_c", at=60)
    assert await blocks.active(99) == [BLOCK]
    lifted = replace(for_good, lifted_at=50, lifted_by="a_b")
    assert await blocks.page(limit=9) == [lifted, BLOCK]
    assert await blocks.page(limit=1) == [lifted]
    assert await blocks.page(limit=9, before="02") == [BLOCK]


async def test_AS13_every_node_is_told_of_a_block_and_of_its_lifting(nodes: list[Tables]) -> None:
    await Blocks(nodes[0]).add(BLOCK)
    answers = await asyncio.gather(
        *(Blocks(nodes[n % 2]).lift("01", by="a_admin", at=9) for n in range(8))
    )
    assert sorted(answers) == [False] * 7 + [True]
    rows = await AccessChanges(nodes[1]).since(0, 0)
    assert [(row.kind, row.subject, row.detail, row.at) for row in rows] == [
        ("block", "01", "set", 1), ("block", "01", "lifted", 9),
    ]  # fmt: skip


async def test_AS13_a_block_that_is_sent_again_is_the_same_block(tables: Tables) -> None:
    blocks = Blocks(tables)
    await blocks.add(BLOCK)
    await blocks.lift("01", by="a_admin", at=9)
    await blocks.add(BLOCK)
    assert await blocks.active(9) == []
