"""A device in a draft room that fires commands between two pings, and follows by a model of the
draft that is written from the SPEC.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec

from protocol.client_events import Applied, Refused, Settled, StartedOver
from protocol.server_messages import Pong
from tests.crash.player import OF_THE_ROOM
from tests.draft_night.shots import Shot
from tests.support.client import Client
from tests.support.draft_audit import Plain
from tests.support.draft_model import apply_entry

PINGS_FROM = 1_000_000
"""Numbers of our pings, which the client's own never reach."""
PATIENCE_MS = 60_000
"""For an answer, or an entry, on a machine that is busy."""


class Device:
    """One of an account's, in one room."""

    def __init__(self, client: Client, room: str, account: str) -> None:
        self.client, self.room, self.account = client, room, account
        self.view: Plain = {}
        self.version = 0
        self._read = 0
        self._pings = PINGS_FROM

    # ---------------------------------------------------------------- seeing

    def look(self) -> Plain:
        """The draft as this device knows it."""
        events = self.client.events
        for event in events[self._read :]:
            if isinstance(event, StartedOver):
                self.view = msgspec.json.decode(bytes(event.state))["kind"]
                self.version = event.position.version
            elif isinstance(event, Applied):
                for raw in event.entries:
                    self._apply(msgspec.json.decode(bytes(raw)))
        self._read = len(events)
        return self.view

    def _apply(self, entry: Plain) -> None:
        events = entry.get("events", ())
        own = [one for one in events if not one["type"].startswith(OF_THE_ROOM)]
        apply_entry(self.view, {**entry, "events": own})
        self.version = entry["v"]

    @property
    def turn(self) -> Plain | None:
        """The running turn, as this device knows it."""
        return self.look()["turn"]

    def limit(self, turn: int, grace_ms: int) -> int | None:
        """Deadline and grace of a turn; None: it does not run any more, or has no deadline."""
        now = self.turn
        if now is None or now["version"] != turn or now.get("deadline") is None:
            return None
        return now["deadline"] + grace_ms

    async def reaches(self, version: int) -> None:
        """Has that entry."""
        await self.client.until(lambda: self._reached(version), limit_ms=PATIENCE_MS)

    def _reached(self, version: int) -> bool:
        self.look()
        return self.version >= version

    async def leaves(self, turn: int) -> None:
        """Sees the turn end, or the draft pause."""

        def left() -> bool:
            now = self.turn
            return now is None or now["version"] != turn or self.view["phase"] != "live"

        await self.client.until(left, limit_ms=PATIENCE_MS)

    # ---------------------------------------------------------------- saying

    async def fire(self, shot: Shot, command: Any) -> None:
        """Says it, and waits for its end."""
        self._pings += 2
        session, first = self.client.session, self._pings
        session.ping(first)
        (seq,) = self.client.compose(self.room, [command])
        session.ping(first + 1)
        shot.sent_s = time.monotonic()
        await self.client.say()
        end = await self._end(seq)
        shot.answered_s = time.monotonic()
        if isinstance(end, Settled):
            shot.version = end.version
        else:
            shot.code, shot.detail = end.code, end.detail
        await self.client.until(lambda: self._pong(first + 1) is not None, limit_ms=PATIENCE_MS)
        shot.before, shot.after = self._pong(first) or 0, self._pong(first + 1) or 0

    async def do(self, command: Any) -> int:
        """Something that must be accepted; its version."""
        (seq,) = self.client.compose(self.room, [command])
        await self.client.say()
        end = await self._end(seq)
        assert isinstance(end, Settled), f"{command}: {end}"
        return end.version

    async def _end(self, seq: int) -> Settled | Refused:
        found: list[Settled | Refused] = []

        def ended() -> bool:
            for event in reversed(self.client.events):
                if isinstance(event, Settled | Refused) and event.seq == seq:
                    found.append(event)
                    return True
            return False

        await self.client.until(ended, limit_ms=PATIENCE_MS)
        return found[0]

    def _pong(self, number: int) -> int | None:
        for event in reversed(self.client.events):
            if isinstance(event, Pong) and event.n == number:
                return event.server_now
        return None
