"""Turns between nodes that write one room at the same time: whose append is likely to win.

Nobody is told to wait, and nobody owns a room: every append is compared by the log as ever (RM7).
But nodes that all append when the same news reaches them make one winner and as many conflicts as
there are others, each of which costs a node a roll-back and a look into the log. So a node whose
appends were outrun in a room lets those go first that wrote less recently than it did: after
entries of one node the next in the order of their names appends at once, the one after that a
moment later, and so on; the moment is what an append takes. Pure. SPEC: RM24.
"""

from __future__ import annotations

CONTENDED_S = 1.0
"""After a conflict, or a wait for a turn: so long a room is taken in turns."""
ACTIVE_S = 0.25
"""Whoever has written within this may write again."""
MOMENT_MIN_S = 0.001
MOMENT_MAX_S = 0.02
WAIT_MAX_S = 0.1
"""Never longer, however many nodes there are and however much they write."""
LONGER, SHORTER = 1.25, 0.98
"""What a conflict and an append that won do to the moment: where one in ten conflicts, it stays."""


class Turns:
    """One room's, on one node. All times are of the monotonic clock, seconds."""

    __slots__ = (
        "_contended_until", "_moment_s", "_others", "_own", "_turn_s", "_version", "_waits_since",
    )  # fmt: skip

    def __init__(self) -> None:
        self._own = ""
        self._others: dict[str, float] = {}
        """Node → when entries of it were last heard of."""
        self._version = 0
        """The latest whose writer is known."""
        self._turn_s = 0.0
        self._moment_s = 0.005
        self._contended_until = 0.0
        self._waits_since: float | None = None

    def conflicted(self, now: float) -> None:
        """Another node was faster."""
        self._contended_until = now + CONTENDED_S
        self._moment_s = min(self._moment_s * LONGER, MOMENT_MAX_S)

    def heard(self, node: str, version: int, now: float, *, own: str) -> None:
        """Entries of another node, up to that version, have come. `own` is this node's name."""
        self._own = own
        self._others[node] = now
        if version > self._version:
            self._version = version
            self._after(node, now)

    def wrote(self, version: int, now: float) -> None:
        """An append of this node has won."""
        self._moment_s = max(self._moment_s * SHORTER, MOMENT_MIN_S)
        if version > self._version:
            self._version = version
            if self._others:  # else nobody is there whose turn it could be
                self._after(self._own, now)

    def wait_s(self, now: float) -> float:
        """How long this node lets others go first; 0: it appends now. However often others write
        meanwhile, the waits for one append come to no more than the limit."""
        since = now if self._waits_since is None else self._waits_since
        left_s = min(self._turn_s - now, since + WAIT_MAX_S - now)
        if now >= self._contended_until or left_s <= 0:
            self._waits_since = None
            return 0.0
        self._waits_since = since
        self._contended_until = now + CONTENDED_S
        return left_s

    def _after(self, writer: str, now: float) -> None:
        for node in [one for one, at in self._others.items() if now - at > ACTIVE_S]:
            del self._others[node]
        ring = sorted({self._own, writer, *self._others})
        before = (ring.index(self._own) - ring.index(writer) - 1) % len(ring)
        self._turn_s = now + before * self._moment_s
