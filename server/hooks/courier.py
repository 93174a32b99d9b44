"""Tells addresses outside what happened in drafts: from the committed log, in order, at least once,
with one node delivering at a time.

Each address has a cursor in the database, which moves when the receiver has answered. Whoever
delivers holds its row for LEASE_MS; a node that dies stops renewing it, and another goes on from
the cursor under the same message ids. As with due rooms each node looks after its own share at
once, and after the others' when that is late. Must not know HTTP nor what a message says. SPEC:
WH14 to WH19.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import msgspec

from server.accounts.sealed import CannotOpen, Seals
from server.accounts.signatures import secret_bytes
from server.clock import Clock
from server.hooks.messages import (
    Message,
    Names,
    ToldEntry,
    message_id,
    message_of,
    missed,
    read_entry,
    trial,
)
from server.hooks.post import Answer
from server.logs import get_logger
from server.rooms.directory import RoomUnreadable
from server.rooms.pulse import Pulse
from server.rooms.room import Room
from storage.errors import StorageError
from storage.room_log import Head, RoomRow
from storage.webhooks import Attempt, Progress, Webhook, Webhooks

SWEEP_S: Final = 1.0
LEASE_MS: Final = 30_000
"""Renewed with every delivery, which takes a third of it at most."""
LATE_S: Final = 15.0
"""Another node's share is looked after here when it waits for so long."""
AT_ONCE: Final = 128
"""Addresses that are told something at the same time; slow ones are most of them."""
RETRY_MIN_MS: Final = 5_000
RETRY_MAX_MS: Final = 3_600_000
OFF_AFTER_MS: Final = 86_400_000
"""An address that takes nothing for a day is told nothing more until somebody turns it on."""
GONE: Final = 410


class Posts(Protocol):
    """What carries a message to an address."""

    async def post(self, url: str, secret: bytes, *, id_: str, at: int, body: bytes) -> Answer:
        """Once. What goes wrong is in the answer."""
        ...


class Rooms(Protocol):
    """The rooms of this node."""

    async def open(self, room_id: str) -> Room | None:
        """The open room; None: no such room. Raises StorageError, RoomUnreadable."""
        ...

    async def entries(self, room_id: str, first: int, last: int) -> list[bytes]:
        """Public lines from `first` on, as far as they are still there. Raises StorageError."""
        ...


