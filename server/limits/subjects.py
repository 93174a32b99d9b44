"""What a limit counts by: addresses as subscribers have them, mailboxes however they are spelt, and
keys that tell nothing and stay short whatever was sent.

Pure. Must not know any limit. Rules: LM5, LM6, LM19.
"""

from __future__ import annotations

import hashlib
import ipaddress

_DIGEST_BYTES = 16


def address_key(address: str) -> str:
    """An IPv6 subscriber has a /64 to draw addresses from: it is one peer (LM5). IPv4, also mapped
    into IPv6, is itself, and so is what is no address."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.split("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return parsed.packed[:8].hex()


def mailbox_key(email: str) -> str:
    """Where mail to the address most likely ends up: without the tag behind `+` and the dots
    before the `@`, which many providers ignore (LM19). For counting only: to accounts, every
    spelling is an address of its own."""
    local, at, domain = email.lower().rpartition("@")
    return (local.partition("+")[0].replace(".", "") or local) + at + domain


def counter_key(name: str, subject: str) -> str:
    """`<limit>:<32 hex digits>`: what a store keeps instead of addresses and e-mail (LM6)."""
    digest = hashlib.blake2b(subject.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
    return f"{name}:{digest.hexdigest()}"
