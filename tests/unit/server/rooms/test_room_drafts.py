"""A draft in the room engine: woken once, given back what an outage took, and silent about what it
hides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from protocol.codec import JSON, MSGPACK, Codec
from protocol.draft import DraftSettings
from protocol.draft_commands import (
    AddPlayers,
    ClaimSeat,
    Configure,
    MakePick,
    Pause,
    Resume,
    SetLists,
    Start,
)
from protocol.membership import RenameRoom
from server.cli.draft import own_events
from server.config import Settings
from server.rooms.directory import Directory
from server.rooms.pulse import Visiting
from server.rules.draft.kind import DRAFT
from server.rules.draft.verify import verify
from server.rules.kind import Stamp
from storage.heartbeats import OutageRow
from tests.support.drafts import player_id, pool_of
from tests.support.manual_clock import ManualClock
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house

SECRET = player_id(77)
SMALL = DraftSettings(teams=2, rounds=2)


@asynccontextmanager
async def draft_house(**given: Any) -> AsyncGenerator[House]:
    """A draft that has begun; `ana` owns the room and has team 1."""
    async with house(kind=DRAFT, **given) as here:
        for command in (
            Configure(SMALL),
            AddPlayers(tuple(pool_of(90))),
            ClaimSeat(1),
            Start(),
        ):
            ended = await here.directory.execute(here.room, here.ana.identity, command)
            assert ended.code is None
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        yield here


def turn_of(here: House) -> Any:
    return here.live.replica.state.inner.turn


def fire(here: House) -> None:
    """The room's timer."""
    here.live._wake_up()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - time is the test's


async def test_RM12_a_turn_that_runs_out_is_picked_once() -> None:
    async with draft_house() as here:
        turn = turn_of(here)
        here.clock.advance((turn.wake - here.clock.now_ms()) / 1_000)
        fire(here)
        fire(here)
        await here.settle()
        picks = here.live.replica.state.inner.picks
        assert [(one.n, one.how) for one in picks] == [(1, "auto")]
        assert turn_of(here).n == 2


async def test_DR20_a_turn_begins_with_its_entry_not_with_a_command_that_waited() -> None:
    async with draft_house() as here:
        here.clock.jump(5)  # what is written meanwhile, no rule of the draft hears of it
        rename = RenameRoom("Tonight")
        assert (await here.directory.execute(here.room, here.ana.identity, rename)).code is None
        here.clock.jump(-5)  # as a pick that was received on a node that stood still
        pick = MakePick(turn_of(here).version, player_id(1))
        assert (await here.directory.execute(here.room, here.ana.identity, pick)).code is None
        state = here.live.replica.state
        assert state.at == here.clock.now_ms() + 5_000
        assert turn_of(here).opened == state.at
        assert turn_of(here).deadline == state.at + 90_000


class Heart:
    """A pulse that the test stops, and the outages it knows of."""

    def __init__(self) -> None:
        self.sound = True
        self.known: list[OutageRow] = []
        self.asked: list[int] = []

    def since(self, at: int) -> list[OutageRow]:
        self.asked.append(at)
        return [one for one in self.known if one.ended >= at]

    def first_for(self, room: str) -> bool:
        return bool(room)


async def test_RM20_no_turn_is_lost_while_the_database_is_away() -> None:
    async with draft_house() as here:
        heart = here.directory.pulse = Heart()
        turn = turn_of(here)
        here.clock.advance(50)
        began = here.clock.now_ms()
        heart.sound = False
        here.log.down = True
        here.clock.advance(100)
        fire(here)
        await here.settle()
        assert turn_of(here) == turn
        here.log.down = False  # it is there again, and nobody has noticed yet
        fire(here)
        await here.settle()
        assert turn_of(here) == turn
        here.directory.outage(began, here.clock.now_ms())
        heart.sound = True
        fire(here)
        await here.settle()
        assert here.live.replica.state.inner.picks == []
        assert turn_of(here).deadline == here.clock.now_ms() + 40_000


async def test_RM20_an_outage_is_told_when_the_room_can_take_it() -> None:
    async with draft_house(settings=Settings(inbox_max=1, presence_tick_ms=3_600_000)) as here:
        began = here.clock.now_ms()
        here.clock.advance(20)
        room = here.live
        room._unavailable = True  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - recovering
        here.directory.outage(began, here.clock.now_ms())
        await here.settle()
        assert turn_of(here).extended == 0
        room._unavailable = False  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        room.tidy()
        await here.settle()
        assert turn_of(here).extended == 1


