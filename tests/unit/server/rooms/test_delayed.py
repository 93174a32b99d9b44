"""Followers who see late: what they get and when, and that nothing reaches them before, whatever
they do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import Raw

from protocol.client_messages import Submit
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import MadeAt, Position
from server.config import Settings
from server.rooms import delayed
from server.rooms.cohorts import Cohort
from server.rooms.delayed import Reach
from server.rooms.follower import Follower
from server.rules.feed import FEED
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house

DELAY_S = 30


class Late:
    """Ana reports plays into a feed that Eva follows thirty seconds late."""

    def __init__(self, here: House, eva: RecordingRecipient, follower: Follower) -> None:
        self.here, self.eva, self.follower = here, eva, follower
        self.since = 0
        """The version from which on Eva has her delay."""

    async def say(self, said: dict[str, Any], by: Follower | None = None) -> None:
        """A command of Eva's own."""
        self.here.submit(by or self.follower, said)
        await self.here.settle()

    async def delay(self, seconds: int) -> None:
        await self.say({"type": "delay.set", "seconds": seconds})
        if not self.since:
            self.since = self.head

    async def shift(self, **said: Any) -> None:
        """Eva watches from elsewhere on."""
        command = JSON.encode({"type": "shift.set", **said})
        ended = await self.here.directory.execute(self.here.room, self.eva.identity, command)
        assert ended.code is None, ended
        await self.here.settle()

    @property
    def plays(self) -> list[int]:
        """What Eva's client holds by now."""
        held: dict[int, None] = {}
        for message in self.eva.messages:
            if message["type"] == "snapshot":
                rows = message["state"]["kind"]["plays"]
                held = {row["play"]["id"]: None for row in rows}
            elif message["type"] == "entries":
                for entry in message["entries"]:
                    told = [one["play"]["id"] for one in entry["events"] if "play" in one]
                    held.update(dict.fromkeys(told))
        return list(held)

    def watching(self) -> dict[str, Any] | None:
        """As of when Eva was last told that she watches."""
        told: dict[str, Any] | None = self.eva.of_type("private")[-1]["state"]["watching"]
        return told

    async def report(self, number: int = 1, revision: int = 1) -> int:
        """Something happens; its version."""
        play = {"id": number, "order": number, "text": f"play {number}"}
        said = {"type": "play.report", "source": "gsis", "revision": revision, "play": play}
        ended = await self.here.directory.execute(
            self.here.room, self.here.ana.identity, JSON.encode(said)
        )
        assert ended.code is None, ended
        await self.here.settle()
        return ended.version

    def pass_time(self, seconds: float) -> None:
        """Time passes, and what is due is written."""
        self.here.clock.advance(seconds)
        self.here.live.delayed.release()

    async def rejoin(self, position: Position | None = None) -> None:
        """Eva on another connection."""
        self.follower.leave()
        codec = self.eva.codec
        self.eva = RecordingRecipient("eva", codec=codec)
        follower = await self.here.directory.join(self.eva, self.here.room, position=position)
        assert follower is not None
        self.follower = follower
        await self.here.settle()

    @property
    def head(self) -> int:
        return self.here.live.replica.committed.version

    def position(self, version: int) -> Position:
        tag = self.here.live.replica.tail.tag_at(version)
        assert tag is not None
        return Position(self.here.log.generation, version, tag)


@asynccontextmanager
async def late(codec: Codec = JSON, **settings: Any) -> AsyncGenerator[Late]:
    chosen = Settings(presence_tick_ms=3_600_000, **settings)
    async with house(kind=FEED, settings=chosen) as here:
        eva, follower = await here.guest("eva", codec=codec)
        one = Late(here, eva, follower)
        yield one
        assert here.bugs == []


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_SD1_entries_come_when_they_are_so_old_and_not_before(codec: Codec) -> None:
    async with late(codec) as one:
        await one.delay(DELAY_S)
        assert one.eva.versions()[-1] == one.since
        first = await one.report(1)
        one.pass_time(10)
        second = await one.report(2)
        one.pass_time(19.999)
        assert one.eva.versions()[-1] == one.since
        one.pass_time(0.001)
        assert one.eva.versions()[-1] == first
        one.pass_time(10)
        assert one.eva.versions()[-1] == second
        assert one.eva.versions() == sorted(set(one.eva.versions()))


