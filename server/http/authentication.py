"""Who a request speaks for: bearer tokens of people, and the operator's key. Guards run before
bodies are read, and are coroutines because the framework runs plain functions in a thread.

Every reason for a token to be refused gives the same answer (S11). Must not know what an identity
may do: that is room state.
"""

from __future__ import annotations

import hmac
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from server.http.refusals import Asked, Refusal
from server.http.services import Services
from server.identity import Identity
from server.tokens import InvalidToken

BEARER = [{"bearer": list[str]()}]
OPERATOR = [{"operator": list[str]()}]

_PREFIX = "bearer "
Connection = ASGIConnection[Any, Any, Any, Any]


async def require_identity(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Guard: a valid token, whose identity the operation finds with `identity_of`."""
    services = services_of(connection)
    token = bearer_of(connection)
    try:
        identity = services.tokens.verify(token)
    except InvalidToken:
        services.metrics.authentication_failures["http"] += 1
        raise unauthorized() from None
    connection.scope["user"] = identity


async def require_operator(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Guard: the key in the data folder, which only the user that runs the server can read."""
    services = services_of(connection)
    if not hmac.compare_digest(bearer_of(connection).encode(), services.operator_key.encode()):
        services.metrics.authentication_failures["operator"] += 1
        raise unauthorized()


def identity_of(request: Asked) -> Identity:
    """The identity that the guard found."""
    # The framework's scope is untyped; the guard alone writes this key.
    return cast("Identity", request.scope["user"])


def bearer_of(connection: Connection) -> str:
    """The bearer token as it was sent, or an empty string."""
    header = connection.headers.get("authorization", "")
    return header[len(_PREFIX) :].strip() if header[: len(_PREFIX)].lower() == _PREFIX else ""


def services_of(connection: Connection) -> Services:
    """The node's parts, as create_app put them into the application's state."""
    # The framework's state is untyped; create_app alone writes this key.
    return cast("Services", connection.app.state["services"])


def unauthorized() -> Refusal:
    """The one answer to every credential that is not accepted."""
    return Refusal(
        401, "unauthorized", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )
