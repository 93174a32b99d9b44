"""Older plays of a feed, in pages: what a first picture left out.

Over HTTP and not over the room's socket: a page is asked for by a person who scrolls, and must not
stand in the way of the plays that come meanwhile; it has limits, permissions and a bound of its own
already, and programs without a socket read it as well. It says which version it is of, so that a
follower knows what came after it. SPEC: FX3, FX4.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import LIMIT_MAX, LimitQuery, RoomPath
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import row_of
from server.rooms.directory import UnknownVersion
from server.rules import feed_picture
from server.rules.feed_picture import Place

END = Place(10**9, 0)


class Earlier(Struct, frozen=True):
    """What stands before a run of plays."""

    count: int
    before: Place
    """Order and id of the first play of the run: of those before it one asks with these."""


class PlayPage(Struct, frozen=True, omit_defaults=True):
    """A run of plays as they were at a version, in the game's order."""

    version: int
    plays: list[dict[str, Any]]
    """Rows as in the feed's view."""
    earlier: Earlier | None = None
    """Null: nothing stands before them."""


@get(
    "/feeds/{room_id:str}/plays",
    operation_id="readPlays",
    tags=["feeds"],
    summary="Read older plays",
    responses=refusals(401, 404, 422),
)
async def read_plays(
    request: Asked,
    room_id: RoomPath,
    before: Annotated[
        str | None,
        QueryParameter(
            pattern=r"^\d{1,7}\.\d{1,5}$",
            description="Order and id of the play to read before, as `12.345`; left out: the end.",
            required=False,
        ),
    ] = None,
    limit: LimitQuery = LIMIT_MAX,
) -> PlayPage:
    """The plays before one of them, the nearest first in number: at most `limit` and about 32 KiB.
    Whoever sees the feed late gets what they may see by then."""
    services, identity = services_of(request), identity_of(request)
    if (await row_of(services, room_id)).kind != "feed":
        raise not_found()
    try:
        version, state = await services.directory.seen(room_id, identity.account)
    except UnknownVersion:
        raise Refusal(404, "unknown_version") from None
    place = END if before is None else Place(*map(int, before.split(".")))
    page = feed_picture.page(state, place, limit)
    earlier = page.get("earlier")
    return PlayPage(version, page["plays"], earlier and Earlier(**earlier))
