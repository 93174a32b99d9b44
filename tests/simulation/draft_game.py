"""A draft is played by managers and a commissioner, on nodes and lines that fail: orders, auctions,
queues, autopick, pauses, undo, trades. What is drawn leans to what goes wrong, as in tests/drafts,
whose settings it uses; what is done depends on what has been committed so far.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from protocol import draft_commands as say
from protocol.client_events import Refused, Settled
from protocol.draft import DraftSettings, Player, RosterSlot
from protocol.membership import RoomOpened
from server.rules.draft.kind import DRAFT
from server.rules.draft.setup import problems_of
from server.rules.draft.state import Draft
from tests.drafts.script import random_pool, random_settings
from tests.simulation.draft_judge import DraftJudge, Lists
from tests.simulation.violation import Violation
from tests.support.drafts import BOSS, DraftRoom
from tests.support.recording_recipient import account_id

if TYPE_CHECKING:
    from tests.simulation.calm import Calm
    from tests.simulation.client import Member
    from tests.simulation.world import World

NAMES = ("boss", "mia", "noah", "olga", "paul")
"""The first is the commissioner; each of the others may have a team."""
TEAMS = (2, 3, 4)
ROUNDS = (1, 2, 3)
OLDER_TURN = 0.1
"""Chance that a command is for the turn before: sent late."""
END_S = 1_500.0
"""Within it, by the run's time, a draft must have ended in calm: the longest turns, each once more
for an outage."""
ALONE = 0.5
"""Chance that a draft is left alone in the end: it goes on without anybody (RM12)."""


def small_settings(dice: Random) -> DraftSettings:
    """As drawn for tests/drafts, but small, and with clocks that end in seconds."""
    while problems_of(settings := _made_small(dice, random_settings(dice))):
        pass
    return settings


def _made_small(dice: Random, settings: DraftSettings) -> DraftSettings:
    slots = tuple(
        msgspec.structs.replace(slot, count=min(slot.count, 2)) for slot in settings.slots[:3]
    ) or (RosterSlot("BN", (), 3, bench=True),)
    slots = (*(one for one in slots if not one.bench), RosterSlot("BN", (), 2, bench=True))
    teams = dice.choice(TEAMS)
    rounds = dice.choice(ROUNDS)
    matrix = tuple(
        tuple(dice.choices(range(1, teams + 1), k=dice.randint(1, teams))) for _ in range(rounds)
    )
    clock = msgspec.structs.replace(
        settings.clock,
        pick_s=dice.choice((2, 5, 15)),
        nominate_s=dice.choice((2, 5)),
        bid_s=dice.choice((2, 5)),
        bid_reset_s=dice.choice((1, 3)),
        bank_s=dice.choice((None, None, 5)),
        auto_ms=dice.choice((100, 2_000)),
        at_zero=dice.choice(("auto", "auto", "skip", "return")),
        zone="UTC",
        quiet=(),
    )
    return msgspec.structs.replace(
        settings,
        teams=teams,
        rounds=rounds,
        reversal=dice.randint(0, rounds),
        matrix=matrix if settings.type == "custom" else (),
        slots=slots,
        maxima={},
        clock=clock,
    )


class DraftGame:
    """Implements tests.simulation.game.Game."""

    kind = DRAFT
    older_kind = DRAFT
    room_counts: Sequence[int] = (1,)
    node_counts: Sequence[int] = (1, 2, 3)
    has_rival = False
    in_calm = False
    cpus = 0.1
    """Share of teams that a computer plays."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._dice = world.rng
        self.settings = small_settings(self._dice)
        self._pool: list[Player] = random_pool(self._dice, self.settings)
        self._mischief = self._dice.choice((0.0, 0.1, 0.3))
        """How often something else is done than what the turn asks for."""

    def names(self) -> Sequence[str]:
        return NAMES[: 1 + min(len(NAMES) - 1, self.settings.teams)]

    def opening(self, owner: str) -> list[Any]:
        plain = msgspec.to_builtins(self.settings)
        opened = RoomOpened("draft", "Simulation", account_id(owner), owner, plain)
        room = DraftRoom(self.settings, self._pool, managed=False)
        for seat, name in enumerate(NAMES[1 : self.settings.teams + 1], start=1):
            managers = () if self._dice.random() < self.cpus else (account_id(name),)
            room.names[account_id(name)] = name
            room.must(BOSS, say.SetSeat(seat, managers=managers, cpu=not managers))
        return [opened, *room.opening()]

    def judge(self, room: str) -> DraftJudge:
        return DraftJudge(self._world, room, self.settings)

    def knowledge(self, member: str) -> Lists:
        return Lists(member)

    def pointer(self, slot: int) -> Struct | None:
        del slot
        return None

    # --- what they do -----------------------------------------------------------------------------

    @property
    def _room(self) -> str:
        return self._world.rooms[0]

    @property
    def state(self) -> Draft:
        """As committed."""
        return self._world.truths[self._room].state.inner

    def answered(self, member: Member, event: Settled | Refused) -> None:
        """Stays check what the log says of it."""

    def has_ended(self) -> bool:
        return self.state.phase == "ended"

    def act(self, member: Member) -> None:
        if member.session.position(self._room) is None or self.has_ended():
            return
        is_boss = member is self._world.members[0]
        if is_boss and self.state.phase in {"waiting", "paused"}:
            waiting = self.state.phase == "waiting"
            self._say(member, self._start() if waiting else say.Resume())
        elif self._dice.random() < self._mischief:
            self._say(member, self._office() if is_boss else self._own_affairs())
        elif not is_boss:
            self._take_part(member)

    def _say(self, member: Member, command: Struct | None) -> None:
        if command is not None:
            member.submit(self._room, command)

    def _start(self) -> Struct:
        return say.Start() if self._dice.random() < 0.7 else say.SetOrder(None)

    @property
    def _turn(self) -> int:
        """The name of the running turn; now and then of one that is over."""
        turn = self.state.turn
        version = turn.version if turn else 0
        late = self._dice.random() < OLDER_TURN and self.state.picks
        return self.state.picks[-1].turn if late else version

    def _some_player(self) -> str:
        ranked = self.state.ranked()
        free = [one for one in ranked if one not in self.state.held]
        if not free or self._dice.random() < 0.05:
            return self._dice.choice(ranked)
        return free[min(int(self._dice.expovariate(0.5)), len(free) - 1)]

    def _take_part(self, member: Member) -> None:
        turn, dice = self.state.turn, self._dice
        if turn is None:
            return
        mine = self.state.seat_of(member.identity.account) == turn.seat
        match turn.sort:
            case "pick" if mine or dice.random() < 0.1:
                self._say(member, say.MakePick(self._turn, self._some_player()))
            case "nominate" if mine or dice.random() < 0.1:
                price = dice.choice((1, 2, 5))
                self._say(member, say.Nominate(self._turn, self._some_player(), price))
            case "bid" if self.state.bid is not None:
                price = self.state.bid.price + dice.choice((0, 1, 1, 2, 5, 30))
                if dice.random() < 0.3:
                    self._say(member, say.SetProxy(self._turn, dice.choice((None, price + 3))))
                else:
                    self._say(member, say.PlaceBid(self._turn, price))
            case _:
                pass

    def _own_affairs(self) -> Struct:
        if self._dice.random() < 0.3:
            return say.SetAuto(self._dice.random() < 0.5)
        some = tuple(self._some_player() for _ in range(3))
        return say.SetLists(queue=some, avoid=tuple(self._some_player() for _ in range(2)))

    def _office(self) -> Struct | None:
        state, dice, turn = self.state, self._dice, self._turn
        done = [pick.n for pick in state.picks]
        some_cell = dice.choice(done) if done else 1
        seats = list(state.seats)
        a, b = dice.sample(seats, 2)
        price = state.bid.price + 1 if state.bid else 1
        return dice.choice(
            (
                say.UndoTo(),
                say.UndoTo(some_cell),
                say.ReplacePick(some_cell, self._some_player()),
                say.Pause(),
                say.Pause(before=some_cell + 3),
                say.Trade(a, b, (), (), tuple(state.rosters[a][:1]), tuple(state.rosters[b][:1])),
                say.Trade(a, b, self._cells(a), self._cells(b), (), ()),
                say.Skip(turn, back=dice.random() < 0.6),
                say.ForceAuto(turn),
                say.PickFor(turn, self._some_player()),
                say.ExtendClock(turn, 3),
                say.DeleteSale(some_cell),
                say.BidFor(turn, a, price),
                say.SellNow(turn),
                say.GiveNomination(turn, b),
                say.SetSeat(a, auto=dice.random() < 0.5),
            )
        )

    def _cells(self, seat: int) -> tuple[int, ...]:
        state = self.state
        mine = [
            n for n in range(1, len(state.cells) + 1) if state.owner(n) == seat and state.is_open(n)
        ]
        return tuple(self._dice.sample(mine, min(1, len(mine))))

    # --- the end ----------------------------------------------------------------------------------

    async def end(self, calm: Calm) -> None:
        """It is played to its end, or goes there by itself; then it is judged."""
        world, loop = self._world, asyncio.get_running_loop()
        alone = self._dice.random() < ALONE
        deadline = loop.time() + END_S
        self._mischief = 0.0
        while not self.has_ended():
            world.check_bug()
            if loop.time() > deadline:
                raise Violation(f"liveness: the draft is {self.state.phase} for ever", self._room)
            if alone and self._goes_on_alone():
                self._leave()
            else:
                self._come_back()
                if not world.members[0].session.pending(self._room):
                    self.act(world.members[0])
                if self._dice.random() < 0.3:
                    self.act(self._dice.choice(world.members))
            await asyncio.sleep(0.5)
        self._come_back()
        await calm.settled()
        await asyncio.sleep(calm.rest_s)  # somebody, or a whole node, may be back only since now
        await calm.check()
        self._world.judges[self._room].finish()

    def _goes_on_alone(self) -> bool:
        return self.state.phase == "live" and self.state.pause_before is None

    def _leave(self) -> None:
        world = self._world
        if world.members[0].away:
            return
        world.faults.noted("a draft was left alone")
        for member in world.members:
            member.leave()
        if self._dice.random() < 0.5:
            world.cluster.crash_all()

    def _come_back(self) -> None:
        for member in self._world.members:
            if member.away:
                member.away = False
                member.connect()
