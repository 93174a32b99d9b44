"""One life of a server process in a run: directory, exchange, watches and connections, as the
composition root puts them together, on simulated log, relay, clock and time.

It can stand still, die and drain like a process (virtual_time_loop.Process).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from protocol.codec import Codec
from server.clock import NodeClock
from server.cluster.exchange import Exchange
from server.cluster.head_watch import HeadWatch
from server.cluster.heartbeat import Heartbeat
from server.cluster.watch import Watch
from server.config import Settings
from server.identity import Identity
from server.metrics import Metrics
from server.readiness import Readiness
from server.rooms.directory import Directory
from server.rules.kind import RoomKind
from storage.errors import StorageError
from tests.simulation.clocks import DatabaseClock, MachineClock
from tests.simulation.faults import Faults
from tests.simulation.heartbeat_line import HeartbeatLine, SimulatedHeartbeats, TimeLine
from tests.simulation.log_line import LogLine
from tests.simulation.server_end import ServerEnd
from tests.simulation.simulated_relay import SimulatedRelay
from tests.support.virtual_time_loop import Process

START_AGAIN_S = 0.5
"""A node that cannot begin, because the database is away, is started again so soon."""


class SlowTurns(Directory):
    """The shipped directory on a loop whose turns take time: between two pieces of a fan-out
    anything else may happen."""

    rng: Random
    noted: Callable[[str], None]

    def _call_soon(self, callback: Callable[[], None]) -> object:
        for room in self.open_rooms.values():
            if room.inbox and not room.audience.is_nearly_shown:
                self.noted("gate closed")
        wait = (0.05 if self.rng.random() < 0.1 else 0.005) * self.rng.random()
        return asyncio.get_running_loop().call_later(wait, callback)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a node is given."""

    clock: DatabaseClock
    heartbeats: SimulatedHeartbeats
    faults: Faults
    rng: Random
    on_bug: Callable[[Exception], None]
    noted: Callable[[str], None]
    delivered: Callable[[Node], None]
    """A message has left for a client."""
    received: dict[tuple[str, int], int]
    kind: RoomKind[Any]
    older_kind: RoomKind[Any]
    """What nodes with older rules know of it."""


