"""Teams over HTTP: make one, invite people, change roles, hand it over, leave; and the rooms that a
team owns.

Who may do what is the table of team roles; this module turns its refusals into answers. SPEC: TM30
to TM34.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from litestar import delete, get, patch, post, put
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from protocol.identifiers import AccountIdField
from protocol.membership import NameField
from protocol.text import clean_name
from server.http.authentication import identity_of, services_of, unauthorized
from server.http.documentation import refusals
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    RoomPath,
    cursor_after,
    key_after,
)
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.rooms import check_may_give, row_for
from server.http.sign_in import accounts_of, answered, origin_of
from server.teams.team_roles import TeamRole, may, may_remove, may_set_role
from storage.team_rows import Team, TeamMember
from storage.teams import By, Change

TeamPath = Annotated[str, PathParameter(description="The team's id.")]
AccountPath = Annotated[str, PathParameter(description="The member's account.")]


class TeamRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A team's name."""

    name: NameField


class TeamCard(Struct, frozen=True):
    """A team that one is in."""

    id: str
    name: str
    role: TeamRole
    created_at: int


class TeamList(Struct, frozen=True):
    """All teams that one is in: there are few."""

    teams: list[TeamCard]


class MemberCard(Struct, frozen=True):
    """Somebody in a team."""

    account: str
    name: str
    role: TeamRole
    joined_at: int


class TeamView(Struct, frozen=True):
    """A team and its people."""

    id: str
    name: str
    role: TeamRole
    """One's own."""
    created_at: int
    members: list[MemberCard]


class TeamRoleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another role."""

    role: TeamRole


class TeamTransfer(Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall own the team."""

    to: AccountIdField


class TeamRoom(Struct, frozen=True):
    """A room of a team."""

    id: str
    kind: str
    name: str
    version: int
    updated_at: int


class TeamRooms(Struct, frozen=True):
    """Some rooms of a team, by id."""

    rooms: list[TeamRoom]
    next: str | None


class RoomTeam(Struct, frozen=True, forbid_unknown_fields=True):
    """The team that shall own the room; null: nobody but its owners."""

    team: Annotated[str, Meta(max_length=64)] | None


@post(
    "/teams",
    operation_id="createTeam",
    tags=["teams"],
    summary="Make a team",
    responses=refusals(429),
)
async def create_team(request: Asked, data: JSONBody[TeamRequest]) -> TeamCard:
    """One owns it."""
    accounts, identity = accounts_of(request), identity_of(request)
    name = _name(data.name)
    with answered():
        await accounts.sign_in.take("create_team", identity.account)
    now = services_of(request).clock.now_ms()
    team = Team(f"t_{secrets.token_urlsafe(16)}", name, now)
    if not await accounts.stores.teams.create(
        team, owner=identity.account, owner_name=identity.name
    ):
        raise unauthorized()  # the account was closed meanwhile
    accounts.audit.note("team.created", identity.account, origin_of(request), about=team.id)
    return TeamCard(team.id, team.name, "owner", team.created_at)


@get("/teams", operation_id="listTeams", tags=["teams"], summary="List my teams")
async def list_teams(request: Asked) -> TeamList:
    """With one's role in each."""
    found = await accounts_of(request).stores.teams.of_account(identity_of(request).account)
    return TeamList([TeamCard(one.id, one.name, role, one.created_at) for one, role in found])


@get("/teams/{team_id:str}", operation_id="readTeam", tags=["teams"], summary="Show a team")
async def read_team(request: Asked, team_id: TeamPath) -> TeamView:
    """Its name and people."""
    teams = accounts_of(request).stores.teams
    team = await teams.team(team_id)
    if team is None:
        raise not_found()
    members = [_member(one) for one in await teams.members(team_id)]
    return TeamView(team.id, team.name, own_role(request), team.created_at, members)


@patch(
    "/teams/{team_id:str}",
    operation_id="renameTeam",
    tags=["teams"],
    status_code=200,
    summary="Rename a team",
)
async def rename_team(request: Asked, team_id: TeamPath, data: JSONBody[TeamRequest]) -> TeamCard:
    """Another name."""
    teams = accounts_of(request).stores.teams
    name = _name(data.name)
    if not await teams.rename(team_id, name):
        raise not_found()
    team = await teams.team(team_id)
    if team is None:
        raise not_found()
    return TeamCard(team.id, team.name, own_role(request), team.created_at)


@delete(
    "/teams/{team_id:str}",
    operation_id="deleteTeam",
    tags=["teams"],
    status_code=204,
    summary="Delete a team",
    responses=refusals(409),
)
async def delete_team(request: Asked, team_id: TeamPath) -> None:
    """Its rooms are taken out of it first: `team_has_rooms`."""
    accounts, identity = accounts_of(request), identity_of(request)
    now = services_of(request).clock.now_ms()
    done = await accounts.stores.teams.delete(team_id, at=now)
    if done == "has_rooms":
        raise Refusal(409, "team_has_rooms")
    if done == "unknown":
        raise not_found()
    accounts.audit.note("team.deleted", identity.account, origin_of(request), about=team_id)
    accounts.team_rooms.changed()
    await accounts.access.refresh()  # the team's keys


# --- people ---------------------------------------------------------------------------------------


