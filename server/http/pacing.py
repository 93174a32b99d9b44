"""Lets a few things begin per turn of the event loop, in order, the rest in the turns after it.

A burst of requests reaches the loop in one turn. Reading and refusing each takes a fraction of a
millisecond; five hundred of them together would hold rooms for longer than a command may take.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """At most `per_turn` beginnings between two looks of the loop at its sockets."""

    def __init__(self, loop: asyncio.AbstractEventLoop, per_turn: int) -> None:
        assert per_turn > 0, f"nothing would ever begin with {per_turn} per turn"
        self._loop = loop
        self._per_turn = per_turn
        self._left = per_turn
        self._waiting: deque[Callable[[], None]] = deque()
        self._scheduled = False

    def take(self) -> bool:
        """Whether one more may begin now; never before those that wait already."""
        if self._waiting or self._left == 0:
            return False
        self._left -= 1
        self._schedule()
        return True

    def later(self, begin: Callable[[], None]) -> None:
        """Calls `begin`, which raises nothing, when it is its turn."""
        self._waiting.append(begin)
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._scheduled = False
        begun = [self._waiting.popleft() for _ in range(min(self._per_turn, len(self._waiting)))]
        self._left = self._per_turn - len(begun)
        if begun:
            self._schedule()
        for begin in begun:
            begin()
