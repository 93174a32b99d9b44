"""Group commit over rooms."""

from __future__ import annotations

import asyncio

from msgspec import Raw

from protocol.client_messages import Submit
from protocol.codec import JSON
from protocol.identifiers import MadeAt
from server.rooms.append_loop import AppendLoop
from server.rooms.follower import Follower
from tests.simulation.claims import Claim
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import house


async def test_RM4_what_waits_in_all_rooms_goes_in_one_append() -> None:
    async with house() as here:
        rooms = [here.room]
        for number in range(3):
            rooms.append(
                await here.directory.create("claims", f"Room {number}", here.ana.identity, {})
            )
        followers: list[tuple[RecordingRecipient, Follower | None]] = []
        for number, room in enumerate(rooms):
            ana = RecordingRecipient("ana", client=f"client-{number}-of-ana-in-a-room")
            followers.append((ana, await here.directory.join(ana, room)))
        here.log.appends.clear()
        here.log.gate = asyncio.Event()
        raw = Raw(JSON.encode(Claim(1)))
        for room, (_, follower) in zip(rooms, followers, strict=True):
            assert follower is not None
            version = follower.room.replica.committed.version
            follower.submit(Submit(room, 1, MadeAt(here.log.generation, version), raw))
        await here.settle()
        here.log.gate.set()
        await here.settle()
        assert [len(batch) for batch in here.log.appends] == [4]
        for ana, _ in followers:
            assert len(ana.of_type("accepted")) == 1


async def test_RM4_a_room_that_is_woken_twice_waits_once() -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        loop = AppendLoop()
        loop.wake(here.live)
        loop.wake(here.live)
        assert loop._collect(here.live.services) == ([], [])  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - one turn
