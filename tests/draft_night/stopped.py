"""A database that stands still in the middle of turns: afterwards the turn's owner has what was
left when it stopped, and at least ten seconds, in the log and on the page, and nobody was picked
for. SPEC: DR27, CK1 to CK3, RM20.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import async_playwright

from tests.chaos.stage import Stage, apart, staged
from tests.draft_night.drafter import Drafter, drafter_at
from tests.draft_night.page_drafter import PageDrafter
from tests.draft_night.rooms import Drafted, Guest, drafted, guest, new_draft, say
from tests.draft_night.stale import Showing
from tests.support import browser
from tests.support.browser import Stage as Browsers
from tests.support.browser import launch
from tests.support.draft_audit import Entry, Plain
from tests.support.drafts import pool_of
from tests.support.timeouts import MS

NODES = 3
LEAST_MS = 10_000
GRACE_MS = 2_000
PULSE_MS = 500
"""A beat on its way into a database that stood still counts from when it was sent (CK1)."""
SHOWN_MS = 2_000
"""Within which a page has to show what the log says, on a machine that is busy."""
AFTER_MS = 500
"""After the deadline of the last draft the database stops: in its grace."""
LOOK_S = 0.05
AGAIN_S_MAX = 90_000 * MS
"""Until every turn has its time and its pick."""

Way = Literal["stood still", "was ended"]
WAYS: tuple[Way, ...] = ("stood still", "was ended")
"""SIGSTOP to all its processes and SIGCONT; an orderly end and a start."""
CLOCKS_S = {"page": 30, "long": 90, "short": 8, "grace": 3}
"""What a turn may take in each draft. The last begins last, and the database stops in its grace."""


@dataclass
class Case:
    """One draft, whose first team has an owner at a program; at a page too, where there is one."""

    name: str
    room: str
    owner: Drafter
    page: PageDrafter | None = None
    extended: int = 0
    """Times that the turn was before the database stopped, by a machine that is too busy."""

    @property
    def turn(self) -> Plain | None:
        """As the program knows it."""
        return self.owner.view.get("turn")


@dataclass(frozen=True)
class Away:
    """When the database stopped, and when the outages began that this was: with the last sign of
    life before, so that a turn may get back a little more. Log time, ms."""

    stopped: int
    began: list[int]


@dataclass
class Row:
    """What became of one turn; ms."""

    way: Way
    name: str
    left: int
    """When the database stopped; negative: the deadline had passed, the grace had not."""
    given: int
    """From the entry that gave it on."""
    shown: int
    """Of that, when whoever it is for was shown it: the page's owner, or the program."""
    extended: int
    """Times that the turn was."""


@dataclass
class Outcome:
    """Of a run. `faults`: a sentence each."""

    seconds: float = 0.0
    """That the database was away each time."""
    rows: list[Row] = field(default_factory=list[Row])
    faults: list[str] = field(default_factory=list[str])


