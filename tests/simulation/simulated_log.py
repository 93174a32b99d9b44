"""The database of a run: one for all nodes, never wrong. What `commit` did is the truth; the lines
that lead to it (log_line.py) are what fails."""

from __future__ import annotations

from collections.abc import Sequence

from storage.room_log import Appended, Conflict, Outcome, RoomAppend
from storage.room_log_memory import MemoryRoomLog
from tests.simulation.faults import Faults
from tests.simulation.trace import Trace
from tests.simulation.truth import Truth


class SimulatedLog(MemoryRoomLog):
    """The memory log, with a witness of every commit."""

    def __init__(self, faults: Faults, truths: dict[str, Truth], trace: Trace) -> None:
        super().__init__(exclusive=False)
        self._faults = faults
        self.truths = truths
        self._trace = trace
        self.down = False
        """For everybody."""

    def commit(self, batch: Sequence[RoomAppend], who: str) -> list[Outcome]:
        """The moment of the commit."""
        outcomes = self.apply(batch)
        for change, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Appended):
                if change.records:
                    self._trace.note(
                        change.room,
                        who,
                        "commits",
                        f"{change.expected.version + 1} to",
                        change.head,
                    )
                self.truths[change.room].committed(change)
            elif isinstance(outcome, Conflict):
                self._trace.note(
                    change.room, who, "conflicts", "at", change.expected, "log", outcome.head
                )
                self._faults.noted("conflict")
        return outcomes

    def commit_now(self, change: RoomAppend, who: str) -> bool:
        """For whoever writes over a good line."""
        return isinstance(self.commit([change], who)[0], Appended)
