"""One-time tickets for a WebSocket: for clients that can set neither a header nor send a first
message in time.

SPEC: S13.
"""

from __future__ import annotations

from litestar import post
from msgspec import Struct

from server.accounts.tickets import TooManyTickets
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.refusals import Asked, unavailable
from server.http.sign_in import accounts_of, answered


class TicketAnswer(Struct, frozen=True):
    """A ticket: good once, for this account and Origin, on this node."""

    ticket: str
    expires: int
    """Log time, ms."""

    def __repr__(self) -> str:
        return "TicketAnswer(…)"


@post(
    "/auth/ticket",
    operation_id="ticket",
    tags=["signing in"],
    status_code=200,
    summary="Get a ticket for a WebSocket",
    responses=refusals(429, 503),
)
async def mint_ticket(request: Asked) -> TicketAnswer:
    """For `GET /ws?ticket=…` from the same Origin, within 30 s."""
    identity = identity_of(request)
    with answered():
        await accounts_of(request).sign_in.take("ticket", identity.account)
    try:
        minted = services_of(request).authentication.tickets.mint(
            identity, request.headers.get("origin")
        )
    except TooManyTickets:
        raise unavailable("busy") from None
    return TicketAnswer(minted.text, minted.expires_ms)
