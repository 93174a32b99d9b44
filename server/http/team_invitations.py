"""Invitations to teams over HTTP: made, listed, revoked, looked at and used. A link is told once.

SPEC: TM30 to TM34.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from protocol.membership import TimeField
from server.accounts.sign_up import digest_of
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import (
    accounts_of,
    answered,
    clean_email,
    link_origin_of,
    origin_of,
)
from server.http.teams import TeamCard, TeamPath, own_role
from server.mail import Message
from server.teams.team_roles import TeamRole, may_invite
from storage.teams import Joined, NotJoined, TeamInvitation

TeamInvitationPath = Annotated[str, PathParameter(description="The invitation's id.")]
INVITATION_PREFIX = "tlt_"
"""So that logs recognise the secret of an invitation to a team and leave it out."""
INVITATIONS_MAX = 100


class TeamInvitationRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation: a link, and a message where an address is given, which alone may use it."""

    role: Literal["admin", "member", "guest"]
    email: Annotated[str, Meta(max_length=320)] = ""
    expires: TimeField | None = None
    uses: Annotated[int, Meta(ge=1, le=10_000)] | None = None


class TeamInvitationCard(Struct, frozen=True, omit_defaults=True):
    """An invitation that holds."""

    id: str
    role: TeamRole
    email: str | None
    expires: int | None
    uses: int | None
    created_at: int
    link: str = ""
    """Told once, when it is made: only a hash is kept."""


class TeamInvitationList(Struct, frozen=True):
    """The team's invitations."""

    invitations: list[TeamInvitationCard]


class InvitationSecret(Struct, frozen=True, forbid_unknown_fields=True):
    """The part of the link behind `invite=`."""

    token: Annotated[str, Meta(min_length=8, max_length=256)]

    def __repr__(self) -> str:
        return "InvitationSecret(…)"


class InvitationTold(Struct, frozen=True):
    """What an invitation is to."""

    team: str
    role: TeamRole
    email_bound: bool
    """Only the address that it was sent to may use it."""


@get(
    "/teams/{team_id:str}/invitations",
    operation_id="listTeamInvitations",
    tags=["teams"],
    summary="List a team's invitations",
)
async def list_invitations(request: Asked, team_id: TeamPath) -> TeamInvitationList:
    """Those that hold. Their links were told when they were made."""
    found = await accounts_of(request).stores.teams.invitations(
        team_id, services_of(request).clock.now_ms()
    )
    return TeamInvitationList([_invitation(one) for one in found])


@post(
    "/teams/{team_id:str}/invitations",
    operation_id="inviteToTeam",
    tags=["teams"],
    summary="Invite somebody to a team",
    responses=refusals(409, 429, 503),
)
async def invite(
    request: Asked, team_id: TeamPath, data: JSONBody[TeamInvitationRequest]
) -> TeamInvitationCard:
    """By a link, and by a message where an address is given."""
    accounts, identity = accounts_of(request), identity_of(request)
    if not may_invite(own_role(request), data.role):
        raise Refusal(403, "forbidden")
    email = clean_email(data.email) if data.email else None
    now = services_of(request).clock.now_ms()
    if data.expires is not None and data.expires <= now:
        raise invalid("expires: in the past")
    with answered():
        await accounts.sign_in.take("invite", identity.account)
        if email is not None:
            await accounts.sign_in.take("mail", identity.account)
            await accounts.sign_in.take("mail_invitation", email)
    secret = INVITATION_PREFIX + secrets.token_urlsafe(32)
    one = TeamInvitation(
        id=f"ti_{secrets.token_urlsafe(8)}",
        team=team_id,
        role=data.role,
        email=email,
        digest=digest_of(secret),
        expires_at=data.expires,
        uses=1 if email is not None else data.uses,
        by=identity.account,
        created_at=now,
    )
    added = await accounts.stores.teams.add_invitation(
        one, most=INVITATIONS_MAX, may=lambda own: may_invite(own, data.role)
    )
    if added is None:
        raise Refusal(403, "forbidden")  # no longer in that role
    if not added:
        raise Refusal(409, "limit_reached", about={"max": INVITATIONS_MAX})
    link = f"{link_origin_of(request)}/team.html#invite={secret}"
    if email is not None:
        try:
            with answered():
                accounts.mail.send(_letter(email, link))
        except Refusal:
            await accounts.stores.teams.revoke_invitation(team_id, one.id)  # nobody was told it
            raise
    accounts.audit.note(
        "team.invited", identity.account, origin_of(request), about=team_id, role=data.role
    )
    return _invitation(one, link)


