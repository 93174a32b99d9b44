"""Which node a room's members go to first: every server and client that knows the same nodes comes
to the same one, and a node that goes moves nobody but its own.

Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
IEEE/ACM Transactions on Networking, 1998).
Pure; knows addresses only. SPEC: HT52, HS15.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def in_order(room: str, addresses: Iterable[str]) -> list[str]:
    """The nodes' addresses, the one for this room first."""
    return sorted(addresses, key=lambda address: (_weight(room, address), address), reverse=True)


def _weight(room: str, address: str) -> bytes:
    return blake2b(f"{room} {address}".encode(), digest_size=8).digest()
