"""Athletics meets over HTTP: the whole meet as a file and its leaderboards for members, and meets
of the operator. What a command may do is for the rules. SPEC: AT16, AT20."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody
from msgspec import Struct

from protocol.meet import MeetCommand, MeetFile, MeetInfo, SetMeet
from protocol.membership import NameField
from protocol.text import clean_name
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.feeds import feed_of
from server.http.operator_rooms import KeyOfRoom, OpenedUnderKey, command_as_owner, open_under
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import Done, row_of
from server.http.services import Services
from server.readers.meet_file import file_of, written
from server.rooms.directory import UnknownVersion
from server.rules.meet.kind import MEET
from server.rules.meet.ranking import Ranked, final_order, ranking
from server.rules.meet.state import Meet


class Leaderboard(Struct, frozen=True):
    """An event's places."""

    event: str
    name: str
    official: bool
    rows: list[Ranked]
    final: list[str] = []
    """AT26: who has the other attempts, in their order, the best last."""


class Leaderboards(Struct, frozen=True):
    """Those of all events that have results, in the order of the schedule."""

    version: int
    events: list[Leaderboard]


class OpenMeet(Struct, frozen=True, forbid_unknown_fields=True):
    """A meet of the operator, to be made if there is none."""

    key: KeyOfRoom
    name: NameField


@get(
    "/meets/{room_id:str}/file",
    operation_id="readMeet",
    tags=["meets"],
    summary="A whole meet as a file",
    responses=refusals(401, 404),
)
async def read_meet_file(request: Asked, room_id: RoomPath) -> Response[bytes]:
    """Athletes, schedule, entries, start lists and results, as `touchline feed import` takes them;
    for whoever has a delay as they were so long ago."""
    _, view = await _view(services_of(request), room_id, identity_of(request).account)
    name = {"content-disposition": 'attachment; filename="meet.json"'}
    return Response(written(file_of(view)), media_type="application/json", headers=name)


@get(
    "/meets/{room_id:str}/leaderboards",
    operation_id="readLeaderboards",
    tags=["meets"],
    summary="Places in every event",
    responses=refusals(401, 404),
)
async def read_leaderboards(request: Asked, room_id: RoomPath) -> Leaderboards:
    """By official times and marks, with ties, wind and records, as the rules of athletics say."""
    version, view = await _view(services_of(request), room_id, identity_of(request).account)
    meet = _meet_of(file_of(view))
    found = [
        Leaderboard(event.id, event.name, event.phase == "official", rows, final_order(meet, event))
        for event in sorted(meet.events.values(), key=lambda one: one.starts)
        if (rows := ranking(meet, event))
    ]
    return Leaderboards(version, found)


def _meet_of(file: MeetFile) -> Meet:
    kept = {
        "info": file.meet,
        "athletes": {one.id: one for one in file.athletes},
        "events": {one.id: one for one in file.events},
        "entries": {f"{one.event}/{one.athlete}": one for one in file.entries},
        "start_lists": {one.event: one for one in file.start_lists},
        "races": {f"{one.event}/{one.heat}": one for one in file.races},
        "results": {f"{one.event}/{one.athlete}": (one, None, 0) for one in file.results},
        "officials": {},
        "delays": {},
    }
    return MEET.restore(msgspec.to_builtins(kept))


class _View(Struct, frozen=True):
    kind: dict[str, Any]


_read_view = msgspec.json.Decoder(_View)


async def _view(services: Services, room_id: str, account: str) -> tuple[int, dict[str, Any]]:
    """What the account may see (SD4). Raises Refusal."""
    if (await row_of(services, room_id)).kind != MEET.name:
        raise not_found()
    reach = await services.directory.reach(room_id, account)
    try:
        head, view = await services.directory.view(room_id, reach and reach.version)
    except UnknownVersion:
        raise Refusal(404, "unknown_version") from None
    return head.version, _read_view.decode(view).kind


@post(
    "/operator/meets",
    operation_id="operatorOpenMeet",
    tags=["operator"],
    summary="Make a meet",
    responses=refusals(401),
)
async def open_meet(request: Asked, data: JSONBody[OpenMeet]) -> OpenedUnderKey:
    """The one meet that the operator has under a key: made with a link for each role, or found."""
    first = [SetMeet(MeetInfo(name=clean_name(data.name) or data.name))]
    at = feed_of(f"meet {data.key}")
    return await open_under(request, MEET.name, data.name, at=at, settings={}, first=first)


@post(
    "/operator/meets/{room_id:str}/commands",
    operation_id="operatorMeetCommand",
    tags=["operator"],
    status_code=200,
    summary="Change a meet",
    responses=refusals(401, 404, 409),
)
async def meet_command(request: Asked, room_id: RoomPath, data: JSONBody[MeetCommand]) -> Done:
    """In the name of the meet's first owner. What is so already changes nothing, and is done."""
    return await command_as_owner(request, room_id, data, kind=MEET.name)
