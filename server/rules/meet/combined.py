"""Points of combined events, and who leads. Pure. SPEC: AT24.

The formula and its constants are those of the IAAF Scoring Tables for Combined Events, edition 2001
(reprint 2016), which decathlon, heptathlon and pentathlon are counted by:

    race   int(A * (B - T)^C), T in s       jump   int(A * (M - B)^C), M in cm
    throw  int(A * (D - B)^C), D in m

Times by hand are counted as 0.24 s longer to 200 m, and as 0.14 s longer at 400 m.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from protocol.meet import Discipline, MeetEvent, ScoringTable, Sort

Constants: TypeAlias = tuple[float, float, float]

TABLES: Mapping[ScoringTable, Mapping[Discipline, Constants]] = {
    "men": {
        "60": (58.015, 11.5, 1.81),
        "100": (25.4347, 18, 1.81),
        "200": (5.8425, 38, 1.81),
        "400": (1.53775, 82, 1.81),
        "1000": (0.08713, 305.5, 1.85),
        "1500": (0.03768, 480, 1.85),
        "60H": (20.5173, 15.5, 1.92),
        "110H": (5.74352, 28.5, 1.92),
        "LJ": (0.14354, 220, 1.4),
        "HJ": (0.8465, 75, 1.42),
        "PV": (0.2797, 100, 1.35),
        "SP": (51.39, 1.5, 1.05),
        "DT": (12.91, 4, 1.1),
        "JT": (10.14, 7, 1.08),
    },
    "women": {
        "60": (46.0849, 13, 1.81),
        "100": (17.857, 21, 1.81),
        "200": (4.99087, 42.5, 1.81),
        "400": (1.34285, 91.7, 1.81),
        "800": (0.11193, 254, 1.88),
        "1500": (0.02883, 535, 1.88),
        "60H": (20.0479, 17, 1.835),
        "100H": (9.23076, 26.7, 1.835),
        "LJ": (0.188807, 210, 1.41),
        "HJ": (1.84523, 75, 1.348),
        "PV": (0.44125, 100, 1.35),
        "SP": (56.0211, 1.5, 1.05),
        "DT": (12.331, 3, 1.1),
        "JT": (15.9803, 3.8, 1.04),
    },
}
"""A, B and C of each discipline."""

SORTS: Mapping[Discipline, Sort] = {
    **dict.fromkeys(("60", "100", "200", "400", "800", "1000", "1500"), "track"),
    **dict.fromkeys(("60H", "100H", "110H"), "track"),
    **dict.fromkeys(("LJ", "SP", "DT", "JT"), "distance"),
    **dict.fromkeys(("HJ", "PV"), "height"),
}
"""The sort of event that each is."""

_JUMPS = frozenset({"LJ", "HJ", "PV"})
_HAND_SHORT_MS = 240
_HAND_400_MS = 140


def points(table: ScoringTable, discipline: Discipline, value: int) -> int:
    """Of an official time in ms, or mark in mm; never less than none."""
    a, b, c = TABLES[table][discipline]
    if SORTS[discipline] == "track":
        better = (b * 1_000 - value) / 1_000
    elif discipline in _JUMPS:
        better = (value - b * 10) / 10
    else:
        better = (value - b * 1_000) / 1_000
    return int(a * better**c) if better > 0 else 0


def counted(event: MeetEvent, discipline: Discipline, value: int) -> int:
    """The time that the tables are asked for: by hand a little longer."""
    if event.timing != "hand" or SORTS[discipline] != "track":
        return value
    if discipline == "400":
        return value + _HAND_400_MS
    return value + (_HAND_SHORT_MS if event.metres <= 200 and discipline in _SHORT else 0)


_SHORT = frozenset({"60", "100", "200", "60H", "100H", "110H"})
