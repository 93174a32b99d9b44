import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from protocol.entries import chain
from protocol.identifiers import ROOT_TAG, Tag
from server.cli.log_replay import Replay, Snapshots
from server.rooms.replica import Replica
from server.rules.catalogue import KINDS
from storage.room_log import Head, RoomRow, StoredSnapshot
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.cold_rooms import on


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A real board: opened, with its first line-ups."""
    folder = tmp_path_factory.mktemp("board")
    room = on(folder, "room", "create", "Training", "--line-ups").row("room")

    async def read() -> list[bytes]:
        log = await SqliteRoomLog.open(folder / "touchline.db")
        page = await log.read(room, 1)
        await log.close()
        return page.records

    return asyncio.run(read())


def snapshots_of(records: list[bytes], *versions: int) -> Snapshots:
    found: Snapshots = {}
    for version in versions:
        replica = Replica(KINDS["board"], tail_bytes_max=1_000_000)
        replica.ingest(records[:version])
        base = replica.rebase()
        found[version] = StoredSnapshot(base.head, base.blob)
    return found


def replayed(
    records: list[bytes], snapshots: Snapshots, *, kind: str = "board", first: int = 1
) -> tuple[Replay, list[tuple[str, int]]]:
    """The names of the problems, with their versions."""
    row = RoomRow("r_a", kind, Head(len(records), ""), None, "", 0, 0, first)
    replay = Replay(row, snapshots)
    tags = [ROOT_TAG]
    for record in records:
        tags.append(chain(tags[-1], record))
    found = [(name, first - 1) for name, _ in replay.begin(first - 1, tags[first - 1])]
    for version in range(first, len(records) + 1):
        told = replay.take(records[version - 1], version, tags[version])
        found += [(name, version) for name, _ in told]
    return replay, found


def test_OP28_snapshots_that_their_entries_give_are_counted(records: list[bytes]) -> None:
    replay, found = replayed(records, snapshots_of(records, 2, 5, len(records)))
    assert (found, replay.compared) == ([], 3)


def test_OP28_a_snapshot_of_another_version_is_found(records: list[bytes]) -> None:
    (two,), (three,) = snapshots_of(records, 2).values(), snapshots_of(records, 3).values()
    _, found = replayed(records, {3: StoredSnapshot(three.head, two.blob)})
    assert found == [("snapshot", 3)]


def test_OP28_a_snapshot_with_another_tag_is_found(records: list[bytes]) -> None:
    (two,) = snapshots_of(records, 2).values()
    _, found = replayed(records, {2: replace(two, head=Head(2, Tag("f" * 16)))})
    assert found == [("snapshot", 2)]


@pytest.mark.parametrize("blob", [b"", b"{}", b"\xff", b"[]"])
def test_OP28_a_snapshot_that_is_none_is_found(records: list[bytes], blob: bytes) -> None:
    (two,) = snapshots_of(records, 2).values()
    _, found = replayed(records, {2: replace(two, blob=blob)})
    assert found == [("snapshot", 2)]


def test_OP28_a_pruned_room_is_replayed_from_its_first_snapshot(records: list[bytes]) -> None:
    replay, found = replayed(records, snapshots_of(records, 3, 5), first=3)
    assert (found, replay.compared) == ([], 2)
    (two,), (five,) = snapshots_of(records, 2).values(), snapshots_of(records, 5).values()
    wrong = StoredSnapshot(five.head, two.blob)
    _, found = replayed(records, {**snapshots_of(records, 3), 5: wrong}, first=3)
    assert found == [("snapshot", 5)]


def test_OP28_an_event_that_nobody_knows_ends_the_replay(records: list[bytes]) -> None:
    odd = b'{"v":4,"at":1,"by":"","events":[{"type":"no.such"}]}\n{}'
    _, found = replayed([*records[:3], odd, *records[4:]], snapshots_of(records, 6))
    assert found == [("rules", 4)]


def test_OP28_a_digest_of_another_state_is_found(records: list[bytes]) -> None:
    public, _, seal = records[3].partition(b"\n")
    lied = public + b"\n" + seal[:-1] + b',"digest":"' + b"0" * 32 + b'"}'
    _, found = replayed([*records[:3], lied, *records[4:]], {})
    assert ("digest", 4) in found


def test_OP28_a_kind_that_is_not_known_is_told_once(records: list[bytes]) -> None:
    assert replayed(records, {}, kind="chess")[1] == [("rules", 0)]


def test_OP28_what_is_no_text_is_told(records: list[bytes], tmp_path: Path) -> None:
    _, found = replayed([*records[:1], b"\xff\n{}"], {})
    assert found == [("rules", 2)]
