"""As of when somebody sees what happens: so many seconds late, or from an earlier moment on, at a
pace of their own. Pure arithmetic of log times, ms.

What is seen at a moment rises with it, and is never ahead of the delay. A shift lasts for a day
after it was set: so whoever looks for shifts need not open a room that has been quiet for longer.
SPEC: SD1, TS1 to TS4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

SHIFT_LASTS_MS = 86_400_000


class Shift(Struct, frozen=True, gc=False, order=True):
    """From `since` on (log time) it is `at`, and goes on `speed` times as fast as time; 0: it
    stands still."""

    at: int
    since: int
    speed: int

    @property
    def over(self) -> int:
        """When it ends by itself."""
        return self.since + SHIFT_LASTS_MS


class Watching(NamedTuple):
    """How one account sees one room."""

    delay_s: int = 0
    shift: Shift | None = None
    more: tuple[Watching, ...] = ()
    """Of rooms that this one tells of, where there are several shifts: it is seen no earlier than
    any of them."""

    def until(self, now: int) -> int:
        """What was committed until this moment may be seen now."""
        if self.more:
            return min(one.until(now) for one in (self._replace(more=()), *self.more))
        latest = now - 1_000 * self.delay_s
        shift = self.shift
        if shift is None or now >= shift.over:
            return latest
        return min(latest, shift.at + shift.speed * max(0, now - shift.since))

    def due(self, at: int) -> int:
        """When what was committed at a moment may be seen."""
        if self.more:
            return max(one.due(at) for one in (self._replace(more=()), *self.more))
        late = at + 1_000 * self.delay_s
        shift = self.shift
        if shift is None:
            return late
        if at <= shift.at:
            played = shift.since
        elif shift.speed:
            played = shift.since - (shift.at - at) // shift.speed
        else:
            played = shift.over
        return max(late, min(played, shift.over))

    def caught_up(self) -> int:
        """When the shift is over because nothing is left between it and the delay, or by itself.
        Without one: the beginning of time."""
        if self.more:
            return max(one.caught_up() for one in (self._replace(more=()), *self.more))
        shift = self.shift
        if shift is None:
            return 0
        behind = shift.since - 1_000 * self.delay_s - shift.at
        if shift.speed and behind <= 0:
            return shift.since
        if shift.speed > 1:
            return min(shift.over, shift.since - (-behind // (shift.speed - 1)))
        return shift.over

    def is_live(self, now: int) -> bool:
        """Whether everything is seen at once."""
        return not self.delay_s and now >= self.caught_up()


LIVE = Watching()


def together(all_of_them: Iterable[Watching]) -> Watching:
    """How a room is seen that tells of others: no earlier than any of them (LI11)."""
    late = [one for one in all_of_them if one != LIVE]
    delay_s = max((one.delay_s for one in late), default=0)
    shifts = sorted({one.shift for one in late if one.shift is not None})
    first, *rest = shifts or [None]
    return Watching(delay_s, first, tuple(Watching(delay_s, one) for one in rest))
