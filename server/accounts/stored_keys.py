"""API keys as storage has them, read as the node holds them in memory: with the name under which
their account is seen, and without those of accounts that are closed.

Composition of two stores; decides nothing about a request. SPEC: AX5, AX7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from server.accounts.live_keys import LiveKey


class KeyRow(Protocol):
    """A key as storage gives it. Times are ms of log time."""

    @property
    def id(self) -> str:
        """Public."""
        ...

    @property
    def account(self) -> str:
        """Whose it is."""
        ...

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret."""
        ...

    @property
    def previous_digest(self) -> bytes | None:
        """Of the secret before the last rotation."""
        ...

    @property
    def previous_until(self) -> int | None:
        """When that stops being good."""
        ...

    @property
    def scopes(self) -> frozenset[str]:
        """What it may do."""
        ...

    @property
    def rooms(self) -> frozenset[str] | None:
        """Where; None: everywhere."""
        ...

    @property
    def expires_at(self) -> int | None:
        """None: never."""
        ...

    @property
    def revoked_at(self) -> int | None:
        """None: it was not."""
        ...


class KeyRows(Protocol):
    """The store of keys. Everything may raise StorageError."""

    async def all_live(self) -> Sequence[KeyRow]:
        """Those that were not revoked."""
        ...

    async def key(self, id_: str, /) -> KeyRow | None:
        """One of them, revoked or not."""
        ...

    async def used(self, at: Mapping[str, int], /) -> None:
        """Remembers when each was last used."""
        ...


class Holder(Protocol):
    """An account, as far as its keys are concerned."""

    @property
    def name(self) -> str:
        """How others see it."""
        ...

    @property
    def closed_at(self) -> int | None:
        """None: it is not."""
        ...


class Holders(Protocol):
    """The store of accounts. Everything may raise StorageError."""

    async def account(self, id_: str, /) -> Holder | None:
        """By id."""
        ...


class StoredKeys:
    """Implements server.accounts.live_keys.KeyStore."""

    def __init__(self, keys: KeyRows, holders: Holders) -> None:
        self._keys = keys
        self._holders = holders

    async def all_live(self) -> list[LiveKey]:
        """Every key that is good, each account being asked about once."""
        holders: dict[str, Holder | None] = {}
        found: list[LiveKey] = []
        for row in await self._keys.all_live():
            if row.account not in holders:
                holders[row.account] = await self._holders.account(row.account)
            key = _live(row, holders[row.account])
            if key is not None:
                found.append(key)
        return found

    async def live(self, id_: str) -> LiveKey | None:
        """One of them; None: revoked, never made, or of an account that is closed."""
        row = await self._keys.key(id_)
        return None if row is None else _live(row, await self._holders.account(row.account))

    async def used(self, at: Mapping[str, int]) -> None:
        """Hands on when keys were last used."""
        await self._keys.used(at)


def _live(row: KeyRow, holder: Holder | None) -> LiveKey | None:
    if row.revoked_at is not None or holder is None or holder.closed_at is not None:
        return None
    return LiveKey(
        id=row.id,
        account=row.account,
        account_name=holder.name,
        digest=row.digest,
        scopes=row.scopes,
        rooms=row.rooms,
        previous_digest=row.previous_digest,
        previous_until=row.previous_until,
        expires_at=row.expires_at,
    )
