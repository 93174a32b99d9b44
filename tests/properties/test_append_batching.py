"""Whatever is appended together: nothing is lost, order is kept, and no room harms another.

The memory log is the model. Batches that name the same room follow each other, those that do not
are under way at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.room_log import (
    EMPTY,
    Appended,
    Conflict,
    Head,
    ListingChange,
    Outcome,
    Refused,
    RoomAppend,
    RoomLog,
    Unknown,
)
from storage.room_log_memory import MemoryRoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.room_writer import after, every_record, new_room_id

ROOMS = 6
NOT_UNICODE = "\ud83d"

Kind = Literal["append", "create", "stale", "wrong tag", "poisoned", "compare", "stale compare"]


@dataclass(frozen=True)
class Wish:
    """What somebody wants of one room, in words that need no head."""

    room: int
    kind: Kind
    records: list[bytes]


WISHES = st.builds(
    Wish,
    room=st.integers(0, ROOMS - 1),
    kind=st.sampled_from(
        ["append", "append", "append", "create", "create", "stale", "wrong tag", "poisoned",
         "compare", "stale compare"]
    ),
    records=st.lists(st.binary(max_size=40), min_size=1, max_size=5),
)  # fmt: skip
BATCHES = st.lists(
    st.lists(WISHES, min_size=1, max_size=ROOMS, unique_by=lambda wish: wish.room),
    min_size=1,
    max_size=12,
)


class Model:
    """The memory log, and where each room is in it."""

    def __init__(self) -> None:
        self.log = MemoryRoomLog()
        self.ids = [new_room_id() for _ in range(ROOMS)]
        self.heads = [EMPTY] * ROOMS

    def append(self, wish: Wish) -> RoomAppend:
        head, records = self.heads[wish.room], wish.records
        listing = ListingChange(members={f"a_{wish.room}": "owner"})
        poisoned = wish.kind == "poisoned"
        match wish.kind:
            case "append" | "compare":
                pass
            case "create":
                head = EMPTY
            case "stale":
                head = Head(max(head.version - 1, 0), "e" * 16)
            case "wrong tag" | "stale compare":
                head = Head(head.version, "e" * 16)
            case "poisoned":
                listing = ListingChange(NOT_UNICODE)
        if "compare" in wish.kind:
            return RoomAppend(self.ids[wish.room], head, [], head)
        return RoomAppend(
            self.ids[wish.room],
            head,
            records,
            after(head, records),
            # A poisoned room that is in conflict as well may be answered either way.
            kind="board" if wish.kind == "create" or (poisoned and head == EMPTY) else None,
            listing=listing,
            due_at=len(records) * 100,
            at=len(records),
        )

    def commit(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        outcomes = self.log.apply(batch)
        for change, outcome in zip(batch, outcomes, strict=True):
            if outcome == Appended():
                self.heads[self.ids.index(change.room)] = change.head
        return outcomes


def comparable(outcome: Outcome) -> object:
    """Reasons are each log's own words."""
    return ("refused", outcome.poisoned) if isinstance(outcome, Refused) else outcome


async def behave_alike(log: RoomLog, batches: Sequence[Sequence[Wish]]) -> None:
    model = Model()
    under_way: list[tuple[asyncio.Future[list[Outcome]], list[Outcome]]] = []
    busy: set[str] = set()

    async def settle() -> None:
        for call, expected in under_way:
            outcomes = await call
            assert [comparable(o) for o in outcomes] == [comparable(o) for o in expected]
            assert Unknown() not in outcomes
        under_way.clear()
        busy.clear()

    for wishes in batches:
        batch = [model.append(wish) for wish in wishes]
        if busy & {change.room for change in batch}:
            await settle()
        busy |= {change.room for change in batch}
        under_way.append((asyncio.ensure_future(log.append(batch)), model.commit(batch)))
    await settle()
    assert await log.rooms(model.ids) == await model.log.rooms(model.ids)
    for number, room in enumerate(model.ids):
        assert await every_record(log, room) == await every_record(model.log, room)
        assert await log.sizes(room) == await model.log.sizes(room)
        account = f"a_{number}"
        ours = [one for one in await log.listed(account, limit=10_000) if one.row.id == room]
        assert ours == await model.log.listed(account, limit=1)


@pytest.fixture
async def sqlite_log(tmp_path: Path) -> AsyncIterator[RoomLog]:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    yield log
    await log.close()


@pytest.fixture
async def postgres_log(postgres_url: str) -> AsyncIterator[RoomLog]:
    log = await PostgresRoomLog.open(postgres_url)
    yield log
    await log.close()


# The log outlives the examples: each of them brings rooms of its own.
of_one_log = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@of_one_log
@given(batches=BATCHES)
async def test_LG4_LG10_sqlite_does_with_any_batches_what_the_memory_log_does(
    sqlite_log: RoomLog, batches: list[list[Wish]]
) -> None:
    await behave_alike(sqlite_log, batches)


@pytest.mark.postgres
@of_one_log
@given(batches=BATCHES)
async def test_LG4_LG10_postgresql_does_with_any_batches_what_the_memory_log_does(
    postgres_log: RoomLog, batches: list[list[Wish]]
) -> None:
    await behave_alike(postgres_log, batches)


async def test_the_wishes_come_to_every_outcome() -> None:
    """A property over batches that never conflict or poison would say nothing."""
    model = Model()
    kinds: list[Kind] = ["create", "append", "stale", "wrong tag", "poisoned", "compare"]
    outcomes = [model.commit([model.append(Wish(0, kind, [b"x"]))])[0] for kind in kinds]
    assert [type(outcome) for outcome in outcomes] == [
        Appended,
        Appended,
        Conflict,
        Conflict,
        Refused,
        Appended,
    ]
