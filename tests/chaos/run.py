"""A run: rooms and members, faults one after the other or at once, calm, judgement."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from protocol.membership import RoomOpened
from server.config import Settings
from server.databases import open_log
from server.identity import Identity
from server.rooms.making import Maker, new_room
from server.rules.board import BOARD
from server.rules.membership import open_room
from storage.room_log import Appended, RoomAppend
from tests.chaos.delays import Delay, alone, delays
from tests.chaos.faults import DOING, World
from tests.chaos.judgement import Found, Verdict, find, judge
from tests.chaos.member import Member
from tests.chaos.plan import NODES, Fault
from tests.chaos.recording import Happened, Recording, digest
from tests.chaos.stage import Stage, staged
from tests.support.kinds.counting import COUNTING
from tests.support.timeouts import MS

BOARDS, COUNTERS, MEMBERS = 2, 1, 4
"""Rooms of each kind, and members of each room: at least one at home on every node."""
CALM_S_MAX = 240_000 * MS
HEARD_S_MAX = 120_000 * MS
"""After a fault, until everybody hears of everybody again."""
LOOK_S = 0.05
PAIRS_TOLD = 4
HALF_OPEN_S_MAX = 60.0
"""The server has noticed by then: two heartbeats, and what its sweep takes."""
SHARED = "o_shared00000"
KINDS = {"board": BOARD, "counting": COUNTING}


@dataclass
class Outcome:
    """Of a run."""

    happened: list[Happened] = field(default_factory=list[Happened])
    verdict: Verdict = field(default_factory=Verdict)
    delays: dict[str, Delay] = field(default_factory=dict[str, Delay])
    commands: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    postponed: Counter[str] = field(default_factory=Counter[str])
    stuck: Counter[str] = field(default_factory=Counter[str])
    """Where clients' connections waited whose closing did not end."""
    closes: Counter[int] = field(default_factory=Counter[int])
    entries: int = 0
    shown: int = 0
    seconds: float = 0.0
    """From the first fault to calm."""
    errors: Counter[str] = field(default_factory=Counter[str])
    samples: dict[str, str] = field(default_factory=dict[str, str])


