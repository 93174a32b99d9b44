"""The door in front of the framework: who may ask, how much, and what every answer carries.

Runs before routing, so that unknown paths and wrong methods get the same treatment as everything
else: request id, Host (S10), blocked addresses, rate, Origin and CORS (A13), body limits, security
headers (A14), metrics. Pages are answered here, without the framework.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from typing import Any, cast

import msgspec
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from protocol.library import CONTENT_BYTES_MAX
from server.accounts.passwords import PasswordsBusy
from server.clock import Clock
from server.config import listed
from server.hosts import (
    Host,
    allowed_hosts,
    allowed_origins,
    client_address,
    link_origin,
    origin_allowed,
    parse_host,
    trusted_proxies,
)
from server.http.headers import (
    ANSWERS,
    PREFLIGHT,
    STRICT_TRANSPORT,
    Header,
    page_policy,
    shared_with,
)
from server.http.limits import RateLimit
from server.http.pages import Page
from server.http.refusals import ErrorBody, Turned, route_of
from server.http.services import Services
from server.http.timing import Timing
from server.logs import context, get_logger
from server.rooms.traced import caller

BODY_S = 10.0
"""The next piece of a body must arrive by then (408)."""
BODY_BYTES_PER_S = 16_384
"""And all of it no slower than this, BODY_S later: a byte every nine seconds would hold one of
IN_FLIGHT_MAX for days."""

HEAD_BYTES_MAX = 16_384
"""Request line and headers together (431). h11 alone would take a longer one that arrives at
once."""

IN_FLIGHT_MAX = 512
"""Requests at work at once. At a millisecond each this is half a second of the loop, which belongs
to rooms first."""

UNLIMITED = frozenset({"/live", "/ready", "/metrics"})
"""Asked by machines on a schedule; refusing them would look like a fault of the node."""

STREAMED = frozenset(
    {
        "/rooms/import",
        "/rooms/document",
        "/rooms/play",
        "/rooms/play/look",
        "/drafts/import",
        "/operator/rooms/import",
    }
)
"""Bodies with a limit of their own, read piece by piece by their operation."""

LIBRARY_PATHS = "/libraries/"
LIBRARY_BODY_BYTES_MAX = 2 * CONTENT_BYTES_MAX
"""An item's content in any spelling of its JSON that is not meant to be long."""

DRAFT_PATHS = "/drafts/"
DRAFT_BODY_BYTES_MAX = 1_048_576
"""A file of as many players as a pool has."""

FEED_PATHS = ("/feeds/", "/operator/feeds/")
FEED_BODY_BYTES_MAX = 262_144
"""Two hundred plays with their lines (A10)."""

HASHED = frozenset({"/auth/login"})
"""What everybody may ask at once and costs a password's hash: turned away here while hashes queue
up, because the framework would take longer to say so than the loop has to spare."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_JSON = re.compile(rb"application/json(\s*;\s*charset=utf-8)?", re.IGNORECASE)
_DIGITS = re.compile(rb"[0-9]{1,15}")


class Exchange:
    """One request and what is known of its answer."""

    __slots__ = (
        "_lines",
        "address",
        "clock",
        "extra",
        "headers",
        "host",
        "method",
        "origin",
        "path",
        "request_id",
        "secure",
        "send",
        "status",
        "timing",
        "traceparent",
    )

    def __init__(self, scope: HTTPScope, send: Send, clock: Clock) -> None:
        self.clock = clock
        self.timing = Timing(clock.monotonic())
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: Mapping[bytes, bytes] = dict(scope["headers"])
        self._lines = scope["headers"]
        given = self.headers.get(b"x-request-id", b"")
        self.request_id = (
            given.decode() if _REQUEST_ID.fullmatch(given) else secrets.token_urlsafe(9)
        )
        self.traceparent = self.headers.get(b"traceparent", b"")[:128].decode("latin-1")
        self.origin = self._text(b"origin")
        self.host: Host | None = None
        self.address = ""
        self.secure = False
        self.status = 0
        self.extra: list[Header] = []
        self.send = send

    def _text(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def forwarded_for(self) -> str | None:
        """What proxies say about the peer: each may have added a line of its own."""
        lines = [value for name, value in self._lines if name == b"x-forwarded-for"]
        return b",".join(lines).decode("latin-1") if lines else None

    def names_two_origins(self) -> bool:
        """Which of them would count is anybody's guess."""
        return sum(name == b"origin" for name, _ in self._lines) > 1

    async def relay(self, message: Message) -> None:
        """Sends on what the framework answers, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.timing.told:
                self.extra.append((b"server-timing", self.timing.header(self.clock.monotonic())))
            await self.send({**message, "headers": [*message["headers"], *ANSWERS, *self.extra]})
        else:
            await self.send(message)

    async def answer(self, status: int, headers: list[Header], body: bytes) -> None:
        """A whole answer of the gate's own."""
        self.status = status
        length = (b"content-length", str(len(body)).encode())
        if status not in {204, 304}:
            headers = [*headers, length]
        await self.send(
            {"type": "http.response.start", "status": status, "headers": [*headers, *self.extra]}
        )
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def turn_away(self, turned: Turned) -> None:
        """A refusal in the one form that all refusals have."""
        body = msgspec.json.encode(ErrorBody(turned.code, self.request_id))
        await self.answer(
            turned.status, [(b"content-type", b"application/json"), *ANSWERS, *turned.headers], body
        )


