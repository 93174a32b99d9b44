"""Connections that mean no good, at a node's line: a flood, readers that do not read, heads that do
not end.

Each waits for what the server has to do about it; what it did not do is returned as a sentence.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from msgspec import Raw
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from protocol.client_messages import Submit
from protocol.client_session import ClientSession
from protocol.codec import JSON
from protocol.codes import CloseCode
from protocol.identifiers import MadeAt

FLOOD = int(CloseCode.FLOOD)
FLOODS_PER_S = 600
"""Commands: ten times what a connection may."""
THROWN_OUT_S = 20.0
SLOW = 8
SLOWLORIS, IDLE = 30, 170
SLOW_BUFFER = 4_096


@asynccontextmanager
async def visitor(
    port: int, room: str, token: str, invite: str, number: int, *, receive_buffer: int = 0
) -> AsyncGenerator[tuple[ClientSession, ClientConnection]]:
    """Somebody with a hello said and nothing read."""
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    async with connect(
        f"ws://127.0.0.1:{port}/ws",
        sock=sock,
        subprotocols=[Subprotocol(JSON.subprotocol)],
        compression=None,
        max_size=None,
        max_queue=1,
        ping_interval=None,
        open_timeout=5,
        close_timeout=1,
    ) as connection:
        session = ClientSession(JSON, f"pest-{number:020d}", agent="pest")
        session.join(room, invite=invite)
        session.connected(token)
        for payload in session.data_to_send():
            await connection.send(payload, text=True)
        try:
            yield session, connection
        finally:
            connection.transport.abort()


async def flood(port: int, room: str, token: str, invite: str, number: int) -> str:
    """Says ten times as much as a connection may, and must be thrown out for it."""
    try:
        async with (
            asyncio.timeout(THROWN_OUT_S),
            visitor(port, room, token, invite, number) as (session, connection),
        ):
            while not session.is_live(room):
                session.receive(await connection.recv(decode=False))
            code = await _chatter(session, connection, room)
    except TimeoutError:
        return f"a flood was still taken after {THROWN_OUT_S:g} s"
    except (OSError, WebSocketException):
        return ""  # another fault took its connection
    return "" if code == FLOOD else f"a flood was ended with {code}"


async def _chatter(session: ClientSession, connection: ClientConnection, room: str) -> int | None:
    """Speaks past its session, which would keep to the limits; the code it was thrown out with."""
    position = session.position(room)
    assert position is not None, "it is live"
    made = MadeAt(position.generation, position.version)
    command = Raw(JSON.encode({"type": "chat.say", "text": "flood"}))
    seq = 0
    with suppress(ConnectionClosed):
        while True:
            for _ in range(FLOODS_PER_S // 20):
                seq += 1
                said = JSON.encode_client(Submit(room, seq, made, command, again=False))
                await connection.send(said, text=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    while True:
                        await connection.recv(decode=False)
    return connection.close_code


async def slow_readers(
    port: int, room: str, token: str, invite: str, first: int, seconds: float
) -> str:
    """Some that join and read nothing, for so long."""

    async def one(number: int) -> None:
        with suppress(OSError, WebSocketException, TimeoutError):
            async with visitor(port, room, token, invite, number, receive_buffer=SLOW_BUFFER) as (
                _,
                connection,
            ):
                connection.transport.pause_reading()
                await asyncio.sleep(seconds)

    async with asyncio.TaskGroup() as tasks:
        for number in range(first, first + SLOW):
            tasks.create_task(one(number))
    return ""


async def slowloris(port: int, seconds: float) -> str:
    """Heads that come a byte at a time, and connections that say nothing: the server has closed
    them all within `seconds`, but for those that another fault kept from hearing of it."""
    open_at_end = 0

    async def one(*, talks: bool) -> None:
        nonlocal open_at_end
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                async with asyncio.timeout(seconds):
                    async with asyncio.TaskGroup() as tasks:
                        talking = tasks.create_task(_drip(writer, talks=talks))
                        with suppress(OSError):
                            while await reader.read(4_096):
                                pass
                        talking.cancel()
            except TimeoutError:
                open_at_end += 1
            finally:
                writer.transport.abort()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(SLOWLORIS):
            tasks.create_task(one(talks=True))
        for _ in range(IDLE):
            tasks.create_task(one(talks=False))
    return f"{open_at_end} connections without a head were open after {seconds:.0f} s" * bool(
        open_at_end
    )


async def _drip(writer: asyncio.StreamWriter, *, talks: bool) -> None:
    head: Sequence[int] = b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 4_000
    with suppress(OSError):
        for byte in head if talks else ():
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)
