"""The server's end of one connection of a run: what server/transport does, without a socket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from protocol.client_messages import Hello, Join, Leave, Ping, PresenceUpdate, Submit
from protocol.codec import Codec
from protocol.server_messages import ErrorMessage, Limits, Pong, Rejected, Welcome
from server.identity import Identity
from server.rooms.directory import RoomUnreadable
from server.rooms.follower import Follower
from storage.errors import StorageError
from tests.support.recording_recipient import split_frames

if TYPE_CHECKING:
    from tests.simulation.node import Node

LIMITS = Limits(1e9, 1_000_000_000, 64, 65_536, 40.0, 2_048, 20.0)


class ServerEnd:
    """Implements server.rooms.recipient.Recipient; messages to the client leave through
    `deliver`. Made, and called, within the node's process, but for `receive` and `cut`."""

    def __init__(
        self,
        node: Node,
        identity: Identity,
        codec: Codec,
        deliver: Callable[[bytes], None],
        lose: Callable[[], None],
    ) -> None:
        self.node = node
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
            self._hand_over(payload)

    def reply(self, payload: bytes) -> None:
        if self.dead:
            return
        if self.paused:
            self._replies.append(payload)
        else:
            self._hand_over(payload)

    def _hand_over(self, payload: bytes) -> None:
        if not self.node.process.dead:  # what a dead process had still to write
            self._deliver(payload)
            self.node.delivered()

    async def drained(self) -> None:
        await self._drained.wait()

    def room_closed(self, room_id: str, reason: str, incident: str | None = None) -> None:
        self.followers.pop(room_id, None)
        if reason == "failed" and not self.node.older:
            raise AssertionError(f"a room failed: {incident}")

    def charge(self, commands: int) -> None:
        raise AssertionError("C24: a claim is short")

    def bad_seq(self) -> None:
        raise AssertionError("21: a client's own seq was taken for somebody else's")

    def pause(self) -> None:
        """The peer reads slowly: its transport is full."""
        if self.dead or self.paused:
            return
        self.paused = True
        self._drained.clear()
        for follower in self.followers.values():
            follower.lag()

    def resume(self) -> None:
        """The peer has read what was owed."""
        if self.dead or not self.paused:
            return
        self.paused = False
        while self._replies:
            self._hand_over(self._replies.popleft())
        for follower in list(self.followers.values()):
            follower.catch_up()
        self._drained.set()

    def receive(self, payload: bytes) -> None:
        """A message of the client has arrived; it is read when the node gets to it."""
        self._inbox.put_nowait(payload)

    def end(self) -> None:
        """The socket is gone, and the node has noticed."""
        if self.dead:
            return
        self.dead = True
        self.task.cancel()
        for follower in list(self.followers.values()):
            follower.leave()
        self.followers.clear()
        self._lose()

    def cut(self) -> None:
        """The node is no more: its kernel says so to the client."""
        if not self.dead:
            self.dead = True
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
                        self.node.clock.now_ms(),
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
                        received = self.node.around.received
                        received.setdefault((self._client, message.seq), self.node.clock.now_ms())
                        follower.submit(message)
                case PresenceUpdate():
                    if (follower := self.followers.get(message.room)) is not None:
                        follower.presence(message)
                case Ping():
                    self.reply(self._codec.encode(Pong(message.n, self.node.clock.now_ms())))
                case _:
                    raise AssertionError(message)

    async def _join(self, wanted: Join) -> None:
        try:
            follower = await self.node.directory.join(self, wanted.room, position=wanted.position)
        except (StorageError, RoomUnreadable):
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
