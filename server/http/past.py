"""A board's past over HTTP: what differs between two versions, and a new board made of one.

What a difference is, is in server/rules/board_diff.py; here its entries are read, page by page.
SPEC: HT90, HT91.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct
from msgspec.structs import replace

from protocol.board import BoardSettings, Origin, Properties, Sort
from protocol.board_commands import NewObject
from protocol.entries import RawEntry
from protocol.identifiers import VersionField
from protocol.membership import NameField
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, invalid
from server.http.rooms import (
    RoomCard,
    RoomRequest,
    card,
    make_room,
    row_of,
)
from server.http.services import Services
from server.http.transfer import loading, note
from server.rooms.directory import UnknownVersion
from server.rules.board_copies import cleaned, without_comments
from server.rules.board_diff import BoardDifference, Difference, Picture, ValueChange, Walk

ENTRIES_MAX = 20_000
"""Between two versions that are compared: read and walked in about a second, in pieces."""
ENTRIES_AT_ONCE = 500
"""Entries that are walked without a pause: a few milliseconds."""


class _FoundRoom(Struct, frozen=True):
    names: dict[str, str] = {}


class _FoundView(Struct, frozen=True):
    kind: Picture
    room: _FoundRoom = _FoundRoom()


class _Thing(Struct, frozen=True):
    sort: Sort
    props: Properties


class _Board(Struct, frozen=True):
    settings: BoardSettings
    objects: dict[str, _Thing]


class _BoardView(Struct, frozen=True):
    kind: _Board


_read_view = msgspec.json.Decoder(_FoundView)
_read_board = msgspec.json.Decoder(_BoardView)
_read_entry = msgspec.json.Decoder(RawEntry)
_read_event = msgspec.json.Decoder(dict[str, Any])


class RoomDifference(Struct, frozen=True):
    """What differs between two versions of a board."""

    earlier: int
    later: int
    settings: dict[str, ValueChange]
    """By name, what is another one."""
    objects: list[Difference]
    """In the order of the later board, then those that went."""
    names: dict[str, str]
    """The latest names of the accounts that are named."""


class ForkRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A new board made of this one."""

    name: NameField
    version: VersionField | None = None
    """The version to be made anew; null: now."""


@get(
    "/rooms/{room_id:str}/diff",
    operation_id="readDifference",
    tags=["rooms"],
    summary="Compare two versions",
    responses=refusals(401, 404),
)
async def read_difference(
    request: Asked,
    room_id: RoomPath,
    from_version: Annotated[
        int,
        QueryParameter(
            ge=1, le=2**53 - 1, name="from", description="The earlier version.", required=True
        ),
    ],
    to_version: Annotated[
        int | None,
        QueryParameter(
            ge=1,
            le=2**53 - 1,
            name="to",
            description="The later version instead of now.",
            required=False,
        ),
    ] = None,
) -> RoomDifference:
    """What became of objects and settings, by whom, and how far things moved."""
    services = services_of(request)
    head, now = await services.directory.view(room_id, None)
    last = head.version if to_version is None else to_version
    if from_version > last:
        raise invalid("from: not after `to`")
    if last - from_version > ENTRIES_MAX:
        raise invalid(f"from: at most {ENTRIES_MAX} versions before `to`")
    if last > head.version:
        raise Refusal(404, "unknown_version")
    found = await _walked(services, room_id, from_version, last)
    changes = [*found.settings.values(), *found.objects]
    changes += [one for row in found.objects if row.changes for one in row.changes.values()]
    names = _read_view.decode(now).room.names
    return RoomDifference(
        from_version,
        last,
        found.settings,
        found.objects,
        {one.by: names.get(one.by, "") for one in changes},
    )


async def _walked(services: Services, room_id: str, first: int, last: int) -> BoardDifference:
    _, view = await _view(services, room_id, first)
    walk = Walk(_read_view.decode(view).kind)
    at = first
    while at < last:
        upto = min(last, at + ENTRIES_AT_ONCE)
        lines = await services.directory.entries(room_id, at + 1, upto)
        if not lines:
            raise Refusal(404, "unknown_version")  # pruned while we read
        for line in lines:
            entry = _read_entry.decode(line)
            for event in entry.events:
                walk.take(entry.v, entry.by, _read_event.decode(event))
        at += len(lines)
        await asyncio.sleep(0)  # rooms come in between
    return walk.difference()


async def _view(services: Services, room_id: str, version: int | None) -> tuple[int, bytes]:
    try:
        head, view = await services.directory.view(room_id, version)
    except UnknownVersion:
        raise Refusal(404, "unknown_version") from None
    return head.version, view


@post(
    "/rooms/{room_id:str}/fork",
    operation_id="forkRoom",
    tags=["rooms"],
    summary="Fork a board",
    responses=refusals(401, 404, 409),
)
async def fork_room(request: Asked, room_id: RoomPath, data: JSONBody[ForkRequest]) -> RoomCard:
    """A new board that the caller owns, with what was on this one at a version. It names the room
    and version that it comes from."""
    services, identity = services_of(request), identity_of(request)
    version, view = await _view(services, room_id, data.version)
    board = _read_board.decode(view).kind
    settings = replace(board.settings, origin=Origin(room_id, version))
    shown = [NewObject(id_, one.sort, one.props) for id_, one in board.objects.items()]
    objects = cleaned(settings, without_comments(shown))
    wanted = RoomRequest("board", data.name, msgspec.to_builtins(settings))
    made = await make_room(services, identity, wanted, loading(objects))
    note(request, "room.forked", made, of=room_id, version=version)
    return card(await row_of(services, made), "owner")
