"""A TCP proxy in a test's hands: the network between a client and a server, with whatever goes
wrong in one.

It can be cut and mended, hold either direction, delay it, slice it into small pieces, cut after so
many bytes, and leave connections half-open: bytes vanish, and neither end hears of the other's.
Knows no protocol.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PIECE = 65_536
ON_THE_WAY_MAX = 64
"""Pieces of one direction that are on their way; more wait at the sender."""


class Way:
    """One direction of a line: what becomes of bytes that go that way, on every connection."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        self.piece = 0
        """Bytes of a write; 0: as they came."""
        self.keeps_last = 0
        """While it holds, all of a piece goes through but so many bytes; 0: nothing does."""
        self.kept = 0
        """Pieces that are held, or the ends of which are."""
        self._moving = asyncio.Event()
        self._moving.set()

    def hold(self) -> None:
        """Nothing goes through; what comes is kept."""
        self._moving.clear()

    def go_on(self) -> None:
        """What was kept goes through, then everything else."""
        self._moving.set()

    async def moving(self) -> None:
        """Returns when nothing is held."""
        self.kept += 1
        await self._moving.wait()
        self.kept -= 1

    def goes_first(self, piece: bytes) -> int:
        """So many bytes of a piece go through although what comes is held."""
        return len(piece) - self.keeps_last if self.keeps_last and not self._moving.is_set() else 0


@dataclass(slots=True)
class HalfOpen:
    """A connection whose ends hear nothing of each other any more; seconds of `time.monotonic`."""

    since: float
    server_ended: float | None = None
    """When the server had enough of it."""


@dataclass(slots=True, eq=False)
class _Link:
    """One connection through the proxy."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    left: int | None = None
    """Bytes until it is cut; None: it is not."""
    half_open: HalfOpen | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def abort(self) -> None:
        """Both ends are reset."""
        for end in (self.near, self.far):
            end.transport.abort()


class TcpProxy:
    """Forwards to one port on loopback. While it is cut, what was open is gone and nothing new
    comes through. `up` is the way to the server, `down` the way back."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self.is_cut = False
        self.up, self.down = Way(), Way()
        self.loses_ends = False
        """The end of a connection gets lost: whoever hears of it only by that never does."""
        self.half_opened: list[HalfOpen] = []
        self._stranded: list[Way] = []
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()

    @property
    def ways(self) -> tuple[Way, Way]:
        """Both directions."""
        return self.up, self.down

    @property
    def open(self) -> int:
        """Connections that go through now."""
        return len(self._links)

    @property
    def far_ports(self) -> set[int]:
        """Whence the server sees its connections that go through now."""
        return {link.far.get_extra_info("sockname")[1] for link in self._links}

    async def start(self) -> None:
        """Listens on a free port."""
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Everything ends."""
        assert self._server is not None, "started"
        self._server.close()
        self.loses_ends = False
        self.cut()
        for way in (*self.ways, *self._stranded):
            way.go_on()
        await self._server.wait_closed()

    # ---------------------------------------------------------------- faults

    def cut(self) -> None:
        """The cable is out: open connections are reset, new ones are closed at once."""
        self.is_cut = True
        self.reset()

    def mend(self) -> None:
        """The cable is in again."""
        self.is_cut = False

    def reset(self) -> None:
        """Open connections are reset; new ones come through."""
        for link in list(self._links):
            link.abort()
            for task in link.tasks:
                task.cancel()

    def strand(self) -> Way:
        """Who is connected is reset, and what they have sent stays on its way to the server, held
        until the answer is told to go on; new connections come through."""
        stranded, self.up = self.up, Way()
        stranded.hold()
        self._stranded.append(stranded)
        for link in self._links:
            link.near.transport.abort()
        return stranded

    def cut_after(self, count: int) -> None:
        """Each open connection is reset once it has carried so many bytes more, whichever way."""
        for link in self._links:
            link.left = count

    def leave_half_open(self) -> None:
        """What is open now carries nothing more, for ever, and nobody is told; new connections
        come through."""
        for link in self._links:
            if link.half_open is None:
                link.half_open = HalfOpen(time.monotonic())
                self.half_opened.append(link.half_open)

    def heal(self) -> None:
        """As new, but for connections that are half-open or about to be cut, or whose end was
        lost."""
        self.loses_ends = False
        self.mend()
        for way in self.ways:
            way.delay_s, way.piece = 0.0, 0
            way.go_on()

    # ---------------------------------------------------------------- one connection

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(writer, far_writer)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as group:
                link.tasks = [
                    group.create_task(self._pump(link, reader, far_writer, self.up)),
                    group.create_task(self._pump(link, far_reader, writer, self.down)),
                ]
        finally:
            self._links.discard(link)
            link.abort()

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        """Carries one direction of one connection to its end."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(ON_THE_WAY_MAX)
        with suppress(OSError):  # reset: the other direction ends by itself, both ends are aborted
            async with asyncio.TaskGroup() as group:
                giving = group.create_task(self._give(link, under_way, writer, way))
                try:
                    await self._take(link, reader, under_way, way)
                except OSError:
                    giving.cancel()
        half_open = link.half_open
        if half_open is None and self.loses_ends:
            await asyncio.Event().wait()  # until it is reset
        elif half_open is None:
            writer.close()
        elif way is self.down:
            half_open.server_ended = time.monotonic()

    async def _take(
        self,
        link: _Link,
        reader: asyncio.StreamReader,
        under_way: asyncio.Queue[tuple[float, bytes]],
        way: Way,
    ) -> None:
        now = asyncio.get_running_loop().time
        while piece := await reader.read(PIECE):
            if link.half_open is None:
                await under_way.put((now() + way.delay_s, piece))
        await under_way.put((now() + way.delay_s, b""))

    async def _give(
        self,
        link: _Link,
        under_way: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        way: Way,
    ) -> None:
        now = asyncio.get_running_loop().time
        while True:
            due, piece = await under_way.get()
            if (wait_s := due - now()) > 0:
                await asyncio.sleep(wait_s)
            if (first := way.goes_first(piece)) > 0:
                await self._write(link, piece[:first], writer, way)
                piece = piece[first:]
            await way.moving()
            if not piece:
                return
            if link.half_open is not None:
                continue
            with suppress(OSError):  # that end is gone: the reader on its side hears of it
                await self._write(link, piece, writer, way)

    async def _write(
        self, link: _Link, piece: bytes, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        if link.left is not None:
            piece, link.left = piece[: link.left], link.left - len(piece)
        size = way.piece or len(piece) or 1
        for start in range(0, len(piece), size):
            if writer.transport.is_closing():  # where uvloop's would raise
                return
            writer.write(piece[start : start + size])
            await writer.drain()
            if way.piece:
                await asyncio.sleep(0)  # a write of its own, not one with its neighbours
        if link.left is not None and link.left <= 0:
            link.abort()


@asynccontextmanager
async def proxied(target_port: int) -> AsyncGenerator[TcpProxy]:
    """A proxy to a port for as long as the block runs."""
    proxy = TcpProxy(target_port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
