"""A member who works on a board, whatever happens to the server, and remembers everything it was
told.

Its replica is a model written from the SPEC alone (tests/support/board_model.py), fed by what came
over the socket.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec

from loadtest.boards import move, object_id, token
from loadtest.member import Member
from protocol.board import stop_id
from protocol.client_events import Applied, ClientEvent, Live, Refused, Settled, StartedOver
from tests.support.board_model import apply_entry

RETURN_S = 0.02
"""Waits of a client that knows no better: long enough not to keep the core busy with refused
connections."""

OF_THE_ROOM = ("room.", "member.", "invitation.", "chat.")
"""Events that every kind of room has; the board's model does not know them."""


PHASE: dict[str, Any] = {
    "id": "o_thephase",
    "sort": "phase",
    "props": {"rank": "a", "duration": 1_000},
}
"""A step of play that all of them put, and set their own stops in."""


def a_stop(of: str, at: tuple[int, int]) -> dict[str, Any]:
    """Where an object is at the end of the phase."""
    props = {"phase": PHASE["id"], "of": of, "at": at}
    return {"id": stop_id(PHASE["id"], of), "sort": "stop", "props": props}


class Player:
    """One client id in one room. Keeps `window` commands unanswered while `playing`."""

    def __init__(
        self, member: Member, room: str, draw: random.Random, *, shared: str, window: int
    ) -> None:
        self.member, self.room, self.draw, self.window = member, room, draw, window
        self.shared = shared
        """An object that everybody moves."""
        self.own = object_id(draw)
        self.playing = False
        self.leaving = False
        self.view: dict[str, Any] = {}
        """The replica of the board."""
        self.lines: dict[int, bytes] = {}
        """Version to the entry as it came."""
        self.accepted: dict[int, int] = {}
        self.refused: dict[int, str] = {}
        self.submitted = 0
        self.in_doubt = 0
        """Commands that were unanswered when the server was killed."""
        self.found_done = 0
        """Of those: had been committed, and only the answer was lost."""
        self.faults: list[str] = []
        self._doubted: set[int] = set()
        self._live_at = 0
        self._extra: list[str] = []
        member.on_event = self._told
        member.on_gone = self._gone
        member.on_live = self._live
        member.on_answer = self._answered

    def begin(self) -> None:
        """Puts the own token on the board and goes on from there."""
        self.playing = True
        self._say(token(self.own, self.draw.randrange(100)))
        self._fill()

    def note_doubt(self) -> None:
        """The server is about to be killed."""
        for pending in self.member.session.pending(self.room):
            if pending.in_flight:
                self.in_doubt += 1
                self._doubted.add(pending.seq)

    @property
    def unanswered(self) -> int:
        """Commands that have not ended."""
        return len(self.member.session.pending(self.room))

    # ---------------------------------------------------------------- what it does

    def _fill(self) -> None:
        while self.playing and self.member.live and self.unanswered < self.window:
            self._say(self._next())

    def _say(self, command: dict[str, Any]) -> None:
        self.submitted += 1
        self.member.submit(self.room, command)

    def _next(self) -> dict[str, Any]:
        """Mostly moves, some of everything else that a board has."""
        draw = self.draw
        at = (draw.randrange(-50_000, 50_000), draw.randrange(-30_000, 30_000))
        chance = draw.random()
        if chance < 0.6:
            return move(self.own, *at)
        if chance < 0.75:
            return move(self.shared, *at)
        if chance < 0.85:
            return {"type": "chat.say", "text": f"{self.own} {self.submitted}"}
        if chance < 0.9 and len(self._extra) < 20:
            self._extra.append(object_id(draw))
            return token(self._extra[-1], draw.randrange(100))
        if chance < 0.92:
            return {"type": "objects.put", "objects": [PHASE, a_stop(self.own, at)]}
        if chance < 0.94 and self._extra:
            return {"type": "objects.delete", "ids": [self._extra.pop(0)]}
        return {"type": "undo"} if chance < 0.97 else {"type": "redo"}

    def _answered(self, room: str) -> None:
        del room
        self._fill()

    def _live(self, room: str) -> None:
        del room
        self._fill()

    def _gone(self, code: int) -> None:
        del code
        if not self.leaving:
            self.member.swarm.after(RETURN_S * (1 + self.draw.random()), self.member.connect)

    # ---------------------------------------------------------------- what it is told

    def _told(self, event: ClientEvent) -> None:
        match event:
            case StartedOver():
                self.view = msgspec.json.decode(bytes(event.state))["kind"]
            case Applied():
                for offset, raw in enumerate(event.entries):
                    self._apply(event.first + offset, bytes(raw))
            case Live():
                self._live_at = self._version()
            case Settled():
                self._end(event.seq)
                self.accepted[event.seq] = event.version
                if event.seq in self._doubted:
                    self._doubted.discard(event.seq)
                    self.found_done += event.version <= self._live_at
            case Refused():
                self._end(event.seq)
                self.refused[event.seq] = event.code
                self._doubted.discard(event.seq)
            case _:
                pass

    def _apply(self, version: int, line: bytes) -> None:
        known = self.lines.setdefault(version, line)
        if known != line:
            self.faults.append(f"version {version} came twice, differently")
        entry = msgspec.json.decode(line)
        events = entry.get("events", ())  # a recorded refusal has none
        entry["events"] = [e for e in events if not e["type"].startswith(OF_THE_ROOM)]
        apply_entry(self.view, entry)

    def _end(self, seq: int) -> None:
        if seq in self.accepted or seq in self.refused:
            self.faults.append(f"seq {seq} ended twice")

    def _version(self) -> int:
        position = self.member.session.position(self.room)
        return 0 if position is None else position.version


def refusals(players: list[Player]) -> Counter[str]:
    """Codes of what was finally refused."""
    return Counter(code for player in players for code in player.refused.values())
