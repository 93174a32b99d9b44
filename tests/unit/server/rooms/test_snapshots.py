"""Keeping and thinning snapshots."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from server.config import Settings
from server.rooms.snapshots import SnapshotDiffers, SnapshotKeeper
from server.rules.room_state import DamagedState
from storage.errors import StorageUnavailable
from storage.room_log import StoredSnapshot
from tests.simulation.claims import CLAIMS, Claim, Release
from tests.support.room_house import House, house


async def play(here: House, count: int) -> None:
    follower = await here.directory.join(here.ana, here.room)
    assert follower is not None
    for number in range(count):
        here.submit(follower, Claim(1) if number % 2 == 0 else Release(1))
        if number % 50 == 49:
            await here.settle()
    await here.settle()
    follower.leave()


def keeper(here: House, alarms: list[Exception]) -> SnapshotKeeper:
    return SnapshotKeeper(
        here.log, here.clock, keep_every=512, alarm=lambda _room, error: alarms.append(error)
    )


async def test_RM10_older_snapshots_go_once_they_are_proved_and_one_of_each_span_stays() -> None:
    async with house(settings=Settings(keep_snapshot_entries=512)) as here:
        alarms: list[Exception] = []
        kept = keeper(here, alarms)
        for _ in range(9):
            await play(here, 130)
            kept.keep(here.room, CLAIMS, here.live.replica.rebase())
            await kept.flush()
        versions = await here.log.snapshots(here.room)
        head = here.live.replica.committed.version
        assert versions[-1] == head
        spans = [version // 512 for version in versions[:-1]]
        assert spans == list(range((versions[-2]) // 512 + 1))
        assert alarms == []


async def test_RM10_a_snapshot_that_its_predecessor_does_not_give_keeps_both() -> None:
    async with house() as here:
        alarms: list[Exception] = []
        kept = keeper(here, alarms)
        await play(here, 20)
        kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        await kept.flush()
        await play(here, 20)
        second = here.live.replica.rebase()
        forged = second.blob.replace(b'"slots":[]', b'"slots":[[9,"nobody"]]')
        assert forged != second.blob
        await play(here, 20)
        await here.log.save_snapshot(here.room, StoredSnapshot(second.head, forged))
        before = await here.log.snapshots(here.room)
        kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        await kept.flush()
        assert [type(alarm) for alarm in alarms] == [SnapshotDiffers]
        assert set(before) < set(await here.log.snapshots(here.room))


async def test_RM10_missing_entries_or_snapshots_are_alarms_and_a_database_away_is_not() -> None:
    async with house() as here:
        alarms: list[Exception] = []
        kept = keeper(here, alarms)
        for _ in range(3):
            await play(here, 20)
            kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        with patch.object(here.log, "save_snapshot", side_effect=StorageUnavailable):
            await kept.flush()
        assert (alarms, kept.saved) == ([], 0)
        versions = [3, 10, 20]
        await here.log.save_snapshot(here.room, _snapshot(here))
        kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        with patch.object(here.log, "snapshots", return_value=versions):
            await kept.flush()
        assert "is gone" in str(alarms[0])


async def test_RM10_a_snapshot_that_another_node_has_let_go_meanwhile_is_no_alarm() -> None:
    async with house() as here:
        alarms: list[Exception] = []
        kept = keeper(here, alarms)
        for _ in range(3):
            await play(here, 20)
            await here.log.save_snapshot(here.room, _snapshot(here))
        listed = await here.log.snapshots(here.room)
        await here.log.drop_snapshots(here.room, listed[:2])
        left = await here.log.snapshots(here.room)
        kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        with patch.object(here.log, "snapshots", side_effect=[listed, left]):
            await kept.flush()
        assert alarms == []
        assert await here.log.snapshots(here.room) == left, "nothing was proved, so none went"


def _snapshot(here: House) -> StoredSnapshot:
    base = here.live.replica.rebase()
    return StoredSnapshot(base.head, base.blob)


async def test_SV6_a_snapshot_that_is_none_is_an_alarm_and_not_the_end_of_the_task() -> None:
    async with house() as here:
        alarms: list[Exception] = []
        kept = keeper(here, alarms)
        for _ in range(2):
            await play(here, 20)
            kept.keep(here.room, CLAIMS, here.live.replica.rebase())
            await kept.flush()
        second = (await here.log.snapshots(here.room))[1]
        stored = await here.log.snapshot(here.room, at_most=second)
        assert stored is not None
        await play(here, 20)
        await here.log.save_snapshot(here.room, StoredSnapshot(stored.head, b"{}"))
        kept.keep(here.room, CLAIMS, here.live.replica.rebase())
        await kept.flush()
        assert [type(alarm) for alarm in alarms] == [DamagedState]


async def test_RM10_only_the_newest_snapshot_of_a_room_waits_and_the_task_rests() -> None:
    async with house() as here:
        kept = keeper(here, [])
        await play(here, 4)
        first = here.live.replica.rebase()
        await play(here, 4)
        second = here.live.replica.rebase()
        kept.keep(here.room, CLAIMS, first)
        kept.keep(here.room, CLAIMS, second)
        task = asyncio.ensure_future(kept.run())
        await here.settle()
        task.cancel()
        assert kept.saved == 1
        assert second.head.version in await here.log.snapshots(here.room)


async def test_RM10_a_snapshot_that_is_not_on_the_chain_is_not_kept() -> None:
    async with house() as here:
        kept = keeper(here, [])
        await play(here, 4)
        base = here.live.replica.rebase()
        wrong = base._replace(head=type(base.head)(base.head.version + 5, base.head.tag))
        kept.keep(here.room, CLAIMS, wrong)
        await kept.flush()
        assert kept.saved == 0
