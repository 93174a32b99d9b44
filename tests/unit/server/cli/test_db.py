import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from server.rooms.replica import Replica
from server.rules.catalogue import KINDS
from storage.migrations_on_disk import known
from storage.room_log import StoredSnapshot
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.command_line import Ran, touchline


def on(folder: Path, *arguments: str | Path, typed: str | None = None) -> Ran:
    return touchline(*arguments, "--data-dir", folder, typed=typed)


@pytest.fixture
def room(tmp_path: Path) -> str:
    return on(tmp_path, "room", "create", "Training", "--line-ups").row("room")


def test_migrating_says_what_was_applied_and_does_nothing_twice(tmp_path: Path) -> None:
    said = on(tmp_path, "db", "migrate").err
    assert "0001_room_log" in said
    assert "0002_accounts" in said
    assert "was up to date" in on(tmp_path, "db", "migrate").err


def test_OP11_a_sound_database_is_counted(tmp_path: Path, room: str) -> None:
    ran = on(tmp_path, "db", "check")
    assert ran.status == 0
    assert "1 rooms, 6 entries" in ran.err


def test_OP24_the_migrations_are_listed_by_name(tmp_path: Path, room: str) -> None:
    names = [one.name for one in known("sqlite")]
    assert on(tmp_path, "db", "check").rows() == [[name, "applied"] for name in names]
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE schema_migration SET checksum = 'x' WHERE name = ?", names[-1:])
    connection.close()
    ran = on(tmp_path, "db", "check")
    assert ran.rows() == [*([name, "applied"] for name in names[:-1]), [names[-1], "changed"]]
    assert ran.status == 3
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("DELETE FROM schema_migration WHERE name = ?", names[-1:])
    connection.close()
    assert on(tmp_path, "db", "check").rows()[-1] == [names[-1], "missing"]
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("INSERT INTO schema_migration VALUES ('9999_later', 'x', 0)")
    connection.close()
    assert ["9999_later", "unknown"] in on(tmp_path, "db", "check").rows()


def test_OP11_a_changed_entry_is_found(tmp_path: Path, room: str) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        (records,) = connection.execute("SELECT records FROM run WHERE first = 1").fetchone()
        changed = records.replace(b"token", b"bears")
        assert changed != records
        connection.execute("UPDATE run SET records = ? WHERE first = 1", (changed,))
    connection.close()
    ran = on(tmp_path, "db", "check")
    assert ran.status == 1
    assert room in ran.err


def test_OP11_a_missing_entry_is_found(tmp_path: Path, room: str) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("DELETE FROM run WHERE first = 3")
    connection.close()
    ran = on(tmp_path, "db", "check")
    assert ran.status == 1
    assert room in ran.err


def test_OP5_a_database_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    assert on(tmp_path, "db", "check").status == 3
    assert on(tmp_path, "db", "backup", tmp_path / "copy.db").status == 3
    assert not list(tmp_path.iterdir())


def test_OP5_a_schema_that_is_missing_ends_with_3_and_says_what_to_do(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "touchline.db").execute("CREATE TABLE x (y)").connection.close()
    ran = on(tmp_path, "db", "check")
    assert ran.status == 3
    assert "touchline db migrate" in ran.err


def test_OP12_OP13_a_backup_goes_out_and_comes_back(tmp_path: Path, room: str) -> None:
    copy = tmp_path / "copy.db"
    assert on(tmp_path, "db", "backup", copy).status == 0
    on(tmp_path, "room", "create", "Later")
    assert on(tmp_path, "db", "restore", copy, typed="n\n").status == 1
    restored = on(tmp_path, "db", "restore", copy, typed="y\n")
    assert restored.status == 0
    assert "before-restore-1" in restored.err
    assert [row[0] for row in on(tmp_path, "room", "list").rows()] == [room]


def test_OP12_a_backup_overwrites_nothing(tmp_path: Path, room: str) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    assert on(tmp_path, "db", "backup", copy).status == 2
    assert copy.read_text() == "mine"


def test_OP14_a_damaged_copy_is_refused(tmp_path: Path, room: str) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4_000)
    assert on(tmp_path, "db", "restore", copy, "--yes").status == 3
    checked = touchline("db", "check", "--file", copy)
    assert checked.status == 1
    assert len(on(tmp_path, "room", "list").rows()) == 1


@pytest.mark.parametrize("command", [["backup", "x"], ["restore", "x", "--yes"]])
def test_OP5_copies_of_postgresql_are_left_to_its_own_tools(
    tmp_path: Path, command: list[str]
) -> None:
    environ = {"TOUCHLINE_DATABASE": "postgresql://nobody@127.0.0.1:9/none"}
    ran = touchline("db", *command, "--data-dir", tmp_path, environ=environ)
    assert ran.status == 2
    assert "pg_" in ran.err


def test_OP5_a_new_generation_is_for_postgresql() -> None:
    assert touchline("db", "new-generation", "--yes").status == 2


