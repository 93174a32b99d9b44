"""A member of a drill: stays in one board whatever happens to its server, writes or only looks,
and afterwards tells what it was shown, what vanished, and with which word.

Everybody adds tokens and nobody deletes one, so whatever is no longer shown was taken back.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec
from websockets.exceptions import WebSocketException

from protocol.client_events import Applied, Postponed, Refused, Settled, StartedOver
from tests.crash.player import OF_THE_ROOM
from tests.support.board_model import apply_entry
from tests.support.client import Client
from tests.support.timeouts import MS

PACE_S = 0.04
"""Between two commands: below the rate that the server asks for, so that none waits for it."""
AGAIN_S = 0.1
"""Between attempts to come back."""
AWAY_MS = 120_000
"""A guard: a drill is over by then."""


@dataclass
class Seen:
    """What one member was shown and told."""

    shown: set[str] = field(default_factory=set[str])
    """Tokens, at the end."""
    most: int = 0
    """Tokens that it was shown at once."""
    restored: list[set[str]] = field(default_factory=list[set[str]])
    """What it was shown whenever it was told that another generation begins."""
    taken_back: set[str] = field(default_factory=set[str])
    """What vanished with that word."""
    vanished: set[str] = field(default_factory=set[str])
    """What vanished without it."""
    accepted: int = 0
    refused: dict[str, int] = field(default_factory=dict[str, int])
    """Codes of commands that ended without effect, and how many."""

    def looks(self, shown: set[str], *, told: bool) -> None:
        """From now on it shows this."""
        (self.taken_back if told else self.vanished).update(self.shown - shown)
        self.shown = shown
        self.most = max(self.most, len(shown))


class DrillMember:
    """One client id in one room."""

    def __init__(self, name: str, one: Client, room: str, *, writes: bool) -> None:
        self.name, self.one, self.room, self.writes = name, one, room, writes
        self.closes: list[int] = []
        self.resting = False
        self._made: list[int] = []

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay())
            group.create_task(self._say_again())
            if self.writes:
                group.create_task(self._write())

    @property
    def live(self) -> bool:
        """Whether it follows the room now."""
        return self.one.session.is_live(self.room)

    @property
    def unanswered(self) -> int:
        """Commands that have not ended."""
        return len(self.one.session.pending(self.room))

    @property
    def accepted(self) -> int:
        """Commands that were."""
        return len(self.one.told(Settled))

    @property
    def told_anew(self) -> bool:
        """Whether it heard that another generation begins."""
        return any(event.new_generation for event in self.one.told(StartedOver))

    async def add(self) -> int:
        """Puts a token on the board, now or when there is a server; the seq."""
        number = len(self._made)
        token = {"id": f"o_{self.name}{number:06d}", "sort": "token"}
        props = {"at": [number % 50 * 1_000, 0], "name": str(number), "side": "home"}
        command = {"type": "objects.add", "objects": [{**token, "props": props}]}
        seq = await self.one.submit(self.room, command)
        self._made.append(seq)
        return seq

    def seen(self) -> Seen:
        """From all that it was told."""
        seen, view = Seen(), dict[str, Any]()
        for event in self.one.events:
            match event:
                case StartedOver():
                    view = msgspec.json.decode(bytes(event.state))["kind"]
                    seen.looks(set(view["objects"]), told=event.new_generation)
                    if event.new_generation:
                        seen.restored.append(set(view["objects"]))
                case Applied():
                    for raw in event.entries:
                        _follow(view, bytes(raw))
                        seen.looks(set(view["objects"]), told=False)
                case Settled():
                    seen.accepted += 1
                case Refused():
                    seen.refused[event.code] = seen.refused.get(event.code, 0) + 1
                case _:
                    pass
        return seen

    def row(self) -> list[object]:
        """What it saw, for a table."""
        seen = self.seen()
        refused = ", ".join(f"{count} {code}" for code, count in seen.refused.items())
        restored = ", ".join(str(len(one)) for one in seen.restored)
        return [
            self.name, ", ".join(map(str, self.closes)), seen.most, f"{len(seen.restored)} times",
            restored, len(seen.taken_back), len(seen.vanished), seen.accepted, refused or "none",
            len(seen.shown),
        ]  # fmt: skip

    async def _stay(self) -> None:
        while True:
            await self.one.until(lambda: not self.live, limit_ms=AWAY_MS)
            if self.one.close_code is not None:
                self.closes.append(self.one.close_code)
            # A server is away for as long as its restore takes, and tells nobody when it is back.
            while not await self._back():  # noqa: ASYNC110
                await asyncio.sleep(AGAIN_S)

    async def _say_again(self) -> None:
        """Commands that were not executed now, after the wait that was asked for."""
        for heard in count(1):
            await self.one.until(
                lambda heard=heard: len(self.one.told(Postponed)) >= heard, limit_ms=AWAY_MS
            )
            postponed = self.one.told(Postponed)[heard - 1]
            await asyncio.sleep(postponed.wait_ms / 1000)
            with suppress(OSError, WebSocketException, AssertionError):
                if self.live:
                    self.one.session.retry(self.room)
                    await self.one.say()

    async def _back(self) -> bool:
        with suppress(OSError, TimeoutError, WebSocketException, AssertionError):
            async with asyncio.timeout(5_000 * MS):
                await self.one.back()
                await self.one.until(lambda: self.live)
            return True
        return False

    async def _write(self) -> None:
        while True:
            await self.one.until(
                lambda: self.live and not self.resting and self.unanswered == 0, limit_ms=AWAY_MS
            )
            seq = await self.add()
            await self.one.until(lambda seq=seq: self._ended(seq), limit_ms=AWAY_MS)
            await asyncio.sleep(PACE_S)

    def _ended(self, seq: int) -> bool:
        return seq not in {one.seq for one in self.one.session.pending(self.room)}


HEADINGS = [
    "member", "closed with", "tokens shown", "told: new_generation", "restored to", "taken back",
    "vanished unsaid", "accepted", "not executed", "shown at the end",
]  # fmt: skip


def table(members: list[DrillMember]) -> str:
    """What each saw, a line each."""
    rows = [HEADINGS, *([str(cell) for cell in one.row()] for one in members)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _follow(view: dict[str, Any], line: bytes) -> None:
    entry = msgspec.json.decode(line)
    events = [one for one in entry.get("events", ()) if not one["type"].startswith(OF_THE_ROOM)]
    apply_entry(view, {**entry, "events": events})