class Run:
    """On a stage that stands. `said` gets a line now and then."""

    def __init__(self, stage: Stage, *, seed: int, said: Callable[[str], None]) -> None:
        self.stage, self.said = stage, said
        self.draw = random.Random(f"members {seed}")
        self.members: list[Member] = []
        self.rooms: dict[str, str] = {}
        """Id to kind."""
        self.outcome = Outcome()
        self.world: World
        self._token = ""
        self._under_way: dict[Fault, asyncio.Task[None]] = {}

    # ---------------------------------------------------------------- who plays

    async def open(self) -> None:
        """Makes the rooms, and their members."""
        ask = self.stage.ask
        owner = await ask(0, "POST", "/auth/guest", "", {"name": "Owner"})
        self._token = owner["token"]
        for number in range(BOARDS):
            body = {"kind": "board", "name": f"Board {number}"}
            room = (await ask(0, "POST", "/rooms", self._token, body))["id"]
            shared = {"id": SHARED, "sort": "token", "props": {"at": [0, 0]}}
            command = {"command": {"type": "objects.add", "objects": [shared]}}
            await ask(0, "POST", f"/rooms/{room}/commands", self._token, command)
            self.rooms[room] = "board"
        for _ in range(COUNTERS):
            self.rooms[await self._counter(owner["account"])] = "counting"
        invites: dict[str, str] = {}
        for room, kind in self.rooms.items():
            path = f"/rooms/{room}/invitations"
            made = await ask(0, "POST", path, self._token, {"role": "editor"})
            for number in range(MEMBERS):
                await self._member(room, kind, made["secret"], number)
            invites[room] = made["secret"]
        pest = await ask(0, "POST", "/auth/guest", "", {"name": "Pest"})
        room = next(iter(self.rooms))
        self.world = World(self.stage, self.members, (room, pest["token"], invites[room]))

    async def _counter(self, owner: str) -> str:
        """A room of a kind that the HTTP side makes none of."""
        opened = open_room(COUNTING.name, "Counting", owner, "Owner", {})
        maker = Maker(
            Identity(owner, "Owner", 2**53 - 1),
            int(time.time() * 1000),
            lambda: self.draw.getrandbits(64),
        )
        room = f"r_{self.draw.getrandbits(128):032x}"[:24]
        log = await open_log(Settings(database=self.stage.postgres.url()), migrate=False)
        try:
            assert isinstance(opened, RoomOpened), opened
            append = await new_room(room, COUNTING, opened, (), maker)
            assert isinstance(append, RoomAppend), append
            (outcome,) = await log.append([append])
            assert isinstance(outcome, Appended), outcome
        finally:
            await log.close()
        return room

    async def _member(self, room: str, kind: str, invite: str, number: int) -> None:
        home = (number + len(self.members)) % NODES
        name = f"{kind} {len(self.members)}"
        guest = await self.stage.ask(home, "POST", "/auth/guest", "", {"name": name})
        client = f"chaos-{self.draw.getrandbits(64):016x}"
        member = Member(
            Recording(client, guest["account"], room),
            kind=kind,
            token=guest["token"],
            invite=invite,
            ports=self.stage.ports,
            home=home,
            shared=SHARED,
            draw=random.Random(self.draw.getrandbits(64)),
        )
        self.members.append(member)

    # ---------------------------------------------------------------- what happens to them

    async def play(self, faults: Iterable[Fault], *, until: float) -> None:
        """Does them, until none is left or the time (of time.monotonic) is over; then all come to
        rest and are judged."""
        async with asyncio.TaskGroup() as tasks:
            for member in self.members:
                tasks.create_task(member.run())
            await _until(lambda: all(one.live for one in self.members), CALM_S_MAX)
            for member in self.members:
                member.playing = True
            await self._all_hear("the beginning", time.time())
            began = time.monotonic()
            async with asyncio.TaskGroup() as doing:
                for fault in faults:
                    if time.monotonic() >= until:
                        break
                    await self._next(fault, doing)
            self.outcome.verdict.wrong += await self.stage.revive()
            await self._calm()
            self.outcome.seconds = time.monotonic() - began
            for member in self.members:
                member.finish()
            views = await self._served()
            for member in self.members:
                member.leave()
        await self._judge(views)

    async def _next(self, fault: Fault, doing: asyncio.TaskGroup) -> None:
        """Begins one when its time has come."""
        under_way = [*self._under_way]
        if not (fault.at_once and len(under_way) == 1 and fault.beside(under_way)):
            await asyncio.gather(*self._under_way.values())
            last = self.outcome.happened[-1:]
            self.outcome.verdict.wrong += await self.stage.revive()
            if last:
                await self._all_hear(last[0].kind, last[0].ended)
            for member in self.members:
                member.go_home()
            await self._all_hear("going home", time.time())
        await asyncio.sleep(fault.pause_s)
        self.said(f"{len(self.outcome.happened)} faults, now: {fault.kind.name}")
        self._under_way[fault] = doing.create_task(self._do(fault))

    async def _do(self, fault: Fault) -> None:
        began = time.time()
        try:
            note = await DOING[fault.kind.name](self.world, fault)
        finally:
            self._under_way.pop(fault, None)
        happened = Happened(fault.kind.name, fault.node, began, time.time(), note or "")
        self.outcome.happened.append(happened)

    async def _all_hear(self, after: str, moment: float) -> None:
        """Everybody has an entry of everybody else in the room that was written after that."""
        moment_ms = moment * 1000

        def missing() -> list[tuple[Member, Member]]:
            return [
                (one, other)
                for one in self.members
                for other in self._in(one.recording.room)
                if one.heard_from.get(other.recording.account, 0) < moment_ms
            ]

        if not await _until(lambda: not missing(), HEARD_S_MAX):
            told = "; ".join(f"{one} of {other}" for one, other in missing()[:PAIRS_TOLD])
            self.outcome.verdict.wrong.append(
                f"{HEARD_S_MAX:g} s after: {after}, these had not heard: {told}"
            )

    async def _calm(self) -> None:
        """Nobody says anything new; everything said is answered, and everybody has everything."""
        for member in self.members:
            member.playing = False

        def calm() -> bool:
            return all(one.live and not one.unanswered for one in self.members) and all(
                len({one.session.position(room) for one in self._in(room)}) == 1
                for room in self.rooms
            )

        if not await _until(calm, CALM_S_MAX):
            open_ = sum(one.unanswered for one in self.members)
            self.outcome.verdict.wrong.append(f"no calm in {CALM_S_MAX:g} s, {open_} unanswered")

    # ---------------------------------------------------------------- what is found

    def _in(self, room: str) -> list[Member]:
        return [one for one in self.members if one.recording.room == room]

    async def _served(self) -> list[tuple[str, str, str]]:
        """Room, node and digest of what each node shows over HTTP."""
        shown: list[tuple[str, str, str]] = []
        for room in self.rooms:
            for number in range(NODES):
                try:
                    view = await self.stage.ask(number, "GET", f"/rooms/{room}", self._token)
                except httpx.HTTPError as error:
                    self.outcome.verdict.wrong.append(f"node{number} does not show {room}: {error}")
                else:
                    shown.append((room, f"node{number}", digest(view["state"]["kind"])))
        return shown

    async def _judge(self, served: Sequence[tuple[str, str, str]]) -> None:
        outcome, verdict = self.outcome, self.outcome.verdict
        log = await open_log(Settings(database=self.stage.postgres.url()), migrate=False)
        rooms: dict[str, tuple[Found, list[Recording]]] = {}
        try:
            for room, kind in self.rooms.items():
                recordings = [one.recording for one in self._in(room)]
                found = await find(log, room, KINDS[kind])
                rooms[room] = (found, recordings)
                judge(found, recordings, verdict)
                outcome.entries += found.version
        finally:
            await log.close()
        for room, node, shown in served:
            verdict.compared += 1
            if shown != rooms[room][0].digest:
                verdict.different.append(f"{node} shows {room} as the log does not have it")
        for one in outcome.happened:
            if one.note and alone(one, one.ended, outcome.happened):
                verdict.wrong.append(f"{one.kind}: {one.note}")
        verdict.wrong += self._half_open_too_long()
        outcome.delays = delays(outcome.happened, rooms)
        for number in range(NODES):
            self.stage.read_log(number)
        outcome.errors, outcome.samples = self.stage.errors, self.stage.samples
        verdict.wrong += [
            f"logged as an error, {times} times: {event}" for event, times in outcome.errors.items()
        ]
        for recording in (one.recording for one in self.members):
            outcome.commands += len(recording.marks)
            outcome.accepted += len(recording.settled)
            outcome.refused.update(recording.refused.values())
            outcome.closes.update(recording.closes)
            outcome.postponed += recording.postponed
            outcome.stuck.update(recording.stuck)
            outcome.shown += len(recording.versions)

    def _half_open_too_long(self) -> Iterator[str]:
        now = time.monotonic()
        for line in self.stage.lines:
            for one in line.half_opened:
                lasted = (one.server_ended or now) - one.since
                if lasted > HALF_OPEN_S_MAX:
                    yield f"a half-open connection was kept for {lasted:.0f} s"


async def _until(holds: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


async def chaos(
    folder: Path,
    faults: Iterable[Fault],
    *,
    seed: int,
    seconds: float,
    said: Callable[[str], None],
) -> Outcome:
    """A run on a stage of its own, for so long or until there are no more faults."""
    async with staged(folder) as stage:
        run = Run(stage, seed=seed, said=said)
        await run.open()
        await run.play(faults, until=time.monotonic() + seconds)
        return run.outcome
