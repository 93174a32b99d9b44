"""Named shapes of a side, and how they are applied to the players that are there. Pure.

A shape is a list of slots in thousandths of half the pitch; which shapes there are is
formation_table.py's. Who stands where is the cheapest assignment: the same number and role first,
then the same role, then the nearest. The page applies them by the same steps
(clients/js/kinds/formations.js), and a test compares the two. SPEC: LB80 to LB87.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from protocol.board import Point, SportName

Use = Literal["team", "offence", "defence"]
"""Whether a shape is a side's at any time, or with or without the ball only."""
Direction = Literal[1, -1]
"""Towards which end a side attacks: that of +x or that of -x."""
KEEPER_ROLES = frozenset({"GK", "G"})

TIER = 10_000_000
"""Cost of one degree of being the wrong player, above any distance in mm."""
OUTSIDE_TIERS = 8
WRONG_KEEPER_TIERS = 4
BENCH_PERCENT = 6
"""How far beyond the touchline the bench is, in percent of the width."""
BENCH_STEPS = 40
"""Places of the bench, one every so many parts of the pitch's length."""


class Slot(NamedTuple):
    """One place of a formation, in thousandths of half the pitch: x forward from the own goal line
    (-1000) to the other (1000), y from left to right."""

    number: int
    role: str
    x: int
    y: int


class Shape(NamedTuple):
    """A named shape of a sport."""

    id: str
    sport: SportName
    use: Use
    name: str
    slots: tuple[Slot, ...]


class Player(NamedTuple):
    """What applying a shape asks of a token of the side."""

    id: str
    at: Point
    number: int | None = None
    role: str | None = None
    keeper: bool = False


class Placement(NamedTuple):
    """Where a player goes; `slot` is the index of the slot, None on the bench."""

    id: str
    at: Point
    slot: int | None


_ONE = re.compile(r"(\d+)([A-Z]+)([+-]\d+)?")


def rows(*lines: str) -> tuple[Slot, ...]:
    """Slots from lines such as "2RB 5CB 4CB 3LB+40 @ -660 640": numbers and roles from right to
    left, each with its own step forward if any; then x of the row, and how far its outermost stand
    from the middle. A fourth number moves the row to the right."""
    slots: list[Slot] = []
    for line in lines:
        who, _, where = line.partition("@")
        x, spread, shift = (*map(int, where.split()), 0, 0)[:3]
        found = _ONE.findall(who)
        assert len(found) == len(who.split()), f"expected numbers and roles, got {line!r}"
        for i, (number, role, step) in enumerate(found):
            y = spread - (2 * spread * i) // (len(found) - 1) if len(found) > 1 else spread
            slots.append(Slot(int(number), role, x + int(step or 0), y + shift))
    return tuple(slots)


def place(slot: Slot, size: Point, direction: Direction, *, mirrored: bool) -> Point:
    """Where a slot is on a pitch of `size` (length, width, mm)."""
    across = -slot.y if mirrored else slot.y
    return direction * _part(slot.x, size[0]), direction * _part(across, size[1])


def _part(thousandths: int, whole: int) -> int:
    """So many thousandths of half of it, towards zero."""
    size = abs(thousandths) * (whole // 2) // 1000
    return size if thousandths >= 0 else -size


def apply(
    shape: Shape,
    players: Sequence[Player],
    size: Point,
    direction: Direction,
    *,
    mirrored: bool = False,
) -> list[Placement]:
    """Where each player of a side goes, in the order of the players. Slots stay open when there are
    too few; those left over go to the bench beyond the lower touchline, or stay where they are if
    they are beyond a line already."""
    places = [place(slot, size, direction, mirrored=mirrored) for slot in shape.slots]
    costs = [
        [_cost(player, slot, at, size) for slot, at in zip(shape.slots, places, strict=True)]
        for player in players
    ]
    chosen = assign(costs)
    placed: list[Placement] = []
    left = [player for i, player in enumerate(players) if i not in chosen]
    bench = iter(_bench([one.at for one in left if _outside(one.at, size)], size, direction))
    for i, player in enumerate(players):
        slot = chosen.get(i)
        if slot is not None:
            placed.append(Placement(player.id, places[slot], slot))
        elif _outside(player.at, size):
            placed.append(Placement(player.id, player.at, None))
        else:
            # a bench that is full takes nobody: they stay where they are
            placed.append(Placement(player.id, next(bench, player.at), None))
    return placed


def _cost(player: Player, slot: Slot, at: Point, size: Point) -> int:
    """How wrong a player is in a slot: tiers, then the way there in mm."""
    dx, dy = player.at[0] - at[0], player.at[1] - at[1]
    cost = math.isqrt(dx * dx + dy * dy)
    if player.role != slot.role:
        cost += 2 * TIER
    elif player.number != slot.number:
        cost += TIER
    keeps = player.keeper or player.role in KEEPER_ROLES
    if keeps != (slot.role in KEEPER_ROLES):
        cost += WRONG_KEEPER_TIERS * TIER
    if _outside(player.at, size):
        cost += OUTSIDE_TIERS * TIER
    return cost


def _outside(at: Point, size: Point) -> bool:
    return abs(at[0]) > size[0] // 2 or abs(at[1]) > size[1] // 2


def _bench(taken: list[Point], size: Point, direction: Direction) -> list[Point]:
    """Free places of the bench, from the halfway line towards the own end and then beyond."""
    step = size[0] // BENCH_STEPS
    y = size[1] // 2 + size[1] * BENCH_PERCENT // 100
    deep = size[1] * BENCH_PERCENT // 100
    every = [
        (-direction * step * i, y + row * deep)
        for row in range(2)
        for i in (*range(1, BENCH_STEPS // 2 + 1), *range(-1, -BENCH_STEPS // 2 - 1, -1))
    ]
    return [
        (x, y)
        for x, y in every
        if all(abs(x - at[0]) >= step or abs(y - at[1]) >= deep for at in taken)
    ]


def assign(costs: Sequence[Sequence[int]]) -> dict[int, int]:
    """The assignment of rows to columns with the least sum, row → column; as many as the shorter of
    the two has. The Hungarian method with potentials (Kuhn 1955, Munkres 1957), O(n³)."""
    if not costs or not costs[0]:
        return {}
    if len(costs) > len(costs[0]):
        turned = assign([list(column) for column in zip(*costs, strict=True)])
        return {row: column for column, row in turned.items()}
    n, m = len(costs), len(costs[0])
    of_row, of_column = [0] * (n + 1), [0] * (m + 1)
    taken_by, came_from = [0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        taken_by[0] = row
        column = 0
        least: list[float] = [math.inf] * (m + 1)
        used = [False] * (m + 1)
        while taken_by[column] != 0:
            used[column] = True
            current, delta, following = taken_by[column], math.inf, 0
            for j in range(1, m + 1):
                if used[j]:
                    continue
                reduced = costs[current - 1][j - 1] - of_row[current] - of_column[j]
                if reduced < least[j]:
                    least[j], came_from[j] = reduced, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(m + 1):
                if used[j]:
                    of_row[taken_by[j]] += int(delta)
                    of_column[j] -= int(delta)
                else:
                    least[j] -= delta
            column = following
        while column != 0:
            before = came_from[column]
            taken_by[column] = taken_by[before]
            column = before
    return {taken_by[j] - 1: j - 1 for j in range(1, m + 1) if taken_by[j] != 0}
