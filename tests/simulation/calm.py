"""The liveness phase of a run: faults end, and within bounded time everything settles; then one
last fault, and everything settles again. Every check of how a run must end is here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from server.cluster.exchange import LEASE_S
from server.rules.room_state import digest_of
from tests.simulation.violation import Violation
from tests.support.virtual_time_loop import VirtualTimeLoop

if TYPE_CHECKING:
    from tests.simulation.world import World

LIMIT_S = 90.0
"""Virtual time within which a calm world must come to rest."""
TURNS_MAX = 60_000
"""Work that it may take: ten times that of a whole run."""
REST_S = 12.0
"""Snapshots under way and the last presence are done with after it; presence is told as a whole
within 10 s (PR9), and then has its way to go."""
GONE_S = LEASE_S + 2.0
"""Presence of a dead node is gone after its lease, a beat, and the way to its members."""
EVEN_STEPS = 60
EVEN_STEP_S = 0.05
LEVEL_LOOKS = 40


class Calm:
    """Ends a run."""

    rest_s = REST_S
    """After this, what nodes tell each other from time to time has been told."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def run(self) -> None:
        """The phase, with its checks. Raises Violation."""
        world = self._world
        world.faults.calm = True
        world.outages.end()
        world.cluster.heal()
        await self.settled()
        # once more, so that snapshots under way and the last presence are done with
        await asyncio.sleep(REST_S)
        await self.check()
        if world.cluster.count > 1:
            await self._even_work()
            await self._last_fault()
        elif world.heads or not world.game.has_rival:
            await world.game.end(self)

    # --- coming to rest -------------------------------------------------------------------------

    async def settled(self) -> None:
        """Waits until everybody rests. Raises Violation where that takes too long."""
        world = self._world
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        deadline, turns_max = loop.time() + LIMIT_S, loop.turns + TURNS_MAX
        poked = world.cluster.count == 1 and not world.heads
        while not self._all_rest():
            world.check_bug()
            if loop.time() > deadline or loop.turns > turns_max:
                stuck = [member.name for member in world.members if not member.finished()]
                raise Violation(f"liveness: {stuck or 'nodes'} have not come to rest")
            if poked:
                for room in world.rooms:
                    self._poke(room)
            await asyncio.sleep(0.5)

    def _poke(self, room: str) -> None:
        """A node that neither hears nor looks learns from its next compare what a rival wrote."""
        world = self._world
        if not any(member.session.pending(room) for member in world.members):
            world.game.act(world.members[0])

    def _all_rest(self) -> bool:
        return all(member.finished() for member in self._world.members if not member.away)

    async def _even_work(self) -> None:
        """Where nothing is lost, what one node says is heard on the others: nobody has to look."""
        world = self._world
        rng, nodes = world.rng, list(world.nodes)
        found = self._not_heard()
        if rng.random() < 0.5:  # rooms are opened elsewhere meanwhile
            for node in rng.sample(nodes, len(nodes) - 1):
                world.cluster.drain(node)
        for _ in range(EVEN_STEPS):
            world.game.act(rng.choice(world.members))
            if rng.random() < 0.1:
                rng.choice(world.members).drop()
            await asyncio.sleep(EVEN_STEP_S)
        await self.settled()
        if self._not_heard() > found:
            raise Violation("liveness: what was told in calm was not heard")

    def _not_heard(self) -> int:
        """What had to be read from the log, because nobody had told it in time."""
        cluster = self._world.cluster
        metrics = [node.metrics for node in [*cluster.lives, *cluster.ended]]
        return sum(one.tail_checks_found + one.gaps_filled for one in metrics)

    async def _last_fault(self) -> None:
        """A node dies, stands still or drains. What its members showed is gone in time; they
        themselves are back on another one."""
        world, cluster = self._world, self._world.cluster
        node = world.rng.choice(world.nodes)
        for member in world.members:
            member.point()
        what: Callable[[Any], None] = world.rng.choice((cluster.crash, cluster.drain, self._stop))
        world.faults.noted(f"last fault: {what.__name__.strip('_')}")
        what(node)
        await asyncio.sleep(GONE_S)
        await self.settled()
        await asyncio.sleep(1.0)
        for member in world.members:
            member.point()
        await asyncio.sleep(1.0)
        await self.check()
        await world.game.end(self)

    def _stop(self, node: Any) -> None:
        node.process.freeze()
        loop = asyncio.get_running_loop()
        loop.call_later(GONE_S + 30, self._world.cluster.thaw, node)

    # --- what must hold at rest -------------------------------------------------------------------

    async def check(self) -> None:
        """What must hold at rest. Raises Violation."""
        for _ in range(LEVEL_LOOKS):  # a turn may have ended this very moment
            if self._are_level():
                break
            await asyncio.sleep(EVEN_STEP_S)
        self._world.check_bug()
        for member in self._world.members:
            for room, stay in member.stays.items():
                truth = self._world.truths[room]
                stay.check_end(truth, member.session.client, member.identity.account)
        for node in self._world.nodes:
            if not node.process.frozen:
                self._check_node(node)
        self._check_presence()

    def _are_level(self) -> bool:
        truths = self._world.truths
        here = [node for node in self._world.nodes if not node.process.frozen]
        rooms = [room for node in here for room in node.directory.open_rooms.values()]
        return all(room.replica.version == truths[room.id].version for room in rooms)

    def _check_node(self, node: Any) -> None:
        world = self._world
        for room in node.directory.open_rooms.values():
            truth, version = world.truths[room.id], room.replica.version
            if digest_of(room.replica.state.snapshot()) != truth.digests[version]:
                raise Violation("7: the node's state differs from the history's", room.id)
            looks = world.cluster.count > 1 or world.heads
            if looks and version != truth.version:
                raise Violation(f"7: {node.name} rests at {version} of {truth.version}", room.id)
            if len(room.inbox) > room.services.settings.inbox_max:
                raise Violation("8: an inbox is over its limit", room.id)

    def _check_presence(self) -> None:
        """Everybody who is there is shown to everybody, once, with what it points to; nobody else
        is (PR7 to PR9)."""
        world = self._world
        for room in world.rooms:
            there = [member for member in world.members if member.session.is_live(room)]
            expected = sorted(((m.identity.account, m.stays[room].pointed) for m in there), key=str)
            for member in there:
                stay = member.stays[room]
                self._compare(room, member.name, stay.shown, expected, stay.count)
        world.faults.noted("presence compared")

    def _compare(
        self, room: str, name: str, shown: list[Any], expected: list[Any], count: int
    ) -> None:
        accounts = [account for account, _ in expected]
        if [account for account, _ in shown] != accounts or count != len(accounts):
            raise Violation(f"PR: {name} is shown {shown} ({count}), here are {expected}", room)
        for (account, slot), (_, pointed) in zip(shown, expected, strict=True):
            # what was shown long ago has ended on one side earlier than on the other
            if slot != pointed and None not in (slot, pointed):
                raise Violation(f"PR: {name} sees {account} at {slot}, not {pointed}", room)
