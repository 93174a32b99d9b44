"""Secrets in files: the signing secret, made at first start, and the operator's key, made at every
start.

Files are readable by their owner alone. A secret never appears in a repr, a log or an error. Keys
for one purpose are derived from the secret by name, so that what is signed for one purpose is
worthless for another.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

SECRET_BYTES_MIN = 32
"""HS256 wants a key of at least 256 bits (RFC 7518, 3.2)."""

DISTINCT_BYTES_MIN = 8
"""A random secret of 32 characters has more than 20 distinct ones; a placeholder such as 32 zeros
has one."""

OPERATOR_PREFIX = "tlop_"
"""So that logs recognise an operator's key and leave it out."""

_OWNER_ONLY = 0o600


class InvalidSecret(Exception):
    """A secret that must not be used. The message says which file and what to do, never what is in
    it."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Secrets, newest first: the first signs, all of them verify, so that a secret can be changed
    with an overlap."""

    secrets: tuple[bytes, ...] = field(repr=False)

    def derive(self, purpose: str) -> tuple[bytes, ...]:
        """The keys for one purpose, in the same order."""
        return tuple(
            hmac.digest(secret, f"touchline|{purpose}".encode(), "sha256")
            for secret in self.secrets
        )


def load_secret(path: Path, *, create: bool) -> KeyRing:
    """The secrets in `path`, one per line. With `create`, a missing file is made with a fresh one.

    Raises InvalidSecret where it is missing, too short, or plainly a placeholder."""
    if create:
        _create(path)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        message = (
            f"{path} does not exist: put a secret of at least {SECRET_BYTES_MIN} random bytes there"
        )
        raise InvalidSecret(message) from None
    except OSError as error:
        message = (
            f"{path} cannot be read ({error.strerror}): "
            "make it readable for the user that runs the server"
        )
        raise InvalidSecret(message) from None
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not found:
        message = (
            f"{path} is empty: put a secret of at least {SECRET_BYTES_MIN} random bytes there, "
            "or remove the file"
        )
        raise InvalidSecret(message)
    for number, secret in enumerate(found, 1):
        if len(secret) < SECRET_BYTES_MIN:
            message = (
                f"{path}, line {number}: {len(secret)} bytes, expected at least {SECRET_BYTES_MIN}"
            )
            raise InvalidSecret(message)
        if len(set(secret)) < DISTINCT_BYTES_MIN:
            message = f"{path}, line {number}: a placeholder, expected random characters"
            raise InvalidSecret(message)
    return KeyRing(found)


def write_operator_key(path: Path) -> str:
    """A fresh key for the machine's operator, in `path`, replacing an earlier one in one step."""
    key = OPERATOR_PREFIX + secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
    fresh.replace(path)
    return key


def read_operator_key(path: Path) -> str | None:
    """The key of the server that runs on this data folder, if one does."""
    try:
        return path.read_text().strip() or None
    except FileNotFoundError:
        return None


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        # Tokens and invitation links depend on it: it should outlive a power cut as the rooms do.
        os.fsync(file.fileno())
