"""What PostgreSQL does to an append when somebody ends, holds, stops or reconfigures it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from storage import postgres_appender, room_log_postgres, standby_proofs
from storage.errors import SchemaOutdated, StorageFailed, StorageUnavailable, UnsafeSettings
from storage.migrate import renew_generation
from storage.postgres_connection import (
    SESSION,
    STATEMENT_ERRORS,
    Connection,
    PostgresOptions,
    connect,
    let_go,
)
from storage.room_log import (
    Appended,
    Conflict,
    ListingChange,
    Refused,
    StoredSnapshot,
    Unknown,
)
from storage.room_log_postgres import PostgresRoomLog
from tests.support.eventually import eventually
from tests.support.postgres_server import PostgresServer
from tests.support.room_writer import RoomWriter, every_record
from tests.support.tcp_proxy import proxied
from tests.support.timeouts import MS

pytestmark = pytest.mark.postgres

APPENDING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE '%append_runs%' AND pid <> pg_backend_pid()
    AND state = 'active'
"""

RESERVED = "SELECT id FROM room WHERE reserved_for IS NOT NULL"
STAYS = "UPDATE room SET reserved_until = 'infinity' WHERE reserved_for IS NOT NULL RETURNING id"
"""A moment that is as long as a test needs."""


@asynccontextmanager
async def shell(url: str) -> AsyncGenerator[Connection]:
    """A session beside the log's, as an administrator would have."""
    connection = await connect(url, PostgresOptions(behind_bouncer=True))
    try:
        yield connection
    finally:
        await let_go(connection)


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[PostgresRoomLog]:
    log = await PostgresRoomLog.open(postgres_url)
    yield log
    await log.close()


@pytest.fixture
async def other(postgres_url: str) -> AsyncIterator[PostgresRoomLog]:
    """Another node's."""
    log = await PostgresRoomLog.open(postgres_url)
    yield log
    await log.close()


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Connection]:
    async with shell(postgres_url) as connection:
        yield connection


@pytest.fixture
async def holder(postgres_url: str) -> AsyncIterator[Connection]:
    """One more session, to hold locks: inside its transaction a session sees no news of others."""
    async with shell(postgres_url) as connection:
        yield connection


async def rows_of(admin: Connection, question: str) -> list[Any]:
    """What it answers, once it answers anything."""

    async def ask() -> list[Any] | None:
        return await admin.fetch(question) or None

    return await eventually(ask)


async def appending(admin: Connection) -> list[int]:
    """The sessions that are in the middle of an append, once there is one."""
    async with asyncio.timeout(10_000 * MS):
        while True:
            if rows := await admin.fetch(APPENDING):
                return [pid for (pid,) in rows]


async def test_LG5_an_append_whose_session_was_ended_is_unknown_and_a_copy_is_safe(
    log: PostgresRoomLog, admin: Connection, holder: Connection
) -> None:
    room = RoomWriter()
    await room.create(log)
    await holder.execute("BEGIN")
    await holder.execute("LOCK TABLE run IN ACCESS EXCLUSIVE MODE")
    wanted = room.append(b"x")
    call = asyncio.ensure_future(log.append([wanted]))
    for pid in await appending(admin):
        await admin.fetch("SELECT pg_terminate_backend($1)", pid)
    assert await call == [Unknown()]
    await holder.execute("ROLLBACK")
    await log.barrier()
    assert await log.append([wanted]) == [Appended()]
    assert await every_record(log, room.room) == [b"created", b"x"]


async def test_LG5_the_wait_for_a_standby_that_was_cancelled_is_unknown(
    own_postgres: PostgresServer,
) -> None:
    """The server commits locally and says so in a warning; the answer itself looks like any."""
    url = own_postgres.url()
    log = await PostgresRoomLog.open(url, migrate=True)
    room = RoomWriter()
    await room.create(log)
    async with shell(url) as admin:
        await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await admin.execute("SELECT pg_reload_conf()")
        wanted = room.append(b"x")
        call = asyncio.ensure_future(log.append([wanted]))
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        async with asyncio.timeout(10_000 * MS):
            while not (rows := await admin.fetch(waiting)):
                continue
        assert not call.done()
        for (pid,) in rows:
            await admin.fetch("SELECT pg_cancel_backend($1)", pid)
        assert await call == [Unknown()]
        await admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await admin.execute("SELECT pg_reload_conf()")
    await log.barrier()
    assert await log.append([wanted]) == [Conflict(wanted.head)]
    await log.close()


