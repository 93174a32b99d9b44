"""The cookie that holds a browser's refresh token: out of reach of scripts, sent to our own pages
only.

`__Host-touchline`, HttpOnly, Secure, SameSite=Strict where the page came over TLS; `touchline`
without Secure on plain HTTP, for a club's own network without certificates and for this very
machine: Safari keeps no Secure cookie of http://localhost, whatever other browsers do. A request
that brings the cookie must say that it comes from our own pages. SPEC: HC1 to HC4 (A1, S9).
"""

from __future__ import annotations

from server.http.refusals import Asked, Refusal

SECURE_NAME = "__Host-touchline"
PLAIN_NAME = "touchline"


def set_cookie(request: Asked, value: str, life_ms: int) -> str:
    """The header's value that keeps the token in the browser."""
    return _written(request, value, life_ms // 1000)


def forget_cookie(request: Asked) -> str:
    """The header's value that takes it away."""
    return _written(request, "", 0)


def refresh_cookie(request: Asked) -> str | None:
    """The token that the browser sent, or None. Refused where the request does not say that it
    comes from our own pages: the gate has compared an Origin that is there, and a browser that
    sends cookies with an unsafe method sends one."""
    found = _found(request.headers.get("cookie", ""), _name(request))
    if not found:
        return None
    if request.headers.get("origin") is None:
        raise Refusal(403, "foreign_origin")
    return found


def _found(header: str, name: str) -> str:
    """Read pair by pair: what another program on the same host has set may be no cookie of the
    standard's, and must not hide ours. The first one counts (RFC 6265, 5.4: the longest path)."""
    for pair in header.split(";"):
        known, _, value = pair.strip().partition("=")
        if known == name:
            return value
    return ""


def _written(request: Asked, value: str, max_age_s: int) -> str:
    secure = "; Secure" if _is_secure(request) else ""
    name = _name(request)
    return f"{name}={value}; Path=/; HttpOnly{secure}; SameSite=Strict; Max-Age={max_age_s}"


def _name(request: Asked) -> str:
    return SECURE_NAME if _is_secure(request) else PLAIN_NAME


def _is_secure(request: Asked) -> bool:
    """Whether every browser keeps Secure cookies of this page, and sends them back."""
    return str(request.scope["state"]["origin"]).startswith("https://")
