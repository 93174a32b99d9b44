"""The thing to compare with: a plain relay that hands every message to everybody, by the library's
own `broadcast`.

`python -m loadtest.relay PORT`: websockets on uvloop, no compression, no validation, no log, no
rooms. Ends with SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from loadtest.connection import LOOPBACK

SUBPROTOCOL = "touchline.v1.json"
"""Named alike, so that the same receivers speak to both."""


async def run(port: int) -> None:
    """Relays until told to end."""
    members: set[ServerConnection] = set()

    async def member(connection: ServerConnection) -> None:
        members.add(connection)
        try:
            async for message in connection:
                broadcast(members, message)
        except ConnectionClosed:
            pass  # a load abandons its connections
        finally:
            members.discard(connection)

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with serve(
        member,
        LOOPBACK,
        port,
        compression=None,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        ping_interval=None,
        backlog=4_096,
    ):
        await ended.wait()


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1])))
