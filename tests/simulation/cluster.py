"""The nodes of a run, and everything that befalls them: crashes, standing still, draining, older
rules, cut lines, partitions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.heartbeat_line import SimulatedHeartbeats
from tests.simulation.log_line import LogLine, Perils
from tests.simulation.node import Node, Surroundings
from tests.simulation.simulated_relay import SimulatedHub
from tests.simulation.trace import EVERYWHERE
from tests.support.virtual_time_loop import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

FREEZE_S = (0.3, 3.0, 12.0, 60.0)
"""How long a node stands still, at the most."""
CUT_S = 8.0
SKEW_MS = 30_000
QUIET_LATE = 0.4
"""Chance that an append of a quiet world comes late."""


class Cluster:
    """Places for nodes, and who lives there. Invariant: one life at a place at a time; lives that
    have ended are kept, for their metrics and because nothing of theirs may be collected early."""

    def __init__(self, world: World, count: int, *, heads: bool) -> None:
        self._world, self._heads = world, heads
        self.count = count
        self.lives: list[Node] = []
        self.ended: list[Node] = []
        self.older_lived = False
        """A node with older rules may have decided something."""
        self._lives_at: Counter[int] = Counter()
        self.hub = SimulatedHub(world.rng, world.faults, world.trace, world.outside)
        self.heartbeats = SimulatedHeartbeats()
        self._around = Surroundings(
            clock=world.clock,
            heartbeats=self.heartbeats,
            faults=world.faults,
            rng=world.rng,
            on_bug=world.on_bug,
            noted=world.faults.noted,
            delivered=self._delivered,
            received=world.received,
            kind=world.game.kind,
            older_kind=world.game.older_kind,
        )

    # --- lives ----------------------------------------------------------------------------------

    def start_all(self) -> None:
        """A life at each place that has none."""
        for place in range(self.count):
            self.start(place)

    def start(self, place: int) -> None:
        """A life at this place, if it has none."""
        world = self._world
        name = f"n{place}"
        if any(self._place_of(node) == place for node in self.lives):
            return
        self._lives_at[place] += 1
        life = f"{name}.{self._lives_at[place]}"
        process = Process()
        line = LogLine(world.log, life, world.rng, world.faults, process, world.outside)
        if not world.busy:
            line.late = QUIET_LATE
        relay = self.hub.end_for(name, process) if self.count > 1 else None
        skewed = self.count > 1 and world.rng.random() < 0.2 and not world.faults.calm
        node = Node(
            life,
            line,
            relay,
            process,
            self._around,
            heads=self._heads,
            older=self.count > 1 and world.faults.strikes("older_rules", 0.5),
            skew_ms=world.rng.randint(-SKEW_MS, SKEW_MS) if skewed else 0,
        )
        line.perils = Perils(lambda: self._soon(self.crash, node), lambda: self.freeze(node))
        self.lives.append(node)
        self.older_lived |= node.older
        world.trace.note(EVERYWHERE, life, "starts", "with older rules" if node.older else "")

    @staticmethod
    def _place_of(node: Node) -> int:
        return int(node.name.partition(".")[0][1:])

    def crash(self, node: Node, *, back: bool = True) -> None:
        """kill -9; another life begins there soon, if it is to come back."""
        if node in self.lives:
            self._world.faults.noted("crashed")
            self._world.trace.note(EVERYWHERE, node.name, "dies")
            node.kill()
            self._buried(node, back=back)

    def crash_all(self) -> None:
        """Every machine is off for a moment."""
        for node in list(self.lives):
            self.crash(node)

    def log_time(self) -> int:
        """What the nodes that live take for the time, the latest of them; the database's where
        none does."""
        begun = [node.clock.now_ms() for node in self.lives if node.begun]
        return max(begun, default=self._world.clock.now_ms())

    def _buried(self, node: Node, *, back: bool = True) -> None:
        if node in self.lives:
            self.lives.remove(node)
            self.ended.append(node)
            if back:
                self._later(self._world.rng.random(), self.start, self._place_of(node))

    def drain(self, node: Node) -> None:
        """SIGTERM; a new life begins when this one has ended."""
        if node.process.frozen or not node.serves:
            return
        self._world.faults.noted("drained")
        self._world.trace.note(EVERYWHERE, node.name, "drains")
        node.drain()
        self._wait_for_end(node)

    def _wait_for_end(self, node: Node) -> None:
        if node.process.dead:
            self._buried(node)
        else:
            self._later(0.1, self._wait_for_end, node)

    def freeze(self, node: Node) -> None:
        """SIGSTOP, and some time later SIGCONT."""
        if node.process.frozen or node.process.dead:
            return
        rng = self._world.rng
        seconds = rng.choice(FREEZE_S) * rng.random()
        self._world.faults.noted("stood still")
        self._world.trace.note(EVERYWHERE, node.name, "stands still for", round(seconds, 1), "s")
        node.process.freeze()
        self._later(seconds, self.thaw, node)

    def thaw(self, node: Node) -> None:
        """It goes on where it was."""
        if node.process.frozen and not node.process.dead:
            self._world.faults.noted("went on")
            self._world.trace.note(EVERYWHERE, node.name, "goes on")
            node.process.thaw()

    def _delivered(self, node: Node) -> None:
        if self._world.faults.strikes("crash_after_delivery", 0.002):
            node.process.kill()  # what is left of this turn does nothing any more
            self._soon(self.crash, node)

    # --- what befalls them ------------------------------------------------------------------------

    def step(self) -> None:
        """The faults of one step of the world."""
        faults, rng = self._world.faults, self._world.rng
        if not self.lives:
            return
        node = rng.choice(self.lives)
        if faults.strikes("crash", 0.03):
            self.crash(node)
        if faults.strikes("drain", 0.02):
            self.drain(node)
        if faults.strikes("freeze", 0.02):
            self.freeze(node)
        if self.count > 1:
            self._step_between(node)

    def _step_between(self, node: Node) -> None:
        faults, rng, hub = self._world.faults, self._world.rng, self.hub
        if faults.strikes("all_killed", 0.005):
            self.crash_all()
        if faults.strikes("database_cut", 0.02):
            node.line.cut = True
            self._say(node.name, "is cut off from the database")
            self._later(CUT_S * rng.random(), self._mend_line, node)
        if faults.strikes("relay_flushed", 0.01):
            self._say("relay", "is flushed")
            hub.flush()
        if faults.strikes("relay_frozen", 0.01):
            self._say("relay", "stands still")
            hub.freeze(CUT_S * rng.random())
        if faults.strikes("relay_down", 0.01):
            self._relay_away(flushed=False)
        if faults.strikes("relay_restarted", 0.01):
            self._relay_away(flushed=True)
        if faults.strikes("relay_cut", 0.02):
            place = node.name.partition(".")[0]
            hub.cut.add(place)
            self._say(place, "is cut off from the relay")
            self._later(CUT_S * rng.random(), hub.cut.discard, place)
        if faults.strikes("partition", 0.03):
            self._part(both=True)
        if faults.strikes("partition_one_way", 0.03):
            self._part(both=False)

    def _relay_away(self, *, flushed: bool) -> None:
        self._say("relay", "is away")
        if flushed:
            self.hub.flush()
        self.hub.down = True
        self._later(CUT_S * self._world.rng.random(), self._relay_back)

    def _relay_back(self) -> None:
        self.hub.down = False

    def _part(self, *, both: bool) -> None:
        rng, parted = self._world.rng, self.hub.partitions
        one, other = rng.sample([f"n{place}" for place in range(self.count)], 2)
        self._world.faults.noted(f"partition {one} from {other}")
        self._say(one, "does not reach", other, "both ways" if both else "")
        ways = {(one, other), (other, one)} if both else {(one, other)}
        parted |= ways
        self._later(CUT_S * rng.random(), parted.difference_update, ways)

    def heal(self) -> None:
        """Every fault ends, but for the dead; nodes with older rules are replaced."""
        hub = self.hub
        hub.down = False
        hub.freeze(0.0)
        hub.cut.clear()
        hub.partitions.clear()
        for node in list(self.lives):
            self._mend_line(node)
            self.thaw(node)
            if node.older and node.serves:
                self.drain(node)
            elif node.older:
                self.crash(node)  # still starting, which SIGTERM would wait for
        self.start_all()

    @staticmethod
    def _mend_line(node: Node) -> None:
        node.line.cut = False

    # --- the rest ---------------------------------------------------------------------------------

    def count_up(self, happened: Counter[str]) -> None:
        """What the nodes counted of themselves, in all their lives."""
        for node in [*self.lives, *self.ended]:
            metrics = node.metrics
            for name, value in metrics.append_outcomes.items():
                happened[f"append {name}"] += value
            for way, value in metrics.joins.items():
                happened[f"joined by {way}"] += value
            happened["gap filled"] += metrics.gaps_filled
            happened["news shown"] += metrics.news_shown
            happened["tail check found"] += metrics.tail_checks_found
            happened["presence asked for"] += metrics.presence_asked

    def _say(self, who: str, what: str, *details: object) -> None:
        self._world.trace.note(EVERYWHERE, who, what, *details)

    def _later(self, delay_s: float, callback: Callable[..., object], *args: object) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(delay_s, callback, *args, context=self._world.outside)

    def _soon(self, callback: Callable[..., object], *args: object) -> None:
        asyncio.get_running_loop().call_soon(callback, *args, context=self._world.outside)
