import os
import sqlite3
import stat
from pathlib import Path

import pytest

from storage import sqlite_files
from storage.errors import (
    StorageBusy,
    StorageFailed,
    StorageUnavailable,
    UnsafeSettings,
)
from storage.sqlite_files import (
    LockFile,
    check_settings,
    connect,
    is_broken,
    private_folder,
    sync_folder,
    translated,
)


def failure(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_SOMETHING"
    return error


def test_LG13_a_second_holder_is_told_who_has_the_database(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    lock = LockFile(database)
    with pytest.raises(StorageBusy, match=rf"pid {os.getpid()}\).*data folder"):
        LockFile(database)
    lock.release()
    lock.release()
    LockFile(database).release()
    assert (tmp_path / "touchline.db.lock").read_text() == ""


def test_LG13_a_holder_that_wrote_nothing_is_unknown(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "touchline.db")
    (tmp_path / "touchline.db.lock").write_text("")
    with pytest.raises(StorageBusy, match="pid unknown"):
        LockFile(tmp_path / "touchline.db")
    lock.release()


def test_LG9_a_connection_syncs_every_commit(tmp_path: Path) -> None:
    connection = connect(tmp_path / "touchline.db")
    check_settings(connection)
    connection.close()


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("synchronous = NORMAL", "synchronous FULL"),
        ("synchronous = OFF", "synchronous FULL"),
        ("journal_mode = DELETE", "journal_mode wal, got delete"),
    ],
)
def test_LG9_settings_that_would_lose_commits_are_refused(
    tmp_path: Path, pragma: str, said: str
) -> None:
    connection = connect(tmp_path / "touchline.db")
    connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(UnsafeSettings, match=said):
        check_settings(connection)
    connection.close()


def test_LG9_a_sqlite_that_is_too_old_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(UnsafeSettings, match=r"expected SQLite 99\.0\.0 or later"):
        connect(tmp_path / "touchline.db")


def test_a_file_that_is_no_database_has_failed(tmp_path: Path) -> None:
    (tmp_path / "touchline.db").write_bytes(b"a letter to a friend" * 100)
    with pytest.raises(StorageFailed, match="NOTADB"):
        connect(tmp_path / "touchline.db")


def test_a_database_that_is_not_there_is_unavailable_to_readers(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="cannot open"):
        connect(tmp_path / "none.db", read_only=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, False),
    ],
)
def test_LG9_a_failed_sync_and_a_damaged_file_are_final(code: int, broken: bool) -> None:
    error = failure(code)
    assert is_broken(error) is broken
    assert isinstance(translated(error, "x"), StorageFailed if broken else StorageUnavailable)
    assert not is_broken(sqlite3.ProgrammingError("of the module itself"))


def test_new_names_in_a_folder_can_be_synced(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "none")


def modes(folder: Path) -> dict[str, int]:
    return {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}


def test_SE17_a_new_database_and_its_log_are_for_their_owner_alone(tmp_path: Path) -> None:
    connection = connect(tmp_path / "touchline.db")
    connection.execute("CREATE TABLE t (a)")
    names = ["touchline.db", "touchline.db-shm", "touchline.db-wal"]
    assert modes(tmp_path) == dict.fromkeys(names, 0o600)
    connection.close()


def test_SE17_files_of_before_that_others_could_read_are_taken_back(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    left = connect(database)
    left.execute("CREATE TABLE t (a)")
    for one in tmp_path.iterdir():
        one.chmod(0o644)
    connection = connect(database)
    names = ["touchline.db", "touchline.db-shm", "touchline.db-wal"]
    assert modes(tmp_path) == dict.fromkeys(names, 0o600)
    connection.close()
    left.close()


def test_SE17_reading_changes_no_mode(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    connect(database).close()
    database.chmod(0o640)
    connect(database, read_only=True).close()
    assert modes(tmp_path)["touchline.db"] == 0o640


def test_SE17_a_folder_that_is_made_is_for_its_owner_and_one_that_is_there_is_left(
    tmp_path: Path,
) -> None:
    private_folder(tmp_path / "new" / "data")
    assert modes(tmp_path / "new") == {"data": 0o700}
    (tmp_path / "theirs").mkdir(mode=0o750)
    private_folder(tmp_path / "theirs")
    assert modes(tmp_path)["theirs"] == 0o750
