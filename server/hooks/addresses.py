"""Which addresses may be told something: those that anybody on the internet may reach, unless a
setting allows more.

A server that sends requests where somebody else points it must not be pointed at its own network
(server-side request forgery): a name is resolved here, every address that it has must be public,
and the connection then goes to the address that was judged, so that another answer of the name's
server changes nothing. Must not know what is sent. SPEC: WH10 to WH12.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

URL_MAX: Final = 1_000
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 inside IPv6, by a network's translator (RFC 6052)."""

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Name and port → addresses. Raises OSError."""


class BadAddress(ValueError):
    """Nothing may be sent there; the message says why, in words."""


class PrivateAddress(Exception):
    """The name leads into a private network, or to this machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `path` has the query."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def authority(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return name if self.port == usual else f"{name}:{self.port}"


def target_of(url: str, *, private: bool) -> Target:
    """Takes an address apart. Raises BadAddress, also for one that is written as numbers and lies
    in a private network (unless `private` allows it)."""
    if len(url) > URL_MAX or not url.isascii() or any(c <= " " or c == "\\" for c in url):
        raise BadAddress(f"at most {URL_MAX} ASCII characters without spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress("not an address") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise BadAddress("an address begins with https:// or http:// and a name")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("without a user name or password")
    if parts.fragment:
        raise BadAddress("without # and what follows it")
    found = Target(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), _path(parts)
    )
    if not private and (host == "localhost" or host.endswith(".localhost") or _is_private(host)):
        raise BadAddress("an address that everybody on the internet can reach")
    return found


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_private(host: str) -> bool:
    """Whether it is an address in numbers that is not public."""
    try:
        return not is_public(host)
    except ValueError:
        return False  # a name: what it leads to is seen when it is resolved


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's: not private, loopback, link-local, shared,
    multicast, reserved, nor one of these inside an IPv6 address. Raises ValueError."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if ip.teredo is not None:
            return False
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


async def resolve_by_system(host: str, port: int) -> list[str]:
    """As this machine resolves names. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]).split("%")[0] for *_, sockaddr in found]


async def judged(target: Target, resolve: Resolve, *, private: bool) -> str:
    """The address to connect to. Raises PrivateAddress where any that the name has is not public
    (unless `private` allows it), OSError where it has none."""
    try:
        addresses = [str(ipaddress.ip_address(target.host))]
    except ValueError:
        addresses = await resolve(target.host, target.port)
    if not addresses:
        raise OSError("no address")
    if not private and not all(is_public(one) for one in addresses):
        raise PrivateAddress(target.host)
    return addresses[0]
