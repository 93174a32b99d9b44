"""An asyncio loop whose time jumps to the next timer: hours take milliseconds, and every run of a
seed is the same. Parts of it can stand still or die like processes, in the middle of anything.

The only module that leans on how asyncio asks for time, waits and calls back. Never to be used
under uvloop.
"""

# A loop of our own is made from the insides of asyncio's.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from inspect import CORO_CREATED, getcoroutinestate
from typing import Any, TypeVar

T = TypeVar("T")


class Deadlock(AssertionError):
    """Nothing is scheduled and nothing can happen any more."""


class Process:
    """Whatever was started by `run`, and all that it starts: callbacks, timers and tasks. They can
    stand still and go on later, as after SIGSTOP and SIGCONT, or never again, as after SIGKILL.

    Invariant: nothing of it runs while it is frozen or dead, but what runs at that moment, up to
    where it waits next."""

    def __init__(self) -> None:
        self.frozen = False
        self.dead = False
        self._parked: list[asyncio.Handle] = []
        self._context = copy_context()
        self._context.run(_process.set, self)

    def run(self, work: Callable[[], T]) -> T:
        """Calls it now, as a part of this process."""
        return self._context.copy().run(work)

    def call(self, callback: Callable[..., object], *args: Any) -> None:
        """Calls it in the next turn of the loop, or when the process goes on."""
        asyncio.get_running_loop().call_soon(callback, *args, context=self._context.copy())

    def freeze(self) -> None:
        """It stands still. What becomes due waits, in order."""
        self.frozen = True

    def thaw(self) -> None:
        """It goes on, with everything that has become due meanwhile."""
        self.frozen = False
        parked, self._parked = self._parked, []
        asyncio.get_running_loop()._ready.extend(parked)  # type: ignore[attr-defined] - asyncio's queue

    def kill(self) -> None:
        """It has ended: nothing is finished, nobody is told."""
        self.dead = True
        self._parked.clear()

    def stops(self, handle: asyncio.Handle) -> bool:
        """Whether a callback must not run now; it is kept where it may run later."""
        if self.dead:
            return True
        if self.frozen:
            self._parked.append(handle)
        return self.frozen


_process: ContextVar[Process | None] = ContextVar("process", default=None)


def outside() -> Context:
    """A context for callbacks and tasks that belong to no process: networks, databases."""
    context = copy_context()
    context.run(_process.set, None)
    return context


class _Handle(asyncio.Handle):
    """A callback of a process."""

    __slots__ = ("process",)
    process: Process

    def _run(self) -> None:
        if not self.process.stops(self):
            super()._run()  # type: ignore[misc] - asyncio calls it


class _TimerHandle(asyncio.TimerHandle):
    """A timer of a process."""

    __slots__ = ("process",)
    process: Process

    def _run(self) -> None:
        if not self.process.stops(self):
            super()._run()  # type: ignore[misc] - asyncio calls it


class _JumpingSelector(selectors.SelectSelector):
    """Waits by adding to the time."""

    now = 0.0
    turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Deadlock("every task waits for something that will not come")
        self.turns += 1
        self.now += max(timeout, 0.0)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time starts at 0 and moves only when everything that is ready has run."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the start."""
        return self._jumping.now

    @property
    def turns(self) -> int:
        """How often everything that was ready has run."""
        return self._jumping.turns

    def _call_soon(
        self, callback: Callable[..., object], args: Any, context: Context | None
    ) -> asyncio.Handle:
        process = _process.get() if context is None else context.get(_process)
        if process is None:
            return super()._call_soon(callback, args, context)  # type: ignore[misc] - asyncio's own
        handle = _Handle(callback, args, self, context)
        handle.process = process
        self._ready.append(handle)  # type: ignore[attr-defined] - asyncio's queue
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As asyncio's; a timer of a process waits while that stands still."""
        process = _process.get() if context is None else context.get(_process)
        if process is None:
            return super().call_at(when, callback, *args, context=context)
        timer = _TimerHandle(when, callback, args, self, context)
        timer.process = process
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined] - asyncio's heap
        timer._scheduled = True  # type: ignore[attr-defined] - as asyncio does
        return timer


def run_in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Runs to the end, then closes the loop."""
    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        for task in asyncio.all_tasks(loop):
            work_of: Any = task.get_coro()
            if getcoroutinestate(work_of) == CORO_CREATED:
                work_of.close()  # a process died before it began
            task._log_destroy_pending = False  # type: ignore[attr-defined] - it is meant to end here
            task.cancel()
        loop.close()
