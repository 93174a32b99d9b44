"""The composition root: opens everything, joins the ends, serves until it is told to stop, and
drains.

The only module, with databases.py, that names implementations. A bug in a room or a connection
stops that one; a bug anywhere else drains the node. SPEC: OP rules on start and drain, C2.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.metadata
import random
import secrets
import signal
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from protocol.codes import CloseCode
from server.accounts.issuers import Issuer, fetch_over_http, issuer_of
from server.accounts.sealed_values import Renewal, SealedValues
from server.accounts.services import (
    AccountServices,
    carrier_of,
    make_access,
    make_accounts,
    stores_of,
)
from server.asking.feed_counts import FeedCounts
from server.asking.services import PlayServices, make_plays
from server.clock import Clock, NodeClock
from server.cluster.exchange import Exchange
from server.cluster.head_watch import HeadWatch
from server.cluster.heartbeat import Heartbeat
from server.cluster.placement import in_order
from server.cluster.watch import Watch
from server.config import Settings
from server.connections.authentication import Authentication
from server.connections.connection import Connection
from server.connections.listener import Listener, listen
from server.data_folder import mail_folder, secret_path
from server.databases import Databases, open_databases, open_relay
from server.demo_feed import DemoGames, demo_games, demo_matches
from server.demo_meet_room import demo_meet
from server.demo_start import DemoLink, demo_links
from server.file_watch import Watcher, watch_files
from server.hooks.courier import Courier
from server.hooks.post import Poster
from server.hosts import own_addresses
from server.http.app import create_app
from server.http.serve import bind, serving
from server.http.services import Readiness, Services
from server.invitations import Invitations
from server.leagues.feeds_beside import FeedsBeside
from server.leagues.live import LiveScores
from server.leagues.scoring import Scoring
from server.logs import configure, get_logger
from server.loop_lag import watch_lag
from server.metrics import Metrics, NodeCounts
from server.rooms.directory import Directory
from server.rules.catalogue import KINDS
from server.rules.feed import FEED
from server.secret_watch import SecretWatch
from server.secrets import LiveRing, open_ring, operator_key
from server.tls import Certificates
from server.tokens import Tokens, algorithm_of
from server.tracing import OtlpTraces, open_traces
from storage.errors import StorageError
from storage.heartbeats import Heartbeats
from storage.migrate import renew_generation
from storage.room_log import Head
from storage.webhooks import Webhooks

FREEZE_EVERY = 1_000
"""New connections after which what is long-lived is taken out of the garbage collector's sight:
with 5,000 connections a full collection stalls the loop for 210 ms."""
GC_THRESHOLDS = (5_000, 2, 2_500)
"""Looking at so many young objects holds the loop for 5 ms at most (50,000 took 50 ms). The middle
generation is looked at after three of those: after fifty, 5,000 followers who had just come were
one look of 240 ms, in the midst of a play."""
RECONNECTS_PER_S = 200
"""Clients that are let go in a second: a tenth of what a node takes back (5,000 in 2.4 s
measured)."""
OPEN_AGAIN_S = 1.0
"""Between attempts to open a new generation of the database."""
DRAIN_GRACE_S = 3.0
"""For close frames to be answered: abort_s and a sweep."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a node says of itself once it serves."""

    settings: Settings
    """With the ports that were really bound."""
    addresses: frozenset[str]
    """This machine's own names and addresses."""
    links: tuple[DemoLink, ...]


class _Members:
    """Whoever is connected, for the watch."""

    def __init__(self, directory: Directory, listener: Listener) -> None:
        self._directory = directory
        self._listener = listener

    def tell(self, code: str) -> None:
        """A notice in every open room."""
        for room in list(self._directory.open_rooms.values()):
            room.notify(code)

    def send_away(self) -> None:
        """1013: another node may reach the database."""
        self._listener.registry.close_all(CloseCode.TRY_AGAIN_LATER, "unavailable")


