"""The meet of the demo: made at the first start, found again at every other. Knows rooms and links;
what happens in it is in demo_meet.py. SPEC: AT19."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from protocol.meet import MeetFile, MeetInfo, SetResult
from protocol.membership import CreateInvitation
from server.config import Settings
from server.data_folder import demo_meet_path
from server.demo_league import Rooms
from server.demo_meet import correction_of, made_up_meet
from server.demo_start import host, keep, read_kept
from server.invitations import Invitations, new_invitation_id
from server.readers.meet_file import batches, lacking
from storage.room_log import RoomLog


@dataclass(frozen=True, slots=True)
class DemoMeet:
    """What visitors may look at: its name, and what follows the origin."""

    name: str
    path: str


class _Kept(Struct, frozen=True):
    room: str
    invitation: str


async def demo_meet(
    settings: Settings, rooms: Rooms, log: RoomLog, invitations: Invitations
) -> DemoMeet | None:
    """The meet of the demo, which is made where there is none. Raises as rooms and log do."""
    if not settings.demo:
        return None
    meet, path = made_up_meet(), demo_meet_path(settings)
    name = meet.meet.name
    kept = read_kept(path, _Kept)
    if kept is None or not await log.rooms([kept.room]):
        owner, empty = (
            host(),
            MeetFile(format="touchline.meet", version=1, meet=MeetInfo(name="Meet")),
        )
        invitation = new_invitation_id()
        corrected = SetResult(correction_of(meet))
        commands = (
            *batches(lacking(meet, empty)),
            corrected,
            CreateInvitation(invitation, "viewer"),
        )
        room = await rooms.create_filled("meet", name, owner, {}, commands)
        assert isinstance(room, str), "expected a meet that the rules take"
        kept = _Kept(room, invitation)
        keep(path, kept)
    return DemoMeet(name, invitations.link("", kept.room, kept.invitation, kind="meet"))
