import os
import sqlite3
from pathlib import Path

import pytest

from server.cli import db_prune
from server.clock import SystemClock
from tests.support.cold_rooms import aged, kept_files, on, records_of, snapshot_of


@pytest.fixture
def room(tmp_path: Path) -> str:
    return on(tmp_path, "room", "create", "Training", "--line-ups").row("room")


def test_OP30_files_of_rooms_that_are_back_go_after_their_time(tmp_path: Path, room: str) -> None:
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    (path,) = kept_files(tmp_path)
    os.utime(path, (0, 0))
    assert on(tmp_path, "db", "prune", "--yes").rows() == []
    on(tmp_path, "room", "history", room)
    # its time begins when the room is back
    assert on(tmp_path, "db", "prune", "--yes").rows() == []
    unfinished = path.with_name("r_x.1.0.room.unfinished")
    foreign = path.with_name("notes.txt")
    damaged = path.with_name("r_y.1.0.room")
    for other in (unfinished, foreign, damaged):
        other.write_text("x")
    for old in (path, unfinished, foreign, damaged):
        os.utime(old, (0, 0))
    said = on(tmp_path, "db", "prune")
    assert said.rows() == [["file", path.name], ["file", unfinished.name]]
    assert path.exists()
    assert on(tmp_path, "db", "prune", "--yes").rows() == said.rows()
    assert sorted(path.parent.iterdir()) == sorted([foreign, damaged])


def test_OP30_entries_go_by_age_and_only_below_a_snapshot(tmp_path: Path, room: str) -> None:
    before = records_of(tmp_path)
    assert on(tmp_path, "db", "prune", "--older-than", "1").status == 2
    with sqlite3.connect(tmp_path / "touchline.db") as connection:
        connection.execute("UPDATE room SET created_at = 0")
    connection.close()
    assert on(tmp_path, "db", "prune", "--older-than", "2", "--yes").rows() == []
    snapshot_of(tmp_path, room, 6)
    # covered, and too young
    assert on(tmp_path, "db", "prune", "--older-than", "2", "--yes").rows() == []
    assert records_of(tmp_path) == before


def in_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    class Later:
        def now_ms(self) -> int:
            return SystemClock().now_ms() + days * 86_400_000

    monkeypatch.setattr(db_prune, "SystemClock", Later)


def test_OP30_what_is_old_and_covered_goes_for_ever(
    tmp_path: Path, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_days(monkeypatch, 30)
    before = records_of(tmp_path)
    assert on(tmp_path, "db", "prune", "--older-than", "20", "--yes").rows() == []
    snapshot_of(tmp_path, room, 6)
    said = on(tmp_path, "db", "prune", "--older-than", "20")
    assert said.rows() == [[room, "6"]]
    assert "6 entries and 0 files would go with --yes" in said.err
    assert records_of(tmp_path) == before
    assert on(tmp_path, "db", "prune", "--older-than", "40", "--yes").rows() == []
    assert on(tmp_path, "db", "prune", "--older-than", "20", "--yes").rows() == [[room, "6"]]
    assert records_of(tmp_path) == []
    assert on(tmp_path, "db", "verify").status == 0
    assert on(tmp_path, "room", "show", room).status == 0
    assert on(tmp_path, "db", "prune", "--older-than", "20", "--yes").rows() == []


def test_OP30_an_archived_room_keeps_all_it_has(
    tmp_path: Path, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot_of(tmp_path, room, 6)
    aged(tmp_path, 91)
    on(tmp_path, "db", "archive", "--yes")
    in_days(monkeypatch, 300)
    assert on(tmp_path, "db", "prune", "--older-than", "20", "--yes").rows() == []
    assert len(on(tmp_path, "room", "history", room).rows()) == 6
