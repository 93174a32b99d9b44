"""Rooms over HTTP: create, list one's own, read now or at a version, history, restore.

Whoever is not a member gets the bytes that a room that never existed would answer (C11). What a
command may do is decided by the room, from its state; nothing here judges roles beyond membership.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from protocol.board import BoardSettings
from protocol.board_commands import IdList, RestoreVersion
from protocol.entries import RawEntry
from protocol.feed import DELAY_MAX_S
from protocol.identifiers import Position, VersionField
from protocol.membership import NameField, Role
from protocol.text import clean_name
from server.demo import line_ups
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    RoomPath,
    cursor_after,
    key_after,
    version_after,
)
from server.http.refusals import Asked, Refusal, invalid, not_found, rejected
from server.http.services import Services
from server.identity import Identity
from server.rooms.delayed import Reach
from server.rooms.directory import UnknownVersion
from server.rooms.pending import Ended
from server.rooms.reel import at_of
from server.rules.catalogue import KINDS
from server.rules.watching import SHIFT_LASTS_MS
from server.teams.team_roles import may_give_rooms
from storage.room_log import Head, RoomRow

VersionQuery = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=2**53 - 1, description="A past version instead of now.", required=False
    ),
]


class RoomRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A room to be made."""

    kind: Annotated[
        str,
        Meta(
            pattern="^(board|library|draft|feed|league|meet)$",
            description="`board`, `library`, `draft`, `feed`, `league` or `meet`.",
        ),
    ]
    name: NameField
    settings: dict[str, Any] = {}
    """Those of the kind: BoardSettings, LibrarySettings, DraftSettings, FeedSettings,
    LeagueSettings or MeetSettings."""
    line_ups: bool = False
    """Puts two synthetic teams and a ball on the new board."""
    team: Annotated[str, Meta(max_length=64)] | None = None
    """The team that shall own it, of which one is at least a member."""


class RoomCard(Struct, frozen=True):
    """A room in a list."""

    id: str
    kind: str
    name: str
    role: Role
    version: int
    created_at: int
    updated_at: int
    """Log time in ms."""


class RoomPage(Struct, frozen=True):
    """Some of one's rooms, in a stable order."""

    rooms: list[RoomCard]
    next: str | None
    """Cursor of the next page; null: this was the last."""


class RoomView(Struct, frozen=True):
    """A room as its members see it, now or at a past version."""

    id: str
    kind: str
    name: str
    role: Role | None
    """The caller's; null for the operator."""
    version: int
    position: Position | None
    """`[generation, version, tag]` of now; null for the past, from which nothing can be resumed."""
    state: Any
    """`{"room": …, "kind": …}`, as in the protocol's `snapshot`."""


class HistoryEntry(Struct, frozen=True, omit_defaults=True):
    """One entry of the room's log."""

    version: int
    at: int
    by: str
    name: str
    """The author's latest name; empty for the system."""
    events: list[Any]
    refused: str | UnsetType = UNSET
    """Code of the rejection that this entry records."""


class HistoryPage(Struct, frozen=True):
    """Entries, newest first."""

    entries: list[HistoryEntry]
    next: str | None


class RestoreRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version the board shall look like again."""

    version: VersionField
    ids: IdList | UnsetType = UNSET
    """Only these objects, and what is bound to them."""


class Done(Struct, frozen=True):
    """A command that is durable, as the entry `version`."""

    version: int


@post(
    "/rooms",
    operation_id="createRoom",
    tags=["rooms"],
    summary="Create a room",
    responses=refusals(401, 404),
)
async def create_room(request: Asked, data: JSONBody[RoomRequest]) -> RoomCard:
    """A new room that the caller owns."""
    services = services_of(request)
    identity = identity_of(request)
    check_made_anew(data)
    await check_may_give(services, data.team, identity)
    room_id = await make_room(services, identity, data)
    if data.team is not None and not await services.accounts.stores.teams.set_room_team(
        room_id, data.team, at=services.clock.now_ms()
    ):
        raise not_found()  # deleted meanwhile: the room is the caller's alone
    row = await row_of(services, room_id)
    return card(row, "owner")


@get(
    "/rooms",
    operation_id="listRooms",
    tags=["rooms"],
    summary="List my rooms",
    responses=refusals(401),
)
async def list_rooms(
    request: Asked, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> RoomPage:
    """The rooms in which the caller has a role, ordered by id; of a key those in its grant."""
    identity = identity_of(request)
    listed = await services_of(request).records.listed(
        identity.account, limit=limit + 1, after=key_after("rooms", cursor)
    )
    more = cursor_after("rooms", listed[limit - 1].row.id) if len(listed) > limit else None
    # The log writes roles that the rules gave: its text is one of them.
    services = services_of(request)
    cards = [
        card(await row_for(services, one.row, identity), msgspec.convert(one.role, Role))
        for one in listed[:limit]
        if identity.may("rooms:read", one.row.id)
    ]
    return RoomPage(cards, more)


@get(
    "/rooms/{room_id:str}",
    operation_id="readRoom",
    tags=["rooms"],
    summary="Read a room",
    responses=refusals(401, 404),
)
async def read_room(request: Asked, room_id: RoomPath, version: VersionQuery = None) -> RoomView:
    """What members see, now or at a past version."""
    services = services_of(request)
    role = role_of(request)
    reach = await services.directory.reach(room_id, identity_of(request).account)
    return await view_of(services, room_id, version, role, reach=reach)


@get(
    "/rooms/{room_id:str}/history",
    operation_id="readHistory",
    tags=["rooms"],
    summary="Read a room's history",
    responses=refusals(401, 404),
)
async def read_history(
    request: Asked, room_id: RoomPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> HistoryPage:
    """Who did what and when, newest first."""
    services = services_of(request)
    reach = await services.directory.reach(room_id, identity_of(request).account)
    return await history_of(services, room_id, limit, cursor, reach=reach)


@post(
    "/rooms/{room_id:str}/restore",
    operation_id="restoreVersion",
    tags=["rooms"],
    status_code=200,
    summary="Restore a version",
    responses=refusals(401, 404, 409),
)
async def restore_version(
    request: Asked, room_id: RoomPath, data: JSONBody[RestoreRequest]
) -> Done:
    """Makes the board what it was at a version, as a new entry."""
    services = services_of(request)
    identity = identity_of(request)
    command = RestoreVersion(data.version, data.ids)
    return Done(await execute(services, room_id, identity, command))


# --- shared with the operator's side ----------------------------------------------------------


def check_made_anew(wanted: RoomRequest) -> None:
    """Where a board was forked from is what the server knows, not what somebody says (BD44)."""
    if wanted.settings.get("origin") is not None:
        raise invalid("known of forks alone - at `$.settings.origin`")


async def check_may_give(services: Services, team: str | None, identity: Identity) -> None:
    """Whether somebody may put rooms into the team; one that they are not in does not exist."""
    if team is None:
        return
    role = await services.accounts.stores.teams.role(team, identity.account)
    if role is None:
        raise not_found()
    if not may_give_rooms(role):
        raise Refusal(403, "forbidden")


async def make_room(
    services: Services, owner: Identity, wanted: RoomRequest, commands: Sequence[Struct] = ()
) -> str:
    """Creates the room with its line-ups, if wanted, and with what the commands put on it: whole or
    not at all. Returns the id; a command that the rules refuse becomes a refusal."""
    name = clean_name(wanted.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    settings = settings_of(wanted)
    sport = settings.sport if isinstance(settings, BoardSettings) else None
    if wanted.line_ups and sport is None:
        raise invalid("line_ups: of a board")
    if wanted.line_ups and sport is not None:
        commands = [line_ups(sport), *commands]
    made = await services.directory.create_filled(
        wanted.kind, name, owner, msgspec.to_builtins(settings), commands
    )
    if isinstance(made, Ended):
        raise rejected(made)
    return made


def settings_of(wanted: RoomRequest) -> Struct:
    """The settings of the wanted kind, refused where they are none."""
    try:
        return msgspec.convert(wanted.settings, KINDS[wanted.kind].settings)
    except msgspec.ValidationError as error:
        told, at, path = str(error).rpartition(" - at `$")
        place = path if at else "`"
        raise invalid(f"{told or path} - at `$.settings{place}") from None


def role_of(request: Asked) -> Role:
    """The caller's role in the room, as the guard found it."""
    return msgspec.convert(request.scope["state"]["role"], Role)


async def execute(services: Services, room_id: str, identity: Identity, command: Struct) -> int:
    """Runs a command to its end. Returns its version; a rejection becomes a refusal."""
    ended = await services.directory.execute(room_id, identity, command)
    if ended.code is not None:
        raise rejected(ended)
    return ended.version


