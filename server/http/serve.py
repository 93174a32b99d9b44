"""Runs the HTTP side in the loop of the node, on uvicorn's HTTP/1.1 protocol.

Only the protocol is uvicorn's: signals, sockets and the order of stopping belong to the node. It
has no limit on how long a request head may take, and one text for everything that it cannot read;
both are added here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from email.utils import formatdate
from typing import Any

import h11
import msgspec
import uvicorn
from litestar.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from server.config import Settings
from server.http.gate import HEAD_BYTES_MAX
from server.http.headers import ANSWERS, STRICT_TRANSPORT, Header
from server.http.pacing import Turns
from server.http.refusals import ErrorBody

KEEP_ALIVE_S = 10
"""A page asks several things in a row; after this its connection is not worth a descriptor."""
GRACE_S = 5
"""How long answers under way may take when the node stops."""
CONNECTIONS_MAX = 2_000
"""Open HTTP connections; more get 503. The WebSocket port has its own limits."""
BACKLOG = 512
PER_TURN = 4
"""Pieces of requests that are read per turn of the loop: a burst of hundreds waits in order, and
rooms are served in between (HT67)."""

_HEAD_CODES = {431: "head_too_large", 501: "not_implemented"}


class HeadGuard(H11Protocol):
    """uvicorn's protocol with a deadline for request heads (S16: the connection is closed without a
    word), and refusals in our form."""

    def __init__(
        self, config: uvicorn.Config, state: ServerState, head_s: float, turns: Turns
    ) -> None:
        super().__init__(config, state, {})
        self._head_s = head_s
        self._turns = turns
        self._held: list[bytes] = []
        self._head_timer: asyncio.TimerHandle | None = None

    # uvicorn names the transport that it really gets, narrower than the protocol's own type.
    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A new connection owes a head."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self.app = _full
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Reads it now, or when it is this connection's turn; no more is received until then."""
        if not self._held and self._turns.take():
            self._read(data)
            return
        self._held.append(data)
        if len(self._held) == 1:
            self.transport.pause_reading()
            self._turns.later(self._read_held)

    def _read_held(self) -> None:
        data, self._held = b"".join(self._held), []
        if self.transport.is_closing():
            return
        if not self.flow.read_paused:
            self.transport.resume_reading()
        self._read(data)

    def _read(self, data: bytes) -> None:
        # The first bytes after an answer begin a new head.
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
        headers, body = _refusal(_HEAD_CODES.get(status, "malformed"), self.scheme)
        for event in (
            h11.Response(status_code=status, headers=headers, reason=b""),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(self._head_s, self._head_late)

    def _head_came(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()


def bind(host: str, port: int, *, reuse_port: bool = False) -> list[socket.socket]:
    """Sockets on every address of `host`; port 0 takes a free one, the same for all. With
    `reuse_port` other processes that ask for it too may have the same. Raises OSError."""
    bound: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            listener = socket.socket(family, kind, protocol)
            bound.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if reuse_port:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serves until `stop` is set, then lets the answers under way end (GRACE_S). Takes the sockets.
    With `tls` they speak nothing else.

    A cancellation ends every connection at once.
    """
    loop = asyncio.get_running_loop()
    state = ServerState()
    connect = _protocol_factory(app, settings, state)
    listeners: list[asyncio.AbstractServer] = []
    date = _Date(state, loop)
    # A handshake may take as long as a head (S16), which it comes before.
    limits: dict[str, Any] = (
        {"ssl_handshake_timeout": settings.handshake_s, "ssl_shutdown_timeout": settings.abort_s}
        if tls
        else {}
    )
    try:
        for one in sockets:
            listeners.append(
                await loop.create_server(connect, sock=one, backlog=BACKLOG, ssl=tls, **limits)
            )
        if started is not None:
            started.set()
        await stop.wait()
        for listener in listeners:
            listener.close()
        await _finish(state)
    finally:
        date.stop()
        for listener in listeners:
            listener.close()
        for one in sockets:
            one.close()
        for task in list(state.tasks):
            task.cancel()
        for connection in list(state.connections):
            connection.transport.abort()


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp,
    settings: Settings,
    sockets: Sequence[socket.socket],
    tls: ssl.SSLContext | None = None,
) -> AsyncGenerator[None]:
    """Serves for as long as the block runs."""
    stop, started = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            serve_http(app, settings, sockets, started=started, stop=stop, tls=tls),
            name="serve-http",
        )
        await started.wait()
        try:
            yield
        finally:
            stop.set()


def _refusal(code: str, scheme: str | None) -> tuple[list[Header], bytes]:
    """Headers and body of a refusal that ends its connection before the gate has seen it."""
    body = msgspec.json.encode(ErrorBody(code, ""))
    headers = [*ANSWERS, (b"content-type", b"application/json"), (b"connection", b"close")]
    if scheme == "https":
        headers.append(STRICT_TRANSPORT)
    return [*headers, (b"content-length", str(len(body)).encode())], body


async def _full(scope: Scope, _receive: Receive, send: Send) -> None:
    """The application of a connection that is one too many."""
    headers, body = _refusal("busy", scope["scheme"])
    headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _finish(state: ServerState) -> None:
    """Idle connections end now, the others after the answer that they wait for."""
    for connection in list(state.connections):
        connection.shutdown()
    if state.tasks:
        await asyncio.wait(list(state.tasks), timeout=GRACE_S)


class _Date:
    """Keeps the Date header (RFC 9110, 6.6.1) of all answers, once a second instead of per
    answer."""

    def __init__(self, state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
        self._state = state
        self._loop = loop
        self._refresh()

    def _refresh(self) -> None:
        self._state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
        self._timer = self._loop.call_later(1.0, self._refresh)

    def stop(self) -> None:
        """No more."""
        self._timer.cancel()


def _protocol_factory(
    app: ASGIApp, settings: Settings, state: ServerState
) -> Callable[[], HeadGuard]:
    # The names of uvicorn's settings are its own; their types are those of its constructor.
    wanted: dict[str, Any] = {
        "http": HeadGuard,
        "ws": "none",
        "loop": "none",
        "lifespan": "off",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "h11_max_incomplete_event_size": HEAD_BYTES_MAX,
    }
    config = uvicorn.Config(app, **wanted)
    config.load()

    turns = Turns(asyncio.get_running_loop(), PER_TURN)

    def connect() -> HeadGuard:
        return HeadGuard(config, state, settings.handshake_s, turns)

    return connect
