"""What requests count against in the published table of limits: one mapping, beside the table of
permissions.

Every request with a credential counts as a read or a write of its account or key, before anything
is looked up for it; what makes, gives away or sets back something counts once more, by the
operation's own row, once it is known that the caller may. Operations that guess, sign in or mail
count in their services, where the subject is known (an e-mail address, a token). Must not know
counters. SPEC: AD10 to AD13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from litestar.connection import ASGIConnection

from server.http.refusals import Refusal
from server.http.services import Services
from server.http.timing import Timing
from server.identity import Identity
from server.limits.limiter import headers
from server.limits.table import Per

OWN_LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "becomeGuest": ("guests",),
    "createRoom": ("create_room",),
    "forkRoom": ("create_room",),
    "boardOfMoment": ("create_room",),
    "importRoom": ("import",),
    "exportRoom": ("export",),
    "importDocument": ("import",),
    "importDraft": ("import",),
    "readDraftResults": ("export",),
    "createHook": ("hook",),
    "testHook": ("hook",),
    "lookAtPlay": ("look_at_play",),
    "importPlay": ("import",),
    "restoreVersion": ("room_restore",),
    "createInvitation": ("invite", "room_invite"),
    "rotateInvitation": ("invite", "room_invite"),
    "shareItem": ("invite", "room_invite"),
    "openItem": ("create_room",),
}
"""Operation → rows of the table of limits, beside `read` and `write`."""

GUEST_LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "createRoom": ("guest_rooms",),
    "importRoom": ("guest_rooms",),
    "importDocument": ("guest_rooms",),
    "importDraft": ("guest_rooms",),
    "forkRoom": ("guest_rooms",),
    "boardOfMoment": ("guest_rooms",),
    "createHook": ("guest_hooks",),
    "testHook": ("guest_hooks",),
    "lookAtPlay": ("guest_plays",),
    "importPlay": ("guest_rooms",),
    "openItem": ("guest_rooms",),
}
"""What counts besides where a guest asks: guests are made without proof, as many as wanted, so
that a limit of each alone holds nobody."""

IN_SERVICES: Final[Mapping[str, tuple[str, ...]]] = {
    "signUp": ("sign_up", "mail_sign_up"),
    "confirmSignUp": ("link",),
    "logIn": ("login", "failed_login", "login_returned"),
    "secondFactor": ("mfa_token", "mfa"),
    "refreshToken": ("refresh",),
    "ticket": ("ticket",),
    "requestReset": ("reset_address", "reset", "mail_reset"),
    "resetPassword": ("link",),
    "confirmEmail": ("link",),
    "changePassword": ("password",),
    "changeEmail": ("password", "mfa", "mail", "mail_change"),
    "beginTotp": ("password",),
    "confirmTotp": ("mfa",),
    "disableTotp": ("password", "mfa"),
    "newRecoveryCodes": ("password", "mfa"),
    "deleteAccount": ("password", "mfa"),
    "exportAccount": ("export",),
    "adminResetUser": ("mail",),
    "createTeam": ("create_team",),
    "inviteToTeam": ("invite", "mail", "mail_invitation"),
    "showTeamInvitation": ("link",),
    "joinTeam": ("link",),
    "createKey": ("create_key",),
    "rotateKey": ("create_key",),
}
"""Where the service counts; here for readers, and for the test that no row of the table is idle."""

_SAFE: Final = frozenset({"GET", "HEAD"})
_QUESTIONS: Final = frozenset({"/plays/ask"})
"""Change nothing, though what they ask goes in a body."""
Connection = ASGIConnection[Any, Any, Any, Any]


async def count_request(connection: Connection, services: Services, identity: Identity) -> None:
    """A read or a write of whoever asks. Raises Refusal 429."""
    scope = cast("dict[str, Any]", connection.scope)  # of http: there are no other operations
    safe = scope["method"] in _SAFE or scope["path"] in _QUESTIONS
    name = "read" if safe else "write"
    if identity.grant is not None:
        await _take(connection, services, (f"key_{name}", identity.grant.key))
    else:
        await _take(connection, services, (name, identity.account))


async def count_operation(
    connection: Connection, services: Services, operation: str, identity: Identity | None
) -> None:
    """What the operation counts against by itself, all together or not at all. Raises Refusal
    429."""
    names = OWN_LIMITS.get(operation, ())
    if identity is not None and identity.kind == "guest":
        names += GUEST_LIMITS.get(operation, ())
    if not names:
        return
    limits = services.accounts.limits.limiter.limits
    wanted = [(name, _subject(connection, limits[name].per, identity)) for name in names]
    await _take(connection, services, *wanted)


def _subject(connection: Connection, per: Per, identity: Identity | None) -> str:
    if per is Per.ADDRESS:
        return str(connection.scope["state"]["address"])
    if per is Per.ROOM:
        return str(connection.path_params["room_id"])
    assert per is Per.ACCOUNT, f"no operation counts by {per} here"
    assert identity is not None, "expected a credential"
    return identity.account


async def _take(connection: Connection, services: Services, *wanted: tuple[str, str]) -> None:
    # The gate alone writes these keys of an untyped scope.
    timing = cast("Timing", connection.scope["state"]["timing"])
    extra = cast("list[tuple[bytes, bytes]]", connection.scope["state"]["headers"])
    clock = services.clock
    began_s = clock.monotonic()
    taken = await services.accounts.limits.limiter.take(*wanted)
    timing.limits_s += clock.monotonic() - began_s
    told = headers(taken)
    retry = told.pop("retry-after", None)
    extra.extend((name.encode(), value.encode()) for name, value in told.items())
    if retry is not None:
        raise Refusal(429, "rate_limited", headers={"Retry-After": retry})
