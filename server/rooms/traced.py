"""Traced commands of one room, from receipt to the last member who was written their entry.

Knows when a stage ends and what the others are to be told; not what becomes of a trace: that is
behind `Traces`, and where nobody collects any, a command costs one comparison. SPEC: TR1 to TR5.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from server.rooms.pending import Ended, Pending

TRACES_MAX: Final = 256
"""Of one room that wait for their entry to be shown; what is over ends as it is."""

caller: ContextVar[str] = ContextVar("traceparent", default="")
"""The trace of whoever asked by HTTP, where the request carries one."""


class Trace(Protocol):
    """One command, or its delivery on another node. Ends once."""

    @property
    def name(self) -> str:
        """The `traceparent` by which others continue it."""
        ...

    def stage(self, name: str, seconds: float) -> None:
        """A part of it that took so long, and ends now."""
        ...

    def end(self, **what: str | int) -> None:
        """It is over; with what it came to."""
        ...


class Traces(Protocol):
    """Where traces begin. Raises nothing."""

    def command(self, room: str, kind: str, command: Any, parent: str) -> Trace | None:
        """A command has come in, with the `traceparent` of its sender or an empty one. None: it is
        not traced."""
        ...

    def delivery(self, room: str, version: int, parent: str) -> Trace | None:
        """An entry of a traced command is on its way to this node's members."""
        ...


class TracedCommands:
    """What a room has under way. Invariant: each trace ends once; one whose command never was
    answered does not exist, because each is (CM2)."""

    def __init__(self, shown: int) -> None:
        self._shown = shown
        """The version up to which everybody in sync has been written."""
        self._waiting: list[tuple[dict[str, int], Trace, float]] = []
        """What it came to, `entry` among it; the trace; when it was answered or heard of (elapsed
        seconds)."""

    def __len__(self) -> int:
        return len(self._waiting)

    def answered(self, pending: Pending, ended: Ended, *, began_s: float, now_s: float) -> None:
        """A traced command has come to its end, in an append that began at `began_s`."""
        trace, pending.trace = pending.trace, None
        if trace is None:
            return
        attempts = pending.attempts + 1
        if ended.code is not None:
            trace.end(code=ended.code, attempts=attempts)
            return
        if ended.version > self._shown:
            trace.stage("append", now_s - began_s)
        self._wait({"entry": ended.version, "attempts": attempts}, trace, now_s)

    def heard(self, version: int, trace: Trace, now_s: float) -> None:
        """Another node has committed an entry of a traced command."""
        self._wait({"entry": version}, trace, now_s)

    def _wait(self, what: dict[str, int], trace: Trace, now_s: float) -> None:
        if what["entry"] <= self._shown or len(self._waiting) >= TRACES_MAX:
            trace.end(**what)
        else:
            self._waiting.append((what, trace, now_s))

    def shown(self, version: int, now_s: float) -> None:
        """Everybody in sync has been written everything up to `version`."""
        self._shown = version
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for what, trace, since_s in waiting:
            if what["entry"] > version:
                self._waiting.append((what, trace, since_s))
            else:
                trace.stage("show", now_s - since_s)
                trace.end(**what)

    def close(self) -> None:
        """The room is closed: what was not shown to everybody ends here."""
        waiting, self._waiting = self._waiting, []
        for what, trace, _ in waiting:
            trace.end(**what, closed=1)


def to_tell(decided: Iterable[tuple[Pending, Ended]], after: int) -> list[tuple[int, str]]:
    """Versions and traces of those that became entries beyond `after`, for the other nodes."""
    return [
        (ended.version, pending.trace.name)
        for pending, ended in decided
        if pending.trace is not None and ended.code is None and ended.version > after
    ]
