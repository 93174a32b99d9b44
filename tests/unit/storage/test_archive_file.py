from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive_file import (
    MAGIC,
    ArchiveWriter,
    Header,
    header_of,
    is_archive,
    open_archive,
)
from storage.errors import ArchiveDamaged, StorageUnavailable
from storage.room_log import Head, StoredRun, StoredSnapshot

HEADER = Header("0" * 16, "r_a", "board", first=1, version=3, tag="c" * 16)
RUNS = [
    StoredRun(1, 1, 10, "0" * 16, "a" * 16, b"one" * 100),
    StoredRun(2, 3, 20, "a" * 16, "c" * 16, b"two" * 100),
]
STATES = [StoredSnapshot(Head(1, "a" * 16), b"state")]


def written(folder: Path, header: Header = HEADER, runs: list[StoredRun] = RUNS) -> Path:
    writer = ArchiveWriter(folder, header)
    writer.add([], STATES)
    for run in runs:
        writer.add([run], [])
    return writer.finish()


def read(path: Path) -> list[StoredRun]:
    return [run for piece in open_archive(path).pieces() for run in piece.runs]


def test_LG17_what_was_written_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "new" / "folder")
    reader = open_archive(path)
    assert reader.header == HEADER == header_of(path)
    pieces = [*reader.pieces()]
    assert [run for piece in pieces for run in piece.runs] == RUNS
    assert [one for piece in pieces for one in piece.stored()] == STATES
    assert is_archive(path)


def test_LG17_it_is_compressed_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "folder")
    assert path.stat().st_size < sum(len(run.blob) for run in RUNS)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_LG17_its_name_says_whose_it_is_and_is_nobody_elses(tmp_path: Path) -> None:
    names = {written(tmp_path).name for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("r_a.3.") for name in names)
    odd = Header("0" * 16, "../r/b", "board", first=4, version=3, tag="c" * 16)
    assert written(tmp_path, odd, []).parent == tmp_path


def test_LG17_until_it_is_whole_it_has_another_name(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, HEADER)
    writer.add(RUNS, [])
    (unfinished,) = tmp_path.iterdir()
    assert unfinished.name.endswith(".unfinished")
    writer.abandon()
    assert [*tmp_path.iterdir()] == []


@given(st.data())
def test_LG17_one_changed_byte_anywhere_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("archive"))
    whole = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    with pytest.raises(ArchiveDamaged):
        read(path)


@given(st.data())
def test_LG17_a_file_that_was_cut_anywhere_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("archive"))
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(ArchiveDamaged):
        read(path)


@pytest.mark.parametrize(
    "runs",
    [
        RUNS[:1],
        RUNS[1:],
        [],
        [RUNS[1], RUNS[0]],
        [RUNS[0], StoredRun(2, 3, 20, "b" * 16, "c" * 16, b"")],
        [RUNS[0], StoredRun(2, 3, 20, "a" * 16, "d" * 16, b"")],
        [*RUNS, StoredRun(4, 4, 20, "c" * 16, "d" * 16, b"")],
    ],
)
def test_LG17_runs_that_do_not_chain_from_the_first_to_the_head_are_found(
    tmp_path: Path, runs: list[StoredRun]
) -> None:
    path = written(tmp_path, HEADER, runs)
    with pytest.raises(ArchiveDamaged):
        read(path)


def test_LG17_a_missing_file_is_damage_and_a_missing_folder_is_not(tmp_path: Path) -> None:
    with pytest.raises(ArchiveDamaged, match="missing"):
        open_archive(tmp_path / "none.room")
    with pytest.raises(StorageUnavailable, match="away"):
        open_archive(tmp_path / "gone" / "none.room")


@pytest.mark.parametrize(
    "front",
    [
        b"SQLite format 3\x00",
        MAGIC[:5],
        MAGIC + b"\xff\xff\xff\xff",
        MAGIC + b"\x02\x00\x00\x00{}",
        MAGIC + b"\x02\x00\x00\x00\xb0\xb0",
    ],
)
def test_LG17_what_is_no_archive_is_told_from_one(tmp_path: Path, front: bytes) -> None:
    path = tmp_path / "odd.room"
    path.write_bytes(front)
    with pytest.raises(ArchiveDamaged):
        header_of(path)


def test_LG17_what_cannot_be_read_is_no_archive_of_ours(tmp_path: Path) -> None:
    assert not is_archive(tmp_path / "none")
    assert not is_archive(tmp_path)
    with pytest.raises(StorageUnavailable):
        open_archive(tmp_path)