async def seen_of(services: Services, room_id: str, identity: Identity, version: int) -> int:
    """What somebody is told of a version who may see late what happens in the room (SD4)."""
    reach = await services.directory.reach(room_id, identity.account)
    return version if reach is None else min(version, reach.version)


async def row_of(services: Services, room_id: str) -> RoomRow:
    """What the database knows of the room, or the one answer for rooms that do not exist."""
    row = (await services.records.rooms([room_id])).get(room_id)
    if row is None:
        raise not_found()
    return row


async def row_for(services: Services, row: RoomRow, identity: Identity) -> RoomRow:
    """The row as somebody may see it who sees late what happens in the room (SD4)."""
    kind = KINDS.get(row.kind)
    if kind is None or not kind.delayed_by:
        return row
    quiet = row.updated_at <= services.clock.now_ms() - 1_000 * DELAY_MAX_S - SHIFT_LASTS_MS
    if quiet and not kind.tells_of_others:
        return row  # old enough for everybody: the room need not be opened
    reach = await services.directory.reach(row.id, identity.account)
    if reach is None:
        return row
    head = Head(min(row.head.version, reach.version), "")
    if head.version == row.head.version:
        return replace(row, head=head)
    # The time of what is seen last: another one would tell that something has come since.
    lines = await services.directory.entries(row.id, head.version, head.version)
    seen_at = at_of(lines[0]) if lines else row.created_at
    return replace(row, head=head, updated_at=min(row.updated_at, seen_at))


async def check_is_board(services: Services, room_id: str) -> None:
    """What is asked of boards alone, other rooms answer as if they were none."""
    if (await row_of(services, room_id)).kind != "board":
        raise not_found()


def card(row: RoomRow, role: Role) -> RoomCard:
    """A row as a list shows it."""
    return RoomCard(
        row.id, row.kind, row.name, role, row.head.version, row.created_at, row.updated_at
    )


async def view_of(
    services: Services,
    room_id: str,
    version: int | None,
    role: Role | None,
    *,
    reach: Reach | None = None,
) -> RoomView:
    """The public view with its position, no further than `reach`."""
    row = await row_of(services, room_id)
    if reach is not None:
        if version is not None and version > reach.version:
            raise Refusal(404, "unknown_version")
        version = version or reach.version
    try:
        head, state = await services.directory.view(room_id, version)
    except UnknownVersion:
        raise Refusal(404, "unknown_version") from None
    position = None
    if head.tag and reach is None:  # with one it would tell whether anything has come since
        position = Position(services.records.generation, head.version, head.tag)
    return RoomView(room_id, row.kind, row.name, role, head.version, position, Raw(state))


class _Names(Struct, frozen=True):
    names: dict[str, str] = {}


class _NamesOfView(Struct, frozen=True):
    room: _Names = _Names()


_read_names = msgspec.json.Decoder(_NamesOfView)
_read_entry = msgspec.json.Decoder(RawEntry)


async def history_of(
    services: Services, room_id: str, limit: int, cursor: str | None, *, reach: Reach | None = None
) -> HistoryPage:
    """A page of entries below the cursor, or from the head, no further than `reach`."""
    below = version_after("history", cursor)
    head, state = await services.directory.view(room_id, reach and reach.version)
    last = head.version if below is None else min(below - 1, head.version)
    row = await row_of(services, room_id)
    first = max(row.pruned_before, 1, last - limit + 1)
    if last < first:
        return HistoryPage([], None)
    names = _read_names.decode(state).room.names
    lines = await services.directory.entries(room_id, first, last)
    while lines and len(lines) < last - first + 1:
        # so long that they do not fit into a page: fewer of them, the newest
        first = last - len(lines) // 2
        lines = await services.directory.entries(room_id, first, last)
    entries = [history_entry(_read_entry.decode(line), names) for line in reversed(lines)]
    return HistoryPage(
        entries, cursor_after("history", first) if first > max(row.pruned_before, 1) else None
    )


def history_entry(entry: RawEntry, names: dict[str, str]) -> HistoryEntry:
    """An entry with its author's name."""
    return HistoryEntry(
        entry.v,
        entry.at,
        entry.by,
        names.get(entry.by, ""),
        list(entry.events),
        UNSET if entry.refused is None else entry.refused,
    )
