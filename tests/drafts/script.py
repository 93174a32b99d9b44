"""One random draft: settings, people and what they do are drawn from a seed; every refusal is
looked at, the log is judged by an independent check and replayed.

What is drawn leans to what goes wrong: tight pools, doubled and late commands, undo, trades, skips,
outages.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol import draft_commands as say
from protocol.draft import (
    NFL_STANDARD,
    AuctionSettings,
    ClockSettings,
    DraftSettings,
    Player,
    QuietHours,
    RosterSlot,
)
from protocol.draft_events import ListsChanged, ProxyChanged
from server.rules.draft import state as draft_state
from server.rules.draft.kind import DRAFT
from server.rules.draft.setup import problems_of
from server.rules.draft.verify import verify
from server.rules.kind import Accepted, Rejected
from tests.support.draft_audit import Entry, Judge
from tests.support.drafts import BOSS, DraftRoom, manager, pool_of

STEPS_MAX = 12_000
POSITIONS = ("QB", "RB", "WR", "TE", "K", "DEF")


@dataclass
class Outcome:
    """What one draft came to."""

    seed: int
    settings: DraftSettings
    faults: list[str]
    picks: int = 0
    accepted: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])


def random_settings(dice: random.Random) -> DraftSettings:
    """Settings that hold together; a third of them small, a few of them huge."""
    while True:
        sort = dice.choice(("snake", "snake", "linear", "custom", "auction"))
        teams = dice.choice((2, 3, 4, 6, 8, 10, 12, 12, 14, 32 if dice.random() < 0.05 else 5))
        slots = NFL_STANDARD if dice.random() < 0.5 else random_slots(dice)
        room = sum(slot.count for slot in slots)
        rounds = max(1, dice.choice((room, room, room - 1, dice.randint(1, room))))
        matrix: tuple[tuple[int, ...], ...] = ()
        if sort == "custom":
            matrix = tuple(
                tuple(dice.choices(range(1, teams + 1), k=dice.randint(1, teams)))
                for _ in range(rounds)
            )
        settings = DraftSettings(
            type=sort,  # pyright: ignore[reportArgumentType] - one of them
            teams=teams,
            rounds=rounds,
            reversal=dice.choice((0, 0, 3, dice.randint(1, rounds))),
            matrix=matrix,
            slots=slots,
            maxima={"QB": dice.randint(1, 4)} if dice.random() < 0.3 else {},
            needs=dice.choice(("refuse", "refuse", "warn", "any")),
            starters_first=dice.random() < 0.8,
            clock=random_clock(dice),
            auction=AuctionSettings(
                budget=dice.choice((room, room + 5, 100, 200, 260)) * dice.choice((1, 2)),
                min_bid=dice.choice((1, 1, 2)),
                increment=dice.choice((1, 1, 2, 5)),
                reserve_all=dice.random() < 0.1,
                nominations=dice.choice(("straight", "snake", "winner")),
                auto_percent=dice.choice((0, 80, 120)),
            ),
        )
        if not problems_of(settings):
            return settings


def random_slots(dice: random.Random) -> tuple[RosterSlot, ...]:
    """A roster of one's own, flexible places among them."""
    slots = [
        RosterSlot(position, (position,), dice.randint(1, 2))
        for position in POSITIONS
        if dice.random() < 0.6
    ]
    for number in range(dice.randint(0, 2)):
        some = tuple(dice.sample(POSITIONS, dice.randint(2, 3)))
        slots.append(RosterSlot(f"FLEX{number}", some, dice.randint(1, 2)))
    slots.append(RosterSlot("BN", (), dice.randint(1, 4), bench=True))
    return tuple(slots)


def random_clock(dice: random.Random) -> ClockSettings:
    """Clocks with banks, nights, and every ending."""
    return ClockSettings(
        pick_s=dice.choice((30, 90, 3_600, None)),
        nominate_s=dice.choice((30, None)),
        bid_s=dice.choice((15, 30)),
        bank_s=dice.choice((None, None, 120)),
        grace_ms=dice.choice((0, 1_000, 2_000)),
        at_zero=dice.choice(("auto", "auto", "auto", "skip", "return", "nothing")),
        on_miss=dice.choice(("manual", "auto")),
        resume=dice.choice(("continue", "reset")),
        zone=dice.choice(("UTC", "America/New_York")),
        quiet=dice.choice(((), (), (QuietHours(120, 300),), (QuietHours(1_380, 420),))),
    )


def random_pool(dice: random.Random, settings: DraftSettings) -> list[Player]:
    """As many as are wanted, or hardly, or fewer; some of two positions, some hurt."""
    room = sum(slot.count for slot in settings.slots)
    wanted = settings.teams * room
    count = max(1, int(wanted * dice.choice((0.8, 1.0, 1.2, 1.5, 2.0))))
    pool: list[Player] = []
    for player in pool_of(count):
        positions = (dice.choice(POSITIONS),)
        if dice.random() < 0.1:
            positions = tuple(dice.sample(POSITIONS, 2))
        status = "IR" if dice.random() < 0.03 else ""
        pool.append(msgspec.structs.replace(player, positions=positions, status=status))
    return pool


