"""The formations that come with the server, as items of the library `built-in`.

The one provider: where formations come from is known here alone. Pure. SPEC: LB43.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from protocol.board import SportName
from protocol.library import FormationContent, FormationSlot
from server.demo import FOUR_FOUR_TWO, FOUR_THREE, FOUR_THREE_THREE, I_FORMATION, Slot


class BuiltIn(Struct, frozen=True):
    """A formation that comes with the server."""

    id: str
    name: str
    sport: SportName
    tags: tuple[str, ...]
    content: FormationContent


@cache
def built_in_items() -> Sequence[BuiltIn]:
    """All of them, in the order of lists."""
    return (
        _formation("soccer-4-3-3", "4-3-3", "soccer", FOUR_THREE_THREE),
        _formation("soccer-4-4-2", "4-4-2", "soccer", FOUR_FOUR_TWO),
        _formation("gridiron-i", "I formation", "american_football", I_FORMATION, "offense"),
        _formation("gridiron-4-3", "4-3", "american_football", FOUR_THREE, "defense"),
    )


def _formation(key: str, name: str, sport: SportName, slots: Sequence[Slot], *tags: str) -> BuiltIn:
    places = [FormationSlot(one.x, one.y, one.number, one.role) for one in slots]
    return BuiltIn(f"i_{key}", name, sport, ("full", *tags), FormationContent(places))
