"""A member who does everything that a board knows, loses the network at times, works on without it,
is removed and comes back by a new link. Remembers all that it was told (tests/crash/player.py).
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec

from loadtest.member import Member
from protocol.client_events import ClientEvent, Live, Refused, Settled
from protocol.server_messages import RoomClosed
from tests.board_soak.moves import Moves
from tests.crash.player import Player

WAITING_MAX = 30
"""Commands that somebody leaves unanswered: the window is 64."""
DROP_S = (0.02, 0.3)
SPELL_S = (1.0, 5.0)


class Tally:
    """What happened, over everybody."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        """By kind of command."""
        self.refused: Counter[str] = Counter()
        """By kind and code."""
        self.happened: Counter[str] = Counter()
        """Drops, spells, kicks, forks."""
        self.queued = 0
        """Commands that were given without a connection."""
        self.faults: list[str] = []
        self.lines: dict[int, bytes] = {}
        """Version to the entry as it came first: one copy for all who were told the same."""

    @property
    def commands(self) -> int:
        """All that ended."""
        return self.accepted.total() + self.refused.total()


class Coach(Player):
    """One of the ten. `pace`: seconds between two ideas on average."""

    def __init__(
        self, member: Member, room: str, seed: str, *, moves: Moves, pace: float, tally: Tally
    ) -> None:
        super().__init__(member, room, random.Random(seed), shared="", window=WAITING_MAX)
        self.moves, self.pace, self.tally = moves, pace, tally
        self.away = False
        self.out = False
        """Removed from the room, and not yet asked back."""
        self.link = ""
        """By which it was asked back, maybe before it has heard that it was removed."""
        self.kinds: dict[int, str] = {}
        """Seq to the kind of command."""

    @property
    def version(self) -> int:
        """Where its replica stands."""
        position = self.member.session.position(self.room)
        return 0 if position is None else position.version

    def begin(self) -> None:
        """Has ideas from now on."""
        self.playing = True
        self._later()

    def lose(self, spell: bool) -> None:
        """The network is gone, for a moment or for a spell; ideas go on."""
        if self.away or self.leaving:
            return
        self.away = True
        self.tally.happened["offline spells" if spell else "drops"] += 1
        self.member.drop()
        self.member.swarm.after(self.draw.uniform(*(SPELL_S if spell else DROP_S)), self.come_back)

    def come_back(self) -> None:
        """The network is there again."""
        if self.away and not self.leaving:
            self.away = False
            self.member.reconnections += 1
            self.member.connect()

    def return_by(self, invite: str) -> None:
        """A new link to the room, which it had been removed from."""
        self.out, self.link = False, invite
        self.member.session.join(self.room, invite=invite)
        if not self.member.connection.closed:
            self.member.say()

    # ------------------------------------------------------------------ ideas

    def _later(self) -> None:
        self.member.swarm.after(self.draw.expovariate(1 / self.pace), self._act)

    def _act(self) -> None:
        if not self.playing:
            return
        if self.view and not self.out and self.unanswered < WAITING_MAX:
            command = self.moves.next(self.view, self.version)
            self.submitted += 1
            self.tally.queued += self.away
            seq = self.member.submit(self.room, command)
            self.kinds[seq] = _kind(command)
        self._later()

    def _fill(self) -> None:
        """Answers bring no ideas: those come with time."""

    def _gone(self, code: int) -> None:
        if not self.away and not self.leaving:
            self.tally.faults.append(f"{self.member.session.client}: was closed with {code}")
            self.away = True
            self.member.swarm.after(DROP_S[0], self.come_back)

    # ------------------------------------------------------------------ what it is told

    def _apply(self, version: int, line: bytes) -> None:
        first = self.tally.lines.setdefault(version, line)
        super()._apply(version, first if first == line else line)

    def _told(self, event: ClientEvent) -> None:
        super()._told(event)
        match event:
            case Settled():
                self.tally.accepted[self.kinds.pop(event.seq)] += 1
                self.moves.own = [*self.moves.own[-20:], event.version]
            case Refused():
                kind = self.kinds.pop(event.seq)
                self.tally.refused[f"{kind}: {event.code}"] += 1
                if event.code == "conflict":
                    detail = msgspec.to_builtins(event.detail)
                    self.moves.conflicts = detail["conflicts"]
            case RoomClosed(reason="removed"):
                self.out = True
                link, self.link = self.link, ""
                if link:
                    self.return_by(link)
                    self.link = ""
            case Live():
                self.out = False
            case _:
                pass


def _kind(command: dict[str, Any]) -> str:
    kind = command["type"]
    chosen = kind == "history.restore" and "ids" in command
    return f"{kind} of chosen" if chosen else f"{kind} of" if "of" in command else kind