def plain_settings(settings: DraftSettings) -> dict[str, Any]:
    """As a file has them, with the places always there."""
    plain = msgspec.json.decode(msgspec.json.encode(settings))
    return {**plain, "slots": msgspec.to_builtins(list(settings.slots))}


def log_of(room: DraftRoom) -> list[Entry]:
    """The public log, as plain data."""
    return [
        Entry(
            stamp.version,
            stamp.at,
            stamp.by,
            msgspec.json.decode(
                msgspec.json.encode(
                    [one for one in events if not isinstance(one, ListsChanged | ProxyChanged)]
                )
            ),
        )
        for stamp, events in room.log
    ]


class Script:
    """One draft being played."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.settings = random_settings(self.dice)
        pool = random_pool(self.dice, self.settings)
        self.room = DraftRoom(self.settings, pool, seed=seed)
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.faults: list[str] = []
        self.busy = self.dice.choice((0.0, 0.05, 0.2))
        """How often something else than a pick happens."""

    def run(self) -> Outcome:
        """From the first seat to the last pick, and judged."""
        self._prepare()
        if not self._start():
            return self._outcome([])
        for step in range(STEPS_MAX):
            if self.room.state.phase == "ended" and (step > 50 or self.dice.random() < 0.9):
                break
            self._step(calm=step > 600)
        else:
            self.faults.append(f"no end after {STEPS_MAX} steps")
        return self._outcome(self._judge())

    def _outcome(self, faults: list[str]) -> Outcome:
        return Outcome(
            self.seed,
            self.settings,
            [*self.faults, *faults],
            len(self.room.state.picks),
            self.accepted,
            self.refused,
        )

    def _say(self, by: str, command: Any, *, now: int | None = None) -> bool:
        decision = self.room.say(by, command, now=now)
        tag = str(command.__struct_config__.tag)
        if isinstance(decision, Rejected):
            self.refused[decision.code] += 1
            return False
        assert isinstance(decision, Accepted)
        self.accepted[tag] += 1
        return True

    # --- before

    def _prepare(self) -> None:
        dice, room = self.dice, self.room
        self._say(BOSS, say.SetOrder(None))
        for seat in room.state.seats:
            if dice.random() < 0.15:
                self._say(BOSS, say.SetSeat(seat, cpu=True))
            if dice.random() < 0.1:
                self._say(BOSS, say.SetSeat(seat, room=dice.randint(1, 20)))
            if dice.random() < 0.3:
                some = tuple(dice.sample(sorted(room.state.pool), min(8, len(room.state.pool))))
                self._say(manager(seat), say.SetLists(queue=some[:5], avoid=some[5:]))
        for _ in range(dice.choice((0, 0, 2, 5))):
            self._keep()
        for _ in range(dice.choice((0, 0, 3))):
            self._trade()
        if dice.random() < 0.3:
            self._say(BOSS, say.SetOrder(None))

    def _keep(self) -> None:
        dice, auction = self.dice, self.room.state.is_auction
        self._say(
            BOSS,
            say.SetKeeper(
                dice.choice(list(self.room.state.seats)),
                dice.choice(list(self.room.state.pool)),
                None if auction else dice.randint(1, self.settings.rounds),
                dice.randint(1, 20) if auction else None,
            ),
        )

    def _start(self) -> bool:
        if self._say(BOSS, say.Start()):
            return True
        for player in list(self.room.state.keepers):
            self._say(BOSS, say.RemoveKeeper(player))
        for seat in self.room.state.seats:
            self._say(BOSS, say.SetSeat(seat, budget=1_000))
        return self._say(BOSS, say.Start())

    # --- during

    def _step(self, *, calm: bool) -> None:
        room, dice = self.room, self.dice
        state = room.state
        if state.phase == "ended":
            self._say(BOSS, say.UndoTo())
            return
        if state.phase == "paused":
            if dice.random() < 0.3:
                self._meddle()
            room.now += dice.randint(0, 100_000)
            self._say(BOSS, say.Resume(dice.choice((None, "continue", "reset"))))
            return
        if not calm and dice.random() < self.busy:
            self._meddle()
            return
        if state.turn is not None and (dice.random() < 0.3 or calm) and self._wake():
            return
        self._take_part()

    def _wake(self) -> bool:
        if DRAFT.next_deadline(self.room.state) is None:
            turn = self.room.turn
            if turn.sort == "bid":
                return self._say(BOSS, say.SellNow(turn.version))
            return self._say(BOSS, say.ForceAuto(turn.version))
        self.room.wake(late=self.dice.choice((0, 0, 0, 50_000)))
        self.accepted["system.wake"] += 1
        return True

    def _take_part(self) -> None:
        turn = self.room.state.turn
        if turn is None:
            return
        self.room.now += self.dice.randint(0, 20_000)
        now = self.room.now
        if turn.deadline is not None and turn.wake is not None:
            now = min(now, max(turn.wake, self.room.state.now))
            self.room.now = now
        player = self._some_player()
        match turn.sort:
            case "pick":
                by = manager(turn.seat)
                self._say(by, say.MakePick(turn.version, player))
                if self.dice.random() < 0.1:  # once more, on another device
                    self._say(by, say.MakePick(turn.version, self._some_player()))
            case "nominate":
                price = self.dice.choice((1, 2, 2, 5))
                self._say(manager(turn.seat), say.Nominate(turn.version, player, price))
            case "bid":
                self._bid(turn.version)

    def _bid(self, version: int) -> None:
        state, dice = self.room.state, self.dice
        assert state.bid is not None
        by = manager(dice.choice(list(state.seats)))
        price = state.bid.price + dice.choice((0, 1, 1, 2, 5, 30))
        if dice.random() < 0.3:
            self._say(by, say.SetProxy(version, dice.choice((None, price + 3, price + 20))))
        else:
            self._say(by, say.PlaceBid(version, price))

    def _some_player(self) -> str:
        free = [one for one in self.room.state.ranked() if one not in self.room.state.held]
        if not free or self.dice.random() < 0.03:
            return self.dice.choice(self.room.state.ranked())
        return free[min(int(self.dice.expovariate(0.2)), len(free) - 1)]

    # --- the commissioner, and the weather

    def _meddle(self) -> None:
        dice, room, state = self.dice, self.room, self.room.state
        turn = state.turn
        v = turn.version if turn else 0
        done = [pick.n for pick in state.picks]
        some_cell = dice.choice(done) if done else 1
        some_seat = dice.choice(list(state.seats))
        match dice.randrange(17):
            case 0:
                self._say(BOSS, say.UndoTo())
            case 1:
                self._say(BOSS, say.UndoTo(dice.choice((some_cell, *done[-3:]))))
            case 2:
                self._say(BOSS, say.ReplacePick(some_cell, self._some_player()))
            case 3:
                self._say(BOSS, say.Pause())
            case 4:
                self._say(BOSS, say.Pause(before=some_cell + 3))
            case 5 | 6:
                self._trade()
            case 7:
                self._say(BOSS, say.Skip(v, back=dice.random() < 0.6))
            case 8:
                self._say(BOSS, say.ForceAuto(v))
            case 9:
                self._say(BOSS, say.PickFor(v, self._some_player()))
            case 10:
                self._say(BOSS, say.ExtendClock(v, 30))
            case 11:
                self._say(manager(some_seat), say.SetAuto(dice.random() < 0.5))
            case 12:
                began = room.now
                room.now += dice.randint(100, 60_000)
                room.outage(began, room.now)
            case 13:
                self._say(BOSS, say.DeleteSale(some_cell))
            case 14:
                self._keep()
            case 15:
                high = state.bid.price if state.bid else 0
                self._say(BOSS, say.BidFor(v, some_seat, high + 1))
                self._say(BOSS, say.GiveNomination(v, some_seat))
            case _:
                clock = random_clock(dice)
                new = msgspec.structs.replace(state.settings, clock=clock)
                self._say(BOSS, say.Configure(new, now=dice.random() < 0.5))
                if dice.random() < 0.05:
                    self._say(BOSS, say.ResetDraft())
                    self._start()

    def _trade(self) -> None:
        dice, state = self.dice, self.room.state
        a, b = dice.sample(list(state.seats), 2)
        cells = {
            seat: [
                n
                for n in range(1, len(state.cells) + 1)
                if state.owner(n) == seat and state.is_open(n)
            ]
            for seat in (a, b)
        }
        n = dice.choice((0, 1, 1, 2))
        self._say(
            BOSS,
            say.Trade(
                a,
                b,
                tuple(dice.sample(cells[a], min(n, len(cells[a])))),
                tuple(dice.sample(cells[b], min(n, len(cells[b])))),
                tuple(state.rosters[a][: dice.choice((0, 0, 1))]),
                tuple(state.rosters[b][: dice.choice((0, 0, 1))]),
            ),
        )

    # --- after

    def _judge(self) -> list[str]:
        judge = Judge(plain_settings(self.settings))
        judge.read(log_of(self.room))
        faults = judge.finish()
        replayed = draft_state.snapshot(self.room.replayed())
        if msgspec.json.encode(replayed) != msgspec.json.encode(
            draft_state.snapshot(self.room.state)
        ):
            faults.append("the log does not give the same state again")
        return [*faults, *verify(self.settings, self.room.log).faults]
