"""The tables of pitches against their sources: every distance that a rule book names is stated here
again, in the rule book's own units, and looked for on the pitch as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from protocol.board import SportName
from server.rules.pitch import PITCHES
from server.rules.pitch_markings import Markings, markings

M, YD, FT = 1_000.0, 914.4, 304.8


@dataclass(frozen=True)
class Source:
    """What a rule book says, in `unit`s."""

    unit: float
    size: tuple[float, float]
    depths: tuple[float, ...] = ()
    """Lines along the width, from the end line."""
    radii: tuple[float, ...] = ()
    spots: tuple[tuple[float, float], ...] = ()
    """From the end line, and to either side of the middle."""
    from_touch: tuple[float, ...] = ()
    """Lines along the length, from the touchline."""
    from_middle: tuple[float, ...] = ()
    """Lines along the length, from the middle of the pitch."""
    goal: float = 0.0
    """Between the posts."""
    ranges: tuple[float, float, float, float] | None = None
    """Least and most length, least and most width, where it leaves a choice."""
    posts: float = 0.0
    """The same where there is no net."""


SOURCES: dict[SportName, Source] = {
    # IFAB, Laws of the Game 2024/25, Law 1; 105 x 68 m: UEFA, Stadium Infrastructure Regulations.
    "soccer": Source(
        M,
        (105, 68),
        depths=(16.5, 5.5, 52.5),
        radii=(9.15, 1),
        spots=((11, 0), (52.5, 0)),
        from_middle=(7.32 / 2 + 16.5, 7.32 / 2 + 5.5),
        goal=7.32,
        ranges=(90, 120, 45, 90),
    ),
    # The FA, Guide to Pitch and Goalpost Dimensions; U.S. Soccer, field markings.
    "soccer_9": Source(YD, (80, 50), (14, 5), (8, 1), ((10, 0),), from_middle=(18, 8), goal=16 / 3),
    "soccer_7": Source(YD, (60, 40), (12, 4), (8, 1), ((10, 0),), from_middle=(12, 4), goal=4),
    "soccer_5": Source(YD, (40, 30), (9,), (5,), ((8, 0),), from_middle=(8,), goal=4),
    # FIFA, Futsal Laws of the Game, Law 1.
    "futsal": Source(
        M,
        (40, 20),
        depths=(20, 6, 15, 10),
        radii=(3, 6, 0.25),
        spots=((6, 0), (10, 0)),
        goal=3,
        ranges=(25, 42, 16, 25),
    ),
    # NFL, Official Playing Rules, Rule 1 and the plan of the field.
    "american_football": Source(
        FT,
        (360, 160),
        depths=(30, 36, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180),
        posts=18.5,
    ),
    # NBA, Official Rules, Rule 1.
    "basketball_nba": Source(
        FT,
        (94, 50),
        depths=(47, 19, 4, 28),
        radii=(6, 2, 4, 23.75, 0.75),
        from_touch=(3,),
        from_middle=(8,),
    ),
    # FIBA, Official Basketball Rules, Art. 2.
    "basketball_fiba": Source(
        M,
        (28, 15),
        depths=(14, 5.8, 1.2, 8.325),
        radii=(1.8, 1.25, 6.75, 0.225),
        from_touch=(0.9,),
        from_middle=(2.45,),
    ),
    # IHF, Rules of the Game, Rule 1.
    "handball": Source(M, (40, 20), depths=(20, 7, 4, 9, 6, 15.5), radii=(6, 9), goal=3),
    # FIH, Rules of Hockey, section 1: the spot 6.40 m from the inner edge of a line of 75 mm.
    "field_hockey": Source(
        M,
        (91.4, 55),
        depths=(45.7, 22.9, 14.63),
        radii=(14.63, 19.63),
        spots=((6.4 + 0.075, 0),),
        goal=3.66,
    ),
    # IIHF, Official Rule Book, Rule 1.
    "ice_hockey": Source(
        M,
        (60, 30),
        depths=(30, 4, 22.86),
        radii=(8.5, 4.5, 1.8, 3),
        spots=((10, 7), (24.36, 7)),
        goal=1.83,
        ranges=(60, 60, 26, 30),
    ),
    # NHL, Official Rules, Rule 1.
    "ice_hockey_nhl": Source(
        FT,
        (200, 85),
        depths=(100, 11, 75),
        radii=(28, 15, 6, 10),
        spots=((31, 22), (80, 22)),
        from_middle=(4,),
        goal=6,
    ),
    # World Rugby, Laws of the Game, Law 1; in-goal of 10 m.
    "rugby_union": Source(M, (120, 70), depths=(60, 10, 32, 50, 15), from_touch=(5, 15), posts=5.6),
    # International Rugby League, Laws of the Game, section 1; in-goal of 8 m.
    "rugby_league": Source(M, (116, 68), (58, 8, 18, 28, 38, 48), from_touch=(10, 20), posts=5.5),
    # NCAA, Men's Lacrosse Rules, Rule 1.
    "lacrosse": Source(YD, (110, 60), (55, 15, 35), (3,), from_middle=(20,)),
    # FIVB, Official Volleyball Rules, Rule 1.
    "volleyball": Source(M, (18, 9), depths=(9, 6)),
}


def near(wanted: float, found: set[float]) -> bool:
    """To the millimetre."""
    return any(abs(wanted - one) < 1 for one in found)


def drawn(sport: SportName) -> tuple[Markings, float, float]:
    pitch = PITCHES[sport]
    return markings(sport, pitch.length, pitch.width), pitch.length / 2, pitch.width / 2


@pytest.mark.parametrize("sport", SOURCES)
def test_BD46_every_usual_size_and_range_is_that_of_its_source(sport: SportName) -> None:
    source, pitch = SOURCES[sport], PITCHES[sport]
    assert pitch[:2] == tuple(round(one * source.unit) for one in source.size)
    if source.ranges is not None:
        assert pitch[2:6] == tuple(round(one * source.unit) for one in source.ranges)


def test_BD46_every_sport_but_blank_has_its_source_here() -> None:
    assert PITCHES.keys() - SOURCES.keys() == {"blank"}


@pytest.mark.parametrize("sport", SOURCES)
def test_BD92_every_marked_distance_is_that_of_its_source(sport: SportName) -> None:
    source = SOURCES[sport]
    found, x, y = drawn(sport)
    upright = [line for line in found.lines if abs(line.x1 - line.x2) < 1]
    along = [line for line in found.lines if abs(line.y1 - line.y2) < 1]
    depths = {x - abs(line.x1) for line in upright}
    depths |= {x - abs(area.x1) for area in found.areas} | {
        x - abs(area.x2) for area in found.areas
    }
    for arc in found.arcs:  # where a circle around a post meets the line that joins two of them
        depths.add(x - abs(arc.x) + arc.radius)
    radii = {arc.radius for arc in found.arcs}
    spots = {(x - abs(spot.x), abs(spot.y)) for spot in found.spots}
    touch = {y - abs(line.y1) for line in along} | {y - abs(line.y2) for line in upright}
    touch |= {y - abs(line.y1) for line in upright}
    middle = {abs(line.y1) for line in along}
    assert [d for d in source.depths if not near(d * source.unit, depths)] == []
    assert [r for r in source.radii if not near(r * source.unit, radii)] == []
    for depth, across in source.spots:
        wanted = depth * source.unit, across * source.unit
        assert any(abs(wanted[0] - a) < 1 and abs(wanted[1] - b) < 1 for a, b in spots), wanted
    assert [t for t in source.from_touch if not near(t * source.unit, touch)] == []
    assert [m for m in source.from_middle if not near(m * source.unit, middle)] == []
    if source.goal:
        assert {round(goal.y2 - goal.y1) for goal in found.goals} == {
            round(source.goal * source.unit)
        }


def test_BD92_the_numbers_of_a_football_field_stand_12_yards_from_the_sidelines() -> None:
    """NFL: their bottoms do, and they are 2 yards high. (NCAA: their tops are at 9 yards.)"""
    found, _, y = drawn("american_football")
    middles = {round(y - abs(label.y)) for label in found.labels}
    assert middles == {round((12 + 1) * YD)}
    assert {round(label.height) for label in found.labels} == {round(2 * YD)}


def test_BD92_inbounds_lines_and_posts_of_football_and_rugby() -> None:
    found, _, y = drawn("american_football")
    inbounds = [line for line in found.lines if round(abs(line.y1 - line.y2)) == round(2 * FT)]
    assert near(70.75 * FT, {y - min(abs(line.y1), abs(line.y2)) for line in inbounds})
    for sport, source in SOURCES.items():
        if not source.posts:
            continue
        found, _, _ = drawn(sport)
        posts = [line for line in found.lines if line.style == "post"]
        wide = {abs(line.y1 - line.y2) for line in posts}
        assert near(source.posts * source.unit, wide)


def test_BD92_the_crease_of_the_nhl_is_cut_by_lines_a_foot_outside_the_posts() -> None:
    found, x, _ = drawn("ice_hockey_nhl")
    goal_line = x - 11 * FT
    sides = [
        line
        for line in found.lines
        if abs(abs(line.y1) - 4 * FT) < 1 and abs(line.y1 - line.y2) < 1
    ]
    assert len(sides) == 4
    for line in sides:
        ends = sorted((abs(line.x1), abs(line.x2)))
        assert ends[1] == pytest.approx(goal_line)
        # 4 ft 6 in, to the inch: where the circle of 6 ft is met.
        assert ends[1] - ends[0] == pytest.approx(4.5 * FT, abs=25.4)
    arcs = [arc for arc in found.arcs if abs(arc.radius - 6 * FT) < 1]
    assert len(arcs) == 2
    assert all(arc.stop - arc.start < 180 for arc in arcs)
    (found, _, _) = drawn("ice_hockey")
    assert any(arc.radius == 1_800 and arc.stop - arc.start == 180 for arc in found.arcs)


def test_BD92_the_attack_line_goes_on_beyond_a_volleyball_court() -> None:
    found, _, y = drawn("volleyball")
    beyond = {max(abs(line.y1), abs(line.y2)) - y for line in found.lines}
    assert near(1_750, beyond)
