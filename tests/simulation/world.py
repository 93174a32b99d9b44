"""One run: nodes on one log with a relay between them, a rival writer, members, and faults, all
from one seed. Safety under faults first, then calm and liveness (calm.py).

`python -m tests.simulation --seed N` repeats a run exactly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from protocol.codec import JSON, MSGPACK
from protocol.membership import MemberJoined
from server.rooms.replica import Replica
from server.rules.kind import Stamp
from storage.room_log import EMPTY, Head, ListingChange, RoomAppend
from tests.simulation.calm import Calm
from tests.simulation.claims_game import ClaimsGame
from tests.simulation.client import Member, account_name
from tests.simulation.clocks import DatabaseClock
from tests.simulation.cluster import Cluster
from tests.simulation.faults import Faults
from tests.simulation.game import MakeGame
from tests.simulation.node import Node
from tests.simulation.outages import Outages
from tests.simulation.rival import Rival
from tests.simulation.simulated_log import SimulatedLog
from tests.simulation.trace import Trace
from tests.simulation.truth import Truth
from tests.support.recording_recipient import account_id
from tests.support.virtual_time_loop import VirtualTimeLoop, outside, run_in_virtual_time

ROOMS = ("r_" + "s" * 22, "r_" + "t" * 22)
QUIET = 0.05
"""Chance of an act in a step of a quiet world."""
QUIET_LASTS = 5
"""So many times longer: not much happens in it."""
PACES_S = (0.1, 0.1, 0.1, 0.8)
"""How long a step takes, at the most: leases and silence take longer than most else."""
STEPS = 40
STEPS_SLOW = 12


@dataclass
class Report:
    """What a run did."""

    seed: int
    entries: int = 0
    turns: int = 0
    """How often everything that was ready has run."""
    happened: dict[str, int] = field(default_factory=dict[str, int])


class World:
    """Everything that exists in one run."""

    def __init__(self, seed: int, make: MakeGame = ClaimsGame) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.outside = outside()
        self.faults = Faults(self.rng)
        self.trace = Trace()
        self.clock = DatabaseClock()
        self.game = game = make(self)
        self.rooms = ROOMS[: self.rng.choice(game.room_counts)]
        self.judges = {room: game.judge(room) for room in self.rooms}
        self.truths = {room: Truth(room, game.kind, self.judges[room]) for room in self.rooms}
        self.log = SimulatedLog(self.faults, self.truths, self.trace)
        self.bug: Exception | None = None
        self.busy = self.rng.random() < 0.7
        """In a quiet world a lost append is still the next one when it lands after all."""
        self.heads = seed % 3 == 0
        """Whether a node that is alone compares heads, in a third of all runs; if not, what the
        rival wrote last is noticed by the next command's compare."""
        self._names = game.names()
        self.received: dict[tuple[str, int], int] = {}
        """(client, seq) to when a node had it first, ms of its log time."""
        self.cluster = Cluster(self, self.rng.choice(game.node_counts), heads=self.heads)
        self.members: list[Member] = []
        self._pace_s = self.rng.choice(PACES_S)
        self._rival = Rival(self)
        self.outages = Outages(self)

    @property
    def nodes(self) -> list[Node]:
        """Those that live."""
        return self.cluster.lives

    def log_time(self) -> int:
        """What time it is for the nodes."""
        return self.cluster.log_time()

    async def run(self) -> Report:
        """The whole run. Raises Violation, or what the product raised, with the last steps of the
        room concerned."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        loop.set_exception_handler(self._unhandled)
        with self._told():
            self._begin()
            if self.game.in_calm:
                await self.game.end(Calm(self))
            else:
                await self._under_faults()
                await Calm(self).run()
        entries = sum(truth.version for truth in self.truths.values())
        for judge in self.judges.values():
            self.faults.happened.update(judge.happened)
        self.cluster.count_up(self.faults.happened)
        return Report(self.seed, entries, loop.turns, dict(self.faults.happened))

    async def _under_faults(self) -> None:
        slow = self._pace_s > 0.5
        steps = self.rng.randint(STEPS, 3 * STEPS)
        if slow:
            steps = self.rng.randint(STEPS_SLOW, 5 * STEPS_SLOW)
        for _ in range(steps if self.busy or slow else steps * QUIET_LASTS):
            await asyncio.sleep(self._pace_s * self.rng.random())
            self._step()
            self.check_bug()
            if self.game.has_ended():
                break

    def _begin(self) -> None:
        for room in self.rooms:
            self._open_room(room)
        self.cluster.start_all()
        self.outages.watch()
        for index, name in enumerate(self._names):
            member = Member(self, name, MSGPACK if index % 2 else JSON)
            self.members.append(member)
            member.connect()
        self.faults.noted(f"runs with {self.cluster.count} nodes")

    @contextmanager
    def _told(self) -> Generator[None]:
        """Whoever reads of a failure is told what led to it."""
        try:
            yield
        except Exception as error:
            room = getattr(error, "room", "") or self.rooms[0]
            error.add_note(self.trace.last_of(room))
            raise

    # --- the safety phase ----------------------------------------------------------------------

    def _step(self) -> None:
        faults, rng = self.faults, self.rng
        for _ in range(rng.randint(1, 4) if self.busy else rng.random() < QUIET):
            self.game.act(rng.choice(self.members))
        if rng.random() < 0.1:
            rng.choice(self.members).point()
        self.cluster.step()
        if faults.strikes("drop", 0.1):
            rng.choice(self.members).drop()
        if faults.strikes("slow_reader", 0.1):
            self._slow_reader()
        if faults.strikes("database_down", 0.03):
            self.outages.begin()
        if faults.strikes("clock_jump", 0.05):
            self.clock.offset_ms += rng.choice((-3_600_000, -30_000, 30_000, 3_600_000))
        if faults.strikes("clock_leap", 0.02):
            self.cluster.crash_all()  # two days later
            self.clock.offset_ms += 49 * 3_600_000
        if self.game.has_rival and faults.strikes("rival", 0.3):
            asyncio.get_running_loop().create_task(self._rival.write(), name="rival")

    def _slow_reader(self) -> None:
        end = self.rng.choice(self.members).end
        if end is not None and not end.paused and not end.dead:
            process = end.node.process
            process.call(end.pause)
            asyncio.get_running_loop().call_later(2 * self.rng.random(), process.call, end.resume)

    # --- the rest ------------------------------------------------------------------------------

    def _open_room(self, room: str) -> None:
        replica = Replica(self.game.kind, tail_bytes_max=4_096)
        owner = self._names[0]
        opened, *others = self.game.opening(owner)
        people = [
            *(one for one in self._names[1:] if one == account_name(one)),
            *(["rival"] if self.game.has_rival else []),
        ]
        joined = [MemberJoined(account_id(name), name, "editor") for name in people]
        now = self.log_time()
        replica.propose(
            [opened, *joined, *others], Stamp(1, now, account_id(owner), "", 0), salt=""
        )
        change = RoomAppend(
            room=room,
            expected=EMPTY,
            records=[one.record for one in replica.proposed],
            head=Head(replica.version, replica.tag),
            kind=self.game.kind.name,
            listing=ListingChange("Simulation", {}),
            at=now,
        )
        assert self.log.commit_now(change, "maker")

    def on_bug(self, error: Exception) -> None:
        """A node has found that it is wrong."""
        self.bug = self.bug or error

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        self.on_bug(
            error if isinstance(error, Exception) else RuntimeError(str(context.get("message")))
        )

    def check_bug(self) -> None:
        """Raises what nobody waits for."""
        if self.bug is not None:
            raise self.bug


def simulate(seed: int, make: MakeGame = ClaimsGame) -> Report:
    """Runs one seed in virtual time. Raises what went wrong."""

    async def run() -> Report:
        return await World(seed, make).run()

    return run_in_virtual_time(run())