async def test_SD1_the_timer_is_set_for_the_next_that_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        asked: list[tuple[float, Any]] = []
        loop = asyncio.get_running_loop()
        call_later = loop.call_later

        def remember(wait_s: float, callback: Any, *arguments: Any) -> Any:
            asked.append((wait_s, callback))
            return call_later(3_600, callback, *arguments)

        monkeypatch.setattr(loop, "call_later", remember)
        version = await one.report()
        wait_s, callback = asked[-1]
        assert wait_s == DELAY_S
        one.here.clock.advance(DELAY_S)
        callback()
        assert one.eva.versions()[-1] == version


async def test_SD1_who_is_owed_the_same_shares_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        others = [await one.here.guest(f"eva{n}") for n in range(3)]
        for _, follower in others:
            await one.say({"type": "delay.set", "seconds": DELAY_S}, follower)
        one.pass_time(DELAY_S)
        made: list[int] = []
        frames = Cohort.frames

        def counting(*arguments: Any, **named: Any) -> bytes:
            made.append(1)
            return frames(*arguments, **named)

        monkeypatch.setattr(Cohort, "frames", counting)
        version = await one.report()
        one.pass_time(DELAY_S)
        assert {who.versions()[-1] for who in (one.eva, *(who for who, _ in others))} == {version}
        assert len(made) == 1


async def test_SD2_an_own_command_is_answered_when_it_is_seen() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        told = len(one.eva.of_type("accepted"))
        await one.say({"type": "chat.say", "text": "Hello"})
        assert len(one.eva.of_type("accepted")) == told
        one.pass_time(DELAY_S)
        assert len(one.eva.of_type("accepted")) == told + 1
        assert one.eva.versions()[-1] == one.head
        await one.say({"type": "chat.say", "text": " "})
        assert one.eva.of_type("rejected")[-1]["code"] == "bad_command"


async def test_SD2_no_refusal_tells_how_many_entries_lie_ahead() -> None:
    """Commands that were made, as they say, of entries that have come or not."""
    async with late() as one:
        await one.delay(DELAY_S)
        one.pass_time(DELAY_S + 1)
        for number in (1, 2, 3):
            await one.report(number)
        answers: list[str] = []
        for ahead in range(6):
            made = MadeAt(one.here.log.generation, one.follower.version + ahead)
            said = Raw(JSON.encode({"type": "delay.set", "seconds": DELAY_S}))
            one.follower.submit(Submit(one.here.room, 900 + ahead, made, said))
            await one.here.settle()
            answers.append(one.eva.of_type("rejected")[-1]["code"])
        assert answers == ["nothing_changes"] * 6


async def test_SD3_who_joins_gets_the_room_as_it_was() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        first = await one.report(1)
        one.pass_time(DELAY_S)
        await one.report(2)
        await one.rejoin()
        (snapshot,) = one.eva.of_type("snapshot")
        assert snapshot["position"][1] == first
        assert [held["play"]["id"] for held in snapshot["state"]["kind"]["plays"]] == [1]
        (joined,) = one.eva.of_type("joined")
        assert joined["position"] == snapshot["position"]
        assert one.eva.versions() == []
        assert one.eva.of_type("presence")[-1].get("count", 0) == 0
        one.pass_time(DELAY_S)
        assert one.eva.versions() == [first + 1]


async def test_SD3_the_room_as_it_was_is_made_once_for_all_who_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        await one.report(1)
        one.pass_time(DELAY_S)
        read: list[int] = []
        past_of = delayed.past_of

        async def counting(*arguments: Any) -> Any:
            read.append(1)
            return await past_of(*arguments)

        monkeypatch.setattr(delayed, "past_of", counting)
        shown: list[Any] = []
        for _ in range(3):
            await one.rejoin()
            shown += one.eva.of_type("snapshot")
        assert len(read) == 1
        assert shown[0] == shown[1] == shown[2]
        await one.report(2)
        one.pass_time(DELAY_S)
        await one.rejoin()
        assert one.eva.of_type("snapshot") != shown[:1]
        assert len(read) == 2


async def test_SD3_a_position_of_its_own_is_gone_on_from() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        first = await one.report(1)
        one.pass_time(DELAY_S)
        last = await one.report(2)
        await one.rejoin(one.position(first))
        assert one.eva.of_type("snapshot") == []
        await one.rejoin(one.position(last))  # seen on another device, say
        assert one.eva.of_type("snapshot") == []
        one.pass_time(DELAY_S)
        assert one.eva.versions() == []
        await one.rejoin(Position("another", last, one.position(last).tag))
        assert len(one.eva.of_type("snapshot")) == 1


