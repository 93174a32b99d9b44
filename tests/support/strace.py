"""A disk that cannot sync any more, for processes that already run; and what they ask of it.

`kill -9` never tests syncing: the kernel keeps what a dead process wrote. strace answers fsync and
fdatasync with an error instead of doing them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.timeouts import MS

SYNCS = "fsync,fdatasync"


@asynccontextmanager
async def failing_syncs(pids: Sequence[int]) -> AsyncGenerator[None]:
    """Inside the block no sync of these processes, and of those they start, succeeds."""
    async with _attached(
        pids, f"trace={SYNCS}", "-e", f"inject={SYNCS}:error=EIO", "-o", os.devnull
    ):
        yield


@asynccontextmanager
async def recorded(pid: int, calls: str, output: Path) -> AsyncGenerator[None]:
    """Inside the block the process's calls of these names are written to a file, in their order."""
    async with _attached([pid], f"trace={calls}", "-o", str(output)):
        yield


def processes_of(pid: int) -> list[int]:
    """A process and all that it has started."""
    found = [pid]
    for one in found:
        for thread in Path(f"/proc/{one}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


@asynccontextmanager
async def _attached(pids: Sequence[int], *options: str) -> AsyncGenerator[None]:
    targets = [argument for pid in pids for argument in ("-p", str(pid))]
    strace = await asyncio.create_subprocess_exec(
        "strace", "-f", "-e", *options, *targets, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    assert strace.stderr is not None
    try:
        async with asyncio.timeout(20_000 * MS):
            # One line for each process that it holds by now.
            for _ in pids:
                said = await strace.stderr.readline()
                assert b"attached" in said, said + await strace.stderr.read()
        # What it says from now on (new threads) must not fill the pipe.
        rest = asyncio.ensure_future(strace.stderr.read())
        yield
    finally:
        if strace.returncode is None:
            strace.send_signal(signal.SIGTERM)
        await strace.wait()
    await rest
