"""The plan of every statement of the log, on tables so big that a scan would be felt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from storage import postgres_statements
from storage.migrate import migrate
from storage.postgres_connection import Connection, PostgresOptions, connect, let_go
from storage.room_log import Appended, RoomLog, StoredSnapshot
from storage.room_log_postgres import PostgresRoomLog
from tests.support.postgres_server import Databases
from tests.support.room_writer import RoomWriter, every_record

pytestmark = pytest.mark.postgres

ROOMS = 100_000
RUNS_EACH = 2
LONG_ROOM_RUNS = 50_000
"""Of room 1: a plan that is right for small rooms must be right for this one."""

_FILL = """
INSERT INTO room (id, kind, name, version, tag, due_at, wake_at, created_at, updated_at)
SELECT 'r_' || lpad(n::text, 8, '0'), CASE n % 20 WHEN 0 THEN 'feed' ELSE 'board' END, 'Room ' || n,
    CASE n WHEN 1 THEN {LONG} ELSE {EACH} END, lpad(to_hex(n), 16, '0'),
    CASE WHEN n % 100 = 0 THEN n END, CASE WHEN n % 100 = 0 THEN n END, n, n
FROM generate_series(1, {ROOMS}) AS n;
UPDATE room SET archive = 'file-' || id, archived_to = version WHERE number % 50 = 7;
INSERT INTO run (room, first, last, at, tag_before, tag, records)
SELECT r.number, v, v, v, lpad(to_hex(v - 1), 16, '0'),
    CASE WHEN v = r.version THEN r.tag ELSE lpad(to_hex(v), 16, '0') END,
    '\\x0100000003000000616263'
