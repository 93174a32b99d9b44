"""Rooms that the operator has under a name of their own, a game's feed or a meet: made once or
found, and changed in the name of their first owner. What a command may do is for the rules.
SPEC: FP1, AT20."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

from protocol.text import clean_name
from server.http.authentication import services_of
from server.http.operator import OperatorCard, card_of, opened, owner_of
from server.http.refusals import Asked, invalid, not_found, rejected
from server.http.rooms import Done, row_of
from server.http.transfer import note
from server.rooms.pending import Ended

KeyOfRoom: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$", max_length=40)]
"""Whatever names a room for good."""


class OpenedUnderKey(Struct, frozen=True):
    """A room of the operator: a link per role where it is new, none where it was there."""

    room: OperatorCard
    links: dict[str, str]
    made: bool


def room_under(what: str, key: str) -> str:
    """The room of the operator under a key: always the same, so that an import that died finds what
    it had begun, and two at once make one room."""
    digest = hashlib.blake2b(f"{what} {key}".encode(), digest_size=16).digest()
    return f"r_{urlsafe_b64encode(digest).decode().rstrip('=')}"


async def open_under(
    request: Asked, kind: str, name: str, *, at: str, settings: Any, first: Sequence[Any] = ()
) -> OpenedUnderKey:
    """The room, made with a link for each role and what is in it first, or found. Raises
    Refusal."""
    services = services_of(request)
    cleaned = clean_name(name)
    if cleaned is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    owner = services.tokens.issue_guest("Operator").identity
    made = await services.directory.create_filled(
        kind, cleaned, owner, settings, tuple(first), at=at
    )
    if isinstance(made, Ended):
        return OpenedUnderKey(card_of(await row_of(services, at)), {}, made=False)
    note(request, "admin.act", at, what="room made")
    told = await opened(request, at, owner)
    return OpenedUnderKey(told.room, told.links, made=True)


async def command_as_owner(
    request: Asked, room_id: str, command: Any, *, kind: str | None = None
) -> Done:
    """In the name of the room's first owner. What is so already changes nothing, and is done.
    Raises Refusal."""
    services = services_of(request)
    row = await row_of(services, room_id)
    if kind is not None and row.kind != kind:
        raise not_found()
    owner = await owner_of(services, room_id)
    ended = await services.directory.execute(room_id, owner, command)
    if ended.code == "nothing_changes":
        return Done(await services.directory.version_of(room_id) or 0)
    if ended.code is not None:
        raise rejected(ended)
    return Done(ended.version)
