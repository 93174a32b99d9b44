"""The HTTP side around real rooms on the memory log, without a socket: requests go straight into
the application."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import itertools
import re
import secrets
from collections.abc import AsyncGenerator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import httpx
from argon2 import PasswordHasher
from litestar import Litestar

from server.accounts.services import AccountServices, make_access, make_accounts, stores_of
from server.accounts.sign_in import Device
from server.asking.services import make_plays
from server.audit import Origin
from server.config import Settings
from server.connections.authentication import Authentication
from server.hooks.courier import Courier
from server.http.app import create_api, create_app
from server.http.gate import Gate
from server.http.services import Readiness, Services
from server.identity import Identity
from server.invitations import Invitations
from server.leagues.scoring import Scoring
from server.metrics import Metrics, NodeCounts
from server.rooms.directory import Directory
from server.rules.catalogue import KINDS
from server.secrets import KeyRing
from server.tokens import Tokens
from storage.accounts import Account
from storage.room_log_memory import MemoryRoomLog
from storage.tables_sqlite import memory_tables
from storage.webhooks import Webhooks
from tests.support.canaries import found_in
from tests.support.manual_clock import ManualClock
from tests.support.posted import Posted

RING = KeyRing((b"a-secret-of-tests-a-secret-of-tests-0123456789",))
OPERATOR_KEY = "tlop_0123456789abcdef0123456789abcdef"
HOST = "localhost:8700"
ORIGIN = "http://localhost:8700"
FOREIGN = "http://evil.example"
NO_PAGES = Path(__file__).parent
"""A folder without pages: reading and packing the real ones for every test would be most of its
time."""
NO_ROOM = "r_" + "0" * 22


class Switch:
    """Stands before a part of the node; while `fault` is set, every question to it raises that."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self.fault: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        if self.fault is not None:
            raise self.fault
        return getattr(self._part, name)


class Outbox:
    """Keeps messages instead of sending them."""

    kind: Literal["smtp", "folder"] = "folder"

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    def carry(self, message: EmailMessage) -> None:
        self.messages.append(message)

    def last(self, to: str) -> str:
        """The text of the latest message to somebody."""
        return str([one for one in self.messages if one["To"] == to][-1].get_content())

    def token(self, to: str) -> str:
        """The secret of the link in it."""
        found = re.search(r"[#&](?:token|invite|invitation)=([A-Za-z0-9_-]+)", self.last(to))
        assert found is not None, "expected a link"
        return found[1]


PASSWORD = "correct horse battery staple"


@dataclasses.dataclass
class HttpSide:
    """An application and everything behind it."""

    app: Gate
    services: Services
    directory: Directory
    log: MemoryRoomLog
    clock: ManualClock
    directory_switch: Switch
    records_switch: Switch
    tables_switch: Switch
    outbox: Outbox
    counts: NodeCounts
    posts: Posted
    _addresses: itertools.count[int] = dataclasses.field(default_factory=itertools.count)

    async def send(
        self,
        method: str,
        path: str,
        *,
        address: str | None = None,
        host: str = HOST,
        **request: Any,
    ) -> httpx.Response:
        """One request, from an address of its own unless one is given."""
        n = next(self._addresses)
        peer = address or f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        # httpx types scopes as plain dicts, the framework as typed ones.
        transport = httpx.ASGITransport(self.app, client=(peer, 5_000))  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            answer = await client.request(method, path, **request)
        if answer.status_code >= 400:
            secret = found_in(answer.text)
            assert secret is None, f"an error tells a secret: {secret}"
        return answer

    def person(self, name: str = "Ada") -> tuple[Identity, dict[str, str]]:
        """A guest, and the header that speaks for them."""
        issued = self.services.tokens.issue_guest(name)
        return issued.identity, {"authorization": f"Bearer {issued.token}"}

    async def mailed(self) -> None:
        """Waits until every message is on its way."""
        await self.services.accounts.mail.settle()

    async def account(
        self, email: str = "ada@example.org", name: str = "Ada", *, site_role: str | None = None
    ) -> tuple[Identity, dict[str, str]]:
        """Somebody with an account, signed in, and the header that speaks for them. Its password is
        PASSWORD."""
        accounts = self.services.accounts
        account = Account(
            id=f"a_{secrets.token_urlsafe(16)}",
            name=name,
            created_at=self.clock.now_ms(),
            email=email,
            password_hash=_hashed(),
            site_role=site_role,
        )
        assert await accounts.stores.accounts.create(account)
        opened = await accounts.sign_in.open_session(account, Device("Test"), Origin(), how="test")
        header = {"authorization": f"Bearer {opened.access.token}"}
        return opened.access.identity, header

    @property
    def operator(self) -> dict[str, str]:
        """The header that speaks for the operator."""
        return {"authorization": f"Bearer {OPERATOR_KEY}"}

    async def board(self, owner: Identity, name: str = "Board") -> str:
        """A room."""
        return await self.directory.create("board", name, owner, {})


