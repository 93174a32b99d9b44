"""How large pitches are: one table, in whole millimetres. Pure data; what is painted on them is
pitch_markings.py's. SPEC: BD11, BD44 to BD46, BD90.

Coordinates have their origin at the centre of the pitch, x along its length, y across. Objects may
lie outside by a margin: substitutes, the coach, the start of a run.
"""

from __future__ import annotations

from typing import NamedTuple

from protocol.board import SportName

MARGIN_PERCENT = 20
"""How far beyond each line an object may lie, in percent of the pitch's length or width."""


class Dimensions(NamedTuple):
    """Usual size and permitted range, mm. End zones and in-goals are part of the length."""

    length: int
    width: int
    length_min: int
    length_max: int
    width_min: int
    width_max: int
    longer: bool = True
    """Whether the touchline has to be the longer one."""


def _only(length: int, width: int) -> Dimensions:
    """A pitch that the rules know in one size."""
    return Dimensions(length, width, length, length, width, width)


PITCHES: dict[SportName, Dimensions] = {
    # IFAB, Laws of the Game, Law 1.3: touchline 90 to 120 m, goal line 45 to 90 m, the touchline
    # being the longer. 105 x 68 m is what UEFA and FIFA ask for in their competitions.
    "soccer": Dimensions(105_000, 68_000, 90_000, 120_000, 45_000, 90_000),
    # The FA, Guide to Pitch and Goalpost Dimensions: 9v9 80 x 50 yd, 7v7 60 x 40 yd, 5v5 40 x 30 yd
    # (a yard is 914.4 mm). Associations differ, Law 1 leaves youth pitches to them: the ranges are
    # ours and hold those of the FA and of U.S. Soccer (9v9 70 to 80 x 45 to 55 yd, 7v7 55 to 65 x
    # 35 to 45 yd, 4v4 25 to 35 x 15 to 25 yd).
    "soccer_9": Dimensions(73_152, 45_720, 60_000, 85_000, 40_000, 60_000),
    "soccer_7": Dimensions(54_864, 36_576, 45_000, 65_000, 27_000, 45_000),
    "soccer_5": Dimensions(36_576, 27_432, 22_000, 50_000, 13_000, 35_000),
    # FIFA, Futsal Laws of the Game, Law 1: 25 to 42 m by 16 to 25 m; international matches 38 to 42
    # by 20 to 25, of which 40 x 20 m is the usual court.
    "futsal": Dimensions(40_000, 20_000, 25_000, 42_000, 16_000, 25_000),
    # NFL rule book, Rule 1: 360 ft long, end zones included, and 160 ft wide (120 x 53 1/3 yd);
    # a foot is 304.8 mm, so both are whole millimetres.
    "american_football": _only(109_728, 48_768),
    # NBA rule book, Rule 1, section I: 94 x 50 ft, that is 28,651.2 x 15,240 mm.
    "basketball_nba": _only(28_651, 15_240),
    # FIBA, Official Basketball Rules, Art. 2.1: 28 x 15 m.
    "basketball_fiba": _only(28_000, 15_000),
    # IHF, Rules of the Game, Rule 1:1: 40 x 20 m.
    "handball": _only(40_000, 20_000),
    # FIH, Rules of Hockey, section 1.2: 91.40 x 55.00 m.
    "field_hockey": _only(91_400, 55_000),
    # IIHF, Official Rule Book, Rule 1.2: 60 m by 26 to 30 m.
    "ice_hockey": Dimensions(60_000, 30_000, 60_000, 60_000, 26_000, 30_000),
    # NHL, Official Rules, Rule 1.2: 200 x 85 ft.
    "ice_hockey_nhl": _only(60_960, 25_908),
    # World Rugby, Law 1: field of play at most 100 m by 68 to 70 m, in-goal 6 to 22 m at either
    # end.
    # The field of play is drawn 100 m long; what is longer is in-goal, usually 10 m.
    "rugby_union": Dimensions(120_000, 70_000, 112_000, 144_000, 68_000, 70_000),
    # International Rugby League, Laws of the Game, section 1 (plan of the field): field of play
    # 100 x 68 m, in-goal 6 to 11 m. Usual here: 8 m.
    "rugby_league": Dimensions(116_000, 68_000, 112_000, 122_000, 68_000, 68_000),
    # NCAA Men's Lacrosse Rules, Rule 1, sections 1 and 2: 110 x 60 yd.
    "lacrosse": _only(100_584, 54_864),
    # FIVB, Official Volleyball Rules, Rule 1.1: 18 x 9 m.
    "volleyball": _only(18_000, 9_000),
    # A place without lines: a training grid, a beach, a hall.
    "blank": Dimensions(60_000, 40_000, 5_000, 200_000, 5_000, 200_000, longer=False),
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
    width_max = _widest(pitch, length)
    if not pitch.width_min <= width <= width_max:
        return OutOfRange("width_mm", pitch.width_min, width_max)
    return None


def within_range(sport: SportName, length: int, width: int) -> tuple[int, int]:
    """The nearest lengths that the sport permits: total, for settings that nobody can refuse."""
    pitch = PITCHES[sport]
    length, width = usual(sport, length, width)
    length = min(max(length, pitch.length_min), pitch.length_max)
    return length, min(max(width, pitch.width_min), _widest(pitch, length))


def _widest(pitch: Dimensions, length: int) -> int:
    return min(pitch.width_max, length - 1) if pitch.longer else pitch.width_max


def reach(length: int, width: int) -> tuple[int, int]:
    """The largest |x| and |y| that an object may have: half the pitch and the margin."""
    return (
        length // 2 + length * MARGIN_PERCENT // 100,
        width // 2 + width * MARGIN_PERCENT // 100,
    )
