"""Coaches at work: so many boards, so many coaches on each, who drag, drop, chat a little and lose
their connection at times."""

from __future__ import annotations

from dataclasses import dataclass

from loadtest.boards import move, object_id, token
from loadtest.member import Member
from loadtest.scenarios.outcome import Options, Outcome
from loadtest.stage import Stage

DRAG_PER_S = 20.0
DRAGS_PER_DROP = 15
"""Three quarters of a second of dragging, then the drop."""
DROPS_PER_CHAT = 20
LOSSES_PER_MIN = 2.0
"""Connections that each coach loses: a tunnel, a lid that is closed."""


@dataclass(slots=True)
class _Coach:
    """One person's hands."""

    stage: Stage
    member: Member
    room: str
    ident: str
    steps: int = 0
    away: bool = False

    def begin(self) -> None:
        """Puts a token on the board and starts to move it."""
        self.member.on_gone = self._gone
        self.member.submit(self.room, token(self.ident, self.stage.draw.randrange(100)))
        self.stage.swarm.after(self.stage.draw.random() / DRAG_PER_S, self._step)
        self.stage.swarm.after(self.stage.draw.expovariate(LOSSES_PER_MIN / 60), self._lose)

    def _step(self) -> None:
        self.steps += 1
        at = (self.steps * 37 % 50_000, self.steps * 53 % 30_000)
        if self.member.session.is_live(self.room):
            if self.steps % DRAGS_PER_DROP:
                value = {"type": "drag", "objects": [[self.ident, *at]]}
                self.member.presence(self.room, "drag", value)
            else:
                self.member.submit(self.room, move(self.ident, *at))
            if self.steps % (DRAGS_PER_DROP * DROPS_PER_CHAT) == 0:
                said = {"type": "chat.say", "text": f"Move {self.steps}, please"}
                self.member.submit(self.room, said)
        self.stage.swarm.after(1 / DRAG_PER_S, self._step)

    def _lose(self) -> None:
        if not self.away:
            self.member.drop()
        self.stage.swarm.after(self.stage.draw.expovariate(LOSSES_PER_MIN / 60), self._lose)

    def _gone(self, code: int) -> None:
        del code
        self.away = True
        self.stage.swarm.after(self.stage.draw.uniform(0.2, 1.0), self._return)

    def _return(self) -> None:
        self.away = False
        self.member.reconnections += 1
        self.member.connect()


def play(stage: Stage, options: Options) -> Outcome:
    """`rooms` boards with `members` coaches each."""
    outcome = Outcome("board session", stage)
    owner, guests = stage.people(options.rooms * options.members)
    for number in range(options.rooms):
        room = stage.room(owner, f"Board {number + 1}")
        here = guests[number * options.members : (number + 1) * options.members]
        members = stage.crowd(room, stage.invitation(room, owner), here)
        outcome.add(members)
        options.said(f"{len(outcome.members)} of {len(guests)} coaches are live")
        for member in members:
            _Coach(stage, member, room, object_id(stage.draw)).begin()
    outcome.watch(options)
    for member in outcome.members:
        member.on_gone = _stays
    outcome.conclude()
    return outcome


def _stays(code: int) -> None:
    """The end: whoever is away stays away."""
    del code
