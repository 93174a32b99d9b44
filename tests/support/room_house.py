"""A directory of rooms on a log in memory, without sockets: what tests of rooms live in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from msgspec import Raw

from protocol.client_messages import PresenceUpdate, Submit
from protocol.identifiers import MadeAt, Position
from protocol.membership import CreateInvitation
from server.config import Settings
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rooms.follower import Follower
from server.rooms.room import Room
from server.rules.kind import RoomKind
from storage.errors import StorageUnavailable
from storage.room_log import Outcome, Page, Refused, RoomAppend, Unknown
from storage.room_log_memory import MemoryRoomLog
from tests.simulation.claims import CLAIMS, Claim
from tests.support.manual_clock import ManualClock
from tests.support.recording_recipient import RecordingRecipient

INVITATION = "i_aaaaaaaaaaa"


class FaultyLog(MemoryRoomLog):
    """Memory with faults that a test asks for, one append each, in order."""

    def __init__(self, *, exclusive: bool = False) -> None:
        super().__init__(exclusive=exclusive)
        self.faults: list[str] = []
        """`lost` (not executed, unknown), `reply lost` (executed, unknown), `refused`."""
        self.down = False
        self.appends: list[list[RoomAppend]] = []
        self.gate: asyncio.Event | None = None
        """While set and not open, appends wait."""
        self.barriers = 0

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        self.appends.append(list(batch))
        if self.gate is not None:
            await self.gate.wait()
        fault = self.faults.pop(0) if self.faults else ""
        if self.down or fault == "refused":
            return [Refused("down") for _ in batch]
        if fault == "lost":
            return [Unknown() for _ in batch]
        outcomes = self.apply(batch)
        return [Unknown() for _ in batch] if fault == "reply lost" else outcomes

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        if self.down:
            raise StorageUnavailable("down")
        return await super().read(room, first, last=last, bytes_max=bytes_max)

    async def barrier(self) -> None:
        if self.down:
            raise StorageUnavailable("down")
        self.barriers += 1


class House:
    """One node's rooms. `ana` owns the room `room`; others come in by `guest`."""

    def __init__(self, directory: Directory, log: FaultyLog, clock: ManualClock) -> None:
        self.directory = directory
        self.log = log
        self.clock = clock
        self.metrics = Metrics()
        self.bugs: list[Exception] = []
        self.room = ""
        self.ana = RecordingRecipient("ana")
        self._seqs: dict[str, int] = {}

    @property
    def live(self) -> Room:
        """The open room."""
        return self.directory.open_rooms[self.room]

    async def guest(
        self, name: str, *, position: Position | None = None, **options: Any
    ) -> tuple[RecordingRecipient, Follower]:
        """Somebody who joins by an invitation, as an editor."""
        recipient = RecordingRecipient(name, **options)
        follower = await self.directory.join(
            recipient, self.room, invitation=INVITATION, position=position
        )
        assert follower is not None
        return recipient, follower

    def submit(
        self,
        follower: Follower,
        command: Any,
        *,
        seq: int | None = None,
        again: bool = False,
        made: int | None = None,
        generation: str | None = None,
    ) -> int:
        """A command as it comes off the wire."""
        client = follower.recipient.client
        if seq is None:
            seq = self._seqs[client] = self._seqs.get(client, 0) + 1
        version = self.live.replica.committed.version if made is None else made
        raw = follower.recipient.codec.raw(command)
        follower.submit(
            Submit(self.room, seq, MadeAt(generation or self.log.generation, version), raw, again)
        )
        return seq

    async def settle(self) -> None:
        """Lets everything that can happen now happen."""
        for _ in range(120):
            await asyncio.sleep(0)


def presence_of(room: str, key: str, value: Any) -> PresenceUpdate:
    """A presence message as it comes off the wire."""
    return PresenceUpdate(room, key, Raw(msgspec.json.encode(value)))


@asynccontextmanager
async def house(
    *,
    kind: RoomKind[Any] = CLAIMS,
    exclusive: bool = False,
    settings: Settings | None = None,
    on_bug: Callable[[Exception], None] | None = None,
) -> AsyncGenerator[House]:
    """A house with one room."""
    log, clock, bugs = FaultyLog(exclusive=exclusive), ManualClock(), list[Exception]()
    metrics = Metrics()
    directory = Directory(
        log=log,
        clock=clock,
        settings=settings or Settings(presence_tick_ms=3_600_000),
        metrics=metrics,
        kinds={kind.name: kind},
        on_bug=on_bug or bugs.append,
    )
    directory.start()
    here = House(directory, log, clock)
    here.metrics, here.bugs = metrics, bugs
    here.room = await directory.create(kind.name, "Room", here.ana.identity, {})
    await directory.execute(here.room, here.ana.identity, CreateInvitation(INVITATION, "editor"))
    try:
        yield here
    finally:
        await directory.stop()


@asynccontextmanager
async def another_node(here: House) -> AsyncGenerator[Directory]:
    """A second node's rooms, on the same log; it hears nothing of the first."""
    bugs = list[Exception]()
    other = Directory(
        log=here.log,
        clock=here.clock,
        settings=Settings(presence_tick_ms=3_600_000),
        metrics=Metrics(),
        kinds={here.live.kind.name: here.live.kind},
        on_bug=bugs.append,
    )
    other.start()
    try:
        yield other
    finally:
        await other.stop()
    assert bugs == []


__all__ = ["INVITATION", "Claim", "FaultyLog", "House", "another_node", "house", "presence_of"]
