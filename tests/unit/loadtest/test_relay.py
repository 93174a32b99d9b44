"""The relay hands every message to everybody, also to its sender."""

from __future__ import annotations

import asyncio

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from loadtest.relay import SUBPROTOCOL
from tests.support.timeouts import MS


async def test_everybody_gets_every_message(relay_port: int) -> None:
    url = f"ws://127.0.0.1:{relay_port}/"
    name = [Subprotocol(SUBPROTOCOL)]
    async with (
        asyncio.timeout(10_000 * MS),
        connect(url, subprotocols=name) as one,
        connect(url, subprotocols=name) as other,
    ):
        await other.ping()
        await one.send("a move")
        assert [await one.recv(), await other.recv()] == ["a move", "a move"]
