"""Counting over a sliding window with two numbers: the bucket before, weighted by how much of it
the window still covers, and the present one.

Pure: a count is a value and time an argument. All arithmetic is on whole numbers (parts of
1/window_ms), so that the Lua twin in counters_redis.py decides exactly the same. Rules: LM1, LM2.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """What one subject has taken: `current` in bucket `index` (counted in windows since 1970),
    `previous` in the one before."""

    index: int = 0
    previous: int = 0
    current: int = 0

    def at(self, now_ms: int, window_ms: int) -> Window:
        """The same counts as they stand at `now_ms`. A clock that ran backwards changes nothing."""
        index = now_ms // window_ms
        if index <= self.index:
            return self
        if index == self.index + 1:
            return Window(index, self.current, 0)
        return Window(index, 0, 0)

    def plus(self, count: int) -> Window:
        """With so many more in the present bucket. To be asked of a window that is `at` now."""
        return Window(self.index, self.previous, self.current + count)

    def less(self, index: int) -> Window:
        """With one less in the bucket `index`, where that still counts and holds one."""
        if index == self.index and self.current > 0:
            return Window(self.index, self.previous, self.current - 1)
        if index == self.index - 1 and self.previous > 0:
            return Window(self.index, self.previous - 1, self.current)
        return self


def parts(window: Window, now_ms: int, window_ms: int) -> int:
    """The estimate of what was taken within the last window, times `window_ms`:
    `previous × (1 - elapsed / window) + current`."""
    now = window.at(now_ms, window_ms)
    return now.previous * (window_ms - _elapsed(now, now_ms, window_ms)) + now.current * window_ms


def fits(window: Window, now_ms: int, window_ms: int, *, limit: int) -> bool:
    """Whether one more stays within the limit (LM1)."""
    return parts(window, now_ms, window_ms) + window_ms <= limit * window_ms


def remaining(window: Window, now_ms: int, window_ms: int, *, limit: int) -> int:
    """How many more would be allowed at once; never negative."""
    return max(0, limit * window_ms - parts(window, now_ms, window_ms)) // window_ms


def wait_ms(window: Window, now_ms: int, window_ms: int, *, taken: int) -> int:
    """The ms until the estimate is at most `taken` (0 or more), if nothing is taken until then."""
    now = window.at(now_ms, window_ms)
    elapsed = _elapsed(now, now_ms, window_ms)
    if now.current <= taken:
        return max(0, _decayed_ms(now.previous, taken - now.current, window_ms) - elapsed)
    return window_ms - elapsed + _decayed_ms(now.current, taken, window_ms)


def merged(one: Window, other: Window) -> Window:
    """The larger of two accounts of the same takes, bucket by bucket."""
    one, other = _aligned(one, other)
    return Window(one.index, max(one.previous, other.previous), max(one.current, other.current))


def summed(one: Window, other: Window) -> Window:
    """Two accounts of different takes, together."""
    one, other = _aligned(one, other)
    return Window(one.index, one.previous + other.previous, one.current + other.current)


def _aligned(one: Window, other: Window) -> tuple[Window, Window]:
    """Both as they stand in the later one's bucket (windows of length 1 have their number as
    time)."""
    index = max(one.index, other.index)
    return one.at(index, 1), other.at(index, 1)


def _elapsed(window: Window, now_ms: int, window_ms: int) -> int:
    """Ms since the present bucket began; 0 when the clock is behind it."""
    return max(0, now_ms - window.index * window_ms)


def _decayed_ms(previous: int, room: int, window_ms: int) -> int:
    """How much of a window must have passed before `previous` weighs at most `room`."""
    if previous <= room:
        return 0
    return window_ms - room * window_ms // previous
