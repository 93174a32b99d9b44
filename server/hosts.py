"""Which Host and Origin values are ours, and who is at the other end. Shared by HTTP and WebSocket
(S9, S10, S17).

A page of another site can make a browser send requests here under a name that resolves to this
machine (DNS rebinding), so names are an exact list. Only `own_addresses` looks at the machine; the
rest computes from what it is given.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Container, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from server.config import Settings, listed

LOCAL = ("localhost", "127.0.0.1", "::1")

_HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://[^/?#@\s]+", re.IGNORECASE)
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, 3849). Connecting a datagram socket to them sends nothing:
it only chooses the local address that would be used."""


class Host(NamedTuple):
    """A Host header taken apart. `name` is in lower case, and an IPv6 address has no brackets."""

    name: str
    port: int | None

    def url_name(self) -> str:
        """The name as it stands in a URL."""
        return f"[{self.name}]" if ":" in self.name else self.name


def parse_host(header: str) -> Host | None:
    """The name and port of a Host header, or None where it is malformed."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    name, port = found.groups()
    number = int(port) if port else None
    if number is not None and not 0 < number < 65_536:
        return None
    return Host(name.strip("[]").lower().rstrip("."), number)


def own_addresses() -> frozenset[str]:
    """This machine's name and the addresses by which colleagues on the network reach it."""
    found = {socket.gethostname().lower()}
    for family, address in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
                found.add(str(probe.getsockname()[0]).split("%")[0])
        except OSError:
            continue  # no route by this family: then nobody comes by it either
    try:
        for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
            found.add(str(entry[4][0]).split("%")[0])
    except OSError:
        return frozenset(
            found
        )  # a machine whose own name does not resolve is still reached by address
    return frozenset(found)


def allowed_hosts(settings: Settings, addresses: Iterable[str] | None = None) -> frozenset[str]:
    """Names that may stand in a Host header (S10): localhost, this machine's own (asked for when
    not given), those of the settings."""
    own = own_addresses() if addresses is None else addresses
    chosen = (name.strip("[]").lower().rstrip(".") for name in listed(settings.allowed_hosts))
    bound = () if settings.host in {"", "0.0.0.0", "::"} else (settings.host.lower(),)  # noqa: S104 - compared, not bound
    public = (urlsplit(settings.public_url).hostname or "",) if settings.public_url else ()
    return frozenset((*LOCAL, *own, *bound, *chosen, *public))


def host_allowed(header: str | None, hosts: frozenset[str]) -> bool:
    """S10. Ports are not compared: forwarding changes them, and a name from outside stays one from
    outside."""
    host = parse_host(header) if header is not None else None
    return host is not None and host.name in hosts


def allowed_origins(settings: Settings, addresses: Iterable[str] | None = None) -> frozenset[str]:
    """Origins whose pages may talk to us (S9): our own pages under every allowed name, and the
    setting's."""
    own = (own_origin(settings, name) for name in allowed_hosts(settings, addresses))
    public = listed(settings.public_url)
    return frozenset((*own, *(_origin(one) for one in listed(settings.allowed_origins) + public)))


def own_origin(settings: Settings, name: str) -> str:
    """The origin of our own pages under a name or address, as browsers write it."""
    scheme = "https" if settings.tls_certificate else "http"
    return _origin(f"{scheme}://{Host(name, None).url_name()}:{settings.http_port}")


def link_origin(
    settings: Settings, came_by: str, origin: str | None, allowed: Container[str]
) -> str:
    """How links to our pages begin, in mails and in answers (HT19): the setting `public_url`; else
    the origin by which the request came (`came_by`, made of its Host) or that it names (`origin`),
    where `allowed` has it; else the first that is configured. Ports count: whoever makes us write
    to somebody else must not choose where the link leads."""
    if settings.public_url:
        return _origin(settings.public_url)
    for named in (came_by, origin or ""):
        if _ORIGIN.fullmatch(named) is not None and _origin(named) in allowed:
            return _origin(named)
    return _first_origin(settings)


def _first_origin(settings: Settings) -> str:
    for chosen in listed(settings.allowed_origins):
        return _origin(chosen)
    for name in listed(settings.allowed_hosts):
        return own_origin(settings, name.strip("[]"))
    everywhere = settings.host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    return own_origin(settings, "localhost" if everywhere else settings.host)


def origin_allowed(header: str | None, origins: frozenset[str]) -> bool:
    """S9: absent is allowed (programs send none, and tokens are never sent by a browser on its
    own), `null` is not."""
    return header is None or header.lower() in origins


def client_address(peer: str, forwarded_for: str | None, trusted: Container[str]) -> str:
    """S17: `X-Forwarded-For` is believed only from configured proxies; the right-most hop that is
    not one of them."""
    # A listener on both families sees IPv4 peers as mapped addresses.
    peer = _address(peer) or peer
    if forwarded_for is None or peer not in trusted:
        return peer
    for hop in reversed(forwarded_for.split(",")):
        address = _address(hop.strip())
        if address is None:
            return peer  # what a trusted proxy could not have written is not believed in part
        if address not in trusted:
            return address
    return peer


class Proxies:
    """Addresses that are believed about whom they speak for: some by themselves, some as members of
    a network."""

    def __init__(self, named: Iterable[str]) -> None:
        networks = [ipaddress.ip_network(one) for one in named]
        self._single = frozenset(
            _address(str(one.network_address)) for one in networks if one.num_addresses == 1
        )
        self._networks = tuple(one for one in networks if one.num_addresses > 1)

    def __contains__(self, address: object) -> bool:
        if address in self._single:
            return True
        if not self._networks or not isinstance(address, str):
            return False
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def trusted_proxies(settings: Settings) -> Proxies:
    """The addresses and networks of the setting."""
    return Proxies(listed(settings.trusted_proxies))


def is_loopback(address: str) -> bool:
    """Whether the other end is this very machine."""
    known = _address(address)
    return known is not None and ipaddress.ip_address(known).is_loopback


def _address(text: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(text.strip("[]").split("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def _origin(text: str) -> str:
    """In lower case, and without the port that its scheme implies: so browsers send it."""
    scheme, _, place = text.lower().rstrip("/").partition("://")
    usual = {"http": ":80", "https": ":443"}[scheme]
    return f"{scheme}://{place.removesuffix(usual)}"