async def test_LG23_a_barrier_whose_wait_for_a_standby_was_cancelled_is_none(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standby_proofs, "BARRIER_LIMIT_S", 60.0)
    url = own_postgres.url()
    log = await PostgresRoomLog.open(url, migrate=True)
    async with shell(url) as admin:
        await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await admin.execute("SELECT pg_reload_conf()")
        waiting = asyncio.ensure_future(log.barrier())
        cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        await rows_of(admin, cancel)
        with pytest.raises(StorageUnavailable, match="did not wait"):
            await waiting
        await admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await admin.execute("SELECT pg_reload_conf()")
    await log.barrier()
    await log.close()


async def test_LG24_a_transaction_that_stands_still_is_ended_and_holds_nobody(
    log: PostgresRoomLog, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SESSION, "idle_in_transaction_session_timeout", "100ms")
    monkeypatch.setattr(postgres_appender, "LOCKED_LIMIT_S", 10_000 * MS)
    room = RoomWriter()
    await room.create(log)
    stopped = await connect(postgres_url, PostgresOptions())
    await stopped.execute("BEGIN")
    await stopped.fetch("SELECT 1 FROM room WHERE id = $1 FOR UPDATE", room.room)
    await room.add(log, b"y")
    await let_go(stopped)


@pytest.mark.parametrize(
    ("name", "statement"),
    [("statement_timeout", "SELECT pg_sleep(600)"), ("lock_timeout", "LOCK TABLE room")],
)
async def test_LG24_a_statement_that_takes_too_long_is_ended(
    postgres_url: str,
    holder: Connection,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    statement: str,
) -> None:
    monkeypatch.setitem(SESSION, name, "50ms")
    await holder.execute("BEGIN")
    await holder.execute("LOCK TABLE room")
    stopped = await connect(postgres_url, PostgresOptions())
    await stopped.execute("BEGIN")
    with pytest.raises(STATEMENT_ERRORS, match=name.replace("_", " ")):
        await stopped.execute(statement)
    await let_go(stopped)
    await holder.execute("ROLLBACK")


@pytest.mark.parametrize(
    "name", ["statement", "lock", "idle_in_transaction_session", "transaction"]
)
async def test_LG24_every_session_asks_for_its_limits(postgres_url: str, name: str) -> None:
    one = await connect(postgres_url, PostgresOptions())
    ((limit,),) = await one.fetch(f"SHOW {name}_timeout")
    assert limit == {"statement": "5s", "lock": "2s"}.get(name, "10s")
    await let_go(one)


async def test_LG10_a_room_that_another_session_holds_holds_up_no_other(
    log: PostgresRoomLog, admin: Connection
) -> None:
    held, free = RoomWriter(), RoomWriter()
    await held.create(log)
    await free.create(log)
    await admin.execute("BEGIN")
    await admin.fetch("SELECT 1 FROM room WHERE id = $1 FOR UPDATE", held.room)
    call = asyncio.ensure_future(log.append([held.append(b"x"), free.append(b"y")]))
    async with asyncio.timeout(10_000 * MS):
        while await every_record(log, free.room) != [b"created", b"y"]:
            assert not call.done()
    await admin.execute("ROLLBACK")
    assert await call == [Appended(), Appended()]
    assert await every_record(log, held.room) == [b"created", b"x"]


async def test_LG10_a_room_that_stays_held_is_refused_and_was_not_written(
    log: PostgresRoomLog, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "LOCKED_LIMIT_S", 0.05)
    room = RoomWriter()
    await room.create(log)
    await admin.execute("BEGIN")
    await admin.fetch("SELECT 1 FROM room WHERE id = $1 FOR UPDATE", room.room)
    assert await log.append([room.append(b"x")]) == [Refused("another process holds the room")]
    await admin.execute("ROLLBACK")
    await room.add(log, b"y")
    assert await every_record(log, room.room) == [b"created", b"y"]


