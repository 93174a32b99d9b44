"""Who picks in which cell: linear, snake, reversal from any round, a matrix of one's own; and whose
nomination it is. Pure arithmetic. SPEC: DR5 to DR9.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from protocol.draft import DraftSettings


def is_forward(settings: DraftSettings, round_: int) -> bool:
    """Whether a round goes as the first one does (DR6, DR7)."""
    if settings.type != "snake":
        return True
    turned = bool(settings.reversal) and round_ >= settings.reversal
    return (round_ % 2 == 1) != turned


def origins(settings: DraftSettings, order: Sequence[int]) -> list[int]:
    """The seat of every cell, cell 1 first; none at an auction."""
    if settings.type == "auction":
        return []
    if settings.type == "custom":
        return [seat for row in settings.matrix for seat in row if seat <= settings.teams]
    cells: list[int] = []
    for round_ in range(1, settings.rounds + 1):
        cells += order if is_forward(settings, round_) else reversed(order)
    return cells


def round_of(settings: DraftSettings, n: int) -> int:
    """The round of a cell."""
    if settings.type != "custom":
        return (n - 1) // settings.teams + 1
    seen = 0
    for index, row in enumerate(settings.matrix):
        seen += sum(seat <= settings.teams for seat in row)
        if n <= seen:
            return index + 1
    return len(settings.matrix) + 1


def moved_owners(
    settings: DraftSettings,
    cells: Sequence[int],
    owners: Mapping[int, int],
    now: DraftSettings,
    cells_now: Sequence[int],
) -> list[tuple[int, int]]:
    """Traded cells under another order: what was traded is an origin's pick in a round, and not a
    number (DR9). What has no place any more is left out."""
    was, places = _places(settings, cells), _places(now, cells_now)
    number = {place: n for n, place in enumerate(places, start=1)}
    moved = [
        (number[was[n - 1]], owner)
        for n, owner in owners.items()
        if owner <= now.teams and was[n - 1] in number
    ]
    return sorted(moved)


def _places(settings: DraftSettings, cells: Sequence[int]) -> list[tuple[int, int, int]]:
    """Of every cell the round, the origin, and how many of it the round had before."""
    seen: Counter[tuple[int, int]] = Counter()
    places: list[tuple[int, int, int]] = []
    for n, origin in enumerate(cells, start=1):
        key = (round_of(settings, n), origin)
        places.append((*key, seen[key]))
        seen[key] += 1
    return places


def nominator(settings: DraftSettings, order: Sequence[int], nomination: int) -> int:
    """Whose nomination it is when there were so many before, by the order alone (DR30)."""
    round_, place = divmod(nomination, len(order))
    if settings.auction.nominations == "snake" and round_ % 2 == 1:
        place = len(order) - 1 - place
    return order[place]
