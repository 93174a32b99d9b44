import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import sqlite_schema, sqlite_statements
from storage.errors import CorruptEntry
from storage.room_log import EMPTY, Appended, Conflict, ListingChange, StoredSnapshot
from storage.sqlite_files import connect
from tests.support.room_writer import RoomWriter


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "touchline.db")
    sqlite_schema.apply_missing(connection)
    yield connection
    connection.close()


def filled(connection: sqlite3.Connection, runs: int) -> RoomWriter:
    """A room with so many runs of one record."""
    room = RoomWriter()
    for number in range(runs):
        wanted = room.append(b"%d" % number, kind=None if number else "board")
        assert sqlite_statements.Append(wanted)(connection) == Appended()
        room.head = wanted.head
    return room


def test_LG1_a_unit_answers_what_it_did(connection: sqlite3.Connection) -> None:
    room = filled(connection, 1)
    unit = sqlite_statements.Append(room.append(b"x", listing=ListingChange("n", {"a": "owner"})))
    assert unit(connection) == Appended()
    assert unit(connection) == Conflict(sqlite_statements.head_of(connection, room.room))
    assert sqlite_statements.Append(RoomWriter().append(b"x"))(connection) == Conflict(None)


def test_LG7_a_page_leaves_no_transaction_open(connection: sqlite3.Connection) -> None:
    room = filled(connection, 3)
    assert sqlite_statements.page(connection, room.room, 1, None, 1_000).records == [
        b"0",
        b"1",
        b"2",
    ]
    assert not connection.in_transaction
    connection.execute("DELETE FROM run WHERE first = 2")
    with pytest.raises(CorruptEntry, match="expected version 2"):
        sqlite_statements.page(connection, room.room, 1, None, 1_000)
    assert not connection.in_transaction


def test_LG7_a_page_ends_where_its_bytes_do_and_reads_no_further(
    connection: sqlite3.Connection,
) -> None:
    room = filled(connection, 3)
    # What lies behind the page's end is damaged, and nobody notices yet.
    connection.execute("UPDATE run SET records = x'00' WHERE first = 3")
    assert sqlite_statements.page(connection, room.room, 1, 2, 1_000).records == [b"0", b"1"]
    assert sqlite_statements.page(connection, room.room, 1, None, 1).records == [b"0"]
    with pytest.raises(CorruptEntry):
        sqlite_statements.page(connection, room.room, 3, None, 1_000)


def test_LG11_a_prune_that_was_interrupted_is_finished_by_the_next(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_statements, "RUNS_PER_DELETE", 4)
    room = filled(connection, 10)
    assert sqlite_statements.save_snapshot(connection, room.room, StoredSnapshot(room.head, b"s"))
    pruned = sqlite_statements.begin_prune(connection, room.room, 10)
    assert isinstance(pruned, sqlite_statements.Pruned)
    assert (pruned.kept, pruned.gone) == (10, 9)
    assert sqlite_statements.delete_runs(connection, pruned) == 4
    assert sqlite_statements.page(connection, room.room, 7, None, 1_000).first == 10
    again = sqlite_statements.begin_prune(connection, room.room, 10)
    assert isinstance(again, sqlite_statements.Pruned)
    assert again.gone == 0
    deleted = [sqlite_statements.delete_runs(connection, again) for _ in range(3)]
    assert deleted == [4, 1, 0]
    assert sqlite_statements.sizes(connection, room.room) == (1, 1)


def test_LG11_nothing_begins_where_no_snapshot_covers(connection: sqlite3.Connection) -> None:
    room = filled(connection, 3)
    assert sqlite_statements.begin_prune(connection, room.room, 3) is None
    assert sqlite_statements.begin_prune(connection, "r_none", 1) is None


def test_LG8_a_snapshot_of_the_beginning_is_on_the_chain(connection: sqlite3.Connection) -> None:
    room = filled(connection, 2)
    assert sqlite_statements.save_snapshot(connection, room.room, StoredSnapshot(EMPTY, b"s"))
    assert sqlite_statements.snapshots(connection, room.room) == [0]


def test_a_touch_is_a_write(connection: sqlite3.Connection) -> None:
    before = connection.total_changes
    sqlite_statements.touch(connection)
    sqlite_statements.touch(connection)
    assert connection.total_changes == before + 2
