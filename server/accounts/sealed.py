"""Short secrets that the server must read again (TOTP secrets, successors of refresh tokens),
encrypted before they are stored.

Knows a key ring and AES-256-GCM; must not know where what it seals is kept. A seal opens only for
the account and the purpose that it was made for, so that a row copied to another account, or a
column to another column, is refused. A seal names its key, so that it can be counted which keys are
still needed. Rules: RF7, RF8, SE14.
"""

from __future__ import annotations

import secrets
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.secrets import KeyRing, Ring

Purpose = Literal["totp", "refresh-successor", "key-signing", "link", "passkey", "webhook"]

PLAIN_BYTES_MAX = 2_048
"""Secrets of a few dozen bytes, and what a link carries: what is longer is neither."""

_VERSION = b"\x01"
KEY_ID_BYTES = 4
"""In front of the nonce, as `KeyRing.ids` names the secret."""
_NONCE_BYTES = 12
"""96 random bits (SP 800-38D, 8.2.2): good for 2**32 seals under one key."""
_TAG_BYTES = 16
_HEAD_BYTES = len(_VERSION) + KEY_ID_BYTES
_SEALED_BYTES_MIN = _HEAD_BYTES + _NONCE_BYTES + _TAG_BYTES
_SEALED_BYTES_MAX = _SEALED_BYTES_MIN + PLAIN_BYTES_MAX


class CannotOpen(Exception):
    """Not sealed by a key that the ring still holds, or not for this account and purpose, or
    damaged. Which of them, the tag cannot tell."""


class Seals:
    """Seals with the newest key, opens with any that the ring still holds."""

    _ciphers: dict[bytes, AESGCM]
    """Key id to cipher, newest first."""
    _newest: bytes

    def __init__(self, ring: Ring) -> None:
        ring.follow(self._use)

    def seal(self, plain: bytes, *, account: str, purpose: Purpose) -> bytes:
        """Version byte, key id of 4 bytes, nonce of 12, ciphertext, tag of 16: 33 bytes more than
        `plain`."""
        if len(plain) > PLAIN_BYTES_MAX:
            raise ValueError(f"{len(plain)} bytes to seal, expected at most {PLAIN_BYTES_MAX}")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, plain, _bound_to(account, purpose))
        return _VERSION + self._newest + nonce + sealed

    def open(self, sealed: bytes, *, account: str, purpose: Purpose) -> bytes:
        """What was sealed. Raises CannotOpen."""
        cipher = self._ciphers.get(sealed[1:_HEAD_BYTES]) if _looks_sealed(sealed) else None
        if cipher is None:
            raise CannotOpen
        body = _HEAD_BYTES + _NONCE_BYTES
        try:
            return cipher.decrypt(
                sealed[_HEAD_BYTES:body], sealed[body:], _bound_to(account, purpose)
            )
        except InvalidTag:
            raise CannotOpen from None

    def renew(self, sealed: bytes, *, account: str, purpose: Purpose) -> bytes:
        """The same secret sealed by the newest key. Raises CannotOpen."""
        plain = self.open(sealed, account=account, purpose=purpose)
        return self.seal(plain, account=account, purpose=purpose)

    def _use(self, ring: KeyRing) -> None:
        ciphers = zip(ring.ids(), ring.derive("sealed"), strict=True)
        self._ciphers = {bytes.fromhex(name): AESGCM(key) for name, key in ciphers}
        self._newest = next(iter(self._ciphers))


def key_id_of(sealed: bytes) -> str:
    """Which secret of the ring (`KeyRing.ids`) opens it; empty: it is no seal."""
    return sealed[1:_HEAD_BYTES].hex() if _looks_sealed(sealed) else ""


def _looks_sealed(sealed: bytes) -> bool:
    return _SEALED_BYTES_MIN <= len(sealed) <= _SEALED_BYTES_MAX and sealed[:1] == _VERSION


def _bound_to(account: str, purpose: Purpose) -> bytes:
    # A purpose holds no "|", so no two pairs give the same bytes.
    return f"touchline|{purpose}|{account}".encode()
