"""What every log must do: each implementation inherits these tests and brings the fixture
`logs`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from storage.errors import RoomArchived
from storage.room_log import (
    EMPTY,
    Appended,
    Conflict,
    Head,
    ListingChange,
    Outcome,
    Refused,
    RoomAppend,
    RoomLog,
    StoredRun,
    StoredSnapshot,
)
from tests.support.room_writer import (
    RoomWriter,
    add_whatever_happens,
    after,
    every_record,
    new_room_id,
)
from tests.support.timeouts import MS

NOT_UNICODE = "half a surrogate pair: \ud83d"
"""A Python string that no database can keep: how a room is poisoned here."""


class Logs(Protocol):
    """One database, opened by as many processes as the implementation allows."""

    async def another(self) -> RoomLog:
        """What one more process would use; the same log where only one may have the database."""
        ...

    async def reopen(self) -> RoomLog:
        """Closes everything and opens the database anew."""
        ...


class RoomLogContract:
    """Fixtures: `logs`, and `log`, which is opened on them."""

    # ------------------------------------------------------------ LG1 to LG3: compare and append

    async def test_LG1_LG2_what_was_appended_is_read_back_in_order(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"one", b"two\nsealed", b"")
        await room.add(log, b"\x00\xff", b"five")
        assert await every_record(log, room.room) == [
            b"one",
            b"two\nsealed",
            b"",
            b"\x00\xff",
            b"five",
        ]
        assert await log.heads([room.room]) == {room.room: room.head}
        assert room.head == after(EMPTY, [b"one", b"two\nsealed", b"", b"\x00\xff", b"five"])

    async def test_LG1_a_stale_version_is_a_conflict_and_writes_nothing(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        stale = room.append(b"late", due_at=5, listing=ListingChange("renamed", {"a_1": "owner"}))
        await room.add(log, b"first")
        before = await log.rooms([room.room])
        assert await log.append([stale]) == [Conflict(room.head)]
        assert await log.rooms([room.room]) == before
        assert await every_record(log, room.room) == [b"created", b"first"]
        assert await log.due(10**15, 10**6) == []
        assert await log.listed("a_1", limit=10) == []

    async def test_LG1_the_same_version_with_another_tag_is_a_conflict(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        other = RoomWriter(room.room)
        other.head = after(EMPTY, [b"another history"])
        assert await log.append([other.append(b"mine")]) == [Conflict(room.head)]

    async def test_LG1_a_room_that_does_not_exist_is_a_conflict_without_a_head(
        self, log: RoomLog
    ) -> None:
        assert await log.append([RoomWriter().append(b"mine")]) == [Conflict(None)]

    async def test_LG2_a_row_says_all_that_the_last_append_said(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, due_at=500, listing=ListingChange("A board", {}), at=100)
        (row,) = (await log.rooms([room.room, new_room_id()])).values()
        assert (row.id, row.kind, row.head) == (room.room, "board", room.head)
        assert (row.name, row.due_at, row.pruned_before) == ("A board", 500, 1)
        assert (row.created_at, row.updated_at) == (100, 100)
        await room.commit(log, room.append(b"x", at=200))
        (row,) = (await log.rooms([room.room])).values()
        assert (row.name, row.due_at, row.head) == ("A board", None, room.head)
        assert (row.created_at, row.updated_at) == (100, 200)

    async def test_LG3_a_room_is_created_once(self, log: RoomLog, logs: Logs) -> None:
        room = RoomWriter()
        wanted = room.append(b"created", kind="board")
        assert await log.append([wanted]) == [Appended()]
        assert await log.append([wanted]) == [Conflict(wanted.head)]
        other = await logs.another()
        assert await other.append([room.append(b"mine", kind="draft")]) == [Conflict(wanted.head)]
        assert (await log.rooms([room.room]))[room.room].kind == "board"

    async def test_LG3_one_of_two_that_create_the_same_rooms_at_once_makes_each(
        self, log: RoomLog, logs: Logs
    ) -> None:
        other = await logs.another()
        ids = [new_room_id() for _ in range(20)]
        ours = [RoomWriter(room).append(b"ours", kind="board") for room in ids]
        theirs = [RoomWriter(room).append(b"theirs", kind="board") for room in reversed(ids)]
        async with asyncio.timeout(10_000 * MS):
            mine, others = await asyncio.gather(log.append(ours), other.append(theirs))
        for room, one, two in zip(ids, mine, reversed(others), strict=True):
            assert sorted([type(one).__name__, type(two).__name__]) == ["Appended", "Conflict"]
            made = b"ours" if one == Appended() else b"theirs"
            assert await every_record(log, room) == [made]

    # ------------------------------------------------------------ LG4: rooms do not affect each
    # other

    async def test_LG4_a_conflict_stops_no_other_room_of_the_batch(self, log: RoomLog) -> None:
        rooms = [RoomWriter() for _ in range(3)]
        for room in rooms:
            await room.create(log)
        stale = rooms[1].append(b"late")
        await rooms[1].add(log, b"first")
        batch = [rooms[0].append(b"a"), stale, RoomWriter().append(b"b"), rooms[2].append(b"c")]
        assert await log.append(batch) == [
            Appended(),
            Conflict(rooms[1].head),
            Conflict(None),
            Appended(),
        ]
        assert [len(await every_record(log, room.room)) for room in rooms] == [2, 2, 2]

    @pytest.mark.parametrize("place", range(5))
    async def test_LG4_a_poisoned_room_stops_no_other_room_of_the_batch(
        self, log: RoomLog, place: int
    ) -> None:
        rooms = [RoomWriter() for _ in range(5)]
        for room in rooms:
            await room.create(log)
        batch = [room.append(b"x") for room in rooms]
        batch[place] = rooms[place].append(b"x", listing=ListingChange(NOT_UNICODE))
        outcomes = await log.append(batch)
        for number, (room, outcome) in enumerate(zip(rooms, outcomes, strict=True)):
            if number == place:
                assert isinstance(outcome, Refused)
                assert outcome.poisoned
                assert await every_record(log, room.room) == [b"created"]
            else:
                assert outcome == Appended()
                assert await every_record(log, room.room) == [b"created", b"x"]

    async def test_LG4_a_poisoned_creation_leaves_no_room_behind(self, log: RoomLog) -> None:
        room = RoomWriter()
        wanted = room.append(
            b"x", kind="board", listing=ListingChange(members={NOT_UNICODE: "owner"})
        )
        (outcome,) = await log.append([wanted])
        assert isinstance(outcome, Refused)
        assert outcome.poisoned
        assert await log.rooms([room.room]) == {}

    async def test_LG4_an_empty_batch_has_no_outcomes(self, log: RoomLog) -> None:
        assert await log.append([]) == []

    # ------------------------------------------------------------ LG5, LG6: copies and compares

    async def test_LG5_the_same_append_sent_again_stands_in_the_log_once(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        await room.create(log)
        wanted = room.append(b"once")
        first, *others = await asyncio.gather(*(log.append([wanted]) for _ in range(5)))
        outcomes = [first[0], *(other[0] for other in others)]
        assert outcomes.count(Appended()) == 1
        assert outcomes.count(Conflict(wanted.head)) == 4
        assert await every_record(log, room.room) == [b"created", b"once"]

    async def test_LG6_an_append_without_records_compares_and_writes_nothing(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        await room.create(log, due_at=7)
        stale = room.compare()
        before = await log.rooms([room.room])
        assert await log.append([room.append(at=9_999)]) == [Appended()]
        assert await log.rooms([room.room]) == before
        await room.add(log, b"x")
        assert await log.append([stale]) == [Conflict(room.head)]
        assert await log.append([RoomWriter().compare()]) == [Conflict(None)]

    async def test_LG6_compares_and_appends_share_a_batch(self, log: RoomLog) -> None:
        one, two, three = RoomWriter(), RoomWriter(), RoomWriter()
        for room in (one, two, three):
            await room.create(log)
        stale = three.compare()
        await three.add(log, b"x")
        outcomes = await log.append([one.compare(), two.append(b"y"), stale])
        assert outcomes == [Appended(), Appended(), Conflict(three.head)]

    # ------------------------------------------------------------ LG7: reading

    async def test_LG7_a_page_begins_anywhere_and_crosses_the_borders_of_runs(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        records = [b"%02d" % number for number in range(12)]
        await room.create(log, *records[:3])
        heads = {0: EMPTY, 3: room.head}
        for start, end in ((3, 4), (4, 9), (9, 12)):
            await room.add(log, *records[start:end])
            heads[end] = room.head
        for first in range(1, 13):
            for last in (None, *range(first - 1, 14)):
                page = await log.read(room.room, first, last=last)
                assert page.first == first
                assert page.records == records[first - 1 : last]
                border = heads.get(first - 1)
                assert page.tag_before == (None if border is None else border.tag)

    async def test_LG7_a_page_holds_at_least_one_record_and_no_more_bytes_than_asked(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        records = [bytes([number]) * (100 * number) for number in range(1, 11)]
        await room.create(log, *records[:4])
        for record in records[4:]:
            await room.add(log, record)
        for bytes_max in (1, 99, 100, 300, 601, 1_000, 2_500, 10_000):
            for first in range(1, 11):
                page = await log.read(room.room, first, bytes_max=bytes_max)
                size, fitting = 0, 0
                for record in records[first - 1 :]:
                    size += len(record)
                    if fitting and size > bytes_max:
                        break
                    fitting += 1
                assert page.records == records[first - 1 : first - 1 + fitting]
            assert await every_record(log, room.room, bytes_max=bytes_max) == records

    async def test_LG7_nothing_is_at_the_head_beyond_it_and_where_no_room_is(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        await room.create(log, b"a", b"b")
        page = await log.read(room.room, 3)
        assert (page.first, page.records, page.tag_before) == (3, [], room.head.tag)
        page = await log.read(room.room, 9)
        assert (page.first, page.records, page.tag_before) == (9, [], None)
        page = await log.read(new_room_id(), 1)
        assert (page.first, page.records, page.tag_before) == (1, [], None)

    async def test_LG7_records_of_several_megabytes_survive(self, log: RoomLog) -> None:
        room = RoomWriter()
        big = bytes(range(256)) * 20_000
        await room.create(log, b"small", big, b"small too")
        await room.add(log, big)
        assert await every_record(log, room.room) == [b"small", big, b"small too", big]

    async def test_LG7_heads_are_of_rooms_that_exist(self, log: RoomLog) -> None:
        rooms = [RoomWriter() for _ in range(3)]
        for room in rooms:
            await room.create(log)
        ids = [new_room_id(), *(room.room for room in rooms)]
        assert await log.heads(ids) == {room.room: room.head for room in rooms}
        assert await log.heads([]) == {}

    # ------------------------------------------------------------ LG8: snapshots

    async def test_LG8_the_latest_snapshot_at_or_below_a_version(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        kept: dict[int, StoredSnapshot] = {}
        for number in range(3):
            await room.add(log, b"x", b"y")
            kept[room.head.version] = StoredSnapshot(room.head, b"state %d \x00" % number)
            assert await log.save_snapshot(room.room, kept[room.head.version])
        assert await log.snapshots(room.room) == [3, 5, 7]
        assert await log.snapshot(room.room) == kept[7]
        assert await log.snapshot(room.room, at_most=6) == kept[5]
        assert await log.snapshot(room.room, at_most=3) == kept[3]
        assert await log.snapshot(room.room, at_most=2) is None

    async def test_LG8_a_snapshot_off_the_chain_is_not_kept(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        await room.add(log, b"x", b"y")
        border = room.head
        await room.add(log, b"z")
        wrong = "f" * 16
        for head in (
            Head(room.head.version, wrong),
            Head(border.version, wrong),
            Head(room.head.version + 1, room.head.tag),
            Head(0, wrong),
        ):
            assert not await log.save_snapshot(room.room, StoredSnapshot(head, b"state"))
        assert not await log.save_snapshot(new_room_id(), StoredSnapshot(room.head, b"state"))
        assert await log.snapshots(room.room) == []
        assert await log.snapshot(room.room) is None

    async def test_LG8_inside_a_run_and_at_its_border_a_snapshot_is_kept(
        self, log: RoomLog
    ) -> None:
        room = RoomWriter()
        await room.create(log)
        created = room.head
        inside = after(created, [b"x"])
        await room.add(log, b"x", b"y")
        for head in (EMPTY, created, inside, room.head):
            assert await log.save_snapshot(room.room, StoredSnapshot(head, b"state"))
        assert await log.snapshots(room.room) == [0, 1, 2, 3]

    async def test_LG8_a_snapshot_replaces_the_one_at_its_version(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        for blob in (b"old", b"new"):
            assert await log.save_snapshot(room.room, StoredSnapshot(room.head, blob))
        assert await log.snapshot(room.room) == StoredSnapshot(room.head, b"new")
        assert await log.snapshots(room.room) == [1]

    async def test_LG8_snapshots_are_dropped_one_by_one(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log)
        for _ in range(4):
            await room.add(log, b"x")
            await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
        await log.drop_snapshots(room.room, [2, 4, 77])
        await log.drop_snapshots(room.room, [])
        await log.drop_snapshots(new_room_id(), [3])
        assert await log.snapshots(room.room) == [3, 5]
        assert await log.snapshots(new_room_id()) == []
        assert await log.snapshot(new_room_id()) is None

    # ------------------------------------------------------------ LG10: many at once

    async def test_LG10_three_writers_of_forty_rooms_neither_wait_for_each_other_nor_lose(
        self, log: RoomLog, logs: Logs
    ) -> None:
        writers = [log, await logs.another(), await logs.another()]
        rooms = [RoomWriter() for _ in range(40)]
        for room in rooms:
            await room.create(log)

        async def write_all(writer: RoomLog, name: int) -> None:
            mine = [RoomWriter(room.room) for room in rooms]
            for turn in range(3):
                order = mine if (name + turn) % 2 else mine[::-1]
                record = b"%d of %d" % (turn, name)
                await asyncio.gather(
                    *(add_whatever_happens(writer, room, record) for room in order)
                )

        async with asyncio.timeout(60_000 * MS):
            await asyncio.gather(*(write_all(w, name) for name, w in enumerate(writers)))
        wanted = sorted(b"%d of %d" % (turn, name) for turn in range(3) for name in range(3))
        heads = await log.heads([room.room for room in rooms])
        for room in rooms:
            records = await every_record(log, room.room)
            assert records[0] == b"created"
            assert sorted(records[1:]) == wanted
            assert heads[room.room] == after(EMPTY, records)
            for name in range(3):
                own = [record for record in records if record.endswith(b"of %d" % name)]
                assert own == sorted(own)

    async def test_LG10_whole_batches_of_three_writers_end_without_a_deadlock(
        self, log: RoomLog, logs: Logs
    ) -> None:
        writers = [log, await logs.another(), await logs.another()]
        rooms = [RoomWriter() for _ in range(40)]
        for room in rooms:
            await room.create(log)

        async def write_all(writer: RoomLog, name: int) -> int:
            mine = [RoomWriter(room.room) for room in rooms]
            done = 0
            for turn in range(5):
                for room in mine:
                    await room.follow(writer)
                batch = [room.append(b"x") for room in (mine if turn % 2 else mine[::-1])]
                outcomes = await writer.append(batch)
                assert all(isinstance(o, Appended | Conflict) for o in outcomes), outcomes
                done += outcomes.count(Appended())
            return done

        async with asyncio.timeout(60_000 * MS):
            done = await asyncio.gather(*(write_all(w, name) for name, w in enumerate(writers)))
        total = 0
        for room in rooms:
            records = await every_record(log, room.room)
            assert (await log.heads([room.room]))[room.room] == after(EMPTY, records)
            total += len(records) - 1
        assert total == sum(done)

    async def test_LG10_a_cancelled_caller_cancels_no_commit(self, log: RoomLog) -> None:
        rooms = [RoomWriter() for _ in range(3)]
        for room in rooms:
            await room.create(log)
        wanted = [room.append(b"x") for room in rooms]
        calls = [asyncio.ensure_future(log.append([change])) for change in wanted]
        await asyncio.sleep(0)
        calls[1].cancel()
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert outcomes[0] == outcomes[2] == [Appended()]
        await log.barrier()
        assert await log.append([wanted[1]]) == [Conflict(wanted[1].head)]

    async def test_LG10_closing_ends_what_was_handed_over(self, log: RoomLog, logs: Logs) -> None:
        rooms = [RoomWriter() for _ in range(50)]
        for room in rooms:
            await room.create(log)
        calls = [asyncio.ensure_future(log.append([room.append(b"x")])) for room in rooms]
        await asyncio.sleep(0)
        reopened = await logs.reopen()
        assert await asyncio.gather(*calls) == [[Appended()]] * 50
        for room in rooms:
            assert await every_record(reopened, room.room) == [b"created", b"x"]

    # ------------------------------------------------------------ LG11: pruning

    async def test_LG11_whole_runs_below_a_covered_version_go(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"1", b"2")
        await room.add(log, b"3", b"4", b"5")
        border = room.head
        await room.add(log, b"6", b"7")
        for version in (3, 4, 6):
            inside = Head(version, after(EMPTY, [b"%d" % n for n in range(1, version + 1)]).tag)
            assert await log.save_snapshot(room.room, StoredSnapshot(inside, b"state"))
        assert await log.prune(room.room, 4) == 2
        assert (await log.rooms([room.room]))[room.room].pruned_before == 3
        page = await log.read(room.room, 1)
        assert (page.first, page.records) == (3, [])
        assert page.tag_before == after(EMPTY, [b"1", b"2"]).tag
        assert (await log.read(room.room, 3)).records == [b"3", b"4", b"5", b"6", b"7"]
        assert await log.prune(room.room, 4) == 0
        assert await log.prune(room.room, 7) == 3
        page = await log.read(room.room, 5)
        assert (page.first, page.records, page.tag_before) == (6, [], border.tag)

    async def test_LG11_a_room_can_be_pruned_to_its_head_and_goes_on(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"1", b"2")
        assert await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
        assert await log.prune(room.room, 3) == 2
        page = await log.read(room.room, 1)
        assert (page.first, page.records, page.tag_before) == (3, [], room.head.tag)
        assert (await log.read(room.room, 3)).records == []
        await room.add(log, b"3")
        page = await log.read(room.room, 3)
        assert (page.records, page.first) == ([b"3"], 3)
        assert await log.sizes(room.room) == (1, len(b"state"))

    async def test_LG11_entries_that_no_snapshot_covers_stay(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"1")
        for number in range(2, 8):
            await room.add(log, b"%d" % number)
        at_3 = Head(3, after(EMPTY, [b"1", b"2", b"3"]).tag)
        assert await log.save_snapshot(room.room, StoredSnapshot(at_3, b"state"))
        for before in (1, 2, 5, 6, 8):
            with pytest.raises(ValueError, match="snapshot"):
                await log.prune(room.room, before)
        with pytest.raises(ValueError, match="snapshot"):
            await log.prune(new_room_id(), 1)
        assert len(await every_record(log, room.room)) == 7
        assert await log.prune(room.room, 3) == 2

    async def test_LG11_many_runs_go_in_one_prune(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"first")
        await asyncio.gather(*(add_whatever_happens(log, room, b"x") for _ in range(1)))
        for _ in range(30):
            await room.add(log, b"x")
        assert await log.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
        assert await log.prune(room.room, room.head.version) == room.head.version - 1
        assert (await log.sizes(room.room))[0] == 1

    # ------------------------------------------------------------ LG12: due rooms

    async def test_LG12_the_longest_due_come_first(self, log: RoomLog) -> None:
        rooms = {due: RoomWriter() for due in (300, 100, 200, 400)}
        for due, room in rooms.items():
            await room.create(log, due_at=due)
        undue = RoomWriter()
        await undue.create(log)
        ordered = [rooms[due].room for due in (100, 200, 300, 400)]
        assert await log.due(99, 10) == []
        assert await log.due(100, 10) == ordered[:1]
        assert await log.due(350, 10) == ordered[:3]
        assert await log.due(10_000, 2) == ordered[:2]
        assert await log.due(10_000, 10) == ordered

    async def test_LG12_an_append_replaces_or_clears_the_due_time(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, due_at=100)
        await log.postpone(room.room, 900)
        await room.commit(log, room.append(b"x", due_at=200))
        assert await log.due(199, 10) == []
        assert await log.due(200, 10) == [room.room]
        await room.add(log, b"y")
        assert await log.due(10**15, 10) == []

    async def test_LG12_a_postponed_room_is_not_offered_before_its_time(self, log: RoomLog) -> None:
        one, two, undue = RoomWriter(), RoomWriter(), RoomWriter()
        await one.create(log, due_at=100)
        await two.create(log, due_at=200)
        await undue.create(log)
        await log.postpone(one.room, 1_000)
        await log.postpone(undue.room, 1)
        await log.postpone(new_room_id(), 1)
        assert await log.due(999, 10) == [two.room]
        assert await log.due(1_000, 10) == [two.room, one.room]
        assert (await log.rooms([one.room]))[one.room].due_at == 100
        await log.postpone(one.room, 50)
        assert await log.due(99, 10) == []
        assert await log.due(100, 10) == [one.room]

    async def test_LG12_ten_thousand_due_rooms_are_taken_in_order_piece_by_piece(
        self, log: RoomLog
    ) -> None:
        rooms = [RoomWriter() for _ in range(10_000)]
        for start in range(0, 10_000, 500):
            batch = [
                room.append(b"x", kind="board", due_at=10_000 - number)
                for number, room in enumerate(rooms[start : start + 500], start)
            ]
            assert await log.append(batch) == [Appended()] * 500
        late = await log.due(10_000, 64)
        assert late == [room.room for room in rooms[:-65:-1]]
        for room in late:
            await log.postpone(room, 20_000)
        assert await log.due(10_000, 2) == [rooms[-65].room, rooms[-66].room]
        assert len(await log.due(10_000, 20_000)) == 10_000 - 64

    # ------------------------------------------------------------ LG13: one life of the database

    async def test_LG13_a_reopened_database_finds_everything(
        self, log: RoomLog, logs: Logs
    ) -> None:
        room = RoomWriter()
        await room.create(log, b"1", b"2", due_at=5, listing=ListingChange("n", {"a_x": "owner"}))
        snapshot = StoredSnapshot(room.head, b"state")
        assert await log.save_snapshot(room.room, snapshot)
        generation, rows = log.generation, await log.rooms([room.room])
        log = await logs.reopen()
        assert log.generation == generation
        assert await log.rooms([room.room]) == rows
        assert await every_record(log, room.room) == [b"1", b"2"]
        assert await log.snapshot(room.room) == snapshot
        assert await log.due(5, 1) == [room.room]
        assert [listed.role for listed in await log.listed("a_x", limit=9)] == ["owner"]
        await room.add(log, b"3")
        await log.check()

    async def test_LG13_a_generation_is_16_hexadecimal_digits(self, log: RoomLog) -> None:
        assert len(log.generation) == 16
        int(log.generation, 16)

    # ------------------------------------------------------------ LG14: listings and sizes

    async def test_LG14_a_list_follows_names_roles_and_leaving(self, log: RoomLog) -> None:
        room = RoomWriter()
        members = {"a_1": "owner", "a_2": "viewer"}
        await room.create(log, listing=ListingChange("Plans", members))
        (mine,) = await log.listed("a_1", limit=10)
        assert (mine.row.id, mine.row.name, mine.role) == (room.room, "Plans", "owner")
        change = ListingChange("Old plans", {"a_1": None, "a_2": "editor", "a_3": "viewer"})
        await room.commit(log, room.append(b"x", listing=change))
        assert await log.listed("a_1", limit=10) == []
        (theirs,) = await log.listed("a_2", limit=10)
        assert (theirs.row.name, theirs.row.head, theirs.role) == ("Old plans", room.head, "editor")
        await room.commit(log, room.append(b"y", listing=ListingChange(members={"a_9": None})))
        assert (await log.rooms([room.room]))[room.room].name == "Old plans"
        assert [listed.role for listed in await log.listed("a_3", limit=10)] == ["viewer"]

    @pytest.mark.parametrize("size", [1, 3, 7, 20])
    async def test_LG14_lists_are_paged_in_the_order_of_ids(self, log: RoomLog, size: int) -> None:
        rooms = sorted(["r_B", "r_a", "r_-", "r__", "r_0", "r_Z", "r_z"])
        for room in reversed(rooms):
            await RoomWriter(room).create(log, listing=ListingChange("n", {"a_1": "owner"}))
        await RoomWriter("r_other").create(log, listing=ListingChange("n", {"a_2": "owner"}))

        async def listed(after_id: str | None) -> list[str]:
            return [one.row.id for one in await log.listed("a_1", limit=size, after=after_id)]

        async def all_rooms(after_id: str | None) -> list[str]:
            return [row.id for row in await log.all_rooms(limit=size, after=after_id)]

        async def boards(after_id: str | None) -> list[str]:
            found = await log.all_rooms(limit=size, after=after_id, kind="board")
            return [row.id for row in found]

        assert await _pages(boards, size) == sorted([*rooms, "r_other"])
        assert await log.all_rooms(limit=size, kind="feed") == []
        assert await _pages(listed, size) == rooms
        assert await _pages(all_rooms, size) == sorted([*rooms, "r_other"])

    async def test_LG14_sizes_are_bytes_of_records_and_of_snapshots(self, log: RoomLog) -> None:
        room = RoomWriter()
        await room.create(log, b"12345", b"")
        await room.add(log, b"123")
        assert await log.sizes(room.room) == (8, 0)
        await log.save_snapshot(room.room, StoredSnapshot(room.head, b"1234"))
        assert await log.sizes(room.room) == (8, 4)
        assert await log.sizes(new_room_id()) == (0, 0)

    # ------------------------------------------------------------ what a caller may not say

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (RoomAppend("r_1", EMPTY, [b"x"], Head(2, "f" * 16)), "version"),
            (RoomAppend("r_1", Head(1, "f" * 16), [], Head(1, "e" * 16)), "stay"),
            (RoomAppend("r_1", EMPTY, [], EMPTY, kind="board"), "creation"),
            (RoomAppend("r_1", Head(1, "f" * 16), [b"x"], Head(2, "e" * 16), kind="b"), "creation"),
        ],
    )
    async def test_an_append_that_contradicts_itself_is_our_bug(
        self, log: RoomLog, wrong: RoomAppend, said: str
    ) -> None:
        with pytest.raises(AssertionError, match=said):
            await log.append([wrong])

    async def test_a_room_twice_in_a_batch_is_our_bug(self, log: RoomLog) -> None:
        room = RoomWriter()
        with pytest.raises(AssertionError, match="once"):
            await log.append([room.compare(), room.compare()])

    async def test_a_version_below_one_is_our_bug(self, log: RoomLog) -> None:
        with pytest.raises(AssertionError, match="version from 1"):
            await log.read("r_1", 0)

    # ------------------------------------------------------------ LG15, LG16: archives

    async def test_LG15_what_is_put_away_is_said_to_be_in_the_file(self, log: RoomLog) -> None:
        room, _ = await _of_three_runs(log, listing=ListingChange("A board", {"a_away": "owner"}))
        snapshot = StoredSnapshot(Head(2, after(EMPTY, RECORDS[:2]).tag), b"state")
        assert await log.save_snapshot(room.room, snapshot)
        assert await log.put_away(room.room, room.head, "file")
        (row,) = (await log.rooms([room.room])).values()
        assert (row.archive, row.archived_to, row.head) == ("file", room.head.version, room.head)
        assert (row.name, row.pruned_before) == ("A board", 1)
        assert [one.row.id for one in await log.listed("a_away", limit=9)] == [room.room]
        assert await log.heads([room.room]) == {room.room: room.head}
        assert await log.runs(room.room, 1) == []
        assert await log.sizes(room.room) == (0, 0)
        questions: list[Callable[[], Awaitable[object]]] = [
            lambda: log.read(room.room, 1),
            lambda: log.read(room.room, room.head.version + 1),
            lambda: log.snapshot(room.room),
            lambda: log.snapshots(room.room),
            lambda: log.prune(room.room, 2),
        ]
        for question in questions:
            with pytest.raises(RoomArchived) as away:
                await question()
            assert (away.value.room, away.value.archive) == (room.room, "file")
        assert not await log.save_snapshot(room.room, snapshot)

    async def test_LG15_only_the_room_that_was_written_to_the_file_goes(self, log: RoomLog) -> None:
        room, before = await _of_three_runs(log)
        assert not await log.put_away(room.room, Head(room.head.version, "f" * 16), "file")
        assert not await log.put_away(room.room, Head(room.head.version - 1, room.head.tag), "file")
        assert not await log.put_away(new_room_id(), room.head, "file")
        assert await log.runs(room.room, 1) == before
        assert await log.put_away(room.room, room.head, "file")
        assert await log.put_away(room.room, room.head, "file")
        assert not await log.put_away(room.room, room.head, "another file")
        assert (await log.rooms([room.room]))[room.room].archive == "file"

    async def test_LG15_nobody_else_is_touched(self, log: RoomLog) -> None:
        room, _ = await _of_three_runs(log)
        other, runs = await _of_three_runs(log)
        assert await log.put_away(room.room, room.head, "file")
        assert await log.runs(other.room, 1) == runs
        assert await every_record(log, other.room) == RECORDS

    async def test_LG16_what_is_taken_back_is_run_for_run_what_it_was(self, log: RoomLog) -> None:
        room, runs = await _of_three_runs(log)
        assert [(one.first, one.last, one.at) for one in runs] == [
            (1, 1, 10),
            (2, 3, 20),
            (4, 4, 30),
        ]
        snapshot = StoredSnapshot(Head(3, runs[1].tag), b"state")
        assert await log.save_snapshot(room.room, snapshot)
        assert await log.put_away(room.room, room.head, "file")
        assert await log.take_back(room.room, "file", runs[:2], [snapshot])
        with pytest.raises(RoomArchived):
            await log.read(room.room, 1)
        # whoever began before this one died comes with the same once more
        assert await log.take_back(room.room, "file", runs, [snapshot])
        assert await log.end_archive(room.room, "file")
        assert await log.runs(room.room, 1) == runs
        assert await every_record(log, room.room) == RECORDS
        assert await log.snapshot(room.room) == snapshot
        row = (await log.rooms([room.room]))[room.room]
        assert (row.archive, row.archived_to, row.pruned_before) == (None, 0, 1)
        await room.add(log, b"five")
        assert await every_record(log, room.room) == [*RECORDS, b"five"]

    async def test_LG16_another_file_changes_nothing(self, log: RoomLog) -> None:
        room, runs = await _of_three_runs(log)
        assert not await log.take_back(room.room, "file", runs, [])
        assert not await log.end_archive(room.room, "file")
        assert await log.put_away(room.room, room.head, "file")
        assert not await log.take_back(room.room, "other", runs, [])
        assert not await log.end_archive(room.room, "other")
        assert not await log.take_back(new_room_id(), "file", runs, [])
        assert (await log.rooms([room.room]))[room.room].archive == "file"
        assert await log.runs(room.room, 1) == []

    async def test_LG16_entries_that_came_meanwhile_stay_behind_those_of_the_file(
        self, log: RoomLog
    ) -> None:
        room, runs = await _of_three_runs(log)
        last = room.head
        assert await log.put_away(room.room, room.head, "file")
        await room.add(log, b"five", b"six")
        with pytest.raises(RoomArchived):
            await log.read(room.room, 5)
        # a call that was interrupted goes on, and takes out nothing that is not in the file
        assert await log.put_away(room.room, last, "file")
        assert [one.first for one in await log.runs(room.room, 1)] == [5]
        assert await log.take_back(room.room, "file", runs, [])
        assert await log.end_archive(room.room, "file")
        assert await every_record(log, room.room) == [*RECORDS, b"five", b"six"]

    async def test_LG16_what_was_pruned_stays_away(self, log: RoomLog) -> None:
        room, runs = await _of_three_runs(log)
        assert await log.save_snapshot(room.room, StoredSnapshot(Head(1, runs[0].tag), b"one"))
        assert await log.prune(room.room, 2) == 1
        assert await log.put_away(room.room, room.head, "file")
        assert await log.take_back(room.room, "file", runs, [])
        assert await log.end_archive(room.room, "file")
        assert await log.runs(room.room, 1) == runs[1:]
        page = await log.read(room.room, 1)
        assert (page.first, page.records) == (2, [])

    async def test_LG7_runs_come_as_many_as_were_asked_for(self, log: RoomLog) -> None:
        room, runs = await _of_three_runs(log)
        assert await log.runs(room.room, 1, bytes_max=1) == runs[:1]
        assert await log.runs(room.room, 2, bytes_max=len(runs[1].blob)) == runs[1:2]
        assert await log.runs(room.room, 3) == runs[2:]
        assert await log.runs(room.room, 5) == await log.runs(new_room_id(), 1) == []


async def _pages(page: Callable[[str | None], Awaitable[list[str]]], size: int) -> list[str]:
    """All pages of a list: every one full but the last."""
    found: list[str] = []
    while True:
        some = await page(found[-1] if found else None)
        assert len(some) <= size
        found += some
        if len(some) < size:
            return found


def named(outcomes: list[Outcome]) -> list[str]:
    """The classes of outcomes."""
    return [type(outcome).__name__ for outcome in outcomes]


RECORDS = [b"one", b"two", b"three\nsealed", b"four"]


async def _of_three_runs(
    log: RoomLog, *, listing: ListingChange | None = None
) -> tuple[RoomWriter, list[StoredRun]]:
    """RECORDS in a new room, and how they lie there."""
    room = RoomWriter()
    await room.create(log, RECORDS[0], listing=listing, at=10)
    await room.commit(log, room.append(*RECORDS[1:3], at=20))
    await room.commit(log, room.append(RECORDS[3], at=30))
    return room, await log.runs(room.room, 1)