class Gate:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, services: Services, pages: Mapping[str, Page]) -> None:
        settings = services.settings
        self._app = app
        self._pages = pages
        self._metrics = services.metrics
        self._clock = services.clock
        self._settings = settings
        self._hosts = allowed_hosts(settings, services.addresses)
        self._origins = allowed_origins(settings, services.addresses)
        self._proxies = trusted_proxies(settings)
        self._rate = RateLimit(rate_per_s=settings.http_rate_per_s, burst=settings.http_burst)
        self._access = services.accounts.access
        self._passwords = services.accounts.passwords
        self._in_flight = 0
        self._log = get_logger("touchline.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        assert scope["type"] == "http", f"expected an http scope, got {scope['type']}"
        exchange = Exchange(scope, send, self._clock)
        self._in_flight += 1
        try:
            with context(request_id=exchange.request_id):
                caller.set(exchange.traceparent)
                await self._answer(exchange, scope, receive)
                self._note(exchange, scope)
        finally:
            self._in_flight -= 1

    async def _answer(self, exchange: Exchange, scope: HTTPScope, receive: Receive) -> None:
        try:
            self._check(exchange, scope)
            page = self._pages.get(exchange.path)
            if page is not None:
                await self._show(exchange, page)
                return
            if (
                exchange.method == "OPTIONS"
                and b"access-control-request-method" in exchange.headers
            ):
                await exchange.answer(204, [*ANSWERS, *self._preflight(exchange)], b"")
                return
            if exchange.method not in _SAFE:
                receive = await self._body(exchange, receive)
        except Turned as turned:
            await exchange.turn_away(turned)
            return
        # Servers may leave the key out; the framework's type of a scope does not say so.
        cast("dict[str, Any]", scope).setdefault("state", {}).update(
            request_id=exchange.request_id,
            address=exchange.address,
            origin=(own := self._own_origin(exchange)),
            links=link_origin(self._settings, own, exchange.origin, self._origins),
            page_origin=self._page_origin(exchange),
            websocket=self._websocket(exchange),
            timing=exchange.timing,
            headers=exchange.extra,
        )
        await self._app(scope, receive, exchange.relay)

    def _check(self, exchange: Exchange, scope: HTTPScope) -> None:
        headers = exchange.headers
        exchange.extra.append((b"x-request-id", exchange.request_id.encode()))
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size + len(scope["raw_path"]) + len(scope["query_string"]) > HEAD_BYTES_MAX:
            raise Turned(431, "head_too_large", (b"connection", b"close"))
        if b"content-length" in headers and b"transfer-encoding" in headers:
            # Two framings of one body: where proxies choose the other one, requests are smuggled.
            raise Turned(400, "malformed", (b"connection", b"close"))
        peer = client_address(scope["client"][0] if scope["client"] else "", None, self._proxies)
        exchange.address = client_address(peer, exchange.forwarded_for(), self._proxies)
        exchange.secure = scope["scheme"] == "https" or (
            peer in self._proxies and headers.get(b"x-forwarded-proto") == b"https"
        )
        if exchange.secure:
            exchange.extra.append(STRICT_TRANSPORT)
        exchange.host = parse_host(headers.get(b"host", b"").decode("latin-1"))
        if exchange.host is None or exchange.host.name not in self._hosts:
            raise Turned(421, "wrong_host")
        exchange.extra.append((b"vary", b"origin"))
        if exchange.names_two_origins():
            raise Turned(400, "malformed")
        if exchange.origin is not None and origin_allowed(exchange.origin, self._origins):
            exchange.extra.extend(shared_with(exchange.origin))
        if exchange.path in UNLIMITED:
            return
        if self._access.address_blocked(exchange.address):
            raise Turned(403, "blocked")
        if self._in_flight > IN_FLIGHT_MAX:
            raise Turned(503, "busy", (b"retry-after", b"1"))
        if exchange.path not in self._pages:
            # Pages come from memory, a hundred small files each: a club behind one address opens
            # its board at once, and must not be taken for a flood.
            self._take(exchange)
        if exchange.method not in _SAFE and not self._from_us(exchange):
            raise Turned(403, "foreign_origin")
        if exchange.path in HASHED and exchange.method == "POST":
            self._check_hashing()

    def _check_hashing(self) -> None:
        try:
            self._passwords.check_room()
        except PasswordsBusy as busy:
            retry_after = (b"retry-after", str(busy.retry_after_s).encode())
            raise Turned(503, "busy", retry_after) from None

    def _from_us(self, exchange: Exchange) -> bool:
        """S9: whoever sends cookies is a browser, and browsers name their origin."""
        if exchange.origin is None and b"cookie" in exchange.headers:
            return False
        return origin_allowed(exchange.origin, self._origins)

    def _take(self, exchange: Exchange) -> None:
        wait_s = self._rate.take(exchange.address, self._clock.monotonic())
        if wait_s > 0:
            raise Turned(429, "rate_limited", (b"retry-after", str(int(wait_s) + 1).encode()))

    async def _show(self, exchange: Exchange, page: Page) -> None:
        if exchange.method not in {"GET", "HEAD"}:
            raise Turned(405, "method_not_allowed", (b"allow", b"GET, HEAD"))
        status, headers, body = page.answer(
            exchange.headers, page_policy(self._websocket(exchange, path=False), exchange.path)
        )
        await exchange.answer(status, headers, body)

    def _preflight(self, exchange: Exchange) -> tuple[Header, ...]:
        allowed = exchange.origin is not None and origin_allowed(exchange.origin, self._origins)
        return PREFLIGHT if allowed else ()

    def _own_origin(self, exchange: Exchange) -> str:
        assert exchange.host is not None, "checked before"
        port = "" if exchange.host.port is None else f":{exchange.host.port}"
        return f"{'https' if exchange.secure else 'http'}://{exchange.host.url_name()}{port}"

    def _page_origin(self, exchange: Exchange) -> str | None:
        """Where the page that asks is, as the list has it; None where it has no such page."""
        origin = (exchange.origin or self._own_origin(exchange)).lower()
        return origin if origin in self._origins else None

    def _websocket(self, exchange: Exchange, *, path: bool = True) -> str:
        """Where the pages' WebSocket is: the setting, or the name by which they came and our other
        port. Without a path: wherever they may go, as the policy of a page has it."""
        assert exchange.host is not None, "checked before"
        if self._settings.ws_url:
            nodes = listed(self._settings.ws_urls) or [self._settings.ws_url]
            return self._settings.ws_url if path else " ".join(map(_origin_of, nodes))
        scheme = "wss" if exchange.secure else "ws"
        return (
            f"{scheme}://{exchange.host.url_name()}:{self._settings.ws_port}{'/ws' if path else ''}"
        )

    # --- bodies ---------------------------------------------------------------------------------

    async def _body(self, exchange: Exchange, receive: Receive) -> Receive:
        """The body, whole and within its limit, or a stream that keeps to its own."""
        length = exchange.headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in exchange.headers:
            return receive
        streamed = exchange.path in STREAMED
        limit = self._body_max(exchange.path)
        if length is not None and (not _DIGITS.fullmatch(length) or int(length) > limit):
            raise Turned(413, "too_large", (b"connection", b"close"))
        if length != b"0" and not _JSON.fullmatch(exchange.headers.get(b"content-type", b"")):
            raise Turned(415, "not_json", (b"connection", b"close"))
        if streamed:
            return _Pieces(receive, limit)
        pieces: list[bytes] = []
        source = _Pieces(receive, limit)
        more = True
        while more:
            message: Any = await source()
            if message["type"] != "http.request":
                break  # gone: the framework meets an early end
            pieces.append(message["body"])
            more = message["more_body"]
        return _Whole(b"".join(pieces), receive)

    def _body_max(self, path: str) -> int:
        if path in STREAMED:
            return self._settings.import_bytes_max
        if path.startswith(LIBRARY_PATHS):
            return max(self._settings.http_body_bytes_max, LIBRARY_BODY_BYTES_MAX)
        if path.startswith(DRAFT_PATHS):
            return max(self._settings.http_body_bytes_max, DRAFT_BODY_BYTES_MAX)
        if path.startswith(FEED_PATHS):
            return max(self._settings.http_body_bytes_max, FEED_BODY_BYTES_MAX)
        return self._settings.http_body_bytes_max

    # --- afterwards -----------------------------------------------------------------------------

    def _note(self, exchange: Exchange, scope: HTTPScope) -> None:
        timing = exchange.timing
        took_s = self._clock.monotonic() - timing.began_s
        route = "page" if exchange.path in self._pages else route_of(scope)
        method = exchange.method if exchange.method in _METHODS else "other"
        self._metrics.http_requests[method, route, exchange.status] += 1
        self._metrics.http_s[route].observe(took_s)
        if timing.guarded:
            self._metrics.http_guard_s.observe(timing.auth_s + timing.limits_s)
        self._log.debug(
            "http request",
            method=method,
            route=route,
            status=exchange.status,
            ms=round(took_s * 1000, 2),
            address=exchange.address,
        )


class _Pieces:
    """Receives a body piece by piece, with a limit of size and of patience."""

    __slots__ = ("_by", "_left", "_receive")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self._by = asyncio.get_running_loop().time() + BODY_S

    async def __call__(self) -> Any:
        try:
            now = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(min(self._by, now + BODY_S)):
                message: Any = await self._receive()
        except TimeoutError:
            raise Turned(408, "too_slow", (b"connection", b"close")) from None
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            self._by += len(message["body"]) / BODY_BYTES_PER_S
            if self._left < 0:
                raise Turned(413, "too_large", (b"connection", b"close"))
        return message


class _Whole:
    """Gives a body that was read already, once."""

    __slots__ = ("_body", "_receive")

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Any:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _origin_of(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