async def test_SD3_what_memory_has_forgotten_is_read_from_the_log() -> None:
    async with late(tail_bytes_max=1) as one:
        await one.delay(DELAY_S)
        first = await one.report(1)
        one.pass_time(DELAY_S)
        for number in range(2, 9):
            await one.report(number)
        one.here.live.save_if_changed(1)
        assert one.here.live.replica.tail.before.version > first
        reach = await one.here.directory.reach(one.here.room, one.eva.identity.account)
        assert reach == Reach(first, one.here.clock.now_ms() - 1_000 * DELAY_S)
        await one.rejoin()
        assert one.eva.of_type("snapshot")[0]["position"][1] == first
        one.pass_time(DELAY_S)
        assert one.eva.versions() == list(range(first + 1, one.head + 1))


async def test_SD5_without_a_delay_again_everything_comes_at_once() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        await one.report(1)
        await one.delay(0)
        assert one.eva.versions()[-1] == one.head
        assert one.eva.of_type("accepted")[-1]["done"][-1][1] == one.head
        await one.report(2)
        assert one.eva.versions() == list(range(one.eva.versions()[0], one.head + 1))
        assert len(one.here.live.delayed) == 0


async def test_SD5_another_delay_counts_for_what_waits() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        version = await one.report()
        await one.delay(10)
        one.pass_time(10)
        assert one.eva.versions()[-1] >= version


async def test_SD6_who_reads_slowly_gets_it_when_it_has_drained() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        one.eva.paused = True
        one.follower.lag()
        await one.report(1)
        one.pass_time(DELAY_S)
        late_one = await one.report(2)
        assert one.eva.versions()[-1] == one.since
        one.eva.paused = False
        one.follower.catch_up()
        assert one.eva.versions()[-1] == late_one - 1


async def test_SD6_who_is_owed_too_much_joins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delayed, "WAITING_MAX", 2)
    async with late() as one:
        await one.delay(DELAY_S)
        for number in range(1, 5):
            await one.report(number)
        assert [reason for _, reason, _ in one.eva.closed] == ["failed"]
        assert len(one.here.live.delayed) == 0
        assert one.eva.versions()[-1] == one.since


async def test_SD6_who_leaves_is_owed_nothing() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        await one.report()
        one.follower.leave()
        one.pass_time(DELAY_S)
        assert one.eva.versions()[-1] == one.since
        assert len(one.here.live.delayed) == 0


async def test_SD1_presence_of_others_is_not_shown() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        assert one.eva.of_type("presence")[-1].get("here", []) == []
        told = len(one.eva.of_type("presence"))
        await one.here.guest("bob")
        one.here.live._send_presence()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - its timer
        assert len(one.eva.of_type("presence")) == told


async def test_SD1_what_is_said_of_the_server_comes_at_once() -> None:
    async with late() as one:
        await one.delay(DELAY_S)
        one.here.live.notify("stale")
        assert [notice["code"] for notice in one.eva.of_type("notice")] == ["stale"]
        one.eva.paused = True
        one.here.live.notify("recovered")
        assert len(one.eva.of_type("notice")) == 1


async def a_game(one: Late) -> list[int]:
    """Three plays, a minute apart; the moments at which they came."""
    came: list[int] = []
    for number in (1, 2, 3):
        came.append(one.here.clock.now_ms())
        await one.report(number)
        one.pass_time(60)
    return came


async def test_TS1_who_pauses_is_shown_nothing_more_until_it_goes_on() -> None:
    async with late() as one:
        came = await a_game(one)
        await one.shift(speed=0)
        assert one.eva.of_type("snapshot")[1:] == [], "what it has seen it keeps"
        assert one.watching() == {"at": came[-1] + 60_000, "since": came[-1] + 60_000, "speed": 0}
        one.pass_time(1)
        await one.report(4)
        one.pass_time(599)
        assert one.plays == [1, 2, 3]
        await one.shift(speed=1)
        one.pass_time(1)
        assert one.plays == [1, 2, 3, 4]
        await one.report(5)
        one.pass_time(599)
        assert one.plays == [1, 2, 3, 4], "it is ten minutes behind"
        one.pass_time(2)
        assert one.plays == [1, 2, 3, 4, 5]


