"""The named shapes, all of them."""

import math

import pytest

from server.formation_table import SHAPES, shapes_of
from server.formations import KEEPER_ROLES, Shape, place
from server.rules.pitch import PITCHES

PLAYERS = {
    "soccer": 11, "soccer_9": 9, "soccer_7": 7, "soccer_5": 5, "futsal": 5,
    "american_football": 11, "basketball_nba": 5, "basketball_fiba": 5, "handball": 7,
    "field_hockey": 11, "ice_hockey": 6, "ice_hockey_nhl": 6, "rugby_union": 15,
    "rugby_league": 13, "lacrosse": 10, "volleyball": 6,
}  # fmt: skip


def test_LB80_every_shape_has_an_id_of_its_own() -> None:
    assert len({shape.id for shape in SHAPES}) == len(SHAPES)
    names = {shape.name for shape in shapes_of("soccer")}
    assert {"4-3-3", "4-4-2", "4-4-2 diamond", "4-2-3-1", "4-1-4-1", "4-5-1"} <= names
    assert {"3-5-2", "3-4-3", "5-3-2", "5-4-1", "4-3-1-2", "3-4-2-1"} <= names


@pytest.mark.parametrize("sport", PITCHES)
def test_LB81_every_sport_but_blank_has_two_shapes(sport: str) -> None:
    count = sum(shape.sport == sport for shape in SHAPES)
    assert count == 0 if sport == "blank" else count >= 2


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_LB81_a_shape_has_a_full_side_on_the_pitch_and_nobody_twice(shape: Shape) -> None:
    short = "penalty kill" in shape.name
    assert len(shape.slots) == PLAYERS[shape.sport] - short
    assert all(abs(slot.x) <= 1000 and abs(slot.y) <= 1000 for slot in shape.slots)
    assert len({slot.number for slot in shape.slots}) == len(shape.slots)
    d = PITCHES[shape.sport]
    places = [place(s, (d.length, d.width), 1, mirrored=False) for s in shape.slots]
    apart = min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i])
    assert apart >= 500
    keepers = [slot for slot in shape.slots if slot.role in KEEPER_ROLES]
    assert all(slot.x <= -700 and slot.y == 0 for slot in keepers)


@pytest.mark.parametrize("shape", shapes_of("soccer"), ids=lambda shape: shape.name)
def test_LB81_a_soccer_shape_has_the_lines_of_its_name(shape: Shape) -> None:
    lines = [int(n) for n in shape.name.split()[0].split("-")]
    assert 1 + sum(lines) == 11
    defenders = [s for s in shape.slots if s.role in {"RB", "CB", "LB", "RWB", "LWB"}]
    back = [s for s in defenders if s.x < -600]
    assert len(back) == lines[0]
