"""One node's heartbeats on their way to the rows in the database: they come late, are not executed,
or nobody hears that they were. SPEC: CK.

The rows are shared by all nodes of a run, and what they say of outages is kept for the checks.
"""

from __future__ import annotations

from storage.errors import OutcomeUnknown
from storage.heartbeats import Beat, Heartbeats, LogTime, OutageRow
from storage.tables_sqlite import memory_tables
from tests.simulation.clocks import DatabaseClock
from tests.simulation.faults import Faults
from tests.simulation.log_line import LogLine


class SimulatedHeartbeats(Heartbeats):
    """The rows, with a witness of every outage that was found."""

    def __init__(self) -> None:
        super().__init__(memory_tables())
        self.found: dict[int, OutageRow] = {}

    async def beat(self, node: str, at: int, *, source: int, last: int | None, since: int) -> Beat:
        """As it ships."""
        told = await super().beat(node, at, source=source, last=last, since=since)
        self.found.update({one.number: one for one in told.outages})
        return told

    def must_know(self, deadline: int, *, since: int) -> OutageRow | None:
        """An outage in which a turn of then ran out, and of which whoever ends it has to know. A
        node that was given up finds a longer one when it comes back; nobody waited for that, and
        the others hear of it with their next beat (CK3, CK5)."""
        for one in self.found.values():
            if since < one.ended and one.began <= deadline < one.ended:
                given_up = [
                    other
                    for other in self.found.values()
                    if other.began == one.began and other.ended <= deadline
                ]
                if not given_up:
                    return one
        return None


class HeartbeatLine:
    """Implements server.cluster.heartbeat.Store."""

    def __init__(self, line: LogLine, rows: SimulatedHeartbeats, faults: Faults) -> None:
        self._line, self._rows, self._faults = line, rows, faults

    async def beat(self, node: str, at: int, *, source: int, last: int | None, since: int) -> Beat:
        return await self._line.handed_over(self._beat(node, at, source, last, since))

    async def _beat(self, node: str, at: int, source: int, last: int | None, since: int) -> Beat:
        await self._line.reach()
        if self._faults.strikes("beat_lost", 0.02):
            raise OutcomeUnknown("lost")
        told = await self._rows.beat(node, at, source=source, last=last, since=since)
        await self._line.reach()
        if self._faults.strikes("beat_lost", 0.02):
            raise OutcomeUnknown("the answer was lost")
        return told

    async def log_time(self, source: int) -> LogTime:
        await self._line.reach()
        return await self._rows.log_time(source)

    async def leave(self, node: str, at: int) -> None:
        await self._line.reach()
        await self._rows.leave(node, at)

    async def cleanup(self, before: int) -> int:
        await self._line.reach()
        return await self._rows.cleanup(before)


class TimeLine:
    """Asks the database's clock."""

    def __init__(self, line: LogLine, clock: DatabaseClock) -> None:
        self._line, self._clock = line, clock

    async def ask(self) -> int:
        """What it says, somewhere on the way of question and answer. Raises StorageUnavailable."""
        await self._line.reach()
        now = self._clock.now_ms()
        await self._line.reach()
        return now