@pytest.mark.parametrize("command", [["migrate"], ["check"], ["new-generation", "--yes"]])
def test_OP5_a_postgresql_that_is_away_ends_with_3(command: list[str]) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    ran = touchline("db", *command, "--database", url)
    assert ran.status == 3
    assert "nobody@" not in ran.err


def kept_files(folder: Path) -> list[Path]:
    return sorted((folder / "archive").glob("*.room"))


def aged(folder: Path, days: int) -> None:
    """As if nothing had happened in any room for so long."""
    with sqlite3.connect(folder / "touchline.db") as connection:
        connection.execute("UPDATE room SET updated_at = updated_at - ?", (days * 86_400_000,))
    connection.close()


def records_of(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "touchline.db") as connection:
        found = connection.execute("SELECT * FROM run ORDER BY room, first").fetchall()
    connection.close()
    return found


def test_OP28_a_sound_database_is_replayed(tmp_path: Path, room: str) -> None:
    ran = on(tmp_path, "db", "verify")
    assert (ran.status, ran.rows()) == (0, [])
    assert "1 rooms, 6 entries" in ran.err
    assert "1 rooms" in on(tmp_path, "db", "verify", "--room", room).err
    assert on(tmp_path, "db", "verify", "--room", "r_none").status == 1


def test_OP28_a_snapshot_that_is_not_what_its_entries_give_is_named(
    tmp_path: Path, room: str
) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        (state,) = connection.execute("SELECT state FROM snapshot").fetchone() or (None,)
    connection.close()
    if state is None:
        state = snapshot_of(tmp_path, room, 6)
    assert on(tmp_path, "db", "verify").status == 0
    assert "1 snapshots compared" in on(tmp_path, "db", "verify").err
    changed = state.replace(b'"line_ups"', b'"line_upz"').replace(b"Training", b"Draining")
    assert changed != state
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE snapshot SET state = ?", (changed,))
    connection.close()
    ran = on(tmp_path, "db", "verify")
    assert ran.status == 1
    assert [row[:3] for row in ran.rows()] == [[room, "6", "snapshot"]]
    assert on(tmp_path, "db", "check").status == 0


def snapshot_of(folder: Path, room: str, version: int) -> bytes:
    """Makes one of the room's head, as a node would."""

    async def make() -> bytes:
        log = await SqliteRoomLog.open(folder / "touchline.db")
        row = (await log.rooms([room]))[room]
        replica = Replica(KINDS[row.kind], tail_bytes_max=1_000_000)
        replica.ingest((await log.read(room, 1)).records)
        assert replica.version == version
        base = replica.rebase()
        assert await log.save_snapshot(room, StoredSnapshot(base.head, base.blob))
        await log.close()
        return base.blob

    return asyncio.run(make())


def test_OP28_an_event_that_the_rules_do_not_know_is_named(tmp_path: Path, room: str) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET kind = 'chess'")
    connection.close()
    ran = on(tmp_path, "db", "verify")
    assert ran.status == 1
    assert [row[:3] for row in ran.rows()] == [[room, "0", "rules"]]


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


def test_OP30_files_of_rooms_that_are_back_go_after_their_time(tmp_path: Path, room: str) -> None:
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    (path,) = kept_files(tmp_path)
    os.utime(path, (0, 0))
    assert on(tmp_path, "db", "prune", "--yes").rows() == []
    on(tmp_path, "room", "history", room)
    # its time begins when the room is back
    assert on(tmp_path, "db", "prune", "--yes").rows() == []
    unfinished = path.with_name("r_x.1.0.room.unfinished")
    foreign = path.with_name("notes.txt")
    damaged = path.with_name("r_y.1.0.room")
    for other in (unfinished, foreign, damaged):
        other.write_text("x")
    for old in (path, unfinished, foreign, damaged):
        os.utime(old, (0, 0))
    said = on(tmp_path, "db", "prune")
    assert said.rows() == [["file", path.name], ["file", unfinished.name]]
    assert path.exists()
    assert on(tmp_path, "db", "prune", "--yes").rows() == said.rows()
    assert sorted(path.parent.iterdir()) == sorted([foreign, damaged])


def test_OP30_entries_go_by_age_and_only_below_a_snapshot(tmp_path: Path, room: str) -> None:
    before = records_of(tmp_path)
    assert on(tmp_path, "db", "prune", "--older-than", "1").status == 2
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET created_at = 0")
    connection.close()
    assert on(tmp_path, "db", "prune", "--older-than", "2", "--yes").rows() == []
    snapshot_of(tmp_path, room, 6)
    # covered, and too young
    assert on(tmp_path, "db", "prune", "--older-than", "2", "--yes").rows() == []
    assert records_of(tmp_path) == before


def test_OP5_cold_rooms_of_no_database_end_with_3(tmp_path: Path) -> None:
    assert on(tmp_path, "db", "archive").status == 3
    assert on(tmp_path, "db", "prune").status == 3
    assert not list(tmp_path.iterdir())
