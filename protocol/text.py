"""Which names and lines of text people may give to things, and the one form in which they are kept
(C22). Pure; used by the rules, by authentication and by HTTP, so that all refuse the same.

Text is normalised to NFC. Refused are control characters, characters that turn the direction of
what follows (they make one thing look like another), separators that break lines unseen, lone
surrogates, and text in which nothing can be seen. Strings stay data: escaping is for whoever shows
them. SPEC: MB20 to MB22.
"""

from __future__ import annotations

import unicodedata

NAME_MAX = 64
"""Code points of a name, after normalisation."""

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates. The marks U+200E and U+200F stay: Hebrew and Arabic need
them."""
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNSEEN_CATEGORIES = frozenset({"Cf", "Zs", "Mn", "Me", "Cn", "Co"})
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by category that show nothing: Hangul fillers and the blank Braille pattern."""


def clean_name(text: str, length_max: int = NAME_MAX) -> str | None:
    """`text` as a name: one line, without white space around it. None: refused."""
    clean = _clean(text.strip(), frozenset())
    return clean if clean is not None and len(clean) <= length_max else None


def clean_text(text: str, length_max: int) -> str | None:
    """`text` as something longer, in which line feeds and tabs may stand. None: refused."""
    clean = _clean(text, frozenset("\n\t"))
    return clean if clean is not None and len(clean) <= length_max else None


def _clean(text: str, allowed: frozenset[str]) -> str | None:
    if text.isascii() and text.isprintable():
        return text if text.strip() else None
    seen = False
    for character in text:
        if character in allowed:
            continue
        category = unicodedata.category(character)
        if category in _REFUSED_CATEGORIES or character in _DIRECTIONS:
            return None
        seen = seen or (category not in _UNSEEN_CATEGORIES and character not in _UNSEEN)
    return unicodedata.normalize("NFC", text) if seen else None
