"""How the node is: alive, ready, in what state, and its metrics (A15). `/config.json` tells pages
where the WebSocket is."""

from __future__ import annotations

import asyncio
import hmac
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from protocol.client_messages import PROTOCOL_VERSION
from server.cluster.placement import in_order
from server.config import listed
from server.hosts import is_loopback
from server.http.authentication import bearer_of, services_of
from server.http.documentation import refusals
from server.http.refusals import Asked, not_found
from server.http.services import Services
from server.metrics import Exposition, NodeCounts
from server.readiness import OtherNode
from storage.errors import StorageError, StorageFailed

CHECK_S = 1.0
"""How long the database may take to answer a check, and how long its answer holds."""

RoomQuery = Annotated[
    str, QueryParameter(description="The room that is to be joined first.", max_length=64)
]


class Alive(Struct, frozen=True):
    """The loop runs."""

    alive: bool


class Ready(Struct, frozen=True):
    """Whether new work should come here."""

    ready: bool
    causes: list[str]
    """Why not."""
    degraded: list[str]
    """Parts that are slow or away while work goes on."""
    unsafe: bool
    """The database may lose what it acknowledged; allowed by a setting."""


class NewsStatus(Struct, frozen=True):
    """One way by which news of other nodes come."""

    sound: bool
    """This node hears itself through it."""
    rooms: int
    lag_s: float
    """How late it last heard itself."""
    losses: int
    """Times that news may have been missed."""


class Status(Struct, frozen=True):
    """The node and its parts."""

    status: str
    """ok, degraded, or unavailable."""
    version: str
    node: str
    uptime_s: float
    parts: dict[str, str]
    ready: Ready
    rooms_open: int
    members: int
    connections: int
    lagging: int
    commands_pending: int
    others: list[OtherNode]
    """Other nodes that live; none where this one is alone."""
    news: list[NewsStatus]


class DemoGame(Struct, frozen=True):
    """A game of the demo, or a league."""

    name: str
    path: str
    """The page, with an invitation to watch."""


class Config(Struct, frozen=True):
    """What a page has to know before it can connect."""

    ws: str
    ws_urls: list[str]
    """All of them, the one to try first at the front; `ws` is that one."""
    version: str
    protocol: int
    mail: Literal["smtp", "folder"]
    """Where messages to people go: `folder` is the data folder's, for whoever runs the server."""
    sign_up: str
    """Who may make an account: open, invitation, or closed."""
    game: DemoGame | None
    """The game of the demo that anybody may watch; null: none."""
    league: DemoGame | None
    """The league of the demo that anybody may look at; null: none."""
    meet: DemoGame | None = None
    """The meet of the demo, for who comes by."""
    match: DemoGame | None = None
    """The match of soccer of the demo that anybody may watch."""
    over: list[DemoGame] = []
    """Games of the demo's league that are over, for whoever would look at one whole."""