async def test_TS4_who_goes_back_starts_over_from_the_room_as_it_was() -> None:
    async with late() as one:
        came = await a_game(one)
        await one.shift(speed=0, at=came[0])
        assert one.plays == [1]
        assert len(one.eva.of_type("snapshot")) == 2
        assert one.eva.of_type("presence")[-1].get("count", 0) == 0
        await one.shift(speed=2)
        one.pass_time(29.9)
        assert one.plays == [1]
        one.pass_time(0.2)
        assert one.plays == [1, 2]
        await one.shift(speed=0, at=came[2] + 1)
        assert one.plays == [1, 2, 3]
        assert len(one.eva.of_type("snapshot")) == 2, "forwards nothing is told twice"


async def test_TS2_from_the_start_at_a_speed_one_catches_up_and_is_live_again() -> None:
    async with late() as one:
        await a_game(one)
        await one.shift(speed=60, at=0)
        assert one.plays == []
        assert one.eva.of_type("snapshot")[-1]["position"][1] == 1
        one.pass_time(24 * 3_600)
        assert one.plays == [1, 2, 3]
        assert one.watching() is None
        assert len(one.here.live.delayed) == 0
        version = await one.report(4)
        assert one.eva.versions()[-1] == version


async def test_TS2_one_press_brings_back_to_live_or_to_the_delay() -> None:
    async with late() as one:
        came = await a_game(one)
        await one.shift(speed=0, at=came[0])
        await one.report(4)
        await one.shift()
        assert one.plays == [1, 2, 3, 4]
        assert one.watching() is None
        await one.delay(DELAY_S)
        one.pass_time(DELAY_S)
        await one.shift(speed=0, at=came[0])
        await one.report(5)
        await one.shift()
        assert one.plays == [1, 2, 3, 4]
        one.pass_time(DELAY_S)
        assert one.plays == [1, 2, 3, 4, 5]


async def test_TS4_who_joins_comes_to_where_its_shift_is_whatever_it_has_seen() -> None:
    async with late() as one:
        came = await a_game(one)
        seen = one.here.live.position
        await one.shift(speed=0, at=came[1])
        await one.rejoin()
        assert one.plays == [1, 2]
        assert one.watching() == {
            "at": came[1], "since": one.here.clock.now_ms(), "speed": 0,
        }  # fmt: skip
        await one.rejoin(seen)
        assert one.plays == [1, 2], "a position ahead of it does not count"
        position = one.eva.of_type("joined")[-1]["position"]
        await one.rejoin(Position(*position))
        assert one.eva.of_type("snapshot") == []


async def test_TS1_the_shift_ends_by_itself_after_a_day() -> None:
    async with late() as one:
        await a_game(one)
        await one.shift(speed=0, at=0)
        one.pass_time(86_399)
        assert one.plays == []
        one.pass_time(2)
        assert one.plays == [1, 2, 3]
        assert one.watching() is None


class _Judge:
    """Reads every message that Eva has got since the last look, against the time of now."""

    def __init__(self, one: Late) -> None:
        self.one = one
        self.times: dict[int, int] = {}
        self.read = 0
        self.recipient: RecordingRecipient | None = None

    async def look(self) -> None:
        one = self.one
        if one.eva is not self.recipient:
            self.recipient, self.read = one.eva, 0
        for line in await one.here.directory.entries(one.here.room, 1, one.head):
            self.times[JSON.decode_as(line, dict[str, Any])["v"]] = delayed.at_of(line)
        for message in one.eva.messages[self.read :]:
            for version in self.versions_in(message):
                self.check(version)
        self.read = len(one.eva.messages)

    def check(self, version: int) -> None:
        until = self.one.here.clock.now_ms() - 1_000 * DELAY_S
        assert version <= self.one.since or self.times[version] <= until, (version, until)

    def versions_in(self, message: dict[str, Any]) -> list[int]:
        match message["type"]:
            case "entries":
                return [entry["v"] for entry in message["entries"]]
            case "snapshot":
                return [message["position"][1]]
            case "joined":
                return [message["position"][1], *(v for _, v in message.get("done", []))]
            case "accepted":
                return [version for _, version in message["done"]]
            case "presence":
                assert message.get("count", 0) == 0
                return []
            case _:
                return []


class _Viewer:
    """Follows what Eva's shifts allow, by plain arithmetic of its own."""

    def __init__(self, one: Late) -> None:
        self.one = one
        self.at = self.since = self.speed = 0
        self.on = False

    @property
    def until(self) -> float:
        now = self.one.here.clock.now_ms()
        if not self.on:
            return now
        return min(now, self.at + self.speed * (now - self.since))

    async def set(self, speed: int, at: int) -> None:
        self.at, self.since, self.speed = at, self.one.here.clock.now_ms(), speed
        self.on = True
        await self.one.shift(speed=speed, at=at)