async def test_RM20_an_outage_whose_append_was_refused_is_told_again() -> None:
    async with draft_house() as here:
        began = here.clock.now_ms()
        here.clock.advance(20)
        ended = here.clock.now_ms()
        here.log.faults = ["refused", "refused"]
        here.directory.outage(began, ended)
        await here.settle()
        here.live.tidy()
        await here.settle()
        assert turn_of(here).extended == 0
        here.live.tidy()
        await here.settle()
        assert (turn_of(here).extended, turn_of(here).deadline) == (1, ended + 90_000)
        here.live.tidy()
        await here.settle()
        assert turn_of(here).extended == 1


async def test_RM20_the_time_that_an_outage_gives_back_runs_from_when_it_is_told() -> None:
    async with draft_house() as here:
        began = here.clock.now_ms()
        here.clock.advance(20)
        here.log.gate = asyncio.Event()
        here.log.faults = ["lost"]
        here.directory.outage(began, here.clock.now_ms())
        await here.settle()
        here.clock.advance(2)  # the first attempt fails only now
        here.log.gate.set()
        await here.settle()
        assert turn_of(here).deadline == here.clock.now_ms() + 90_000


async def test_RM20_nothing_wakes_a_room_before_an_outage_whose_append_was_refused() -> None:
    async with draft_house() as here:
        turn = turn_of(here)
        here.clock.advance((turn.wake - here.clock.now_ms()) / 1_000)
        here.log.gate = asyncio.Event()
        here.log.faults = ["refused"]
        here.directory.outage(turn.deadline - 20_000, here.clock.now_ms())
        await here.settle()
        fire(here)
        here.log.gate.set()
        await here.settle()
        assert here.live.replica.state.inner.picks == []
        here.live.tidy()
        await here.settle()
        assert turn_of(here).deadline == here.clock.now_ms() + 20_000


async def test_RM20_a_room_that_opens_is_told_what_was_since_its_turn_began() -> None:
    async with draft_house() as here:
        opened = turn_of(here).opened
        here.clock.advance(20)
        left = turn_of(here).deadline - here.clock.now_ms()
        began = here.clock.now_ms()
        here.clock.advance(1_000)
        ended = here.clock.now_ms()
        reopened = Directory(
            log=here.log,
            clock=here.clock,
            settings=Settings(),
            metrics=here.metrics,
            kinds={DRAFT.name: DRAFT},
            on_bug=here.bugs.append,
        )
        heart = reopened.pulse = Heart()
        heart.known = [OutageRow(1, opened - 5_000, opened - 1), OutageRow(2, began, ended)]
        reopened.start()
        room = await reopened.open(here.room)
        assert room is not None
        assert heart.asked[0] == opened
        await here.settle()
        turn = room.replica.state.inner.turn
        assert (turn.n, turn.extended, turn.deadline) == (1, 1, ended + left)
        await reopened.stop()


async def test_RM20_a_room_whose_entries_are_ahead_of_log_time_is_told_of_outages() -> None:
    """Somebody wrote to it by a clock that was an hour ahead: what the room says of the time says
    nothing of which outages its turn was in."""
    async with draft_house() as here:
        left = turn_of(here).deadline - here.clock.now_ms()
        began = here.clock.now_ms()
        ahead = Directory(
            log=here.log,
            clock=ManualClock(began + 3_600_000),
            settings=Settings(),
            metrics=here.metrics,
            kinds={DRAFT.name: DRAFT},
            on_bug=here.bugs.append,
        )
        ahead.pulse = Visiting()
        ahead.start()
        renamed = await ahead.execute(here.room, here.ana.identity, RenameRoom("Early"))
        assert renamed.code is None
        await ahead.stop()
        here.clock.advance(30)
        ended = here.clock.now_ms()
        reopened = Directory(
            log=here.log,
            clock=here.clock,
            settings=Settings(),
            metrics=here.metrics,
            kinds={DRAFT.name: DRAFT},
            on_bug=here.bugs.append,
        )
        heart = reopened.pulse = Heart()
        heart.known = [OutageRow(1, began, ended)]
        reopened.start()
        room = await reopened.open(here.room)
        assert room is not None
        await here.settle()
        turn = room.replica.state.inner.turn
        assert (turn.n, turn.extended) == (1, 1)
        assert turn.deadline == began + 3_600_000 + left
        await reopened.stop()


async def test_RM20_nothing_that_runs_is_told_of_no_outage() -> None:
    async with draft_house() as here:
        heart = here.directory.pulse = Heart()
        paused = await here.directory.execute(here.room, here.ana.identity, Pause())
        assert paused.code is None
        version = here.live.replica.version
        heart.known = [OutageRow(1, here.clock.now_ms(), here.clock.now_ms() + 2_000)]
        here.directory.outage(here.clock.now_ms(), here.clock.now_ms() + 2_000)
        assert not here.live.inbox
        await here.settle()
        assert (heart.asked, here.live.replica.version) == ([], version)


