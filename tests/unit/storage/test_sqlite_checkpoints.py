import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import sqlite_checkpoints
from storage.sqlite_checkpoints import PAGE_BYTES, Checkpoints
from storage.sqlite_files import connect


class Database:
    """A file, a writing and a checkpointing connection, and what is between them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "touchline.db"
        self.log_file = folder / "touchline.db-wal"
        self.writing = connect(self.file)
        self.checkpointing = connect(self.file)
        self.writing.execute("CREATE TABLE t (x BLOB)")
        self.checkpoints = Checkpoints(self.writing, self.checkpointing)

    def commit(self, pages: int = 10) -> None:
        size = pages * PAGE_BYTES
        self.writing.execute("INSERT INTO t VALUES (zeroblob(?))", (size,))
        self.checkpoints.committed(size, 1)

    def close(self) -> None:
        self.checkpoints.close()
        self.checkpointing.close()
        self.writing.close()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(sqlite_checkpoints, "CHECKPOINT_PAGES", 50)
    monkeypatch.setattr(sqlite_checkpoints, "FINISH_PAGES", 200)
    database = Database(tmp_path)
    yield database
    database.close()


def test_LG10_the_log_file_stays_small_however_much_is_committed(database: Database) -> None:
    for _ in range(1_000):
        database.commit()
    assert database.file.stat().st_size > 8_000 * PAGE_BYTES
    assert database.log_file.stat().st_size < 4_000 * PAGE_BYTES
    assert database.writing.execute("SELECT count(*) FROM t").fetchone() == (1_000,)
    assert database.writing.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_LG10_a_long_reader_lets_the_log_file_grow_and_loses_nothing(database: Database) -> None:
    reader = connect(database.file, read_only=True)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (0,)
    for _ in range(300):
        database.commit()
    assert database.log_file.stat().st_size > 2_500 * PAGE_BYTES
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (0,)
    reader.execute("COMMIT")
    reader.close()
    # A checkpoint that began beside the reader may still be under way: the file begins anew after
    # the next one that moves everything, and then it no longer grows.
    sizes = [database.log_file.stat().st_size]
    while sizes.count(sizes[-1]) < 150:
        database.commit()
        sizes.append(database.log_file.stat().st_size)
        assert len(sizes) < 2_000, "it still grows"
    assert database.writing.execute("SELECT count(*) FROM t").fetchone() == (299 + len(sizes),)


class Watched(sqlite3.Connection):
    """Says which checkpoints were asked of it, and waits for the test with each."""

    def __init__(self, name: str, asked: list[str]) -> None:
        super().__init__(":memory:", check_same_thread=False, isolation_level=None)
        self.name = name
        self.asked = asked
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.error: sqlite3.Error | None = None
        self.found: tuple[int, int, int] = (0, 0, 0)

    def execute(self, sql: str, *_: object) -> sqlite3.Cursor:
        self.asked.append(self.name)
        self.started.set()
        assert self.go_on.wait(30)
        if self.error is not None:
            raise self.error
        return super().execute("SELECT ?, ?, ?", self.found)


class Fakes:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.writing = Watched("writer", self.asked)
        self.checkpointing = Watched("thread", self.asked)
        self.writing.go_on.set()
        self.checkpoints = Checkpoints(self.writing, self.checkpointing)

    def commit(self, pages: int) -> None:
        self.checkpoints.committed(pages * PAGE_BYTES, 0)

    def finish_thread(self) -> None:
        """Lets the checkpoint in the thread end, and waits until the writer could know."""
        self.checkpointing.go_on.set()
        while not self.checkpoints.has_answer:
            continue

    def close(self) -> None:
        self.checkpointing.go_on.set()
        self.checkpoints.close()


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fakes]:
    monkeypatch.setattr(sqlite_checkpoints, "CHECKPOINT_PAGES", 50)
    monkeypatch.setattr(sqlite_checkpoints, "FINISH_PAGES", 200)
    fakes = Fakes()
    yield fakes
    fakes.close()


def test_LG10_a_checkpoint_starts_when_enough_was_committed(fakes: Fakes) -> None:
    fakes.commit(49)
    assert fakes.asked == []
    fakes.commit(1)
    assert fakes.checkpointing.started.wait(30)
    assert fakes.asked == ["thread"]


def test_LG10_a_whole_commit_passes_between_two_checkpoints(fakes: Fakes) -> None:
    """A commit after a complete checkpoint begins the log file anew: no checkpoint may start just
    then (the WAL-reset bug of SQLite before 3.51.3)."""
    fakes.checkpointing.found = (0, 50, 50)
    fakes.commit(50)
    fakes.finish_thread()
    fakes.checkpointing.started.clear()
    fakes.commit(50)
    assert fakes.asked == ["thread"]
    fakes.commit(1)
    assert fakes.checkpointing.started.wait(30)
    assert fakes.asked == ["thread", "thread"]


def test_LG10_while_one_runs_no_other_starts(fakes: Fakes) -> None:
    for _ in range(10):
        fakes.commit(60)
    assert fakes.checkpointing.started.wait(30)
    assert fakes.asked == ["thread"]


def test_LG10_the_writer_moves_the_rest_when_the_file_is_long(fakes: Fakes) -> None:
    fakes.checkpointing.found = (0, 190, 190)
    fakes.writing.found = (0, 220, 220)
    fakes.commit(50)
    fakes.finish_thread()
    fakes.commit(20)
    assert fakes.asked == ["thread", "writer"]


def test_LG10_a_rest_that_a_reader_holds_is_not_tried_with_every_commit(fakes: Fakes) -> None:
    fakes.checkpointing.found = (0, 190, 100)
    fakes.writing.found = (0, 220, 100)
    fakes.commit(50)
    fakes.finish_thread()
    fakes.commit(20)
    assert fakes.asked == ["thread", "writer"]
    fakes.checkpointing.found = (0, 300, 100)
    fakes.checkpointing.started.clear()
    fakes.commit(50)
    assert fakes.checkpointing.started.wait(30)
    while not fakes.checkpoints.has_answer:
        continue
    fakes.commit(1)
    assert fakes.asked == ["thread", "writer", "thread"]


@pytest.mark.parametrize(
    ("code", "final"), [(sqlite3.SQLITE_IOERR_FSYNC, True), (sqlite3.SQLITE_FULL, False)]
)
def test_LG9_a_checkpoint_that_cannot_sync_is_a_failure(
    fakes: Fakes, code: int, final: bool
) -> None:
    error = sqlite3.OperationalError("went wrong")
    error.sqlite_errorcode = code
    fakes.checkpointing.error = error
    fakes.commit(50)
    fakes.finish_thread()
    assert fakes.checkpoints.failure == ("checkpoint: went wrong" if final else None)
