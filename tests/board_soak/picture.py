"""What a page has to draw of a board at rest, worked out from the view alone (SPEC BD9 to BD12,
BD59, BD68), and where the picture that it drew differs. Knows neither the page's code nor the
rules.
"""

from __future__ import annotations

import math
import re
from typing import Any

PICTURED = frozenset(
    {"token", "ball", "equipment", "line", "arrow", "zone", "text", "link", "measure"}
)
BESIDE_MM = 6_000
"""A ball that somebody has is drawn at the edge of the shirt, however large that is."""


def differences(view: dict[str, Any], picture: list[dict[str, Any]]) -> list[str]:
    """`picture`: what was drawn, in order; of a page at the set-up, whose pitch lies unless the
    board's settings stand it up."""
    there = {
        id_: one
        for id_, one in view["objects"].items()
        if one["sort"] in PICTURED and one["props"].get("phase") is None
    }
    expected = {id_: one for id_, one in there.items() if _joined(one, there)}
    drawn = {one["id"]: one for one in picture}
    found = [f"{id_} is not drawn" for id_ in expected.keys() - drawn.keys()]
    found += [f"{id_} is drawn, and is not there" for id_ in drawn.keys() - expected.keys()]
    if len(drawn) != len(picture):
        found.append("something is drawn twice")
    for id_ in expected.keys() & drawn.keys():
        found += [f"{id_}: {what}" for what in _thing(expected[id_], drawn[id_], view)]
    return sorted(found)


def _joined(one: dict[str, Any], there: dict[str, Any]) -> bool:
    """A link shows where at least two of its ends do: what belongs to a phase shows in it alone."""
    ends = one["props"].get("ends")
    return ends is None or sum(end in there for end in ends) > 1


def _thing(one: dict[str, Any], drawn: dict[str, Any], view: dict[str, Any]) -> list[str]:
    found: list[str] = []
    props = one["props"]
    if drawn["sort"] != one["sort"]:
        found.append(f"drawn as {drawn['sort']}, is {one['sort']}")
    if one["sort"] != "link":
        found += _place(one, drawn["transform"], view)
    if one["sort"] == "token":
        number = props.get("number")
        shown = drawn["number"]
        if number is not None and not props.get("photo") and shown != str(number):
            found.append(f"shows number {shown}, is {number}")
        if (drawn["name"] or None) != (props.get("name") or None):
            found.append(f"shows name {drawn['name']}, is {props.get('name')}")
    return found


def _place(one: dict[str, Any], transform: str, view: dict[str, Any]) -> list[str]:
    said = re.fullmatch(r"translate\((-?\d+) (-?\d+)\)", transform)
    if said is None:
        return [f"is drawn at {transform}"]
    at = [int(said[1]), int(said[2])]
    if view["settings"]["portrait"]:
        at = [-at[1], at[0]]
    right = one["props"]["at"]
    carrier = view["objects"].get(one["props"].get("carrier") or "")
    if one["sort"] == "ball" and carrier is not None and carrier["sort"] == "token":
        right = carrier["props"]["at"]
    reach = BESIDE_MM if one["sort"] == "ball" else 1
    if math.dist(at, right) > reach:
        return [f"is drawn at {at}, is at {right}"]
    return []
