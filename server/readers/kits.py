"""Colours of two teams, always with a number that can be read. Pure; SPEC: RD13."""

from __future__ import annotations

import re
from typing import NamedTuple

CONTRAST_MIN = 4.5
"""Of ink on its shirt (WCAG 2.2, 1.4.3)."""
_LIGHT, _DARK = "#ffffff", "#101418"
_HEX = re.compile(r"#[0-9a-f]{6}")
_NAMED = {
    "black": "#101418",
    "blue": "#1f5fa8",
    "green": "#1f7a45",
    "grey": "#6b7280",
    "gray": "#6b7280",
    "orange": "#d9660b",
    "purple": "#6d3fb0",
    "red": "#c0262d",
    "white": "#f5f5f5",
    "yellow": "#f2b705",
}


class Kit(NamedTuple):
    """Shirt, number, second colour."""

    fill: str
    ink: str
    trim: str


def kit_of(fill: object, ink: object = None) -> Kit | None:
    """A kit of a provider's colours: `#rrggbb` or a usual English word. None: not a colour. The
    number becomes white or black where the given one cannot be read on the shirt."""
    shirt = _colour(fill)
    if shirt is None:
        return None
    number = _colour(ink)
    if number is None or contrast(shirt, number) < CONTRAST_MIN:
        number = max(_LIGHT, _DARK, key=lambda colour: contrast(shirt, colour))
    return Kit(shirt, number, number)


def contrast(one: str, other: str) -> float:
    """Between 1 and 21, as WCAG computes it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(given: object) -> str | None:
    if not isinstance(given, str):
        return None
    word = given.strip().lower()
    word = _NAMED.get(word, word)
    return word if _HEX.fullmatch(word) else None


HOME = Kit("#c0262d", "#ffffff", "#7f1d1d")
AWAY = Kit("#1f5fa8", "#ffffff", "#0f2f57")
HOME_KEEPER = Kit("#f2b705", "#101418", "#8a6500")
AWAY_KEEPER = Kit("#14633a", "#ffffff", "#0b3d23")
OFFICIAL = Kit("#101418", "#ffffff", "#6b7280")