@pytest.mark.parametrize("filtered", [False, True])
@pytest.mark.parametrize("seed", range(20))
async def test_TS5_nothing_is_ever_seen_ahead_of_the_shift(seed: int, filtered: bool) -> None:
    """Every byte that comes on any connection of hers, and what HTTP would show her: times and
    names of plays."""
    dice = random.Random(seed)
    async with late(tail_bytes_max=dice.choice([1, 1_000_000])) as one:
        raw = JSON.raw({"quarters": [0]}) if filtered else None
        viewer = _Viewer(one)
        began = one.here.clock.now_ms()
        came: dict[int, int] = {}

        async def rejoin(position: Position | None) -> None:
            one.follower.leave()
            one.eva = RecordingRecipient("eva")
            follower = await one.here.directory.join(
                one.eva, one.here.room, position=position, wanted=raw
            )
            assert follower is not None
            one.follower = follower
            await one.here.settle()

        await rejoin(None)
        for step in range(1, 70):
            read = len(one.eva.messages)
            recipient = one.eva
            match dice.choice(["report", "report", "time", "time", "shift", "live", "rejoin"]):
                case "report":
                    came[step] = one.here.clock.now_ms()
                    await one.report(step)
                case "time":
                    one.pass_time(dice.choice([0.5, 5, 29, 61]))
                case "shift":
                    now = one.here.clock.now_ms()
                    at = dice.randint(began, now)
                    if at < now:
                        await viewer.set(dice.choice([0, 0, 1, 2, 10]), at)
                case "live" if viewer.on and not one.here.live.watching(
                    one.eva.identity.account
                ).is_live(one.here.clock.now_ms()):
                    viewer.on = False
                    await one.shift()
                case "rejoin":
                    one.here.live.save_if_changed(1)
                    tag = one.here.live.replica.tail.tag_at(one.head)
                    await rejoin(one.position(one.head) if tag and dice.random() < 0.5 else None)
                case _:
                    pass
            fresh = one.eva.messages[read if one.eva is recipient else 0 :]
            told = str(fresh)
            for number, at in came.items():
                if at > viewer.until:
                    assert f"'play {number}'" not in told, (number, at, viewer.until)
            if viewer.until < one.here.clock.now_ms():
                here = [m.get("count", 0) for m in fresh if m["type"] == "presence"]
                assert not any(here)
            reach = await one.here.directory.reach(one.here.room, one.eva.identity.account)
            if viewer.until < one.here.clock.now_ms():
                assert reach is not None
                assert reach.until <= viewer.until
                for line in await one.here.directory.entries(one.here.room, 1, reach.version):
                    stamp = JSON.decode_as(line, dict[str, Any])
                    assert stamp["at"] <= viewer.until or stamp["v"] == 1
        if not one.here.live.watching(one.eva.identity.account).is_live(one.here.clock.now_ms()):
            await one.shift()
        await rejoin(None)
        earlier = one.eva.of_type("snapshot")[-1]["state"]["kind"].get("earlier", {"count": 0})
        assert one.plays == list(came)[earlier["count"] :]


@pytest.mark.parametrize("seed", range(25))
async def test_SD1_nothing_is_ever_seen_ahead_of_time(seed: int) -> None:
    dice = random.Random(seed)
    async with late(tail_bytes_max=dice.choice([1, 1_000_000])) as one:
        await one.report(1)
        await one.delay(DELAY_S)
        judge = _Judge(one)
        judge.recipient, judge.read = one.eva, len(one.eva.messages)
        for step in range(2, 60):
            match dice.choice(["report", "report", "time", "chat", "rejoin", "resume", "slow"]):
                case "report":
                    await one.report(dice.randint(1, 20), step)
                case "time":
                    one.pass_time(dice.choice([0.5, 5, 29, 31]))
                case "chat":
                    await one.say({"type": "chat.say", "text": str(step)})
                case "rejoin":
                    one.here.live.save_if_changed(1)
                    await one.rejoin()
                case "resume":
                    seen = max([*one.eva.versions(), 0])
                    tag = one.here.live.replica.tail.tag_at(seen) if seen else None
                    await one.rejoin(one.position(seen) if tag else None)
                case _:
                    one.eva.paused = not one.eva.paused
                    one.follower.lag() if one.eva.paused else one.follower.catch_up()
            await judge.look()
        one.eva.paused = False
        one.follower.catch_up()
        one.pass_time(DELAY_S)
        assert one.follower.version == one.head
