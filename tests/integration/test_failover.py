"""A standby is promoted under real servers: a synchronous one has everything, and after an
asynchronous one that lacks the last entries everybody is told that the history is another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from protocol.client_events import Applied, Refused, Settled, StartedOver
from storage.migrate import migrate, renew_generation
from storage.postgres_connection import PostgresOptions, connect, let_go
from storage.room_log_postgres import PostgresRoomLog
from tests.support.client import Client, client
from tests.support.eventually import eventually
from tests.support.postgres_server import PostgresServer
from tests.support.room_writer import every_record
from tests.support.timeouts import MS
from tests.support.two_servers import address, asked, guest, servers

pytestmark = pytest.mark.postgres

LIVE_S = 30.0
"""The goal, from the kill until a command is accepted again."""
WRITERS = 4


@pytest.fixture
async def standby(own_postgres: PostgresServer) -> AsyncIterator[PostgresServer]:
    await migrate(own_postgres.url())
    standby = await asyncio.to_thread(PostgresServer.following, own_postgres, "second")
    yield standby
    standby.stop()


def either(one: PostgresServer, other: PostgresServer) -> str:
    """Whichever of them is the primary."""
    hosts = f"127.0.0.1:{one.port},127.0.0.1:{other.port}"
    return f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write"


async def rows(url: str, question: str) -> list[tuple[object, ...]]:
    connection = await connect(url, PostgresOptions(behind_bouncer=True))
    found = [tuple(row) for row in await connection.fetch(question)]
    await let_go(connection)
    return found


async def say(url: str, *statements: str) -> None:
    connection = await connect(url, PostgresOptions(behind_bouncer=True))
    for statement in statements:
        await connection.execute(statement)
    await let_go(connection)


async def back(one: Client) -> bool:
    """Whether it is live again, after one attempt."""
    with suppress(OSError, TimeoutError, WebSocketException):
        async with asyncio.timeout(5_000 * MS):
            await one.back()
        return True
    return False


async def anew(one: Client, room: str) -> bool:
    """Whether it is live in another history; if it is nowhere, it tries."""
    if room in told_anew(one) and one.session.is_live(room):
        return True
    await back(one)
    with suppress(AssertionError):
        await one.until(
            lambda: room in told_anew(one) and one.session.is_live(room), limit_ms=2_000
        )
    return False


def told_anew(one: Client) -> dict[str, StartedOver]:
    """By room: that another history begins."""
    events = [event for event in one.events if isinstance(event, StartedOver)]
    return {event.room: event for event in events if event.new_generation}


@asynccontextmanager
async def board(folder: Path, url: str) -> AsyncGenerator[tuple[list[str], str, str]]:
    """Two servers, the owner's token, and a board."""
    async with servers(folder, url) as both:
        token, _ = await guest(both[0], "Boss")
        body = {"kind": "board", "name": "Ours"}
        room = (await asked(both[0], token, "POST", "/rooms", body)).json()["id"]
        yield [address(one) for one in both], token, str(room)


async def test_LG26_a_promoted_standby_that_lacks_the_last_entries_begins_a_new_generation(
    tmp_path: Path, own_postgres: PostgresServer, standby: PostgresServer
) -> None:
    """And both nodes go on by themselves; who saw what is lost is told."""
    async with (
        board(tmp_path, either(own_postgres, standby)) as (addresses, token, room),
        client(addresses[0], token) as ana,
        client(addresses[1], token) as ben,
    ):
        for one in (ana, ben):
            await one.join(room)
        kept = await ana.do(room, {"type": "chat.say", "text": "kept"})

        async def replayed() -> bool:
            return (room, kept) in await rows(standby.url(), "SELECT id, version FROM room")

        await eventually(replayed)
        await asyncio.to_thread(standby.halt, "fast")
        lost = await ana.do(room, {"type": "chat.say", "text": "lost"})
        await ben.until(lambda: lost in ben.entries(room))
        generation = await rows(own_postgres.url(), "SELECT value FROM meta")
        await asyncio.to_thread(own_postgres.kill)
        killed = time.monotonic()
        await asyncio.to_thread(standby.start)
        await asyncio.to_thread(standby.promote)

        async def another() -> bool:
            return await rows(standby.url(), "SELECT value FROM meta") != generation

        await eventually(another)
        for one in (ana, ben):
            assert await one.closed() in {1012, 1013}
            await eventually(lambda one=one: anew(one, room))
            seen_again = one.events[one.events.index(told_anew(one)[room]) :]
            await one.do(room, {"type": "chat.say", "text": "on"})
            said = [bytes(raw) for e in seen_again if isinstance(e, Applied) for raw in e.entries]
            assert not [raw for raw in said if b"lost" in raw]
        took = time.monotonic() - killed
        print(f"asynchronous standby: live again after {took:.1f} s")  # noqa: T201 - measured


