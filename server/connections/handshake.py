"""The request's head: read within its limits, checked, and answered: an opening, or the exact
refusal.

What HTTP and security want is decided here, S1 to S17 row by row; the handshake itself (RFC 6455,
section 4) is the websockets library's. Pure but for who is asked about tokens: time and
the address are arguments.
Must not log a request's target, which could carry a secret. SPEC: HS1 to HS5 and the S rows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHeader, InvalidUpgrade, NegotiationError
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from protocol.codec import CODECS, Codec
from protocol.subprotocols import SUBPROTOCOLS, bearer_token, select_subprotocol
from server.hosts import client_address, host_allowed, origin_allowed
from server.identity import Identity

PATH: Final = b"/ws"
_TICKET: Final = re.compile(rb"ticket=([A-Za-z0-9_-]{1,128})")
"""The only query that is understood (S13)."""
HEAD_BYTES_MAX: Final = 65_536
"""All of a head: 64 lines of the longest length would be half a MiB before anybody is known."""
RETRY_AFTER_S: Final = 10
RETRY_AFTER_FULL_S: Final = 5
HEADER_PACE_S: Final = 1.0
"""A head whose first line has come brings at least one line a second (S16)."""

QUIET_LOGGER: Final = logging.getLogger("websockets.server")

_REASONS: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    414: "URI Too Long",
    421: "Misdirected Request",
    426: "Upgrade Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer that ends the connection. `about` is the body: one line for a person with
    curl."""

    status: int
    about: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def response(self) -> bytes:
        """The whole answer."""
        body = f"{self.about}\n".encode() if self.about else b""
        lines = [
            f"HTTP/1.1 {self.status} {_REASONS[self.status]}",
            "Connection: close",
            f"Content-Length: {len(body)}",
            "Content-Type: text/plain; charset=utf-8",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Opening:
    """A handshake that may succeed: send `response`, and messages follow."""

    codec: Codec
    address: str
    """Who is at the other end, behind proxies that are believed."""
    identity: Identity | None
    """Whom a token in the request speaks for; None: hello will bring one."""
    response: bytes


@dataclass(frozen=True, slots=True)
class HandshakeRules:
    """What a request is held against. Made once from the settings."""

    hosts: frozenset[str]
    origins: frozenset[str]
    proxies: Container[str]
    line_bytes_max: int
    headers_max: int
    handshake_s: float
    identify: Callable[[str, str], Identity | None]
    """Token and place (for the metric) → whom it speaks for."""
    redeem: Callable[[str, str | None, str], Identity | None]
    """One-time ticket, origin and place → whom it stands for; uses it up."""
    address_blocked: Callable[[str], bool]
    """Whether nobody may come from an address."""


class HeadReader:
    """Collects the head of a request. Invariant: never holds more than HEAD_BYTES_MAX and one
    read."""

    __slots__ = ("_buffer", "_line_at", "_line_since", "_lines", "_rules", "_since")

    def __init__(self, rules: HandshakeRules, now: float) -> None:
        self._rules = rules
        self._since = now
        self._buffer = bytearray()
        self._line_at = 0
        """Where the line begins that is not complete yet."""
        self._lines = 0
        self._line_since = now

    def feed(self, data: bytes, now: float) -> tuple[bytes, bytes] | Refusal | None:
        """The head and what came after it, once it is whole; a refusal; None: more is needed."""
        buffer = self._buffer
        buffer += data
        while True:
            end = buffer.find(b"\n", self._line_at) + 1
            if not end:
                return self._too_long(len(buffer) - self._line_at) or self._too_big(len(buffer))
            refused = self._too_long(end - self._line_at) or self._too_big(end)
            if refused:
                return refused
            if self._lines and not buffer[self._line_at : end].strip(b"\r\n"):
                return bytes(buffer[:end]), bytes(buffer[end:])
            self._lines += 1
            self._line_at = end
            self._line_since = now
            if self._lines > self._rules.headers_max + 1:
                return Refusal(431, f"more than {self._rules.headers_max} header lines")

    def tick(self, now: float) -> Refusal | None:
        """A head that does not come in time (S16)."""
        if now - self._since >= self._rules.handshake_s:
            return Refusal(408, f"no complete request within {self._rules.handshake_s:g} s")
        if self._lines and now - self._line_since > HEADER_PACE_S:
            return Refusal(408, "less than one header line a second")
        return None

    def _too_long(self, length: int) -> Refusal | None:
        if length <= self._rules.line_bytes_max:
            return None
        about = f"a line longer than {self._rules.line_bytes_max} bytes"
        return Refusal(431 if self._lines else 414, about)

    def _too_big(self, length: int) -> Refusal | None:
        return (
            None if length <= HEAD_BYTES_MAX else Refusal(431, f"more than {HEAD_BYTES_MAX} bytes")
        )


def open_handshake(head: bytes, peer: str, rules: HandshakeRules) -> Opening | Refusal:
    """Decides on a whole head. The order of checks is the order of the rows where two would
    apply."""
    end = head.index(b"\n")
    ticket = _check_request_line(head[:end].rstrip(b"\r"))
    if isinstance(ticket, Refusal):
        return ticket
    if ticket is not None:
        # used up here, and shown to nobody: the library sees a plain request
        head = b"GET " + PATH + b" HTTP/1.1\r\n" + head[end + 1 :]
    offered: list[str] = []

    def select(_protocol: ServerProtocol, names: Sequence[Subprotocol]) -> Subprotocol:
        offered.extend(names)
        chosen = select_subprotocol(names)
        if chosen is None:
            raise NegotiationError("no common subprotocol")
        return Subprotocol(chosen)

    library = ServerProtocol(select_subprotocol=select, logger=QUIET_LOGGER)
    library.receive_data(head)
    request = next(iter(library.events_received()), None)
    if not isinstance(request, Request):
        # It answers nothing to a head that it cannot read, to a body and to transfer codings (S8).
        return Refusal(400, "not a request that could be read, or one with a body")
    headers = request.headers
    refused = _check_host(headers, rules) or _check_origin(headers, rules)
    if refused:
        return refused
    response = library.accept(request)
    if response.status_code != 101:
        return _explain(library.handshake_exc)
    forwarded = headers.get_all("X-Forwarded-For")
    address = client_address(peer, ",".join(forwarded) or None, rules.proxies)
    if rules.address_blocked(address):
        return Refusal(403, "this address is blocked")
    identity = _identify(headers, offered, ticket, rules)
    if isinstance(identity, Refusal):
        return identity
    library.send_response(response)
    return Opening(
        codec=CODECS[str(library.subprotocol)],
        address=address,
        identity=identity,
        response=b"".join(library.data_to_send()),
    )


def _check_request_line(line: bytes) -> str | Refusal | None:
    """The one-time ticket in the query; None: there is no query."""
    parts = line.split(b" ")
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/"):
        return Refusal(400, "not an HTTP request line")
    method, target, version = parts
    if version != b"HTTP/1.1":
        return Refusal(505, "HTTP/1.1 is spoken here")
    path, mark, query = target.partition(b"?")
    if path != PATH:
        return Refusal(404, "the WebSocket is at /ws")
    if method != b"GET":
        return Refusal(405, "GET opens a WebSocket", (("Allow", "GET"),))
    if not mark:
        return None
    ticket = _TICKET.fullmatch(query)
    if ticket is None:
        # S12: nothing else is asked by query, and a token in one ends up in logs.
        return Refusal(400, "no query string but a one-time ticket: the token travels in hello")
    return ticket[1].decode()


def _check_host(headers: Headers, rules: HandshakeRules) -> Refusal | None:
    hosts = headers.get_all("Host")
    if len(hosts) != 1:
        return Refusal(400, "expected one Host header")
    if not host_allowed(hosts[0], rules.hosts):
        return Refusal(421, "this host name is not served here: see the setting allowed_hosts")
    return None


def _check_origin(headers: Headers, rules: HandshakeRules) -> Refusal | None:
    origins = headers.get_all("Origin")
    if len(origins) > 1:
        return Refusal(400, "expected at most one Origin header")
    if not origins and "Cookie" in headers:
        # S9: a request that carries cookies comes from a browser, and browsers name their origin.
        return Refusal(403, "cookies without an Origin")
    if not origin_allowed(origins[0] if origins else None, rules.origins):
        return Refusal(403, "this origin may not connect: see the setting allowed_origins")
    return None


def _explain(wrong: Exception | None) -> Refusal:
    """Our words for the library's refusal: it echoes what was sent, and answers 400 where S4 wants
    426."""
    match wrong:
        case InvalidUpgrade():
            about = "expected Connection: Upgrade and Upgrade: websocket"
            return Refusal(426, about, (("Upgrade", "websocket"),))
        case InvalidHeader(name="Sec-WebSocket-Version"):
            about = "expected Sec-WebSocket-Version: 13"
            return Refusal(426, about, (("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket")))
        case NegotiationError():
            return Refusal(400, f"expected one of these subprotocols: {', '.join(SUBPROTOCOLS)}")
        case InvalidHeader(name="Sec-WebSocket-Key"):
            return Refusal(400, "expected one Sec-WebSocket-Key of 16 bytes in base64")
        case _:
            return Refusal(400, "not a WebSocket handshake")


def _identify(
    headers: Headers, offered: Sequence[str], ticket: str | None, rules: HandshakeRules
) -> Identity | Refusal | None:
    carried = headers.get_all("Authorization")
    token = bearer_token(offered)
    shown = len(carried) + (token is not None) + (ticket is not None)
    if not shown:
        return None
    if shown > 1:
        return _unauthorized()
    if ticket is not None:
        identity = rules.redeem(ticket, headers.get("Origin"), "handshake")
        return _unauthorized() if identity is None else identity
    if carried:
        scheme, _, token = carried[0].partition(" ")
        if scheme.lower() != "bearer":
            return _unauthorized()
    identity = rules.identify((token or "").strip(), "handshake")
    return _unauthorized() if identity is None else identity


def _unauthorized() -> Refusal:
    """S11: the same answer, byte for byte, for every reason."""
    return Refusal(401, "", (("WWW-Authenticate", 'Bearer error="invalid_token"'),))


def too_many() -> Refusal:
    """S15: this address or account has its share of connections."""
    return Refusal(429, "too many connections", (("Retry-After", str(RETRY_AFTER_S)),))


def node_full() -> Refusal:
    """S15: the node is full, or drains."""
    return Refusal(
        503, "this node takes no connections now", (("Retry-After", str(RETRY_AFTER_FULL_S)),)
    )
