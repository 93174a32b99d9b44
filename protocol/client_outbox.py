"""One room's commands that have not ended: their seqs, what may leave now, and how each of them
ended.

Pure bookkeeping: knows no message and no connection. SPEC rules CL54 to CL62.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from protocol.client_events import ContradictoryAnswer, UnexpectedMessage
from protocol.identifiers import MadeAt

WINDOW = 64
"""Widest span of unanswered seqs: a server remembers a window of 64, so an older seq beyond it
could no longer be told from a new one (CL55)."""

ENDED_MAX = 256
"""Ended commands whose outcome is kept, to notice a contradiction: four windows."""


@dataclass(slots=True)
class Pending:
    """A command that has not ended. `sends` counts how often it left."""

    seq: int
    made: MadeAt
    command: bytes
    sends: int = 0
    in_flight: bool = False


@dataclass(slots=True)
class Outbox:
    """Invariants: every pending command that is not in flight is in the heap `_unsent` (seqs there
    that are not pending are stale); `in_flight` counts those that are."""

    room: str
    last_seq: int = 0
    in_flight: int = 0
    held: bool = False
    """One was not executed: nothing leaves until its wait is over (CL59)."""
    refusals: int = 0
    """How often it was held since something was last accepted."""
    pending: dict[int, Pending] = field(default_factory=dict[int, Pending])
    """By seq, ascending."""
    _unsent: list[int] = field(default_factory=list[int])
    _ended: dict[int, int | str] = field(default_factory=dict[int, "int | str"])

    def add(self, made: MadeAt, command: bytes) -> Pending:
        """A new command under a new seq."""
        self.last_seq += 1
        pending = Pending(self.last_seq, made, command)
        self.pending[pending.seq] = pending
        heapq.heappush(self._unsent, pending.seq)
        return pending

    def next(self) -> Pending | None:
        """The command that may leave now, if any: the lowest seq that is not in flight, within the
        window. Call `sent` when it does."""
        while self._unsent and not self.held:
            pending = self.pending.get(self._unsent[0])
            if pending is None:
                heapq.heappop(self._unsent)
            elif pending.seq - next(iter(self.pending)) >= WINDOW:
                break
            else:
                return pending
        return None

    def sent(self, pending: Pending) -> None:
        """What `next` gave has left."""
        heapq.heappop(self._unsent)
        pending.sends += 1
        pending.in_flight = True
        self.in_flight += 1

    def end(self, seq: int, outcome: int | str) -> bool:
        """A command ended with a version, or with the code of its refusal. False: it had ended so
        already. Raises ContradictoryAnswer, and UnexpectedMessage for a seq never used."""
        self.check(seq)
        before = self._ended.get(seq)
        if before is not None:
            if before != outcome:
                raise ContradictoryAnswer(self.room, seq, first=before, second=outcome)
            return False
        pending = self.pending.pop(seq, None)
        if pending is None:
            return False
        self.in_flight -= pending.in_flight
        self._ended[seq] = outcome
        if len(self._ended) > ENDED_MAX:
            del self._ended[next(iter(self._ended))]
        return True

    def postpone(self, seq: int) -> bool:
        """A command was not executed: it and all later ones wait. False: no such command is in
        flight, so this answers an earlier copy of one that has ended since."""
        self.check(seq)
        pending = self.pending.get(seq)
        if pending is None or not pending.in_flight:
            return False
        pending.in_flight = False
        self.in_flight -= 1
        heapq.heappush(self._unsent, seq)
        if not self.held:
            self.held = True
            self.refusals += 1
        return True

    def rewind(self) -> None:
        """Whoever was to answer is gone: what is unanswered may or may not have happened, and will
        be sent again."""
        self.held = False
        self.in_flight = 0
        for pending in self.pending.values():
            pending.in_flight = False
        self._unsent = list(self.pending)  # ascending, hence a heap

    def skip(self, seq: int) -> None:
        """Another life of this client id has used seqs up to here: they are never used again."""
        self.last_seq = max(self.last_seq, seq)

    def check(self, seq: int) -> None:
        """Raises UnexpectedMessage for a seq that was never used."""
        if not 0 < seq <= self.last_seq:
            raise UnexpectedMessage(
                f"room {self.room}: an answer to seq {seq}, the last one used is {self.last_seq}"
            )
