"""Shapes applied to players: both ways, mirrored, on full and short sides."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from server.formation_table import SHAPES, shapes_of
from server.formations import (
    KEEPER_ROLES,
    Direction,
    Placement,
    Player,
    Shape,
    apply,
    assign,
    place,
)
from server.rules.pitch import PITCHES, reach
from tests.support.node import run_node

FOUR_THREE_THREE, FOUR_FOUR_TWO = shapes_of("soccer")[:2]
SIZE = (105_000, 68_000)
WAYS: tuple[tuple[Direction, bool], ...] = ((1, False), (1, True), (-1, False), (-1, True))


def side_of(shape: Shape, rng: random.Random, count: int) -> list[Player]:
    """A keeper first if the shape has one, then others with roles of the shape or none, anywhere on
    the pitch."""
    d = PITCHES[shape.sport]
    slots = sorted(shape.slots, key=lambda slot: slot.role not in KEEPER_ROLES)
    players: list[Player] = []
    for i in range(count):
        slot = slots[i % len(slots)]
        extra = i >= len(slots)
        at = (
            rng.randint(-d.length // 2, d.length // 2),
            rng.randint(-d.width // 2, d.width // 2),
        )
        role = None if extra or (rng.random() < 0.2 and i) else slot.role
        players.append(Player(f"o_{i:08}", at, 60 + i if extra else slot.number, role))
    return players


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_LB82_every_shape_both_ways_mirrored_on_full_short_and_large_sides(shape: Shape) -> None:
    rng = random.Random(shape.id)
    d = PITCHES[shape.sport]
    size = (d.length, d.width)
    n = len(shape.slots)
    for (direction, mirrored), count in itertools.product(WAYS, (n, n - 1, n // 2, n + 4)):
        players = side_of(shape, rng, count)
        placed = apply(shape, players, size, direction, mirrored=mirrored)
        assert [one.id for one in placed] == [player.id for player in players]
        assert len({one.at for one in placed}) == count
        slots = [one.slot for one in placed if one.slot is not None]
        assert len(set(slots)) == len(slots) == min(n, count)
        for one in placed:
            inside = abs(one.at[0]) <= d.length // 2 and abs(one.at[1]) <= d.width // 2
            assert inside == (one.slot is not None)
            assert abs(one.at[0]) <= reach(*size)[0]
            assert abs(one.at[1]) <= reach(*size)[1]
        if shape.slots[0].role in KEEPER_ROLES:
            keeper = placed[0]
            assert keeper.slot == 0
            assert keeper.at[0] * direction < 0


def test_LB82_mirrored_changes_left_and_right_only() -> None:
    slot = FOUR_THREE_THREE.slots[1]
    x, y = place(slot, SIZE, 1, mirrored=False)
    assert place(slot, SIZE, 1, mirrored=True) == (x, -y)
    assert place(slot, SIZE, -1, mirrored=False) == (-x, -y)


def test_LB83_players_keep_their_slots_by_number_and_role() -> None:
    rng = random.Random(3)
    players = [Player(f"o_{s.number:08}", (0, 0), s.number, s.role) for s in FOUR_FOUR_TWO.slots]
    rng.shuffle(players)
    placed = apply(FOUR_FOUR_TWO, players, SIZE, 1)
    for player, one in zip(players, placed, strict=True):
        assert one.slot is not None
        assert FOUR_FOUR_TWO.slots[one.slot].number == player.number


def test_LB83_without_roles_the_sum_of_ways_is_the_least() -> None:
    rng = random.Random(5)
    for _ in range(200):
        n, m = rng.randint(1, 5), rng.randint(1, 5)
        costs = [[rng.randint(0, 50) for _ in range(m)] for _ in range(n)]
        chosen = assign(costs)
        sum_ = sum(costs[i][j] for i, j in chosen.items())
        wide = costs if n <= m else [list(column) for column in zip(*costs, strict=True)]
        least = min(
            sum(wide[i][j] for i, j in enumerate(columns))
            for columns in itertools.permutations(range(len(wide[0])), len(wide))
        )
        assert sum_ == least


def test_LB84_a_short_side_has_its_keeper_in_goal() -> None:
    players = [Player("o_field000", (-49_000, 0), 9, "ST"), Player("o_keeper00", (30_000, 0), 22)]
    players[1] = players[1]._replace(keeper=True)
    placed = apply(FOUR_THREE_THREE, players, SIZE, 1)
    assert placed[1].slot == 0
    assert placed[0].slot != 0


def test_LB85_who_is_left_over_goes_to_the_bench_and_who_sits_there_stays() -> None:
    on = [Player(f"o_{i:08}", (i * 100, 0)) for i in range(12)]
    sitting = Player("o_bench000", (-2_625, 38_080), 12)
    placed = apply(FOUR_THREE_THREE, [sitting, *on], SIZE, 1)
    assert placed[0] == Placement("o_bench000", (-2_625, 38_080), None)
    benched = [one for one in placed[1:] if one.slot is None]
    assert len(benched) == 1
    assert benched[0].at[1] > 34_000
    assert benched[0].at[0] < 0
    assert benched[0].at != sitting.at


def test_LB85_who_finds_the_bench_full_stays() -> None:
    crowd = [Player(f"o_{i:08}", (i * 10, 0)) for i in range(150)]
    placed = apply(FOUR_THREE_THREE, crowd, SIZE, 1)
    left = [(was, now) for was, now in zip(crowd, placed, strict=True) if now.slot is None]
    stayed = [now for was, now in left if was.at == now.at]
    benched = [now.at for was, now in left if was.at != now.at]
    assert len(left) == 139
    assert len(benched) == len(set(benched)) == 80
    assert len(stayed) == 59


SCRIPT = """
import { applyShape, shapesOf } from './clients/js/kinds/formations.js';
const cases = JSON.parse(await new Promise((done) => {
  let said = ''; process.stdin.on('data', (part) => { said += part; });
  process.stdin.on('end', () => done(said));
}));
console.log(JSON.stringify(cases.map(({ sport, id, players, size, direction, mirrored }) =>
  applyShape(shapesOf(sport).find((one) => one.id === id), players, size, direction, mirrored)
    .map(({ id, at, slot }) => [id, at, slot]))));
"""


def test_LB86_the_page_places_as_the_server_does() -> None:
    rng = random.Random(11)
    cases: list[dict[str, object]] = []
    expected: list[list[list[object]]] = []
    for shape in SHAPES:
        d = PITCHES[shape.sport]
        size = (d.length, d.width)
        for direction, mirrored in WAYS:
            players = side_of(shape, rng, rng.randint(1, len(shape.slots) + 5))
            cases.append(
                {
                    "sport": shape.sport,
                    "id": shape.id,
                    "players": [player._asdict() for player in players],
                    "size": size,
                    "direction": direction,
                    "mirrored": mirrored,
                }
            )
            placed = apply(shape, players, size, direction, mirrored=mirrored)
            expected.append([[one.id, list(one.at), one.slot] for one in placed])
    ran = run_node("--input-type=module", "-e", SCRIPT, said=json.dumps(cases))
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected
