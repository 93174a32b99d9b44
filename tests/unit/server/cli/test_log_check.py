from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from protocol.entries import chain
from protocol.identifiers import ROOT_TAG
from server.cli.log_check import Findings, check_room, every_room
from storage import entry_packing
from storage.archive import put_into_file
from storage.room_log import EMPTY, Appended, Head, RoomAppend, RoomRow, StoredRun
from storage.room_log_memory import MemoryRoomLog
from tests.support.room_writer import RoomWriter

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


async def findings_of(
    log: MemoryRoomLog, row: RoomRow, folder: Path = Path("none"), *, replay: bool = False
) -> Findings:
    findings = Findings()
    await check_room(log, row, findings, folder, replay=replay)
    return findings


def texts(findings: Findings) -> list[str]:
    return [str(problem) for problem in findings.problems]


async def test_OP11_a_chain_that_leads_to_the_head_is_sound() -> None:
    findings = await findings_of(*await written(record(1), record(2), record(3)))
    assert (findings.rooms, findings.entries, findings.problems) == (1, 3, [])


async def test_OP11_an_entry_that_cannot_be_read_is_found() -> None:
    findings = await findings_of(*await written(b"{\n{}"))
    assert "entry 1 cannot be read" in texts(findings)[0]


async def test_OP11_an_entry_with_another_version_is_found() -> None:
    findings = await findings_of(*await written(record(1), record(7)))
    assert texts(findings) == [f"{ROOM}: entry 2 says that it is 7"]


Spoil = Callable[[list[StoredRun]], list[StoredRun]]


class Spoilt(MemoryRoomLog):
    """Holds one run for each entry, and says something else of some."""

    def __init__(self, spoil: Spoil) -> None:
        super().__init__()
        self._spoil = spoil

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        found = self._spoil(await super().runs(room, 1))
        return [run for run in found if run.first >= first]


async def found_in(spoil: Spoil) -> Findings:
    log = Spoilt(spoil)
    room = RoomWriter(ROOM)
    await room.create(log, record(1))
    for version in (2, 3, 4):
        await room.add(log, record(version))
    return await findings_of(log, (await log.rooms([ROOM]))[ROOM])


async def test_OP11_entries_that_the_head_promises_and_nobody_has_are_found() -> None:
    assert texts(await found_in(lambda runs: runs[:1])) == [f"{ROOM}: entry 2 is missing"]


async def test_OP11_a_chain_that_leads_elsewhere_is_found() -> None:
    findings = await found_in(lambda runs: [*runs[:3], altered(runs[3])])
    assert texts(findings) == [f"{ROOM}: entry 4 does not lead to the head"]


def altered(run: StoredRun) -> StoredRun:
    return replace(run, blob=entry_packing.pack([record(run.first).replace(b'"at":1', b'"at":2')]))


SPOILT: list[tuple[Spoil, list[tuple[str, int]]]] = [
    (lambda runs: runs, []),
    (lambda runs: [*runs[:1], *runs[2:]], [("missing", 2)]),
    (lambda runs: runs[1:], [("missing", 1)]),
    (lambda runs: runs[:-1], [("missing", 4)]),
    (lambda runs: [runs[0], replace(runs[1], tag_before="f" * 16), *runs[2:]], [("chain", 2)]),
    (lambda runs: [runs[0], altered(runs[1]), *runs[2:]], [("chain", 2)]),
    (lambda runs: [*runs[:3], altered(runs[3])], [("head", 4)]),
    (lambda runs: [runs[0], replace(runs[1], last=3), *runs[2:]], [("missing", 3)]),
    (lambda runs: [runs[0], replace(runs[1], blob=b"x"), *runs[2:]], [("unreadable", 2)]),
]


@pytest.mark.parametrize(("spoil", "names"), SPOILT)
async def test_OP28_whatever_does_not_hold_has_a_name_and_a_version(
    spoil: Spoil, names: list[tuple[str, int]]
) -> None:
    findings = await found_in(spoil)
    assert [(one.name, one.version) for one in findings.problems][: max(len(names), 1)] == names


async def test_OP28_an_archived_room_is_read_in_its_file(tmp_path: Path) -> None:
    log, row = await written(record(1), record(2))
    path = await put_into_file(log, row, tmp_path)
    assert path is not None
    away = (await log.rooms([ROOM]))[ROOM]
    findings = await findings_of(log, away, tmp_path)
    assert (findings.entries, findings.archived, findings.problems) == (2, 1, [])
    later = RoomWriter(ROOM)
    later.head = away.head
    await later.add(log, record(3))
    findings = await findings_of(log, (await log.rooms([ROOM]))[ROOM], tmp_path)
    assert (findings.entries, findings.problems) == (3, [])
    path.unlink()
    findings = await findings_of(log, away, tmp_path)
    assert [(one.name, one.version) for one in findings.problems] == [("archive", 2)]
    assert (await log.rooms([ROOM]))[ROOM].archive == path.name


async def test_OP28_a_room_that_moves_while_it_is_read_is_read_again() -> None:
    log, row = await written(record(1))
    stale = replace(row, head=Head(9, "f" * 16))
    findings = await findings_of(log, stale)
    assert (findings.rooms, findings.entries, findings.problems) == (1, 1, [])


async def test_OP11_every_room_is_read() -> None:
    log, _ = await written(record(1))
    for letter in "bc":
        other = "r_" + letter * 22
        append = RoomAppend(
            other, EMPTY, [record(1)], Head(1, chain(ROOT_TAG, record(1))), kind="board", at=1
        )
        await log.append([append])
    assert [row.id[2] async for row in every_room(log)] == ["a", "b", "c"]


async def test_OP28_a_room_that_is_archived_while_it_is_read_is_read_in_its_file(
    tmp_path: Path,
) -> None:
    log, row = await written(record(1), record(2))
    assert await put_into_file(log, row, tmp_path) is not None
    findings = await findings_of(log, row, tmp_path, replay=False)
    assert (findings.rooms, findings.entries, findings.problems) == (1, 2, [])
    # asked for snapshots, the log says itself that they are away
    findings = await findings_of(log, row, tmp_path, replay=True)
    assert (findings.rooms, findings.entries, findings.archived) == (1, 2, 1)


class Restless(Spoilt):
    """Damaged, and at another version whenever somebody looks."""

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        found = await super().rooms(ids)
        self.looked = getattr(self, "looked", 0) + 1
        return {
            room: replace(row, head=Head(row.head.version + self.looked, row.head.tag))
            for room, row in found.items()
        }


async def test_OP28_a_damaged_room_that_never_rests_is_told_all_the_same() -> None:
    log = Restless(lambda runs: runs[1:])
    room = RoomWriter(ROOM)
    await room.create(log, record(1))
    await room.add(log, record(2))
    findings = await findings_of(log, (await log.rooms([ROOM]))[ROOM])
    assert [(one.name, one.version) for one in findings.problems] == [("missing", 1)]
