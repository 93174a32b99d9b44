import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from storage import sqlite_schema, sqlite_writer
from storage.sqlite_checkpoints import Checkpoints
from storage.sqlite_files import connect, read_generation
from storage.sqlite_writer import Done, Lost, NotDone, Result, Work, Writer


class FailingConnection(sqlite3.Connection):
    """Meets the errors that a test has laid out for the next statements of a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.errors: dict[str, list[int]] = {}
        self.said: list[str] = []

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        self.said.append(sql)
        name = sql.split()[0]
        if self.errors.get(name):
            error = sqlite3.OperationalError(f"{name} went wrong")
            error.sqlite_errorcode = self.errors[name].pop(0)
            raise error
        return super().execute(sql, *args)

    def count(self, sql: str) -> int:
        return self.said.count(sql)


class Opened:
    """A writer on a database with our schema, its connection, and one to look with."""

    def __init__(self, database: Path) -> None:
        self.looking = connect(database)
        sqlite_schema.apply_missing(self.looking)
        self.connection = sqlite3.connect(
            database, isolation_level=None, check_same_thread=False, factory=FailingConnection
        )
        self.connection.execute("PRAGMA busy_timeout = 0")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.checkpoints = Checkpoints(self.connection, self.looking)
        generation = read_generation(self.looking)
        self.writer = Writer(self.connection, generation, self.checkpoints)

    def names(self) -> list[str]:
        rows = self.looking.execute("SELECT name FROM meta WHERE name <> 'generation'")
        return [name for (name,) in rows]

    async def close(self) -> None:
        await self.writer.close()
        self.checkpoints.close()
        self.connection.close()
        self.looking.close()


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    opened = Opened(tmp_path / "touchline.db")
    yield opened
    await opened.close()


def note(name: str) -> Work:
    """Writes a name, and returns how many there are."""

    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, '')", (name,))
        return connection.execute("SELECT count(*) FROM meta").fetchone()[0] - 1

    return work


def raising(error: Callable[[], Exception]) -> Work:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta (name, value) VALUES ('half done', '')")
        raise error()

    return work


async def submitted(opened: Opened, *units: Work) -> list[Result]:
    return await opened.writer.submit(units, size=0)


async def test_LG2_units_are_executed_in_order_and_committed_before_the_answer(
    opened: Opened,
) -> None:
    assert await submitted(opened, note("b"), note("a")) == [Done(1), Done(2)]
    assert opened.names() == ["a", "b"]


async def test_LG10_what_waits_together_is_committed_together(opened: Opened) -> None:
    # Everything is queued while another connection holds the database.
    opened.connection.execute("PRAGMA busy_timeout = 10000")
    opened.looking.execute("BEGIN IMMEDIATE")
    before = opened.connection.count("COMMIT")
    first = opened.writer.submit([note("first")], size=0)
    calls = [opened.writer.submit([note(str(number))], size=0) for number in range(100)]
    opened.looking.execute("ROLLBACK")
    await asyncio.gather(first, *calls)
    assert opened.connection.count("COMMIT") - before <= 2
    assert len(opened.names()) == 101


async def test_LG10_a_transaction_holds_no_more_than_its_limits(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_writer, "TRANSACTION_BYTES_MAX", 100)
    monkeypatch.setattr(sqlite_writer, "TRANSACTION_CALLS_MAX", 3)
    opened.connection.execute("PRAGMA busy_timeout = 10000")
    opened.looking.execute("BEGIN IMMEDIATE")
    before = opened.connection.count("COMMIT")
    calls = [opened.writer.submit([note("big")], size=1_000)]
    calls += [opened.writer.submit([note(f"middling {n}")], size=60) for n in range(2)]
    calls += [opened.writer.submit([note(f"small {n}")], size=1) for n in range(5)]
    opened.looking.execute("ROLLBACK")
    await asyncio.gather(*calls)
    # big | middling | middling and two small | three small
    assert opened.connection.count("COMMIT") - before == 4


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize(
    "error",
    [
        lambda: ValueError("half a surrogate pair"),
        lambda: OverflowError("an integer of 65 bits"),
        lambda: sqlite3.IntegrityError("constraint failed"),
    ],
)
async def test_LG4_halves_find_the_unit_that_the_database_does_not_take(
    opened: Opened, place: int, error: Callable[[], Exception]
) -> None:
    units = [note(str(number)) for number in range(7)]
    units[place] = raising(error)
    results = await submitted(opened, *units)
    assert results[place] == NotDone(str(error()), poisoned=True)
    assert [type(result) for result in results].count(Done) == 6
    assert opened.names() == [str(number) for number in range(7) if number != place]


async def test_LG5_a_database_that_is_held_refuses_for_a_while(opened: Opened) -> None:
    opened.looking.execute("BEGIN IMMEDIATE")
    assert await submitted(opened, note("a"), note("b")) == [NotDone("database is locked")] * 2
    opened.looking.execute("ROLLBACK")
    assert await submitted(opened, note("c")) == [Done(1)]


async def test_LG9_after_a_failed_sync_nothing_is_committed_any_more(opened: Opened) -> None:
    opened.connection.errors["COMMIT"] = [sqlite3.SQLITE_IOERR_FSYNC]
    assert await submitted(opened, note("a"), note("b")) == [Lost("COMMIT went wrong")] * 2
    assert opened.writer.failure == "commit: COMMIT went wrong"
    assert await submitted(opened, note("c")) == [NotDone("commit: COMMIT went wrong")]
    assert opened.names() == []


async def test_LG9_a_checkpoint_that_fails_to_sync_ends_it_too(opened: Opened) -> None:
    opened.connection.errors["PRAGMA"] = [sqlite3.SQLITE_IOERR_FSYNC]
    opened.checkpoints.finish()
    assert await submitted(opened, note("a")) == [NotDone("checkpoint: PRAGMA went wrong")]


async def test_LG5_a_commit_for_which_there_is_no_room_is_unknown_and_not_the_end(
    opened: Opened,
) -> None:
    opened.connection.errors["COMMIT"] = [sqlite3.SQLITE_FULL]
    assert await submitted(opened, note("a")) == [Lost("COMMIT went wrong")]
    assert opened.writer.failure is None
    assert await submitted(opened, note("b")) == [Done(1)]
    assert opened.names() == ["b"]


async def test_LG9_a_file_that_cannot_be_read_ends_it_before_the_commit(opened: Opened) -> None:
    opened.connection.errors["BEGIN"] = [sqlite3.SQLITE_CORRUPT]
    assert await submitted(opened, note("a")) == [NotDone("BEGIN went wrong")]
    assert opened.writer.failure == "BEGIN went wrong"


async def test_LG9_a_rollback_that_fails_ends_it(opened: Opened) -> None:
    opened.connection.errors["ROLLBACK"] = [sqlite3.SQLITE_IOERR]
    (result,) = await submitted(opened, raising(lambda: ValueError("poison")))
    assert isinstance(result, NotDone)
    assert opened.writer.failure == "roll back: ROLLBACK went wrong"


async def test_LG13_another_generation_ends_it(opened: Opened) -> None:
    opened.looking.execute("UPDATE meta SET value = 'another' WHERE name = 'generation'")
    (result,) = await submitted(opened, note("a"))
    assert isinstance(result, NotDone)
    assert "got another" in result.reason
    assert opened.writer.failure == result.reason
    assert opened.names() == []


async def test_LG10_closing_ends_what_was_submitted(opened: Opened) -> None:
    calls = [opened.writer.submit([note(str(number))], size=0) for number in range(50)]
    await opened.writer.close()
    assert [type((await call)[0]) for call in calls] == [Done] * 50
    assert await submitted(opened, note("late")) == [NotDone("the log is closed")]
    await opened.writer.close()
    assert len(opened.names()) == 50


async def test_LG10_a_cancelled_call_is_executed_all_the_same(opened: Opened) -> None:
    call = opened.writer.submit([note("a")], size=0)
    call.cancel()
    await submitted(opened, note("b"))
    assert opened.names() == ["a", "b"]


async def test_LG5_a_bug_in_the_thread_leaves_nobody_waiting(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    opened.looking.execute("BEGIN IMMEDIATE")
    opened.connection.execute("PRAGMA busy_timeout = 10000")
    first = opened.writer.submit([note("a")], size=0)
    bug = opened.writer.submit([raising(lambda: KeyError("a bug"))], size=0)
    opened.looking.execute("ROLLBACK")
    assert isinstance((await first)[0], Done | Lost)
    assert await bug == [Lost("the writer stopped")]
    await opened.writer.close()
    assert "a bug" in (opened.writer.failure or "")
    (result,) = await submitted(opened, note("late"))
    assert isinstance(result, NotDone)
    assert [one.exc_type for one in seen] == [KeyError]


async def test_an_answer_for_a_loop_that_is_gone_harms_nobody(opened: Opened) -> None:
    opened.connection.execute("PRAGMA busy_timeout = 10000")
    opened.looking.execute("BEGIN IMMEDIATE")

    async def submit_and_leave() -> None:
        opened.writer.submit([note("a")], size=0)

    await asyncio.to_thread(asyncio.run, submit_and_leave())
    opened.looking.execute("ROLLBACK")
    await submitted(opened, note("b"))
    assert opened.names() == ["a", "b"]
