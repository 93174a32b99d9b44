"""The WebSocket port: sockets, TLS, and the task group in which connections wait for rooms.

Composes what is in this folder; decides nothing about requests or messages. SPEC: HS1, HS15, HS16.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from server.clock import Clock
from server.config import Settings
from server.connections.authentication import Authentication
from server.connections.connection import Connection
from server.connections.registry import Registry
from server.connections.surroundings import (
    NO_WITNESS,
    Rooms,
    Surroundings,
    Witness,
    handshake_rules,
    session_limits,
    told_limits,
)
from server.connections.sweeper import Sweeper
from server.invitations import Invitations
from server.logs import get_logger
from server.metrics import Metrics

BACKLOG: Final = 1_024
KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 15), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3))
"""A peer that is gone without a word is known after 30 s (W5)."""


class Listener:
    """The open port. Made by `listen`."""

    def __init__(
        self, servers: Sequence[asyncio.Server], registry: Registry, sweeper: Sweeper, clock: Clock
    ) -> None:
        self._servers = servers
        self._clock = clock
        self.registry = registry
        self.sweeper = sweeper

    @property
    def ports(self) -> list[int]:
        """The ports that are listened on."""
        return [
            int(opened.getsockname()[1]) for server in self._servers for opened in server.sockets
        ]

    def stop_accepting(self) -> None:
        """No new sockets; what is connected stays."""
        for server in self._servers:
            server.close()

    def drain(
        self, window_s: float, where: Callable[[Connection], str | None] = lambda _: None
    ) -> None:
        """No new connections, and every client is told when and where to reconnect; the sweeper
        closes them in their slots. `registry.sockets` is empty when all are gone."""
        self.stop_accepting()
        self.registry.drain(self._clock.monotonic(), self._clock.now_ms(), window_s, where)


def open_socket(settings: Settings, *, reuse_port: bool = False) -> socket.socket:
    """The listening socket. What is set on it, accepted sockets inherit (Linux), so that accepting
    one costs nothing more."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        set_options(opened, settings)
        opened.bind((settings.host, settings.ws_port))
        opened.listen(BACKLOG)
        opened.settimeout(0)
    except BaseException:
        opened.close()
        raise
    return opened


def set_options(listening: socket.socket, settings: Settings) -> None:
    """TCP as this server wants it, on a socket that may have been opened by somebody else."""
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEPALIVE:
        listening.setsockopt(socket.IPPROTO_TCP, option, value)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.tcp_user_timeout_ms)
    if settings.send_buffer_bytes:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.send_buffer_bytes)


@asynccontextmanager
async def listen(
    *,
    settings: Settings,
    clock: Clock,
    metrics: Metrics,
    authentication: Authentication,
    invitations: Invitations,
    rooms: Rooms,
    node: str,
    sockets: Sequence[socket.socket] | None = None,
    tls: ssl.SSLContext | None = None,
    addresses: Iterable[str] | None = None,
    draw_incident: Callable[[], str] = lambda: secrets.token_hex(6),
    witness: Witness = NO_WITNESS,
) -> AsyncGenerator[Listener]:
    """The port, open while the block runs; at its end whoever is still connected is cut off.

    `sockets` are listening already (several processes, or handed over); else one is opened by the
    settings. `addresses` are this machine's own; looked up when not given.
    """
    loop = asyncio.get_running_loop()
    registry = Registry(settings)
    registry.follow(authentication.access)
    async with asyncio.TaskGroup() as tasks:
        around = Surroundings(
            settings=settings,
            limits=session_limits(settings),
            welcome_limits=told_limits(settings),
            rules=handshake_rules(settings, authentication, addresses),
            node=node,
            clock=clock,
            metrics=metrics,
            registry=registry,
            authentication=authentication,
            invitations=invitations,
            rooms=rooms,
            logger=get_logger("connections"),
            draw_incident=draw_incident,
            spawn=tasks.create_task,
            call_later=loop.call_later,
            witness=witness,
        )
        if sockets is None:
            sockets = [open_socket(settings, reuse_port=settings.reuse_port)]
        # A handshake may take as long as a head (S16), its end as long as a close frame's answer.
        limits: dict[str, Any] = (
            {
                "ssl_handshake_timeout": settings.handshake_s,
                "ssl_shutdown_timeout": settings.abort_s,
            }
            if tls
            else {}
        )
        servers = [
            await loop.create_server(
                lambda: Connection(around), sock=one, backlog=BACKLOG, ssl=tls, **limits
            )
            for one in sockets
        ]
        sweeper = Sweeper(registry, clock)
        sweeping = tasks.create_task(sweeper.run(), name="sweep-connections")
        listener = Listener(servers, registry, sweeper, clock)
        try:
            yield listener
        finally:
            listener.stop_accepting()
            sweeping.cancel()
            for connection in list(registry.sockets):
                connection.abort()
