"""The table of conflicts over real sockets and a real database: online, offline and across a
reconnect, every cell comes to what the table says, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from protocol.codec import JSON, MSGPACK, Codec
from storage.room_log_sqlite import SqliteRoomLog
from tests.support import conflict_table
from tests.support.conflict_table import Policy
from tests.support.conflict_table_wire import WAYS, Way, table
from tests.support.served import Served, serving

NO_LIMIT = 1_000_000_000
CODECS: dict[Policy, tuple[Codec, Codec]] = {"latest": (JSON, MSGPACK), "ask": (MSGPACK, JSON)}
"""What first and second speak: each both, and never the same."""


@pytest.fixture
async def served(tmp_path: Path) -> AsyncGenerator[Served]:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    try:
        async with serving(
            log=log,
            command_rate_per_s=NO_LIMIT,
            command_burst=NO_LIMIT,
            flood_bytes_per_s=NO_LIMIT,
        ) as found:
            yield found
    finally:
        await log.close()


# The id of a stop is not the cell's to choose (BD52); without a wire it is in the table.
SORTS = [sort for sort in conflict_table.PROPERTIES_OF if sort != "stop"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("way", WAYS)
async def test_CM1_CM7_BD16_BD20_every_cell_ends_as_the_table_says(
    served: Served, way: Way, sort: str
) -> None:
    async def play(policy: Policy) -> int:
        cells = (case for case in conflict_table.cases(sort) if case.policy == policy)
        async with table(served, policy, way, CODECS[policy]) as board:
            return await board.play(cells)

    async with asyncio.TaskGroup() as both:
        played = [both.create_task(play(policy)) for policy in CODECS]
    acts = 2 * len(conflict_table.PROPERTIES_OF[sort]) + 1
    assert [task.result() for task in played] == [acts**2, acts**2]
