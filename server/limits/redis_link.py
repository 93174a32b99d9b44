"""The way to Redis: scripts that run in one call, and a circuit that makes a dead Redis cost
nothing.

Must not know what the scripts count, nor redis-py (storage/redis_client.py does). Once a call
fails, every later one fails at once until `probe` has succeeded and its caller says `returned`.
Rules: LM9.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from server.logs import get_logger
from storage.redis_client import FAULTS, Script, open_client, run_script

TIMEOUT_S: Final = 0.25
"""For connecting and for an answer. A thousand times what a call takes on a local network: who is
slower than this is taken for away, and what waits meanwhile is answered late once."""
CALLS_MAX: Final = 32
"""Connections, and calls at once; further ones wait their turn, no longer than those before them
may take."""

Argument = str | int


class StoreAway(Exception):
    """Redis did not answer, or not as it should. Whether the call was carried out is unknown."""


class RedisLink:
    """Invariant: while `is_away`, `call` never touches the network."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """`url` is redis://, rediss:// or unix://. Connects at the first call.

        Raises InvalidRedisUrl."""
        self._client = open_client(url, timeout_s=timeout_s, connections=CALLS_MAX)
        self._turns = asyncio.Semaphore(CALLS_MAX)
        self._log = get_logger("touchline.limits")
        self.is_away = False
        self.life = ""
        """The life of Redis that this node has joined: scripts count in no other."""

    async def call(
        self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> list[Any]:
        """Runs a script once. Raises StoreAway, at once while Redis is known to be away.

        A cancellation leaves unknown whether it ran."""
        async with self._turns:
            if self.is_away:
                raise StoreAway("known to be away")
            return await self._run(script, keys, arguments)

    async def probe(
        self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> list[Any]:
        """As `call`, but tries even while Redis is away. It stays away for others until
        `returned`."""
        async with self._turns:
            return await self._run(script, keys, arguments)

    def lost(self) -> None:
        """Redis answers, but has forgotten what was counted: it is away until that is brought."""
        if not self.is_away:
            self.is_away = True
            self._log.warning("redis has forgotten")

    def returned(self) -> None:
        """Redis answers and knows what was counted without it: calls go there again."""
        if self.is_away:
            self.is_away = False
            self._log.info("redis returned")

    async def close(self) -> None:
        """Ends all connections."""
        await self._client.aclose()

    async def _run(
        self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> list[Any]:
        try:
            return await run_script(self._client, script, keys, arguments)
        except FAULTS as error:
            if not self.is_away:
                self.is_away = True
                self._log.warning("redis away", error=type(error).__name__)
            raise StoreAway(type(error).__name__) from error
