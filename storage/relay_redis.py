"""The relay over Redis Streams: one inbox per node and primary, news delivered after the commit to
the nodes that hold the room.

Rooms hash over several primaries, each with connections, lease and inbox of its own, so that one
that is away takes only its rooms along. Nothing that is promised lives in Redis. Implements
storage/relay.py; must not know what news mean. SPEC: RL1 to RL9.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import blake2b
from typing import Final

from storage.news_inbox import NewsInbox
from storage.relay import News
from storage.relay_redis_path import PathState, RedisPath, Times

PREFIX: Final = "touchline:relay"


class RedisRelay:
    """One node's end. `run` has to run as long as the relay is used."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        node: str,
        generation: str,
        times: Times | None = None,
    ) -> None:
        """`urls`: the primaries, the same in the same order on every node. `node` is unique to this
        start of this process; nodes of another `generation` hear nothing of each other.

        Raises InvalidRedisUrl."""
        self._inbox = NewsInbox()
        self.times = times or Times()
        self._paths = [
            RedisPath(
                url,
                prefix=f"{PREFIX}:{generation}",
                node=node,
                times=self.times,
                take=self._inbox.put,
            )
            for url in urls
        ]

    async def run(self) -> None:
        """Keeps the leases and reads the inboxes until cancelled, or closed."""
        async with asyncio.TaskGroup() as tasks:
            for path in self._paths:
                tasks.create_task(path.keep(), name="relay-lease")
                tasks.create_task(path.read(), name="relay-inbox")

    async def start(self) -> None:
        """The first renewals, before the first room is held. A Redis that is away stops nothing."""
        await asyncio.gather(*(path.renew() for path in self._paths))

    @property
    def sound(self) -> bool:
        """Whether every primary answers and this node hears itself through each."""
        return all(path.sound for path in self._paths)

    @property
    def states(self) -> list[PathState]:
        """How each path is."""
        return [path.state for path in self._paths]

    def path_of(self, room: str) -> int:
        """Which primary carries a room's news; the same on every node."""
        digest = blake2b(room.encode(), digest_size=8).digest()
        return int.from_bytes(digest) % len(self._paths)

    async def hold(self, room: str) -> None:
        """Wants the room's news from now on."""
        await self._paths[self.path_of(room)].hold(room)

    async def release(self, room: str) -> None:
        """Wants no more of them."""
        await self._paths[self.path_of(room)].release(room)

    async def send(self, news: Sequence[News]) -> None:
        """Delivers, over all primaries at once; what one that is away should carry is lost. Words
        to everybody go over each of them."""
        if self._inbox.closed:
            return
        by_path: list[dict[str, list[News]]] = [{} for _ in self._paths]
        for one in news:
            paths = [by_path[self.path_of(one.room)]] if one.room else by_path
            for path in paths:
                path.setdefault(one.room, []).append(one)
        await asyncio.gather(
            *(
                path.send(of_path)
                for path, of_path in zip(self._paths, by_path, strict=True)
                if of_path
            )
        )

    def receive(self) -> AsyncIterator[News]:
        """News in the order of their arrival, until the relay is closed."""
        return self._inbox.receive()

    async def close(self) -> None:
        """Leaves every primary. May be called again."""
        self._inbox.close()
        await asyncio.gather(*(path.close() for path in self._paths))