class Node:
    """One life of a server process. `relay` None: it is alone; `heads`: whether it then compares
    heads."""

    def __init__(
        self,
        name: str,
        line: LogLine,
        relay: SimulatedRelay | None,
        process: Process,
        around: Surroundings,
        *,
        heads: bool,
        older: bool = False,
        skew_ms: int = 0,
    ) -> None:
        self.name, self.line, self.relay, self.process = name, line, relay, process
        self.older = older
        """Its rules do not know every event."""
        self.around = around
        self.clock = NodeClock(MachineClock(around.clock, skew_ms))
        self.metrics = Metrics()
        self.readiness = Readiness()
        self.ends: list[ServerEnd] = []
        self.begun = False
        self.draining = False
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.exchange: Exchange | None = None
        rng = around.rng
        self.directory = SlowTurns(
            log=line,
            clock=self.clock,
            settings=Settings(
                tail_bytes_max=4_096,
                fan_out_piece=1,
                fan_out_overlap=rng.choice((1, 2, 3)),
                idle_close_s=5.0,
                snapshot_s=3.0,
                batch_max=8,
                attempts_max=6,
            ),
            metrics=self.metrics,
            kinds={around.kind.name: around.older_kind if older else around.kind},
            on_bug=around.on_bug,
            draw=lambda: rng.getrandbits(64),
        )
        self.directory.rng, self.directory.noted = rng, around.noted
        self._heartbeat = Heartbeat(
            store=HeartbeatLine(line, around.heartbeats, around.faults),
            clock=self.clock,
            metrics=self.metrics,
            readiness=self.readiness,
            node=name,
            every_s=0.5,
            tell=self.directory.outage,
            # a node that is alone has a database of its own, and its machine's clock
            ask=None if relay is None else TimeLine(line, around.clock).ask,
        )
        self.directory.pulse = self._heartbeat
        process.run(lambda: self._run("start", self._begin(heads=heads), ends=True))

    async def _begin(self, *, heads: bool) -> None:
        """First the clock and what outages there were, then everything else."""
        while True:
            try:
                await self._heartbeat.begin()
            except StorageError:
                await asyncio.sleep(START_AGAIN_S)
            else:
                break
        self._start(heads=heads)
        self.begun = True
        with suppress(StorageError):  # the next one is as good
            await self._heartbeat.beat()
        self._run("heartbeat", self._heartbeat.run())

    def _start(self, *, heads: bool) -> None:
        around = self.around
        if self.relay is not None:
            self.relay.begin()
            self.exchange = Exchange(
                self.relay,
                rooms=self.directory.open_rooms,
                clock=self.clock,
                metrics=self.metrics,
                node=self.name,
                name=self.name.partition(".")[0],
                version="1.0",
                tick_s=0.04,
            )
            self.directory.neighbours = self.exchange
            self._run("relay", self.relay.run())
            self._run("exchange", self.exchange.run())
        self.directory.start()
        watch = Watch(
            check=self.line.check,
            clock=self.clock,
            readiness=self.readiness,
            members=_Members(self),
            unreadable=self.directory.unreadable,
            sound=lambda: self.exchange is None or self.exchange.sound,
        )
        self._run("watch", watch.run())
        if heads or self.exchange is not None:
            found = HeadWatch(
                log=self.line,
                rooms=self.directory.open_rooms,
                every_s=0.3,
                news=self.exchange,
                metrics=self.metrics,
                draw=around.rng.uniform,
            )
            self._run("heads", found.run())

    def _run(self, name: str, work: object, *, ends: bool = False) -> None:
        assert asyncio.iscoroutine(work)
        task = self._tasks[name] = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(lambda task: self._ended(task, ends=ends))

    def _ended(self, task: asyncio.Task[None], *, ends: bool) -> None:
        if not task.cancelled() and not self.draining:
            error = task.exception()
            if error is None and ends:
                return
            self.around.on_bug(
                error
                if isinstance(error, Exception)
                else RuntimeError(f"{task.get_name()} ended: {error}")
            )

    @property
    def serves(self) -> bool:
        """Whether a client finds it."""
        return self.begun and not self.process.dead and not self.draining

    @property
    def reaches(self) -> bool:
        """Whether it can take commands now."""
        return self.serves and not self.process.frozen and not self.line.down

    def connect(
        self,
        identity: Identity,
        codec: Codec,
        deliver: Callable[[bytes], None],
        lose: Callable[[], None],
    ) -> ServerEnd:
        """A client has opened a connection."""
        end = self.process.run(lambda: ServerEnd(self, identity, codec, deliver, lose))
        self.ends.append(end)
        return end

    def delivered(self) -> None:
        """A message has left for a client."""
        self.around.delivered(self)

    def hear(self, room_id: str, first: int, tag_before: str, records: list[bytes]) -> None:
        """Somebody outside tells of committed entries, whenever that comes, or never."""
        self.process.call(self._hear, room_id, first, tag_before, records)

    def _hear(self, room_id: str, first: int, tag_before: str, records: list[bytes]) -> None:
        room = self.directory.open_rooms.get(room_id)
        if room is None or self.older:
            return
        if room.audience.unwritten and first > room.replica.committed.version:
            self.around.noted("heard amid pieces")
        room.hear(first, tag_before, records)

    def kill(self) -> None:
        """kill -9: nothing is finished, nobody is told; what was handed to the database goes on
        without us."""
        self.process.kill()
        if self.relay is not None:
            self.relay.die()
        for end in self.ends:
            end.cut()

    def drain(self) -> None:
        """SIGTERM: what is under way is finished, the other nodes are told, then it ends."""
        self.draining = True
        self.process.run(lambda: self._run("drain", self._drain()))

    async def _drain(self) -> None:
        self._heartbeat.leaves()
        for end in self.ends:
            end.end()
        await self.directory.stop()
        for name, task in self._tasks.items():
            if name != "drain":
                task.cancel()
        if self.exchange is not None:
            await asyncio.gather(self._tasks["exchange"], return_exceptions=True)
            await self.exchange.close()
        await self._heartbeat.leave()
        self.kill()


class _Members:
    """Implements server.cluster.watch.Members, as the composition root does."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def tell(self, code: str) -> None:
        self._node.around.noted(f"told {code}")
        for room in self._node.directory.open_rooms.values():
            room.notify(code)

    def send_away(self) -> None:
        for end in list(self._node.ends):
            end.end()
