"""Contract of counters: several sliding windows checked and counted in one step.

Implementations: counters_memory.py for one node, counters_redis.py for several that share.
Rules: LM1, LM2, LM7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.limits.sliding_window import Window


@dataclass(frozen=True, slots=True)
class Want:
    """One to be taken of a counter."""

    key: str
    """As `subjects.counter_key` makes it."""
    limit: int
    window_ms: int
    strict: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of it. `windows` and `limits` stand in the order of what was wanted."""

    allowed: bool
    """All fitted, and all were counted. Otherwise none was."""
    now_ms: int
    """The time of whoever counted."""
    windows: tuple[Window, ...]
    """As they are now."""
    limits: tuple[int, ...]
    """That held: a node's share while the shared store is away, else what was wanted."""


class Counters(Protocol):
    """Whoever counts. Never raises because a store is away."""

    @property
    def keys(self) -> int:
        """Counters that this node remembers."""
        ...

    async def take(self, wants: Sequence[Want]) -> Tally:
        """Counts one of each, or none if one of them does not fit."""
        ...

    async def look(self, want: Want) -> Tally:
        """Says how a counter stands and whether one more would fit, and counts nothing."""
        ...

    async def forget(self, key: str) -> None:
        """The counter starts over."""
        ...
