"""Moves committed pages from SQLite's write-ahead log into the database file, beside the commits
and not inside them.

Knows pages and files; knows no room. SPEC rule LG10.

SQLite before 3.51.3 can corrupt the database when a checkpoint starts at the instant in which a
commit begins the log file anew (sqlite.org/wal.html, "WAL-reset bug"). A commit does that only
after a checkpoint that moved everything. So a second checkpoint is never started before a whole
commit has passed since a complete one, and checkpoints that must be complete run in the writer's
own thread, between commits.
"""

from __future__ import annotations

import sqlite3
import threading
from enum import Enum
from queue import Empty, SimpleQueue

from storage.sqlite_files import is_broken

PAGE_BYTES = 4_096
CHECKPOINT_PAGES = 1_000
"""SQLite's own measure for automatic checkpoints: 4 MiB."""
FINISH_PAGES = 4_000
"""When the log file holds about so much, the writer moves the rest itself, so that the file begins
anew."""
LOG_FILE_BYTES_MAX = 64 * 1024 * 1024
"""A log file that grew beyond this (one great commit, a long backup) is cut when it begins anew."""
_PAGES_PER_UNIT = 3
"""A unit touches about a page of its table and two of indexes beside its bytes. A guess is enough:
every checkpoint tells the true number."""


class _Request(Enum):
    MOVE = "move"
    END = "end"


class Checkpoints:
    """Told of every commit, between commits, in the writer's thread; moves pages in a thread of its
    own."""

    def __init__(self, writing: sqlite3.Connection, checkpointing: sqlite3.Connection) -> None:
        self._writing = writing
        self._checkpointing = checkpointing
        self._pages_used = 0
        """Pages in the log file since it began anew, about."""
        self._pages_waiting = 0
        """Pages committed since the last checkpoint started, about."""
        self._finish_at = FINISH_PAGES
        self._requests: SimpleQueue[_Request] = SimpleQueue()
        self._answers: SimpleQueue[int] = SimpleQueue()
        self._running = False
        self._failure: str | None = None
        # As the writer's: a checkpoint that is cut off by the end of the process is done again.
        self._thread = threading.Thread(
            target=self._run, name="touchline-sqlite-checkpoints", daemon=True
        )
        self._thread.start()

    @property
    def failure(self) -> str | None:
        """Why pages could not be synced, if so: then nothing may be committed any more."""
        return self._failure

    @property
    def has_answer(self) -> bool:
        """Whether a checkpoint has ended of which the writer has not heard yet."""
        return not self._answers.empty()

    def committed(self, size: int, units: int) -> None:
        """Counts a commit that wrote pages, and starts or finishes a checkpoint where it is
        time."""
        pages = units * _PAGES_PER_UNIT + size // PAGE_BYTES
        self._pages_used += pages
        self._pages_waiting += pages
        if self._running:
            # The next checkpoint starts after the commit that follows at the earliest (see above):
            # that the running one has ended is noticed here, and the commit that follows is the
            # whole one that must pass.
            self._notice()
        elif self._pages_waiting >= CHECKPOINT_PAGES:
            self._running = True
            self._pages_waiting = 0
            self._requests.put(_Request.MOVE)

    def close(self) -> None:
        """Ends the thread. The writer has ended before."""
        self._requests.put(_Request.END)
        self._thread.join()

    def _notice(self) -> None:
        try:
            pages = self._answers.get_nowait()
        except Empty:
            return
        self._running = False
        self._pages_used = pages + self._pages_waiting
        if self._pages_used >= self._finish_at:
            self.finish()

    def finish(self) -> None:
        """In the writer's thread: moves the rest, which is little, while nobody commits."""
        pages, moved = self._move(self._writing)
        if moved == pages:
            self._pages_used = self._pages_waiting = 0
            self._finish_at = FINISH_PAGES
        else:
            # A long reader (a backup) holds the old pages: the file grows until it has ended.
            self._pages_used = pages
            self._finish_at = pages + FINISH_PAGES

    def _run(self) -> None:
        while self._requests.get() is _Request.MOVE:
            pages, _ = self._move(self._checkpointing)
            self._answers.put(pages)

    def _move(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """Pages that are in the log file, and how many of them are in the database by now."""
        try:
            _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            if is_broken(error):
                self._failure = f"checkpoint: {error}"
            return self._pages_used, 0
        return pages, moved
