"""A track as a board: one phase of samples."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.board import BOARD_POINTS_MAX, POINTS_MAX
from protocol.board_commands import NewObject
from server.readers.board_clip import board_of_track
from server.readers.board_parts import BoardParts
from server.readers.clips import read_clip
from server.readers.coordinates import SOCCER, Point
from server.readers.report import Fault
from server.readers.tracking import Actor, Moment, Track
from tests.support.provider_files import ngs

BALL = Actor("ball", None, is_ball=True)


def track(
    times: list[int], places: list[Point | None], rate_hz: float = 10.0, *moments: Moment
) -> Track:
    player = Actor("p", "home", number=9, name="Ada", is_keeper=True)
    still: tuple[Point, ...] = ((0, 0),) * len(times)
    nowhere = (None,) * len(times)
    return Track(
        "clip",
        "source",
        "soccer",
        SOCCER,
        rate_hz,
        (player, BALL),
        tuple(times),
        (tuple(places), still),
        (nowhere, nowhere),
        moments,
        {"home": "Reds"},
        {"home": -1},
    )


def props(one: NewObject) -> dict[str, Any]:
    return msgspec.to_builtins(one.props)


def of_sort(parts: BoardParts, sort: str) -> list[NewObject]:
    return [one for one in parts.objects if one.sort == sort]


def absolute(stop: NewObject) -> list[Point]:
    found = props(stop)
    x, y = found["at"]
    return [(x + px, y + py) for px, py in found["points"]]


def test_RD16_the_set_up_is_the_first_frame_and_one_phase_holds_the_samples() -> None:
    parts = board_of_track(track([0, 100, 200], [(1, 1), (5, 9), (7, 7)]), "seed")
    token, ball = parts.objects[:2]
    assert props(token)["at"] == (1, 1)
    assert props(token) | {"number": 9, "name": "Ada", "side": "home", "keeper": True} == props(
        token
    )
    assert props(token)["facing"] == 180
    assert ball.sort == "ball"
    (phase,) = of_sort(parts, "phase")
    assert props(phase)["duration"] == 200
    assert props(phase)["easing"] == "linear"
    stop = of_sort(parts, "stop")[0]
    assert stop.id == f"o_{phase.id[2:]}-{token.id[2:]}"
    assert props(stop) | {"curve": False, "sampled": True, "of": token.id} == props(stop)
    assert absolute(stop) == [(1, 1), (5, 9), (7, 7)]
    assert props(stop)["points"][-1] == (0, 0)
    assert parts.oddities == {}
    assert "Reds plays to the left." in parts.notes


def test_RD17_a_gap_is_filled_evenly_and_ends_are_held() -> None:
    places: list[Point | None] = [None, (100, 0), None, None, (400, 30), None]
    parts = board_of_track(track([0, 100, 200, 300, 400, 500], places), "seed")
    assert absolute(of_sort(parts, "stop")[0]) == [
        (100, 0),
        (100, 0),
        (200, 10),
        (300, 20),
        (400, 30),
        (400, 30),
    ]
    assert parts.oddities["gap_filled"].count == 2
    assert parts.oddities["held_in_place"].count == 2


def test_RD17_a_missing_frame_is_filled_as_a_gap_is() -> None:
    parts = board_of_track(track([0, 100, 300], [(0, 0), (100, 0), (300, 0)]), "seed")
    assert [x for x, _ in absolute(of_sort(parts, "stop")[0])] == [0, 100, 200, 300]


def test_RD17_what_has_more_samples_than_a_stop_may_have_is_taken_evenly() -> None:
    times = [40 * n for n in range(1_000)]
    parts = board_of_track(track(times, [(n, -n) for n in range(1_000)], 25.0), "seed")
    found = absolute(of_sort(parts, "stop")[0])
    assert len(found) == POINTS_MAX
    assert (found[0], found[-1]) == ((0, 0), (999, -999))
    assert {b[0] - a[0] for a, b in pairwise(found)} == {2, 3}
    assert parts.oddities["resampled"].examples == ("25 Hz to 12.5 Hz",)
    assert props(of_sort(parts, "phase")[0])["duration"] == 39_960


def test_RD18_after_a_pause_another_recording_begins_and_the_longest_is_taken() -> None:
    times = [0, 100, 5_000, 5_100, 5_200]
    parts = board_of_track(track(times, [(n, 0) for n in range(5)]), "seed")
    assert absolute(of_sort(parts, "stop")[0]) == [(2, 0), (3, 0), (4, 0)]
    assert parts.oddities["left_out_after_a_pause"].count == 2


def test_RD18_what_is_longer_than_a_phase_is_cut_there() -> None:
    times = [1_000 * n for n in range(200)]
    parts = board_of_track(track(times, [(n, 0) for n in range(200)], 1.0), "seed")
    assert props(of_sort(parts, "phase")[0])["duration"] == 120_000
    assert parts.oddities["longer_than_a_phase"].count == 79


def test_RD18_a_single_frame_is_a_set_up_without_a_phase() -> None:
    parts = board_of_track(track([0], [(1, 2)]), "seed")
    assert [one.sort for one in parts.objects] == ["token", "ball"]


def test_RD16_what_happened_stands_in_the_notes_and_where_the_ball_was() -> None:
    snap = Moment(100, "ball_snap")
    parts = board_of_track(track([0, 100], [(0, 0), (1, 1)], 10.0, snap, snap), "seed")
    (text,) = of_sort(parts, "text")
    assert props(text)["text"] == "ball snap 0.1 s"
    assert props(text)["phase"] == of_sort(parts, "phase")[0].id
    assert parts.notes.count("0.1 s ball snap") == 2
    assert props(of_sort(parts, "phase")[0])["notes"] == parts.notes


def test_RD15_every_reference_is_on_the_board_and_comes_after_what_it_names() -> None:
    parts = read_clip("ngs", {"play.csv": ngs()})
    assert not isinstance(parts, Fault)
    seen: set[str] = set()
    for one in parts.objects:
        named = {value for name in ("phase", "of") if (value := props(one).get(name))}
        assert named <= seen
        assert one.id not in seen
        seen.add(one.id)
    assert parts == read_clip("ngs", {"another name.csv": ngs()})


@pytest.mark.parametrize("play", ["2019_GB_2019090500_1159", "2019_KC_2019091510_2350"])
def test_RD16_a_real_play_keeps_every_frame(shared_data: Path, play: str) -> None:
    path = shared_data / "nfl_tracking" / f"{play}.csv.gz"
    parts = read_clip(None, {path.name: path.read_bytes()})
    assert not isinstance(parts, Fault)
    stops = of_sort(parts, "stop")
    frames = 468 if "1159" in play else 450
    assert len(stops) == 23
    assert {len(props(stop)["points"]) for stop in stops} == {frames}
    assert props(of_sort(parts, "phase")[0])["duration"] == 100 * (frames - 1)
    assert sum(len(props(stop)["points"]) for stop in stops) <= BOARD_POINTS_MAX
    assert "resampled" not in parts.oddities
