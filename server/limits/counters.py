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
    alone: bool = False
    """Counted by this node for itself, because the shared store is away."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One that was counted: what it takes to give it back."""

    key: str
    index: int
    """Of the bucket that it was counted in."""
    window_ms: int
    alone: bool
    """Counted by this node, while the shared store was away."""


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

    async def give_back(self, unit: Unit) -> None:
        """Takes one out of the bucket that it was counted in, while that counts (LM35). To be
        called once for a unit. Where it cannot be told to the shared store it stays counted."""
        ...
