import sqlite3
from pathlib import Path

import pytest

from storage.migrations_on_disk import known
from tests.support.cold_rooms import on, snapshot_of
from tests.support.command_line import touchline


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


def test_OP28_a_sound_database_is_replayed(tmp_path: Path, room: str) -> None:
    ran = on(tmp_path, "db", "verify")
    assert (ran.status, ran.rows()) == (0, [])
    assert "1 rooms, 6 entries" in ran.err
    assert "1 rooms" in on(tmp_path, "db", "verify", "--room", room).err
    assert on(tmp_path, "db", "verify", "--room", "r_none").status == 1


def test_OP28_a_sample_is_of_so_many_rooms(tmp_path: Path, room: str) -> None:
    for name in ("Two", "Three"):
        on(tmp_path, "room", "create", name)
    assert "2 rooms" in on(tmp_path, "db", "verify", "--sample", "2").err
    assert "3 rooms" in on(tmp_path, "db", "verify", "--sample", "9").err
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET kind = 'chess'")
    connection.close()
    ran = on(tmp_path, "db", "verify", "--sample", "2")
    assert (ran.status, len(ran.rows())) == (1, 2)
    assert on(tmp_path, "db", "verify", "--sample", "1", "--room", room).status == 2


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


def test_OP28_an_event_that_the_rules_do_not_know_is_named(tmp_path: Path, room: str) -> None:
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET kind = 'chess'")
    connection.close()
    ran = on(tmp_path, "db", "verify")
    assert ran.status == 1
    assert [row[:3] for row in ran.rows()] == [[room, "0", "rules"]]


def test_OP5_cold_rooms_of_no_database_end_with_3(tmp_path: Path) -> None:
    assert on(tmp_path, "db", "archive").status == 3
    assert on(tmp_path, "db", "prune").status == 3
    assert not list(tmp_path.iterdir())
