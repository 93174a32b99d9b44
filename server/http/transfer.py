"""Rooms as files: export streams the view and every entry that is still there; import makes a new
room of the view, or of a board's document.

The file is JSON, one entry per line, its head in the first line:

    {"format":"touchline.room","version":1,"exported_at":…,"room":{"id","kind","name"},"position":[…],"state":{…},"entries":[
    {entry},
    {entry}
    ]}

So it is written without holding it, and an import reads the first line and lets the rest pass. The
new room's history begins with the import: entries are facts of the room where they happened, and
stay in the file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.response import Stream
from msgspec import Meta, Raw, Struct

from protocol.board import (
    CHANGES_MAX,
    OBJECTS_MAX,
    BoardSettings,
    LayerName,
    ObjectIdField,
    Properties,
    Sort,
)
from protocol.board_commands import LoadBoard, LockBoard, LockLayer, LockObjects, NewObject
from protocol.board_document import BoardDocument, DocumentFault, read_document
from protocol.identifiers import Position, Tag
from protocol.library import (
    ITEMS_MAX,
    AddItem,
    ItemIdField,
    ItemProperties,
    ItemSort,
    LibrarySettings,
)
from protocol.membership import NameField
from server.http.authentication import actor_of, identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, invalid, rejected
from server.http.rooms import RoomCard, RoomRequest, card, make_room, row_of
from server.http.services import Services
from server.http.sign_in import origin_of
from server.identity import Identity
from server.logs import get_logger
from server.rooms.delayed import Reach
from server.rooms.pending import Ended
from server.rules.board_copies import cleaned, without_lost_carriers

FORMAT = "touchline.room"
FORMAT_VERSION = 1
ENTRIES_AT_ONCE = 500
"""Entries read per piece: about 100 KB, a few milliseconds of the database."""

_END_OF_HEAD = b'"entries":[\n'


class ExportedRoom(Struct, frozen=True):
    """Which room it was."""

    id: str
    kind: str
    name: str


class ExportHead(Struct, frozen=True):
    """The first line of a file, without its opened list of entries."""

    format: str
    version: int
    exported_at: int
    room: ExportedRoom
    position: Position
    state: Any


class RoomFile(ExportHead, frozen=True):
    """A room as a file."""

    entries: list[Any]
    """Public entries, oldest first, as in the protocol; from a pruned room those that are left."""


class _Object(Struct, frozen=True):
    sort: Sort
    props: Properties
    locked: str | None = None


class _Board(Struct, frozen=True):
    settings: BoardSettings
    objects: Annotated[dict[ObjectIdField, _Object], Meta(max_length=10_000)]
    locked: str | None = None
    layers: dict[LayerName, str] = {}


class _BoardView(Struct, frozen=True):
    kind: _Board


class _ImportedRoom(Struct, frozen=True):
    kind: Literal["board", "library"]
    name: NameField


class _Item(Struct, frozen=True):
    sort: ItemSort
    props: ItemProperties


class _Library(Struct, frozen=True):
    settings: LibrarySettings
    items: Annotated[dict[ItemIdField, _Item], Meta(max_length=ITEMS_MAX)]


class _LibraryView(Struct, frozen=True):
    kind: _Library


class ImportedFile(Struct, frozen=True):
    """What an import reads of a file; the rest is history."""

    format: Literal["touchline.room"]
    version: Literal[1]
    room: _ImportedRoom
    state: Raw
    """A board's or a library's view, read when the kind is known."""


class _Named(Struct, frozen=True):
    format: str


_read_file = msgspec.json.Decoder(ImportedFile)
_read_format = msgspec.json.Decoder(_Named)


@get(
    "/rooms/{room_id:str}/export",
    operation_id="exportRoom",
    tags=["rooms"],
    summary="Export a room",
    responses=refusals(401, 404),
    media_type="application/json",
)
async def export_room(request: Asked, room_id: RoomPath) -> Stream:
    """A file with everything that members may see: the view and the history."""
    note(request, "room.exported", room_id)
    services = services_of(request)
    reach = await services.directory.reach(room_id, identity_of(request).account)
    return await export_of(services, room_id, reach=reach)


@post(
    "/rooms/import",
    operation_id="importRoom",
    tags=["rooms"],
    summary="Import a room",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_room(request: Asked) -> RoomCard:
    """A new room that looks like an exported one, owned by the caller."""
    room = await import_for(request, identity_of(request))
    note(request, "room.imported", room.id)
    return room


def note(request: Asked, action: str, room_id: str, **detail: int | str) -> None:
    """Records what was done with a whole room, in the trail and in the log."""
    account = actor_of(request)
    get_logger("touchline.audit").info(action, room=room_id, account=account, **detail)
    accounts = services_of(request).accounts
    accounts.audit.note(action, account, origin_of(request), about=room_id, **detail)


async def export_of(services: Services, room_id: str, *, reach: Reach | None = None) -> Stream:
    """The file of a room, as a stream, no further than `reach`."""
    row = await row_of(services, room_id)
    position, state = await services.directory.view(room_id, reach and reach.version)
    # Of who sees it late, none: it would tell whether anything has come since.
    tag = position.tag if reach is None else Tag("")
    head = msgspec.json.encode(
        ExportHead(
            FORMAT,
            FORMAT_VERSION,
            services.clock.now_ms(),
            ExportedRoom(row.id, row.kind, row.name),
            Position(services.records.generation, position.version, tag),
            Raw(state),
        )
    )
    first = max(row.pruned_before, 1)
    return Stream(
        _pieces(services, room_id, head, first, position.version),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{room_id}.touchline.json"'},
    )


async def _pieces(
    services: Services, room_id: str, head: bytes, first: int, last: int
) -> AsyncIterator[bytes]:
    yield head[:-1] + b"," + _END_OF_HEAD
    separator = b""
    while first <= last:
        lines = await services.directory.entries(
            room_id, first, min(last, first + ENTRIES_AT_ONCE - 1)
        )
        if not lines:
            break  # pruned while we wrote
        yield separator + b",\n".join(lines)
        separator = b",\n"
        first += len(lines)
    yield b"\n]}\n"


async def import_for(request: Asked, owner: Identity) -> RoomCard:
    """Reads a file and makes a room of it for `owner`; a file that the rules refuse makes none."""
    services = services_of(request)
    file = await _received(request, services.settings.import_view_bytes_max)
    kind, settings, commands = _to_do(file)
    name = file.name if isinstance(file, BoardDocument) else file.room.name
    wanted = RoomRequest(kind, name, plain_settings(settings))
    room_id = await make_room(services, owner, wanted, commands)
    return card(await row_of(services, room_id), "owner")


def _to_do(
    file: ImportedFile | BoardDocument,
) -> tuple[str, Struct, list[Struct]]:
    """The kind, the settings and the commands that make such a room."""
    if isinstance(file, BoardDocument):
        return "board", file.settings, loading(without_lost_carriers(file.objects))
    try:
        if file.room.kind == "board":
            board = msgspec.json.decode(file.state, type=_BoardView).kind
            return "board", board.settings, _commands(board)
        library = msgspec.json.decode(file.state, type=_LibraryView).kind
    except msgspec.ValidationError as error:
        raise invalid(f"state: {error}") from None
    items: list[Struct] = [AddItem(id_, one.sort, one.props) for id_, one in library.items.items()]
    return "library", library.settings, items


def plain_settings(settings: Struct) -> dict[str, Any]:
    """Settings of a file for a new room. Where a board was forked from is known of forks alone: a
    file could say anything (BD44)."""
    if isinstance(settings, BoardSettings):
        settings = msgspec.structs.replace(settings, origin=None)
    return msgspec.to_builtins(settings)


def loading(objects: list[NewObject]) -> list[Struct]:
    """The commands that put everything on a new board: one, if there is anything."""
    return [LoadBoard(objects)] if objects else []


def _commands(board: _Board) -> list[Struct]:
    """What a person would have to do to make this board. Raises Refusal for more than it holds."""
    if len(board.objects) > OBJECTS_MAX:
        detail = {"limit": "OBJECTS_MAX", "max": OBJECTS_MAX}
        raise rejected(Ended(code="limit_reached", detail=detail))
    shown = [NewObject(id_, one.sort, one.props) for id_, one in board.objects.items()]
    objects = cleaned(board.settings, shown)
    locked = [id_ for id_, one in board.objects.items() if one.locked is not None]
    commands = loading(objects)
    for at in range(0, len(locked), CHANGES_MAX):
        commands.append(LockObjects(locked[at : at + CHANGES_MAX], on=True))
    commands += [LockLayer(layer, on=True) for layer in board.layers]
    if board.locked is not None:
        commands.append(LockBoard(on=True))
    return commands


async def _received(request: Asked, limit: int) -> ImportedFile | BoardDocument:
    """The file's head; a file that was laid out anew is read whole, within the same limit."""
    kept = bytearray()
    complete = False
    async for piece in request.stream():
        if complete:
            continue  # history passes by
        kept += piece
        end = kept.find(b"\n")
        if end >= 0 and kept[: end + 1].endswith(_END_OF_HEAD):
            kept[end:] = b"]}"
            complete = True
        if len(kept) > limit:
            raise Refusal(413, "too_large", headers={"Connection": "close"})
    try:
        if _read_format.decode(kept).format == "touchline.board":
            return _document(bytes(kept))
        return _read_file.decode(kept)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal(400, "malformed") from None


def _document(data: bytes) -> BoardDocument:
    document = read_document(data)
    if isinstance(document, DocumentFault):
        raise invalid(f"{document.path}: {document.why}")
    return document
