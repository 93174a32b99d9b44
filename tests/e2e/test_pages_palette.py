"""The palette keeps the contrast that it promises, computed from the file that the pages use (WCAG
2.2: 4.5 for text, 3 for marks)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "clients" / "demo"
TOKENS = DEMO / "styles" / "tokens.css"

TEXT = [
    (ink, ground)
    for ground in ("ground", "surface", "raised")
    for ink in ("ink", "quiet", "accent", "good", "warn", "bad")
] + [("on-accent", "accent"), ("ground", "ink"), ("accent", "pressed"), ("ink", "pressed")]
MARKS = [
    ("edge", "surface"),
    ("edge", "ground"),
    *(("chalk", ground) for ground in ("grass", "stripe", "court", "court-around", "plain")),
    ("ice-ink", "ice"),
]
RING_DARK, RING_LIGHT = "#0b1f14", "#ffffff"


def variables(theme: str) -> dict[str, str]:
    """Name to colour in a theme: `light-dark(light, dark)` holds both."""
    found = re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS.read_text()
    )
    return {name: light if theme == "light" else dark for name, light, dark in found}


def tints(theme: str) -> dict[str, str]:
    """Colours of positions in drafts."""
    found = re.findall(
        r"--(tint-\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);",
        (DEMO / "styles" / "draft.css").read_text(),
    )
    return {name: light if theme == "light" else dark for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def people() -> list[str]:
    """Colours of people."""
    source = (DEMO / "parts" / "people.js").read_text()
    block = source.partition("PERSON_COLOURS = [")[2].partition("]")[0]
    return re.findall(r"#[0-9a-f]{6}", block)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_has_a_contrast_of_four_and_a_half(theme: str) -> None:
    palette = variables(theme)
    poor = {
        pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2)
        for pair in TEXT
        if contrast(palette[pair[0]], palette[pair[1]]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_names_are_read_on_the_colour_of_their_position(theme: str) -> None:
    ink = variables(theme)["ink"]
    found = {name: contrast(ink, colour) for name, colour in tints(theme).items()}
    assert len(found) == 6
    assert min(found.values()) >= 4.5


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_marks_have_a_contrast_of_three(theme: str) -> None:
    palette = variables(theme)
    poor = {
        pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2)
        for pair in MARKS
        if contrast(palette[pair[0]], palette[pair[1]]) < 3
    }
    assert poor == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_selection_ring_stands_out_on_grass(theme: str) -> None:
    palette = variables(theme)
    assert contrast(RING_DARK, RING_LIGHT) > 10
    for grass in ("grass", "stripe"):
        assert max(contrast(RING_LIGHT, palette[grass]), contrast(RING_DARK, palette[grass])) >= 3


def test_every_person_has_a_colour_that_shows_on_both_themes_and_carries_initials() -> None:
    colours = people()
    assert len(colours) == len(set(colours)) >= 12
    for colour in colours:
        for theme in ("dark", "light"):
            assert contrast(colour, variables(theme)["surface"]) >= 3, (colour, theme)
        assert max(contrast(colour, "#ffffff"), contrast(colour, "#000000")) >= 4.5, colour
