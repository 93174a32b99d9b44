"""Metrica's EPTS: a synthetic clip, and the real one."""

from pathlib import Path

import pytest

from server.readers.metrica_tracking import read_metrica_tracking
from server.readers.report import Fault, Oddity
from server.readers.tracking import Track
from tests.support.provider_files import epts, epts_lines, epts_metadata


def read(content: bytes) -> tuple[Track, dict[str, Oddity]]:
    reading = read_metrica_tracking("t", content, "x", epts_metadata())
    assert not isinstance(reading, Fault), reading
    return reading.value, dict(reading.oddities)


def test_RD11_columns_belong_to_whom_the_xml_says() -> None:
    track, odd = read(epts())
    assert odd == {}
    assert (len(track.times), track.times[-1]) == (20, 760)
    assert [actor.key for actor in track.actors] == ["P2", "P1", "P3", "P4", "ball"]
    # (0.2, 0.4) and, ten frames later, (0.21, 0.4) of 100 x 64 m.
    assert track.frame(0).places["P2"] == (-30_000, -6_400)
    assert track.frame(10).places["P2"] == (-29_000, -6_400)
    assert track.frame(0).places["ball"] == (0, 0)


def test_RD11_teams_change_ends_with_the_half() -> None:
    assert read(epts(0))[0].attack == {"home": 1, "away": -1}
    assert read(epts(500))[0].attack == {"home": -1, "away": 1}


def test_RD3_damaged_lines_are_told_by_name() -> None:
    lines = epts_lines()
    lines[3] = lines[3].replace("0.50000,0.50000", "NaN,NaN")
    lines[5] = lines[5].rpartition(";")[0]
    lines[7] = "x" + lines[7]
    lines[9] = "9:"
    track, odd = read("\r\n".join(lines).encode())
    assert len(track.times) == 19
    assert {what: oddity.count for what, oddity in odd.items()} == {
        "no_position": 2,
        "cells_missing": 2,
        "no_ball": 2,
        "no_time": 1,
        "frames_missing": 1,
    }
    assert track.frame(3).places.get("ball") is None


@pytest.mark.parametrize("content", [b"", b"x", b"1:NaN,NaN:NaN,NaN", b"a;b\nc"])
def test_RD1_what_is_no_tracking_is_a_fault(content: bytes) -> None:
    assert isinstance(read_metrica_tracking("t", content, "x", epts_metadata()), Fault)
    assert isinstance(read_metrica_tracking("t", epts(), "x", b"<"), Fault)


def test_RD11_the_real_clip_is_where_it_was(shared_data: Path) -> None:
    folder = shared_data / "soccer"
    reading = read_metrica_tracking(
        "t",
        (folder / "metrica_epts_25hz_99frames.txt").read_bytes(),
        "x",
        (folder / "metrica_epts_25hz_metadata.xml").read_bytes(),
    )
    assert not isinstance(reading, Fault)
    track = reading.value
    # Two stretches of 50 frames, 450 to 499 and 650 to 699; three players are never there.
    assert (len(track.times), len(track.actors)) == (100, 20)
    assert (track.times[49], track.times[50], track.times[99]) == (1_960, 8_000, 9_960)
    assert {what: odd.count for what, odd in reading.oddities.items()} == {
        "no_position": 300,
        "never_seen": 3,
        "frames_missing": 150,
    }
    # 0.52867, 0.70690 and 0.30602, 0.97029 of 105 x 68 m.
    assert track.frame(0).places["ball"] == (3_010, 14_069)
    assert track.frame(0).places[track.actors[0].key] == (-20_368, 31_980)
    assert track.attack == {"home": 1, "away": -1}
