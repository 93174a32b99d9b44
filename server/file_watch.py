"""Files that may change while the node runs: certificates and secrets are put in place by other
programs, and taken up without a restart.

Tells that something changed, and calls those who want to look; must not know what the files hold.
Looking costs microseconds (two `stat`), so it is done in the loop. SPEC: TL5, SE9.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

LOOK_EVERY_S = 2.0


class Seen(NamedTuple):
    """What tells one state of a file from another. The inode sees a file that was replaced within
    one tick of its clock, the time of change one whose mode was mended."""

    inode: int
    size: int
    written_ns: int
    changed_ns: int


Signature = tuple[Seen | None, ...]


class Watcher(Protocol):
    """Something that depends on files."""

    def look(self) -> None:
        """Takes up what changed since the last look. Raises nothing that a file can cause."""
        ...


def signature(paths: Iterable[Path]) -> Signature:
    """The state of these files now; links are followed. None: it is not there, or cannot be
    asked."""
    return tuple(_seen(path) for path in paths)


def _seen(path: Path) -> Seen | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Seen(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


async def watch_files(watchers: Sequence[Watcher], every_s: float = LOOK_EVERY_S) -> None:
    """Looks until it is cancelled."""
    while True:
        await asyncio.sleep(every_s)
        for watcher in watchers:
            watcher.look()
