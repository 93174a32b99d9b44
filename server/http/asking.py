"""Questions about plays over HTTP: for whoever is known to the server about the feeds that
everybody may ask about, for members about theirs, for the operator about all; and the operator's
command that puts plays in at once.

Must not know what a question means. SPEC: QY5, QY8, QY11, QY12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.asking import Answer, Question
from server.asking.conditions import BadQuestion
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import cursor_after, key_after
from server.http.refusals import Asked, invalid, not_found
from server.http.services import Services
from server.identity import Identity
from server.rules.watching import SHIFT_LASTS_MS

FEEDS_AT_ONCE = 25
"""Put in by one request: a few seconds."""
LISTED_AT_ONCE = 100
_CURSOR = "plays"


class IndexRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a round through all feeds."""

    again: bool = False
    """Also feeds that have not gone on."""
    until: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    """As the piece before said; null: the round begins."""
    after: Annotated[str, Meta(max_length=64)] | None = None


class Indexed(Struct, frozen=True):
    """What a piece came to, and what the next one is asked with. `after` null: that was all."""

    until: int
    after: str | None
    feeds: int
    changed: int
    plays: int
    failed: int


@post(
    "/plays/ask",
    operation_id="askPlays",
    tags=["plays"],
    status_code=200,
    summary="Ask about plays",
    responses=refusals(401, 403, 404, 413, 415, 422, 429, 503),
)
async def ask(request: Asked, data: JSONBody[Question]) -> Answer:
    """Plays that fulfil every condition, the newest first, or what they come to by player, team,
    formation, week and so on. Without `feeds` the question is about every feed that everybody may
    ask about; feeds that are named must be one's own. What is committed can be asked about two
    minutes later, `as_of` says until when everything is in the answer."""
    services, identity = services_of(request), identity_of(request)
    for room in data.where.feeds:
        await _check_may(services, identity, room)
    hidden = await _hidden(services, identity, data.where.feeds)
    return await answered(services, data, everything=False, hidden=hidden)


@post(
    "/operator/plays/ask",
    operation_id="operatorAskPlays",
    tags=["operator"],
    status_code=200,
    summary="Ask about plays of all feeds",
    responses=refusals(401),
)
async def operator_ask(request: Asked, data: JSONBody[Question]) -> Answer:
    """As `askPlays`, about every feed there is."""
    return await answered(services_of(request), data, everything=True)


@post(
    "/operator/plays/index",
    operation_id="operatorIndexPlays",
    tags=["operator"],
    status_code=200,
    summary="Put plays in for questions",
    responses=refusals(401),
)
async def index(request: Asked, data: JSONBody[IndexRequest]) -> Indexed:
    """What each node does every few seconds, now, and a piece at a time."""
    plays = services_of(request).plays.index
    until = min(plays.until(), plays.until() if data.until is None else data.until)
    part = await plays.piece(until, data.after, again=data.again, limit=FEEDS_AT_ONCE)
    return Indexed(until, part.after, part.feeds, part.changed, part.plays, part.failed)


async def answered(
    services: Services, question: Question, *, everything: bool, hidden: Sequence[str] = ()
) -> Answer:
    """The answer, with cursors as lists have them, without the plays of `hidden` feeds."""
    try:
        answer, more = await services.plays.asking.ask(
            question,
            after=key_after(_CURSOR, question.cursor),
            everything=everything,
            hidden=hidden,
        )
    except BadQuestion as error:
        raise invalid(str(error)) from None
    return msgspec.structs.replace(answer, next=more and cursor_after(_CURSOR, more))


async def _hidden(services: Services, identity: Identity, named: Sequence[str]) -> list[str]:
    """TS6: the feeds of which the caller sees less than questions tell, by a shift of their own. A
    shift is an entry, and lasts a day: only feeds with one in that time are looked at."""
    since = services.clock.now_ms() - SHIFT_LASTS_MS
    until = services.plays.index.until()
    found: list[str] = []
    after: str | None = None
    while True:
        listed = await services.records.listed(identity.account, limit=LISTED_AT_ONCE, after=after)
        for row in (one.row for one in listed):
            if row.kind == "feed" and row.updated_at > since and (not named or row.id in named):
                reach = await services.directory.reach(row.id, identity.account)
                if reach is not None and reach.until < until:
                    found.append(row.id)
        if len(listed) < LISTED_AT_ONCE:
            return found
        after = listed[-1].row.id


async def _check_may(services: Services, identity: Identity, room: str) -> None:
    """A feed that one is not in, or another kind of room, is not there."""
    role = await services.role_in(room, identity)
    if role is None or not identity.may("feeds:read", room):
        raise not_found()
    row = (await services.records.rooms([room])).get(room)
    if row is None or row.kind != "feed":
        raise not_found()
