"""What the command line asks of a running server, with the key from the data folder: every room,
whoever owns it.

A SQLite database has one process; so `touchline room …` comes through here while a server holds it.
The operator has no role in rooms: what changes a room is done in the name of an owner, and
recorded.
"""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody
from litestar.response import Stream
from msgspec import Struct

from protocol.board_commands import RestoreVersion
from protocol.identifiers import VersionField
from protocol.membership import NameField, Role
from server.demo import invite
from server.http import drafts
from server.http.authentication import services_of
from server.http.documentation import refusals
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    RoomPath,
    cursor_after,
    key_after,
)
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import (
    Done,
    HistoryPage,
    RestoreRequest,
    RoomRequest,
    RoomView,
    VersionQuery,
    check_made_anew,
    execute,
    history_of,
    make_room,
    row_of,
    view_of,
)
from server.http.services import Services
from server.http.sign_in import link_origin_of
from server.http.transfer import export_of, import_for, note
from server.identity import Identity
from storage.room_log import RoomRow

ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")


class OperatorRoomRequest(RoomRequest, frozen=True, forbid_unknown_fields=True):
    """A room to be made, whose owner comes in by a link."""

    owner_name: NameField = "Operator"


class OperatorCard(Struct, frozen=True):
    """A room in the operator's list."""

    id: str
    kind: str
    name: str
    version: int
    created_at: int
    updated_at: int
    pruned_before: int
    """First version whose entry is still there."""


class OperatorPage(Struct, frozen=True):
    """Some rooms, in a stable order."""

    rooms: list[OperatorCard]
    next: str | None


class OperatorRoom(Struct, frozen=True):
    """One room and what it costs."""

    room: OperatorCard
    log_bytes: int
    snapshot_bytes: int
    view: RoomView


class OpenedRoom(Struct, frozen=True):
    """A new room, and a link per role."""

    room: OperatorCard
    links: dict[str, str]


class PruneRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Forgets entries below this version."""

    before: VersionField


class Pruned(Struct, frozen=True):
    """How many entries went."""

    entries: int


@get(
    "/operator/rooms",
    operation_id="operatorListRooms",
    tags=["operator"],
    summary="List every room",
    responses=refusals(401),
)
async def list_rooms(
    request: Asked, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> OperatorPage:
    """Every room of the database, ordered by id."""
    rows = await services_of(request).records.all_rooms(
        limit=limit + 1, after=key_after("all", cursor)
    )
    more = len(rows) > limit
    cards = [card_of(row) for row in rows[:limit]]
    return OperatorPage(cards, cursor_after("all", cards[-1].id) if more else None)


@post(
    "/operator/rooms",
    operation_id="operatorCreateRoom",
    tags=["operator"],
    summary="Create a room with links",
    responses=refusals(401, 404),
)
async def create_room(request: Asked, data: JSONBody[OperatorRoomRequest]) -> OpenedRoom:
    """A new room, and a link for every role; whoever opens the owner's link owns it too."""
    services = services_of(request)
    teams = services.accounts.stores.teams
    if data.team is not None and await teams.team(data.team) is None:
        raise not_found()
    check_made_anew(data)
    owner = services.tokens.issue_guest(data.owner_name).identity
    room_id = await make_room(services, owner, data)
    if data.team is not None:
        await teams.set_room_team(room_id, data.team, at=services.clock.now_ms())
    note(request, "admin.act", room_id, what="room made")
    return await opened(request, room_id, owner)


