"""Whether a player still fits a roster: places by bipartite matching, position maxima, and whether
the starters' places can still be filled. Pure. SPEC: DR10 to DR14.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from protocol.draft import RosterSlot

Positions = tuple[str, ...]
Why = Literal["full", "maximum", "slot", "needs"]
"""Why a player is no choice: no room, enough of the position, no place, starters left out."""
_KEPT = 1_024


@lru_cache(maxsize=_KEPT)
def _units(slots: tuple[RosterSlot, ...], *, starters: bool) -> tuple[frozenset[str], ...]:
    """One set of positions per place; empty: anybody."""
    return tuple(
        frozenset(slot.positions)
        for slot in slots
        if not (starters and slot.bench)
        for _ in range(slot.count)
    )


@lru_cache(maxsize=4 * _KEPT)
def _eligible(units: tuple[frozenset[str], ...], positions: Positions) -> tuple[int, ...]:
    return tuple(i for i, unit in enumerate(units) if not unit or not unit.isdisjoint(positions))


def places(slots: tuple[RosterSlot, ...]) -> int:
    """How many players a roster holds."""
    return sum(slot.count for slot in slots)


class Matching:
    """Players on places, as many of them as possible: augmenting paths, one per player."""

    def __init__(self, units: tuple[frozenset[str], ...], roster: Iterable[Positions]) -> None:
        self._units = units
        self._on: list[Positions | None] = [None] * len(units)
        self.unplaced = 0
        """Players without a place."""
        for positions in roster:
            if not self._place(self._on, positions, set()):
                self.unplaced += 1

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return sum(one is None for one in self._on)

    def takes(self, positions: Positions) -> bool:
        """Whether one more player would have a place, the others keeping one."""
        return self._place(list(self._on), positions, set())

    def _place(self, on: list[Positions | None], positions: Positions, seen: set[int]) -> bool:
        eligible = _eligible(self._units, positions)
        for unit in eligible:
            if on[unit] is None:
                on[unit] = positions
                return True
        for unit in eligible:
            if unit in seen:
                continue
            seen.add(unit)
            there = on[unit]
            assert there is not None
            if self._place(on, there, seen):
                on[unit] = positions
                return True
        return False


class Roster:
    """What a team has, and what it can still take. `open_after`: how many more players it will be
    able to get after this one."""

    def __init__(
        self,
        slots: tuple[RosterSlot, ...],
        maxima: Mapping[str, int],
        roster: Sequence[Positions],
        *,
        room: int,
        open_after: int,
        strict: bool,
    ) -> None:
        self._maxima = maxima
        self._roster = roster
        self._room = room
        self._strict = strict
        self._all = Matching(_units(slots, starters=False), roster)
        self._starters = Matching(_units(slots, starters=True), roster)
        self._open_after = min(open_after, room - len(roster) - 1)
        self._known: dict[Positions, Why | None] = {}

    @property
    def missing(self) -> int:
        """Starters' places that nobody can fill yet."""
        return self._starters.free

    def starts(self, positions: Positions) -> bool:
        """Whether the player would fill a starter's place that is empty."""
        return self._starters.takes(positions)

    def why_not(self, positions: Positions) -> Why | None:
        """None: the player is a choice. `needs` is a matter of the settings; the others are not
        where `strict`."""
        if positions not in self._known:
            self._known[positions] = self._look(positions)
        return self._known[positions]

    def _look(self, positions: Positions) -> Why | None:
        if len(self._roster) >= self._room:
            return "full"
        position = positions[0]
        most = self._maxima.get(position)
        if most is not None and sum(one[0] == position for one in self._roster) >= most:
            return "maximum"
        if self._strict and not self._all.takes(positions):
            return "slot"
        if self.missing > max(0, self._open_after) and not self.starts(positions):
            return "needs"
        return None


def is_legal_roster(slots: tuple[RosterSlot, ...], roster: Iterable[Positions]) -> bool:
    """Whether everybody has a place at once."""
    return Matching(_units(slots, starters=False), roster).unplaced == 0