FROM room r, generate_series(1, r.version) AS v WHERE r.archive IS NULL;
INSERT INTO snapshot (room, version, tag, state)
SELECT r.number, {EACH} / 2, lpad(to_hex({EACH} / 2), 16, '0'), 'state' FROM room r
WHERE r.archive IS NULL;
INSERT INTO member (account, room, role)
SELECT 'a_' || n % 20000, 'r_' || lpad(n::text, 8, '0'), 'editor'
FROM generate_series(1, {ROOMS}) AS n;
ANALYZE
"""
BIG = {"room", "run", "snapshot", "member"}
ROOM = "'r_00000001'"
COLD = "'r_00000007'"
EXAMPLES = {
    "ROOMS": f"(array[{ROOM}, 'r_00000500'])",
    "ALL_ROOMS": "('r_00050000', 100)",
    "ROOMS_OF_KIND": "('feed', 'r_00050000', 100)",
    "LISTED": "('a_77', '', 100)",
    "HEADS": f"(array[{ROOM}, 'r_00000500'])",
    "PLACE": f"({ROOM}, 500, 'now', '100')",
    "RUNS": f"({ROOM}, 500, {LONG_ROOM_RUNS}, 4194304, 4096)",
    "STORED_RUNS": f"({ROOM}, 500, 4194304, 4096)",
    "SNAPSHOT": f"({ROOM}, 9223372036854775807)",
    "SNAPSHOTS": f"({ROOM})",
    "SAVE_SNAPSHOT": f"({ROOM}, 2, '0000000000000002', 'state')",
    "DROP_SNAPSHOTS": f"({ROOM}, array[2])",
    "BEGIN_PRUNE": f"({ROOM}, 3)",
    "DELETE_RUNS": "(1, 500, 5000)",
    "MARK_ARCHIVED": f"({ROOM}, {LONG_ROOM_RUNS}, '0000000000000001', 'file')",
    "DELETE_ARCHIVED_RUNS": f"({COLD}, 'file-r_00000007', 5000)",
    "DELETE_ARCHIVED_SNAPSHOTS": f"({COLD}, 'file-r_00000007')",
    "TAKE_BACK": f"({COLD}, 'file-r_00000007', array[1], array[1], array[1], array[''], array[''],"
    " array['x'::bytea], array[2], array[''], array['x'::bytea])",
    "END_ARCHIVE": f"({COLD}, 'file-r_00000007')",
    "DUE": "(50000, 64)",
    "POSTPONE": f"({ROOM}, 5)",
    "SIZES": f"({COLD})",
    "BARRIER": "",
    "NOW": "",
    "GENERATION": "",
    "APPEND": "('', array['r_00000009'], array[2], array['x'], array[3], array['y'], array[1],"
    " array[1], array['x'::bytea], null, null, null, null, null, null,"
    " 'w', array['r_00000009'], array[2], 50)",
}


@pytest.fixture(scope="module")
def big_url(postgres_databases: Databases) -> Iterator[str]:
    """The URL of a database with some hundred thousand rows in each table."""
    lent = postgres_databases.empty()
    urls: list[str] = []

    async def fill() -> None:
        urls.append(await lent.__aenter__())
        await migrate(urls[0])
        # Without our limits on statements.
        connection = await connect(urls[0], PostgresOptions(behind_bouncer=True))
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(fill_of_rows())
        await let_go(connection)

    async def give_back() -> None:
        await lent.__aexit__(None, None, None)

    # A loop of its own, which is there until the end: the fixture outlives those of the tests.
    with ThreadPoolExecutor(1) as thread, asyncio.Runner() as runner:
        thread.submit(runner.run, fill()).result()
        yield urls[0]
        thread.submit(runner.run, give_back()).result()


@pytest.fixture
async def connection(big_url: str) -> AsyncIterator[Connection]:
    connection = await connect(big_url, PostgresOptions())
    yield connection
    await let_go(connection)


def fill_of_rows() -> str:
    text = _FILL
    for name, number in {"LONG": LONG_ROOM_RUNS, "EACH": RUNS_EACH, "ROOMS": ROOMS}.items():
        text = text.replace("{" + name + "}", str(number))
    return text


def statements() -> dict[str, str]:
    return {
        name: text
        for name, text in vars(postgres_statements).items()
        if name.isupper() and isinstance(text, str)
    }


def parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from parts(below)


async def plan_of(connection: Connection, name: str, mode: str) -> list[dict[str, Any]]:
    """The parts of the plan that the server makes for the example."""
    await connection.execute(
        f"SET plan_cache_mode = {mode}; PREPARE example AS {statements()[name]}"
    )
    try:
        ((found,),) = await connection.fetch(
            f"EXPLAIN (FORMAT JSON) EXECUTE example {EXAMPLES[name]}"
        )
    finally:
        await connection.execute("DEALLOCATE example")
    return [*parts(json.loads(found)[0]["Plan"])]


def test_LG21_every_statement_has_an_example() -> None:
    assert statements().keys() == EXAMPLES.keys()


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("name", EXAMPLES)
async def test_LG21_no_statement_reads_a_whole_table(
    connection: Connection, name: str, mode: str
) -> None:
    plan = await plan_of(connection, name, mode)
    whole = [
        part
        for part in plan
        if part["Node Type"] == "Seq Scan" and part.get("Relation Name") in BIG
    ]
    assert whole == []
    # an index that is read from end to end is no better
    unbounded = [
        part
        for part in plan
        if part["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}
        and "Index Cond" not in part
    ]
    assert unbounded == []


async def test_a_scan_would_be_seen(connection: Connection) -> None:
    ((found,),) = await connection.fetch(
        "EXPLAIN (FORMAT JSON) SELECT id FROM room WHERE updated_at < 5"
    )
    assert {part["Node Type"] for part in parts(json.loads(found)[0]["Plan"])} & {
        "Seq Scan",
        "Parallel Seq Scan",
    }


async def test_LG21_due_rooms_are_found_by_an_index_of_those_that_wake(
    connection: Connection,
) -> None:
    plan = await plan_of(connection, "DUE", "force_generic_plan")
    assert "room_wakes" in {part.get("Index Name") for part in plan}
    ((rooms, waking),) = await connection.fetch(
        "SELECT reltuples::bigint, (SELECT reltuples::bigint FROM pg_class"
        " WHERE relname = 'room_wakes') FROM pg_class WHERE relname = 'room'"
    )
    assert waking < rooms / 50


async def test_LG21_the_functions_of_the_log_read_no_whole_table_either(big_url: str) -> None:
    """What a function does shows in no plan: the server counts how tables were read."""
    before = await scans(big_url)
    log = await PostgresRoomLog.open(big_url)
    room = RoomWriter("r_new")
    await room.create(log)
    await room.add(log, b"two", b"three")
    assert await log.append([room.compare()]) == [Appended()]
    await use_everything(log, room)
    await log.close()
    after = await scans(big_url)
    assert {table: after[table] - before[table] for table in BIG} == dict.fromkeys(BIG, 0)


async def test_LG21_a_prune_of_a_long_room_reads_only_what_goes(connection: Connection) -> None:
    """Looking for the border read every run of the room."""
    found = ""
    for _ in range(2):
        # The first time the server reads what it must know about the function.
        await connection.execute("BEGIN")
        ((found,),) = await connection.fetch(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM begin_prune('r_00000001', 2)"
        )
        await connection.execute("ROLLBACK")
    plan = json.loads(found)[0]["Plan"]
    assert plan["Actual Rows"] == 1
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 100


async def use_everything(log: RoomLog, room: RoomWriter) -> None:
    """Every question that the contract knows."""
    assert await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
    assert await log.snapshots(room.room)
    assert await log.snapshot(room.room)
    assert await log.prune(room.room, room.head.version + 1) == 3
    await log.drop_snapshots(room.room, [room.head.version])
    other = RoomWriter("r_other")
    await other.create(log)
    runs = await log.runs(other.room, 1)
    assert await log.put_away(other.room, other.head, "file")
    assert await log.take_back(other.room, "file", runs, [])
    assert await log.end_archive(other.room, "file")
    assert await every_record(log, other.room) == [b"created"]
    assert await log.due(5_000, 10)
    await log.postpone("r_00000100", 1_000_000)
    assert await log.listed("a_77", limit=10)
    assert await log.all_rooms(limit=10)
    assert await log.all_rooms(limit=10, kind="board")
    assert await log.sizes("r_00000500") == (2 * 3, 5)
    assert await log.heads([other.room])


async def scans(url: str) -> dict[str, int]:
    """How often each table was read whole since the beginning."""
    connection = await connect(url, PostgresOptions())
    rows = await connection.fetch("SELECT relname, seq_scan FROM pg_stat_user_tables")
    await let_go(connection)
    return dict(rows)
