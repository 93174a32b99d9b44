"""Consecutive committed entries with their log times, kept once for all who see them later. Pure.

SPEC: SD1, TS4.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct
from msgspec.json import Decoder

from server.rooms.replica import TailEntry


class Stamped(Struct, frozen=True, gc=False):
    """What every public line says of itself."""

    v: int
    at: int
    by: str


read_stamp = Decoder(Stamped).decode


def at_of(public: bytes) -> int:
    """Log time of an entry, by its public line."""
    return read_stamp(public).at


class Reel:
    """Invariant: the entries are consecutive, and so log times only rise."""

    __slots__ = ("_ats", "_entries", "first")

    def __init__(self) -> None:
        self.first = 0
        """Version of the first entry that is here, or that will be."""
        self._entries: list[TailEntry] = []
        self._ats: list[int] = []

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def next(self) -> int:
        """The version after the last one here."""
        return self.first + len(self._entries)

    def clear(self) -> None:
        """Nobody needs any of it."""
        self.first = 0
        self._entries.clear()
        self._ats.clear()

    def extend(self, entries: Sequence[TailEntry]) -> None:
        """What was committed after the last one here; what is here already is passed over."""
        if not self.first:
            self.first = entries[0].version
        fresh = [one for one in entries if one.version >= self.next]
        assert not fresh or fresh[0].version == self.next, (fresh[0].version, self.next)
        self._entries += fresh
        self._ats += [at_of(one.public) for one in fresh]

    def reach_back(self, entries: Sequence[TailEntry], first: int) -> None:
        """`entries` from the version `first` on up to the latest committed one: the reel goes back
        to there."""
        if not self.first:
            self.first = first
        before = [one for one in entries if one.version < self.first]
        if before:
            assert before[-1].version == self.first - 1, (before[-1].version, self.first)
            self._entries[:0] = before
            self._ats[:0] = [at_of(one.public) for one in before]
            self.first = before[0].version
        if entries:
            self.extend(entries)

    def at(self, version: int) -> int | None:
        """Log time of a version; None: it has not come yet."""
        place = version - self.first
        return self._ats[place] if 0 <= place < len(self._ats) else None

    def last_until(self, until: int) -> int:
        """The last version here that was committed at or before a log time; below `first`: none."""
        return self.first + bisect_right(self._ats, until) - 1

    def between(self, first: int, last: int) -> list[TailEntry]:
        """The entries of these versions, both included."""
        return self._entries[max(0, first - self.first) : last + 1 - self.first]

    def forget_below(self, version: int) -> None:
        """Everybody has those before it."""
        count = min(version - self.first, len(self._entries))
        if count > 0:
            del self._entries[:count], self._ats[:count]
            self.first += count
