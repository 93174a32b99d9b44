"""Entries that other nodes told of and that cannot be shown yet: early ones, and those that came
while this node's own append was under way. Pure.

Judged by version and tag, never by their arrival. Bounded: what is over is left to the log. SPEC:
RM14.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.room_log import Head

HELD_MAX = 256
"""Tellings that wait in one room."""
HELD_BYTES_MAX = 4_194_304


class HeldNews:
    """Invariant: nothing is held that the room has shown, once it was asked what follows."""

    __slots__ = ("_bytes", "_held")

    def __init__(self) -> None:
        self._held: dict[int, tuple[str, Sequence[bytes]]] = {}
        """First version → tag before it, records."""
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._held)

    def put(self, first: int, tag_before: str, records: Sequence[bytes]) -> bool:
        """Keeps them; without records, that the log has come to the version before `first`. False:
        there is no room, and they are to be read from the log."""
        size = sum([len(record) for record in records])
        if len(self._held) >= HELD_MAX or self._bytes + size > HELD_BYTES_MAX:
            return False
        self._drop(first)
        self._held[first] = (tag_before, records)
        self._bytes += size
        return True

    def take(self, head: Head) -> Sequence[bytes]:
        """The records that continue the head; none where they have not come. What is older is
        forgotten."""
        for first in [first for first in self._held if self._is_old(first, head)]:
            self._drop(first)
        found = self._held.get(head.version + 1)
        if found is None or found[0] != head.tag:
            return ()
        self._drop(head.version + 1)
        return found[1]

    def _is_old(self, first: int, head: Head) -> bool:
        _, records = self._held[first]
        return first - (not records) <= head.version

    def clear(self) -> None:
        """The log is read instead."""
        self._held.clear()
        self._bytes = 0

    def _drop(self, first: int) -> None:
        gone = self._held.pop(first, None)
        if gone is not None:
            self._bytes -= sum([len(record) for record in gone[1]])