async def test_LG10_a_locked_table_ends_in_a_refusal_and_leaves_no_lock(
    postgres_url: str, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SESSION, "lock_timeout", "20ms")
    monkeypatch.setattr(postgres_appender, "LOCKED_LIMIT_S", 0.05)
    log = await PostgresRoomLog.open(postgres_url)
    room = RoomWriter()
    await room.create(log)
    await admin.execute("BEGIN")
    await admin.execute("LOCK TABLE run IN ACCESS EXCLUSIVE MODE")
    assert await log.append([room.append(b"x")]) == [Refused("another process holds the room")]
    with pytest.raises(StorageUnavailable, match="lock timeout"):
        await log.read(room.room, 1)
    held = "SELECT count(*) FROM pg_locks WHERE granted AND mode = 'RowExclusiveLock'"
    assert await admin.fetch(held) == [(0,)]
    await admin.execute("ROLLBACK")
    await room.add(log, b"y")
    await log.close()


async def test_LG22_whoever_is_outrun_has_the_room_to_itself_for_a_moment(
    log: PostgresRoomLog, other: PostgresRoomLog, admin: Connection
) -> None:
    near, far = RoomWriter(), RoomWriter()
    await near.create(log)
    far.room = near.room
    await far.follow(other)
    await near.add(log, b"first")
    assert await other.append([far.append(b"far", reserve=True)]) == [Conflict(near.head)]
    assert await admin.fetch(STAYS) == [(near.room,)]
    waiting = asyncio.ensure_future(log.append([near.append(b"second")]))
    await far.follow(other)
    wanted = far.append(b"far")
    assert await other.append([wanted]) == [Appended()]
    assert await waiting == [Conflict(wanted.head)]
    assert await every_record(log, near.room) == [b"created", b"first", b"far"]


async def test_LG22_a_compare_reserves_as_well_and_what_is_written_ends_it(
    log: PostgresRoomLog, other: PostgresRoomLog, admin: Connection
) -> None:
    near = RoomWriter()
    await near.create(log)
    behind = replace(near.compare(), reserve=True)
    assert await other.append([behind]) == [Appended()]
    assert await admin.fetch(RESERVED) == [], "who is level needs no time of its own"
    await near.add(log, b"first")
    assert await other.append([behind]) == [Conflict(near.head)]
    assert len(await admin.fetch(RESERVED)) == 1
    far = RoomWriter(near.room)
    await far.follow(other)
    await far.add(other, b"far")
    assert await admin.fetch(RESERVED) == []


async def test_LG22_a_room_is_reserved_for_one_and_no_longer_than_a_moment(
    log: PostgresRoomLog, other: PostgresRoomLog, admin: Connection
) -> None:
    near = RoomWriter()
    await near.create(log)
    behind = near.append(b"x", reserve=True)
    await near.add(log, b"first")
    await admin.execute("UPDATE room SET reserved_for = 'dead', reserved_until = 'infinity'")
    compared = replace(behind, records=[], head=behind.expected)
    assert await other.append([compared]) == [Conflict(near.head)]
    assert await admin.fetch("SELECT reserved_for FROM room") == [("dead",)]
    await admin.execute("UPDATE room SET reserved_until = clock_timestamp() + '50 ms'")
    assert await log.append([near.append(b"second")]) == [Appended()], "the dead are not waited for"


async def test_LG5_a_server_that_is_away_refuses_and_comes_back(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "AWAY_LIMIT_S", 0.05)
    log = await PostgresRoomLog.open(own_postgres.url(), migrate=True)
    room = RoomWriter()
    await room.create(log)
    own_postgres.halt("fast")
    (outcome,) = await log.append([room.append(b"x")])
    while isinstance(outcome, Unknown):  # it was sent before the end was noticed
        (outcome,) = await log.append([room.append(b"x")])
    assert isinstance(outcome, Refused)
    assert not outcome.poisoned
    for question in (log.check(), log.barrier(), log.read(room.room, 1)):
        with pytest.raises(StorageUnavailable):
            await question
    own_postgres.start()
    await log.check()
    assert await every_record(log, room.room) == [b"created"]
    async with asyncio.timeout(10_000 * MS):
        while await log.append([room.append(b"y")]) != [Appended()]:
            continue
    assert await every_record(log, room.room) == [b"created", b"y"]
    await log.close()


