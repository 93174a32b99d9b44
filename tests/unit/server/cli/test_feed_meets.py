"""Meets by `touchline feed`, where no server runs: in by a file, corrected by a file, out again."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from server.readers.meet_file import written
from tests.support.meets import the_meet
from tests.unit.server.cli.test_feed import on, shown


def test_AT17_a_meet_is_brought_in_corrected_and_written_again(tmp_path: Path) -> None:
    file = tmp_path / "evening.json"
    meet = the_meet()
    file.write_bytes(written(meet))
    ran = on(tmp_path, "feed", "import", file)
    assert ran.status == 0, ran.err
    ((name, room, changes, _, owner),) = ran.rows()
    assert name == "Evening meet"
    assert int(changes) > 150
    assert f"/meet.html#room={room}&invite=" in owner
    ((_, same, again, _, link),) = on(tmp_path, "feed", "import", file).rows()
    assert (same, again, link) == (room, "0", "")
    first, *others = meet.results
    corrected = replace(meet, results=(replace(first, time=11_001), *others))
    file.write_bytes(written(corrected))
    ((_, _, one, _, _),) = on(tmp_path, "feed", "import", file).rows()
    assert one == "1"
    held = shown(tmp_path, room)["results"][0]
    assert (held["was"]["time"], held["result"]["time"]) == (first.time, 11_001)
    out = tmp_path / "out.json"
    assert on(tmp_path, "feed", "export", room, out).status == 0
    assert out.read_bytes() == written(corrected)
    assert on(tmp_path, "feed", "export", room, out).status != 0


def test_AT18_a_file_that_cannot_be_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    file = tmp_path / "evening.json"
    file.write_bytes(written(the_meet()).replace(b'"sort": "track"', b'"sort": "trick"', 1))
    ran = on(tmp_path, "feed", "import", file)
    assert (ran.status, "$.events[0].sort" in ran.err) == (1, True)
    feed = on(tmp_path, "feed", "create", "Ours").row("room")
    file.write_bytes(written(the_meet()))
    into = on(tmp_path, "feed", "import", file, "--into", feed)
    assert "not a meet" in into.err
