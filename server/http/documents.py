"""Boards as documents over HTTP: read one, make a board of one, and what a link shows to whoever
holds it.

A document is a board without its history (protocol/board_document.py); a room as a file, with its
history, is transfer.py. What is wrong with a document is told with its place; nothing is made of
one that the rules refuse. SPEC: HT95 to HT97, HT102.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.board import BoardSettings, ObjectIdField, Properties, Sort
from protocol.board_commands import NewObject
from protocol.board_document import (
    BoardDocument,
    DocumentFault,
    document_of,
    read_document,
    write_document,
)
from protocol.identifiers import VersionField
from protocol.json_places import line_at, line_of
from protocol.text import clean_name
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.kept_answers import KeptAnswer
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import (
    RoomCard,
    RoomRequest,
    VersionQuery,
    card,
    make_room,
    row_of,
    view_of,
)
from server.http.services import Services
from server.http.transfer import loading, note, plain_settings
from server.rules.board_copies import (
    cleaned,
    without_comments,
    without_lost_carriers,
    without_nulls,
)

_BYTE = re.compile(r"\(byte (\d+)\)")
_NO_NAME = DocumentFault(
    "$.name", "not empty, and no control, direction or invisible-only characters"
)
_DOCUMENT = ResponseSpec(BoardDocument, description="The document", generate_examples=False)


class _Object(Struct, frozen=True):
    sort: Sort
    props: Properties


class _Board(Struct, frozen=True):
    settings: BoardSettings
    objects: dict[ObjectIdField, _Object]


class _View(Struct, frozen=True):
    kind: _Board


_read_view = msgspec.json.Decoder(_View)


class FaultPlace(Struct, frozen=True):
    """What is wrong with a document: the `detail` of its refusal."""

    path: str
    """From `$`, as in `$.objects[3].props.at`."""
    line: int
    """Of the text as it was sent, from 1."""
    why: str
    object: str | None = None
    """Id of the object that it is about."""
    limit: str | None = None
    max: int | None = None
    """Of boards, where it is one that is passed."""


class SharedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A link, as proof."""

    invite: Annotated[str, Meta(max_length=64)]
    """The part of the link behind `invite=`."""
    version: VersionField | None = None
    """The version that whoever asks has already."""


class SharedBoard(Struct, frozen=True):
    """A board as whoever holds a link to it may look at it."""

    version: int
    document: BoardDocument | None
    """As `readDocument` answers it, without comments; null: what was asked with is the latest."""


_SHARED = ResponseSpec(SharedBoard, description="The board", generate_examples=False)


@get(
    "/rooms/{room_id:str}/document",
    operation_id="readDocument",
    tags=["rooms"],
    summary="Read a board as a document",
    responses={200: _DOCUMENT, **refusals(401, 404)},
    media_type="application/json",
)
async def read_document_of(
    request: Asked, room_id: RoomPath, version: VersionQuery = None
) -> Response[bytes]:
    """Everything of the board but its history, now or at a past version."""
    _, document = await _document(services_of(request), room_id, version)
    headers = {"Content-Disposition": f'attachment; filename="{room_id}.board.json"'}
    return Response(write_document(document), media_type="application/json", headers=headers)


