"""The server's rooms and HTTP application in this process, without a port: for commands that run
while no server holds the database.

Composes as server/node.py does, less what listens. SPEC rule OP9.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from server.clock import SystemClock
from server.config import Settings
from server.databases import open_log
from server.http.app import create_app
from server.http.gate import Gate
from server.http.services import Services
from server.invitations import Invitations
from server.logs import configure
from server.metrics import Metrics, NodeCounts
from server.readiness import Readiness
from server.rooms.directory import Directory
from server.rules.catalogue import KINDS
from server.secrets import open_ring
from server.tokens import Tokens


@asynccontextmanager
async def application(settings: Settings) -> AsyncGenerator[tuple[Gate, str]]:
    """The application and the operator's key for it, for as long as the block runs.

    Raises StorageError where the database cannot be opened, InvalidSecret.
    """
    # Standard output is the command's; of the rooms only what somebody should look at.
    configure(dataclasses.replace(settings, log_level="warning"))
    ring = open_ring(settings)
    log = await open_log(settings)
    clock, metrics = SystemClock(), Metrics()
    bugs: list[Exception] = []
    directory = Directory(
        log=log,
        clock=clock,
        settings=settings,
        metrics=metrics,
        kinds=KINDS,
        on_bug=bugs.append,
    )
    directory.start()
    key = secrets.token_urlsafe(32)
    try:
        yield (
            create_app(
                Services(
                    settings=settings,
                    directory=directory,
                    records=log,
                    tokens=Tokens(ring, clock, guest_token_h=settings.guest_token_h),
                    invitations=Invitations(ring),
                    metrics=metrics,
                    clock=clock,
                    counts=NodeCounts,
                    readiness=Readiness(),
                    operator_key=key,
                    addresses=frozenset(),
                )
            ),
            key,
        )
    finally:
        await directory.stop()
        await log.close()
    assert not bugs, f"a task of the rooms failed: {bugs[0]!r}"
