"""Short secrets that the server must read again (TOTP secrets, successors of refresh tokens),
encrypted before they are stored.

Knows a key ring and AES-256-GCM; must not know where what it seals is kept. A seal opens only for
the account and the purpose that it was made for, so that a row copied to another account, or a
column to another column, is refused. Rules: RF7, RF8.
"""

from __future__ import annotations

import secrets
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.secrets import KeyRing

Purpose = Literal["totp", "refresh-successor"]

PLAIN_BYTES_MAX = 512
"""Secrets of a few dozen bytes: what is longer is not one."""

_VERSION = b"\x01"
_NONCE_BYTES = 12
"""96 random bits (SP 800-38D, 8.2.2): good for 2**32 seals under one key."""
_TAG_BYTES = 16
_SEALED_BYTES_MIN = len(_VERSION) + _NONCE_BYTES + _TAG_BYTES
_SEALED_BYTES_MAX = _SEALED_BYTES_MIN + PLAIN_BYTES_MAX


class CannotOpen(Exception):
    """Not sealed by a key that the ring still holds, or not for this account and purpose, or
    damaged. Which of them, the tag cannot tell."""


class Seals:
    """Seals with the newest key, opens with any that the ring still holds."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = tuple(AESGCM(key) for key in ring.derive("sealed"))

    def seal(self, plain: bytes, *, account: str, purpose: Purpose) -> bytes:
        """Version byte, nonce of 12 bytes, ciphertext, tag of 16: 29 bytes more than `plain`."""
        if len(plain) > PLAIN_BYTES_MAX:
            raise ValueError(f"{len(plain)} bytes to seal, expected at most {PLAIN_BYTES_MAX}")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, plain, _bound_to(account, purpose))
        return _VERSION + nonce + sealed

    def open(self, sealed: bytes, *, account: str, purpose: Purpose) -> bytes:
        """What was sealed. Raises CannotOpen."""
        if not self._looks_sealed(sealed):
            raise CannotOpen
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        bound = _bound_to(account, purpose)
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, rest, bound)
            except InvalidTag:
                continue
        raise CannotOpen

    @staticmethod
    def _looks_sealed(sealed: bytes) -> bool:
        return _SEALED_BYTES_MIN <= len(sealed) <= _SEALED_BYTES_MAX and sealed[:1] == _VERSION


def _bound_to(account: str, purpose: Purpose) -> bytes:
    # A purpose holds no "|", so no two pairs give the same bytes.
    return f"touchline|{purpose}|{account}".encode()
