"""Who a request speaks for and whether it may use the operation: one guard in front of all of
them, which reads the table of permissions. It runs before bodies are read, and is a coroutine
because the framework runs plain functions in a thread.

Every reason for a credential to be refused gives the same answer (S11); what is not the caller's
answers as what does not exist (C11). What a command may do inside a room is decided by the room.
SPEC: PM1 to PM6, AD10 to AD14.
"""

from __future__ import annotations

import hmac
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from server.audit import Origin
from server.http.library_access import role_in_library
from server.http.operation_limits import count_operation, count_request
from server.http.permissions import (
    PERMISSIONS,
    ROOM_ROLES,
    SITE_ROLES,
    TEAM_ROLES,
    Permission,
    at_least,
)
from server.http.refusals import Asked, Refusal, not_found
from server.http.services import Services
from server.http.timing import StaffSeen, Timing
from server.identity import Identity
from storage.accounts import Account

OPERATOR_ACCOUNT = ""
"""In place of an account, where the operator's key speaks."""

SIGNED = "runCommand"
"""The one operation by which a key that signs its requests may write."""

_PREFIX = "bearer "
Connection = ASGIConnection[Any, Any, Any, Any]


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """Guard of every operation: finds who asks, counts the request, and holds them against the
    operation's row."""
    if connection.scope["type"] == "http" and connection.scope["method"] == "OPTIONS":
        return  # the framework's own answer: which methods there are
    services, operation = services_of(connection), str(getattr(handler, "operation_id", ""))
    timing, began_s = timing_of(connection), services.clock.monotonic()
    identity = await _let_in(services, connection, operation, PERMISSIONS[operation])
    await count_operation(connection, services, operation, identity)
    timing.passed_guard(began_s, services.clock.monotonic())


async def _let_in(
    services: Services, connection: Connection, operation: str, permission: Permission
) -> Identity | None:
    """Who asks, where that was asked for; None: nobody by name, or the operator."""
    if permission.who in {"anyone", "link", "metrics"}:
        return None
    bearer = bearer_of(connection)
    if permission.who in {"operator", "site"} and _is_operator(services, bearer):
        timing_of(connection).told = True
        return None
    if permission.who == "operator":
        services.metrics.authentication_failures["operator"] += 1
        raise unauthorized()
    identity = services.authentication.identify(bearer, "http", leeway=True)
    if identity is None:
        raise unauthorized()
    connection.scope["user"] = identity
    timing_of(connection).told = _is_staff(connection, services, identity)
    state = connection.scope["state"]
    services.accounts.witness.came(identity, Origin(state["address"], state["request_id"]))
    await count_request(connection, services, identity)
    _check_key(identity, permission, operation)
    if permission.who in {"account", "team", "site"}:
        if not _has_account(identity):
            raise Refusal(403, "forbidden")
        if identity.kind == "issuer":
            await _keep(services, identity)
    if permission.who == "member":
        await _check_room(services, connection, identity, permission)
    elif permission.who == "library":
        await _check_library(services, connection, identity, permission)
    elif permission.who == "team":
        await _check_team(services, connection, identity, permission)
    elif permission.who == "site":
        await _check_site(services, connection, identity, permission)
    return identity


def _is_operator(services: Services, bearer: str) -> bool:
    return hmac.compare_digest(bearer.encode(), services.operator_key.encode())


def _has_account(identity: Identity) -> bool:
    return identity.kind != "guest"


async def _keep(services: Services, identity: Identity) -> None:
    """Somebody of another issuer gets a row of their own at the first sight: teams, keys and
    administrators refer to it."""
    accounts = services.accounts.stores.accounts
    if await accounts.account(identity.account) is None:
        await accounts.create(
            Account(
                identity.account,
                identity.name,
                services.clock.now_ms(),
                origin=services.settings.issuer,
            )
        )


