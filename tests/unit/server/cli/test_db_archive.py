import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.postgres_connection import PostgresOptions, connect, let_go
from tests.support.cold_rooms import aged, kept_files, on, records_of
from tests.support.postgres_server import Databases


@pytest.fixture
def room(tmp_path: Path) -> str:
    return on(tmp_path, "room", "create", "Training", "--line-ups").row("room")


def test_OP29_a_room_that_rests_goes_into_a_file_and_comes_back(tmp_path: Path, room: str) -> None:
    before = records_of(tmp_path)
    assert on(tmp_path, "db", "archive", "--days", "90", "--yes").rows() == []
    aged(tmp_path, 91)
    only_said = on(tmp_path, "db", "archive", "--days", "90")
    assert only_said.rows() == [[room, "Training"]]
    assert "--yes" in only_said.err
    assert (records_of(tmp_path), kept_files(tmp_path)) == (before, [])
    done = on(tmp_path, "db", "archive", "--days", "90", "--yes")
    assert done.status == 0
    (path,) = kept_files(tmp_path)
    assert done.rows() == [[room, path.name]]
    assert records_of(tmp_path) == []
    assert "1 of them archived, 6 entries" in on(tmp_path, "db", "verify").err
    assert on(tmp_path, "db", "archive", "--days", "90", "--yes").rows() == []
    # whoever looks at it has it back
    assert len(on(tmp_path, "room", "history", room).rows()) == 6
    assert records_of(tmp_path) == before


def test_OP29_a_copy_of_the_file_puts_the_room_back(tmp_path: Path, room: str) -> None:
    before = records_of(tmp_path)
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    (path,) = kept_files(tmp_path)
    copy = path.rename(tmp_path / "copy.room")
    ran = on(tmp_path, "room", "history", room)
    assert ran.status != 0
    ran = on(tmp_path, "db", "verify")
    assert [row[:3] for row in ran.rows()] == [[room, "6", "archive"]]
    assert on(tmp_path, "db", "restore", copy).status == 0
    assert records_of(tmp_path) == before
    again = on(tmp_path, "db", "restore", copy)
    assert again.status == 1
    assert "nothing was changed" in again.err


def test_OP29_several_rooms_are_put_back_and_one_that_cannot_be_holds_up_no_other(
    tmp_path: Path, room: str
) -> None:
    on(tmp_path, "room", "create", "Another", "--line-ups")
    before = records_of(tmp_path)
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    one, two = kept_files(tmp_path)
    spoilt = tmp_path / "spoilt.room"
    spoilt.write_bytes(one.read_bytes()[:-40])
    assert on(tmp_path, "db", "restore", one, tmp_path / "none.db", "--yes").status == 2
    ran = on(tmp_path, "db", "restore", spoilt, two)
    assert ran.status == 1
    assert "1 of 2 files changed nothing" in ran.err
    assert "spoilt.room" in ran.err
    assert 0 < len(records_of(tmp_path)) < len(before)
    assert on(tmp_path, "db", "restore", one).status == 0
    assert sorted(records_of(tmp_path)) == sorted(before)


def test_OP29_a_room_whose_entries_do_not_chain_stays(tmp_path: Path, room: str) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        (records,) = connection.execute("SELECT records FROM run WHERE first = 1").fetchone()
        connection.execute(
            "UPDATE run SET records = ? WHERE first = 1", (records.replace(b"token", b"bears"),)
        )
    connection.close()
    aged(tmp_path, 91)
    ran = on(tmp_path, "db", "archive", "--yes")
    assert ran.status == 1
    assert room in ran.err
    assert kept_files(tmp_path) == []
    assert records_of(tmp_path)


def test_OP12_a_backup_says_what_is_not_in_it(tmp_path: Path, room: str) -> None:
    assert "archived" not in on(tmp_path, "db", "backup", tmp_path / "one.db").err
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    assert f"copy {tmp_path / 'archive'}" in on(tmp_path, "db", "backup", tmp_path / "two.db").err
    # the same folder serves the database that comes back
    assert on(tmp_path, "db", "restore", tmp_path / "two.db", "--yes").status == 0
    assert len(on(tmp_path, "room", "history", room).rows()) == 6


def test_OP29_no_more_rooms_go_than_were_asked_for(tmp_path: Path, room: str) -> None:
    on(tmp_path, "room", "create", "Another")
    aged(tmp_path, 91)
    assert len(on(tmp_path, "db", "archive", "--limit", "1", "--yes").rows()) == 1
    assert len(kept_files(tmp_path)) == 1
    assert len(on(tmp_path, "db", "archive", "--yes").rows()) == 1


def test_OP29_a_room_that_waits_for_something_stays(tmp_path: Path, room: str) -> None:
    aged(tmp_path, 91)
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET due_at = 5, wake_at = 5")
    connection.close()
    assert on(tmp_path, "db", "archive", "--yes").rows() == []


def test_OP29_what_an_interrupted_archive_left_is_taken_out(tmp_path: Path, room: str) -> None:
    left = records_of(tmp_path)
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.executemany("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", left)
    connection.close()
    assert on(tmp_path, "db", "archive").status == 0
    assert records_of(tmp_path) == left
    assert on(tmp_path, "db", "archive", "--yes").rows() == []
    assert records_of(tmp_path) == []
    assert len(on(tmp_path, "room", "history", room).rows()) == 6


@pytest.mark.postgres
def test_OP29_OP28_postgresql_is_archived_while_it_is_used(
    tmp_path: Path, postgres_server_url: str
) -> None:
    where = ("--database", postgres_server_url)
    on(tmp_path, "db", "migrate", *where)
    room = on(tmp_path, "room", "create", "Training", "--line-ups", *where).row("room")
    entries = on(tmp_path, "room", "history", room, *where).rows()
    asyncio.run(rest(postgres_server_url))
    done = on(tmp_path, "db", "archive", "--yes", *where)
    (path,) = kept_files(tmp_path)
    assert done.rows() == [[room, path.name]]
    assert "1 of them archived, 6 entries" in on(tmp_path, "db", "verify", *where).err
    assert on(tmp_path, "db", "restore", path, *where).status == 0
    asyncio.run(rest(postgres_server_url))
    assert on(tmp_path, "db", "archive", "--yes", *where).rows() != []
    assert on(tmp_path, "room", "history", room, *where).rows() == entries
    assert on(tmp_path, "db", "prune", *where).status == 0


async def rest(url: str) -> None:
    connection = await connect(url, PostgresOptions())
    await connection.execute("UPDATE room SET updated_at = updated_at - 91 * 86400000::bigint")
    await let_go(connection)


@pytest.fixture
def postgres_server_url(postgres_databases: Databases) -> Iterator[str]:
    """A database for commands, which have loops of their own."""
    with ThreadPoolExecutor(1) as thread, asyncio.Runner() as runner:
        lent = postgres_databases.fresh()

        async def take() -> str:
            return await lent.__aenter__()

        async def give_back() -> None:
            await lent.__aexit__(None, None, None)

        yield thread.submit(runner.run, take()).result()
        thread.submit(runner.run, give_back()).result()
