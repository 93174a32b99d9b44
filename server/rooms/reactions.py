"""What people feel about what happens, together: how many showed which sign within a second. Pure.

Never an event, never in the log, nobody's name on it. Counted where it is said, told to other
nodes as numbers, and to members once a second; to those who see the room late, as late. Time is an
argument. SPEC: RX1 to RX4.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from protocol.server_messages import Presence, PresenceHere, PresenceValue

EVERY_S = 1.0
EACH_MAX = 4
"""Signs of one connection that count within a second."""
TOLD_MAX = 1_000_000
"""Of one sign in a second, whatever another node says."""
KEPT = 128
"""Seconds with any, for those who see them later; a delay is 120 at the most."""
NOBODY = 0
"""The connection that stands for all together; rooms number theirs from 1."""
KEY = "reactions"


class Tick(NamedTuple):
    """What was shown within one second, at its end."""

    at: int
    """Log time, ms."""
    counts: Mapping[str, int]


class Reactions:
    """Of one room on one node."""

    def __init__(self, signs: Iterable[str]) -> None:
        self._signs = frozenset(signs)
        self._own: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        self._said: Counter[int] = Counter()
        self.kept: deque[Tick] = deque(maxlen=KEPT)

    def add(self, connection: int, sign: str) -> bool:
        """Somebody here shows a sign. False: too many at once; it does not count."""
        if self._said[connection] >= EACH_MAX:
            return False
        self._said[connection] += 1
        self._own[sign] += 1
        return True

    def hear(self, counts: Mapping[str, int]) -> bool:
        """What another node has counted; signs of a later version are passed over. Whether anything
        is to be told."""
        for sign, count in counts.items():
            if sign in self._signs and count > 0:
                self._others[sign] = min(TOLD_MAX, self._others[sign] + count)
        return bool(self._others)

    @property
    def heard(self) -> bool:
        """Whether other nodes have told any that are not told on yet."""
        return bool(self._others)

    def __bool__(self) -> bool:
        """Whether anything is to be told."""
        return bool(self._own or self._others)

    def take(self, now: int) -> tuple[Tick, Mapping[str, int]]:
        """What was shown since the last call, everywhere, and of it what was shown here."""
        own, told = self._own, self._own + self._others
        self._own, self._others = Counter(), Counter()
        self._said.clear()
        tick = Tick(now, dict(sorted(told.items())))
        self.kept.append(tick)
        return tick, dict(own)

    def between(self, after: int, until: int) -> Mapping[str, int]:
        """What was shown after one moment and until another, as far as it is kept."""
        found: Counter[str] = Counter()
        for tick in self.kept:
            if after < tick.at <= until:
                found.update(tick.counts)
        return dict(sorted(found.items()))

    def next_after(self, after: int) -> int | None:
        """When the next ones after a moment were told; None: none yet."""
        return next((tick.at for tick in self.kept if tick.at > after), None)


def message(room: str, counts: Mapping[str, int]) -> Presence:
    """As presence of nobody: clients that know no reactions pass it over."""
    value = PresenceValue(NOBODY, KEY, dict(counts))
    return Presence(room, here=[PresenceHere(NOBODY, "")], values=[value])
