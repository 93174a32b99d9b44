"""What a run is told when something that must hold does not."""

from __future__ import annotations


class Violation(AssertionError):
    """An invariant of design section 2 does not hold. The message begins with its number."""

    def __init__(self, what: str, room: str = "") -> None:
        super().__init__(what)
        self.room = room
        """The room that it is about, where it is known."""
