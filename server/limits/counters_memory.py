"""Counters of one node, in memory: bounded in number, forgotten when they say nothing more.

Must not know what is counted. Rules: LM1, LM2, LM7, LM8.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final

from server.clock import Clock
from server.limits.counters import Tally, Unit, Want
from server.limits.sliding_window import Window, fits, summed

KEYS_MAX: Final = 65_536
"""About 20 MiB. Beyond it the counter longest untouched is forgotten: whoever has so many
addresses is not held by limits per address, and those of accounts are touched by every guess."""

_NOTHING: Final = Window()


class WindowTable:
    """Windows by key. Invariant: at most `keys_max`, the longest untouched first."""

    __slots__ = ("_keys_max", "_windows")

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._windows: OrderedDict[str, tuple[Window, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._windows)

    def __contains__(self, key: str) -> bool:
        return key in self._windows

    def get(self, key: str, now_ms: int, window_ms: int) -> Window:
        """The counts as they stand now. A counter whose window has another length than before
        starts over."""
        window, length_ms = self._windows.get(key, (_NOTHING, window_ms))
        return (window if length_ms == window_ms else _NOTHING).at(now_ms, window_ms)

    def put(self, key: str, window: Window, window_ms: int) -> None:
        """Remembers counts."""
        self._windows[key] = (window, window_ms)
        self._windows.move_to_end(key)
        if len(self._windows) > self._keys_max:
            self._windows.popitem(last=False)

    def forget(self, key: str) -> None:
        """The counter starts over."""
        self._windows.pop(key, None)

    def give_back(self, unit: Unit, now_ms: int) -> bool:
        """One less where the unit was counted. False: that does not count any more here."""
        if unit.key not in self._windows:
            return False
        window = self.get(unit.key, now_ms, unit.window_ms)
        less = window.less(unit.index)
        if less != window:
            self.put(unit.key, less, unit.window_ms)
        return less != window

    def forget_expired(self, now_ms: int) -> None:
        """Drops what has been silent for two windows (LM8)."""
        expired = [
            key
            for key, (window, length_ms) in self._windows.items()
            if now_ms >= (window.index + 2) * length_ms
        ]
        for key in expired:
            del self._windows[key]

    def items(self) -> list[tuple[str, Window, int]]:
        """Every counter with the length of its window (ms), the longest untouched first."""
        return [(key, window, length_ms) for key, (window, length_ms) in self._windows.items()]

    def add(self, key: str, window: Window, window_ms: int) -> None:
        """Counts what is in `window` on top."""
        mine, length_ms = self._windows.get(key, (_NOTHING, window_ms))
        self.put(key, summed(mine if length_ms == window_ms else _NOTHING, window), window_ms)

    def pop(self, key: str) -> tuple[Window, int]:
        """Takes a counter out, with the length of its window. Raises KeyError."""
        return self._windows.pop(key)


class MemoryCounters:
    """Implements Counters for a node that is alone."""

    def __init__(self, clock: Clock, *, keys_max: int = KEYS_MAX) -> None:
        self._clock = clock
        self._table = WindowTable(keys_max)

    @property
    def keys(self) -> int:
        """Counters remembered."""
        return len(self._table)

    async def take(self, wants: Sequence[Want]) -> Tally:
        """Counts one of each, or none."""
        now_ms = self._clock.now_ms()
        windows = [self._table.get(want.key, now_ms, want.window_ms) for want in wants]
        allowed = all(
            fits(window, now_ms, want.window_ms, limit=want.limit)
            for window, want in zip(windows, wants, strict=True)
        )
        if allowed:
            windows = [window.plus(1) for window in windows]
            for window, want in zip(windows, wants, strict=True):
                self._table.put(want.key, window, want.window_ms)
        return Tally(allowed, now_ms, tuple(windows), tuple(want.limit for want in wants))

    async def look(self, want: Want) -> Tally:
        """Counts nothing."""
        now_ms = self._clock.now_ms()
        window = self._table.get(want.key, now_ms, want.window_ms)
        fitting = fits(window, now_ms, want.window_ms, limit=want.limit)
        return Tally(fitting, now_ms, (window,), (want.limit,))

    async def forget(self, key: str) -> None:
        """The counter starts over."""
        self._table.forget(key)

    async def give_back(self, unit: Unit) -> None:
        """One less in the bucket that it was counted in."""
        self._table.give_back(unit, self._clock.now_ms())

    def forget_expired(self) -> None:
        """Drops what says nothing more; to be called every minute or so."""
        self._table.forget_expired(self._clock.now_ms())
