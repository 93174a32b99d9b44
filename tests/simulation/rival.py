"""Another writer of a run: a process that only writes, over a good line, and tells the nodes or
not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from server.rooms.replica import Replica
from server.rules.kind import Stamp
from storage.room_log import Head, RoomAppend
from tests.simulation.claims import CLAIMS, SLOTS, Claimed, Released
from tests.support.recording_recipient import account_id

if TYPE_CHECKING:
    from tests.simulation.world import World

RIVAL = account_id("rival")


class Rival:
    """Writes to the first room: reads to the head, then compare-and-append."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._replica = Replica(CLAIMS, tail_bytes_max=4_096)

    async def write(self) -> None:
        """Once; not while it is writing."""
        world, replica = self._world, self._replica
        room, rng = world.rooms[0], world.rng
        slot = rng.randrange(SLOTS)
        if replica.proposed:
            return
        replica.ingest(world.truths[room].records[replica.version :])
        owner = replica.state.inner.slots.get(slot)
        if owner not in {None, RIVAL} or self._would_hide_an_outage():
            return
        event = Claimed(slot) if owner is None else Released(slot)
        now = max(replica.state.at, world.log_time())
        replica.propose([event], Stamp(replica.version + 1, now, RIVAL, "", 0), salt="")
        change = RoomAppend(
            room=room,
            expected=replica.committed,
            records=[one.record for one in replica.proposed],
            head=Head(replica.version, replica.tag),
            due_at=CLAIMS.next_deadline(replica.state.inner),
            at=replica.state.at,
        )
        await asyncio.sleep(0.01 * rng.random())
        if world.log.commit_now(change, "rival"):
            replica.commit()
            if rng.random() < 0.7:  # else the nodes find out by themselves
                wait = (0.3 if rng.random() < 0.2 else 0.01) * rng.random()
                asyncio.get_running_loop().call_later(wait, self._tell_nodes, change)
        else:
            replica.roll_back()

    def _would_hide_an_outage(self) -> bool:
        """A node says first what was before it writes; this writer knows of no outages."""
        state = self._replica.state
        found = self._world.cluster.heartbeats.found.values()
        running = state.inner.deadline is not None
        return running and any(one.ended >= state.at for one in found)

    def _tell_nodes(self, change: RoomAppend) -> None:
        before = change.expected
        for node in self._world.nodes:
            if node.serves:
                self._world.faults.noted("heard")
                node.hear(change.room, before.version + 1, before.tag, list(change.records))
