"""A feed as of when somebody sees it: paused, from an earlier moment or play on, and live again.

What this sets is an entry of the feed (`shift.changed`) and holds for the account on every
connection and node. SPEC: TS1, TS2, TS7.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.feed import SPEED_MAX, PlayIdField, SetShift
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, invalid, not_found, rejected
from server.http.rooms import row_of
from server.http.services import Services
from server.identity import Identity

LEAD_MS = 2_000
"""So long before it came one watches from a play on."""
ENTRIES_AT_ONCE = 500
_ADDED = b'"play.added"'


class WatchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """From where on, and how fast. Without `at` and `play`: from where one is."""

    speed: Annotated[int, Meta(ge=0, le=SPEED_MAX)] | None = None
    """Times as fast as time; 0: it stands still; null: no longer, as it happens or with the
    delay."""
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    """Log time, ms."""
    play: PlayIdField | None = None
    """From shortly before this play came."""


class WatchedFrom(Struct, frozen=True):
    """As of when the account sees the feed: at `since` it was `at`, and goes on `speed` times as
    fast as time. All null: as it happens, or with the delay."""

    at: int | None
    since: int | None
    speed: int | None
    delay_s: int
    now: int
    """Log time in ms."""


class _Line(Struct, frozen=True):
    at: int
    events: list[msgspec.Raw] = []


class _Id(Struct, frozen=True):
    id: int = 0


class _Event(Struct, frozen=True):
    type: str
    play: _Id | None = None


_read_line = msgspec.json.Decoder(_Line).decode
_read_event = msgspec.json.Decoder(_Event).decode


@post(
    "/feeds/{room_id:str}/watch",
    operation_id="watchFeed",
    tags=["feeds"],
    status_code=200,
    summary="Watch a feed from an earlier moment on",
    responses=refusals(401, 404, 422, 429),
)
async def watch_feed(
    request: Asked, room_id: RoomPath, data: JSONBody[WatchRequest]
) -> WatchedFrom:
    """Pauses the feed for the caller, shows it from a moment or a play on at a speed, or as it
    happens again. Nothing later than what is seen then is told by any way, for a day at most."""
    services, identity = services_of(request), identity_of(request)
    if (await row_of(services, room_id)).kind != "feed":
        raise not_found()
    at = data.at
    if data.play is not None:
        if at is not None:
            raise invalid("at or play, not both")
        at = await came_at(services, room_id, identity, data.play)
        if at is None:
            raise Refusal(404, "not_found")
        at = max(0, at - LEAD_MS)
    command = SetShift(data.speed, at)
    ended = await services.directory.execute(room_id, identity, command)
    if ended.code not in {None, "nothing_changes"}:
        raise rejected(ended)
    return await watched_from(services, room_id, identity)


async def watched_from(services: Services, room_id: str, identity: Identity) -> WatchedFrom:
    """As of when the account sees the feed."""
    now = services.clock.now_ms()
    watching = await services.directory.watching(room_id, identity.account)
    shift = None if now >= watching.caught_up() else watching.shift
    if shift is None:
        return WatchedFrom(None, None, None, watching.delay_s, now)
    return WatchedFrom(shift.at, shift.since, shift.speed, watching.delay_s, now)


async def came_at(services: Services, room_id: str, identity: Identity, play: int) -> int | None:
    """When a play came first, as far as the caller may know; None: it has not."""
    reach = await services.directory.reach(room_id, identity.account)
    last = await services.directory.version_of(room_id) or 0
    if reach is not None:
        last = min(last, reach.version)
    first = 1
    while first <= last:
        lines = await services.directory.entries(room_id, first, min(last, first + ENTRIES_AT_ONCE))
        if not lines:
            return None
        for line in lines:
            if _ADDED in line and (at := _added(line, play)) is not None:
                return at
        first += len(lines)
    return None


def _added(line: bytes, play: int) -> int | None:
    entry = _read_line(line)
    events: Sequence[_Event] = [_read_event(raw) for raw in entry.events if _ADDED in bytes(raw)]
    added = any(
        one.type == "play.added" and one.play is not None and one.play.id == play for one in events
    )
    return entry.at if added else None
