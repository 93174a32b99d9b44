"""What rooms tell the other nodes, and when."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.membership import Say
from server.rooms.neighbours import Nobody
from server.rooms.room import Room
from tests.support.room_house import house, presence_of


class Diary(Nobody):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def opening(self, room_id: str) -> None:
        self.told.append(("opening", room_id))

    def opened(self, room: Room) -> None:
        self.told.append(("opened", room.id))

    def closed(self, room_id: str) -> None:
        self.told.append(("closed", room_id))

    def shown(self, room: Room, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        del tag_before
        self.told.append((f"shown {first}+{len(records)}", room.id))

    def passing(self, room: Room) -> None:
        room.presence.take_own()
        self.told.append(("passing", room.id))


async def test_RL10_a_room_is_subscribed_before_it_is_read_and_told_of_until_it_closes() -> None:
    async with house() as here:
        diary = here.directory.neighbours = Diary()
        other = await here.directory.create("claims", "Other", here.ana.identity, {})
        follower = await here.directory.join(here.ana, other)
        assert follower is not None
        follower.presence(presence_of(other, "pointer", {"type": "pointer", "slot": 1}))
        await here.directory.execute(other, here.ana.identity, Say("hello"))
        assert [what for what, _ in diary.told] == [
            "opening",
            "opened",
            "passing",
            "passing",
            "shown 2+1",
        ]
        follower.leave()
        here.clock.advance(100)
        here.directory.tidy()
        told = [what for what, room in diary.told if room == other]
        assert told[5:] == ["passing", "closed"]


async def test_RL10_a_room_that_does_not_exist_is_not_subscribed() -> None:
    async with house() as here:
        diary = here.directory.neighbours = Diary()
        assert await here.directory.open("r_unknown") is None
        assert diary.told == [("closed", "r_unknown")]
