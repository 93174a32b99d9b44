"""Every provider's system on points that everybody knows."""

from itertools import pairwise
from typing import get_args

import pytest

from server.readers.coordinates import (
    FOOTBALL,
    SOCCER,
    Pitch,
    Point,
    System,
    facing_of,
    is_near,
    to_millimetres,
    turned,
)

SMALL = Pitch(100_000, 64_000)
L, W = 52_500, 34_000
PENALTY_MARK = L - 11_000

KNOWN: list[tuple[System, tuple[float, float], Point]] = [
    # y rises downward: the corner at a viewer's top left is (-L, -W).
    ("statsbomb", (0, 0), (-L, -W)),
    ("statsbomb", (120, 80), (L, W)),
    ("statsbomb", (60, 40), (0, 0)),
    ("statsbomb", (108, 40), (PENALTY_MARK, 0)),
    ("statsbomb", (12, 40), (-PENALTY_MARK, 0)),
    ("statsbomb", (102, 18), (L - 16_500, -20_160)),
    ("statsbomb", (114, 50), (L - 5_500, 9_160)),
    ("statsbomb", (120, 36), (L, -3_660)),
    ("opta", (0, 100), (-L, -W)),
    ("opta", (100, 0), (L, W)),
    ("opta", (50, 50), (0, 0)),
    ("opta", (88.5, 50), (PENALTY_MARK, 0)),
    ("opta", (17, 21.1), (16_500 - L, 20_160)),
    ("wyscout", (0, 0), (-L, -W)),
    ("wyscout", (100, 100), (L, W)),
    ("wyscout", (50, 50), (0, 0)),
    ("wyscout", (90, 50), (PENALTY_MARK, 0)),
    ("wyscout", (84, 19), (L - 16_500, -20_160)),
    ("metrica", (0, 0), (-L, -W)),
    ("metrica", (1, 1), (L, W)),
    ("metrica", (0.5, 0.5), (0, 0)),
    ("metrica", (94 / 105, 0.5), (PENALTY_MARK, 0)),
    ("lastrow", (0, 100), (-L, -W)),
    ("lastrow", (100, 0), (L, W)),
    ("lastrow", (50, 50), (0, 0)),
    ("lastrow", (100 * 11 / 105, 50), (-PENALTY_MARK, 0)),
    ("skillcorner", (-52.5, 34), (-L, -W)),
    ("skillcorner", (41.5, 0), (PENALTY_MARK, 0)),
    ("second_spectrum", (52.5, -34), (L, W)),
    ("second_spectrum", (-41.5, 0), (-PENALTY_MARK, 0)),
    ("pff", (52.5, 34), (L, -W)),
    ("pff", (41.5, 0), (PENALTY_MARK, 0)),
    ("tracab", (-5250, 3400), (-L, -W)),
    ("tracab", (4150, 0), (PENALTY_MARK, 0)),
]


@pytest.mark.parametrize(("system", "given", "place"), KNOWN)
def test_RD4_RD5_corners_centre_and_penalty_marks_are_where_they_are(
    system: System, given: tuple[float, float], place: Point
) -> None:
    assert to_millimetres(system, *given, SOCCER) == place


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ((0, 0), (-54_864, 24_384)),
        ((120, 160 / 3), (54_864, -24_384)),
        ((60, 80 / 3), (0, 0)),
        ((10, 80 / 3), (-45_720, 0)),  # a goal line
    ],
)
def test_RD4_a_football_field_is_measured_in_yards_from_a_corner(
    given: tuple[float, float], place: Point
) -> None:
    assert to_millimetres("ngs", *given, FOOTBALL) == place


def test_RD5_a_drawn_pitch_keeps_its_marks_on_a_smaller_one_and_a_measured_one_shrinks() -> None:
    assert to_millimetres("statsbomb", 108, 40, SMALL) == (50_000 - 11_000, 0)
    assert to_millimetres("metrica", 1, 0, SMALL) == (50_000, -32_000)
    assert to_millimetres("skillcorner", 41.5, 0, SMALL) == (41_500, 0)


@pytest.mark.parametrize("system", get_args(System))
def test_RD4_every_system_rises_steadily_along_both_axes_and_beyond_the_lines(
    system: System,
) -> None:
    size = {"statsbomb": 120, "metrica": 1, "ngs": 120, "tracab": 5_250}.get(system, 100)
    steps = [size * n / 40 for n in range(-10, 51)]
    along = [to_millimetres(system, step, 0, SOCCER)[0] for step in steps]
    across = [to_millimetres(system, 0, step, SOCCER)[1] for step in steps]
    assert all(a < b for a, b in pairwise(along))
    assert across == sorted(across) or across == sorted(across, reverse=True)
    assert len(set(across)) == len(across)


def test_RD6_places_of_the_other_direction_are_turned_about_the_centre() -> None:
    assert turned((41_500, -200)) == (-41_500, 200)


def test_RD6_directions_are_clockwise_from_x() -> None:
    # NGS: 0 is toward the far sideline (up), 90 along x.
    assert [facing_of("ngs", degrees) for degrees in (0, 90, 180, 359.7)] == [270, 0, 90, 270]
    assert facing_of("skillcorner", 90) == 270


def test_RD8_a_place_counts_as_near_up_to_the_margin_of_the_board() -> None:
    assert is_near((73_500, 47_600), SOCCER)
    assert not is_near((73_501, 0), SOCCER)
    assert not is_near((0, -47_601), SOCCER)
