"""How large pitches are: one table, in whole millimetres. Pure data; the drawing of lines is the
page's. SPEC: BD11, BD44 to BD46.

Coordinates have their origin at the centre of the pitch, x along its length, y across. Objects may
lie outside by a margin: substitutes, the coach, the start of a run.
"""

from __future__ import annotations

from typing import NamedTuple

from protocol.board import SportName

MARGIN_PERCENT = 20
"""How far beyond each line an object may lie, in percent of the pitch's length or width."""


class Dimensions(NamedTuple):
    """Usual size and permitted range, mm."""

    length: int
    width: int
    length_min: int
    length_max: int
    width_min: int
    width_max: int


PITCHES: dict[SportName, Dimensions] = {
    # IFAB, Laws of the Game, Law 1.3: touchline 90 to 120 m, goal line 45 to 90 m, the touchline
    # being the longer. 105 x 68 m is what UEFA and FIFA ask for in their competitions.
    "soccer": Dimensions(105_000, 68_000, 90_000, 120_000, 45_000, 90_000),
    # NFL rule book, Rule 1: 360 ft long, end zones included, and 160 ft wide (120 x 53 1/3 yd);
    # a foot is 304.8 mm, so both are whole millimetres.
    "american_football": Dimensions(109_728, 48_768, 109_728, 109_728, 48_768, 48_768),
    "soccer_9": Dimensions(73_000, 45_700, 50_000, 90_000, 30_000, 60_000),
    "soccer_7": Dimensions(55_000, 36_500, 40_000, 75_000, 25_000, 55_000),
    "soccer_5": Dimensions(36_500, 27_400, 20_000, 55_000, 15_000, 40_000),
    "futsal": Dimensions(40_000, 20_000, 25_000, 42_000, 16_000, 25_000),
    "basketball_nba": Dimensions(28_651, 15_240, 28_651, 28_651, 15_240, 15_240),
    "basketball_fiba": Dimensions(28_000, 15_000, 28_000, 28_000, 15_000, 15_000),
    "handball": Dimensions(40_000, 20_000, 38_000, 44_000, 18_000, 22_000),
    "field_hockey": Dimensions(91_400, 55_000, 91_400, 91_400, 55_000, 55_000),
    "ice_hockey": Dimensions(60_000, 30_000, 60_000, 60_000, 26_000, 30_000),
    "ice_hockey_nhl": Dimensions(60_960, 25_908, 60_960, 60_960, 25_908, 25_908),
    "rugby_union": Dimensions(122_000, 70_000, 106_000, 144_000, 66_000, 70_000),
    "rugby_league": Dimensions(120_000, 68_000, 110_000, 122_000, 60_000, 68_000),
    "lacrosse": Dimensions(100_584, 54_864, 100_584, 100_584, 54_864, 54_864),
    "volleyball": Dimensions(18_000, 9_000, 18_000, 18_000, 9_000, 9_000),
    "blank": Dimensions(60_000, 40_000, 5_000, 200_000, 5_000, 200_000),
}


class OutOfRange(NamedTuple):
    """A length that the sport does not permit."""

    property: str
    least: int
    most: int


def usual(sport: SportName, length: int, width: int) -> tuple[int, int]:
    """The lengths, with those that are 0 replaced by the sport's usual ones."""
    pitch = PITCHES[sport]
    return length or pitch.length, width or pitch.width


def out_of_range(sport: SportName, length: int, width: int) -> OutOfRange | None:
    """What the sport does not permit about these lengths, or None."""
    pitch = PITCHES[sport]
    if not pitch.length_min <= length <= pitch.length_max:
        return OutOfRange("length_mm", pitch.length_min, pitch.length_max)
    width_max = min(pitch.width_max, length - 1)  # the touchline is the longer
    if not pitch.width_min <= width <= width_max:
        return OutOfRange("width_mm", pitch.width_min, width_max)
    return None


def within_range(sport: SportName, length: int, width: int) -> tuple[int, int]:
    """The nearest lengths that the sport permits: total, for settings that nobody can refuse."""
    pitch = PITCHES[sport]
    length, width = usual(sport, length, width)
    length = min(max(length, pitch.length_min), pitch.length_max)
    return length, min(max(width, pitch.width_min), pitch.width_max, length - 1)


def reach(length: int, width: int) -> tuple[int, int]:
    """The largest |x| and |y| that an object may have: half the pitch and the margin."""
    return (
        length // 2 + length * MARGIN_PERCENT // 100,
        width // 2 + width * MARGIN_PERCENT // 100,
    )
