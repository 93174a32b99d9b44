"""One run: a node, a rival writer, members, and faults, all from one seed. Safety under faults
first, then calm and liveness.

`python -m tests.simulation --seed N` repeats a run exactly.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

from protocol.codec import JSON, MSGPACK
from protocol.membership import MemberJoined, RoomOpened
from server.rooms.replica import Replica
from server.rules.kind import Stamp
from server.rules.room_state import digest_of
from storage.room_log import EMPTY, Head, ListingChange, RoomAppend
from tests.simulation.claims import CLAIMS, SLOTS, Claimed, Released
from tests.simulation.client import Member
from tests.simulation.faults import Faults
from tests.simulation.node import Node, SimulatedClock
from tests.simulation.simulated_log import SimulatedLog
from tests.simulation.truth import Truth, Violation
from tests.support.recording_recipient import account_id
from tests.support.virtual_time_loop import run_in_virtual_time

ROOM = "r_" + "s" * 22
NAMES = ("ana", "ben", "cora", "dave", "ella")
RIVAL = account_id("rival")
QUIET = 0.05
"""Chance of an act in a step of a quiet world."""
QUIET_LASTS = 5
"""So many times longer: not much happens in it."""
QUIET_LATE = 0.4
"""Chance that an append of a quiet world comes late."""
CALM_LIMIT_S = 300.0
"""Virtual time within which a calm world must come to rest."""


@dataclass
class Report:
    """What a run did."""

    seed: int
    entries: int = 0
    happened: dict[str, int] = field(default_factory=dict[str, int])


class World:
    """Everything that exists in one run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.faults = Faults(self.rng)
        self.truth = Truth()
        self.log = SimulatedLog(self.rng, self.faults, self.truth)
        self.clock = SimulatedClock()
        self.room = ROOM
        self.node: Node | None = None
        self.bug: Exception | None = None
        count = self.rng.randint(2, len(NAMES))
        self.members: list[Member] = []
        self._names = NAMES[:count]
        self.busy = self.rng.random() < 0.7
        """In a quiet world a lost append is still the next one when it lands after all."""
        if not self.busy:
            self.log.late = QUIET_LATE
        self._heads = seed % 3 == 0
        """Whether nodes compare heads, in a third of all runs; if not, what the rival wrote last
        is noticed by the next command's compare."""
        self._rival = Replica(CLAIMS, tail_bytes_max=4_096)

    async def run(self) -> Report:
        """The whole run. Raises Violation, or what the product raised."""
        asyncio.get_running_loop().set_exception_handler(self._unhandled)
        self._open_room()
        self._start_node()
        for index, name in enumerate(self._names):
            member = Member(self, name, MSGPACK if index % 2 else JSON)
            self.members.append(member)
            member.connect()
        for _ in range(self.rng.randint(40, 120) * (1 if self.busy else QUIET_LASTS)):
            await asyncio.sleep(0.1 * self.rng.random())
            self._step()
            self._check_bug()
        await self._calm()
        self._check_end()
        return Report(self.seed, self.truth.version, dict(self.faults.happened))

    # --- the safety phase ----------------------------------------------------------------------

    def _step(self) -> None:
        faults, rng = self.faults, self.rng
        for _ in range(rng.randint(1, 4) if self.busy else rng.random() < QUIET):
            rng.choice(self.members).act()
        if self.log.crash_soon.is_set() or faults.strikes("crash", 0.03):
            self._crash()
        if faults.strikes("drop", 0.1):
            rng.choice(self.members).drop()
        if faults.strikes("slow_reader", 0.1):
            self._slow_reader()
        if faults.strikes("database_down", 0.03):
            self.log.down = True
            asyncio.get_running_loop().call_later(3 * rng.random(), self._database_up)
        if faults.strikes("clock_jump", 0.05):
            self.clock.offset_ms += rng.choice((-3_600_000, -30_000, 30_000, 3_600_000))
        if faults.strikes("clock_leap", 0.02):
            self.clock.offset_ms += 49 * 3_600_000
        if faults.strikes("rival", 0.3):
            asyncio.get_running_loop().create_task(self._rival_writes(), name="rival")

    def _crash(self) -> None:
        self.log.crash_soon.clear()
        if self.node is not None:
            self.faults.noted("crashed")
            node, self.node = self.node, None
            node.kill()
            asyncio.get_running_loop().call_later(self.rng.random(), self._start_node)

    def _start_node(self) -> None:
        if self.node is None:
            self.node = Node(
                self.log,
                self.clock,
                self.rng,
                self._on_bug,
                heads=self._heads,
                noted=self.faults.noted,
            )

    def _slow_reader(self) -> None:
        member = self.rng.choice(self.members)
        end = member.end
        if end is not None and not end.paused and not end.dead:
            end.pause()
            asyncio.get_running_loop().call_later(2 * self.rng.random(), self._read_again, end)

    def _read_again(self, end: object) -> None:
        from tests.simulation.node import ServerEnd

        assert isinstance(end, ServerEnd)
        if not end.dead:
            end.resume()

    def _database_up(self) -> None:
        self.log.down = False

    async def _rival_writes(self) -> None:
        """Another process writes to the same room: reads to the head, then compare-and-append."""
        replica, slot = self._rival, self.rng.randrange(SLOTS)
        if replica.proposed:
            return
        replica.ingest(self.truth.records[replica.version :])
        owner = replica.state.inner.slots.get(slot)
        if owner not in {None, RIVAL}:
            return
        event = Claimed(slot) if owner is None else Released(slot)
        now = max(replica.state.at, self.clock.now_ms())
        replica.propose([event], Stamp(replica.version + 1, now, RIVAL, "", 0), salt="")
        change = RoomAppend(
            room=ROOM,
            expected=replica.committed,
            records=[one.record for one in replica.proposed],
            head=Head(replica.version, replica.tag),
            due_at=CLAIMS.next_deadline(replica.state.inner),
            at=replica.state.at,
        )
        await asyncio.sleep(0.01 * self.rng.random())
        if self.log.commit_now(change):
            replica.commit()
            if self.rng.random() < 0.7:  # else the node finds out by itself
                wait = (0.3 if self.rng.random() < 0.2 else 0.01) * self.rng.random()
                asyncio.get_running_loop().call_later(wait, self._tell_node, change)
        else:
            replica.roll_back()

    def _tell_node(self, change: RoomAppend) -> None:
        if self.node is not None:
            self.faults.noted("heard")
            before = change.expected
            self.node.hear(ROOM, before.version + 1, before.tag, list(change.records))

    # --- the liveness phase --------------------------------------------------------------------

    async def _calm(self) -> None:
        self.faults.calm = True
        self.log.down = False
        self.log.crash_soon.clear()
        self._start_node()
        deadline = asyncio.get_running_loop().time() + CALM_LIMIT_S
        while not all(member.finished() for member in self.members):
            self._check_bug()
            if asyncio.get_running_loop().time() > deadline:
                stuck = [m.name for m in self.members if not m.finished()]
                raise Violation(f"liveness: {stuck} have not come to rest")
            pending = any(member.session.pending(ROOM) for member in self.members)
            if not pending and not self._heads:
                self.members[0].act()
            await asyncio.sleep(0.5)
        # once more, so that snapshots under way and the last presence are done with
        await asyncio.sleep(10)
        self._check_bug()

    def _check_end(self) -> None:
        truth = self.truth
        for member in self.members:
            client = member.session.client
            for seq in member.refused:
                truth.check_refused(client, seq)
            for seq, version in member.settled.items():
                truth.check_accepted(client, seq, version)
            if len(member.settled) + len(member.refused) + len(member.expired) != member.submitted:
                raise Violation(
                    f"5: {member.name} submitted {member.submitted}, other numbers ended"
                )
            known = set(truth.state.inner.whispers.get(member.identity.account, []))
            if member.whispers != known:
                raise Violation(
                    f"9: {member.name} knows {len(member.whispers)} of {len(known)} own whispers"
                )
        assert self.node is not None
        for room in self.node.directory.open_rooms.values():
            if digest_of(room.replica.state.snapshot()) != truth.digests[room.replica.version]:
                raise Violation("7: the node's state differs from the history's")
            for name, value in room.services.metrics.append_outcomes.items():
                self.faults.happened[f"append {name}"] += value
            if len(room.inbox) > room.services.settings.inbox_max:
                raise Violation("8: an inbox is over its limit")

    # --- the rest ------------------------------------------------------------------------------

    def _open_room(self) -> None:
        replica = Replica(CLAIMS, tail_bytes_max=4_096)
        opened = RoomOpened("claims", "Simulation", account_id(self._names[0]), self._names[0])
        people = [*self._names[1:], "rival"]
        joined = [MemberJoined(account_id(name), name, "editor") for name in people]
        now = self.clock.now_ms()
        replica.propose(
            [opened, *joined], Stamp(1, now, account_id(self._names[0]), "", 0), salt=""
        )
        change = RoomAppend(
            room=ROOM,
            expected=EMPTY,
            records=[one.record for one in replica.proposed],
            head=Head(replica.version, replica.tag),
            kind="claims",
            listing=ListingChange("Simulation", {}),
            at=now,
        )
        assert self.log.commit_now(change)

    def _on_bug(self, error: Exception) -> None:
        self.bug = error

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        self.bug = (
            error if isinstance(error, Exception) else RuntimeError(str(context.get("message")))
        )

    def _check_bug(self) -> None:
        if self.bug is not None:
            raise self.bug


def simulate(seed: int) -> Report:
    """Runs one seed in virtual time. Raises what went wrong."""

    async def run() -> Report:
        return await World(seed).run()

    return run_in_virtual_time(run())
