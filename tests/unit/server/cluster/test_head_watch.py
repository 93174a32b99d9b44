"""Rooms of one node see what another node writes to the database they share, without any news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from unittest.mock import patch

import pytest

from protocol.membership import RemoveMember, Say, SetRole
from server.cluster import head_watch
from server.cluster.head_watch import HeadWatch
from server.config import Settings
from server.metrics import Metrics
from server.rooms.directory import Directory
from storage.errors import StorageUnavailable
from storage.room_log import EMPTY, Head
from tests.simulation.claims import CLAIMS, Claim
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house


def watch(here: House) -> HeadWatch:
    return HeadWatch(log=here.log, rooms=here.directory.open_rooms, every_s=0.0)


@asynccontextmanager
async def another_node(here: House) -> AsyncGenerator[Directory]:
    """Rooms of another process on the same log."""
    bugs: list[Exception] = []
    directory = Directory(
        log=here.log,
        clock=here.clock,
        settings=Settings(presence_tick_ms=3_600_000),
        metrics=Metrics(),
        kinds={CLAIMS.name: CLAIMS},
        on_bug=bugs.append,
    )
    directory.start()
    try:
        yield directory
    finally:
        await directory.stop()
        assert bugs == []


async def test_RM18_what_another_node_wrote_is_shown_once() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        looking = watch(here)
        assert await looking.look() == 0, "nothing has happened"
        for text in ("one", "two"):
            await there.execute(here.room, here.ana.identity, Say(text))
        assert here.ana.versions() == []
        assert await looking.look() == 1
        await here.settle()
        assert here.ana.versions() == [3, 4]
        assert await looking.look() == 0
        await here.settle()
        assert here.ana.versions() == [3, 4]
        assert here.live.replica.committed == (await here.log.heads([here.room]))[here.room]


@pytest.mark.parametrize(
    "found",
    [None, Head(1, "0" * 16), "another tag"],
    ids=["no room", "fewer entries", "another history"],
)
async def test_LG26_a_log_that_lacks_what_was_committed_has_gone_back(
    found: Head | str | None,
) -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        had = here.live.replica.committed
        assert had.version > 1
        has = Head(had.version, "0" * 16) if isinstance(found, str) else found
        told: list[tuple[str, Head, Head]] = []

        async def gone_back(room: str, had: Head, has: Head) -> None:
            told.append((room, had, has))

        looking = HeadWatch(
            log=here.log, rooms=here.directory.open_rooms, every_s=0.0, gone_back=gone_back
        )
        await looking.look()
        assert told == []
        answers = [{} if has is None else {here.room: has}] * 2
        with patch.object(here.log, "heads", side_effect=answers):
            await looking.look()
        assert told == [(here.room, had, has or EMPTY)]
        once = [*answers[:1], {here.room: had}]
        with patch.object(here.log, "heads", side_effect=once):
            await looking.look()
        assert len(told) == 1, "asked again, it was there"


async def test_RM18_C10_a_removal_on_another_node_ends_the_membership_here() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        ben, _ = await here.guest("ben")
        account = ben.identity.account
        await there.execute(here.room, here.ana.identity, RemoveMember(account))
        assert await here.directory.role_of(here.room, account) == "editor", "not known here yet"
        await watch(here).look()
        await here.settle()
        assert ben.closed == [(here.room, "removed", None)]
        assert ben.messages[-1]["type"] == "closed"
        assert await here.directory.role_of(here.room, account) is None
        assert here.ana.closed == []


async def test_RM18_another_role_given_on_another_node_holds_here() -> None:
    async with house() as here, another_node(here) as there:
        ben, follower = await here.guest("ben")
        await there.execute(here.room, here.ana.identity, SetRole(ben.identity.account, "viewer"))
        await watch(here).look()
        await here.settle()
        here.submit(follower, Claim(1))
        await here.settle()
        assert [one["code"] for one in ben.of_type("rejected")] == ["forbidden"]


async def test_RM18_an_append_under_way_finds_out_by_itself() -> None:
    async with house() as here, another_node(here) as there:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        await there.open(here.room)
        here.log.gate = asyncio.Event()
        here.submit(ana, Claim(1))
        await here.settle()
        gate, here.log.gate = here.log.gate, None
        await there.execute(here.room, here.ana.identity, Say("first"))
        reads = here.log.read
        with patch.object(here.log, "read", side_effect=reads) as read:
            assert await watch(here).look() == 0
            await here.settle()
            assert read.call_count == 0
            gate.set()
            await here.settle()
        assert here.ana.versions() == [3, 4]
        assert here.ana.of_type("accepted")[0]["done"] == [[1, 4]]


async def test_RM18_a_room_catches_up_once_at_a_time() -> None:
    async with house() as here, another_node(here) as there:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        await there.execute(here.room, here.ana.identity, Say("first"))
        let, reads, asked = asyncio.Event(), here.log.read, 0

        async def slow_read(room: str, first: int) -> object:
            nonlocal asked
            asked += 1
            await let.wait()
            return await reads(room, first)

        with patch.object(here.log, "read", slow_read):
            looking = watch(here)
            assert await looking.look() == 1
            await here.settle()
            assert await looking.look() == 0
            here.submit(ana, Claim(1))  # waits for what is being read
            await here.settle()
            assert asked == 1
            let.set()
            await here.settle()
        assert here.ana.versions() == [3, 4]
        assert here.ana.of_type("accepted")[0]["done"] == [[1, 4]]


async def test_RM18_entries_that_are_still_being_shown_come_first() -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        room, ahead = here.live, Head(99, "f" * 16)
        room.audience.unwritten = 1
        assert room.catch_up_to(ahead) is False
        room.audience.unwritten = 0
        assert room.catch_up_to(room.replica.committed) is False
        assert room.catch_up_to(Head(1, "f" * 16)) is False, "an old answer of the log"
        assert room.catch_up_to(ahead) is True
        await here.settle()
        assert room.catch_up_to(ahead) is True, "the last reading is over"
        await here.settle()
        room.close()
        assert room.catch_up_to(ahead) is False


async def test_RM18_a_database_that_is_away_is_asked_again() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        await there.execute(here.room, here.ana.identity, Say("first"))
        looking = watch(here)
        with patch.object(here.log, "heads", side_effect=StorageUnavailable("away")):
            assert await looking.look() == 0
        assert await looking.look() == 1


async def test_RM18_many_rooms_are_asked_about_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_watch, "HEADS_AT_ONCE", 2)
    async with house() as here, another_node(here) as there:
        rooms = [here.room]
        for n in range(4):
            rooms.append(await here.directory.create("claims", f"{n}", here.ana.identity, {}))
            await here.directory.open(rooms[-1])
        await here.directory.open(here.room)
        await there.execute(rooms[-1], here.ana.identity, Say("first"))
        asked: list[Sequence[str]] = []
        heads = here.log.heads

        async def noted(ids: Sequence[str]) -> dict[str, Head]:
            asked.append(ids)
            return await heads(ids)

        with patch.object(here.log, "heads", noted):
            assert await watch(here).look() == 1
        assert sorted(len(ids) for ids in asked) == [1, 2, 2]
        assert sorted(room for ids in asked for room in ids) == sorted(rooms)


async def test_RM18_a_room_that_was_closed_meanwhile_stays_closed() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.open(here.room)
        await there.execute(here.room, here.ana.identity, Say("first"))
        heads = here.log.heads

        async def closing(ids: Sequence[str]) -> dict[str, Head]:
            found = await heads(ids)
            here.directory._close_room(here.live)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as when idle
            return found

        with patch.object(here.log, "heads", closing):
            assert await watch(here).look() == 0
        assert here.directory.open_rooms == {}


async def test_RM18_nobody_is_asked_where_nobody_else_writes() -> None:
    async with house(exclusive=True) as here:
        await here.directory.open(here.room)
        with patch.object(here.log, "heads", side_effect=AssertionError):
            await watch(here).run()


async def test_RM18_it_looks_again_and_again() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        running = asyncio.ensure_future(watch(here).run())
        for text in ("one", "two", "three"):
            await there.execute(here.room, RecordingRecipient("ana").identity, Say(text))
            await here.settle()
        running.cancel()
        assert here.ana.versions() == [3, 4, 5]


class News:
    """What comes from other nodes, or does not."""

    def __init__(self) -> None:
        self.sound = True
        self.held: list[str] = []

    async def hold_again(self, room_id: str) -> None:
        self.held.append(room_id)


async def test_RL13_a_room_that_heard_nothing_reads_and_is_held_again() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        await there.execute(here.room, here.ana.identity, Say("silent"))
        news, slept = News(), list[float]()

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        looking = HeadWatch(
            log=here.log,
            rooms=here.directory.open_rooms,
            every_s=1.0,
            news=news,
            metrics=here.metrics,
            sleep=sleep,
        )
        assert await looking.look() == 1
        await here.settle()
        assert here.ana.versions() == [3]
        assert (news.held, here.metrics.tail_checks_found) == ([here.room], 1)
        assert slept == [head_watch.LATE_S]
        assert await looking.look() == 0
        assert len(slept) == 1, "nothing was suspected"


async def test_RL13_news_that_were_on_their_way_are_no_silence() -> None:
    async with house() as here, another_node(here) as there:
        await here.directory.join(here.ana, here.room)
        await there.execute(here.room, here.ana.identity, Say("on its way"))
        before, news = here.live.replica.committed, News()
        records = (await here.log.read(here.room, before.version + 1)).records

        async def arrives(_seconds: float) -> None:
            here.live.hear(before.version + 1, before.tag, records)

        looking = HeadWatch(
            log=here.log,
            rooms=here.directory.open_rooms,
            every_s=1.0,
            news=news,
            metrics=here.metrics,
            sleep=arrives,
        )
        assert await looking.look() == 0
        assert (news.held, here.metrics.tail_checks_found) == ([], 0)


async def test_RL13_rounds_are_rare_while_news_come_and_frequent_while_they_do_not() -> None:
    async with house() as here:
        news, slept = News(), list[float]()
        running: asyncio.Future[None]

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 11:
                news.sound = False
            if len(slept) == 14:
                running.cancel()
            await asyncio.sleep(0)

        rounds: list[int] = []

        async def heads(_ids: Sequence[str]) -> dict[str, Head]:
            rounds.append(len(slept))
            return {}

        looking = HeadWatch(
            log=here.log,
            rooms={here.room: here.live} if here.directory.open_rooms else {"r": None},  # pyright: ignore[reportArgumentType] - asked about only
            every_s=1.0,
            news=news,
            draw=lambda low, high: low,
            sleep=sleep,
        )
        with patch.object(here.log, "heads", heads):
            running = asyncio.ensure_future(looking.run())
            await asyncio.gather(running, return_exceptions=True)
        assert rounds == [8, 11, 12, 13], "after 2 s; then as soon as they do not come, and often"