async def run_node(settings: Settings, *, ready: Callable[[Started], None] | None = None) -> int:
    """Serves until SIGTERM or SIGINT, drains, and returns the exit status: 0, or 1 after a bug.

    Raises InvalidSecret, StorageError and OSError where it cannot start."""
    configure(settings)
    told = asyncio.Event()
    _say_stop(told, told.set)
    node = await _live(settings, told, ready)
    while node.outlived and not told.is_set():
        # The same process, the same ports; everything in memory is read anew (LG27).
        settings = node.started.settings
        try:
            node = await _live(settings, told, None)
        except (StorageError, OSError) as error:
            get_logger("node").error("cannot open the new generation yet", error=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(OPEN_AGAIN_S):
                    await told.wait()
    return 1 if node.bugs else 0


async def _live(
    settings: Settings, told: asyncio.Event, ready: Callable[[Started], None] | None
) -> _Node:
    """One generation of the database, or until it is told to stop: what was open then. Raises
    StorageError, OSError where it cannot begin."""
    logger = get_logger("node")
    async with AsyncExitStack() as stack:
        node = await _open(settings, stack)
        _on_signals(node, told)
        logger.info(
            "serving",
            node=node.name,
            http_port=node.started.settings.http_port,
            ws_port=node.started.settings.ws_port,
        )
        if ready is not None:
            ready(node.started)
        await node.stopping.wait()
        node.readiness.causes.add("draining")
        node.heartbeat.leaves()
        if node.outlived:
            logger.error("the database has another generation: everything is opened anew")
            await _let_all_go(node.listener)
            return node
        logger.info("draining", connections=len(node.listener.registry.opened))
        await _drain(node.listener, settings.drain_s, node.exchange)
    logger.info("stopped")
    return node


def _say_stop(told: asyncio.Event, heard: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def said() -> None:
        heard()
        told.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, said)


async def _let_all_go(listener: Listener) -> None:
    """Everybody at once: no other node is better off."""
    listener.registry.close_all(CloseCode.RESTART, "restart")
    deadline = asyncio.get_running_loop().time() + DRAIN_GRACE_S
    while listener.registry.sockets and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - once in a life
        await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class _Node:
    """What is open."""

    name: str
    started: Started
    listener: Listener
    exchange: Exchange | None
    heartbeat: Heartbeat
    readiness: Readiness
    stopping: asyncio.Event
    bugs: list[Exception]
    directory: Directory

    @property
    def outlived(self) -> bool:
        """Whether it ended because the database has another generation."""
        return self.directory.forsaken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What everything on the node stands on."""

    settings: Settings
    stack: AsyncExitStack
    """Closes what was opened, the other way round."""
    name: str
    start: str
    """This process among all that ever had the name."""
    clock: NodeClock
    metrics: Metrics
    readiness: Readiness
    ring: LiveRing
    certificates: Certificates | None
    databases: Databases
    directory: Directory
    on_bug: Callable[[Exception], None]
    stopping: asyncio.Event
    exchange: Exchange | None = None
    """With other nodes; None: this one is alone."""


async def _open(settings: Settings, stack: AsyncExitStack) -> _Node:
    """Opens everything, in the order in which the stack will close it the other way round."""
    stopping = asyncio.Event()
    bugs: list[Exception] = []

    def on_bug(error: Exception) -> None:
        bugs.append(error)
        stopping.set()

    clock, metrics, readiness = NodeClock(), Metrics(), Readiness(unsafe=settings.allow_unsafe)
    ring = LiveRing(open_ring(settings))
    certificates = _certificates(settings, clock, metrics)
    name = settings.node or f"n_{secrets.token_hex(4)}"
    databases = await open_databases(settings)
    stack.push_async_callback(databases.close)
    directory = Directory(
        log=databases.log,
        clock=clock,
        settings=settings,
        metrics=metrics,
        kinds=KINDS,
        on_bug=on_bug,
        traces=await _traces(settings, stack, name, clock),
    )
    ground = _Ground(
        settings=settings,
        stack=stack,
        name=name,
        start=f"{name}.{secrets.token_hex(4)}",
        clock=clock,
        metrics=metrics,
        readiness=readiness,
        ring=ring,
        certificates=certificates,
        databases=databases,
        directory=directory,
        on_bug=on_bug,
        stopping=stopping,
    )
    heartbeat = await _heartbeat(ground)
    ground = replace(ground, exchange=await _exchange(ground))
    directory.start()
    stack.push_async_callback(directory.stop)
    started, listener = await _serve(ground, await _people(ground))
    _run(stack, on_bug, heartbeat=_beat_at_once(heartbeat))
    return _Node(
        ground.name,
        started,
        listener,
        ground.exchange,
        heartbeat,
        readiness,
        stopping,
        bugs,
        directory,
    )


async def _traces(
    settings: Settings, stack: AsyncExitStack, node: str, clock: Clock
) -> OtlpTraces | None:
    """Where traced commands are told; None: nowhere. Raises TracingUnavailable."""
    if not settings.otlp_url:
        return None
    traces = open_traces(
        settings.otlp_url, node=node, version=version(), share=settings.trace_share, clock=clock
    )
    stack.push_async_callback(asyncio.to_thread, traces.close)
    return traces


async def _heartbeat(ground: _Ground) -> Heartbeat:
    """From here on the clock is that of all nodes, and outages of before are known when the first
    room opens. The first beat comes when members are let in: until then nobody could do anything
    here (CK10)."""
    heartbeat = Heartbeat(
        store=Heartbeats(ground.databases.tables),
        clock=ground.clock,
        metrics=ground.metrics,
        readiness=ground.readiness,
        node=ground.start,
        every_s=ground.settings.pulse_s,
        tell=ground.directory.outage,
        ask=ground.databases.ask_time,
    )
    ground.directory.pulse = heartbeat
    await heartbeat.begin()
    ground.stack.push_async_callback(heartbeat.leave)
    return heartbeat


async def _beat_at_once(heartbeat: Heartbeat) -> None:
    """Beside what the node does first: whoever finds its ports open finds it ready."""
    with suppress(StorageError):  # the next one is as good
        await heartbeat.beat()
    await heartbeat.run()


async def _exchange(ground: _Ground) -> Exchange | None:
    """News between nodes; closed after the last room, so that its last entries are told."""
    start, directory = ground.start, ground.directory
    relay = open_relay(ground.settings, ground.databases.log, node=start)
    if relay is None:
        return None
    exchange = Exchange(
        relay,
        rooms=directory.open_rooms,
        clock=ground.clock,
        metrics=ground.metrics,
        node=start,
        name=ground.name,
        version=version(),
        tick_s=ground.settings.presence_tick_ms / 1000,
        ws_url=ground.settings.ws_url if ground.settings.ws_urls else "",
    )
    ground.metrics.relay_states = lambda: relay.states
    directory.neighbours = exchange
    await relay.start()
    ground.stack.push_async_callback(exchange.close)
    _run(ground.stack, ground.on_bug, relay=relay.run(), exchange=exchange.run())
    return exchange


def _follow_leagues(ground: _Ground, scoring: Scoring) -> None:
    directory = ground.directory
    directory.projection = LiveScores(scoring, directory.run_beside)
    directory.companions = FeedsBeside(directory, ground.clock, directory.run_beside)


async def _serve(ground: _Ground, people: _People) -> tuple[Started, Listener]:
    """Both ports, and the tasks beside them."""
    settings, stack, log = ground.settings, ground.stack, ground.databases.log
    tls = ground.certificates and ground.certificates.context
    invitations = Invitations(ground.ring)
    addresses = own_addresses()
    links = await demo_links(settings, ground.directory, log, invitations)
    meet = await demo_meet(settings, ground.directory, log, invitations)
    http_sockets = bind(settings.host, settings.http_port, reuse_port=settings.reuse_port)
    settings = replace(settings, http_port=http_sockets[0].getsockname()[1])
    if settings.metrics_port:
        http_sockets += bind(settings.host, settings.metrics_port)
    listener = await stack.enter_async_context(
        listen(
            settings=settings,
            clock=ground.clock,
            metrics=ground.metrics,
            authentication=people.authentication,
            invitations=invitations,
            rooms=people.accounts.team_rooms,
            witness=people.accounts.witness,
            node=ground.name,
            tls=tls,
            addresses=addresses,
        )
    )
    settings = replace(settings, ws_port=listener.ports[0])
    _count_feeds(ground)
    scoring = Scoring(ground.directory, log, ground.clock)
    _follow_leagues(ground, scoring)
    courier = _courier(ground, people)
    databases = ground.databases
    plays = make_plays(
        log, databases.tables, databases.reading, settings, ground.clock, ground.metrics
    )
    shows = _shows(ground, settings, invitations, scoring, plays)
    games, matches = shows.get("demo"), shows.get("demo_match")
    services = Services(
        settings=settings,
        directory=ground.directory,
        records=log,
        tokens=people.tokens,
        authentication=people.authentication,
        accounts=people.accounts,
        role_in=people.accounts.team_rooms.role_in,
        invitations=invitations,
        metrics=ground.metrics,
        clock=ground.clock,
        counts=lambda: _counts(ground, listener),
        readiness=ground.readiness,
        scoring=scoring,
        hooks=courier,
        plays=plays,
        operator_key=stack.enter_context(operator_key(settings)),
        version=version(),
        node=ground.name,
        addresses=addresses,
        others=lambda: () if ground.exchange is None else ground.exchange.nodes,
        demo_game=lambda: None if games is None else games.asked_for(),
        demo_match=lambda: None if matches is None else matches.asked_for(),
        demo_league=lambda: None if games is None else games.league,
        demo_meet=meet,
    )
    await stack.enter_async_context(serving(create_app(services), settings, http_sockets, tls))
    _work(ground, people, listener)
    _run(stack, ground.on_bug, webhooks=courier.run())
    _run(stack, ground.on_bug, plays=plays.index.run(settings.ask_sweep_s))
    _run(stack, ground.on_bug, **{name: show.run() for name, show in shows.items()})
    return Started(settings, addresses, links), listener


def _shows(
    ground: _Ground,
    settings: Settings,
    invitations: Invitations,
    scoring: Scoring,
    plays: PlayServices,
) -> dict[str, DemoGames]:
    """What is on in the demo, by the name of its task; nothing where there is none."""
    rooms, clock = ground.directory, ground.clock
    shows = {
        "demo": demo_games(settings, rooms, invitations, clock, scoring.settle, plays.open_game),
        "demo_match": demo_matches(settings, rooms, invitations, clock),
    }
    return {name: show for name, show in shows.items() if show is not None}


def _count_feeds(ground: _Ground) -> None:
    counts = FeedCounts(ground.metrics)
    ground.directory.counting = lambda room, entries: (
        counts.count(entries) if room.kind is FEED else None
    )


def _courier(ground: _Ground, people: _People) -> Courier:
    """Whoever tells addresses outside."""
    poster = Poster(ground.clock, private=ground.settings.hooks_private)
    ground.stack.push_async_callback(poster.close)
    return Courier(
        store=Webhooks(ground.databases.tables),
        rooms=ground.directory,
        records=ground.databases.log,
        seals=people.accounts.seals,
        posts=poster,
        clock=ground.clock,
        pulse=lambda: ground.directory.pulse,
        node=ground.start,
        draw=random.uniform,
    )


def _work(ground: _Ground, people: _People, listener: Listener) -> None:
    """Starts everything that runs as long as the node does."""
    directory, log = ground.directory, ground.databases.log

    def outlived() -> None:
        directory.forsaken = True
        ground.stopping.set()

    watch = Watch(
        check=log.check,
        clock=ground.clock,
        readiness=ground.readiness,
        members=_Members(directory, listener),
        unreadable=directory.unreadable,
        sound=lambda: ground.exchange is None or ground.exchange.sound,
        outlived=outlived,
    )
    heads = HeadWatch(
        log=log,
        rooms=directory.open_rooms,
        every_s=ground.settings.heads_s,
        news=ground.exchange,
        metrics=ground.metrics,
        gone_back=lambda room, had, has: _gone_back(ground, room, had, has),
        draw=random.uniform,
    )
    _run(
        ground.stack,
        ground.on_bug,
        watch=watch.run(),
        heads=heads.run(),
        lag=watch_lag(
            ground.clock, ground.metrics.loop_lag_s.observe, people.accounts.limits.load.observe
        ),
        files=watch_files(_watchers(ground)),
        seals=Renewal(SealedValues(ground.databases.tables), ground.ring).run(),
        **people.runs(),
        gc=_keep_collector_short(listener),
    )


async def _gone_back(ground: _Ground, room: str, had: Head, has: Head) -> None:
    """The database has lost what was committed: a standby without the last entries was promoted, or
    a copy was put back. Whoever finds it begins a new generation, once (LG26)."""
    get_logger("node").error(
        "the database has gone back: a new generation begins",
        room=room,
        had=had.version,
        has=has.version,
    )
    await renew_generation(ground.settings.database, after=ground.databases.log.generation)


@dataclass(frozen=True, slots=True)
class _People:
    """Who may come in, and how that is found out."""

    accounts: AccountServices
    authentication: Authentication
    tokens: Tokens
    issuer: Issuer | None

    def runs(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        issuer = {} if self.issuer is None else {"issuer": self.issuer.run()}
        return {**self.accounts.runs(), **issuer}


async def _people(ground: _Ground) -> _People:
    """Accounts and what has ended, loaded: nobody is let in before."""
    settings, clock, metrics = ground.settings, ground.clock, ground.metrics
    tokens = Tokens(
        ground.ring, clock, guest_token_h=settings.guest_token_h, algorithm=algorithm_of(settings)
    )
    stores = stores_of(ground.databases.tables)
    access = make_access(stores, settings, clock, metrics, ground.readiness)
    await access.load()
    if ground.exchange is not None:
        access.announce = ground.exchange.access_noted
        ground.exchange.access_changed = access.refresh
    issuer = issuer_of(settings, clock, fetch_over_http)
    if issuer is not None:
        await issuer.refresh()
    accounts = make_accounts(
        settings=settings,
        stores=stores,
        rooms=ground.directory,
        listings=ground.databases.log,
        ring=ground.ring,
        tokens=tokens,
        access=access,
        clock=clock,
        metrics=metrics,
        node=ground.name,
        carrier=carrier_of(settings, mail_folder(settings)),
    )
    ground.stack.push_async_callback(accounts.close)
    await accounts.limits.start()
    authentication = Authentication(tokens, access, clock, metrics, issuers=issuer)
    return _People(accounts, authentication, tokens, issuer)


def version() -> str:
    """The version of this installation."""
    try:
        return importlib.metadata.version("touchline")
    except importlib.metadata.PackageNotFoundError:
        return "0.0.0"


def _certificates(settings: Settings, clock: Clock, metrics: Metrics) -> Certificates | None:
    """The certificate of both ports; None: they speak without TLS. Raises InvalidCertificate."""
    if not settings.tls_certificate:
        return None
    return Certificates(Path(settings.tls_certificate), Path(settings.tls_key), clock, metrics)


def _watchers(ground: _Ground) -> list[Watcher]:
    """Who depends on files that change while the node runs."""
    settings = ground.settings
    found: list[Watcher] = [] if ground.certificates is None else [ground.certificates]
    if not settings.secret:
        secret = SecretWatch(secret_path(settings), ground.ring, ground.clock, ground.metrics)
        found.append(secret)
    return found


def _counts(ground: _Ground, listener: Listener) -> NodeCounts:
    rooms, clock = ground.directory.open_rooms, ground.clock
    feeds = [room for room in rooms.values() if room.kind is FEED]
    return replace(
        listener.registry.counts(),
        rooms_open=len(rooms),
        members=sum(len(room.audience) for room in rooms.values()),
        pending=sum(room.pending for room in rooms.values()),
        clock_ahead_ms=clock.ahead_ms,
        clock_refused_ms=clock.refused_ms,
        clock_steps_refused=clock.steps_refused,
        feeds=len(feeds),
        feeds_inconsistent=sum(bool(room.replica.state.inner.differences) for room in feeds),
    )


def _on_signals(node: _Node, told: asyncio.Event) -> None:
    """The first signal drains; a second one lets everybody go at once."""

    def told_to_stop() -> None:
        if node.stopping.is_set():
            node.listener.registry.close_all(CloseCode.RESTART, "restart")
        node.stopping.set()

    _say_stop(told, told_to_stop)
    if told.is_set():  # while it was opening
        node.stopping.set()


async def _drain(listener: Listener, window_max_s: float, exchange: Exchange | None) -> None:
    """Tells every client when and where to reconnect and waits until they have gone, or the window
    is over twice. A few clients need no window: it is as long as their number asks."""
    if exchange is not None:
        exchange.drain()
    others = [] if exchange is None else exchange.nodes
    addresses = {one.ws_url for one in others if one.ws_url and not one.draining}
    window_s = min(window_max_s, len(listener.registry.opened) / RECONNECTS_PER_S)

    def where(connection: Connection) -> str | None:
        """The node of its first room, or of its account while it has none."""
        home = next(iter(connection.session.rooms), None) or connection.identity.account
        return next(iter(in_order(home, addresses)), None)

    listener.drain(window_s, where)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 2 * window_s + DRAIN_GRACE_S
    while listener.registry.sockets and loop.time() < deadline:  # noqa: ASYNC110 - once in a life
        await asyncio.sleep(0.02)


async def _keep_collector_short(listener: Listener) -> None:
    gc.set_threshold(*GC_THRESHOLDS)
    gc.collect()
    gc.freeze()
    frozen = 0
    while True:
        await asyncio.sleep(5)
        opened = len(listener.registry.opened)
        if abs(opened - frozen) >= FREEZE_EVERY:
            frozen = opened
            gc.freeze()


def _run(
    stack: AsyncExitStack, on_bug: Callable[[Exception], None], **works: Coroutine[Any, Any, None]
) -> None:
    """Runs each in a task of that name until the node stops. One that fails is a bug."""
    for name, work in works.items():
        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(lambda done: _task_ended(done, on_bug))
        stack.callback(task.cancel)


def _task_ended(task: asyncio.Task[None], on_bug: Callable[[Exception], None]) -> None:
    if not task.cancelled() and isinstance(error := task.exception(), Exception):
        get_logger("node").error("task failed", task=task.get_name(), exc_info=error)
        on_bug(error)
