"""Headers of every answer: security (A14), CORS (A13), and the policy of pages, which names the
WebSocket's address."""

from __future__ import annotations

Header = tuple[bytes, bytes]

SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
"""On everything, pages included."""

ANSWERS: tuple[Header, ...] = (
    *SECURITY,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""On everything that is not a page."""

STRICT_TRANSPORT: Header = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
"""Only behind TLS: on plain HTTP browsers ignore it, and on localhost it would lock people out."""

PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, x-request-id"),
    (b"access-control-max-age", b"600"),
)
EXPOSED: Header = (
    b"access-control-expose-headers",
    b"x-request-id, retry-after, ratelimit, ratelimit-policy",
)


FRAMEABLE = frozenset({"/play.html"})
"""Pages that other sites may show in a frame: they read only, know nobody, and store nothing."""


def page_policy(websocket: str, path: str = "") -> bytes:
    """The Content-Security-Policy of our pages. `websocket` is scheme, host and port, from a Host
    that was checked; `path` is the page's own. SPEC: HT98."""
    ancestors = "*" if path in FRAMEABLE else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self' {websocket}; manifest-src 'self'; worker-src 'self'; "
        f"frame-ancestors {ancestors}; base-uri 'none'; form-action 'self'"
    ).encode()


def shared_with(origin: str) -> tuple[Header, ...]:
    """CORS for an origin of the list: echoed exactly, never `*`."""
    return ((b"access-control-allow-origin", origin.encode("latin-1")), EXPOSED)