@post(
    "/rooms/document",
    operation_id="importDocument",
    tags=["rooms"],
    summary="Make a board from a document",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_document(request: Asked) -> RoomCard:
    """A new board that looks like the document, owned by the caller. What is wrong with a document
    is answered with its path and line, and then there is no new board."""
    services = services_of(request)
    identity = identity_of(request)
    data = await received(request, services.settings.import_view_bytes_max)
    document = _read(data)
    wanted = RoomRequest("board", document.name, plain_settings(document.settings))
    objects = without_lost_carriers(document.objects)
    try:
        room_id = await make_room(services, identity, wanted, loading(objects))
    except Refusal as refusal:
        raise _placed(refusal, document, data) from None
    note(request, "room.imported", room_id)
    return card(await row_of(services, room_id), "owner")


@post(
    "/rooms/{room_id:str}/shared",
    operation_id="showShared",
    tags=["rooms"],
    status_code=200,
    summary="Look at a board by a link",
    responses={200: _SHARED, **refusals(404)},
    media_type="application/json",
)
async def show_shared(
    request: Asked, room_id: RoomPath, data: JSONBody[SharedRequest]
) -> Response[bytes]:
    """The board as it is now, without coming in, and without what people said to each other on it.
    A link that counts its uses does not show."""
    services = services_of(request)
    await _check_link(services, room_id, data.invite)
    version = await services.directory.version_of(room_id)
    if version is None:
        raise not_found()
    if version == data.version:
        unchanged = msgspec.json.encode(SharedBoard(version, None))
        return Response(unchanged, media_type="application/json")

    async def make() -> KeptAnswer:
        at, document = await _document(services, room_id, None, shared=True)
        return KeptAnswer(at, msgspec.json.encode(SharedBoard(at, document)))

    kept = await services.shared_boards.answer(room_id, version, make)
    return Response(kept.data, media_type="application/json")


async def _check_link(services: Services, room_id: str, secret: str) -> None:
    """Whether the link shows the board now. Raises Refusal."""
    invitation = services.invitations.verify(room_id, secret)
    if invitation is None:
        raise not_found()
    found = await services.directory.invitation(room_id, invitation)
    if found is None or found.uses is not None:
        raise not_found()
    if found.expires is not None and found.expires <= services.clock.now_ms():
        raise not_found()


async def _document(
    services: Services, room_id: str, version: int | None, *, shared: bool = False
) -> tuple[int, BoardDocument]:
    """The version and the document; `shared`: for whoever only looks."""
    view = await view_of(services, room_id, version, None)
    if view.kind != "board":
        raise not_found()
    board = _read_view.decode(view.state).kind
    objects = [NewObject(id_, one.sort, one.props) for id_, one in board.objects.items()]
    if shared:
        objects = without_comments(objects)
    settings = msgspec.structs.replace(board.settings, origin=None)
    return view.version, document_of(view.name, settings, without_nulls(cleaned(settings, objects)))


async def received(request: Asked, limit: int) -> bytes:
    """A streamed body, whole. Raises Refusal 413 beyond the limit."""
    kept = bytearray()
    async for piece in request.stream():
        kept += piece
        if len(kept) > limit:
            raise Refusal(413, "too_large", headers={"Connection": "close"})
    return bytes(kept)


def _read(data: bytes) -> BoardDocument:
    try:
        document = read_document(data)
    except RecursionError:
        raise Refusal(400, "malformed") from None
    text = data.decode("utf-8", "replace")
    if isinstance(document, BoardDocument):
        if clean_name(document.name) is None:
            raise Refusal(422, "invalid", about=_place(_NO_NAME, text))
        return document
    if document.path == "$" and document.why.startswith("not JSON"):
        offset = _BYTE.search(document.why)
        before = data[: int(offset[1])] if offset else data
        line = line_at(text, len(before.decode("utf-8", "replace")))
        raise Refusal(400, "malformed", about=FaultPlace("$", line, document.why))
    raise Refusal(422, "invalid", about=_place(document, text))


def _place(fault: DocumentFault, text: str, about: str | None = None) -> FaultPlace:
    return FaultPlace(fault.path, line_of(text, fault.path), fault.why, about)


def _placed(refusal: Refusal, document: BoardDocument, data: bytes) -> Refusal:
    """What the rules refuse, with its place in the document."""
    detail: dict[str, Any] = refusal.about or {}  # of rules: always a dictionary, or nothing
    about: Any = detail.get("id")
    index = next((n for n, one in enumerate(document.objects) if one.id == about), None)
    text = data.decode("utf-8", "replace")
    if index is None and "limit" in detail:
        limit, most = str(detail["limit"]), int(detail["max"])
        place = _place(DocumentFault("$.objects", f"more than {most:,}: {limit}"), text)
        place = msgspec.structs.replace(place, limit=limit, max=most)
        return Refusal(refusal.status_code, refusal.code, about=place)
    if index is None:
        return refusal
    path = f"$.objects[{index}]"
    if "property" in detail:
        path += f".props.{detail['property']}"
    why = str(detail.get("why", refusal.code))
    place = _place(DocumentFault(path, why), text, about)
    return Refusal(refusal.status_code, refusal.code, about=place)
