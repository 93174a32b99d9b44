"""The proxy does to connections what a fault of a network would, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from loadtest.processes import free_port
from tests.support.eventually import eventually
from tests.support.tcp_proxy import TcpProxy, proxied
from tests.support.timeouts import MS


@dataclass
class Far:
    """A server that keeps what it reads, and how much of it came at once."""

    port: int = 0
    read: list[bytes] = field(default_factory=list[bytes])
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    callers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    ended: int = 0

    @property
    def text(self) -> bytes:
        return b"".join(self.read)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while piece := await reader.read(65_536):
                self.read.append(piece)
        except OSError:
            pass
        self.ended += 1
        writer.close()

    async def call(self, proxy: TcpProxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        self.callers.append(writer)
        writer.write(b"hello ")
        return reader, writer


@asynccontextmanager
async def line() -> AsyncGenerator[tuple[TcpProxy, Far]]:
    far = Far()
    server = await asyncio.start_server(far.take, "127.0.0.1", 0)
    far.port = server.sockets[0].getsockname()[1]
    async with server, proxied(far.port) as proxy:
        yield proxy, far
        for writer in (*far.callers, *far.writers):
            writer.transport.abort()
        await a_while()


async def heard(far: Far, text: bytes) -> None:
    async def is_so() -> bool:
        return far.text == text

    await eventually(is_so)


async def a_while() -> None:
    """Many turns of the loop: whatever was going to come through has."""
    for _ in range(200):
        await asyncio.sleep(0)


async def told_the_end(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(10_000 * MS):
            return await reader.read(1) == b""
    except OSError:
        return True


async def test_whole_it_carries_both_ways_and_tells_the_end() -> None:
    async with line() as (proxy, far):
        reader, writer = await far.call(proxy)
        await heard(far, b"hello ")
        far.writers[0].write(b"back")
        assert await reader.readexactly(4) == b"back"
        assert proxy.open == 1
        writer.close()

        async def ended() -> bool:
            return far.ended == 1 and proxy.open == 0

        await eventually(ended)
        assert await told_the_end(reader)


async def test_cut_it_resets_what_is_open_and_takes_nothing_until_it_is_mended() -> None:
    async with line() as (proxy, far):
        reader, _ = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.cut()
        assert await told_the_end(reader)
        reader, _ = await far.call(proxy)
        assert await told_the_end(reader)
        proxy.mend()
        await far.call(proxy)
        await heard(far, b"hello hello ")


async def test_one_way_held_keeps_bytes_and_lets_the_other_way_through() -> None:
    async with line() as (proxy, far):
        reader, writer = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.up.hold()
        writer.write(b"kept")
        far.writers[0].write(b"back")
        assert await reader.readexactly(4) == b"back"
        await a_while()
        assert far.text == b"hello "
        proxy.heal()
        await heard(far, b"hello kept")


async def test_delayed_bytes_come_later_and_in_their_order() -> None:
    async with line() as (proxy, far):
        _, writer = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.up.delay_s = 50 * MS
        began = asyncio.get_running_loop().time()
        for number in range(5):
            writer.write(b"%d" % number)
            await a_while()
        await heard(far, b"hello 01234")
        assert asyncio.get_running_loop().time() - began >= 50 * MS


async def test_sliced_bytes_leave_one_by_one() -> None:
    async with line() as (proxy, far):
        _, writer = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.up.piece = 1
        far.read.clear()
        writer.write(b"x" * 200)
        await heard(far, b"x" * 200)
        assert len(far.read) > 20, "they were not glued together again"


async def test_a_connection_is_cut_in_the_middle_of_what_it_carries() -> None:
    async with line() as (proxy, far):
        reader, writer = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.cut_after(3)
        writer.write(b"worlds")
        assert await told_the_end(reader)
        assert far.text in (b"hello wor", b"hello "), "a reset may take what was not read yet"
        await far.call(proxy)


@pytest.mark.parametrize("who", ["client", "server"])
async def test_half_open_neither_end_hears_of_the_other_and_new_connections_work(who: str) -> None:
    async with line() as (proxy, far):
        reader, writer = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.leave_half_open()
        writer.write(b"lost")
        far.writers[0].write(b"lost")
        (one,) = proxy.half_opened
        if who == "client":
            writer.close()
            await a_while()
            assert (far.ended, one.server_ended) == (0, None)
        else:
            far.writers[0].close()

            async def gone() -> bool:
                return one.server_ended is not None

            await eventually(gone)
            assert not reader.at_eof()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(50 * MS):
                    await reader.read(1)
        assert far.text == b"hello "
        await far.call(proxy)
        await heard(far, b"hello hello ")


async def test_an_end_that_gets_lost_is_not_told() -> None:
    async with line() as (proxy, far):
        reader, _ = await far.call(proxy)
        await heard(far, b"hello ")
        proxy.loses_ends = True
        far.writers[0].write(b"last")
        far.writers[0].close()
        assert await reader.readexactly(4) == b"last"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(50 * MS):
                await reader.read(1)
        proxy.reset()
        assert await told_the_end(reader)


async def test_a_server_that_is_away_is_a_connection_that_ends() -> None:
    async with line() as (proxy, far):
        proxy.target_port = free_port()
        reader, _ = await far.call(proxy)
        assert await told_the_end(reader)
