"""What every room of a node shares."""

from __future__ import annotations

from dataclasses import fields

from server.rooms.services import RoomServices
from tests.support.room_house import house


async def test_all_rooms_of_a_node_share_one_value() -> None:
    async with house() as here:
        other = await here.directory.create("claims", "Other", here.ana.identity, {})
        second = await here.directory.open(other)
        first = await here.directory.open(here.room)
        assert first is not None
        assert second is not None
        assert first.services is second.services
        missing = [f.name for f in fields(RoomServices) if getattr(first.services, f.name) is None]
        assert missing == ["traces"], "which nobody collects here"
