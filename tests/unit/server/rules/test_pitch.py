"""How large pitches are."""

import pytest

from protocol.board import SportName
from server.rules.pitch import PITCHES, OutOfRange, out_of_range, reach, usual, within_range

FOOT_MM = 304.8


def test_BD46_american_football_is_360_by_160_feet() -> None:
    pitch = PITCHES["american_football"]
    assert (pitch.length, pitch.width) == (round(360 * FOOT_MM), round(160 * FOOT_MM))
    assert pitch.length / 120 == pytest.approx(914.4)
    assert pitch.width / (53 + 1 / 3) == pytest.approx(914.4)


def test_BD46_soccer_is_105_by_68_metres() -> None:
    assert PITCHES["soccer"][:2] == (105_000, 68_000)


@pytest.mark.parametrize("sport", PITCHES)
def test_BD46_the_usual_size_is_permitted(sport: SportName) -> None:
    length, width = usual(sport, 0, 0)
    assert out_of_range(sport, length, width) is None
    assert within_range(sport, 0, 0) == (length, width)


@pytest.mark.parametrize(
    ("length", "width", "wrong"),
    [
        (90_000, 45_000, None),
        (120_000, 90_000, None),
        (89_999, 68_000, OutOfRange("length_mm", 90_000, 120_000)),
        (120_001, 68_000, OutOfRange("length_mm", 90_000, 120_000)),
        (100_000, 44_999, OutOfRange("width_mm", 45_000, 90_000)),
        (100_000, 90_001, OutOfRange("width_mm", 45_000, 90_000)),
        (90_000, 90_000, OutOfRange("width_mm", 45_000, 89_999)),
    ],
)
def test_BD46_the_range_of_soccer_is_that_of_law_1(
    length: int, width: int, wrong: OutOfRange | None
) -> None:
    assert out_of_range("soccer", length, width) == wrong
    if wrong is not None:
        assert out_of_range("soccer", *within_range("soccer", length, width)) is None


def test_BD11_the_margin_is_a_fifth_beyond_each_line() -> None:
    assert reach(105_000, 68_000) == (52_500 + 21_000, 34_000 + 13_600)
    assert reach(109_728, 48_768) == (54_864 + 21_945, 24_384 + 9_753)


@pytest.mark.parametrize("sport", PITCHES)
def test_BD90_every_sport_but_blank_is_longer_than_wide(sport: SportName) -> None:
    pitch = PITCHES[sport]
    assert pitch.longer == (sport != "blank")
    width = min(pitch.length_min, pitch.width_max)
    square = out_of_range(sport, pitch.length_min, width)
    if sport == "blank":
        assert square is None
    elif width == pitch.length_min:
        assert square is not None
    assert pitch.length > pitch.width


def test_BD90_in_goals_are_part_of_the_length() -> None:
    assert PITCHES["rugby_union"].length == 100_000 + 2 * 10_000
    assert PITCHES["rugby_union"].length_max == 100_000 + 2 * 22_000
    assert PITCHES["rugby_league"].length_max == 100_000 + 2 * 11_000
    assert PITCHES["basketball_nba"][:2] == (round(94 * FOOT_MM), round(50 * FOOT_MM))
    assert PITCHES["ice_hockey_nhl"][:2] == (round(200 * FOOT_MM), round(85 * FOOT_MM))
