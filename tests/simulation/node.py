"""The node of a run: the shipped directory and rooms on a simulated log, and connections without
sockets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random

from protocol.client_messages import Hello, Join, Leave, Ping, PresenceUpdate, Submit
from protocol.codec import Codec
from protocol.server_messages import ErrorMessage, Limits, Pong, Rejected, Welcome
from server.cluster.head_watch import HeadWatch
from server.config import Settings
from server.identity import Identity
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rooms.follower import Follower
from storage.errors import StorageError
from storage.room_log import RoomLog
from tests.simulation.claims import CLAIMS
from tests.support.recording_recipient import split_frames

LIMITS = Limits(1e9, 1_000_000_000, 64, 65_536, 40.0, 2_048, 20.0)


class SimulatedClock:
    """Log time of a run: the loop's time, with jumps."""

    def __init__(self) -> None:
        self.offset_ms = 1_700_000_000_000

    def now_ms(self) -> int:
        return self.offset_ms + int(asyncio.get_running_loop().time() * 1000)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class ServerEnd:
    """The server's end of one connection: implements Recipient; messages to the client leave
    through `deliver`."""

    def __init__(
        self,
        node: Node,
        identity: Identity,
        codec: Codec,
        deliver: Callable[[bytes], None],
        lose: Callable[[], None],
    ) -> None:
        self._node = node
        self._identity = identity
        self._codec = codec
        self._deliver = deliver
        self._lose = lose
        self._client = ""
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._replies: deque[bytes] = deque()
        self.followers: dict[str, Follower] = {}
        self.paused = False
        self._drained = asyncio.Event()
        self._drained.set()
        self.dead = False
        self.task = asyncio.get_running_loop().create_task(self._read(), name="connection")

    @property
    def codec(self) -> Codec:
        return self._codec

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def client(self) -> str:
        return self._client

    def write(self, frames: bytes) -> None:
        if self.dead:
            raise RuntimeError("closed")
        assert not self.paused, "8: a paused transport was written to"
        for payload in split_frames(frames):
            self._deliver(payload)

    def reply(self, payload: bytes) -> None:
        if self.dead:
            return
        if self.paused:
            self._replies.append(payload)
        else:
            self._deliver(payload)

    async def drained(self) -> None:
        await self._drained.wait()

    def room_closed(self, room_id: str, reason: str, incident: str | None = None) -> None:
        self.followers.pop(room_id, None)
        if reason == "failed":
            raise AssertionError(f"a room failed: {incident}")

    def charge(self, commands: int) -> None:
        raise AssertionError("C24: a claim is short")

    def bad_seq(self) -> None:
        raise AssertionError("21: a client's own seq was taken for somebody else's")

    def pause(self) -> None:
        """The peer reads slowly: its transport is full."""
        self.paused = True
        self._drained.clear()
        for follower in self.followers.values():
            follower.lag()

    def resume(self) -> None:
        """The peer has read what was owed."""
        self.paused = False
        while self._replies:
            self._deliver(self._replies.popleft())
        for follower in list(self.followers.values()):
            follower.catch_up()
        self._drained.set()

    def receive(self, payload: bytes) -> None:
        self._inbox.put_nowait(payload)

    def end(self) -> None:
        """The socket is gone."""
        if self.dead:
            return
        self.dead = True
        self.task.cancel()
        for follower in list(self.followers.values()):
            follower.leave()
        self.followers.clear()
        self._lose()

    async def _read(self) -> None:
        while True:
            message = self._codec.decode(await self._inbox.get())
            match message:
                case Hello():
                    self._client = message.client
                    welcome = Welcome(
                        1,
                        "sim",
                        self._identity.account,
                        "",
                        self._node.clock.now_ms(),
                        2**52,
                        LIMITS,
                    )
                    self.reply(self._codec.encode(welcome))
                    for wanted in message.rooms:
                        await self._join(Join(0, wanted.room, wanted.position, wanted.invite))
                case Join():
                    await self._join(message)
                case Leave():
                    if (follower := self.followers.pop(message.room, None)) is not None:
                        follower.leave()
                case Submit():
                    follower = self.followers.get(message.room)
                    if follower is None:
                        answer = Rejected(message.room, message.seq, "not_found", final=True)
                        self.reply(self._codec.encode(answer))
                    else:
                        follower.submit(message)
                case PresenceUpdate():
                    if (follower := self.followers.get(message.room)) is not None:
                        follower.presence(message)
                case Ping():
                    self.reply(self._codec.encode(Pong(message.n, self._node.clock.now_ms())))
                case _:
                    raise AssertionError(message)

    async def _join(self, wanted: Join) -> None:
        try:
            follower = await self._node.directory.join(self, wanted.room, position=wanted.position)
        except StorageError:
            self.reply(
                self._codec.encode(
                    ErrorMessage("not_found", room=wanted.room, ref=wanted.ref or None)
                )
            )
            self.end()
            return
        assert follower is not None
        if self.dead:
            follower.leave()
        else:
            self.followers[wanted.room] = follower


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


NODE_TASKS = ("append-lane", "snapshots", "tidy-rooms", "due-rooms", "room-", "connection", "heads")


class Node:
    """One life of a server process."""

    def __init__(
        self,
        log: RoomLog,
        clock: SimulatedClock,
        rng: Random,
        on_bug: Callable[[Exception], None],
        *,
        heads: bool,
        noted: Callable[[str], None],
    ) -> None:
        self.clock = clock
        self._noted = noted
        self.metrics = Metrics()
        self.ends: list[ServerEnd] = []
        self.directory = SlowTurns(
            log=log,
            clock=clock,
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
            kinds={CLAIMS.name: CLAIMS},
            on_bug=on_bug,
            draw=lambda: rng.getrandbits(64),
        )
        self.directory.rng, self.directory.noted = rng, noted
        self.directory.start()
        if heads:
            watch = HeadWatch(log=log, rooms=self.directory.open_rooms, every_s=0.3)
            self._heads = asyncio.get_running_loop().create_task(watch.run(), name="heads")
            self._heads.add_done_callback(
                lambda done: None if done.cancelled() else on_bug(RuntimeError("the watch ended"))
            )

    def hear(self, room_id: str, first: int, tag_before: str, records: list[bytes]) -> None:
        """News of another process: committed entries, whenever they come, or never."""
        room = self.directory.open_rooms.get(room_id)
        if room is None:
            return
        if room.audience.unwritten and first > room.replica.committed.version:
            self._noted("heard amid pieces")
        room.hear(first, tag_before, records)

    def kill(self) -> None:
        """kill -9: nothing is finished, nobody is told; what was handed to the database goes on
        without us."""
        for room in self.directory.open_rooms.values():
            room.closed = True
        tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith(NODE_TASKS)]
        for task in sorted(tasks, key=lambda task: task.get_name()):
            task.cancel()
        for end in list(self.ends):
            end.end()
        self.ends.clear()
