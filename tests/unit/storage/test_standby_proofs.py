"""Whoever waits for the standby waits for one commit with everybody else who does."""

from __future__ import annotations

import asyncio

import pytest

from storage.errors import StorageUnavailable
from storage.standby_proofs import NOTHING, StandbyProofs


class Barriers(StandbyProofs):
    """Each lasts until it is ended by hand."""

    def __init__(self) -> None:
        self.under_way: list[asyncio.Future[None]] = []
        pool: object = None
        super().__init__(pool)  # type: ignore[arg-type] - nobody asks it

    async def barrier(self) -> None:
        self.under_way.append(asyncio.get_running_loop().create_future())
        await self.under_way[-1]


async def others() -> None:
    """Whatever can run has run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_LG25_who_comes_during_a_commit_waits_for_the_next_and_shares_it() -> None:
    proofs = Barriers()
    assert proofs.latest == NOTHING
    first = asyncio.ensure_future(proofs.prove())
    await others()
    later = [asyncio.ensure_future(proofs.prove()) for _ in range(3)]
    await others()
    assert len(proofs.under_way) == 1
    proofs.under_way[0].set_result(None)
    await others()
    assert first.done()
    assert not any(one.done() for one in later), "it began before they asked"
    assert len(proofs.under_way) == 2
    proofs.under_way[1].set_result(None)
    await asyncio.gather(*later)
    assert len(proofs.under_way) == 2


async def test_LG25_a_commit_that_is_not_waited_for_fails_all_who_share_it_and_nobody_after() -> (
    None
):
    proofs = Barriers()
    first = asyncio.ensure_future(proofs.prove())
    await others()
    later = [asyncio.ensure_future(proofs.prove()) for _ in range(2)]
    await others()
    proofs.under_way[0].set_result(None)
    await first
    await others()
    proofs.under_way[1].set_exception(StorageUnavailable("no standby"))
    for one in later:
        with pytest.raises(StorageUnavailable, match="no standby"):
            await one
    again = asyncio.ensure_future(proofs.prove())
    await others()
    proofs.under_way[2].set_result(None)
    await again


async def test_LG25_who_gives_up_leaves_the_commit_to_nobody() -> None:
    proofs = Barriers()
    first, second = (asyncio.ensure_future(proofs.prove()) for _ in range(2))
    await others()
    first.cancel()
    await others()
    assert len(proofs.under_way) == 2, "the next begins its own"
    proofs.under_way[1].set_result(None)
    await second
