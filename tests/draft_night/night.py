"""A whole draft while nodes are killed: twelve teams, fifteen rounds, two browsers and ten programs
on three nodes, one of which is killed every ten picks, and a Redis that forgets everything twice.

At the end the draft must be over and legal, everybody must have the same, and nobody may have been
picked for but those who wanted it. SPEC: DR16, DR21, DR27, RM20, CK1 to CK3.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import async_playwright

from protocol.draft import Player
from server.config import Settings
from server.databases import open_log
from server.rules.draft.kind import DRAFT
from tests.chaos.judgement import Verdict, find, judge
from tests.chaos.recording import digest
from tests.chaos.stage import Stage, apart, staged
from tests.draft_night.drafter import Drafter, drafter_at
from tests.draft_night.page_drafter import PageDrafter
from tests.draft_night.rooms import Drafted, Guest, drafted, guest, new_draft, say
from tests.draft_night.stale import Staleness, Stretch, staleness, truth, while_connected
from tests.support import browser
from tests.support.browser import Stage as Browsers
from tests.support.browser import launch
from tests.support.draft_audit import Plain
from tests.support.drafts import pool_of
from tests.support.timeouts import MS

NODES = 3
CLOCK = {"pick_s": 20, "grace_ms": 1_000, "auto_ms": 500}
POOL = 420
LOOK_S = 0.05
LIVE_S_MAX = 120_000 * MS
CALM_S_MAX = 120_000 * MS
PICK_S_MAX = 150_000 * MS
"""Without any pick for so long: something hangs."""
AUTO = 3
"""Place in a seat's row."""
STOOD_S_MAX = 3.0
"""A clock shows whole seconds; a browser on a busy machine may be late with a frame or two."""
DEAD_S = 0.2
"""Between the kill and the start."""


