"""Guests: a name becomes a token; a token is renewed before it ends. `GET /me` says who a token
speaks for."""

from __future__ import annotations

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Struct

from protocol.membership import NameField
from protocol.text import clean_name
from server.http.authentication import (
    bearer_of,
    identity_of,
    services_of,
    unauthorized,
)
from server.http.documentation import refusals
from server.http.refusals import Asked, invalid
from server.tokens import InvalidToken, IssuedToken


class GuestRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """How others shall see the guest."""

    name: NameField


class TokenAnswer(Struct, frozen=True):
    """A token and what it vouches for."""

    token: str
    account: str
    name: str
    expires: int
    """Log time in ms at which the token ends; renew it before."""


class Me(Struct, frozen=True):
    """Who the token speaks for."""

    account: str
    name: str
    expires: int


@post(
    "/auth/guest",
    operation_id="becomeGuest",
    tags=["people"],
    status_code=200,
    summary="Become a guest",
    responses=refusals(422),
    sync_to_thread=False,
)
def become_guest(request: Asked, data: JSONBody[GuestRequest]) -> TokenAnswer:
    """A new account for a person who gives only a name."""
    name = clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    return _answer(services_of(request).tokens.issue_guest(name))


@post(
    "/auth/renew",
    operation_id="renewToken",
    tags=["people"],
    status_code=200,
    summary="Renew a token",
    responses=refusals(401),
    sync_to_thread=False,
)
def renew(request: Asked) -> TokenAnswer:
    """A fresh token for the same account. The old one goes on until its end."""
    try:
        return _answer(services_of(request).tokens.renew(bearer_of(request)))
    except InvalidToken:
        raise unauthorized() from None  # it ended between the guard and here


@get(
    "/me",
    operation_id="whoAmI",
    tags=["people"],
    summary="Who am I?",
    responses=refusals(401),
    sync_to_thread=False,
)
def me(request: Asked) -> Me:
    """Who the token speaks for, and until when."""
    identity = identity_of(request)
    return Me(identity.account, identity.name, identity.expires_ms)


def _answer(issued: IssuedToken) -> TokenAnswer:
    identity = issued.identity
    return TokenAnswer(issued.token, identity.account, identity.name, identity.expires_ms)
