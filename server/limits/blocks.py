"""Who is blocked, in memory: accounts, addresses and networks, keys, each with its reason and end.

A view of what storage keeps, loaded whole and replaced at once; `find` never waits. Knows how
addresses are written; must not know who asks. Rules: LM30 to LM34.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Kind = Literal["account", "address", "key"]

PREFIX_MIN: Final = {4: 8, 6: 32}
"""Shorter prefixes are refused: a slip would shut out whole continents, and whoever made it."""
_SUBSCRIBER: Final = {4: 32, 6: 64}
"""The prefix of one subscriber."""

_LOOPBACK: Final = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
"""Where the operator comes from, and a proxy on this machine."""

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class InvalidBlock(ValueError):
    """Somebody cannot be blocked so. The message says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Somebody is not served until `ends_ms`, or until it is lifted where that is None."""

    id: str
    kind: Kind
    value: str
    """As `canonical` makes it."""
    reason: str
    ends_ms: int | None


class StoredBlock(Protocol):
    """A row as storage gives it."""

    @property
    def id(self) -> str:
        """By which it is lifted."""
        ...

    @property
    def kind(self) -> str:
        """account, address or key."""
        ...

    @property
    def value(self) -> str:
        """Whom."""
        ...

    @property
    def reason(self) -> str:
        """Why."""
        ...

    @property
    def ends_at(self) -> int | None:
        """Ms of log time."""
        ...


class BlockSource(Protocol):
    """Where blocks are kept."""

    async def active(self, at: int) -> Sequence[StoredBlock]:
        """All that hold at a time (ms). Raises StorageError."""
        ...


class BlockView:
    """Invariant: whoever is found was blocked when the view was last loaded, and is still."""

    def __init__(self) -> None:
        self._exact: dict[tuple[Kind, str], Block] = {}
        self._networks: dict[int, dict[int, dict[int, Block]]] = {4: {}, 6: {}}
        """Version → prefix length → leading bits → block: a look-up per length in use."""

    def __len__(self) -> int:
        networks = (blocks for by in self._networks.values() for blocks in by.values())
        return len(self._exact) + sum(len(blocks) for blocks in networks)

    async def load(self, source: BlockSource, now_ms: int) -> None:
        """Takes over what storage has. Raises StorageError, and then what is known goes on to
        hold."""
        self.replace(block for row in await source.active(now_ms) if (block := _of(row)))

    def replace(self, blocks: Iterable[Block]) -> None:
        """These hold from now on, and no others. Of two for the same, the longer one."""
        exact: dict[tuple[Kind, str], Block] = {}
        networks: dict[int, dict[int, dict[int, Block]]] = {4: {}, 6: {}}
        for block in blocks:
            if block.kind == "address":
                network = _network(block.value)
                length = network.prefixlen
                by_bits = networks[network.version].setdefault(length, {})
                bits = int(network.network_address) >> (network.max_prefixlen - length)
                by_bits[bits] = _longer(by_bits.get(bits), block)
            else:
                key = (block.kind, block.value)
                exact[key] = _longer(exact.get(key), block)
        self._exact, self._networks = exact, networks

    def find(self, kind: Kind, value: str, now_ms: int) -> Block | None:
        """The block that holds for an account, an address or a key, or None. Of several networks
        around an address the smallest is told."""
        if kind != "address":
            return _still(self._exact.get((kind, value)), now_ms)
        address = _address(value)
        if address is None:
            return None
        by_length = self._networks[address.version]
        for length in sorted(by_length, reverse=True):
            bits = int(address) >> (address.max_prefixlen - length)
            found = _still(by_length[length].get(bits), now_ms)
            if found is not None:
                return found
        return None


def canonical(kind: Kind, value: str) -> str:
    """The one spelling under which somebody is blocked: an IPv4 address, a network with its prefix
    length; of IPv6 at least a subscriber's /64. Raises InvalidBlock."""
    if kind != "address":
        if not value or value != value.strip() or len(value) > 128 or not value.isprintable():
            raise InvalidBlock(f"expected the id of one {kind}")
        return value
    network = _network(value)
    if network.prefixlen < PREFIX_MIN[network.version]:
        raise InvalidBlock(
            f"{network} is too much at once: at least /{PREFIX_MIN[network.version]} is needed"
        )
    if any(address in network for address in _LOOPBACK):
        raise InvalidBlock(f"{network} holds this machine itself")
    if network.version == 4 and network.prefixlen == 32:
        return str(network.network_address)
    return str(network)


def covers(value: str, address: str) -> bool:
    """Whether a block of this address or network, as `canonical` made it, is one of the address."""
    found, network = _address(address), _network(value)
    return found is not None and found.version == network.version and found in network


def _of(row: StoredBlock) -> Block | None:
    """A row as a block; None for what this version of the server does not know how to block."""
    if row.kind not in ("account", "address", "key"):
        return None
    try:
        value = canonical(row.kind, row.value)
    except InvalidBlock:
        return None
    return Block(id=row.id, kind=row.kind, value=value, reason=row.reason, ends_ms=row.ends_at)


def _network(text: str) -> _Network:
    """What an address or network in CIDR notation covers. Raises InvalidBlock."""
    address = _address(text)
    try:
        if address is None:
            network = ipaddress.ip_network(text, strict=False)
        else:
            network = ipaddress.ip_network((address, _SUBSCRIBER[address.version]), strict=False)
    except ValueError as error:
        raise InvalidBlock(
            f"{text!r}: expected an address or a network like 203.0.113.0/24 or 2001:db8::/48"
        ) from error
    if network.prefixlen > _SUBSCRIBER[network.version]:
        return network.supernet(new_prefix=_SUBSCRIBER[network.version])
    return network


def _address(text: str) -> _Address | None:
    """An address, IPv4 also where it is mapped into IPv6; None for anything else."""
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _longer(one: Block | None, other: Block) -> Block:
    if (
        one is None
        or other.ends_ms is None
        or (one.ends_ms is not None and other.ends_ms > one.ends_ms)
    ):
        return other
    return one


def _still(block: Block | None, now_ms: int) -> Block | None:
    if block is None or (block.ends_ms is not None and block.ends_ms <= now_ms):
        return None
    return block
