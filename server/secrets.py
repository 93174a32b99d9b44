"""Secrets: the ring of signing secrets, what makes one too weak, and the files that hold secrets.

The signing secret is made at first start, or given as a file or by the environment; the operator's
key is made at every start. Files are readable by their owner alone. A secret never appears in a
repr, a log or an error. Keys for one purpose are derived from the secret by name, so that what is
signed for one purpose is worthless for another. Must not know what is signed or sealed, nor when a
ring changes (server/secret_watch.py does). SPEC: SE1 to SE7.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import shlex
import stat
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from server.config import Settings
from server.data_folder import operator_key_path, secret_path

SECRET_BYTES_MIN = 32
"""HS256 wants a key of at least 256 bits (RFC 7518, 3.2)."""

DISTINCT_BYTES_MIN = 8
"""A random secret of 32 characters has more than 20 distinct ones; a placeholder such as 32 zeros
has one."""

PERIOD_BYTES_MIN = 16
"""A shorter piece said again and again (`secretsecret…`) is as easy to guess as the piece."""

OPERATOR_PREFIX = "tlop_"
"""So that logs recognise an operator's key and leave it out."""

OWNER_ONLY = 0o600
_SINCE = re.compile(rb"# signs since ([0-9]{1,15})")
_PLACEHOLDERS = re.compile(
    rb"change[-_ ]?me|place[-_ ]?holder|example|default|insecure|password|your[-_ ]?secret",
    re.IGNORECASE,
)
"""Words of manuals. Seven given characters in a random secret: once in a million million."""


class InvalidSecret(Exception):
    """A secret that must not be used. The message says which file and what to do, never what is in
    it."""


class Ring(Protocol):
    """Where keys come from: a ring, now and whenever it changes."""

    def follow(self, use: Callable[[KeyRing], None]) -> None:
        """Calls `use` with the ring at once, and again with each one that takes its place."""
        ...


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

    def ids(self) -> tuple[str, ...]:
        """A public name for each secret, 8 hexadecimal digits, in the same order."""
        return tuple(key[:4].hex() for key in self.derive("id"))

    def follow(self, use: Callable[[KeyRing], None]) -> None:
        """Itself, once: this ring never changes."""
        use(self)


class LiveRing:
    """The ring in force. Invariant: whoever follows has been given the ring that `ring` names."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._followers: list[Callable[[KeyRing], None]] = []

    @property
    def ring(self) -> KeyRing:
        """The ring in force."""
        return self._ring

    def follow(self, use: Callable[[KeyRing], None]) -> None:
        """Calls `use` with the ring at once, and again with each one that takes its place."""
        self._followers.append(use)
        use(self._ring)

    def replace(self, ring: KeyRing) -> None:
        """Another ring, for everybody, before this returns. To be called in the node's loop."""
        self._ring = ring
        for use in self._followers:
            use(ring)


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """A secret as its file holds it."""

    secret: bytes = field(repr=False)
    since_ms: int | None
    """Log time since which it signs; None: nobody wrote it down."""


def open_ring(settings: Settings) -> KeyRing:
    """The ring that the settings give: the value of `secret`, else what is in the file, which is
    made where nobody named one. Raises InvalidSecret."""
    if settings.secret:
        return KeyRing(
            tuple(
                _strong(one.encode(), f"the setting secret, number {number}")
                for number, one in enumerate(settings.secret.split(), 1)
            )
        )
    return load_secret(secret_path(settings), create=not settings.secret_file)


def load_secret(path: Path, *, create: bool) -> KeyRing:
    """The secrets in `path`, one per line. With `create`, a missing file is made with a fresh one.

    Raises InvalidSecret where it is missing, readable by others, too short, or plainly a
    placeholder."""
    if create:
        _create(path)
    return KeyRing(tuple(kept.secret for kept in kept_secrets(path)))


