"""The server's rooms and HTTP application in this process, without a port: for commands that run
while no server holds the database.

Composes as server/node.py does, less what listens. SPEC rule OP9.
"""

from __future__ import annotations

import asyncio
import dataclasses
import random
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from server.accounts.sealed import Seals
from server.accounts.services import carrier_of, make_access, make_accounts, stores_of
from server.asking.services import make_plays
from server.clock import Clock, NodeClock
from server.cluster.heartbeat import take_log_time
from server.config import Settings
from server.connections.authentication import Authentication
from server.data_folder import mail_folder
from server.databases import Databases, open_databases
from server.hooks.courier import Courier
from server.hooks.post import Poster
from server.http.app import create_app
from server.http.gate import Gate
from server.http.services import Services
from server.invitations import Invitations
from server.leagues.scoring import Scoring
from server.logs import configure
from server.metrics import Metrics, NodeCounts
from server.readiness import Readiness
from server.rooms.directory import Directory
from server.rooms.pulse import Visiting
from server.rules.catalogue import KINDS
from server.secrets import open_ring
from server.tokens import Tokens, algorithm_of
from storage.errors import StorageError
from storage.heartbeats import Heartbeats
from storage.webhooks import Webhooks


@asynccontextmanager
async def application(settings: Settings) -> AsyncGenerator[tuple[Gate, str]]:
    """The application and the operator's key for it, for as long as the block runs.

    Raises StorageError where the database cannot be opened, InvalidSecret.
    """
    # Standard output is the command's; of the rooms only what somebody should look at.
    configure(dataclasses.replace(settings, log_level="warning"))
    ring = open_ring(settings)
    databases = await open_databases(settings)
    log = databases.log
    clock, metrics, readiness = await _log_clock(databases), Metrics(), Readiness()
    bugs: list[Exception] = []
    directory = Directory(
        log=log, clock=clock, settings=settings, metrics=metrics, kinds=KINDS, on_bug=bugs.append
    )
    directory.pulse = Visiting()
    directory.start()
    tokens = Tokens(
        ring, clock, guest_token_h=settings.guest_token_h, algorithm=algorithm_of(settings)
    )
    stores = stores_of(databases.tables)
    access = make_access(stores, settings, clock, metrics, readiness)
    await access.load()
    accounts = make_accounts(
        settings=settings,
        stores=stores,
        rooms=directory,
        listings=log,
        ring=ring,
        tokens=tokens,
        access=access,
        clock=clock,
        metrics=metrics,
        node="command line",
        carrier=carrier_of(settings, mail_folder(settings)),
    )
    key = secrets.token_urlsafe(32)
    poster = Poster(clock, private=settings.hooks_private)
    services = Services(
        settings=settings,
        directory=directory,
        records=log,
        tokens=tokens,
        authentication=Authentication(tokens, access, clock, metrics),
        accounts=accounts,
        role_in=accounts.team_rooms.role_in,
        invitations=Invitations(ring),
        metrics=metrics,
        clock=clock,
        counts=NodeCounts,
        readiness=readiness,
        scoring=Scoring(directory, log, clock),
        hooks=_courier(databases, directory, accounts.seals, poster, clock),
        plays=make_plays(log, databases.tables, databases.reading, settings, clock, metrics),
        operator_key=key,
        addresses=frozenset(),
    )
    sending = asyncio.get_running_loop().create_task(accounts.mail.run(), name="mail")
    try:
        yield create_app(services), key
        await accounts.mail.settle()
        await accounts.team_rooms.work()
    finally:
        sending.cancel()
        await poster.close()
        await accounts.close()
        await directory.stop()
        await databases.close()
    assert not bugs, f"a task of the rooms failed: {bugs[0]!r}"


async def _log_clock(databases: Databases) -> NodeClock:
    """At the time of the nodes that live (CK11)."""
    clock = NodeClock()
    try:
        await take_log_time(clock, Heartbeats(databases.tables), databases.ask_time)
    except StorageError:
        await databases.close()
        raise
    return clock


def _courier(
    databases: Databases, directory: Directory, seals: Seals, poster: Poster, clock: Clock
) -> Courier:
    """Tries addresses out; nothing runs beside a command."""
    return Courier(
        store=Webhooks(databases.tables),
        rooms=directory,
        records=databases.log,
        seals=seals,
        posts=poster,
        clock=clock,
        pulse=lambda: directory.pulse,
        node="command line",
        draw=random.uniform,
    )
