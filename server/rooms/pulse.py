"""What rooms want to know of this node's heartbeat among the others: whether all outages are known,
which there were, and who looks after a room that nobody holds.

A contract, and the node that has none of them. Must not know how they are found. SPEC: RM20, RM21.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Stretch(Protocol):
    """An outage, in ms of log time."""

    @property
    def began(self) -> int:
        """From here on somebody could say nothing."""
        ...

    @property
    def ended(self) -> int:
        """Until here."""
        ...


class Pulse(Protocol):
    """This node's heartbeat among those of all nodes."""

    @property
    def sound(self) -> bool:
        """Whether every outage until now is known here: else no room is woken."""
        ...

    def since(self, at: int) -> Sequence[Stretch]:
        """Outages that ended at `at` or later, the earliest end first."""
        ...

    def first_for(self, room: str) -> bool:
        """Whether this node is the first of those that live to look after a room nobody holds."""
        ...


class Undisturbed:
    """Where there are no outages and no other nodes: a process without a database that outlives
    it."""

    @property
    def sound(self) -> bool:
        """Always."""
        return True

    def since(self, at: int) -> Sequence[Stretch]:
        """None."""
        del at
        return ()

    def first_for(self, room: str) -> bool:
        """There is no other."""
        del room
        return True


class Visiting(Undisturbed):
    """A process that only looks in, as the command line does while no server runs: it does not know
    since when nobody lived, and wakes no room."""

    @property
    def sound(self) -> bool:
        """Never."""
        return False
