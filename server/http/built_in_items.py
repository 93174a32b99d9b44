"""The formations that come with the server, as items of the library `built-in`.

The one provider: where formations come from is known here alone. Pure. SPEC: LB43.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import get_args

from msgspec import Struct

from protocol.board import SportName
from protocol.library import FormationContent, FormationSlot
from server.formation_table import shapes_of
from server.formations import Shape


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
    sports: tuple[SportName, ...] = get_args(SportName)
    return tuple(_formation(shape) for sport in sports for shape in shapes_of(sport))


def _formation(shape: Shape) -> BuiltIn:
    places = [FormationSlot(one.x, one.y, one.number, one.role) for one in shape.slots]
    tags = ("full",) if shape.use == "team" else ("full", shape.use)
    return BuiltIn(_id_of(shape), shape.name, shape.sport, tags, FormationContent(places))


def _id_of(shape: Shape) -> str:
    """The same as long as the shape's own id stays, which has more characters than items may."""
    return "i_" + hashlib.sha256(shape.id.encode()).hexdigest()[:18]
