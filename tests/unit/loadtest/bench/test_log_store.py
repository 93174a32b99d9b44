"""Appends and opens asked of the store."""

from __future__ import annotations

import pytest

from loadtest.bench.log_store import Store, rounds
from protocol.entries import chain
from protocol.identifiers import ROOT_TAG
from storage.room_log import EMPTY, Appended, Head, RoomAppend
from storage.room_log_postgres import PostgresRoomLog

ROOMS = ["r_" + letter * 22 for letter in "abc"]
RECORD = b'{"v":1,"at":1760000000000,"by":"a_x","events":[]}\n{"client":"c","seq":4}'


async def filled(url: str) -> PostgresRoomLog:
    log = await PostgresRoomLog.open(url)
    head = Head(1, chain(ROOT_TAG, RECORD))
    for room in ROOMS:
        made = RoomAppend(room, EMPTY, [RECORD], head, kind="board", at=1)
        assert await log.append([made]) == [Appended()]
    return log


@pytest.mark.postgres
async def test_what_is_appended_chains_and_every_round_is_timed(postgres_url: str) -> None:
    log = await filled(postgres_url)
    (taken,) = await rounds([postgres_url], ROOMS[:2], ROOMS, 2, 0.05)
    assert taken.faults == []
    assert [len(one) for one in taken.opens] == [2, 1]
    assert all(took for took in taken.appends)
    assert all(rate > 0 for rate in taken.rates)
    row = (await log.rooms([ROOMS[0]]))[ROOMS[0]]
    page = await log.read(ROOMS[0], 1)
    tag = ROOT_TAG
    for record in page.records:
        tag = chain(tag, record)
    assert row.head == Head(len(page.records), tag)
    assert row.head.version > 1
    await log.close()


@pytest.mark.postgres
async def test_what_is_not_appended_is_a_fault(postgres_url: str) -> None:
    log = await filled(postgres_url)
    store = await Store.open(postgres_url, ROOMS[:1])
    other = await Store.open(postgres_url, ROOMS[:1])
    await other.round(0.01, [])
    await store.round(0.01, [])
    assert store.taken.faults
    for one in (store, other, log):
        await one.close()
