"""Changing the ring in its file: a new newest secret, and one fewer old ones.

Says why an old secret is still needed, and writes the file in one step. Must not know databases or
commands: what is sealed is asked of a `SealedUse`. SPEC: SE8, SE12 to SE15.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from server.secrets import (
    InvalidSecret,
    KeptSecret,
    KeyRing,
    fresh_secret,
    kept_secrets,
    replace_private,
    written,
)

RING_MAX = 5
"""Secrets in a ring: each one is tried for every invitation link."""
LINK_DAYS = 90
"""Invitation links of rooms have no end unless their owner set one. A link that was not used for so
long is taken for forgotten; an owner can always show it anew, derived from the newest secret."""
GRACE_S = 60
"""Clocks of nodes differ, and a new secret signs a moment after it is in the file."""
_HOUR_MS = 3_600_000


class SealedUse(Protocol):
    """What in the database only the secrets of the ring can open."""

    async def count(self) -> Mapping[str, int]:
        """Sealed values by the id of the secret that opens them (`KeyRing.ids`)."""
        ...

    async def renew(self, ring: KeyRing) -> int:
        """Seals with the newest secret what older ones of the ring sealed; how many were. A value
        that changed meanwhile is left alone."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """One secret of a ring, for people."""

    key: str
    """Its public id."""
    since_ms: int | None
    until_ms: int | None
    """When it stopped signing; None: it signs, or nobody knows."""
    signs: bool


class NotRotated(Exception):
    """The ring stays as it is. The message says why, and what can be done."""


def held(path: Path) -> list[Held]:
    """What the file holds, newest first. Raises InvalidSecret."""
    kept = kept_secrets(path)
    ids = KeyRing(tuple(one.secret for one in kept)).ids()
    return [
        Held(key, one.since_ms, kept[n - 1].since_ms if n else None, n == 0)
        for n, (key, one) in enumerate(zip(ids, kept, strict=True))
    ]


def rotate(path: Path, now_ms: int) -> KeyRing:
    """Puts a fresh secret in front. Raises InvalidSecret, NotRotated, OSError."""
    with _alone(path):
        kept = kept_secrets(path)
        if len(kept) >= RING_MAX:
            raise NotRotated(
                f"the ring holds {len(kept)} secrets already: retire the oldest first"
                " (touchline secret retire)"
            )
        fresh = KeptSecret(fresh_secret(), now_ms)
        replace_private(path, written((fresh, *kept)))
        return KeyRing((fresh.secret, *(one.secret for one in kept)))


def retire(path: Path, key: str) -> KeyRing:
    """Drops the oldest secret, which the caller has seen to be `key`. Raises InvalidSecret,
    NotRotated, OSError."""
    with _alone(path):
        kept = kept_secrets(path)
        ring = KeyRing(tuple(one.secret for one in kept))
        if len(kept) < 2:
            raise NotRotated("the ring holds one secret only: rotate first")
        if ring.ids()[-1] != key:
            raise NotRotated("the ring was changed meanwhile: look again")
        replace_private(path, written(kept[:-1]))
        return KeyRing(ring.secrets[:-1])


def still_needed(
    ring: list[Held], *, now_ms: int, changed_ms: int, guest_token_h: float, sealed: int
) -> list[str]:
    """What would stop working without the oldest secret of the ring, in sentences; empty: nothing.

    `changed_ms` is when the file was last written, for secrets whose end nobody wrote down: they
    cannot have stopped signing later. `sealed` values need the oldest secret."""
    until_ms = ring[-1].until_ms
    age_ms = now_ms - (changed_ms if until_ms is None else until_ms) - GRACE_S * 1000
    reasons: list[str] = []
    left_h = guest_token_h - age_ms / _HOUR_MS
    if left_h > 0:
        reasons.append(
            f"guests whose token it signed have to come in anew (for {left_h:.1f} h yet)"
        )
    left_d = LINK_DAYS - age_ms / _HOUR_MS / 24
    if left_d > 0:
        reasons.append(
            "invitation links that were copied while it signed lead nowhere"
            f" (taken for forgotten in {left_d:.0f} days)"
        )
    if sealed:
        reasons.append(
            f"{sealed} sealed values cannot be opened: second factors have to be set up again,"
            " signing secrets of keys replaced"
        )
    return reasons


@contextlib.contextmanager
def _alone(path: Path) -> Generator[None]:
    """Two commands at once would each write what they read."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError as error:
        raise InvalidSecret(f"{path} cannot be read ({error.strerror})") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
