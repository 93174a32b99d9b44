from dataclasses import replace

from protocol.entries import chain
from protocol.identifiers import ROOT_TAG
from server.cli.log_check import Findings, check_room, every_room
from storage.room_log import EMPTY, Appended, Head, Page, RoomAppend, RoomRow
from storage.room_log_memory import MemoryRoomLog

ROOM = "r_" + "a" * 22


def record(version: int) -> bytes:
    return b'{"v":%d,"at":1,"by":"","events":[]}\n{}' % version


async def written(*records: bytes, room: str = ROOM) -> tuple[MemoryRoomLog, RoomRow]:
    log = MemoryRoomLog()
    tag = ROOT_TAG
    for one in records:
        tag = chain(tag, one)
    append = RoomAppend(room, EMPTY, records, Head(len(records), tag), kind="board", at=1)
    assert await log.append([append]) == [Appended()]
    return log, (await log.rooms([room]))[room]


async def findings_of(log: MemoryRoomLog, row: RoomRow) -> Findings:
    findings = Findings()
    await check_room(log, row, findings)
    return findings


async def test_OP11_a_chain_that_leads_to_the_head_is_sound() -> None:
    findings = await findings_of(*await written(record(1), record(2), record(3)))
    assert (findings.rooms, findings.entries, findings.problems) == (1, 3, [])


async def test_OP11_a_chain_that_leads_elsewhere_is_found() -> None:
    log, row = await written(record(1), record(2))
    findings = await findings_of(log, replace(row, head=Head(2, "f" * 16)))
    assert findings.problems == [f"{ROOM}: entry 2 does not lead to the head"]


async def test_OP11_an_entry_that_cannot_be_read_is_found() -> None:
    findings = await findings_of(*await written(b"{\n{}"))
    assert "entry 1 cannot be read" in findings.problems[0]


async def test_OP11_an_entry_with_another_version_is_found() -> None:
    findings = await findings_of(*await written(record(1), record(7)))
    assert findings.problems == [f"{ROOM}: entry 2 says that it is 7"]


async def test_OP11_entries_that_the_head_promises_and_nobody_has_are_found() -> None:
    log, row = await written(record(1))
    findings = await findings_of(log, replace(row, head=Head(5, row.head.tag)))
    assert findings.problems == [f"{ROOM}: entry 2 is missing"]


class Forked(MemoryRoomLog):
    """Says that the second page follows another history."""

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 1
    ) -> Page:
        page = await super().read(room, first, last=first, bytes_max=bytes_max)
        return replace(page, tag_before="f" * 16) if first == 2 else page


async def test_OP11_a_page_that_follows_another_history_is_found() -> None:
    sound, row = await written(record(1), record(2))
    forked = Forked()
    page = await sound.read(ROOM, 1)
    append = RoomAppend(ROOM, EMPTY, page.records, row.head, kind="board", at=1)
    assert await forked.append([append]) == [Appended()]
    findings = await findings_of(forked, row)
    assert findings.problems == [f"{ROOM}: the tag after entry 1 is another one"]


async def test_OP11_every_room_is_read() -> None:
    log, _ = await written(record(1))
    for letter in "bc":
        other = "r_" + letter * 22
        append = RoomAppend(
            other, EMPTY, [record(1)], Head(1, chain(ROOT_TAG, record(1))), kind="board", at=1
        )
        await log.append([append])
    assert [row.id[2] async for row in every_room(log)] == ["a", "b", "c"]