class Stopped:
    """On a stage that stands."""

    def __init__(self, stage: Stage, browsers: Browsers, seconds: float, seed: int) -> None:
        self.stage, self.browsers, self.seconds = stage, browsers, seconds
        self.draw = random.Random(f"stopped {seed}")
        self.outcome = Outcome(seconds)
        self.boss: Guest

    async def stop(self, way: Way) -> None:
        """Everything that there is to see of one way to be away."""
        self.boss = await guest(self.stage, 0, "Commissioner")
        async with asyncio.TaskGroup() as tasks:
            cases = [await self._case(name, tasks) for name in CLOCKS_S]
            for case in cases:
                await say(self.stage, case.room, self.boss, {"type": "draft.start"})
            await _until(lambda: all(case.turn for case in cases), "all have begun")
            last = cases[-1].turn
            assert last is not None, "begun"
            await asyncio.sleep((last["deadline"] + AFTER_MS) / 1000 - time.time())
            for case in cases:
                case.extended = (case.turn or {}).get("extended", 0)
            stopped_ms = await self._away(way)
            for case in cases:
                await self._extended(case)
            await self._pick(cases, tasks)
            for case in cases:
                case.owner.finish()
                case.owner.leave()
        logs = await drafted(self.stage, [case.room for case in cases], ended=False)
        began = await self._began(stopped_ms)
        for case in cases:
            await self._judge(way, case, logs[case.room], Away(stopped_ms, began))

    async def _case(self, name: str, tasks: asyncio.TaskGroup) -> Case:
        settings = {
            **{"teams": 2, "rounds": 15},
            "clock": {"pick_s": CLOCKS_S[name], "grace_ms": GRACE_MS},
        }
        room, invite = await new_draft(self.stage, self.boss, settings, pool_of(100))
        who = await guest(self.stage, 0, f"Owner {name}")
        owner = drafter_at(self.stage.ports, room, who, invite, seat=1, draw=self.draw)
        tasks.create_task(owner.run())
        await _until(lambda: owner.live, "the owner is live")
        command = {"type": "seat.set", "seat": 1, "managers": [who.account]}
        await say(self.stage, room, self.boss, command)
        page = None
        if name == "page":
            stored = browser.Guest(who.token, who.account, who.name, who.expires)
            person = await self.browsers.person(None, stored)
            page = await PageDrafter.at(person, room, 1, "page", invite)
        return Case(name, room, owner, page)

    async def _away(self, way: Way) -> int:
        """The database stops, and is there again; from when on it certainly did nothing."""
        postgres = self.stage.postgres
        if way == "stood still":
            postgres.pause()
            now_ms = _now_ms()
            try:
                await asyncio.sleep(self.seconds)
            finally:
                postgres.go_on()
        else:
            await apart(lambda: postgres.halt("fast"))
            now_ms = _now_ms()
            await asyncio.sleep(self.seconds)
            await self.stage.start_postgres()
        return now_ms

    async def _extended(self, case: Case) -> None:
        def is_extended() -> bool:
            turn = case.turn
            return turn is None or turn["n"] != 1 or turn.get("extended", 0) > case.extended

        if not await _until(is_extended):
            self.outcome.faults.append(f"{case.name}: was given no time in {AGAIN_S_MAX:g} s")

    async def _pick(self, cases: list[Case], tasks: asyncio.TaskGroup) -> None:
        """Every owner uses the time that there is: at the page by hand, or at the program."""
        for case in cases:
            if case.page is None:
                case.owner.playing = True
            else:
                case.page.playing = True
                tasks.create_task(case.page.run())
        for case in cases:
            view = case.owner.view
            if not await _until(lambda view=view: bool(view["picks"])):
                self.outcome.faults.append(f"{case.name}: no pick in {AGAIN_S_MAX:g} s")
            case.owner.playing = False
            if case.page is not None:
                case.page.playing = False

    # ---------------------------------------------------------------- what is found

    async def _began(self, stopped_ms: int) -> list[int]:
        """When the outages began, by the heartbeats, in which the database stopped."""
        async with self.stage.database() as connection:
            rows = await connection.fetch("SELECT began, ended FROM outage")
        return [row[0] for row in rows if row[0] <= stopped_ms < row[1]]

    async def _judge(self, way: Way, case: Case, found: Drafted, away: Away) -> None:
        who, faults = f"{way}, {case.name}", self.outcome.faults
        faults += [f"{who}: {fault}" for fault in found.faults]
        deadline, changes, pick = _first_turn(found.log, away.stopped)
        if pick is None or pick["how"] != "manual":
            faults.append(f"{who}: the pick was {pick}")
        if not changes:
            faults.append(f"{who}: its clock was not changed")
            return
        change = changes[0]
        shown = case.owner.shown
        if case.page is not None:
            shown = (await case.page.watched()).shown
            faults += [f"{who}: {one}" for one in case.page.person.problems]
        left = deadline - away.stopped
        given = change["deadline"] - change["at"]
        row = Row(way, case.name, left, given, _shown(shown, change["deadline"]), len(changes))
        self.outcome.rows.append(row)
        least = max(left, LEAST_MS)
        if change["why"] != "outage":
            faults.append(f"{who}: its clock was changed because of {change['why']}")
        most = max([least, *(deadline - began for began in away.began)])
        if not least - PULSE_MS <= given <= most:
            faults.append(f"{who}: {left} ms were left, and it was given {given}")
        if row.shown < least - SHOWN_MS:
            faults.append(f"{who}: {left} ms were left, and it was shown {row.shown}")


def _now_ms() -> int:
    return round(time.time() * 1000)


def _first_turn(log: list[Entry], moment: int) -> tuple[int, list[Plain], Plain | None]:
    """The deadline of the first turn as it was at a moment, what has changed it since, each with
    the entry's `at`, and the first pick."""
    deadline = 0
    changes: list[Plain] = []
    for entry in log:
        for event in entry.events:
            match event["type"]:
                case "turn.opened" if not deadline:
                    deadline = event["deadline"]
                case "clock.changed" if entry.at < moment:
                    deadline = event["deadline"]
                case "clock.changed":
                    changes.append({**event, "at": entry.at})
                case "pick.made":
                    return deadline, changes, event
                case _:
                    pass
    return deadline, changes, None


def _shown(shown: list[Showing], deadline: int) -> int:
    """How far away a deadline was when it was first shown, ms; 0 where it never was."""
    first = [one.since for one in shown if one.clock.deadline == deadline]
    return round(deadline - first[0] * 1000) if first else 0


async def _until(holds: Callable[[], bool], what: str = "") -> bool:
    """Waits; whether it came. Raises TimeoutError where `what` must come."""
    until = time.monotonic() + AGAIN_S_MAX
    while not holds():
        if time.monotonic() > until:
            if what:
                raise TimeoutError(what)
            return False
        await asyncio.sleep(LOOK_S)
    return True


async def stopped(
    folder: Path, *, seconds: float, seed: int, said: Callable[[str], None]
) -> Outcome:
    """Both ways, one after the other, on a stage and in a browser of its own."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            staged(folder, nodes=NODES, program="server", pages=True)
        )
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await launch(playwright)
        stack.push_async_callback(chromium.close)
        run = Stopped(stage, Browsers(chromium, stage.nodes[0].server.url), seconds, seed)
        for way in WAYS:
            said(f"the database {way} for {seconds:g} s")
            await run.stop(way)
        for person in run.browsers.people:
            await person.context.close()
        return run.outcome
