"""What one connection is still to be told by one room. Its place in a room: test_room.py."""

from __future__ import annotations

import msgspec

from tests.support.recording_recipient import split_frames
from tests.support.room_house import house


async def test_FO2_answers_go_before_what_is_shared() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        follower.pending = 2
        follower.accept(1, 5)
        follower.accept(2, 6)
        shared = b"\x81\x02{}"
        payloads = [msgspec.json.decode(p) for p in split_frames(follower.take_frames(shared))]
        accepted = {"type": "accepted", "room": here.room, "done": [[1, 5], [2, 6]]}
        assert payloads == [accepted, {}]
        assert follower.pending == 0
        assert follower.take_frames(shared) == shared, "told once"


async def test_FO4_answers_that_wait_are_sent_when_it_begins_to_lag() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.ana.messages.clear()
        follower.accept(1, 5)
        follower.lag()
        assert [m["type"] for m in here.ana.messages] == ["accepted"]
        follower.lag()
        assert len(here.ana.messages) == 1


async def test_a_follower_that_left_is_told_nothing() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        assert follower.room_id == here.room
        follower.leave()
        follower.leave()
        here.ana.messages.clear()
        follower.accept(1, 5)
        follower.flush()
        follower.catch_up()
        assert here.ana.messages == []
