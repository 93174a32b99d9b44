"""Names and lines of text: one form, and nothing that deceives (C22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.text import NAME_MAX, clean_name, clean_text

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \n", "Ada"),
        ("Ange\u0301lica", "Ang\u00e9lica"),
        ("\u05d3\u05e0\u05d4\u200f", "\u05d3\u05e0\u05d4\u200f"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("x" * NAME_MAX, "x" * NAME_MAX),
    ],
)
def test_MB20_names_are_kept_in_one_form(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@pytest.mark.parametrize("text", ["", "x" * (NAME_MAX + 1), "two\nlines", "tab\tbed"])
def test_MB20_a_name_is_one_line_of_at_most_64(text: str) -> None:
    assert clean_name(text) is None


def test_MB20_text_may_have_line_feeds_and_a_length_of_its_own() -> None:
    assert clean_text(" one\n\ttwo ", 100) == " one\n\ttwo "
    assert clean_text("one two", 6) is None
    assert clean_text("carriage\rreturn", 100) is None


def test_MB20_length_counts_after_normalising() -> None:
    # U+FB2C has no composed form of its own: in NFC it is three code points
    assert clean_name("\ufb2c" * 22) is None
    assert clean_name("\ufb2c" * 21) == "\u05e9\u05bc\u05c1" * 21


@pytest.mark.parametrize(
    "character", [*DIRECTIONS, "\u0000", "\u0007", "\u007f", "\u0085", "\u2028", "\u2029", "\ud800"]
)
def test_MB21_what_deceives_is_refused(character: str) -> None:
    assert clean_name(f"a{character}b") is None
    assert clean_text(f"a{character}b", 100) is None


@pytest.mark.parametrize(
    "text", [" ", "\u200b", "\u00a0\u2003", "\u200d\ufeff", "\u0301", "\u3164", "\u2800", "\n"]
)
def test_MB22_what_cannot_be_seen_is_refused(text: str) -> None:
    assert clean_name(text) is None
    assert clean_text(text, 100) is None


@given(st.text(max_size=80))
def test_MB20_what_was_cleaned_stays_as_it_is(text: str) -> None:
    for clean in (clean_name(text), clean_text(text, 80)):
        if clean is not None:
            assert clean_text(clean, 80) == clean
            clean.encode()
