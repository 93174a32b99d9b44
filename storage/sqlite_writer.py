"""The one thread that writes a SQLite database: takes everything that waits and commits it as one
transaction.

Knows units of work, commits and their outcomes; knows no room. It must never answer `Done` before
the commit was synced, and never commits again after the disk failed to sync. SPEC rules LG2, LG4,
LG5, LG9.

    event loop                      writer thread
    submit(units) --- queue --->    take all that waits, oldest first
                                    BEGIN; work, work, work; COMMIT (synced)
    futures <--- one callback ---   for all that was taken
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from storage.errors import StorageFailed
from storage.sqlite_checkpoints import Checkpoints
from storage.sqlite_files import is_broken, read_generation

TRANSACTION_BYTES_MAX = 16 * 1024 * 1024
"""A transaction takes no more than reaches this: about 100 ms on a disk that writes 160 MB/s."""
TRANSACTION_CALLS_MAX = 4_096
"""And no more calls than this: a commit of 1,000 rows took 3 ms, and every one of them waits for
the last."""


@dataclass(frozen=True, slots=True)
class Done:
    """Committed and synced."""

    value: object


@dataclass(frozen=True, slots=True)
class NotDone:
    """Rolled back: nothing was written."""

    reason: str
    poisoned: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The commit failed half-way: after a restart it may turn out to have happened."""

    reason: str


Result = Done | NotDone | Lost
Work = Callable[[sqlite3.Connection], object]
"""Runs inside the transaction, in the writer's thread. May run again after a rollback."""


class _Call:
    """Units that one caller waits for, with their results as they come."""

    __slots__ = ("future", "loop", "results", "size", "units")

    def __init__(self, units: Sequence[Work], size: int, loop: asyncio.AbstractEventLoop) -> None:
        self.units = units
        self.size = size
        self.loop = loop
        self.future: asyncio.Future[list[Result]] = loop.create_future()
        self.results: list[Result] = []

    def settle(self) -> None:
        """In the loop. A caller that was cancelled no longer listens; its commit ran to its end."""
        if not self.future.done():
            self.future.set_result(self.results)