def _check_key(identity: Identity, permission: Permission, operation: str) -> None:
    grant = identity.grant
    if grant is None:
        return
    if not permission.scope or permission.scope not in grant.scopes:
        raise Refusal(403, "forbidden")
    writes = permission.scope == "rooms:write"
    if writes and grant.signs and operation != SIGNED:
        raise Refusal(403, "forbidden")
    if writes and grant.rooms is not None and permission.who not in {"member", "library"}:
        raise Refusal(403, "forbidden")  # what it made would not be in its grant


async def _check_room(
    services: Services, connection: Connection, identity: Identity, permission: Permission
) -> None:
    room = str(connection.path_params["room_id"])
    grant = identity.grant
    if grant is not None and grant.rooms is not None and room not in grant.rooms:
        raise not_found()
    role = await services.role_in(room, identity)
    if role is None:
        raise not_found()
    if not at_least(role, permission.role, ROOM_ROLES):
        raise Refusal(403, "forbidden")
    connection.scope["state"]["role"] = role


async def _check_library(
    services: Services, connection: Connection, identity: Identity, permission: Permission
) -> None:
    library = str(connection.path_params["room_id"])
    role = await role_in_library(services, library, identity)
    if role is None:
        raise not_found()
    if not at_least(role, permission.role, ROOM_ROLES):
        raise Refusal(403, "forbidden")
    connection.scope["state"]["role"] = role


async def _check_team(
    services: Services, connection: Connection, identity: Identity, permission: Permission
) -> None:
    team = str(connection.path_params["team_id"])
    role = await services.accounts.stores.teams.role(team, identity.account)
    if role is None:
        raise not_found()
    if not at_least(role, permission.role, TEAM_ROLES):
        raise Refusal(403, "forbidden")
    connection.scope["state"]["role"] = role


async def _check_site(
    services: Services, connection: Connection, identity: Identity, permission: Permission
) -> None:
    """From the database each time: whoever is no administrator any more is none at once."""
    if identity.kind == "issuer":
        role = identity.site_role
    else:
        account = await services.accounts.stores.accounts.account(identity.account)
        role = "" if account is None else account.site_role or ""
    staff = at_least(role, "staff", SITE_ROLES)
    _staff_seen(connection).note(identity.account, services.clock.monotonic(), staff=staff)
    timing_of(connection).told = staff
    if not staff:
        raise not_found()
    if not at_least(role, permission.role, SITE_ROLES):
        raise Refusal(403, "forbidden")
    connection.scope["state"]["role"] = role


def _is_staff(connection: Connection, services: Services, identity: Identity) -> bool:
    """As far as it is known without asking the database."""
    if identity.kind == "issuer":
        return at_least(identity.site_role, "staff", SITE_ROLES)
    now_s = services.clock.monotonic()
    return identity.grant is None and _staff_seen(connection).has(identity.account, now_s)


def _staff_seen(connection: Connection) -> StaffSeen:
    # The framework's state is untyped; create_app alone writes this key.
    return cast("StaffSeen", connection.app.state["staff"])


def timing_of(connection: Connection) -> Timing:
    """Where the request's time goes."""
    # The framework's scope is untyped; the gate alone writes this key.
    return cast("Timing", connection.scope["state"]["timing"])


def identity_of(request: Asked) -> Identity:
    """The identity that the guard found."""
    # The framework's scope is untyped; the guard alone writes this key.
    return cast("Identity", request.scope["user"])


def actor_of(request: Asked) -> str:
    """The account that asks, for the audit trail; empty for the operator."""
    # The framework's scope is untyped; the guard alone writes this key.
    found = cast("dict[str, object]", request.scope).get("user")
    return found.account if isinstance(found, Identity) else OPERATOR_ACCOUNT


def by_issuer(request: Asked) -> bool:
    """Whether whoever asks came by a token of another issuer."""
    found = cast("dict[str, object]", request.scope).get("user")
    return isinstance(found, Identity) and found.kind == "issuer"


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
