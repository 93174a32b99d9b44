"""When the database was away, and which turns are owed time for it: those that were running in a
room that a node served all the while, by one clock.

Only where a run has one node: what several owe each other is not theirs to know.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.simulation.trace import EVERYWHERE

if TYPE_CHECKING:
    from tests.simulation.world import World

SURELY_NOTICED_S = 2.5
"""The watch looks every second, and waits a second for an answer."""
LAST_S = (1.0, 3.0, 6.0, 25.0)


class Outages:
    """Invariant: a turn is owed time only while nothing has befallen its node or its clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._began_s: float | None = None
        self._running: dict[str, int] = {}

    def begin(self) -> None:
        """The database goes away, for a while."""
        world, loop = self._world, asyncio.get_running_loop()
        if not world.log.down:
            world.trace.note(EVERYWHERE, "database", "is away")
            self._began_s = loop.time()
            self._running = self._turns() if self._may_owe() else {}
        world.log.down = True
        seconds = world.rng.choice(LAST_S) * world.rng.random()
        loop.call_later(seconds, self.end)

    def _may_owe(self) -> bool:
        nodes = self._world.nodes
        return self._world.cluster.count == 1 and bool(nodes) and not nodes[0].process.frozen

    def _turns(self) -> dict[str, int]:
        world = self._world
        found: dict[str, int] = {}
        for room, truth in world.truths.items():
            deadline: int | None = truth.state.inner.deadline
            served = any(member.session.is_live(room) for member in world.members)
            if deadline is not None and deadline > world.clock.now_ms() and served:
                found[room] = deadline
        return found

    def end(self) -> None:
        """It answers again."""
        world, began_s = self._world, self._began_s
        world.log.down = False
        self._began_s = None
        if began_s is None:
            return
        world.trace.note(EVERYWHERE, "database", "is back")
        if asyncio.get_running_loop().time() - began_s >= SURELY_NOTICED_S:
            for room, deadline in self._running.items():
                if world.truths[room].state.inner.deadline == deadline:
                    world.truths[room].owed = deadline
                    world.faults.noted("a turn is owed time")

    def forget(self) -> None:
        """Something has befallen the node, or the clock: nobody can know any more."""
        self._running = {}
        for truth in self._world.truths.values():
            truth.owed = None
