"""Whether turns were fair: each ended once, not before its deadline, and nobody lost time to what
was nobody's fault. Judges by what was committed, by the outages that the database knows, and by
what somebody outside has seen (outages.py). SPEC: RM12, RM20, CK1 to CK5.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from server.rules.room_state import StoredEntry
from tests.simulation.claims import TURN_MS, TurnClosed, TurnExtended, TurnOpened
from tests.simulation.violation import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

SLACK_MS = 1_500
"""A silence so short is no outage."""
AGE_MAX_MS = 10_000
"""An entry that was committed later than so long after it was received says too little of when its
turn began."""


class Turns:
    """The turns of one room."""

    def __init__(self, world: World, room: str) -> None:
        self._world, self._room = world, room
        self.happened: Counter[str] = Counter()
        self._deadline: int | None = None
        self._opened = 0
        self._opened_s: float | None = None

    def committed(self, entry: StoredEntry) -> None:
        """The log says that this happened. Raises Violation."""
        at = entry.stamp.at
        for event in entry.events:
            match event:
                case TurnOpened():
                    self._deadline, self._opened = event.deadline, event.since
                    self._opened_s = self._when_s(event.since)
                case TurnExtended():
                    self._deadline = event.deadline
                case TurnClosed():
                    self._closed(at)
                case _:
                    continue
            self.happened[type(event).__name__] += 1

    def finish(self) -> None:
        """Claims have no end."""

    def _when_s(self, at: int) -> float | None:
        """When in the run it was `at`, if that can be told."""
        age_ms = self._world.log_time() - at
        near = 0 <= age_ms <= AGE_MAX_MS
        return asyncio.get_running_loop().time() - age_ms / 1000 if near else None

    def _closed(self, at: int) -> None:
        deadline, self._deadline = self._deadline, None
        if deadline is None or at < deadline:
            raise Violation("a turn ended before its deadline, or twice", self._room)
        if self._world.cluster.older_lived:
            return  # those rules know of no outages
        self._check_facts(deadline)
        ended_s = self._when_s(at)
        if self._opened_s is None or ended_s is None or at - deadline > AGE_MAX_MS:
            return
        ended_s -= (at - deadline) / 1000
        lit_s = self._world.outages.lit_s(self._opened_s, ended_s)
        if lit_s * 1000 < TURN_MS - SLACK_MS:
            raise Violation(
                f"a turn of {ended_s - self._opened_s:.1f} s had {lit_s:.1f} s in which it could"
                " have been taken",
                self._room,
            )
        if ended_s - lit_s - self._opened_s > 0:
            self._world.faults.noted("a turn was owed time, and had it")

    def _check_facts(self, deadline: int) -> None:
        """What the database knows of, the turn was given."""
        found = self._world.cluster.heartbeats.must_know(deadline, since=self._opened)
        if found is not None:
            raise Violation(f"the deadline {deadline} of a turn lies in {found}", self._room)
