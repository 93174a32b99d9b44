"""A crowd: one room with many who only watch, and a few who play."""

from __future__ import annotations

from dataclasses import dataclass

from loadtest.boards import move, object_id, token
from loadtest.member import Member
from loadtest.scenarios.outcome import Options, Outcome
from loadtest.stage import Stage

PLAYERS = 4
MOVES_PER_S = 20.0


@dataclass(slots=True)
class _Player:
    """Moves one token for ever."""

    stage: Stage
    member: Member
    room: str
    ident: str
    moves: int = 0

    def begin(self, place: int) -> None:
        """Puts the token on the board; players take turns."""
        self.member.submit(self.room, token(self.ident, place))
        self.stage.swarm.after(place / MOVES_PER_S, self._move)

    def _move(self) -> None:
        self.moves += 1
        if self.member.live:
            self.member.submit(self.room, move(self.ident, self.moves % 50_000, 0))
        self.stage.swarm.after(PLAYERS / MOVES_PER_S, self._move)


def play(stage: Stage, options: Options) -> Outcome:
    """One room with `members` viewers; `rooms` is how many such rooms there are."""
    outcome = Outcome("crowd", stage)
    owner, guests = stage.people(options.rooms * options.members)
    for number in range(options.rooms):
        room = stage.room(owner, f"Match {number + 1}")
        players = stage.crowd(room, stage.invitation(room, owner), [owner] * PLAYERS)
        here = guests[number * options.members : (number + 1) * options.members]
        outcome.add(players)
        outcome.add(stage.crowd(room, stage.invitation(room, owner, "viewer"), here))
        options.said(f"{len(outcome.members)} members are live")
        for place, player in enumerate(players):
            _Player(stage, player, room, object_id(stage.draw)).begin(place)
    outcome.watch(options)
    outcome.conclude()
    return outcome
