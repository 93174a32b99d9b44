"""Plays published over HTTP: by a program with its key, and by the command line in the name of a
feed's owner.

A body is a command of the feed, one report or many. What a key signs is executed once however often
it is sent; what a source says again changes nothing, and is done. Must not know what a report does.
SPEC: FP1 to FP5 (A10, A11).
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Coroutine
from typing import Annotated, Any, cast

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.asking import SeasonField, WeekOfSeason
from protocol.feed import FeedCommand, FeedSettings
from protocol.membership import NameField
from protocol.text import clean_name
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.operator import OperatorCard, card_of, opened, owner_of
from server.http.paging import RoomPath
from server.http.programs import carry_out
from server.http.refusals import Asked, invalid, rejected, unavailable
from server.http.rooms import Done, row_of
from server.http.transfer import note
from server.rooms.pending import Ended

DURABLE_S = 5.0
"""A publisher that waits longer does not know what came of it, and sends the same again."""


class FeedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The feed of one game, to be made if there is none."""

    game: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$", max_length=40)]
    """The league's number of the game, or whatever else names it."""
    name: NameField
    settings: FeedSettings = FeedSettings()
    season: SeasonField = 0
    """0: not said."""
    week: WeekOfSeason = 0
    open: bool = False
    """Whether everybody who is known to the server may ask about its plays (QY5)."""


class OpenedFeed(Struct, frozen=True):
    """The feed of a game; a link per role where it is new, none where it was there."""

    room: OperatorCard
    links: dict[str, str]
    made: bool


@post(
    "/feeds/{room_id:str}/events",
    operation_id="publish",
    tags=["feeds"],
    status_code=200,
    summary="Publish into a feed",
    responses=refusals(401, 403, 404, 409, 413, 415, 422, 429, 503),
)
async def publish(request: Asked, room_id: RoomPath, data: JSONBody[FeedCommand]) -> Response[Any]:
    """One report, or up to 200 as `reports`: all or none. Answered when it is durable, with the
    version at which all of it is there. A key with a signing secret signs each request (Standard
    Webhooks); the same id gets the first answer again. `503 unknown_outcome`: to be sent again
    under the same id."""
    identity = identity_of(request)
    await request.body()  # while there is somebody who sends it
    # The framework's state is untyped; create_app alone writes this key.
    return await cast("Publishing", request.app.state["publishing"]).finish(
        carry_out(request, room_id, identity, msgspec.json.encode(data), may_repeat=True)
    )


class Publishing:
    """What is being published. Invariant: whatever was begun goes on to its end, also where nobody
    waits for it any more."""

    def __init__(self) -> None:
        self._late: set[asyncio.Task[Response[Any]]] = set()

    async def finish(self, work: Coroutine[Any, Any, Response[Any]]) -> Response[Any]:
        """The answer; after DURABLE_S a refusal. Raises Refusal."""
        task = asyncio.get_running_loop().create_task(work, name="publish")
        self._late.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=DURABLE_S)
        if not done:
            raise unavailable("unknown_outcome")
        return task.result()

    def _ended(self, task: asyncio.Task[Response[Any]]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # looked at here, as whoever asked may have gone


@post(
    "/operator/feeds",
    operation_id="operatorOpenFeed",
    tags=["operator"],
    summary="Make the feed of a game",
    responses=refusals(401),
)
async def open_feed(request: Asked, data: JSONBody[FeedRequest]) -> OpenedFeed:
    """The one feed that the operator has of a game: made with a link for each role, or found."""
    services = services_of(request)
    name = clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    owner = services.tokens.issue_guest("Operator").identity
    room_id = feed_of(data.game)
    settings = msgspec.to_builtins(data.settings)
    made = await services.directory.create_filled("feed", name, owner, settings, (), at=room_id)
    await services.plays.rows.file(
        room_id, game=data.game, season=data.season, week=data.week, open_=data.open
    )
    if isinstance(made, Ended):
        return OpenedFeed(card_of(await row_of(services, room_id)), {}, made=False)
    note(request, "admin.act", room_id, what="room made")
    told = await opened(request, room_id, owner)
    return OpenedFeed(told.room, told.links, made=True)


@post(
    "/operator/feeds/{room_id:str}/events",
    operation_id="operatorReport",
    tags=["operator"],
    status_code=200,
    summary="Report into a feed",
    responses=refusals(401, 404, 409),
)
async def report(request: Asked, room_id: RoomPath, data: JSONBody[FeedCommand]) -> Done:
    """In the name of the feed's first owner. What is there already changes nothing, and is done."""
    services = services_of(request)
    await row_of(services, room_id)
    owner = await owner_of(services, room_id)
    ended = await services.directory.execute(room_id, owner, data)
    if ended.code == "nothing_changes":
        return Done(await services.directory.version_of(room_id) or 0)
    if ended.code is not None:
        raise rejected(ended)
    return Done(ended.version)


def feed_of(game: str) -> str:
    """The room of the operator's feed of a game: always the same, so that an import that died finds
    what it had begun, and two at once make one feed."""
    digest = hashlib.blake2b(f"feed of {game}".encode(), digest_size=16).digest()
    return f"r_{urlsafe_b64encode(digest).decode().rstrip('=')}"
