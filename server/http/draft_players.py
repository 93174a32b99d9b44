"""A draft's players over HTTP, found as one types. A pool is prepared once and kept until it is
another one; must not know how it is searched. SPEC: DR78, DR79.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Annotated, cast

import msgspec
from litestar import get
from litestar.params import QueryParameter
from msgspec import Raw, Struct

from protocol.draft import Player
from server.drafts.search import Pool, Wanted
from server.http.authentication import services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, not_found
from server.http.rooms import row_of

POOLS_MAX = 8
"""Pools that are kept prepared: about 3 MB each where there are 5,000 players."""


class FoundPlayer(Struct, frozen=True):
    """A player of the pool, in the units of the pool."""

    id: str
    name: str
    positions: tuple[str, ...]
    team: str
    rank: int
    adp: int | None
    value: int | None
    bye: int | None
    status: str
    tier: int | None
    points: int | None
    seat: int | None
    """Whose he is; null: nobody's."""


class _Draft(Struct, frozen=True):
    pool: Raw
    rosters: dict[str, list[str]]


class _View(Struct, frozen=True):
    kind: _Draft


_read_view = msgspec.json.Decoder(_View)
_read_pool = msgspec.json.Decoder(dict[str, Player])


def _prepared(raw: bytes) -> Pool:
    return Pool(_read_pool.decode(raw).values())


class PreparedPools:
    """Pools by room, the latest asked for last. Invariant: each is of the bytes beside it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, Pool]] = OrderedDict()

    async def of(self, room: str, raw: bytes) -> Pool:
        """The pool of these bytes; other rooms go on while it is prepared."""
        kept = self._kept.get(room)
        if kept is None or kept[0] != raw:
            kept = (raw, await asyncio.to_thread(_prepared, raw))
            self._kept[room] = kept
        self._kept.move_to_end(room)
        while len(self._kept) > POOLS_MAX:
            self._kept.popitem(last=False)
        return kept[1]


Text = QueryParameter(max_length=64, required=False)


@get(
    "/drafts/{room_id:str}/players",
    operation_id="searchDraftPool",
    tags=["drafts"],
    summary="Find players of a draft's pool",
    responses=refusals(401, 404),
)
async def search_pool(
    request: Asked,
    room_id: RoomPath,
    name: Annotated[
        str,
        QueryParameter(
            max_length=64, required=False, description="Beginnings of words, or initials."
        ),
    ] = "",
    team: Annotated[str, Text] = "",
    position: Annotated[
        str,
        QueryParameter(max_length=64, required=False, description="One, or several: `RB/WR`."),
    ] = "",
    status: Annotated[
        str | None,
        QueryParameter(max_length=8, required=False, description="Empty: who is well."),
    ] = None,
    tier: Annotated[int | None, QueryParameter(ge=0, le=100, required=False)] = None,
    bye: Annotated[int | None, QueryParameter(ge=0, le=60, required=False)] = None,
    *,
    free: Annotated[
        bool, QueryParameter(required=False, description="Only whom nobody has.")
    ] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=200, required=False)] = 50,
) -> list[FoundPlayer]:
    """The best finds first: what was typed right before what was not, each by rank."""
    services = services_of(request)
    if (await row_of(services, room_id)).kind != "draft":
        raise not_found()
    _, view = await services.directory.view(room_id, None)
    draft = _read_view.decode(view).kind
    # The framework's state is untyped; create_app alone writes this key.
    pools = cast("PreparedPools", request.app.state["pools"])
    pool = await pools.of(room_id, bytes(draft.pool))
    held = {player: int(seat) for seat, players in draft.rosters.items() for player in players}
    wanted = Wanted(name, team, position, status, tier, bye, free)
    return [
        FoundPlayer(**msgspec.structs.asdict(one), seat=held.get(one.id))
        for one in pool.found(wanted, held, limit)
    ]
