"""Names as they are compared."""

from __future__ import annotations

import pytest

from server.readers.plain_names import plain_name


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Peña-O'Neal Jr.", "pena oneal jr"),
        ("  Łukasz  Groß ", "lukasz gross"),
        ("D’Andre_Swift", "dandre swift"),
        ("김 민재", "김 민재"),
        ("...", ""),
    ],
)
def test_DR82_accents_marks_and_spaces_do_not_count(text: str, plain: str) -> None:
    import unicodedata

    assert plain_name(text) == unicodedata.normalize("NFD", plain)