@patch(
    "/teams/{team_id:str}/members/{account_id:str}",
    operation_id="setTeamRole",
    tags=["teams"],
    status_code=200,
    summary="Change somebody's role in a team",
    responses=refusals(409),
)
async def set_team_role(
    request: Asked, team_id: TeamPath, account_id: AccountPath, data: JSONBody[TeamRoleChange]
) -> MemberCard:
    """Admins change members and guests, owners everybody; one owner is left."""
    accounts, identity = accounts_of(request), identity_of(request)
    now = services_of(request).clock.now_ms()
    by = By(identity.account, lambda own, present: may_set_role(own, present, data.role))
    _check_changed(
        await accounts.stores.teams.set_role(
            team_id, account_id, data.role, at=now, by=by, voids=not may(data.role, "invite")
        )
    )
    accounts.audit.note(
        "team.role",
        identity.account,
        origin_of(request),
        about=team_id,
        member=account_id,
        role=data.role,
    )
    accounts.team_rooms.changed()
    found = [
        one for one in await accounts.stores.teams.members(team_id) if one.account == account_id
    ]
    if not found:
        raise not_found()
    return _member(found[0])


@delete(
    "/teams/{team_id:str}/members/{account_id:str}",
    operation_id="removeTeamMember",
    tags=["teams"],
    status_code=204,
    summary="Remove somebody from a team",
    responses=refusals(409),
)
async def remove_member(request: Asked, team_id: TeamPath, account_id: AccountPath) -> None:
    """Out of the team's rooms within seconds, too, where they were there by the team."""
    await _leave(request, team_id, account_id, By(identity_of(request).account, may_remove))


@post(
    "/teams/{team_id:str}/leave",
    operation_id="leaveTeam",
    tags=["teams"],
    status_code=204,
    summary="Leave a team",
    responses=refusals(409),
)
async def leave_team(request: Asked, team_id: TeamPath) -> None:
    """The last owner hands it over first, or deletes it."""
    await _leave(request, team_id, identity_of(request).account, None)


@post(
    "/teams/{team_id:str}/transfer",
    operation_id="transferTeam",
    tags=["teams"],
    status_code=204,
    summary="Hand a team over",
)
async def transfer_team(request: Asked, team_id: TeamPath, data: JSONBody[TeamTransfer]) -> None:
    """Somebody else in it owns it; one is an admin from then on."""
    accounts, identity = accounts_of(request), identity_of(request)
    now = services_of(request).clock.now_ms()
    if data.to == identity.account:
        raise invalid("to: somebody else")
    done = await accounts.stores.teams.transfer(team_id, identity.account, data.to, at=now)
    if not done:
        raise not_found()
    accounts.audit.note(
        "team.transferred", identity.account, origin_of(request), about=team_id, to=data.to
    )
    accounts.team_rooms.changed()


# --- rooms ----------------------------------------------------------------------------------------


@get(
    "/teams/{team_id:str}/rooms",
    operation_id="listTeamRooms",
    tags=["teams"],
    summary="List a team's rooms",
)
async def list_rooms(
    request: Asked, team_id: TeamPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> TeamRooms:
    """By id; of a key those in its grant."""
    services, teams = services_of(request), accounts_of(request).stores.teams
    identity = identity_of(request)
    ids = await teams.rooms(team_id, limit=limit + 1, after=key_after("team-rooms", cursor))
    rows = await services.records.rooms(ids[:limit])
    shown = [
        TeamRoom(row.id, row.kind, row.name, row.head.version, row.updated_at)
        for row in [
            await row_for(services, found, identity)
            for found in (rows.get(one) for one in ids[:limit])
            if found is not None and (identity.grant is None or identity.grant.touches(found.id))
        ]
    ]
    more = cursor_after("team-rooms", ids[limit - 1]) if len(ids) > limit else None
    return TeamRooms(shown, more)


@put(
    "/rooms/{room_id:str}/team",
    operation_id="setRoomTeam",
    tags=["teams"],
    status_code=204,
    summary="Give a room to a team, or take it back",
)
async def set_room_team(request: Asked, room_id: RoomPath, data: JSONBody[RoomTeam]) -> None:
    """For an owner of the room who may give rooms to the team. Who is an owner by the team alone
    takes rooms out of it as an owner of the team. Whoever was in the room by a team that it leaves
    goes."""
    accounts, identity = accounts_of(request), identity_of(request)
    services = services_of(request)
    if (
        await services.directory.owns_by_team(room_id, identity.account)
        and await accounts.stores.teams.role_by_room(room_id, identity.account) != "owner"
    ):
        raise Refusal(403, "forbidden")
    await check_may_give(services_of(request), data.team, identity)
    now = services_of(request).clock.now_ms()
    if not await accounts.stores.teams.set_room_team(room_id, data.team, at=now):
        raise not_found()
    accounts.audit.note(
        "room.team", identity.account, origin_of(request), about=room_id, team=data.team
    )
    accounts.team_rooms.changed()


# --- shared ---------------------------------------------------------------------------------------


def _name(text: str) -> str:
    name = clean_name(text)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    return name


def own_role(request: Asked) -> TeamRole:
    """The caller's role in the team, as the guard found it."""
    role: TeamRole = request.scope["state"]["role"]
    return role


async def _leave(request: Asked, team: str, account: str, by: By | None) -> None:
    """`by` None: of their own will."""
    accounts = accounts_of(request)
    now = services_of(request).clock.now_ms()
    _check_changed(
        await accounts.stores.teams.remove(team, account, at=now, by=by, left=by is None)
    )
    accounts.audit.note(
        "team.left",
        identity_of(request).account,
        origin_of(request),
        about=team,
        member=account,
    )
    accounts.team_rooms.changed()
    await accounts.access.refresh()  # the keys that they made for the team


def _check_changed(done: Change) -> None:
    if done == "last_owner":
        raise Refusal(409, "last_owner")
    if done == "unknown":
        raise not_found()
    if done == "forbidden":
        raise Refusal(403, "forbidden")


def _member(one: TeamMember) -> MemberCard:
    return MemberCard(one.account, one.name, one.role, one.joined_at)
