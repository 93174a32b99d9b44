"""What has ended: sessions, accounts, keys and blocks, in memory, so that every check is a few
look-ups and an ending holds at once on every connection.

Endings of this node are told by `note`; those of other nodes are read from the table of access
changes, again and again with an overlap, so that rows which were committed out of order are seen.
While the database is away, what is known goes on to hold; what is not known is bounded by the life
of the tokens. Nothing older than the longest life is kept: no token of that time is left, but of
another issuer's accounts, whose endings stay. Must not know sockets or requests: listeners close
what has to be closed. SPEC: AX1 to AX9, IS10.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from server.accounts.live_keys import KeyStore, LiveKeys
from server.clock import Clock
from server.config import Settings
from server.identity import Identity
from server.limits.blocks import BlockSource, BlockView
from server.limits.blocks import Kind as BlockKind
from server.logs import get_logger
from server.metrics import Metrics
from server.readiness import Readiness
from server.tokens import ACCESS_TOKEN_S, LEEWAY_S
from storage.errors import StorageError

OVERLAP_MS: Final = 60_000
"""Rows of the last minute are read again: on PostgreSQL numbers are given before the commit."""
TIDY_MS: Final = 60_000
USES_MS: Final = 30_000
"""How often it is written when keys were last used."""
BEYOND_ALL: Final = 2**62
"""Above every number, and later than every time."""
CLAIMED: Final = "claimed"
"""Detail of an account's change: a guest became a full account, and its guest tokens end."""
FOR_GOOD: Final = "for good"
"""Detail of an account's change: it was closed, and its issuer goes on to give it tokens."""
RENAMED: Final = "renamed"
"""Detail of an account's change that ends nothing: its keys act under another name."""
REVOKED: Final = "revoked"
"""Detail of a key's change: nothing has to be read to end it."""

ChangeKind = Literal["session", "account", "key", "block", "team"]
Why = Literal["session", "account", "blocked", "key"]
"""Why an identity does not hold any more."""
EndedKind = Literal["session", "account", "guest", "key", "blocks"]


class Change(Protocol):
    """A row of the table of access changes."""

    @property
    def number(self) -> int:
        """Rises with the rows, not always in the order of their commits."""
        ...

    @property
    def kind(self) -> str:
        """One of ChangeKind; others are passed over."""
        ...

    @property
    def subject(self) -> str:
        """The id of what has changed."""
        ...

    @property
    def detail(self) -> str:
        """More about it; see CLAIMED, RENAMED, REVOKED."""
        ...

    @property
    def at(self) -> int:
        """Log time, ms."""
        ...