@dataclass(frozen=True)
class Plan:
    """What is played. Rounds are those of the NFL's standard roster; fewer end earlier."""

    teams: int = 12
    rounds: int = 15
    kill_every: int = 10
    flushes: int = 2
    """Of Redis, evenly over the picks."""
    idle: tuple[int, ...] = (55,)
    """Cells of a program's that are left to the clock."""
    auto: tuple[int, ...] = (8, 9)
    """Rounds in which one team is picked for, as it asks."""

    @property
    def cells(self) -> int:
        """Of the whole draft."""
        return self.teams * self.rounds

    @property
    def flush_at(self) -> list[int]:
        """So many picks."""
        return [self.cells * n // (self.flushes + 1) for n in range(1, self.flushes + 1)]


@dataclass
class Shown:
    """How stale one client's clock was. Seconds."""

    who: str
    staleness: Staleness
    longest: float
    connected: float
    """Of that, while it did not know that it was away."""


@dataclass
class Outcome:
    """Of a night. `faults`: a sentence each."""

    seconds: float = 0.0
    picks: int = 0
    by_hand: int = 0
    """Made on pages."""
    auto: int = 0
    outages: int = 0
    """Times that a turn got back what an outage had taken."""
    kills: int = 0
    starts: int = 0
    flushes: int = 0
    compared: int = 0
    """Replicas, pages and nodes whose view is that of the log."""
    shown: list[Shown] = field(default_factory=list[Shown])
    stood_s: float = 0.0
    """The longest time that a page's running clock stood still in its frames."""
    frame_s: float = 0.0
    """The longest time between two frames of a page."""
    faults: list[str] = field(default_factory=list[str])


def players() -> list[Player]:
    """None has a name in which another's stands."""
    return [msgspec.structs.replace(one, name=f"Player {one.rank:04d}") for one in pool_of(POOL)]


class Night:
    """On a stage that stands. `said` gets a line now and then."""

    def __init__(
        self, stage: Stage, browsers: Browsers, plan: Plan, seed: int, said: Callable[[str], None]
    ) -> None:
        self.stage, self.browsers, self.plan, self.said = stage, browsers, plan, said
        self.seed, self.draw = seed, random.Random(f"night {seed}")
        self.outcome = Outcome()
        self.drafters: list[Drafter] = []
        self.pages: list[PageDrafter] = []
        self.room = ""
        self.boss: Guest
        self._down: set[int] = set()

    # ---------------------------------------------------------------- who plays

    async def open(self) -> None:
        """Makes the draft, and seats everybody: two at pages, the others at programs."""
        plan = self.plan
        self.boss = await guest(self.stage, 0, "Commissioner")
        settings = {"teams": plan.teams, "rounds": plan.rounds, "clock": CLOCK}
        self.room, invite = await new_draft(self.stage, self.boss, settings, players())
        page_seats = (2, plan.teams - 1)
        for seat in range(1, plan.teams + 1):
            who = await guest(self.stage, seat % NODES, f"Manager {seat}")
            if seat in page_seats:
                await self._page(seat, who, invite)
            else:
                self._program(seat, who, invite)

    async def _page(self, seat: int, who: Guest, invite: str) -> None:
        stored = browser.Guest(who.token, who.account, who.name, who.expires)
        person = await self.browsers.person(None, stored)
        page = await PageDrafter.at(person, self.room, seat, f"{self.seed} {seat}", invite)
        self.pages.append(page)
        await self._seat(seat, who)

    async def _seat(self, seat: int, who: Guest) -> None:
        command = {"type": "seat.set", "seat": seat, "managers": [who.account], "name": who.name}
        await say(self.stage, self.room, self.boss, command)

    def _program(self, seat: int, who: Guest, invite: str) -> None:
        plan = self.plan
        one = drafter_at(
            self.stage.ports,
            self.room,
            who,
            invite,
            seat=seat,
            draw=self.draw,
            idle=plan.idle,
            auto=plan.auto if seat == plan.teams else (),
        )
        self.drafters.append(one)

    # ---------------------------------------------------------------- what happens to them

    async def play(self) -> None:
        """From the start to the last pick, and until everybody has seen it."""
        async with asyncio.TaskGroup() as tasks:
            for one in self.drafters:
                tasks.create_task(one.run())
            await self._until(lambda: all(one.live for one in self.drafters), LIVE_S_MAX, "live")
            for one in self.drafters:
                await self._seat(
                    one.seat, Guest(f"Manager {one.seat}", one.recording.account, "", 0)
                )
                one.playing = True
            await say(self.stage, self.room, self.boss, {"type": "draft.start"})
            self.said(f"{self.plan.cells} picks to make")
            began = time.monotonic()
            for page in self.pages:
                page.playing = True
                tasks.create_task(page.run())
            await self._happen(tasks)
            self.outcome.seconds = time.monotonic() - began
            for one in (*self.drafters, *self.pages):
                one.playing = False
            await self._until(lambda: not self._down, LIVE_S_MAX, "all nodes up")
            await self._until(self._calm, CALM_S_MAX, "calm")
            for one in self.drafters:
                one.finish()
                one.leave()

    @property
    def _picks(self) -> int:
        return max(len(one.view.get("picks", ())) for one in self.drafters)

    async def _happen(self, tasks: asyncio.TaskGroup) -> None:
        """Faults at their picks, until all have been made."""
        last, since, killed = 0, time.monotonic(), 0
        flushes = self.plan.flush_at
        while (picks := self._picks) < self.plan.cells:
            if picks != last:
                last, since = picks, time.monotonic()
            if time.monotonic() - since > PICK_S_MAX:
                self.outcome.faults.append(f"no pick in {PICK_S_MAX:g} s after {picks}")
                return
            if flushes and picks >= flushes[0]:
                flushes.pop(0)
                await apart(lambda: self.stage.redis.say("FLUSHALL"))
                self.outcome.flushes += 1
            if picks // self.plan.kill_every > killed and len(self._down) < NODES - 1:
                killed += 1
                number = next(
                    n % NODES for n in range(killed, killed + NODES) if n % NODES not in self._down
                )
                self._down.add(number)
                tasks.create_task(self._kill(number))
                self.said(f"{picks} picks, node{number} killed")
            await asyncio.sleep(LOOK_S)

    async def _kill(self, number: int) -> None:
        await self.stage.end(number)
        self.outcome.kills += 1
        await asyncio.sleep(DEAD_S)
        await self.stage.bring_up(number)
        self.outcome.starts += 1
        self._down.discard(number)

    def _calm(self) -> bool:
        return (
            all(one.live and not one.unanswered for one in self.drafters)
            and len({one.session.position(self.room) for one in self.drafters}) == 1
        )

    async def _until(self, holds: Callable[[], bool], limit_s: float, what: str) -> None:
        until = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() > until:
                self.outcome.faults.append(f"not {what} in {limit_s:g} s")
                return
            await asyncio.sleep(LOOK_S)

    # ---------------------------------------------------------------- what is found

    async def judge(self) -> None:
        """The log by both judges, everybody's replica and page against it, and the clocks."""
        outcome = self.outcome
        found = (await drafted(self.stage, [self.room], ended=True))[self.room]
        outcome.faults += found.faults
        self._count(found)
        log = await open_log(Settings(database=self.stage.postgres.url()), migrate=False)
        try:
            held = await find(log, self.room, DRAFT)
        finally:
            await log.close()
        verdict = Verdict()
        judge(held, [one.recording for one in self.drafters], verdict)
        outcome.faults += verdict.sentences
        outcome.compared += verdict.compared
        for number in range(NODES):
            path = f"/rooms/{self.room}"
            view = (await self.stage.ask(number, "GET", path, self.boss.token))["state"]["kind"]
            self._same(f"node{number}", view, held.view)
            self.stage.read_log(number)
        for event, times in self.stage.errors.items():
            said = self.stage.samples.get(event, "")[-400:]
            outcome.faults.append(f"logged as an error, {times} times: {event}: {said}")
        true = truth(found.log)
        for one in self.drafters:
            self._stale(f"program {one.seat}", staleness(true, one.shown), one.away)
        for page in self.pages:
            await self._judge_page(page, held.view, true)

    def _count(self, found: Drafted) -> None:
        outcome = self.outcome
        asked: dict[int, bool] = {}
        for event in (event for entry in found.log for event in entry.events):
            match event["type"]:
                case "seat.changed":
                    asked[event["seat"]] = event["team"][AUTO]
                case "clock.changed":
                    outcome.outages += event["why"] == "outage"
                case "pick.made":
                    outcome.picks += 1
                    auto = event["how"] != "manual"
                    outcome.auto += auto
                    if auto and not asked[event["seat"]] and event["n"] not in self.plan.idle:
                        outcome.faults.append(f"cell {event['n']} was picked for, unasked")
                case _:
                    pass

    def _same(self, who: str, view: Plain, held: Plain) -> None:
        self.outcome.compared += 1
        if digest(view) != digest(held):
            other = [name for name in held if view.get(name) != held[name]]
            self.outcome.faults.append(f"{who} shows {', '.join(other)} as the log has not")

    async def _judge_page(self, page: PageDrafter, held: Plain, true: Any) -> None:
        self.outcome.by_hand += page.picks
        who = f"page {page.seat}"
        await page.person.page.wait_for_function(
            "(count) => globalThis.night.room.state.picks.length === count",
            arg=len(held["picks"]),
        )
        self._same(who, await page.look() or {}, held)
        drawn = {n: name for n, name in (await page.drawn()).items() if name}
        names = {one["n"]: held["pool"][one["player"]][1] for one in held["picks"]}
        if drawn != names:
            wrong = sorted(n for n in names.keys() | drawn.keys() if names.get(n) != drawn.get(n))
            self.outcome.faults.append(f"{who} draws other names in cells {wrong[:5]}")
        watched = await page.watched()
        self.outcome.stood_s = max(self.outcome.stood_s, watched.stood_s)
        self.said(f"{who}: the longest stand of its clock: {watched.stand}")
        self.outcome.frame_s = max(self.outcome.frame_s, watched.frame_s)
        if watched.stood_s > STOOD_S_MAX:
            stood = f"{who}: its clock stood still for {watched.stood_s:.1f} s: {watched.stand}"
            self.outcome.faults.append(stood)
        self._stale(who, staleness(true, watched.shown), watched.away)
        self.outcome.faults += [f"{who}: {one}" for one in page.person.problems]

    def _stale(self, who: str, found: Staleness, away: list[Stretch]) -> None:
        worst = max(found.untrue, key=lambda one: one.seconds, default=Stretch(0, 0))
        connected = max((while_connected(one, away) for one in found.untrue), default=0.0)
        self.outcome.shown.append(Shown(who, found, worst.seconds, connected))
        for clock in found.unknown[:3]:
            self.outcome.faults.append(f"{who} showed {clock}, which never was")


async def night(folder: Path, plan: Plan, *, seed: int, said: Callable[[str], None]) -> Outcome:
    """One, on a stage and in a browser of its own."""
    async with AsyncExitStack() as stack:
        program = "server"
        stage = await stack.enter_async_context(
            staged(folder, nodes=NODES, program=program, pages=True)
        )
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await launch(playwright)
        stack.push_async_callback(chromium.close)
        browsers = Browsers(chromium, stage.nodes[0].server.url)
        run = Night(stage, browsers, plan, seed, said)
        await run.open()
        await run.play()
        await run.judge()
        for person in browsers.people:
            await person.context.close()
        return run.outcome