class Writer:
    """Owns the writing connection. Units of one call are executed in order, calls in the order in
    which they came."""

    def __init__(
        self, connection: sqlite3.Connection, generation: str, checkpoints: Checkpoints
    ) -> None:
        self._connection = connection
        self._generation = generation
        self._checkpoints = checkpoints
        self._queue: SimpleQueue[_Call | None] = SimpleQueue()
        self._closing = False
        self._failure: str | None = None
        self._wrote = False
        """Whether pages were committed since this was last asked."""
        # A process that ends without closing must not wait for a thread that waits for it; what it
        # leaves behind was answered to nobody.
        self._thread = threading.Thread(
            target=self._run, name="touchline-sqlite-writer", daemon=True
        )
        self._thread.start()

    @property
    def failure(self) -> str | None:
        """Why nothing is written any more, if so."""
        return self._failure or self._checkpoints.failure

    def submit(self, units: Sequence[Work], *, size: int) -> asyncio.Future[list[Result]]:
        """Queues the units for the next transaction. Cancelling the future cancels nothing else."""
        call = _Call(units, size, asyncio.get_running_loop())
        if self._closing:
            call.future.set_result([NotDone("the log is closed")] * len(units))
        else:
            self._queue.put(call)
        return call.future

    async def close(self) -> None:
        """Ends what was submitted, then the thread."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    # ------------------------------------------------------------ in the thread

    def _run(self) -> None:
        waiting: deque[_Call] = deque()
        ended = False
        try:
            while not ended or waiting:
                ended = self._gather(waiting) or ended
                calls = _take(waiting)
                if calls:
                    self._serve(calls)
                    calls.clear()
        except BaseException as bug:
            # The thread is about to die of a bug: nobody must wait for it for ever.
            self._failure = f"the writer stopped: {bug!r}"
            raise
        finally:
            self._closing = True
            self._gather_rest(waiting)
            for call in waiting:
                call.results = [NotDone(self._failure or "the log is closed")] * len(call.units)
            _answer(waiting)

    def _gather(self, waiting: deque[_Call]) -> bool:
        """Moves what was submitted to `waiting`, after sleeping where there is nothing. True:
        close."""
        if not waiting:
            call = self._queue.get()
            if call is None:
                return True
            waiting.append(call)
        return self._gather_rest(waiting)

    def _gather_rest(self, waiting: deque[_Call]) -> bool:
        while True:
            try:
                call = self._queue.get_nowait()
            except Empty:
                return False
            if call is None:
                return True
            waiting.append(call)

    def _serve(self, calls: list[_Call]) -> None:
        units = [unit for call in calls for unit in call.units]
        results: list[Result] = []
        self._wrote = False
        try:
            self._execute(units, results)
        finally:
            # In whatever way this ends: what has no result by now may have reached the disk or not.
            results.extend(Lost("the writer stopped") for _ in range(len(units) - len(results)))
            start = 0
            for call in calls:
                call.results = results[start : start + len(call.units)]
                start += len(call.units)
            _answer(calls)
        if self._wrote:
            self._checkpoints.committed(sum(call.size for call in calls), len(units))

    def _execute(self, units: Sequence[Work], results: list[Result]) -> None:
        """Adds a result for each unit, in order: as one transaction, or by halves where that
        fails."""
        if self.failure is not None:
            results.extend([NotDone(self.failure)] * len(units))
            return
        connection = self._connection
        changes = connection.total_changes
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._require_generation()
            values = [unit(connection) for unit in units]
        except (sqlite3.Error, StorageFailed) as error:
            self._roll_back()
            if isinstance(error, StorageFailed) or is_broken(error):
                self._failure = str(error)
            self._go_on_without(units, results, error)
            return
        except (ValueError, TypeError, OverflowError) as error:
            # What Python's module refuses to bind: half a surrogate pair, an integer of 65 bits.
            self._roll_back()
            self._go_on_without(units, results, error)
            return
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            # The commit record may be in the log file already, synced or not: only a restart will
            # tell.
            if is_broken(error):
                self._failure = f"commit: {error}"
            self._roll_back()
            results.extend([Lost(str(error))] * len(units))
            return
        self._wrote = self._wrote or connection.total_changes != changes
        results.extend(map(Done, values))

    def _go_on_without(
        self, units: Sequence[Work], results: list[Result], error: Exception
    ) -> None:
        """After a rollback: halves find the unit that the database does not take."""
        if self._failure is not None or _is_temporary(error):
            results.extend([NotDone(str(error))] * len(units))
        elif len(units) == 1:
            results.append(NotDone(str(error), poisoned=True))
        else:
            middle = len(units) // 2
            self._execute(units[:middle], results)
            self._execute(units[middle:], results)

    def _require_generation(self) -> None:
        found = read_generation(self._connection)
        if found != self._generation:
            raise StorageFailed(f"expected generation {self._generation}, got {found}: restart")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                self._failure = f"roll back: {error}"


def _take(waiting: deque[_Call]) -> list[_Call]:
    """The oldest calls, as many as one transaction may hold; at least one if there is one."""
    calls: list[_Call] = []
    size = 0
    while waiting and len(calls) < TRANSACTION_CALLS_MAX:
        size += waiting[0].size
        if calls and size > TRANSACTION_BYTES_MAX:
            break
        calls.append(waiting.popleft())
    return calls


def _is_temporary(error: Exception) -> bool:
    """Whether the whole transaction was refused for a while, and no unit is to blame."""
    return isinstance(error, sqlite3.OperationalError)


def _answer(calls: Iterable[_Call]) -> None:
    """Wakes each event loop once for all of its calls."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Call]] = {}
    for call in calls:
        by_loop.setdefault(call.loop, []).append(call)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, settled)
        except RuntimeError:
            # The loop is closed: nobody is left who could hear.
            continue


def _settle(calls: list[_Call]) -> None:
    for call in calls:
        call.settle()