class Changes(Protocol):
    """Where the changes of all nodes are read."""

    async def since(self, number: int, at_least: int, /) -> Sequence[Change]:
        """Rows above the number, and those of that time or later whatever their number. Raises
        StorageError."""
        ...

    async def closed_for_good(self) -> Sequence[str]:
        """Accounts that were closed, and whose issuer goes on to give them tokens. Raises
        StorageError."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """Something stopped holding: whoever stands on it is to be let go."""

    kind: EndedKind
    subject: str
    """Id of the session, account or key. A `guest` is an account whose guest tokens have ended.
    Empty for `blocks`: others may be blocked now, and everybody is to be asked about."""


Listener = Callable[[Ended], None]


def longest_token_ms(settings: Settings) -> int:
    """How long what a token says can be believed after it was issued, at most."""
    return round(max(settings.guest_token_h * 3600, ACCESS_TOKEN_S) + LEEWAY_S) * 1000


class Access:
    """Invariants: what has ended never holds again while a token of before it lives (but for
    blocks, which end); listeners hear of each ending once, in the same turn of the loop."""

    def __init__(
        self,
        *,
        changes: Changes,
        blocks: BlockSource,
        keys: KeyStore,
        clock: Clock,
        metrics: Metrics,
        readiness: Readiness,
        life_ms: int,
        poll_s: float,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._changes = changes
        self._block_source = blocks
        self._key_store = keys
        self._clock = clock
        self._metrics = metrics
        self._readiness = readiness
        self._life_ms = life_ms
        self._poll_s = poll_s
        self._sleep = sleep
        self.keys = LiveKeys(clock)
        """Which API keys are good now."""
        self._sessions: dict[str, int] = {}
        """Ended session → log time."""
        self._accounts: dict[str, int] = {}
        self._guests: dict[str, int] = {}
        self.blocks = BlockView()
        """Who is blocked now."""
        self._any_blocked = False
        self._listeners: list[Listener] = []
        self.announce: Callable[[], None] | None = None
        """Tells the other nodes to read what this one has changed. Set where there are any."""
        self._number = 0
        self._read_at = 0
        """Log time of the last reading that succeeded."""
        self._seen: dict[int, int] = {}
        """Numbers of rows within the overlap → their time."""
        self._stale_keys: set[str] = set()
        self._stale_blocks = False
        self._reading = asyncio.Lock()
        self._tidied_at = self._wrote_at = clock.now_ms()
        self._away = False
        self._logger = get_logger("access")

    # --- what is asked --------------------------------------------------------------------------

    def still_holds(self, identity: Identity) -> Why | None:
        """None where what vouched for the identity has not ended; its expiry is the caller's to
        compare."""
        account = identity.account
        if account in self._accounts:
            return "account"
        if self._any_blocked and self._is_blocked("account", account):
            return "blocked"
        if identity.session in self._sessions:
            return "session"
        if identity.kind == "guest" and account in self._guests:
            return "session"
        if identity.grant is not None:
            if not self.keys.holds(identity.grant):
                return "key"
            if self._any_blocked and self._is_blocked("key", identity.grant.key):
                return "key"
        return None

    def address_blocked(self, address: str) -> bool:
        """Whether nobody may come from this address."""
        return self._any_blocked and self._is_blocked("address", address)

    def _is_blocked(self, kind: BlockKind, value: str) -> bool:
        return self.blocks.find(kind, value, self._clock.now_ms()) is not None

    # --- what is told ---------------------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """From now on the listener hears what ends. It must not raise, and not wait."""
        self._listeners.append(listener)

    def note(self, kind: ChangeKind, subject: str, detail: str, at: int) -> None:
        """Something was changed by this node, and is committed. Endings of sessions and accounts,
        and of a key with the detail `revoked`, hold when this returns; for other changes of keys,
        and for blocks, `refresh` reads what they are now. Other nodes are told to read it."""
        self._take(kind, subject, detail, at)
        if self.announce is not None:
            self.announce()

    def _take(self, kind: str, subject: str, detail: str, at: int) -> None:
        match kind:
            case "session":
                self._end(self._sessions, "session", subject, at)
            case "account" if detail == RENAMED:
                self._stale_keys.update(self.keys.of_account(subject))
            case "account" if detail == CLAIMED:
                self._end(self._guests, "guest", subject, at)
            case "account":
                until = BEYOND_ALL if detail == FOR_GOOD else at
                self._end(self._accounts, "account", subject, until)
            case "key" if detail == REVOKED:
                self._drop_key(subject)
            case "key":
                self._stale_keys.add(subject)
            case "block":
                self._stale_blocks = True
            case _:
                pass  # teams are room state; kinds of later versions mean nothing here

    def _end(self, ended: dict[str, int], kind: EndedKind, subject: str, at: int) -> None:
        if not subject:
            return  # identities without a session have an empty one
        known = ended.get(subject)
        ended[subject] = at if known is None else max(known, at)
        if known is None:
            self._tell(Ended(kind, subject))

    def _drop_key(self, id_: str) -> None:
        if self.keys.drop(id_):
            self._tell(Ended("key", id_))

    def _tell(self, ended: Ended) -> None:
        self._metrics.access_endings[ended.kind] += 1
        for listener in self._listeners:
            listener(ended)

    # --- what is read ---------------------------------------------------------------------------

    async def load(self) -> None:
        """Reads all that holds now; nobody is let in before. Raises StorageError."""
        now = self._clock.now_ms()
        async with self._reading:
            for change in await self._changes.since(BEYOND_ALL, now - self._life_ms):
                self._read(change)
            for account in await self._changes.closed_for_good():
                self._end(self._accounts, "account", account, BEYOND_ALL)
            self.keys.load(await self._key_store.all_live())
            self._stale_keys.clear()
            await self._read_blocks()
        self._read_at = now

    async def run(self) -> None:
        """Reads what other nodes changed until it is cancelled, and writes when keys were used."""
        try:
            while True:
                await self._sleep(self._poll_s)
                await self.refresh()
                await self._keep_house()
        finally:
            await self._write_uses()

    async def refresh(self) -> bool:
        """Reads what has changed since the last time, here and elsewhere. False: the database is
        away; what is known goes on to hold, and the next reading makes up for this one."""
        try:
            async with self._reading:
                now = self._clock.now_ms()
                overlap = min(now, self._read_at) - OVERLAP_MS
                for change in await self._changes.since(self._number, overlap):
                    self._read(change)
                await self._read_keys()
                if self._stale_blocks:
                    await self._read_blocks()
        except StorageError as error:
            self._failed(error)
            return False
        self._read_at = now
        self._forget_numbers(overlap)
        if self._away:
            self._away = False
            self._readiness.degraded.discard("access")
            self._logger.info("access changes are read again")
        return True

    def _read(self, change: Change) -> None:
        self._number = max(self._number, change.number)
        if change.number not in self._seen:
            self._seen[change.number] = change.at
            self._take(change.kind, change.subject, change.detail, change.at)

    async def _read_keys(self) -> None:
        while self._stale_keys:
            id_ = next(iter(self._stale_keys))
            key = await self._key_store.live(id_)
            self._stale_keys.discard(id_)
            if key is None:
                self._drop_key(id_)
            else:
                self.keys.put(key)
        self.keys.settled()

    async def _read_blocks(self) -> None:
        self._stale_blocks = False  # a block that is noted while this waits is read the next time
        try:
            await self.blocks.load(self._block_source, self._clock.now_ms())
        except StorageError:
            self._stale_blocks = True
            raise
        self._any_blocked = len(self.blocks) > 0
        if self._any_blocked:
            self._tell(Ended("blocks", ""))

    def _failed(self, error: StorageError) -> None:
        self._metrics.access_polls_failed += 1
        if not self._away:
            self._away = True
            self._readiness.degraded.add("access")
            self._logger.warning("access changes cannot be read", reason=str(error))

    # --- house-keeping --------------------------------------------------------------------------

    async def _keep_house(self) -> None:
        now = self._clock.now_ms()
        if now - self._wrote_at >= USES_MS:
            self._wrote_at = now
            await self._write_uses()
        if now - self._tidied_at >= TIDY_MS:
            self._tidied_at = now
            self._forget(now)

    async def _write_uses(self) -> None:
        try:
            await self.keys.write_uses(self._key_store)
        except StorageError as error:
            self._logger.debug("uses of keys cannot be written now", reason=str(error))

    def _forget(self, now: int) -> None:
        """No token is left that was issued before these."""
        oldest = now - self._life_ms - OVERLAP_MS
        for ended in (self._sessions, self._accounts, self._guests):
            for subject in [subject for subject, at in ended.items() if at < oldest]:
                del ended[subject]
        self.keys.forget_expired()

    def _forget_numbers(self, overlap: int) -> None:
        """Rows that are not read again need no number."""
        if len(self._seen) > 1_000:
            self._seen = {number: at for number, at in self._seen.items() if at >= overlap}

    @property
    def remembered(self) -> int:
        """How many endings are in memory."""
        return len(self._sessions) + len(self._accounts) + len(self._guests)

    @property
    def overlapping(self) -> int:
        """How many rows are remembered so that reading them again says nothing new."""
        return len(self._seen)