@delete(
    "/teams/{team_id:str}/invitations/{invitation_id:str}",
    operation_id="revokeTeamInvitation",
    tags=["teams"],
    status_code=204,
    summary="Revoke an invitation to a team",
)
async def revoke_invitation(
    request: Asked, team_id: TeamPath, invitation_id: TeamInvitationPath
) -> None:
    """Who came by it stays."""
    accounts = accounts_of(request)
    if not await accounts.stores.teams.revoke_invitation(team_id, invitation_id):
        raise not_found()
    accounts.audit.note(
        "team.invited",
        identity_of(request).account,
        origin_of(request),
        about=team_id,
        revoked=True,
    )


@post(
    "/teams/invitation",
    operation_id="showTeamInvitation",
    tags=["teams"],
    status_code=200,
    summary="What is this an invitation to?",
    responses=refusals(404, 429),
)
async def show_invitation(request: Asked, data: JSONBody[InvitationSecret]) -> InvitationTold:
    """For whoever has the link, before they sign in."""
    accounts = accounts_of(request)
    with answered():
        await accounts.sign_in.take("link", origin_of(request).address)
    found = await accounts.stores.teams.invitation_by(
        digest_of(data.token), services_of(request).clock.now_ms()
    )
    team = None if found is None else await accounts.stores.teams.team(found.team)
    if found is None or team is None:
        raise Refusal(404, "unknown_link")
    return InvitationTold(team.name, found.role, found.email is not None)


@post(
    "/teams/join",
    operation_id="joinTeam",
    tags=["teams"],
    status_code=200,
    summary="Join a team by a link",
    responses=refusals(404, 409, 429),
)
async def join_team(request: Asked, data: JSONBody[InvitationSecret]) -> TeamCard:
    """With the account that one is signed in with."""
    accounts, identity = accounts_of(request), identity_of(request)
    with answered():
        await accounts.sign_in.take("link", origin_of(request).address)
    account = await accounts.stores.accounts.account(identity.account)
    done = await accounts.stores.teams.accept(
        digest_of(data.token),
        account=identity.account,
        name=identity.name,
        email=None if account is None else account.email,
        at=services_of(request).clock.now_ms(),
    )
    match done:
        case Joined(member):
            accounts.audit.note(
                "team.joined", identity.account, origin_of(request), about=member.team
            )
            accounts.team_rooms.changed()
            team = await accounts.stores.teams.team(member.team)
            if team is None:
                raise Refusal(404, "unknown_link")
            return TeamCard(team.id, team.name, member.role, team.created_at)
        case NotJoined("already_member"):
            raise Refusal(409, "already_member")
        case _:
            raise Refusal(404, "unknown_link")


def _invitation(one: TeamInvitation, link: str = "") -> TeamInvitationCard:
    return TeamInvitationCard(
        one.id, one.role, one.email, one.expires_at, one.uses, one.created_at, link
    )


def _letter(email: str, link: str) -> Message:
    """Neither who invites nor to what: those are words of strangers, and the page says them."""
    return Message(
        email,
        "You are invited to a team on Touchline",
        "Somebody invites you to their team on Touchline. This link shows which, and lets you\n"
        f"join:\n\n{link}\n\nIf you expect no invitation, ignore this message.\n",
    )
