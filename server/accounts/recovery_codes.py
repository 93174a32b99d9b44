"""Recovery codes: ten codes to write on paper, each of which signs in once without the second
factor.

Knows how codes look and how they are hashed; must not know which are used up: storage removes the
hash of a used one in one step. A code carries 80 random bits, so one SHA-256 is enough: there is no
dictionary to try, and 2**80 hashes are out of reach. Rules: TP5, TP6.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs, 5 bits each, without 0, O, 1 and I, which look alike on paper."""
CODE_SIGNS = 16
GROUP_SIGNS = 4
TYPED_MAX = 64
"""Characters of what a person typed, spaces and hyphens included, that are looked at."""

_SEPARATORS = str.maketrans("", "", " -\t\u2010\u2011\u2012\u2013\u2014\u00a0")
"""People copy codes with spaces, and programs turn hyphens into dashes."""


def new_codes() -> tuple[str, ...]:
    """Ten different codes such as `K7QM-2XVA-…` in four groups of four. To be shown once."""
    codes: dict[str, None] = {}
    while len(codes) < CODES:
        codes[_new_code()] = None
    return tuple(codes)


def code_hash(typed: str) -> bytes | None:
    """SHA-256 (32 bytes) of the code that was typed, in whatever case and grouping; None where it
    cannot be one."""
    if len(typed) > TYPED_MAX:
        return None
    code = typed.translate(_SEPARATORS).upper()
    if len(code) != CODE_SIGNS or not set(code) <= set(ALPHABET):
        return None
    return hashlib.sha256(f"touchline|recovery|{code}".encode()).digest()


def matching(typed: str, hashes: Sequence[bytes]) -> bytes | None:
    """The stored hash that the typed code answers to: the one to remove. All are compared."""
    given = code_hash(typed)
    if given is None:
        return None
    matches = [stored for stored in hashes if hmac.compare_digest(stored, given)]
    return matches[0] if matches else None


def _new_code() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
    return "-".join(signs[at : at + GROUP_SIGNS] for at in range(0, CODE_SIGNS, GROUP_SIGNS))
