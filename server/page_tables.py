"""Tables of the server as modules of JavaScript, for pages that draw from them without asking.

`touchline tables NAME` prints one; the printed files lie in clients/js/kinds, and a test compares
them byte for byte. Pure. SPEC: BD96, LB86.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from server.formation_table import SHAPES, Shape
from server.rules.pitch import PITCHES
from server.rules.pitch_markings import LOOKS
from server.rules.pitch_marks import Arc, Area, Disc, Label, Line, Mark, Place, Spot

Value = int | float | str | list[Any]

_MADE = "made by `touchline tables {name}`; not to be changed by hand."


def _number(value: float) -> int | float:
    """With one decimal at most: a tenth of a millimetre."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _place(place: Place) -> Value:
    """A number where the size of the pitch does not matter, else [along, across, mm]."""
    mm = _number(place.mm)
    if place.along == place.across == 0:
        return mm
    return [_plain(place.along), _plain(place.across), mm]


def _plain(factor: float) -> int | float:
    return int(factor) if factor == int(factor) else factor


def _degrees(value: float) -> int | float:
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _mark(mark: Mark) -> list[Value]:
    """A mark as a row: what it is, then its fields."""
    match mark:
        case Line():
            row: list[Value] = ["line", *map(_place, mark[:4]), mark.style]
            return row if mark.times == 1 else [*row, mark.times, _number(mark.step)]
        case Arc() | Disc():
            last = mark.style if isinstance(mark, Arc) else mark.filling
            return [
                "arc" if isinstance(mark, Arc) else "disc",
                _place(mark.x),
                _place(mark.y),
                _number(mark.radius),
                _degrees(mark.start),
                _degrees(mark.stop),
                last,
            ]
        case Spot():
            return ["spot", _place(mark.x), _place(mark.y), _number(mark.radius), mark.style]
        case Area():
            return ["area", *map(_place, mark[:4]), mark.filling]
        case Label():
            x, y = _place(mark.x), _place(mark.y)
            return ["label", x, y, _number(mark.height), mark.text, mark.turn]


def pitches() -> str:
    """clients/js/kinds/pitches.js: sizes, looks and markings of every sport."""
    lines = [
        "/**",
        " * Pitches: usual size and range in mm, what they look like, and their markings",
        f" * (SPEC BD46, BD90 to BD96); {_MADE.format(name='pitches')}",
        " *",
        " * A place is millimetres from the centre, or [half lengths, half widths, mm].",
        " * line x1 y1 x2 y2 style [times step], arc x y radius from to style (clockwise),",
        " * disc x y radius from to filling, spot x y radius style, area x1 y1 x2 y2 filling,",
        " * label x y height text turn.",
        " */",
        "",
        "/** @type {Record<string, any>} */",
        "export const PITCHES = {",
    ]
    for sport, look in LOOKS.items():
        size = PITCHES[sport]
        lines.append(f"  {sport}: {{")
        fields: dict[str, Any] = {
            "name": look.name,
            "surface": look.surface,
            "unit": look.unit,
            "line": look.line,
            "corner": _number(look.corner),
            **size._asdict(),
            "lanes": [_place(place) for place in look.lanes],
        }
        lines += [f"    {name}: {_js(value)}," for name, value in fields.items()]
        lines += _rows("marks", map(_mark, look.marks))
        lines.append("  },")
    lines += ["};", ""]
    return "\n".join(lines)


def formations() -> str:
    """clients/js/kinds/formation_table.js: the named shapes of every sport."""
    lines = [
        "/**",
        " * Named shapes of every sport (SPEC LB80 to LB86);",
        f" * {_MADE.format(name='formations')}",
        " *",
        " * A slot is number, role, x, y in thousandths of half the pitch, attacking to the right.",
        " */",
        "",
        "/** @typedef {{sport: string, use: string, name: string,",
        " * slots: [number, string, number, number][]}} Written */",
        "",
        "/** @type {Written[]} */",
        "const WRITTEN = [",
    ]
    for shape in SHAPES:
        assert shape.id == _id_of(shape), "the page puts it together from the others"
        head = {"sport": shape.sport, "use": shape.use, "name": shape.name}
        lines.append("  {")
        lines += [f"    {name}: {_js(value)}," for name, value in head.items()]
        lines += _rows("slots", (list(slot) for slot in shape.slots))
        lines.append("  },")
    lines += [
        "];",
        "",
        "/** @type {(Written & {id: string, size: number})[]} */",
        "export const SHAPES = WRITTEN.map((one) => ({",
        "  ...one,",
        "  id: `${one.sport}.${one.use}.${one.name.toLowerCase().replace(/[^a-z0-9]/gu, '_')}`,",
        "  size: one.slots.length,",
        "}));",
        "",
    ]
    return "\n".join(lines)


def _id_of(shape: Shape) -> str:
    return f"{shape.sport}.{shape.use}.{re.sub('[^a-z0-9]', '_', shape.name.lower())}"


def _rows(name: str, rows: Iterable[list[Any]]) -> list[str]:
    return [f"    {name}: [", *(f"      {_js(row)}," for row in rows), "    ],"]


def _js(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "pitches": ("clients/js/kinds/pitches.js", pitches),
    "formations": ("clients/js/kinds/formation_table.js", formations),
}
"""By name: the file that holds it, and what makes it."""
