"""Reads plain values of JSON without trusting them: what is not of the wanted type is not there.
Pure; knows no provider. SPEC: RD1."""

from __future__ import annotations

from typing import cast

from server.readers.source import number, whole


def at(node: object, *path: str | int) -> object:
    """What lies at a path of keys and indices, or None."""
    for step in path:
        if isinstance(step, str) and isinstance(node, dict):
            node = cast("dict[object, object]", node).get(step)
        elif isinstance(step, int) and isinstance(node, list):
            items = cast("list[object]", node)
            node = items[step] if step < len(items) else None
        else:
            return None
    return node


def text_at(node: object, *path: str | int) -> str | None:
    """A text that is not empty."""
    found = at(node, *path)
    return found.strip() or None if isinstance(found, str) else None


def whole_at(node: object, *path: str | int) -> int | None:
    """A whole number."""
    return whole(at(node, *path))


def number_at(node: object, *path: str | int) -> float | None:
    """A finite number."""
    return number(at(node, *path))


def list_at(node: object, *path: str | int) -> list[object]:
    """A list, empty where there is none."""
    found = at(node, *path)
    return cast("list[object]", found) if isinstance(found, list) else []


def pair_at(node: object, *path: str | int) -> tuple[float, float] | None:
    """The first two numbers of a list: a place in some system."""
    found = list_at(node, *path)
    if len(found) < 2:
        return None
    x, y = number(found[0]), number(found[1])
    return None if x is None or y is None else (x, y)
