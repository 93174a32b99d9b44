"""Races at the deadline: in every turn of a draft the manager's two devices, the commissioner and
autopick come within milliseconds of each other, around the deadline, the end of its grace, and the
moment at which the rules act. Lines are slow and news get lost; nothing else fails, since what is
asked here is who wins, not who survives. SPEC: DR16, DR17, DR21, P4, P5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from protocol import draft_commands as say
from protocol.client_events import Refused, Settled
from protocol.draft import ClockSettings, DraftSettings, Player, RosterSlot
from protocol.draft_events import (
    ClockChanged,
    PickMade,
    PickReplaced,
    PicksUndone,
    TurnOpened,
)
from server.rules.room_state import StoredEntry
from tests.simulation.draft_game import NAMES, DraftGame
from tests.simulation.draft_judge import DraftJudge
from tests.simulation.faults import KINDS, LEVELS
from tests.simulation.violation import Violation
from tests.support.drafts import pool_of

if TYPE_CHECKING:
    from tests.simulation.calm import Calm
    from tests.simulation.client import Member
    from tests.simulation.world import World

LEFT_ON = ("relay_lost", "relay_doubled", "relay_late", "relay_reordered", "drop")
NEAR_MS = 15
"""So close to each other they come."""
ROUNDS = 6
END_S = 900.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A pick on its way."""

    member: Member
    seq: int
    turn: int
    player: str


class RaceGame(DraftGame):
    """A draft that is nothing but races. Implements tests.simulation.game.Game."""

    node_counts: Sequence[int] = (1, 3)
    in_calm = True
    cpus = 0.0

    def __init__(self, world: World) -> None:
        super().__init__(world)
        kept = world.faults.level
        world.faults.level = {one: kept[one] if one in LEFT_ON else LEVELS[0] for one in KINDS}
        dice = self._dice
        clock = ClockSettings(
            pick_s=2, grace_ms=dice.choice((0, 1_000, 2_000)), auto_ms=100, resume="continue"
        )
        self.settings = DraftSettings(
            type=dice.choice(("snake", "linear")),
            teams=dice.choice((2, 3)),
            rounds=ROUNDS,
            slots=(RosterSlot("BN", (), ROUNDS, bench=True),),
            clock=clock,
        )
        self._pool: list[Player] = pool_of(60)
        self.sent: list[Sent] = []
        self.answers: dict[tuple[str, int], Settled | Refused] = {}
        self._raced: set[int] = set()
        self._last_s = 0.0
        """When the last who was told comes."""

    def names(self) -> Sequence[str]:
        managers = NAMES[1 : 1 + self.settings.teams]
        return [NAMES[0], *managers, *(f"{name}2" for name in managers)]

    def judge(self, room: str) -> RaceJudge:
        return RaceJudge(self._world, room, self.settings, self)

    def act(self, member: Member) -> None:
        boss = self._world.members[0]
        here = boss.session.position(self._room) is not None
        if here and member is boss and self.state.phase in {"waiting", "paused"}:
            self._say(boss, say.Start() if self.state.phase == "waiting" else say.Resume())

    def answered(self, member: Member, event: Settled | Refused) -> None:
        self.answers[member.session.client, event.seq] = event

    async def end(self, calm: Calm) -> None:
        """One race after the other, until everybody is taken."""
        world, loop = self._world, asyncio.get_running_loop()
        deadline = loop.time() + END_S
        while not self.has_ended() or self._are_on_their_way():
            world.check_bug()
            if loop.time() > deadline:
                raise Violation(f"liveness: the draft is {self.state.phase} for ever", self._room)
            if not world.members[0].session.pending(self._room):
                self.act(world.members[0])
            self._prepare()
            await asyncio.sleep(0.1)
        world.faults.calm = True
        await calm.settled()
        await calm.check()
        world.judges[self._room].finish()

    def _are_on_their_way(self) -> bool:
        """Somebody may still undo the last pick."""
        pending = any(member.session.pending(self._room) for member in self._world.members)
        return pending or asyncio.get_running_loop().time() < self._last_s

    # --- a race -----------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Whoever takes part in the race of the running turn is told when to come."""
        turn = self.state.turn
        if turn is None or turn.deadline is None or turn.version in self._raced:
            return
        self._raced.add(turn.version)
        dice, grace = self._dice, self.settings.clock.grace_ms
        at = turn.deadline + dice.choice((0, grace, grace))
        if dice.random() < 0.2 and turn.wake is not None:
            at = turn.wake
        name = NAMES[turn.seat]
        racers = 0
        for member in self._world.members:
            if member.name.rstrip("2") == name and dice.random() < 0.8:
                self._come(at, self._pick, member, turn.version, self._free_player())
                racers += 1
        if dice.random() < 0.5:
            what = dice.choice(
                (say.UndoTo(), say.Pause(), say.ForceAuto(turn.version), self._for(turn.version))
            )
            self._come(at, self._say, self._world.members[0], what)
            racers += 1
        if racers:
            self._world.faults.noted("races")
            self._world.faults.noted(f"races on {self._world.cluster.count} nodes")

    def _for(self, turn: int) -> Struct:
        return say.PickFor(turn, self._free_player())

    def _free_player(self) -> str:
        state = self.state
        return self._dice.choice([one for one in state.ranked() if one not in state.held])

    def _come(self, at: int, what: Any, *details: Any) -> None:
        world = self._world
        wait_ms = at + self._dice.uniform(-NEAR_MS, NEAR_MS) - 10 - world.log_time()
        loop = asyncio.get_running_loop()
        self._last_s = max(self._last_s, loop.time() + wait_ms / 1000 + 0.1)
        loop.call_later(max(0.0, wait_ms / 1000), what, *details, context=world.outside)

    def _pick(self, member: Member, turn: int, player: str) -> None:
        if member.session.position(self._room) is None:
            return
        seq = member.submit(self._room, say.MakePick(turn, player))
        self.sent.append(Sent(member, seq, turn, player))


