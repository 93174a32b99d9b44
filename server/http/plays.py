"""Recorded play over HTTP: what files of a provider hold, and a board of them.

The files are read in a process of their own (play_process.py); what comes back is a document, which
the rules look at as at any other. Nothing is made of what is refused. SPEC: HT99 to HT101.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec
from litestar import post
from msgspec import Struct

from protocol.board_document import BoardDocument
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.documents import received
from server.http.play_process import PlayReader, PlaysBusy
from server.http.play_reader import Answer, Looked, Made, Refused
from server.http.refusals import Asked, Refusal, unavailable
from server.http.rooms import RoomCard, RoomRequest, card, make_room, row_of
from server.http.transfer import loading, note, plain_settings
from server.readers.held import Held
from server.readers.report import Oddity

BUSY_S = 5
"""Until somebody who was turned away may be lucky."""
_STATUS = {"malformed": 400, "invalid": 422}

_read_document = msgspec.json.Decoder(BoardDocument)


class PlayedBoard(Struct, frozen=True):
    """A board that was made of files."""

    room: RoomCard
    odd: Mapping[str, Oddity]
    """What was odd about the files, by name."""


@post(
    "/rooms/play/look",
    operation_id="lookAtPlay",
    tags=["rooms"],
    status_code=200,
    summary="See what files of recorded play hold",
    responses=refusals(400, 401, 408, 413, 415, 422),
)
async def look_at_play(request: Asked) -> Held:
    """Whose files they are, what there is to choose from, what a board of them would have and what
    is odd. Body: as of `importPlay`. Makes nothing."""
    answer = await _answered(request, "look")
    assert isinstance(answer, Looked), "expected what the files hold"
    return answer.held


@post(
    "/rooms/play",
    operation_id="importPlay",
    tags=["rooms"],
    summary="Make a board from files of recorded play",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_play(request: Asked) -> PlayedBoard:
    """A new board of the caller with tracking, events or line-ups of a provider. Body: `{"files":
    [{"name", "content": base64}], "kind"?, "play"?, "period"?, "from_ms"?, "to_ms"?, "phases"?,
    "line_up"?, "name"?}`. What is wrong is answered with file and line, and then there is no new
    board; where there are several plays and none is chosen, with their keys and labels."""
    services, identity = services_of(request), identity_of(request)
    answer = await _answered(request, "make")
    assert isinstance(answer, Made), "expected a board"
    document = _read_document.decode(answer.document)
    wanted = RoomRequest("board", document.name, plain_settings(document.settings))
    room_id = await make_room(services, identity, wanted, loading(document.objects))
    note(request, "room.imported", room_id)
    return PlayedBoard(card(await row_of(services, room_id), "owner"), answer.odd)


async def _answered(request: Asked, what: Literal["look", "make"]) -> Answer:
    """Raises Refusal for what is refused."""
    settings = services_of(request).settings
    reader = cast("Any", request.app.state)["plays"]
    assert isinstance(reader, PlayReader), "expected the reader of this application"
    try:
        reader.check_room()
        body = await received(request, settings.import_view_bytes_max)
        answer = await reader.read(what, body, settings.play_bytes_max)
    except PlaysBusy:
        raise unavailable("busy", BUSY_S) from None
    if isinstance(answer, Refused):
        raise Refusal(_STATUS[answer.code], answer.code, about=answer.fault)
    return answer
