"""Invitations to the site over HTTP: made, listed and revoked by its administrators.

As server/http/admin.py. A link is told once, when it is made. SPEC: AD20.
"""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from server.http.admin import SiteRole
from server.http.authentication import actor_of, by_issuer
from server.http.documentation import refusals
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import accounts_of, answered, clean_email, origin_of, texts_of

InvitationPath = Annotated[str, PathParameter(description="The invitation's id.")]


class SiteInvitationRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may sign up; without an address, whoever has the link. A role is given to an address
    only."""

    email: Annotated[str, Meta(max_length=320)] = ""
    site_role: SiteRole | None = None


class InvitationLink(Struct, frozen=True):
    """The address to send."""

    link: str

    def __repr__(self) -> str:
        return "InvitationLink(…)"


class SiteInvitationCard(Struct, frozen=True):
    """An invitation that holds."""

    id: str
    email: str
    """Who may sign up; empty: whoever has the link."""
    site_role: str | None
    by: str
    """The administrator; empty: whoever runs the server."""
    created_at: int
    expires_at: int


class SiteInvitations(Struct, frozen=True):
    """All that hold, the oldest first."""

    invitations: list[SiteInvitationCard]


@get(
    "/admin/invitations",
    operation_id="adminListInvitations",
    tags=["admin"],
    summary="List invitations to the site",
)
async def list_invitations(request: Asked) -> SiteInvitations:
    """Those that hold. Their links were told when they were made."""
    found = await accounts_of(request).sign_up.invitations()
    return SiteInvitations(
        [
            SiteInvitationCard(
                one.id, one.email, one.site_role, one.by, one.created_at, one.expires_at
            )
            for one in found
        ]
    )


@post(
    "/admin/invitations",
    operation_id="adminInvite",
    tags=["admin"],
    summary="Invite somebody to the site",
    responses=refusals(503),
)
async def invite(request: Asked, data: JSONBody[SiteInvitationRequest]) -> InvitationLink:
    """A link by which one person may sign up, whatever the setting says. Mailed, where an address
    is given. An administrator of another issuer, whose role only their tokens tell, gives none."""
    email = clean_email(data.email) if data.email else ""
    if data.site_role is not None and not email:
        raise invalid("email: an invitation that gives a role names who gets it")
    if data.site_role is not None and by_issuer(request):
        raise Refusal(403, "forbidden")
    with answered():
        link = await accounts_of(request).sign_up.invite(
            email, data.site_role, texts_of(request), origin_of(request), actor_of(request)
        )
    return InvitationLink(link)


@delete(
    "/admin/invitations/{invitation_id:str}",
    operation_id="adminRevokeInvitation",
    tags=["admin"],
    status_code=204,
    summary="Revoke an invitation to the site",
)
async def revoke_invitation(request: Asked, invitation_id: InvitationPath) -> None:
    """Nobody signs up by it any more; whoever did so stays."""
    if not await accounts_of(request).sign_up.revoke_invitation(
        invitation_id, origin_of(request), actor_of(request)
    ):
        raise not_found()