class RaceJudge(DraftJudge):
    """Who won each race, and what the losers were told."""

    def __init__(self, world: World, room: str, settings: DraftSettings, game: RaceGame) -> None:
        super().__init__(world, room, settings)
        self._game = game
        self._picks: dict[int, tuple[PickMade, str]] = {}
        """Turn to its pick, and who wrote the entry."""
        self._limits: dict[int, list[tuple[int, int]]] = {}
        """Turn to (from when, until when a pick counts), as the clock changed; 0: it stands."""
        self._changed: set[int] = set()
        """Cells whose picks were undone or replaced: what losers were told was true then."""
        self._running = 0
        self._made: dict[int, PickMade] = {}
        """Version to the pick in it."""

    def committed(self, entry: StoredEntry) -> None:
        grace = self._settings.clock.grace_ms
        for event in entry.events:
            match event:
                case PickMade():
                    if event.turn in self._picks:
                        raise Violation(f"turn {event.turn} has two outcomes", self._room)
                    self._picks[event.turn] = (event, entry.stamp.by)
                    self._made[entry.stamp.version] = event
                case TurnOpened() | ClockChanged():
                    if isinstance(event, TurnOpened):
                        self._running = entry.stamp.version
                    limit = 0 if event.deadline is None else event.deadline + grace
                    limits = self._limits.setdefault(self._running, [])
                    limits.append((entry.stamp.at, limit))
                case PicksUndone():
                    self._changed.update(event.cells)
                case PickReplaced():
                    self._changed.add(event.n)
                case _:
                    pass
        super().committed(entry)

    def finish(self) -> None:
        """Looks at every pick that was sent, and at the draft. Raises Violation."""
        for one in self._game.sent:
            self._check(one)
        super().finish()

    def _check(self, sent: Sent) -> None:
        answer = self._game.answers.get((sent.member.session.client, sent.seq))
        if isinstance(answer, Settled):
            made = self._made.get(answer.version)
            if made is None or (made.turn, made.player) != (sent.turn, sent.player):
                raise Violation(f"{sent.player} in turn {sent.turn} came to {made}", self._room)
            self.happened["races: picks that won"] += 1
            return
        if answer is None:
            raise Violation(f"5: a pick of turn {sent.turn} was never answered", self._room)
        self.happened[f"races: lost, {answer.code}"] += 1
        found = self._picks.get(sent.turn)
        if found is not None:
            self._check_loser(sent, answer, *found)

    def _check_loser(self, sent: Sent, answer: Refused, made: PickMade, by: str) -> None:
        received = self._world.received[sent.member.session.client, sent.seq]
        known = [until for since, until in self._limits[sent.turn] if since <= received]
        limit = known[-1] if known else 0
        if not by and received <= limit and answer.code != "paused":
            raise Violation(
                f"a pick received {limit - received} ms before the end of the grace was lost to"
                f" autopick ({answer.code})",
                self._room,
            )
        if made.n in self._changed or answer.code == "paused":
            return
        if answer.code == "too_late" and received > limit:
            return
        told: Any = answer.detail or {}
        if answer.code != "already_picked" or (told.get("n"), told.get("player")) != (
            made.n,
            made.player,
        ):
            raise Violation(
                f"the loser of turn {sent.turn} was told {answer.code} {told}, not that"
                f" {made.player} was picked",
                self._room,
            )
