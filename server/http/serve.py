"""Runs the HTTP side on uvicorn, in the loop of the node: no signal handlers, no lifespan, no
access log, no Server header.

uvicorn has no limit on how long a request head may take and answers 400 to everything that it
cannot read; both are added here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Any

import h11
import msgspec
import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.config import Settings
from server.http.headers import ANSWERS
from server.http.refusals import ErrorBody

HEAD_BYTES_MAX = 16_384
"""Request line and headers together (431)."""
KEEP_ALIVE_S = 10
"""A page asks several things in a row; after this its connection is not worth a descriptor."""
GRACE_S = 5
"""How long answers under way may take when the node stops."""
CONNECTIONS_MAX = 2_000
"""Open HTTP connections; more get 503. The WebSocket port has its own limits."""
BACKLOG = 512

_HEAD_CODES = {431: "head_too_large", 501: "not_implemented"}


class HeadGuard(H11Protocol):
    """uvicorn's protocol with a deadline for request heads, and refusals in our form."""

    HEAD_S = 5.0
    """A request head must be complete by then (S16): the connection is closed without a word."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A new connection owes a head."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """The first bytes after an answer begin a new head."""
        if self._head_timer is None and self.conn.their_state is h11.IDLE:
            self._expect_head()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_came()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._head_came()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """A head that cannot be read, with the status that fits and no text of the library's."""
        # Called where uvicorn has caught h11's error, which knows the status but is not handed
        # over.
        error = sys.exc_info()[1]
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        code = _HEAD_CODES.get(status, "malformed")
        body = msgspec.json.encode(ErrorBody(code, ""))
        headers = [*ANSWERS, (b"content-type", b"application/json"), (b"connection", b"close")]
        headers.append((b"content-length", str(len(body)).encode()))
        for event in (
            h11.Response(status_code=status, headers=headers, reason=b""),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(self.HEAD_S, self._head_late)

    def _head_came(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()


class _InOurLoop(uvicorn.Server):
    """Signals belong to the node."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Captures none."""
        yield


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of `host`; port 0 takes a free one, the same for all. Raises
    OSError."""
    bound: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            listener = socket.socket(family, kind, protocol)
            bound.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            chosen = port or (bound[0].getsockname()[1] if len(bound) > 1 else 0)
            listener.bind((address[0], chosen, *address[2:]))
            listener.settimeout(0)
    except OSError:
        for listener in bound:
            listener.close()
        raise
    return bound


async def serve_http(
    app: ASGIApp,
    settings: Settings,
    sockets: Sequence[socket.socket],
    *,
    started: asyncio.Event | None = None,
    stop: asyncio.Event,
) -> None:
    """Serves until `stop` is set, then finishes the answers under way (GRACE_S). Closes the
    sockets.

    A cancellation stops at once, with the connections closed."""
    guard = type("HeadGuardOfNode", (HeadGuard,), {"HEAD_S": settings.handshake_s})
    server = _InOurLoop(_config(app, guard))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(list(sockets)), name="http")
        try:
            while not server.started:
                await asyncio.sleep(0)
                if serving.done():
                    return
            if started is not None:
                started.set()
            await stop.wait()
        except asyncio.CancelledError:
            server.force_exit = True
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            raise
        finally:
            server.should_exit = True


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, settings: Settings, sockets: Sequence[socket.socket]
) -> AsyncGenerator[None]:
    """Serves for as long as the block runs."""
    stop, started = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            serve_http(app, settings, sockets, started=started, stop=stop), name="serve-http"
        )
        await started.wait()
        try:
            yield
        finally:
            stop.set()


def _config(app: ASGIApp, guard: type[asyncio.Protocol]) -> uvicorn.Config:
    wanted: dict[str, Any] = {
        "http": guard,
        "ws": "none",
        "loop": "none",
        "lifespan": "off",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "date_header": True,
        "proxy_headers": False,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": GRACE_S,
        "limit_concurrency": CONNECTIONS_MAX,
        "backlog": BACKLOG,
        "h11_max_incomplete_event_size": HEAD_BYTES_MAX,
    }
    return uvicorn.Config(app, **wanted)
