"""A draft played by its rules alone, on a time that only the test moves."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from protocol.draft import DraftSettings, Pick, Player, Turn
from protocol.draft_commands import AddPlayers, SetSeat, Start
from protocol.membership import Outage, Role, WakeUp
from server.rules.draft.kind import DRAFT
from server.rules.draft.state import Draft
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from tests.support.memberships import account

BOSS = account("commissioner")
"""The owner of the room. Manages no team unless given one."""
START = 1_700_000_000_000
"""Log time at which every draft of the tests begins: 14 November 2023, 22:13:20 UTC."""
FIELDS = ("RB", "WR", "QB", "WR", "RB", "TE", "WR", "RB", "WR", "K", "DEF", "QB")
"""Positions of a synthetic pool, over and over."""


def manager(seat: int) -> str:
    """The account that manages a team."""
    return account(f"manager{seat}")


def player_id(rank: int) -> str:
    """Of the player who is ranked so."""
    return f"p{rank:04d}"


def pool_of(count: int, positions: Sequence[str] = FIELDS) -> list[Player]:
    """Synthetic players, ranked 1, 2, …, worth less and less."""
    return [
        Player(
            player_id(rank),
            f"Player {rank}",
            (positions[(rank - 1) % len(positions)],),
            team="ABC",
            rank=rank,
            adp=rank * 10,
            value=max(1, 60 - rank // 2),
        )
        for rank in range(1, count + 1)
    ]


class DraftRoom:
    """One draft. Every team has a manager unless told otherwise."""

    def __init__(
        self,
        settings: DraftSettings | None = None,
        pool: Sequence[Player] | None = None,
        *,
        seed: int = 1,
        managed: bool = True,
    ) -> None:
        self.settings = settings or DraftSettings(teams=4, rounds=3)
        self.state: Draft = DRAFT.initial(self.settings)
        self.version = 1
        self.now = START
        self.log: list[tuple[Stamp, list[Any]]] = []
        self.names = {BOSS: "Boss"}
        self._random = random.Random(seed)
        for seat in self.state.seats if managed else ():
            self.names[manager(seat)] = f"Manager {seat}"
            self.must(BOSS, SetSeat(seat, managers=(manager(seat),)))
        players = pool_of(120) if pool is None else list(pool)
        for first in range(0, len(players), 500):
            self.must(BOSS, AddPlayers(tuple(players[first : first + 500])))

    # --- saying things

    def decide(self, by: str, command: Any, *, now: int | None = None) -> Decision:
        """What the rules say, and nothing happens."""
        role: Role = "owner" if by in {BOSS, ""} else "editor"
        return DRAFT.decide(
            self.state,
            command,
            Context(
                account=by,
                name=self.names.get(by, by),
                role=role,
                client="",
                seq=self.version,
                made=self.version,
                now=self.now if now is None else now,
                version=self.version + 1,
                names=self.names,
                dice=self._random.getrandbits(64),
            ),
        )

    def say(self, by: str, command: Any, *, now: int | None = None) -> Decision:
        """One command, and what comes of it."""
        decision = self.decide(by, command, now=now)
        if isinstance(decision, Accepted):
            self.version += 1
            at = max(self.now if now is None else now, self.state.now)
            stamp = Stamp(self.version, at, by, "", self.version)
            events = list(decision.events)
            public = [one for one in events if DRAFT.audience(one) is None]
            assert events[: len(public)] == public
            for event in events:
                DRAFT.apply(self.state, event, stamp)
            self.log.append((stamp, events))
        return decision

    def must(self, by: str, command: Any, *, now: int | None = None) -> list[Any]:
        """A command that is accepted: its events."""
        decision = self.say(by, command, now=now)
        assert isinstance(decision, Accepted), (command, decision)
        return list(decision.events)

    def refused(self, by: str, command: Any, *, now: int | None = None) -> Rejected:
        """A command that is rejected."""
        decision = self.decide(by, command, now=now)
        assert isinstance(decision, Rejected), (command, decision)
        return decision

    def wake(self, late: int = 0) -> list[Any]:
        """Time goes on until the rules want to be woken, and they are."""
        deadline = DRAFT.next_deadline(self.state)
        assert deadline is not None
        self.now = max(self.now, deadline + late)
        return self.must("", WakeUp(deadline))

    def outage(self, began: int, ended: int) -> Decision:
        """Nobody could say anything for a while."""
        self.now = max(self.now, ended)
        return self.say("", Outage(began, ended))

    # --- seeing things

    @property
    def turn(self) -> Turn:
        """Who is on the clock."""
        assert self.state.turn is not None
        return self.state.turn

    @property
    def v(self) -> int:
        """The name of the running turn."""
        return self.turn.version

    @property
    def last(self) -> Pick:
        """The latest pick."""
        return self.state.picks[-1]

    def start(self) -> DraftRoom:
        """The draft begins."""
        self.must(BOSS, Start())
        return self

    def play_out(self, most: int = 5_000) -> DraftRoom:
        """Nobody says anything any more: autopick to the end."""
        for _ in range(most):
            if self.state.phase == "ended":
                return self
            self.wake()
        raise AssertionError("the draft does not end")

    def opening(self) -> list[Struct]:
        """All events so far, e.g. to begin another room with."""
        return [event for _, events in self.log for event in events]

    def replayed(self) -> Draft:
        """The state once more, from settings and log alone, through JSON."""
        state: Draft = DRAFT.initial(self.settings)
        decoder: Any = msgspec.json.Decoder(list[DRAFT.event])
        for stamp, events in self.log:
            for event in decoder.decode(msgspec.json.encode(events)):
                DRAFT.apply(state, event, stamp)
        return state


def started(settings: DraftSettings | None = None, **given: Any) -> DraftRoom:
    """A draft that has begun."""
    return DraftRoom(settings, **given).start()