class Health:
    """Asks the database at most once per CHECK_S, however many ask us."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.exposition = Exposition(services.metrics, services.counts)
        self._started_s = services.clock.monotonic()
        self._checked_s = float("-inf")
        self._database = "unknown"
        self._checking = asyncio.Lock()

    async def database(self) -> str:
        """ok, away, or failed (which is for good)."""
        async with self._checking:
            now_s = self._services.clock.monotonic()
            if now_s - self._checked_s >= CHECK_S:
                self._database = await self._ask()
                self._checked_s = self._services.clock.monotonic()
            return self._database

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(CHECK_S):
                await self._services.records.check()
        except StorageFailed:
            return "failed"
        except (StorageError, TimeoutError):
            return "away"
        return "ok"

    async def ready(self) -> Ready:
        """The node's own verdict, with the database's state as of now."""
        readiness = self._services.readiness
        causes = set(readiness.causes)
        if await self.database() != "ok":
            causes.add("database")
        return Ready(not causes, sorted(causes), sorted(readiness.degraded), readiness.unsafe)

    async def status(self) -> Status:
        """Everything that `/status` tells."""
        ready = await self.ready()
        counts: NodeCounts = self._services.counts()
        parts = {"http": "ok", "database": self._database}
        parts |= dict.fromkeys(ready.degraded, "degraded")
        parts |= {cause: "unavailable" for cause in ready.causes if cause != "database"}
        overall = "ok" if ready.ready else "unavailable"
        if ready.ready and (ready.degraded or ready.unsafe):
            overall = "degraded"
        return Status(
            overall,
            self._services.version,
            self._services.node,
            round(self._services.clock.monotonic() - self._started_s, 3),
            parts,
            ready,
            counts.rooms_open,
            counts.members,
            counts.connections,
            counts.lagging,
            counts.pending,
            list(self._services.others()),
            self._news(),
        )

    def _news(self) -> list[NewsStatus]:
        states = self._services.metrics.relay_states
        if states is None:
            return []
        return [NewsStatus(s.sound, s.held, round(s.lag_s, 4), s.losses) for s in states()]


@get(
    "/live", operation_id="live", tags=["node"], summary="Is the loop alive?", sync_to_thread=False
)
def live() -> Alive:
    """200 while the loop lives: whoever gets no answer in a second should restart the node."""
    return Alive(alive=True)


@get(
    "/ready",
    operation_id="ready",
    tags=["node"],
    summary="May work come here?",
    responses={
        503: ResponseSpec(
            Ready, description="Not ready; `causes` says why.", generate_examples=False
        )
    },
)
async def ready(request: Asked) -> Response[Ready]:
    """200, or 503 with causes. Degraded parts and unsafe settings are told, and do not count
    against it."""
    answer = await _health(request).ready()
    return Response(answer, status_code=200 if answer.ready else 503)


@get("/status", operation_id="status", tags=["node"], summary="How is the node?")
async def status(request: Asked) -> Status:
    """Version, parts, uptime, rooms and connections. Always 200: `/ready` is for load balancers."""
    return await _health(request).status()


@get("/health", operation_id="health", tags=["node"], summary="The same as /status")
async def health(request: Asked) -> Status:
    """The same as `/status`, under the name that people try first."""
    return await _health(request).status()


@get(
    "/metrics",
    operation_id="metrics",
    tags=["node"],
    summary="Metrics",
    media_type="text/plain; version=0.0.4; charset=utf-8",
    responses=refusals(404),
    sync_to_thread=False,
)
def metrics(request: Asked) -> bytes:
    """Prometheus' text format, for loopback or with the key; to everybody else there is no such
    thing."""
    services = services_of(request)
    key = services.settings.metrics_key
    if key:
        given = bearer_of(request)
        if not hmac.compare_digest(given.encode(), key.encode()):
            if given:
                services.metrics.authentication_failures["metrics"] += 1
            raise not_found()
    elif not _is_local(request):
        raise not_found()
    return _health(request).exposition.text()


@get(
    "/config.json",
    operation_id="config",
    tags=["node"],
    summary="Where is the WebSocket?",
    sync_to_thread=False,
)
def config(request: Asked, room: RoomQuery = "") -> Config:
    """The WebSocket's address under the name by which the page came; where there are several nodes,
    those of all, for this room."""
    services = services_of(request)
    own = str(request.scope["state"]["websocket"])
    nodes = _nodes(services, room) or [own]
    game, league, meet = services.demo_game(), services.demo_league(), services.demo_meet
    match = services.demo_match()
    return Config(
        nodes[0],
        nodes,
        services.version,
        PROTOCOL_VERSION,
        services.accounts.mail.kind,
        services.settings.sign_up,
        None if game is None else DemoGame(game.name, game.path),
        None if league is None else DemoGame(league.name, league.path),
        None if meet is None else DemoGame(meet.name, meet.path),
        None if match is None else DemoGame(match.name, match.path),
        [DemoGame(name, path) for name, path in (league.over if league is not None else ())],
    )


def _nodes(services: Services, room: str) -> list[str]:
    """All nodes, those that live first, in the room's order."""
    settings = services.settings
    away = set(listed(settings.ws_urls)) - {one.ws_url for one in services.others()}
    away |= {one.ws_url for one in services.others() if one.draining}
    if "draining" not in services.readiness.causes:
        away.discard(settings.ws_url)
    order = in_order(room, listed(settings.ws_urls))
    return sorted(order, key=lambda address: address in away)


def _is_local(request: Asked) -> bool:
    # A proxy on this machine that nobody configured makes the whole world look local.
    forwarded = {"x-forwarded-for", "forwarded", "via"} & set(request.headers)
    return not forwarded and is_loopback(str(request.scope["state"]["address"]))


def _health(request: Asked) -> Health:
    health: Any = request.app.state["health"]
    assert isinstance(health, Health), "create_app puts it there"
    return health
