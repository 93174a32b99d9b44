"""The named shapes against the rules of their games: where a rule book says who may stand where,
every shape keeps to it, both ways and mirrored."""

from __future__ import annotations

import math

import pytest

from server.formation_table import SHAPES, shapes_of
from server.formations import KEEPER_ROLES, Direction, Shape, place
from server.rules.pitch import PITCHES

WAYS: tuple[tuple[Direction, bool], ...] = ((1, False), (1, True), (-1, False), (-1, True))
LINE_DEEP_MM = 2_286
"""How far back from the ball a lineman's place may be drawn: 2.5 yd, bodies being what they are."""


def named(sport: str, *uses: str) -> list[Shape]:
    return [s for s in SHAPES if s.sport == sport and (not uses or s.use in uses)]


def places(shape: Shape, direction: Direction, *, mirrored: bool) -> dict[int, tuple[int, int]]:
    """Number of the shirt to the place, as for a side that attacks to the right."""
    d = PITCHES[shape.sport]
    found: dict[int, tuple[int, int]] = {}
    for slot in shape.slots:
        x, y = place(slot, (d.length, d.width), direction, mirrored=mirrored)
        turned = (x * direction, y * direction)
        found[slot.number] = (turned[0], -turned[1] if mirrored else turned[1])
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_LB82_every_shape_is_the_same_whichever_way_it_is_put(shape: Shape) -> None:
    first, *others = [places(shape, direction, mirrored=m) for direction, m in WAYS]
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    "shape",
    [s for s in SHAPES if s.sport.startswith("soccer") or s.sport in {"futsal", "field_hockey"}],
    ids=lambda shape: shape.id,
)
def test_LB81_a_side_is_in_its_own_half_when_play_begins(shape: Shape) -> None:
    """IFAB Law 8, Futsal Law 8, FIH rule 6.2: all stand in their own half."""
    assert all(x < 0 for x, _ in places(shape, 1, mirrored=False).values())
    assert sum(slot.role in KEEPER_ROLES for slot in shape.slots) == 1


@pytest.mark.parametrize("shape", named("american_football"), ids=lambda shape: shape.id)
def test_LB81_a_football_side_is_behind_the_ball_and_seven_are_on_the_line(shape: Shape) -> None:
    """NFL rule 7, section 5: at least seven on the line, the others behind it; nobody beyond."""
    found = places(shape, 1, mirrored=False)
    assert all(x < 0 for x, _ in found.values())
    if shape.use == "offence":
        on_line = [number for number, (x, _) in found.items() if x >= -LINE_DEEP_MM]
        assert len(on_line) >= 7
        # Numbers by position, NFL rule 5: five who may not catch a pass are 50 to 79.
        assert sum(50 <= number <= 79 for number in found) == 5


@pytest.mark.parametrize("shape", named("handball"), ids=lambda shape: shape.id)
def test_LB81_nobody_but_a_keeper_is_in_a_goal_area(shape: Shape) -> None:
    """IHF rule 6:1: within 6 m of the line between the posts."""
    numbers = {slot.number: slot.role for slot in shape.slots}
    for number, (x, y) in places(shape, 1, mirrored=False).items():
        if numbers[number] in KEEPER_ROLES:
            continue
        beside = max(0, abs(y) - 1_500)
        assert math.hypot(20_000 - abs(x), beside) >= 6_000, (number, x, y)


def rotates(found: dict[int, tuple[int, int]], turn: int) -> bool:
    """Whether six are in the order of positions after so many turns: 4, 3, 2 from left to right, 5,
    6, 1 likewise, each of these further from the net than who is before him."""
    one, two, three, four, five, six = [found[(n + turn) % 6 + 1] for n in range(6)]
    left_to_right = four[1] < three[1] < two[1] and five[1] < six[1] < one[1]
    return left_to_right and five[0] < four[0] and six[0] < three[0] and one[0] < two[0]


@pytest.mark.parametrize("shape", named("volleyball"), ids=lambda shape: shape.id)
def test_LB81_six_stand_in_the_order_of_their_positions(shape: Shape) -> None:
    """FIVB rule 7.4; shirts are those of the order of service (7.6)."""
    found = places(shape, 1, mirrored=False)
    assert all(x < 0 for x, _ in found.values())
    assert any(rotates(found, turn) for turn in range(6))


def test_LB81_a_rugby_scrum_has_its_eight_and_a_league_one_its_six() -> None:
    """World Rugby law 19: eight, 1 to 8. International Rugby League section 12: six, 8 to 13."""
    for sport, pack, reach in (
        ("rugby_union", set(range(1, 9)), 5_000),
        ("rugby_league", set(range(8, 14)), 5_000),
    ):
        (scrum,) = [shape for shape in named(sport) if shape.name == "Scrum"]
        found = places(scrum, 1, mirrored=False)
        bound = {n for n, (x, y) in found.items() if x >= -reach and abs(y) <= reach}
        assert bound == pack


def test_LB81_penalty_killers_are_one_short_and_the_others_are_not() -> None:
    """IIHF and NHL: six on the ice, one of them in the box after a minor penalty."""
    for sport in ("ice_hockey", "ice_hockey_nhl"):
        for shape in shapes_of(sport):
            assert len(shape.slots) == (5 if "penalty kill" in shape.name else 6)
