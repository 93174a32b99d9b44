"""The audit trail: which acts are recorded, and how a record is made. Appended only; no token,
password or message is ever in one (reliability: audit log).

Knows names of acts; must not know what they mean nor where records are kept beyond a store that
appends. SPEC: AU1 to AU5.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from server.clock import Clock
from server.logs import get_logger
from storage.audit import AuditRecord
from storage.errors import StorageError

ACTIONS: Final[Mapping[str, str]] = {
    "login.ok": "somebody signed in",
    "login.failed": "a password, code or passkey was wrong",
    "login.delayed": "sign-in was refused for a while after failures",
    "refresh.reused": "a refresh token was used a second time: its session was ended",
    "session.ended": "a session was ended",
    "account.created": "somebody signed up",
    "account.renamed": "somebody changed their name",
    "account.email": "an e-mail address was confirmed or changed",
    "account.password": "a password was changed or reset",
    "account.reset_asked": "a link to choose another password was sent",
    "account.exported": "somebody took their data",
    "account.closed": "an account was closed or deleted",
    "mfa.on": "a second factor was set up",
    "mfa.off": "a second factor was removed",
    "mfa.recovery_codes": "new recovery codes were made",
    "mfa.recovery_used": "a recovery code was used",
    "passkey.added": "a passkey was added",
    "passkey.removed": "a passkey was removed",
    "key.created": "a key was made",
    "key.used": "a key was used, at most once an hour for each address",
    "key.rotated": "a key got another secret",
    "key.revoked": "a key was revoked",
    "team.created": "a team was made",
    "team.deleted": "a team was deleted",
    "team.joined": "somebody joined a team",
    "team.left": "somebody left a team or was removed",
    "team.role": "somebody's role in a team was changed",
    "team.transferred": "a team was handed over",
    "team.invited": "an invitation to a team was made or revoked",
    "room.role": "somebody's role in a room was changed over HTTP",
    "room.team": "a room was given to a team or taken from one",
    "library.public": "a library was made public or private again",
    "hook.created": "an address was named that is told what happens in a draft",
    "hook.removed": "such an address was removed",
    "room.exported": "a room was exported",
    "room.imported": "a room was imported",
    "room.forked": "a board was forked into a new one",
    "room.pruned": "old entries of a room were forgotten",
    "socket.closed": "a connection was closed for bad messages or flooding (1008, 4429)",
    "block.set": "an account, address or key was blocked",
    "block.lifted": "a block was lifted",
    "admin.act": "an administrator or the operator did something else",
}
"""Every act that is recorded, and what it means in words."""

HELD_MAX: Final = 10_000
"""Records that wait for a database that is away. What is beyond is counted and lost, and the log
says so."""
TOGETHER_MAX: Final = 200
PAUSE_S: Final = 1.0


class Trail(Protocol):
    """Where records go."""

    async def append(self, records: Sequence[AuditRecord]) -> None:
        """In their order, durably. Raises StorageError."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: the address behind proxies that are believed, and the request's
    id."""

    address: str = ""
    request: str = ""


NOWHERE: Final = Origin()


class Auditor:
    """Makes records and hands them on in their order, some together.

    Nobody waits for a record: a database that is away must not stop people from signing out. They
    are kept until it is back."""

    def __init__(
        self,
        trail: Trail,
        clock: Clock,
        *,
        node: str,
        counted: Counter[str] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._trail = trail
        self._clock = clock
        self._node = node
        self._counted: Counter[str] = Counter() if counted is None else counted
        self._held: list[AuditRecord] = []
        self._awaited = asyncio.Event()
        self._appending = asyncio.Lock()
        self.lost = 0
        """Records that did not fit while the database was away."""

    @property
    def held(self) -> int:
        """Records that are not in the database yet."""
        return len(self._held)

    def note(
        self,
        action: str,
        account: str | None = None,
        origin: Origin = NOWHERE,
        *,
        about: str = "",
        **detail: str | int | bool | None,
    ) -> None:
        """Records an act. `account` is who did it; `about` is the id of what it was done to."""
        assert action in ACTIONS, f"expected one of ACTIONS, got {action}"
        self._counted[action] += 1
        if len(self._held) >= HELD_MAX:
            self.lost += 1
            return
        self._held.append(
            AuditRecord(
                at=self._clock.now_ms(),
                action=action,
                account=account,
                address=origin.address,
                node=self._node,
                request=origin.request,
                object=about,
                detail=detail,
            )
        )
        self._awaited.set()

    async def run(self) -> None:
        """Appends what is noted, until cancelled."""
        while True:
            await self._awaited.wait()
            self._awaited.clear()
            try:
                await self.flush()
            except StorageError as error:
                get_logger("touchline.audit").warning(
                    "audit records wait for the database", held=len(self._held), error=str(error)
                )
                await self._sleep(PAUSE_S)
                self._awaited.set()

    async def flush(self) -> None:
        """Appends what is held. Raises StorageError; a repeated record is better than a lost
        one."""
        async with self._appending:
            while self._held:
                some = self._held[:TOGETHER_MAX]
                try:
                    await self._trail.append(some)
                except ValueError:
                    some = some[:1]
                    await self._append_alone(some[0])
                del self._held[: len(some)]
        if self.lost:
            lost, self.lost = self.lost, 0
            get_logger("touchline.audit").error("audit records were lost", records=lost)

    async def _append_alone(self, record: AuditRecord) -> None:
        """Of several, one is nothing that a database takes: it must not keep the others out."""
        try:
            await self._trail.append([record])
        except ValueError:
            get_logger("touchline.audit").error("an audit record was lost", action=record.action)
