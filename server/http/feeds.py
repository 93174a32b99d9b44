"""Plays published over HTTP: by a program with its key, and by the command line in the name of a
feed's owner.

A body is a command of the feed, one report or many. What a key signs is executed once however often
it is sent; what a source says again changes nothing, and is done. Must not know what a report does.
SPEC: FP1 to FP5 (A10, A11).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Struct

from protocol.asking import SeasonField, WeekOfSeason
from protocol.feed import FeedCommand, FeedSettings
from protocol.membership import NameField
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.operator_rooms import (
    KeyOfRoom,
    OpenedUnderKey,
    command_as_owner,
    open_under,
    room_under,
)
from server.http.paging import RoomPath
from server.http.programs import carry_out
from server.http.refusals import Asked, unavailable
from server.http.rooms import Done
from server.rules.feed import FEED

DURABLE_S = 5.0
"""A publisher that waits longer does not know what came of it, and sends the same again."""


class FeedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The feed of one game, to be made if there is none."""

    game: KeyOfRoom
    """The league's number of the game, or whatever else names it."""
    name: NameField
    settings: FeedSettings = FeedSettings()
    season: SeasonField = 0
    """0: not said."""
    week: WeekOfSeason = 0
    open: bool = False
    """Whether everybody who is known to the server may ask about its plays (QY5)."""


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
async def open_feed(request: Asked, data: JSONBody[FeedRequest]) -> OpenedUnderKey:
    """The one feed that the operator has of a game: made with a link for each role, or found."""
    room_id, settings = feed_of(data.game), msgspec.to_builtins(data.settings)
    told = await open_under(request, FEED.name, data.name, at=room_id, settings=settings)
    await services_of(request).plays.rows.file(
        room_id, game=data.game, season=data.season, week=data.week, open_=data.open
    )
    return told


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
    return await command_as_owner(request, room_id, data)


def feed_of(game: str) -> str:
    """The room of the operator's feed of a game."""
    return room_under("feed of", game)