async def test_RM20_a_clock_that_is_heard_of_after_an_outage_in_it_has_its_time_back() -> None:
    """Another node let it run, and died before anybody heard of that."""
    async with draft_house() as here:
        heart = here.directory.pulse = Heart()
        left = turn_of(here).deadline - here.clock.now_ms()
        paused = await here.directory.execute(here.room, here.ana.identity, Pause())
        assert paused.code is None
        elsewhere = Directory(
            log=here.log,
            clock=here.clock,
            settings=Settings(),
            metrics=here.metrics,
            kinds={DRAFT.name: DRAFT},
            on_bug=here.bugs.append,
        )
        elsewhere.start()
        resumed = await elsewhere.execute(here.room, here.ana.identity, Resume())
        assert resumed.code is None
        await elsewhere.stop()
        began = here.clock.now_ms()
        here.clock.advance(20)
        heart.known = [OutageRow(1, began, here.clock.now_ms())]
        here.directory.outage(began, here.clock.now_ms())
        await here.settle()
        assert turn_of(here).deadline is None, "it has not heard that the clock runs"
        here.live.catch_up_to((await here.log.heads([here.room]))[here.room])
        await here.settle()
        turn = turn_of(here)
        assert (turn.n, turn.extended, turn.deadline) == (1, 1, here.clock.now_ms() + left)


async def test_RM20_two_nodes_that_tell_the_same_outage_extend_once() -> None:
    """Also where the clock of the second is behind."""
    async with draft_house() as here:
        began = here.clock.now_ms()
        here.clock.advance(1_000)
        ended = here.clock.now_ms() + 40
        for _ in range(2):
            here.directory.outage(began, ended)
            await here.settle()
        assert (turn_of(here).extended, turn_of(here).deadline) == (1, ended + 90_000)


async def test_RM20_a_wake_up_of_unknown_outcome_is_given_anew() -> None:
    async with draft_house() as here:
        turn = turn_of(here)
        here.clock.advance((turn.wake - here.clock.now_ms()) / 1_000)
        here.log.faults = ["lost"]
        fire(here)
        await here.settle()
        assert here.live.replica.state.inner.picks == []
        here.clock.advance(30)
        fire(here)
        await here.settle()
        assert here.live.replica.state.inner.picks == []
        assert turn_of(here).deadline == here.clock.now_ms() + 10_000


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_DR4_nobody_else_obtains_a_byte_of_a_list(codec: Codec) -> None:
    """Live, at a join, at a resume, in the view now and then, in the history."""
    async with draft_house() as here:
        bea, follower = await here.guest("bea", codec=codec)
        here.submit(follower, ClaimSeat(2))
        await here.settle()
        start = here.live.position
        here.submit(follower, SetLists(queue=(SECRET,), watch=(SECRET,)))
        await here.settle()
        owner = next(iter(here.live.audience.followers.values()))
        here.submit(owner, MakePick(turn_of(here).version, player_id(1)))
        await here.settle()
        cal, _ = await here.guest("cal", codec=codec)
        dan, _ = await here.guest("dan", codec=codec, position=start)
        await here.settle()
        seen = {one.identity.name: received(one) for one in (here.ana, cal, dan)}
        _, view = await here.directory.view(here.room, None)
        _, then = await here.directory.view(here.room, here.live.replica.committed.version)
        head = here.live.replica.committed.version
        lines = await here.directory.entries(here.room, 1, head)
        seen |= {"view": view, "then": then, "history": b"".join(bytes(one) for one in lines)}
        for who, data in seen.items():
            assert b'"lists"' not in data, who
            assert b"lists.changed" not in data, who
            assert not has_list(data), who
        assert has_list(received(bea))
        assert dan.of_type("snapshot") == []


async def test_DR61_the_public_history_alone_proves_a_draft() -> None:
    async with draft_house() as here:
        while here.live.replica.state.inner.phase != "ended":
            turn = turn_of(here)
            here.clock.advance((turn.wake - here.clock.now_ms()) / 1_000)
            fire(here)
            await here.settle()
        head = here.live.replica.committed.version
        lines = await here.directory.entries(here.room, 1, head)
        entries = [msgspec.json.decode(line) for line in lines]
        log = [
            (Stamp(one["v"], one["at"], one["by"], "", 0), own_events(one["events"]))
            for one in entries
        ]
        report = verify(DraftSettings(), log)
        assert (report.faults, report.ended, report.picks) == ([], True, 4)


def received(one: RecordingRecipient) -> bytes:
    """All that somebody was sent."""
    return msgspec.json.encode(one.messages)


def has_list(data: bytes) -> bool:
    """Whether the secret player stands anywhere but in his row of the pool."""
    row = msgspec.json.encode(pool_of(77)[-1])
    return SECRET.encode() in data.replace(row, b"").replace(b'"' + SECRET.encode() + b'":', b"")
