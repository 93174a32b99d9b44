"""Who watches a week from an earlier moment on, or late: every byte that they are sent, against the
moment that they may see by plain arithmetic."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from protocol.feed import SetDelay, SetShift
from protocol.membership import Say
from server.leagues.feeds_beside import FeedsBeside
from server.leagues.live import LiveScores
from server.leagues.scoring import Scoring
from server.rooms.directory import Directory
from server.rooms.reel import at_of
from storage.room_log_memory import MemoryRoomLog
from tests.support.gsis_games import CATCHER, PASSER, play
from tests.support.league_rooms import LeagueScene, a_scene
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import presence_of
from tests.support.served import Served, serving

FIRST_PLAY = 77_000
POINTS_A_YARD = 14
"""Hundredths: 4 to who threw, 10 to who caught."""
LAG_MS = 2_100
"""After so long whoever watches from a moving moment has been told of it again."""


@dataclass(eq=False)
class Timer:
    """Something that is done later."""

    due_ms: int
    do: Callable[[], None]

    def cancel(self) -> None:
        self.do = lambda: None


class Timers:
    """What waits, by the test's clock."""

    def __init__(self) -> None:
        self.waiting: list[Timer] = []
        self.now: Callable[[], int] = lambda: 0

    def add(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        self.waiting.append(Timer(self.now() + max(1, round(delay_s * 1000)), callback))
        return self.waiting[-1]

    def take(self, until_ms: int) -> Timer | None:
        """The next that is due until then."""
        due = [one for one in self.waiting if one.due_ms <= until_ms]
        if not due:
            return None
        found = min(due, key=lambda one: one.due_ms)
        self.waiting.remove(found)
        return found


class Watch:
    """Ann watches a week of her league, and reports what happens in its game."""

    def __init__(self, served: Served, timers: Timers, log: MemoryRoomLog) -> None:
        self.served, self.timers, self.log = served, timers, log
        self.ann = RecordingRecipient("ann")
        self.rooms = LeagueScene(served.directory, self.ann.identity)
        self.scoring = Scoring(served.directory, log, served.clock)
        directory = served.directory
        directory.projection = LiveScores(self.scoring, directory.run_beside)
        directory.companions = FeedsBeside(directory, served.clock, directory.run_beside)
        self.yards: dict[int, int] = {}
        self.totals: list[tuple[int, int]] = []
        """When, and what the home team has from then on."""
        self.came: list[tuple[int, int]] = []
        """When, and which play was there first."""
        self.delays: dict[str, int] = {}
        self.shift: tuple[int, int, int] | None = None
        """From where, since when, at which speed."""
        self.changed_at = 0
        self.points: int | None = None
        """What her page shows that the home team has …"""
        self.positions: dict[str, int] = {}
        """… and as of when: what is older is passed over, unless it is anew (LI8)."""
        self.read = self.scored = 0

    @property
    def now(self) -> int:
        return self.served.clock.now_ms()

    @property
    def until(self) -> int:
        """LI11: by the longest of them."""
        return self.until_at(self.now)

    def until_at(self, now: int) -> int:
        late = now - 1_000 * max(self.delays.values(), default=0)
        if self.shift is None:
            return late
        at, since, speed = self.shift
        return min(late, at + speed * (now - since))

    def total_at(self, moment: int) -> int:
        return next((total for at, total in reversed(self.totals) if at <= moment), 0)

    # --- what happens

    async def report(self, number: int, yards: int) -> None:
        """A play, or another form of it."""
        if number not in self.yards:
            self.came.append((self.now, number))
        self.yards[number] = yards
        self.totals.append((self.now, POINTS_A_YARD * sum(self.yards.values())))
        lines = (PASSER, 15, yards), (CATCHER, 21, yards)
        await self.rooms.report(play(number, *lines, text=f"play {number}"))
        await self.settle()

    async def watch_from(self, speed: int, at: int) -> None:
        if at < self.now - 1_000 * self.delays.get(self.rooms.feed, 0):
            self.shift, self.changed_at = (at, self.now, speed), self.now
            await self.rooms.say(SetShift(speed, at), room=self.rooms.feed)
            await self.settle()
            assert self.points == self.total_at(self.until), "the week goes back as well"

    async def watch_live(self) -> None:
        if self.shift is not None:
            self.shift, self.changed_at = None, self.now
            await self.rooms.say(SetShift(), room=self.rooms.feed)
            await self.settle()

    async def see_late(self, room: str, seconds: int) -> None:
        if seconds != self.delays.get(room, 0):
            self.delays[room], self.changed_at = seconds, self.now
            await self.rooms.say(SetDelay(seconds), room=room)
            await self.settle()
            assert self.points == self.total_at(self.until), "the week goes back as well"

    async def pass_time(self, milliseconds: int) -> None:
        """What waits is done when it is due."""
        end = self.now + milliseconds
        while (timer := self.timers.take(end)) is not None:
            self.served.clock.advance(max(0, timer.due_ms - self.now) / 1000)
            timer.do()
            await self.settle()
        self.served.clock.advance((end - self.now) / 1000)
        await self.settle()

    # --- what is told of it

    async def settle(self) -> None:
        """Lets everything that can happen now happen, and reads what was sent."""
        for _ in range(150):
            await asyncio.sleep(0)
        fresh, self.read = self.ann.messages[self.read :], len(self.ann.messages)
        text = str(fresh)
        for at, number in self.came:
            assert at <= self.until or str(number) not in text, (number, at, self.until)
        for message in fresh:
            if message["type"] == "scores":
                await self.judge(message)
        if self.now - self.changed_at > LAG_MS:
            before, after = (self.total_at(self.until_at(self.now - ms)) for ms in (LAG_MS, 0))
            assert before != after or self.points in {None, after}, "it goes on by itself"

    async def judge(self, message: dict[str, Any]) -> None:
        await self.none_later(message["positions"])
        told = message["positions"]
        older = any(version > told.get(room, version) for room, version in self.positions.items())
        if older and not message.get("anew"):
            return
        self.positions = told
        if self.until < self.now and not message["matchups"]:
            self.points = 0  # the week had none yet
        for one in message["matchups"]:
            self.points = one["home"]["points"]
            assert self.points == self.total_at(self.until), message
            self.scored += 1

    async def none_later(self, positions: dict[str, int]) -> None:
        for room, version in positions.items():
            (line,) = await self.served.directory.entries(room, version, version)
            assert version == 1 or at_of(line) <= self.until

    async def ask(self) -> None:
        """What HTTP would answer."""
        seen = await self.scoring.seen(self.rooms.league, 1, self.ann.identity.account)
        await self.none_later(seen.positions)
        if seen.league.parts.schedule:
            assert seen.score(1).home.points == self.total_at(self.until)
            assert all(one.at <= self.until for one in await self.scoring.trail(seen, 1))


@asynccontextmanager
async def watch(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Watch]:
    timers, log = Timers(), MemoryRoomLog(exclusive=True)

    def call_later(_directory: Directory, delay_s: float, callback: Callable[[], None]) -> Timer:
        return timers.add(delay_s, callback)

    monkeypatch.setattr(Directory, "_call_later", call_later)
    async with serving(log=log) as served:
        timers.now = served.clock.now_ms
        one = Watch(served, timers, log)
        served.clock.advance(10)
        one.rooms = await a_scene(served.directory, one.ann.identity)
        follower = await served.directory.join(one.ann, one.rooms.league)
        assert follower is not None
        follower.presence(
            presence_of(one.rooms.league, "watching", {"type": "watching", "week": 1})
        )
        await one.settle()
        yield one


@pytest.mark.parametrize("seed", range(20))
async def test_LI11_TS5_nothing_that_is_told_is_ahead_of_the_moment(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    async with watch(monkeypatch) as one:
        began = one.now - 5_000
        assert one.scored == 1
        for step in range(50):
            match dice.choice(
                ["report", "report", "time", "time", "shift", "delay", "live", "chat", "ask"]
            ):
                case "report":
                    number = FIRST_PLAY + dice.randint(max(0, step - 5), step)
                    await one.report(number, dice.randint(1, 60))
                case "time":
                    await one.pass_time(dice.choice([500, 2_100, 10_000, 31_000]))
                case "shift":
                    await one.watch_from(dice.choice([0, 1, 2, 10]), dice.randint(began, one.now))
                case "delay":
                    room = dice.choice([one.rooms.feed, one.rooms.league])
                    await one.see_late(room, dice.choice([0, 5, 30]))
                case "chat":  # with an entry of the league the whole is told
                    await one.rooms.say(Say(f"{step}"))
                    await one.settle()
                case "ask":
                    await one.ask()
                case _:
                    await one.watch_live()
        for room in (one.rooms.feed, one.rooms.league):
            await one.see_late(room, 0)
        await one.watch_live()
        assert one.points == POINTS_A_YARD * sum(one.yards.values())
        assert one.scored > 8


async def test_LI8_who_read_too_slowly_for_its_picture_is_told_the_whole_with_what_comes_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with watch(monkeypatch) as one:
        await one.rooms.header("live", 0, 0)
        await one.settle()
        await one.report(FIRST_PLAY, 10)
        await one.pass_time(10_000)
        await one.watch_from(0, one.now - 10_001)
        assert one.points == 0
        one.ann.paused = True
        one.shift = None
        await one.rooms.say(SetShift(), room=one.rooms.feed)
        await one.settle()
        assert one.points == 0, "it was not told"
        one.ann.paused = False
        await one.rooms.header("live", 0, 0, quarter=2)  # nobody's points change
        await one.settle()
        assert one.points == 10 * POINTS_A_YARD
        assert one.ann.of_type("scores")[-1]["anew"] is True
