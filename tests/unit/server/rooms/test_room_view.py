"""What members of a room share."""

from __future__ import annotations

from unittest.mock import patch

from protocol.codec import JSON, MSGPACK
from protocol.identifiers import Position
from protocol.server_messages import Snapshot
from server.rooms import room_view
from server.rooms.room_view import VIEW_AGE_MAX, missed_entries, state_at
from tests.simulation.claims import CLAIMS, Claim, Release
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house


async def busy(here: House, count: int) -> None:
    follower = await here.directory.join(here.ana, here.room)
    assert follower is not None
    for number in range(count):
        here.submit(follower, Claim(1) if number % 2 == 0 else Release(1))
    await here.settle()


async def test_JN1_a_snapshot_is_shared_until_it_is_too_old() -> None:
    async with house() as here:
        await busy(here, 2)
        view = here.live.view
        first = view.snapshot(here.live.generation, binary=False)
        assert view.snapshot(here.live.generation, binary=False)[1] is first[1]
        await busy(here, VIEW_AGE_MAX - 10)
        assert view.snapshot(here.live.generation, binary=False)[1] is first[1]
        await busy(here, 20)
        head, payload = view.snapshot(here.live.generation, binary=False)
        assert head.version > first[0].version
        plain, packed = (
            JSON.decode_server(payload),
            MSGPACK.decode_server(view.snapshot(here.live.generation, binary=True)[1]),
        )
        assert isinstance(plain, Snapshot)
        assert isinstance(packed, Snapshot)
        assert plain.position == packed.position


async def test_RM11_a_state_is_read_from_the_nearest_snapshot_and_what_follows() -> None:
    async with house() as here:
        await busy(here, 30)
        here.live.save_if_changed(1)
        await here.settle()
        await busy(here, 9)
        head = here.live.replica.committed.version
        for version in (1, 10, 32, 35, head):
            state = await state_at(here.log, CLAIMS, here.room, version)
            assert state is not None
            assert (1 in state.inner.slots) == (version >= 3 and version % 2 == 1)
        assert await state_at(here.log, CLAIMS, here.room, head + 1) is None


async def test_JN4_too_many_missed_entries_are_not_read() -> None:
    async with house() as here:
        await busy(here, 30)
        position = Position(here.live.generation, 3, here.live.replica.tail.tag_at(3) or "")
        replica = here.live.replica
        replica.rebase()
        with patch.object(replica.tail, "_bytes_max", 0):
            replica.tail.trim(replica.committed.version)
        found = await missed_entries(here.log, replica, here.room, position)
        assert found is not None
        assert [entry.version for entry in found] == list(range(4, replica.committed.version + 1))
        with patch.object(room_view, "MISSED_MAX", 5):
            assert await missed_entries(here.log, replica, here.room, position) is None
        with patch.object(room_view, "MISSED_BYTES_MAX", 500):
            assert await missed_entries(here.log, replica, here.room, position) is None
        wrong = Position(position.generation, 3, "f" * 16)
        assert await missed_entries(here.log, replica, here.room, wrong) is None


async def test_JN4_pruned_entries_are_not_read() -> None:
    async with house() as here:
        await busy(here, 30)
        position = Position(here.live.generation, 3, here.live.replica.tail.tag_at(3) or "")
        replica = here.live.replica
        here.live.save_if_changed(1)
        await here.settle()
        with patch.object(replica.tail, "_bytes_max", 0):
            replica.tail.trim(replica.committed.version)
        await here.log.prune(here.room, replica.committed.version)
        assert await missed_entries(here.log, replica, here.room, position) is None
        ana = RecordingRecipient("ana", client="another-client-of-ana")
        await here.directory.join(ana, here.room, position=position)
        assert len(ana.of_type("snapshot")) == 1