async def test_LG2_a_synchronous_standby_that_is_promoted_under_load_has_everything(
    tmp_path: Path, own_postgres: PostgresServer, standby: PostgresServer
) -> None:
    await say(
        own_postgres.url(),
        "ALTER SYSTEM SET synchronous_standby_names = 'second'",
        "SELECT pg_reload_conf()",
    )

    async def waits() -> bool:
        question = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        return bool(await rows(own_postgres.url(), question))

    await eventually(waits)
    async with (
        board(tmp_path, either(own_postgres, standby)) as (addresses, token, room),
        asyncio.TaskGroup() as group,
    ):
        over, writers = asyncio.Event(), [Writer(group) for _ in range(WRITERS)]
        for number, writer in enumerate(writers):
            group.create_task(writer.write(addresses[number % 2], token, room, over))
        await eventually(lambda: everybody(writers, 20))
        await asyncio.to_thread(own_postgres.kill)
        killed, before = time.monotonic(), [len(one.accepted) for one in writers]
        await asyncio.to_thread(standby.promote)
        wanted = max(before) + 5
        await eventually(lambda: everybody(writers, wanted))
        took = time.monotonic() - killed
        over.set()
    print(f"synchronous standby: all {WRITERS} go on {took:.1f} s after the kill")  # noqa: T201
    assert took < LIVE_S
    log = await PostgresRoomLog.open(standby.url())
    said = b"\n".join(await every_record(log, room))
    await log.close()
    for writer in writers:
        assert not writer.started_over, "it is the same generation"
        for mark in writer.accepted:
            assert said.count(b'"%s"' % mark.encode()) == 1, f"{mark} was accepted"


async def everybody(writers: list[Writer], count: int) -> bool:
    return all(len(one.accepted) >= count for one in writers)


class Writer:
    """Says one thing after the other, whatever happens to its node."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.accepted: list[str] = []
        self.started_over = False
        self._group = group

    async def write(self, url: str, token: str, room: str, over: asyncio.Event) -> None:
        async with client(url, token) as one:
            await one.join(room)
            while not over.is_set():
                mark = f"m{id(self)}-{len(self.accepted)}"
                seq = await one.submit(room, {"type": "chat.say", "text": mark})
                while True:
                    try:
                        async with asyncio.timeout(3_000 * MS):
                            ended = await one.outcome(room, seq)
                    except (TimeoutError, OSError, WebSocketException, AssertionError):
                        await eventually(lambda: back(one))
                        continue
                    break
                assert isinstance(ended, Settled), ended
                self.accepted.append(mark)
            self.started_over = any(
                isinstance(event, StartedOver) and event.new_generation for event in one.events
            )


async def test_LG27_nodes_go_on_under_a_generation_that_was_begun_by_command(
    tmp_path: Path, postgres_url: str
) -> None:
    """The same processes, on the same ports; a command made before is shown to its author as not
    executed, and nothing of the earlier life is kept."""
    async with servers(tmp_path, postgres_url) as both:
        token, _ = await guest(both[0], "Boss")
        body = {"kind": "board", "name": "Ours"}
        room = str((await asked(both[0], token, "POST", "/rooms", body)).json()["id"])
        async with client(address(both[0]), token) as ana, client(address(both[1]), token) as ben:
            for one in (ana, ben):
                await one.join(room)
            await ana.do(room, {"type": "chat.say", "text": "before"})
            await renew_generation(postgres_url)
            for one in (ana, ben):
                assert await one.closed() in {1012, 1013}
            unsent = await ana.submit(room, {"type": "chat.say", "text": "unsent"})
            for one in (ana, ben):
                await eventually(lambda one=one: anew(one, room))
            ended = await ana.outcome(room, unsent)
            assert isinstance(ended, Refused)
            assert ended.code == "session_expired"
            await ben.do(room, {"type": "chat.say", "text": "after"})
        assert not any(server.ended for server in both)
    log = await PostgresRoomLog.open(postgres_url)
    said = b"\n".join(await every_record(log, room))
    await log.close()
    assert (b"before" in said, b"unsent" in said, b"after" in said) == (True, False, True)