@functools.cache
def _hashed() -> str:
    """PASSWORD, hashed once for all tests."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)


async def _accounts(
    chosen: Settings,
    tables: Any,
    directory: Directory,
    log: MemoryRoomLog,
    tokens: Tokens,
    clock: ManualClock,
    metrics: Metrics,
    readiness: Readiness,
    outbox: Outbox,
) -> AccountServices:
    stores = stores_of(tables)
    access = make_access(stores, chosen, clock, metrics, readiness)
    await access.load()
    return make_accounts(
        settings=chosen,
        stores=stores,
        rooms=directory,
        listings=log,
        ring=RING,
        tokens=tokens,
        access=access,
        clock=clock,
        metrics=metrics,
        node="n1",
        carrier=outbox,
    )


def _courier(
    store: Webhooks,
    directory: Directory,
    log: MemoryRoomLog,
    accounts: AccountServices,
    posts: Posted,
    clock: ManualClock,
) -> Courier:
    return Courier(
        store=store,
        rooms=directory,
        records=log,
        seals=accounts.seals,
        posts=posts,
        clock=clock,
        pulse=lambda: directory.pulse,
        node="n1",
        draw=lambda low, _high: low,
    )


FREE_APIS: list[Litestar] = []
"""Those of sides that are gone: making one takes longer than most tests."""


def _some_counts() -> NodeCounts:
    return NodeCounts(rooms_open=2, members=5, connections=4, in_sync=3, lagging=1, pending=7)


@contextlib.asynccontextmanager
async def http_side(
    pages: Path = NO_PAGES,
    addresses: frozenset[str] = frozenset({"192.168.1.5"}),
    **settings: Any,
) -> AsyncGenerator[HttpSide]:
    """A node's HTTP side with these settings."""
    chosen = Settings(**settings)
    clock, metrics, log = ManualClock(), Metrics(), MemoryRoomLog(exclusive=True)
    bugs: list[Exception] = []
    directory = Directory(
        log=log, clock=clock, settings=chosen, metrics=metrics, kinds=KINDS, on_bug=bugs.append
    )
    directory.start()
    rooms, records = Switch(directory), Switch(log)
    side_counts = _some_counts()
    tokens = Tokens(RING, clock, guest_token_h=chosen.guest_token_h)
    tables, outbox, readiness = Switch(memory_tables()), Outbox(), Readiness()
    accounts = await _accounts(
        chosen, tables, directory, log, tokens, clock, metrics, readiness, outbox
    )
    access, posts = accounts.access, Posted()
    both: Any = tables
    services = Services(
        settings=chosen,
        directory=rooms,  # pyright: ignore[reportArgumentType] - it answers as the directory does
        records=records,  # pyright: ignore[reportArgumentType] - it answers as the log does
        tokens=tokens,
        authentication=Authentication(tokens, access, clock, metrics),
        accounts=accounts,
        role_in=accounts.team_rooms.role_in,
        invitations=Invitations(RING),
        metrics=metrics,
        clock=clock,
        counts=lambda: side_counts,
        readiness=readiness,
        scoring=Scoring(directory, log, clock),
        hooks=_courier(Webhooks(tables), directory, log, accounts, posts, clock),  # pyright: ignore[reportArgumentType] - it answers as tables do
        plays=make_plays(log, both, both, chosen, clock, metrics),
        operator_key=OPERATOR_KEY,
        version="1.2.3",
        node="n1",
        addresses=addresses,
        pages=pages,
    )
    api = FREE_APIS.pop() if FREE_APIS else create_api()
    side = HttpSide(
        create_app(services, api),
        services,
        directory,
        log,
        clock,
        rooms,
        records,
        tables,
        outbox,
        side_counts,
        posts,
    )
    sending = asyncio.get_running_loop().create_task(accounts.mail.run())
    try:
        yield side
    finally:
        sending.cancel()
        tables.fault = None
        await accounts.close()
        FREE_APIS.append(api)
        await directory.stop()
    assert not bugs
