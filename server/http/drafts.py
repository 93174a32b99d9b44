"""Drafts over HTTP: results in every shape, the recap, a new room of a file in Sleeper's shape, and
players, rankings and ADP out of files for a room that is there.

What a file holds is read by server/readers, what is made of a draft by server/drafts; whether a
command may be is decided by the room. Must not know either. SPEC: DR71 to DR77.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from protocol.draft import PLAYERS_AT_ONCE, Player
from protocol.draft_commands import AddPlayers, SetSeat
from protocol.json_places import line_of
from server.drafts.held import HeldDraft, held_of
from server.drafts.print_sheet import print_sheet
from server.drafts.recap import Recap, recap_of
from server.drafts.results import Row, as_csv, rows_of
from server.drafts.sleeper import sleeper_draft
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.documents import FaultPlace, received
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import RoomCard, RoomRequest, card, execute, make_room, row_of
from server.http.services import Services
from server.http.transfer import note
from server.identity import Identity
from server.readers.player_pool import COLUMNS, read_pool
from server.readers.rankings import read_rankings
from server.readers.report import Fault, Oddity
from server.readers.sleeper_draft import read_sleeper_draft

FIELDS = ("id", *COLUMNS)
FieldName = Annotated[str, Meta(pattern=f"^({'|'.join(FIELDS)})$")]
SHOWN = 8
"""Players of a file that a preview shows."""
LINES_MAX = 50
"""Lines that are told of one oddity."""

FormatQuery = Annotated[
    Literal["json", "csv", "sleeper", "print"],
    QueryParameter(
        name="format",
        description="`json`: rows; `csv`; `sleeper`: that API's shape; `print`: one HTML file.",
        required=False,
    ),
]


class FileRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of players or of rankings, as text."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    content: str
    columns: Annotated[
        dict[FieldName, Annotated[str, Meta(max_length=100)]], Meta(max_length=len(FIELDS))
    ] = {}
    """Field to the column that shall be read for it; empty: none. What is absent is guessed."""
    look: bool = False
    """Only says what would be done."""


class FileRead(Struct, frozen=True):
    """What a file holds, and whether it was put into the room."""

    players: int
    """Of the pool: all of them; of rankings: those who are other ones now."""
    columns: dict[str, str]
    """Field to the column that is read for it."""
    headings: list[str]
    """All columns that there are."""
    positions: dict[str, int]
    first: list[Player]
    odd: Mapping[str, Oddity]
    """What was passed over or is odd, with the first lines of each."""
    done: bool
    matched: int | None = None
    """Of rankings: lines that were about somebody in the pool."""


_RESULTS = ResponseSpec(list[Row], description="The picks", generate_examples=False)


@get(
    "/drafts/{room_id:str}/results",
    operation_id="readDraftResults",
    tags=["drafts"],
    summary="Read the picks of a draft",
    responses={200: _RESULTS, **refusals(401, 404)},
    media_type="application/json",
)
async def read_results(
    request: Asked, room_id: RoomPath, shape: FormatQuery = "json"
) -> Response[bytes]:
    """Every pick so far, keepers among them, in the shape that is asked for."""
    services = services_of(request)
    name, held = await held_draft(services, room_id)
    match shape:
        case "csv":
            return _file(as_csv(rows_of(held)).encode(), "text/csv", f"{room_id}.csv")
        case "print":
            return _file(print_sheet(name, held).encode(), "text/html", f"{room_id}.html")
        case "sleeper":
            now_ms = services.clock.now_ms()
            found: Any = sleeper_draft(room_id, name, held, now_ms=now_ms)
            return _file(msgspec.json.encode(found), "application/json", f"{room_id}.sleeper.json")
        case "json":
            rows = msgspec.json.encode(rows_of(held))
            return _file(rows, "application/json", f"{room_id}.json")


def _file(content: bytes, media: str, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=headers)


@get(
    "/drafts/{room_id:str}/recap",
    operation_id="readDraftRecap",
    tags=["drafts"],
    summary="Read what the picks were worth",
    responses=refusals(401, 404),
)
async def read_recap(request: Asked, room_id: RoomPath) -> Recap:
    """Every pick against its ADP (at an auction its value against the price), steals, reaches, and
    the sums by team."""
    _, held = await held_draft(services_of(request), room_id)
    return recap_of(held)


@post(
    "/drafts/import",
    operation_id="importDraft",
    tags=["drafts"],
    summary="Make a draft of one in Sleeper's shape",
    responses=refusals(400, 401, 408, 409, 413, 415, 422),
)
async def import_draft(request: Asked) -> RoomCard:
    """A new draft room of the caller, of `{"draft", "picks"?, "traded_picks"?, "players"?}` as that
    API answers them. What is wrong is told with its path and line, and then there is no room."""
    room_id = await import_for(request, identity_of(request))
    return card(await row_of(services_of(request), room_id), "owner")


async def import_for(request: Asked, owner: Identity) -> str:
    """The room of somebody's that the request's file made. Raises Refusal, with path and line."""
    services = services_of(request)
    content = await received(request, services.settings.import_view_bytes_max)
    read = await asyncio.to_thread(read_sleeper_draft, content)
    if isinstance(read, Fault):
        text = content.decode("utf-8", "replace")
        if read.path == "$" and read.why.startswith("not JSON"):
            raise Refusal(400, "malformed", about=FaultPlace("$", 1, read.why))
        raise Refusal(422, "invalid", about=_place(read, text))
    wanted = RoomRequest("draft", read.name, msgspec.to_builtins(read.settings))
    named = [SetSeat(seat, name) for seat, name in read.seats.items()]
    try:
        room_id = await make_room(services, owner, wanted, [read.load, *named])
    except Refusal as refusal:
        raise _placed(refusal, content) from None
    note(request, "room.imported", room_id)
    return room_id


def _place(fault: Fault, text: str) -> FaultPlace:
    return FaultPlace(fault.path, line_of(text, fault.path), fault.why)


class _Numbered(Struct, frozen=True):
    pick_no: int = 0
    player_id: str = ""


class _Picks(Struct, frozen=True):
    picks: list[_Numbered] = []


def _placed(refusal: Refusal, content: bytes) -> Refusal:
    """What the rules refuse of a pick, with where it stands in the file."""
    if refusal.code != "bad_pick":
        return refusal
    about = cast("dict[str, Any]", refusal.about)  # of rules: with what they say of a pick
    picks = msgspec.json.decode(content, type=_Picks).picks
    wanted = (about["n"], about["player"])
    found = (n for n, one in enumerate(picks) if (one.pick_no, one.player_id) == wanted)
    fault = Fault(f"$.picks[{next(found, 0)}]", str(about["why"]))
    place = _place(fault, content.decode("utf-8", "replace"))
    return Refusal(refusal.status_code, refusal.code, about=place)


@post(
    "/drafts/{room_id:str}/pool",
    operation_id="importDraftPool",
    tags=["drafts"],
    status_code=200,
    summary="Put a file's players in the pool",
    responses=refusals(401, 404, 409),
)
async def import_pool(request: Asked, room_id: RoomPath, data: JSONBody[FileRequest]) -> FileRead:
    """Players of CSV, JSON or Sleeper's API; one who is there gets the new row. With `look` nothing
    is put there: a preview with the columns that are read and every line that is odd."""
    await held_draft(services_of(request), room_id)
    content = data.content.encode()
    read = await asyncio.to_thread(
        read_pool, data.name, content, data.columns, examples_max=LINES_MAX
    )
    if isinstance(read, Fault):
        raise _unreadable(read)
    pool = read.value
    done = not data.look and await _put(request, room_id, pool.players)
    counts = Counter(player.positions[0] for player in pool.players)
    return FileRead(
        len(pool.players),
        pool.columns,
        pool.headings,
        dict(sorted(counts.items())),
        pool.players[:SHOWN],
        read.oddities,
        done,
    )


@post(
    "/drafts/{room_id:str}/rankings",
    operation_id="importDraftRankings",
    tags=["drafts"],
    status_code=200,
    summary="Put a file's rankings and ADP on the pool's players",
    responses=refusals(401, 404),
)
async def import_rankings(
    request: Asked, room_id: RoomPath, data: JSONBody[FileRequest]
) -> FileRead:
    """Rank, ADP, value, tier, points and bye of players of the pool, matched by id, else by name.
    With `look` nothing is changed: a preview, as of `importDraftPool`."""
    _, held = await held_draft(services_of(request), room_id)
    content = data.content.encode()
    read = await asyncio.to_thread(
        read_rankings, data.name, content, held.pool, data.columns, examples_max=LINES_MAX
    )
    if isinstance(read, Fault):
        raise _unreadable(read)
    found = read.value
    done = not data.look and await _put(request, room_id, found.players)
    counts = Counter(player.positions[0] for player in found.players)
    return FileRead(
        len(found.players),
        found.columns,
        found.headings,
        dict(sorted(counts.items())),
        found.players[:SHOWN],
        read.oddities,
        done,
        found.matched,
    )


async def _put(request: Asked, room_id: str, players: list[Player]) -> bool:
    """In parts, as the room takes them; what it has already is put there. Raises Refusal."""
    services, identity = services_of(request), identity_of(request)
    for first in range(0, len(players), PLAYERS_AT_ONCE):
        command = AddPlayers(tuple(players[first : first + PLAYERS_AT_ONCE]))
        try:
            await execute(services, room_id, identity, command)
        except Refusal as refusal:
            if refusal.code != "nothing_changes":
                raise
    return True


def _unreadable(fault: Fault) -> Refusal:
    name, _, line = fault.path.rpartition(":")
    at = int(line) if name and line.isdecimal() else 1
    return Refusal(422, "invalid", about=FaultPlace("$.content", at, fault.why))


async def held_draft(services: Services, room_id: str) -> tuple[str, HeldDraft]:
    """The name of a draft and what it holds now; what is none, is as if it were not there."""
    row = await row_of(services, room_id)
    if row.kind != "draft":
        raise not_found()
    _, view = await services.directory.view(room_id, None)
    return row.name, held_of(view)
