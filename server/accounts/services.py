"""Everything about accounts, put together: what requests may touch, and what runs beside them.

Composition only; decides nothing.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from server.accounts.access import Access, longest_token_ms
from server.accounts.cleanup import Cleanup
from server.accounts.live_keys import LiveKey
from server.accounts.my_account import MyAccount
from server.accounts.passkeys import PasskeyServices
from server.accounts.passwords import Cost, Passwords
from server.accounts.sealed import Seals
from server.accounts.sign_in import SignIn
from server.accounts.sign_up import SignUp
from server.accounts.witness import Witness
from server.audit import Auditor
from server.clock import Clock
from server.config import Settings, listed
from server.limits import table
from server.limits.node_limits import NodeLimits
from server.logs import get_logger
from server.mail import Carrier, Folder, Mail, Smtp
from server.metrics import Metrics
from server.readiness import Readiness
from server.secrets import Ring
from server.teams.team_rooms import Rooms, TeamRooms
from server.tokens import Tokens
from storage.access_changes import AccessChanges
from storage.accounts import Accounts
from storage.api_keys import ApiKey, ApiKeys
from storage.audit import AuditTrail
from storage.blocks import Blocks
from storage.errors import StorageError
from storage.libraries import Libraries
from storage.links import Links
from storage.passkeys import Passkeys
from storage.receipts import Receipts
from storage.room_log import Listed
from storage.sessions import Sessions
from storage.tables import Tables
from storage.teams import Teams


class Listings(Protocol):
    """The rooms of an account."""

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """By id, after the given one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What is remembered of people, each kind behind a class of its own."""

    accounts: Accounts
    sessions: Sessions
    links: Links
    trail: AuditTrail
    changes: AccessChanges
    blocks: Blocks
    teams: Teams
    keys: ApiKeys
    receipts: Receipts
    passkeys: Passkeys
    libraries: Libraries


def stores_of(tables: Tables) -> Stores:
    """All of them, over the same tables."""
    return Stores(
        accounts=Accounts(tables),
        sessions=Sessions(tables),
        links=Links(tables),
        trail=AuditTrail(tables),
        changes=AccessChanges(tables),
        blocks=Blocks(tables),
        teams=Teams(tables),
        keys=ApiKeys(tables),
        receipts=Receipts(tables),
        passkeys=Passkeys(tables),
        libraries=Libraries(tables),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountServices:
    """What HTTP operations call."""

    stores: Stores
    sign_in: SignIn
    sign_up: SignUp
    mine: MyAccount
    passkeys: PasskeyServices
    team_rooms: TeamRooms
    access: Access
    passwords: Passwords
    seals: Seals
    limits: NodeLimits
    audit: Auditor
    mail: Mail
    cleanup: Cleanup
    witness: Witness

    def runs(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        """What has to run as long as the node does, by name."""
        return {
            "access": self.access.run(),
            "audit": self.audit.run(),
            "cleanup": self.cleanup.run(),
            "limits": self.limits.run(),
            "mail": self.mail.run(),
            "teams": self.team_rooms.run(),
        }

    async def close(self) -> None:
        """Records what was noted last, and lets go. The database is still there."""
        try:
            await self.audit.flush()
        except StorageError as error:
            get_logger("touchline.audit").error(
                "audit records were lost", records=self.audit.held, error=str(error)
            )
        finally:
            await self.mail.close()
            await self.limits.close()
            self.passwords.close()


class _StoredKeys:
    """Keys as access wants them: with their account's name."""

    def __init__(self, keys: ApiKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def all_live(self) -> Sequence[LiveKey]:
        """Every key that holds."""
        return [_live(key, name) for key, name in await self._keys.live(self._clock.now_ms())]

    async def live(self, id_: str) -> LiveKey | None:
        """One of them."""
        found = await self._keys.live(self._clock.now_ms(), id_)
        return _live(*found[0]) if found else None

    async def used(self, at: Mapping[str, int]) -> None:
        """When each was last used."""
        await self._keys.used(at)


def _live(key: ApiKey, name: str) -> LiveKey:
    return LiveKey(
        id=key.id,
        account=key.account,
        account_name=name,
        digest=key.digest,
        scopes=key.scopes,
        rooms=key.rooms,
        previous_digest=key.previous_digest,
        previous_until=key.previous_until,
        expires_at=key.expires_at,
        signs=key.sealed_secret is not None,
    )


def make_access(
    stores: Stores, settings: Settings, clock: Clock, metrics: Metrics, readiness: Readiness
) -> Access:
    """What has ended, over what is remembered. To be loaded before anybody is let in."""
    return Access(
        changes=stores.changes,
        blocks=stores.blocks,
        keys=_StoredKeys(stores.keys, clock),
        clock=clock,
        metrics=metrics,
        readiness=readiness,
        life_ms=longest_token_ms(settings),
        poll_s=settings.access_poll_s,
    )


def carrier_of(settings: Settings, folder: Path) -> Carrier:
    """Where messages go. Raises ValueError for a mail server's address that is none."""
    return Smtp(settings.smtp_url) if settings.smtp_url else Folder(folder)


def make_accounts(
    *,
    settings: Settings,
    stores: Stores,
    rooms: Rooms,
    listings: Listings,
    ring: Ring,
    tokens: Tokens,
    access: Access,
    clock: Clock,
    metrics: Metrics,
    node: str,
    carrier: Carrier,
) -> AccountServices:
    """Every service, joined to the others. Raises InvalidLimits, InvalidRedisUrl."""
    limits = NodeLimits(
        table.published(settings.limits, guests_per_min=settings.guests_per_min),
        redis=next(iter(listed(settings.redis)), ""),
        node=node,
        clock=clock,
        refusals=metrics.limit_refusals,
    )
    around = _Around(
        settings=settings,
        stores=stores,
        seals=Seals(ring),
        passwords=Passwords(
            Cost(memory_kib=settings.argon2_memory_kib, time_cost=settings.argon2_time_cost)
        ),
        access=access,
        limits=limits,
        audit=Auditor(stores.trail, clock, node=node, counted=metrics.audited),
        mail=Mail(carrier, clock, sender=settings.mail_from),
        clock=clock,
    )
    sign_in = around.sign_in(tokens)
    return AccountServices(
        stores=stores,
        sign_in=sign_in,
        sign_up=around.sign_up(sign_in),
        mine=around.mine(sign_in, listings),
        passkeys=around.passkeys(sign_in),
        team_rooms=TeamRooms(rooms, stores.teams, listings, clock),
        access=access,
        passwords=around.passwords,
        seals=around.seals,
        limits=limits,
        audit=around.audit,
        mail=around.mail,
        cleanup=around.cleanup(),
        witness=Witness(around.audit, clock),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What services stand on, and how each is joined to it."""

    settings: Settings
    stores: Stores
    seals: Seals
    passwords: Passwords
    access: Access
    limits: NodeLimits
    audit: Auditor
    mail: Mail
    clock: Clock

    def sign_in(self, tokens: Tokens) -> SignIn:
        return SignIn(
            accounts=self.stores.accounts,
            sessions=self.stores.sessions,
            tokens=tokens,
            passwords=self.passwords,
            seals=self.seals,
            access=self.access,
            limiter=self.limits.limiter,
            failed=self.limits.failed_logins,
            audit=self.audit,
            clock=self.clock,
            session_days=self.settings.session_days,
            sessions_max=self.settings.sessions_max,
        )

    def sign_up(self, sign_in: SignIn) -> SignUp:
        return SignUp(
            settings=self.settings,
            accounts=self.stores.accounts,
            links=self.stores.links,
            passkeys=self.stores.passkeys,
            passwords=self.passwords,
            seals=self.seals,
            sign_in=sign_in,
            access=self.access,
            mail=self.mail,
            audit=self.audit,
            clock=self.clock,
        )

    def mine(self, sign_in: SignIn, listings: Listings) -> MyAccount:
        return MyAccount(
            settings=self.settings,
            accounts=self.stores.accounts,
            sessions=self.stores.sessions,
            passkeys=self.stores.passkeys,
            teams=self.stores.teams,
            keys=self.stores.keys,
            trail=self.stores.trail,
            passwords=self.passwords,
            seals=self.seals,
            sign_in=sign_in,
            access=self.access,
            audit=self.audit,
            clock=self.clock,
            listings=listings,
        )

    def passkeys(self, sign_in: SignIn) -> PasskeyServices:
        return PasskeyServices(
            accounts=self.stores.accounts,
            passkeys=self.stores.passkeys,
            links=self.stores.links,
            sign_in=sign_in,
            seals=self.seals,
            audit=self.audit,
            clock=self.clock,
        )

    def cleanup(self) -> Cleanup:
        return Cleanup(
            sessions=self.stores.sessions,
            links=self.stores.links,
            receipts=self.stores.receipts,
            trail=self.stores.trail,
            changes=self.stores.changes,
            clock=self.clock,
            audit_days=self.settings.audit_days,
            changes_ms=longest_token_ms(self.settings),
        )