@post(
    "/operator/rooms/import",
    operation_id="operatorImportRoom",
    tags=["operator"],
    summary="Import a room with links",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_room(request: Asked) -> OpenedRoom:
    """A new room from a file, and a link for every role."""
    owner = services_of(request).tokens.issue_guest("Operator").identity
    imported = await import_for(request, owner)
    note(request, "room.imported", imported.id)
    return await opened(request, imported.id, owner)


@post(
    "/operator/drafts/import",
    operation_id="operatorImportDraft",
    tags=["operator"],
    summary="Make a draft of one in Sleeper's shape, with links",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_draft(request: Asked) -> OpenedRoom:
    """As `importDraft`, and a link for every role."""
    owner = services_of(request).tokens.issue_guest("Operator").identity
    return await opened(request, await drafts.import_for(request, owner), owner)


@get(
    "/operator/rooms/{room_id:str}",
    operation_id="operatorShowRoom",
    tags=["operator"],
    summary="Show a room",
    responses=refusals(401, 404),
)
async def show_room(
    request: Asked, room_id: RoomPath, version: VersionQuery = None
) -> OperatorRoom:
    """The view now or at a version, and the bytes of log and snapshots."""
    services = services_of(request)
    row = await row_of(services, room_id)
    log_bytes, snapshot_bytes = await services.records.sizes(room_id)
    view = await view_of(services, room_id, version, None)
    return OperatorRoom(card_of(row), log_bytes, snapshot_bytes, view)


@get(
    "/operator/rooms/{room_id:str}/history",
    operation_id="operatorReadHistory",
    tags=["operator"],
    summary="Read a room's history",
    responses=refusals(401, 404),
)
async def read_history(
    request: Asked, room_id: RoomPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> HistoryPage:
    """Who did what and when, newest first."""
    services = services_of(request)
    await row_of(services, room_id)
    return await history_of(services, room_id, limit, cursor)


@get(
    "/operator/rooms/{room_id:str}/export",
    operation_id="operatorExportRoom",
    tags=["operator"],
    summary="Export a room",
    responses=refusals(401, 404),
    media_type="application/json",
)
async def export_room(request: Asked, room_id: RoomPath) -> Stream:
    """The room's file."""
    note(request, "room.exported", room_id)
    return await export_of(services_of(request), room_id)


@post(
    "/operator/rooms/{room_id:str}/restore",
    operation_id="operatorRestoreVersion",
    tags=["operator"],
    status_code=200,
    summary="Restore a version",
    responses=refusals(401, 404, 409),
)
async def restore_version(
    request: Asked, room_id: RoomPath, data: JSONBody[RestoreRequest]
) -> Done:
    """Makes the board what it was at a version, as a new entry, in the name of its first owner."""
    services = services_of(request)
    await row_of(services, room_id)
    owner = await owner_of(services, room_id)
    version = await execute(services, room_id, owner, RestoreVersion(data.version))
    note(request, "admin.act", room_id, what="room restored", version=data.version, entry=version)
    return Done(version)


@post(
    "/operator/rooms/{room_id:str}/prune",
    operation_id="operatorPruneRoom",
    tags=["operator"],
    status_code=200,
    summary="Prune a room's history",
    responses=refusals(401, 404, 409),
)
async def prune_room(request: Asked, room_id: RoomPath, data: JSONBody[PruneRequest]) -> Pruned:
    """Forgets whole runs of entries below a version, where a snapshot covers them."""
    services = services_of(request)
    await row_of(services, room_id)
    try:
        gone = await services.records.prune(room_id, data.before)
    except ValueError as error:
        raise Refusal(409, "not_covered", about=str(error)) from None
    note(request, "room.pruned", room_id, before=data.before, entries=gone)
    return Pruned(gone)


class _Member(Struct, frozen=True):
    name: str
    role: Role


class _Members(Struct, frozen=True):
    members: dict[str, _Member] = {}


class _MembersOfView(Struct, frozen=True):
    room: _Members = _Members()


_read_members = msgspec.json.Decoder(_MembersOfView)


async def owner_of(services: Services, room_id: str) -> Identity:
    """The first owner, in whose name the operator acts."""
    _, view = await services.directory.view(room_id, None)
    members = _read_members.decode(view).room.members
    owner = next(account for account, member in members.items() if member.role == "owner")
    return Identity(owner, members[owner].name, 0)


async def opened(request: Asked, room_id: str, owner: Identity) -> OpenedRoom:
    """A new room and its links."""
    services = services_of(request)
    origin = link_origin_of(request)
    row = await row_of(services, room_id)
    made = await invite(services.directory, room_id, owner, ROLES)
    links = {
        role: services.invitations.link(origin, room_id, invitation, kind=row.kind)
        for role, invitation in made.items()
    }
    return OpenedRoom(card_of(await row_of(services, room_id)), links)


def card_of(row: RoomRow) -> OperatorCard:
    """A row as the operator sees it."""
    return OperatorCard(
        row.id,
        row.kind,
        row.name,
        row.head.version,
        row.created_at,
        row.updated_at,
        row.pruned_before,
    )