async def test_LG5_a_session_that_was_ended_and_whose_end_got_lost_is_replaced(
    postgres_url: str, admin: Connection
) -> None:
    """The last words of the server have come, the end of the connection has not."""
    address = urlsplit(postgres_url)
    assert address.port is not None
    async with proxied(address.port) as line:
        by_line = urlunsplit(address._replace(netloc=f"postgres@127.0.0.1:{line.port}"))
        log = await PostgresRoomLog.open(by_line)
        await log.check()
        line.loses_ends = True
        ended = await admin.fetch(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

        async def gone() -> bool:
            pids = [pid for pid, _ in ended]
            left = "SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1::int[])"
            return not await admin.fetch(left, pids)

        await eventually(gone)
        assert await log.heads(["r_nobody"]) == {}
        await log.check()
        line.heal()
        line.reset()
        await log.close()


async def test_LG2_whatever_was_answered_appended_survives_crashes_of_the_server(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "AWAY_LIMIT_S", 0.05)
    log = await PostgresRoomLog.open(own_postgres.url(), migrate=True)
    rooms = [RoomWriter() for _ in range(10)]
    for room in rooms:
        await room.create(log)
    accepted = {room.room: [b"created"] for room in rooms}
    over, progress = asyncio.Event(), asyncio.Event()

    async def write(room: RoomWriter) -> None:
        number = 0
        while not over.is_set():
            number += 1
            wanted = room.append(b"%d" % number)
            (outcome,) = await log.append([wanted])
            if outcome == Appended():
                accepted[room.room].append(b"%d" % number)
                room.head = wanted.head
                if number % 20 == 0:
                    progress.set()
                continue
            # Whatever it was, the log says where the room is: what is there was not answered.
            while True:
                try:
                    (head,) = (await log.heads([room.room])).values()
                except StorageUnavailable:
                    continue
                break
            if head == wanted.head:
                accepted[room.room].append(b"%d" % number)
            room.head = head

    async def crash_twice() -> None:
        for _ in range(2):
            progress.clear()
            await progress.wait()
            await asyncio.to_thread(own_postgres.halt, "immediate")
            await asyncio.to_thread(own_postgres.start)
        over.set()

    async with asyncio.timeout(60_000 * MS):
        await asyncio.gather(crash_twice(), *(write(room) for room in rooms))
    for room in rooms:
        assert await every_record(log, room.room) == accepted[room.room]
    await log.close()


async def test_LG13_a_database_that_was_restored_under_a_node_takes_nothing_from_it(
    log: PostgresRoomLog, postgres_url: str
) -> None:
    room = RoomWriter()
    await room.create(log)
    generation = await renew_generation(postgres_url)
    (outcome,) = await log.append([room.append(b"x")])
    assert isinstance(outcome, Refused)
    for question in (log.check(), log.barrier()):
        with pytest.raises(StorageFailed, match="generation"):
            await question
    other = await PostgresRoomLog.open(postgres_url)
    assert other.generation == generation
    assert await every_record(other, room.room) == [b"created"]
    await other.close()


async def test_LG13_a_node_that_does_not_append_notices_a_restore_by_asking(
    log: PostgresRoomLog, postgres_url: str
) -> None:
    await log.check()
    await renew_generation(postgres_url)
    with pytest.raises(StorageFailed, match="expected generation"):
        await log.check()


async def test_LG13_a_database_without_our_schema_is_refused_unless_it_is_to_be_migrated(
    empty_postgres_url: str,
) -> None:
    with pytest.raises(SchemaOutdated, match="touchline db migrate"):
        await PostgresRoomLog.open(empty_postgres_url)
    log = await PostgresRoomLog.open(empty_postgres_url, migrate=True)
    await RoomWriter().create(log)
    await log.close()


async def test_LG9_a_server_that_would_lose_commits_is_refused_unless_allowed(
    postgres_url: str,
) -> None:
    url = f"{postgres_url}?options=-c%20synchronous_commit%3Doff"
    with pytest.raises(UnsafeSettings, match="synchronous_commit = off"):
        await PostgresRoomLog.open(url)
    log = await PostgresRoomLog.open(url, allow_unsafe=True)
    await RoomWriter().create(log)
    await log.close()


async def test_LG5_a_server_that_is_not_there_is_unavailable_at_the_opening() -> None:
    with pytest.raises(StorageUnavailable, match="cannot connect"):
        await PostgresRoomLog.open("postgresql://postgres@127.0.0.1:1/postgres")


async def test_LG10_behind_a_bouncer_it_works_without_prepared_statements(
    postgres_url: str,
) -> None:
    log = await PostgresRoomLog.open(postgres_url, options=PostgresOptions(behind_bouncer=True))
    room = RoomWriter()
    await room.create(log, b"one", listing=ListingChange("n", {"a_1": "owner"}))
    await room.add(log, b"two", b"three")
    assert await every_record(log, room.room) == [b"one", b"two", b"three"]
    await log.close()


async def test_LG10_a_closed_log_refuses_and_closes_again(postgres_url: str) -> None:
    log = await PostgresRoomLog.open(postgres_url)
    assert not log.exclusive
    room = RoomWriter()
    await room.create(log)
    await log.close()
    await log.close()
    assert await log.append([room.append(b"x")]) == [Refused("the log is closed")]
    for question in (log.check(), log.barrier(), log.read(room.room, 1)):
        with pytest.raises(StorageUnavailable, match="closed"):
            await question


async def test_LG10_closing_does_not_wait_for_a_read_for_ever(
    postgres_url: str, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_log_postgres, "CLOSE_LIMIT_S", 0.05)
    log = await PostgresRoomLog.open(postgres_url)
    room = RoomWriter()
    await room.create(log)
    await admin.execute("BEGIN")
    await admin.execute("LOCK TABLE run IN ACCESS EXCLUSIVE MODE")
    reading = asyncio.ensure_future(log.read(room.room, 1))
    held = "SELECT 1 FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(10_000 * MS):
        while not await admin.fetch(held):
            continue
    await log.close()
    with pytest.raises(StorageUnavailable):
        await reading
    await admin.execute("ROLLBACK")


async def test_LG7_a_hole_in_the_log_is_found_when_read(
    log: PostgresRoomLog, admin: Connection
) -> None:
    room = RoomWriter()
    await room.create(log)
    for record in (b"x", b"y", b"z"):
        await room.add(log, record)
    for version, said in ((3, "expected version 3"), (1, "expected version 1"), (4, "version 4")):
        await admin.execute("BEGIN")
        await admin.fetch("DELETE FROM run WHERE first = $1 RETURNING first", version)
        await admin.execute("COMMIT")
        with pytest.raises(room_log_postgres.CorruptEntry, match=said):
            await log.read(room.room, version)


async def test_LG7_a_hole_between_two_runs_of_a_page_is_found(
    log: PostgresRoomLog, admin: Connection
) -> None:
    room = RoomWriter()
    await room.create(log)
    await room.add(log, b"x")
    await room.add(log, b"y")
    await admin.execute("DELETE FROM run WHERE first = 2")
    with pytest.raises(room_log_postgres.CorruptEntry, match="expected version 2"):
        await log.read(room.room, 1)


@pytest.mark.parametrize(("prune_after", "first", "records"), [(1, 5, []), (2, 1, [b"1"])])
async def test_LG7_a_prune_between_two_queries_of_a_page_is_no_hole(
    log: PostgresRoomLog,
    monkeypatch: pytest.MonkeyPatch,
    prune_after: int,
    first: int,
    records: list[bytes],
) -> None:
    monkeypatch.setattr(room_log_postgres, "RUNS_PER_QUERY", 1)
    room = RoomWriter()
    await room.create(log, b"1")
    for number in range(2, 6):
        await room.add(log, b"%d" % number)
    assert await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
    ask = getattr(log, "_ask")  # noqa: B009 - the moment between two queries is the point
    asked = 0

    async def ask_and_prune(query: str, *args: object) -> list[object]:
        nonlocal asked
        rows = await ask(query, *args)
        asked += 1
        if asked == prune_after:
            monkeypatch.setattr(log, "_ask", ask)
            await log.prune(room.room, 5)
        return rows

    monkeypatch.setattr(log, "_ask", ask_and_prune)
    page = await log.read(room.room, 1)
    assert (page.first, page.records) == (first, records)
    assert (await log.read(room.room, 1)).first == 5


async def test_LG11_a_long_history_is_pruned_piece_by_piece(
    log: PostgresRoomLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_log_postgres, "RUNS_PER_DELETE", 7)
    room = RoomWriter()
    await room.create(log)
    for _ in range(30):
        await room.add(log, b"x")
    assert await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
    assert await log.prune(room.room, 31) == 30
    assert await log.sizes(room.room) == (1, 5)
