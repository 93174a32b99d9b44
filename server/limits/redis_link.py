"""The way to Redis: scripts that run in one call, and a circuit that makes a dead Redis cost
nothing.

Knows redis-py, and alone knows it; must not know what the scripts count. Once a call fails, every
later one fails at once until `probe` has succeeded and its caller says `returned`. Rules: LM9.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Sequence
from typing import Any, Final, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.maint_notifications import MaintNotificationsConfig

from server.logs import get_logger

TIMEOUT_S: Final = 0.25
"""For connecting and for an answer. A thousand times what a call takes on a local network: who is
slower than this is taken for away, and what waits meanwhile is answered late once."""
CALLS_MAX: Final = 32
"""Connections, and calls at once; further ones wait their turn, no longer than those before them
may take."""

Argument = str | int


class StoreAway(Exception):
    """Redis did not answer, or not as it should. Whether the call was carried out is unknown."""


class InvalidRedisUrl(ValueError):
    """The setting `redis` is no address of a Redis. The message does not hold it: it may hold a
    password."""


class Script:
    """A Lua script and the name that Redis knows it by."""

    __slots__ = ("sha", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisLink:
    """Invariant: while `is_away`, `call` never touches the network."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """`url` is redis://, rediss:// or unix://. Connects at the first call.

        Raises InvalidRedisUrl."""
        try:
            made = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - redis-py leaves its keywords untyped
                url,
                socket_timeout=timeout_s,
                socket_connect_timeout=timeout_s,
                # No second try: the first may have counted. The pool notices by itself when an
                # idle connection has been closed.
                retry=Retry(NoBackoff(), 0),
                max_connections=CALLS_MAX,
                maint_notifications_config=MaintNotificationsConfig(enabled=False),
            )
        except ValueError as error:
            raise InvalidRedisUrl(
                "redis must be like redis://host:6379/0, rediss://… or unix:///path"
            ) from error
        self._client = made
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
            try:
                return await self._say("EVALSHA", script.sha, len(keys), *keys, *arguments)
            except NoScriptError:
                return await self._say("EVAL", script.text, len(keys), *keys, *arguments)
        except (RedisError, OSError) as error:
            if not self.is_away:
                self.is_away = True
                self._log.warning("redis away", error=type(error).__name__)
            raise StoreAway(type(error).__name__) from error

    async def _say(self, *words: Argument) -> list[Any]:
        answer = cast(  # redis-py types one method for both of its clients
            "Awaitable[list[Any]]",
            self._client.execute_command(*words),  # pyright: ignore[reportUnknownMemberType] - untyped there
        )
        return await answer
