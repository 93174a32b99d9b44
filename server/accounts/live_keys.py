"""API keys of programs: how they are spelt, and those that are good now, in memory (A12).

A key is found by its public id and compared by the SHA-256 of its secret, which is all that is
kept of it. Checking one asks nobody; what is read of keys (all at the start, one when it has
changed) and what is written (when they were last used) goes through `KeyStore`. Must not know
sockets, requests, or how keys come to be. SPEC: A12, AX5 to AX9.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from server.clock import Clock
from server.identity import Grant, Identity

PREFIX: Final = "tl_live_"
CONNECTION_MS: Final = 86_400_000
"""An identity by a key ends after a day at the latest: whoever stays longer shows the key again."""
_ID_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH: Final = 16
_KEY: Final = re.compile(r"tl_live_([0-9A-Za-z]{16})_([A-Za-z0-9_-]{43})")
_NO_DIGEST: Final = bytes(32)
"""Compared with where there is no such key, so that an id tells nothing by time."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just drawn: shown once, kept as its digest."""

    id: str
    text: str = field(repr=False)
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKey:
    """What is known of a key that was not revoked. Times are ms of log time."""

    id: str
    account: str
    account_name: str
    """How others see the account: a key acts under its name, not under its own."""
    digest: bytes = field(repr=False)
    scopes: frozenset[str]
    rooms: frozenset[str] | None = None
    previous_digest: bytes | None = field(default=None, repr=False)
    previous_until: int | None = None
    """When the secret before the last rotation stops being good."""
    expires_at: int | None = None
    signs: bool = False
    """Its requests are signed."""


class KeyStore(Protocol):
    """Where keys are kept. Everything may raise StorageError."""

    async def all_live(self) -> Sequence[LiveKey]:
        """Every key that was not revoked and has not expired."""
        ...

    async def live(self, id_: str, /) -> LiveKey | None:
        """One of them; None: revoked, expired, or never was."""
        ...

    async def used(self, at: Mapping[str, int], /) -> None:
        """Remembers when each key was last used; an earlier time changes nothing."""
        ...


def new_key() -> NewKey:
    """Draws a key: 95 bits of id, 256 bits of secret."""
    id_ = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
    return with_new_secret(id_)


def with_new_secret(id_: str) -> NewKey:
    """Draws another secret for a key that is rotated."""
    secret = secrets.token_urlsafe(32)
    return NewKey(id_, f"{PREFIX}{id_}_{secret}", digest_of(secret))


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).digest()


def parse(text: str) -> tuple[str, str] | None:
    """Id and secret of a key; None: it is not spelt as one."""
    found = _KEY.fullmatch(text)
    return None if found is None else (found[1], found[2])


class LiveKeys:
    """Invariant: a key that was dropped never comes back, whatever was being read meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, LiveKey] = {}
        self._dropped: set[str] = set()
        """Since the last `settled`: revocation is final, what was read before it is not."""
        self._used: dict[str, int] = {}
        """Key id → log time of a use that was not written yet."""

    def __len__(self) -> int:
        return len(self._keys)

    # --- what is asked --------------------------------------------------------------------------

    def identify(self, text: str) -> Identity | None:
        """Whom the key speaks for; None, whatever is wrong with it."""
        parsed = parse(text)
        if parsed is None:
            return None
        id_, secret = parsed
        presented = digest_of(secret)
        now = self._clock.now_ms()
        key = self._keys.get(id_)
        expires = now + CONNECTION_MS
        if key is None:
            hmac.compare_digest(presented, _NO_DIGEST)
            return None
        if not hmac.compare_digest(presented, key.digest):
            if key.previous_digest is None or key.previous_until is None:
                return None
            if not hmac.compare_digest(presented, key.previous_digest):
                return None
            expires = min(expires, key.previous_until)
        if key.expires_at is not None:
            expires = min(expires, key.expires_at)
        if expires <= now:
            return None
        self._used[id_] = now
        return Identity(
            key.account,
            key.account_name,
            expires,
            session="",
            kind="key",
            grant=Grant(id_, key.scopes, key.rooms, signs=key.signs, secret=presented),
        )

    def holds(self, grant: Grant) -> bool:
        """Whether the key is still good, and so is the secret of it that was shown, as far as this
        is not a matter of the identity's end."""
        key = self._keys.get(grant.key)
        if key is None:
            return False
        if not grant.secret or hmac.compare_digest(grant.secret, key.digest):
            return True
        if key.previous_digest is None or key.previous_until is None:
            return False
        return self._clock.now_ms() < key.previous_until and hmac.compare_digest(
            grant.secret, key.previous_digest
        )

    def of_account(self, account: str) -> list[str]:
        """Ids of the account's keys."""
        return [one.id for one in self._keys.values() if one.account == account]

    # --- what is told ---------------------------------------------------------------------------

    def load(self, keys: Iterable[LiveKey]) -> None:
        """All that there are, at the start."""
        for key in keys:
            self.put(key)

    def put(self, key: LiveKey) -> None:
        """A key as it is now. One that was dropped stays dropped."""
        if key.id not in self._dropped:
            self._keys[key.id] = key

    def drop(self, id_: str) -> bool:
        """The key was revoked. Returns whether it was good until now."""
        self._dropped.add(id_)
        self._used.pop(id_, None)
        return self._keys.pop(id_, None) is not None

    def settled(self) -> None:
        """Nothing is being read that was asked for before the latest drop."""
        self._dropped.clear()

    def forget_expired(self) -> None:
        """Keys that have expired are not kept in memory."""
        now = self._clock.now_ms()
        over = [
            one.id
            for one in self._keys.values()
            if one.expires_at is not None and one.expires_at <= now
        ]
        for id_ in over:
            del self._keys[id_]

    async def write_uses(self, store: KeyStore) -> None:
        """Writes when keys were last used. What cannot be written now is written the next time;
        then raises StorageError."""
        writing, self._used = self._used, {}
        if not writing:
            return
        try:
            await store.used(writing)
        except BaseException:
            self._used = writing | self._used  # later uses stand over earlier ones
            raise
