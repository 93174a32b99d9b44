"""NFL Next Gen Stats: a synthetic play with every defect, and the twelve real ones."""

import csv
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from server.readers.coordinates import FOOTBALL, to_millimetres
from server.readers.ngs_tracking import read_ngs
from server.readers.report import Fault, Oddity
from server.readers.tracking import Track
from tests.support.provider_files import NGS_HEADER, csv_of, ngs, ngs_rows

Rows = list[list[str]]
X, Y, FRAME, TIME, SHIRT, FLAG = 11, 12, 2, 3, 7, 10


def read(content: bytes) -> tuple[Track, dict[str, Oddity]]:
    reading = read_ngs("play.csv", content)
    assert not isinstance(reading, Fault), reading
    return reading.value, dict(reading.oddities)


def edited(edit: Callable[[Rows], object]) -> tuple[Track, dict[str, int]]:
    rows = ngs_rows()
    edit(rows)
    track, odd = read(csv_of(NGS_HEADER, rows))
    return track, {what: oddity.count for what, oddity in odd.items()}


def test_RD9_a_clean_play_is_read_to_the_millimetre_with_nothing_odd() -> None:
    track, odd = read(ngs(30))
    assert odd == {}
    assert (len(track.times), len(track.actors), track.times[-1]) == (30, 23, 2_900)
    row = next(r for r in ngs_rows() if r[FRAME] == "7" and r[5] == "00-0000003")
    place = to_millimetres("ngs", float(row[X]), float(row[Y]), FOOTBALL)
    assert track.frame(7).places["00-0000003"] == place
    player = next(a for a in track.actors if a.key == "00-0000003")
    assert (player.side, player.number, player.name, player.role) == ("home", 3, "Player 3", "X")
    assert [m.name for m in track.moments] == ["ball_snap", "pass_forward"]
    assert track.moments[0].at_ms == 1_000
    assert sum(actor.is_ball for actor in track.actors) == 1


def test_RD3_shuffled_rows_give_the_same_track() -> None:
    clean, _ = read(ngs())
    track, odd = edited(lambda rows: random.Random(1).shuffle(rows))
    assert track.times == clean.times
    assert {a.key: p for a, p in zip(track.actors, track.places, strict=True)} == {
        a.key: p for a, p in zip(clean.actors, clean.places, strict=True)
    }
    assert set(odd) == {"out_of_order"}


def test_RD3_line_ends_marks_and_gzip_give_the_same_track() -> None:
    clean, _ = read(ngs())
    windows = b"\xef\xbb\xbf" + csv_of(NGS_HEADER, ngs_rows(), "\r\n")
    assert read(windows) == (clean, {})
    assert read(gzip.compress(ngs())) == (clean, {})


def put(row: int, cell: int, text: str) -> Callable[[Rows], object]:
    return lambda rows: rows[row].__setitem__(cell, text)


def without_a_frame(rows: Rows) -> None:
    del rows[46:69]


def with_one_twice(rows: Rows) -> None:
    rows.extend(rows[:23])


def cut_short(rows: Rows) -> None:
    rows[50].pop()


DEFECTS: list[tuple[Callable[[Rows], object], dict[str, int]]] = [
    (without_a_frame, {"frames_missing": 1}),
    (with_one_twice, {"repeated": 23, "out_of_order": 23}),
    (put(100, X, ""), {"no_position": 1}),
    (put(100, TIME, ""), {"no_time": 1}),
    (put(50, X, "NaN"), {"no_position": 1}),
    (put(50, Y, "9000"), {"off_the_pitch": 1}),
    (put(50, FRAME, "20"), {"frame_against_clock": 1}),
    (cut_short, {"cells_missing": 1}),
    (put(1, SHIRT, "1000"), {"number_unusable": 1}),
    (put(1, FLAG, "?"), {"no_side": 1}),
    (put(50, 1, "43"), {"another_play": 1}),
]


@pytest.mark.parametrize(("edit", "odd"), DEFECTS)
def test_RD3_each_defect_is_told_by_its_name(
    edit: Callable[[Rows], object], odd: dict[str, int]
) -> None:
    track, found = edited(edit)
    assert found == odd
    assert len(track.times) >= 29


def test_RD9_without_a_clock_frames_count() -> None:
    def edit(rows: Rows) -> None:
        for row in rows:
            row[TIME] = ""

    track, odd = edited(edit)
    assert (odd, track.times[-1]) == ({}, 2_900)


def test_RD9_where_frames_begin_anew_for_each_player_the_clock_counts() -> None:
    def edit(rows: Rows) -> None:
        for row in rows[23 * 5 :]:
            if row[4 + 1]:  # players are counted from where they were first seen
                row[FRAME] = str(int(row[FRAME]) - 5)
        del rows[1:23]

    clean, _ = read(ngs())
    track, odd = edited(edit)
    assert track.times == clean.times
    assert track.frame(20).places == clean.frame(20).places
    assert odd["frame_against_clock"] == 22 * 25


def test_RD9_the_side_of_the_quarterback_plays_towards_the_others() -> None:
    for sign in (1, -1):

        def edit(rows: Rows, sign: int = sign) -> None:
            for row in rows:
                row[X] = str(60 - sign * 10 if row[FLAG] == "1.0" else 60 + sign * 10)

        assert edited(edit)[0].attack == {"home": sign, "away": -sign}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", (NGS_HEADER + "\n").encode(), b"\x00\xff"])
def test_RD1_what_is_no_play_is_a_fault(content: bytes) -> None:
    assert isinstance(read_ngs("play.csv", content), Fault)


def test_RD9_the_twelve_real_plays_are_whole(shared_data: Path) -> None:
    folder = shared_data / "nfl_tracking"
    with (folder / "plays.csv").open(newline="") as file:
        plays = list(csv.DictReader(file))
    assert len(plays) == 12
    for play in plays:
        track, _ = read((folder / play["file"]).read_bytes())
        assert len(track.times) == int(play["frames"]), play["file"]
        assert len(track.actors) == int(play["objects"])
        assert track.times[-1] == 100 * (len(track.times) - 1)
        seen = sum(place is not None for places in track.places for place in places)
        assert seen == int(play["rows"])
        offence = next(a for a in track.actors if a.role == "QB").side
        assert offence is not None
        assert track.attack[offence] == (1 if play["playDirection"] == "right" else -1)


def test_RD9_a_real_play_is_where_it_was(shared_data: Path) -> None:
    content = (shared_data / "nfl_tracking" / "2019_GB_2019090500_1159.csv.gz").read_bytes()
    track, odd = read(content)
    first = track.frame(0).places
    # (18.36, 29.49) yd from the corner at the lower left; (17.26, 30.21) yd.
    assert first["ball"] == (-38_076, -2_582)
    assert first["00-0029657"] == (-39_081, -3_240)
    assert odd == {}
    snap = next(m for m in track.moments if m.name == "ball_snap")
    assert snap.at_ms == 6_800
    assert track.teams == {"home": "CHI", "away": "GB"}


def test_RD9_real_plays_with_frames_of_their_own_are_put_right(shared_data: Path) -> None:
    content = (shared_data / "nfl_tracking" / "2019_HOU_2019090900_4163.csv.gz").read_bytes()
    _, odd = read(content)
    assert odd["frame_against_clock"].count == 22 * 262
