"""Asks the process that reads files (play_reader.py) and waits for it without holding the loop: one
at a time, few waiting, each with its time. Knows processes; not files, rooms or HTTP. SPEC: HT101.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import msgspec

from server.http.play_reader import Answer, PlayFault, Refused

READ_S = 20.0
"""For one reading; the largest that is taken has about four."""
WAITING_MAX = 4
"""Bodies that wait in memory, beside the one that is read."""
_ROOT = str(Path(__file__).resolve().parents[2])
_KEPT = ("SYSTEMROOT", "TMPDIR", "TEMP")
"""Of the environment, which may hold secrets of the server."""

_read_answer = msgspec.json.Decoder(Answer)


class PlaysBusy(Exception):
    """So many readings wait already."""


class PlayReaderFailed(Exception):
    """A bug: the process ended without an answer, and nobody ended it."""


class PlayReader:
    """Reads one request after another. One instance belongs to one loop; its thread only waits for
    processes: those of asyncio can keep a loop from ending while they begin."""

    def __init__(self, *, read_s: float = READ_S, waiting_max: int = WAITING_MAX) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="plays")
        self._here = 0
        self._read_s = read_s
        self._waiting_max = waiting_max

    @property
    def here(self) -> int:
        """Readings that run or wait."""
        return self._here

    def check_room(self) -> None:
        """Raises PlaysBusy where one more would have to be turned away."""
        if self._here > self._waiting_max:
            raise PlaysBusy

    async def read(self, what: Literal["look", "make"], body: bytes, bytes_max: int) -> Answer:
        """The answer to a request as it came. What takes too long, or too much, is refused. Raises
        PlaysBusy and PlayReaderFailed."""
        self.check_room()
        reading = _Reading(what, body, bytes_max, self._read_s)
        self._here += 1
        try:
            return await asyncio.wrap_future(self._pool.submit(reading.run))
        finally:
            reading.end()
            self._here -= 1


class _Reading:
    """One process, run by the thread and ended from the loop where nobody waits for it any more."""

    def __init__(self, what: str, body: bytes, bytes_max: int, read_s: float) -> None:
        self._arguments = (what, str(bytes_max))
        self._body = body
        self._read_s = read_s
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def run(self) -> Answer:
        command = [sys.executable, "-m", "server.http.play_reader", *self._arguments]
        with subprocess.Popen(  # noqa: S603 - our own program, and two words of ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            cwd=_ROOT,
            start_new_session=True,  # Ctrl-C is for the server
        ) as process:
            self._process = process
            if self._ended:
                process.kill()
            try:
                said, wrong = process.communicate(self._body, self._read_s)
            except subprocess.TimeoutExpired:
                process.kill()
                return Refused("invalid", PlayFault("takes too long to be read; cut it"))
        if process.returncode < 0:  # its limits, or whoever looks after memory here
            return Refused("invalid", PlayFault("too much to be read at once; cut it"))
        if process.returncode != 0:
            raise PlayReaderFailed(wrong[-4_000:].decode("utf-8", "replace"))
        return _read_answer.decode(said)

    def end(self) -> None:
        """Does nothing to a process that has ended by itself."""
        self._ended = True
        if self._process is not None:
            self._process.kill()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**kept, "PYTHONPATH": paths, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
