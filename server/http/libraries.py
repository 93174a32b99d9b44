"""Libraries over HTTP: which one can see, and whether one is public.

A library is made like any room (`createRoom` with the kind `library`). SPEC: LB40 to LB43.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

from litestar import get, put
from litestar.params import JSONBody
from msgspec import Struct

from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.library_access import BUILT_IN
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    RoomPath,
    cursor_after,
    key_after,
)
from server.http.refusals import Asked, not_found
from server.http.services import Services
from server.http.sign_in import origin_of
from server.identity import Identity
from server.teams.team_roles import room_role
from storage.room_log import RoomRow

Reach = Literal["built-in", "private", "team", "public"]
PAGE = 100


class LibraryCard(Struct, frozen=True):
    """A library in a list."""

    id: str
    name: str
    reach: Reach
    """public: everybody may read it. Else team: a team owns it. Else private: its members'."""
    role: str
    """The caller's; `viewer` also of whoever is no member."""
    team: str | None
    version: int
    updated_at: int
    """Log time in ms."""


class LibraryPage(Struct, frozen=True):
    """Some of the libraries that one can see: the built-in one first, then by id."""

    libraries: list[LibraryCard]
    next: str | None


class Publicity(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether everybody may read it."""

    public: bool


@get(
    "/libraries",
    operation_id="listLibraries",
    tags=["libraries"],
    summary="List the libraries that I can see",
)
async def list_libraries(
    request: Asked, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> LibraryPage:
    """The built-in one, one's own, those of one's teams, and public ones; of a key those in its
    grant."""
    services, identity = services_of(request), identity_of(request)
    after = key_after("libraries", cursor)
    seen: dict[str, tuple[RoomRow, str]] = {}
    for source in (_mine, _of_teams, _public):
        taken = 0
        async for row, role in source(services, identity, after):
            if row.kind != "library" or not identity.may("rooms:read", row.id):
                continue
            seen.setdefault(row.id, (row, role))
            taken += 1
            if taken > limit:
                break
    ids = sorted(seen)
    cards = [] if cursor else [_BUILT_IN]
    public = await services.accounts.stores.libraries.public_among(ids[:limit])
    for one in ids[:limit]:
        row, role = seen[one]
        team = await services.accounts.stores.teams.room_team(one)
        shown = team if role != "" else None
        reach: Reach = "public" if one in public else "private" if team is None else "team"
        cards.append(
            LibraryCard(
                one, row.name, reach, role or "viewer", shown, row.head.version, row.updated_at
            )
        )
    more = cursor_after("libraries", ids[limit - 1]) if len(ids) > limit else None
    return LibraryPage(cards, more)


@put(
    "/libraries/{room_id:str}/public",
    operation_id="setLibraryPublic",
    tags=["libraries"],
    status_code=204,
    summary="Make a library public, or not",
    responses=refusals(401, 404),
)
async def set_public(request: Asked, room_id: RoomPath, data: JSONBody[Publicity]) -> None:
    """For an owner. Whoever is no member reads items then, and nothing else of the room."""
    services, identity = services_of(request), identity_of(request)
    changed = await services.accounts.stores.libraries.set_public(
        room_id, on=data.public, at=services.clock.now_ms()
    )
    if changed:
        services.accounts.audit.note(
            "library.public",
            identity.account,
            origin_of(request),
            about=room_id,
            public=int(data.public),
        )


_BUILT_IN = LibraryCard(BUILT_IN, "Formations", "built-in", "viewer", None, 0, 0)

Source = AsyncIterator[tuple[RoomRow, str]]


async def _mine(services: Services, identity: Identity, after: str | None) -> Source:
    """Where one has a role."""
    while True:
        page = await services.records.listed(identity.account, limit=PAGE, after=after)
        for one in page:
            yield one.row, one.role
        if len(page) < PAGE:
            return
        after = page[-1].row.id


async def _of_teams(services: Services, identity: Identity, after: str | None) -> Source:
    """What one's teams own, also where one never was; by id."""
    if identity.kind == "guest":
        return
    teams = services.accounts.stores.teams
    rows: list[tuple[RoomRow, str]] = []
    for team, role in await teams.of_account(identity.account):
        last = after
        while True:
            ids = await teams.rooms(team.id, limit=PAGE, after=last)
            found = await services.records.rooms(ids)
            rows += [(found[one], room_role(role)) for one in ids if one in found]
            if len(ids) < PAGE:
                break
            last = ids[-1]
    for row in sorted(rows, key=_by_id):
        yield row


def _by_id(one: tuple[RoomRow, Any]) -> str:
    return one[0].id


async def _public(services: Services, _identity: Identity, after: str | None) -> Source:
    """What everybody may read; no role is known."""
    while True:
        ids = await services.accounts.stores.libraries.public(limit=PAGE, after=after)
        found = await services.records.rooms(ids)
        for one in ids:
            if one in found:
                yield found[one], ""
        if len(ids) < PAGE:
            return
        after = ids[-1]


async def check_library(services: Services, room_id: str) -> None:
    """Refuses a room that is no library, as one that does not exist."""
    row = (await services.records.rooms([room_id])).get(room_id)
    if row is None or row.kind != "library":
        raise not_found()