def kept_secrets(path: Path) -> tuple[KeptSecret, ...]:
    """What the file holds, newest first. Raises InvalidSecret."""
    try:
        text = read_private(path)
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
    found: list[KeptSecret] = []
    since_ms: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        secret = line.strip()
        if noted := _SINCE.fullmatch(secret):
            since_ms = int(noted[1])
        elif secret:
            found.append(KeptSecret(_strong(secret, f"{path}, line {number}"), since_ms))
            since_ms = None
    if not found:
        message = (
            f"{path} is empty: put a secret of at least {SECRET_BYTES_MIN} random bytes there, "
            "or remove the file"
        )
        raise InvalidSecret(message)
    if len({kept.secret for kept in found}) < len(found):
        raise InvalidSecret(f"{path} holds one secret twice: remove one of the lines")
    return tuple(found)


def written(kept: Iterable[KeptSecret]) -> bytes:
    """The content of a file that holds these."""
    lines: list[bytes] = []
    for one in kept:
        if one.since_ms is not None:
            lines.append(f"# signs since {one.since_ms}".encode())
        lines.append(one.secret)
    return b"\n".join(lines) + b"\n"


def fresh_secret() -> bytes:
    """64 characters that carry 384 random bits."""
    return secrets.token_urlsafe(48).encode()


def read_private(path: Path) -> bytes:
    """What a file that holds a secret says. Raises InvalidSecret where others may read or change
    it, with the command that mends it; OSError."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        # As PostgreSQL judges private keys: a group may read what belongs to root, because that is
        # how secrets are mounted for a server that is not root.
        of_root = status.st_uid == 0 != os.geteuid()
        if stat.S_ISREG(status.st_mode) and status.st_mode & (0o037 if of_root else 0o077):
            mode = "0640" if of_root else "0600"
            raise InvalidSecret(
                f"{path} is open to other users (mode {stat.S_IMODE(status.st_mode):04o}): "
                f"chmod {mode} {shlex.quote(str(path))}"
            )
        return file.read()


def replace_private(path: Path, content: bytes) -> None:
    """Puts `content` into `path` in one step that outlives a power cut. A file that is there keeps
    its owner, and a link to it stays one. Raises OSError."""
    path = path.resolve()
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.exists():
                status = path.stat()
                if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_operator_key(path: Path) -> str:
    """A fresh key for the machine's operator, in `path`, replacing an earlier one in one step."""
    key = OPERATOR_PREFIX + secrets.token_urlsafe(32)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
    fresh.replace(path)
    return key


@contextmanager
def operator_key(settings: Settings) -> Generator[str]:
    """The key that the command line of this machine speaks with while the block runs: the one that
    the settings give, or one in the data folder (OP8)."""
    if settings.operator_key:
        yield settings.operator_key
        return
    path = operator_key_path(settings)
    try:
        yield write_operator_key(path)
    finally:
        path.unlink(missing_ok=True)


def read_operator_key(path: Path) -> str | None:
    """The key of the server that runs on this data folder, if one does."""
    try:
        return path.read_text().strip() or None
    except FileNotFoundError:
        return None


def _strong(secret: bytes, place: str) -> bytes:
    """The secret, if it may be used. Raises InvalidSecret."""
    if len(secret) < SECRET_BYTES_MIN:
        message = f"{place}: {len(secret)} bytes, expected at least {SECRET_BYTES_MIN}"
        raise InvalidSecret(message)
    repeated = any(
        secret == (secret[:period] * (len(secret) // period + 1))[: len(secret)]
        for period in range(1, PERIOD_BYTES_MIN)
    )
    if repeated or len(set(secret)) < DISTINCT_BYTES_MIN or _PLACEHOLDERS.search(secret):
        raise InvalidSecret(f"{place}: a placeholder, expected random characters")
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh_secret() + b"\n")
        file.flush()
        # Tokens and invitation links depend on it: it should outlive a power cut as the rooms do.
        os.fsync(file.fileno())
