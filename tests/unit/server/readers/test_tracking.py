"""Positions in whatever order become a track."""

from server.readers.coordinates import SOCCER, Point
from server.readers.report import Fault, Report
from server.readers.tracking import (
    ACTORS_MAX,
    FRAMES_MAX,
    Actor,
    Frame,
    Moment,
    Track,
    TrackBuilder,
    cut,
)


def built(builder: TrackBuilder) -> Track | Fault:
    return builder.build(
        "f", name="n", source="s", sport="soccer", rate_hz=10.0, moments=[(1_100, "snap")]
    )


def track_of(places: list[tuple[int, str, Point | None]]) -> tuple[Track, Report]:
    report = Report()
    builder = TrackBuilder(report, SOCCER)
    for line, (at_ms, key, place) in enumerate(places):
        if key not in builder:
            builder.add(Actor(key, "home"), "f")
        builder.put(at_ms, key, place, f"f:{line}")
    track = built(builder)
    assert isinstance(track, Track)
    return track, report


def test_RD7_frames_are_in_order_of_time_from_0_and_gaps_are_none() -> None:
    track, report = track_of(
        [(1_100, "a", (2, 2)), (1_000, "a", (1, 1)), (1_000, "b", (9, 9)), (1_100, "b", None)]
    )
    assert track.times == (0, 100)
    assert track.places == (((1, 1), (2, 2)), ((9, 9), None))
    assert list(track.frames()) == [Frame(0, {"a": (1, 1), "b": (9, 9)}), Frame(100, {"a": (2, 2)})]
    assert track.moments == (Moment(100, "snap"),)
    assert {what: odd.count for what, odd in report.oddities().items()} == {
        "no_position": 1,
        "out_of_order": 1,
    }


def test_RD7_of_two_positions_of_one_frame_the_first_counts() -> None:
    track, report = track_of([(0, "a", (1, 1)), (0, "a", (1, 1)), (0, "a", (5, 5))])
    assert track.places == (((1, 1),),)
    assert report.oddities()["repeated"].examples == ("f:1",)
    assert report.oddities()["contradicts"].examples == ("f:2",)


def test_RD8_a_position_that_no_board_takes_is_a_gap() -> None:
    track, report = track_of([(0, "a", (1, 1)), (100, "a", (500_000, 0))])
    assert track.places == (((1, 1), None),)
    assert report.oddities()["off_the_pitch"].examples == ("f:1",)


def test_RD7_missing_frames_are_counted() -> None:
    _, report = track_of([(at, "a", (1, 1)) for at in (0, 100, 200, 600, 700)])
    assert report.oddities()["frames_missing"].count == 3


def test_RD8_whoever_is_never_seen_is_left_out() -> None:
    track, report = track_of([(0, "a", (1, 1)), (0, "b", None)])
    assert [actor.key for actor in track.actors] == ["a"]
    assert report.oddities()["never_seen"].count == 1


def test_RD2_objects_and_frames_are_bounded() -> None:
    report = Report()
    builder = TrackBuilder(report, SOCCER)
    taken = [builder.add(Actor(str(n), "home"), "f") for n in range(ACTORS_MAX + 1)]
    assert taken == [*[True] * ACTORS_MAX, False]
    assert "too_many_objects" in report.oddities()
    for at in range(FRAMES_MAX + 1):
        builder.put(at, "0", (0, 0), "f")
    assert isinstance(built(builder), Fault)


def test_RD1_a_file_without_a_position_is_a_fault() -> None:
    builder = TrackBuilder(Report(), SOCCER)
    builder.add(Actor("a", "home"), "f")
    builder.put(0, "a", None, "f")
    assert isinstance(built(builder), Fault)


def test_RD23_a_cut_begins_at_0_with_what_happened_in_it() -> None:
    track, _ = track_of([(at, "a", (at, 0)) for at in (1_000, 1_100, 1_200, 1_300)])
    whole = cut(track, None, None)
    assert whole is track
    part = cut(track, 100, 200)
    assert part is not None
    assert part.times == (0, 100)
    assert part.places == (((1_100, 0), (1_200, 0)),)
    assert part.moments == (Moment(0, "snap"),)
    later = cut(track, 200, None)
    assert later is not None
    assert (later.times, later.moments) == ((0, 100), ())
    assert cut(track, 150, 190) is None
