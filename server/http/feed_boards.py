"""A moment of a match as a board: the events of a feed that lead to one of them, drawn as those of
a file are. Nobody's board shows more than its maker may see of the feed. SPEC: PF9."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.params import JSONBody
from msgspec import Struct

from protocol.feed_items import ItemIdField, SoccerEvent, SoccerScoreboard
from protocol.membership import NameField
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.rooms import RoomCard, RoomRequest, card, make_room, row_of
from server.http.services import Services
from server.http.transfer import loading, note, plain_settings
from server.readers.board_match import board_of_passage
from server.readers.board_parts import document
from server.readers.match_reports import match_of, passage_to
from server.rooms.directory import UnknownVersion


class MomentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which moment."""

    item: ItemIdField
    """The event that it ends with."""
    phases: bool = True
    """A phase for each event, so that the board can be played."""
    name: NameField | None = None
    """Of the board; null: who did what when."""


class _Profile(Struct, frozen=True):
    profile: str = "football"


class _Plays(Struct, frozen=True):
    settings: _Profile


class _AnyView(Struct, frozen=True):
    kind: _Plays


class _Row(Struct, frozen=True):
    play: SoccerEvent
    source: str
    review: bool = False


class _Match(Struct, frozen=True):
    header: SoccerScoreboard | None
    plays: list[_Row]


class _MatchView(Struct, frozen=True):
    kind: _Match


_read_profile = msgspec.json.Decoder(_AnyView)
_read_match = msgspec.json.Decoder(_MatchView)


@post(
    "/feeds/{room_id:str}/board",
    operation_id="boardOfMoment",
    tags=["feeds"],
    summary="Put a moment on a board",
    responses=refusals(401, 404, 409, 422),
)
async def board_of_moment(
    request: Asked, room_id: RoomPath, data: JSONBody[MomentRequest]
) -> RoomCard:
    """A new board of the caller with the events that lead to one of a match: whoever takes part
    where they are first seen, an arrow for each event, and if wanted a phase. The feed must be of
    soccer, the event one with a place that the caller can see."""
    services, identity = services_of(request), identity_of(request)
    match = await _match_of(services, room_id, identity.account)
    if match.header is None:
        raise invalid("item: nobody has said yet who plays")
    rows = [row for row in match.plays if not row.play.deleted]
    chosen = next((row for row in rows if row.play.id == data.item), None)
    if chosen is None:
        raise invalid("item: there is no such event")
    whole = match_of(match.header, [row.play for row in rows], chosen.source)
    events = passage_to(whole, data.item)
    if not events:
        raise invalid("item: this event has no place")
    parts = board_of_passage(whole, events, f"{room_id} {data.item}", phases=data.phases)
    made = document(parts, data.name or _name(match.header, chosen.play))
    wanted = RoomRequest("board", made.name, plain_settings(made.settings))
    board = await make_room(services, identity, wanted, loading(made.objects))
    note(request, "room.imported", board)
    return card(await row_of(services, board), "owner")


async def _match_of(services: Services, room_id: str, account: str) -> _Match:
    """What the account may see of a match. Raises Refusal."""
    if (await row_of(services, room_id)).kind != "feed":
        raise not_found()
    reach = await services.directory.reach(room_id, account)
    try:
        _, view = await services.directory.view(room_id, reach and reach.version)
    except UnknownVersion:
        raise Refusal(404, "unknown_version") from None
    if _read_profile.decode(view).kind.settings.profile != "soccer":
        raise not_found()
    return _read_match.decode(view).kind


def _name(board: SoccerScoreboard, event: SoccerEvent) -> str:
    who = next((one.name for one in board.players if one.key == event.player), "")
    what = "Goal" if event.goal_for else (event.word or event.sort).capitalize()
    minute = event.at_ms // 60_000 + 1
    told = f"{what}, {who}" if who else what
    return f"{board.home} – {board.away}: {told}, {event.period}. {minute}'"[:64]
