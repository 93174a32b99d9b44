"""How this product speaks to Redis: every client made in one place, with timeouts of its own and no
second tries.

Alone knows redis-py's options. A library that tries again by itself runs a script twice whose
answer was lost; whoever calls decides what may be said again. Must not know what is kept in Redis.
SPEC: RL9, LM9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.maint_notifications import MaintNotificationsConfig

Word = str | int | bytes
"""A word of a command."""

SCRIPTS_AT_ONCE = 250
"""Calls in one pipeline. redis-py packs and reads a whole one without a turn for anybody else: with
10,000, when all rooms of a node have something to say, the node stood still for a second."""

FAULTS = (RedisError, OSError)
"""What a call raises where Redis is away, or answers as it should not."""


class InvalidRedisUrl(ValueError):
    """The setting `redis` is no address of a Redis. The message does not hold it: it may hold a
    password."""


class Script:
    """A Lua script and the name that Redis knows it by."""

    __slots__ = ("sha", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def open_client(url: str, *, timeout_s: float, connections: int) -> Redis:
    """A client that connects at its first call and never calls twice. `url` is redis://, rediss://
    (with `?ssl_ca_certs=<PEM file>` where the system does not know the issuer) or unix://, with
    user and password where Redis asks for them.

    Raises InvalidRedisUrl."""
    try:
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - redis-py leaves its keywords untyped
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            # No second try: the first may have counted. The pool notices by itself when an idle
            # connection has been closed.
            retry=Retry(NoBackoff(), 0),
            max_connections=connections,
            protocol=2,
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
    except ValueError as error:
        raise InvalidRedisUrl(
            "redis must be like redis://host:6379/0, rediss://… or unix:///path"
        ) from error


async def say(client: Redis, *words: Word) -> Any:
    """One command, once. Raises FAULTS."""
    answer = cast(  # redis-py types one method for both of its clients
        "Awaitable[Any]",
        client.execute_command(*words),  # pyright: ignore[reportUnknownMemberType] - untyped there
    )
    with _closed_is_a_fault():
        return await answer


@contextmanager
def _closed_is_a_fault() -> Generator[None]:
    """Writing to a connection that was reset in this very moment: uvloop says so by an error that
    redis-py does not know, and hands on. Raises ConnectionError."""
    try:
        yield
    except RuntimeError as error:
        if "handler is closed" not in str(error):
            raise
        raise ConnectionError(str(error)) from error


async def run_script(
    client: Redis, script: Script, keys: Sequence[str], arguments: Sequence[Word]
) -> Any:
    """A script, once, whether or not this Redis knows it. Raises FAULTS."""
    try:
        return await say(client, "EVALSHA", script.sha, len(keys), *keys, *arguments)
    except NoScriptError:
        # nothing was executed
        return await say(client, "EVAL", script.text, len(keys), *keys, *arguments)


async def run_scripts(
    client: Redis, script: Script, calls: Sequence[tuple[str, Sequence[Word]]]
) -> None:
    """One script with one key, many times, SCRIPTS_AT_ONCE in one go, in their order. Raises FAULTS
    where one of them failed; then others may have run. A single one goes without the pipeline,
    which costs a node as much time as everything else that it does with Redis."""
    if len(calls) == 1:
        ((key, arguments),) = calls
        await run_script(client, script, [key], arguments)
        return
    for start in range(0, len(calls), SCRIPTS_AT_ONCE):
        await _run_at_once(client, script, calls[start : start + SCRIPTS_AT_ONCE])


async def _run_at_once(
    client: Redis, script: Script, calls: Sequence[tuple[str, Sequence[Word]]]
) -> None:
    answers = await say_all(
        client, [("EVALSHA", script.sha, 1, key, *arguments) for key, arguments in calls]
    )
    for (key, arguments), answer in zip(calls, answers, strict=True):
        if isinstance(answer, NoScriptError):
            await say(client, "EVAL", script.text, 1, key, *arguments)
        elif isinstance(answer, Exception):
            raise answer


async def say_all(client: Redis, commands: Sequence[Sequence[Word]]) -> list[Any]:
    """Several commands in one go, in their order; what one of them failed with stands in its place
    in the answers. Raises FAULTS where the connection failed."""
    pipeline = client.pipeline(transaction=False)
    for words in commands:
        pipeline.execute_command(*words)  # pyright: ignore[reportUnknownMemberType] - untyped there
    with _closed_is_a_fault():
        return await pipeline.execute(raise_on_error=False)