class Records(Protocol):
    """What the database knows of rooms. Every RoomLog is one; each raises StorageError."""

    async def heads(self, ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those that exist, by one question."""
        ...

    async def rooms(self, ids: Sequence[str]) -> Mapping[str, RoomRow]:
        """The rows of those that exist."""
        ...


def retry_at(now: int, attempts: int, drawn: float) -> int:
    """When it is tried again after so many attempts in vain (WH16): the pause doubles from 5 s to
    an hour, and `drawn` (0 to 1) takes up to half of it off, so that not all come at once."""
    pause = min(RETRY_MIN_MS * 2 ** min(attempts - 1, 20), RETRY_MAX_MS)
    return now + round(pause * (1 - drawn / 2))


def after_failure(answer: Answer, hook: Webhook, now: int, drawn: float) -> Progress:
    """Where it stands after a delivery that was not accepted (WH16, WH17)."""
    since = now if hook.failing_since is None else hook.failing_since
    attempts = hook.attempts + 1
    why = ""
    if answer.status == GONE:
        why = "gone"
    elif now - since >= OFF_AFTER_MS:
        why = answer.problem or f"status {answer.status}"
    return Progress(hook.version, hook.told, attempts, since, retry_at(now, attempts, drawn), why)


class Courier:
    """Invariants: an address is told by one task of this process at a time; it is told the next
    message only after the one before was accepted."""

    def __init__(
        self,
        *,
        store: Webhooks,
        rooms: Rooms,
        records: Records,
        seals: Seals,
        posts: Posts,
        clock: Clock,
        pulse: Callable[[], Pulse],
        node: str,
        draw: Callable[[float, float], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`node` is one start of one process."""
        self.store = store
        self._rooms = rooms
        self._records = records
        self._seals = seals
        self._posts = posts
        self._clock = clock
        self._pulse = pulse
        self._node = node
        self._sleep = sleep
        self._draw = draw
        self._waiting: dict[str, float] = {}
        """Addresses of others' share that something waits for, and since when."""
        self._telling: set[str] = set()

    async def run(self) -> None:
        """Works until it is cancelled; a database that is away is asked again."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._sleep(SWEEP_S)
                try:
                    found = await self.behind()
                except StorageError:
                    continue
                for id_ in found[: AT_ONCE - len(self._telling)]:
                    self._telling.add(id_)
                    telling = group.create_task(self.tell(id_), name=f"webhook-{id_}")
                    telling.add_done_callback(lambda _, one=id_: self._telling.discard(one))

    async def behind(self) -> list[str]:
        """Addresses that this node is to tell something now. Raises StorageError."""
        due = await self.store.due(self._clock.now_ms())
        heads: Mapping[str, Head] = {}
        if due:
            heads = await self._records.heads(sorted({room for _, room, _ in due}))
        now_s, first = self._clock.monotonic(), self._pulse().first_for
        waiting: dict[str, float] = {}
        found: list[str] = []
        for id_, room, version in due:
            head = heads.get(room)
            if head is None or head.version <= version or id_ in self._telling:
                continue
            since = waiting[id_] = self._waiting.get(id_, now_s)
            if first(room) or now_s - since >= LATE_S:
                found.append(id_)
        self._waiting = waiting
        return found

    async def tell(self, id_: str) -> None:
        """Tells one address what waits, until it refuses or nothing waits any more."""
        try:
            now = self._clock.now_ms()
            hook = await self.store.claim(id_, self._node, at=now, until=now + LEASE_MS)
            if hook is None:
                return
            while hook is not None:
                hook = await self._told_page(hook)
            await self.store.release(id_, self._node)
        except StorageError:
            return  # the lease ends by itself, and somebody goes on from the cursor
        except RoomUnreadable as error:
            # its lease is left to run out: nothing can be told before the room is mended
            get_logger("touchline.hooks").warning("nothing to tell", hook=id_, why=str(error))

    async def try_out(self, hook: Webhook, version: int, id_: str) -> Attempt:
        """Sends a message of type `test` at once, and notes how it went. Raises StorageError."""
        now = self._clock.now_ms()
        message = trial(hook.room, version, now)
        answer = await self._post(hook, message, id_, now)
        attempt = _attempt(id_, message, answer, now)
        await self.store.note(hook.id, attempt)
        return attempt

    async def _told_page(self, hook: Webhook) -> Webhook | None:
        """Tells what a page of entries says. None: there is nothing more to be done now."""
        lines = await self._rooms.entries(hook.room, hook.version + 1, 2**53 - 1)
        if not lines:
            return await self._told_missed(hook)
        for line in lines:
            told = await self._told_entry(hook, read_entry(line))
            if told is None:
                return None
            hook = told
        return await self._moved(hook, Progress(hook.version, 0), None)

    async def _told_missed(self, hook: Webhook) -> Webhook | None:
        """Tells which entries were pruned before they could be told (WH7)."""
        row = (await self._records.rooms([hook.room]))[hook.room]
        if row.pruned_before <= hook.version + 1:
            return None
        last = row.pruned_before - 1
        gone = missed(hook.room, hook.version + 1, last, row.updated_at)
        return await self._delivered(hook, gone, Progress(last, 0))

    async def _told_entry(self, hook: Webhook, entry: ToldEntry) -> Webhook | None:
        """Tells what an entry says."""
        for message in await self._messages(hook, entry):
            told = await self._delivered(hook, message, Progress(hook.version, hook.told + 1))
            if told is None:
                return None
            hook = told
        return replace(hook, version=entry.version, told=0)

    async def _messages(self, hook: Webhook, entry: ToldEntry) -> list[Message]:
        """What is still to be told of an entry. Names are those of now, and committed."""
        events = entry.events[hook.told :]
        if not events:
            return []
        room = await self._rooms.open(hook.room)
        assert room is not None, f"expected the room of {hook.id}, got none"
        replica = room.replica
        state = replica.committed_state() if replica.proposed else replica.state
        names = Names(state.inner.settings, state.inner.seats, state.inner.pool)
        return [message_of(event, hook.room, entry, names) for event in events]

    async def _delivered(self, hook: Webhook, message: Message, then: Progress) -> Webhook | None:
        """Sends one message, after which it stands at `then`, and writes how that went. None: not
        now, or no longer by us."""
        now = self._clock.now_ms()
        id_ = message_id(hook.id, hook.version + 1, hook.told)
        answer = await self._post(hook, message, id_, now)
        after = then
        if not answer.accepted:
            after = after_failure(answer, hook, self._clock.now_ms(), self._draw(0, 1))
        moved = await self._moved(hook, after, _attempt(id_, message, answer, now))
        if after.off_why:
            get_logger("touchline.hooks").warning("webhook is off", hook=hook.id, why=after.off_why)
        return moved if answer.accepted else None

    async def _moved(
        self, hook: Webhook, after: Progress, attempt: Attempt | None
    ) -> Webhook | None:
        now = self._clock.now_ms()
        held = await self.store.moved(
            hook.id, self._node, after, attempt, at=now, until=now + LEASE_MS
        )
        if not held:
            return None
        return replace(hook, version=after.version, told=after.told, attempts=0, failing_since=None)

    async def _post(self, hook: Webhook, message: Message, id_: str, now: int) -> Answer:
        try:
            secret = self._seals.open(hook.sealed_secret, account=hook.id, purpose="webhook")
        except CannotOpen:
            return Answer(None, 0, "secret")
        body = msgspec.json.encode(message)
        return await self._posts.post(
            hook.url, secret_bytes(secret.decode()), id_=id_, at=now, body=body
        )


def _attempt(id_: str, message: Message, answer: Answer, at: int) -> Attempt:
    return Attempt(id_, message.type, at, answer.took_ms, answer.status, answer.problem)
