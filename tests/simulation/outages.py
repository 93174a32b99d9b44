"""When nobody could take a command, as somebody outside of the run would see it: what turns are
owed. Asks the loop what time it is and the nodes whether they reach their database; must not know
how the product finds outages, so that it can be a judge of that. SPEC: CK, RM20.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.simulation.trace import EVERYWHERE

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOK_S = 0.2
SURELY_NOTICED_S = 3.0
"""A silence of 1.5 s is an outage; nodes speak twice a second, and what they say takes its time."""
LAST_S = (1.0, 3.0, 6.0, 25.0)


class Outages:
    """Invariant: `_dark` are stretches of the run's time, in order, that do not overlap."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._dark: list[tuple[float, float]] = []
        self._since_s: float | None = None

    def watch(self) -> None:
        """Looks now, and again and again."""
        loop = asyncio.get_running_loop()
        if any(node.reaches for node in self._world.nodes):
            self._lit(loop.time())
        elif self._since_s is None:
            self._since_s = loop.time()
        loop.call_later(LOOK_S, self.watch, context=self._world.outside)

    def _lit(self, now_s: float) -> None:
        since_s, self._since_s = self._since_s, None
        if since_s is not None and now_s - since_s >= SURELY_NOTICED_S:
            self._dark.append((since_s, now_s))
            self._world.faults.noted("nobody could take anything")

    def lit_s(self, from_s: float, to_s: float) -> float:
        """For how long somebody could take commands in this stretch of the run, s."""
        dark = sum(max(0.0, min(to_s, end) - max(from_s, begin)) for begin, end in self._dark)
        return to_s - from_s - dark

    # --- the database -----------------------------------------------------------------------------

    def begin(self) -> None:
        """The database goes away, for a while."""
        world = self._world
        if not world.log.down:
            world.trace.note(EVERYWHERE, "database", "is away")
        world.log.down = True
        seconds = world.rng.choice(LAST_S) * world.rng.random()
        asyncio.get_running_loop().call_later(seconds, self.end)

    def end(self) -> None:
        """It answers again."""
        if self._world.log.down:
            self._world.trace.note(EVERYWHERE, "database", "is back")
        self._world.log.down = False
