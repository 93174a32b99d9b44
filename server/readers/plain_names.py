"""Names as they are compared: lower case, without accents and marks. Pure. SPEC: DR82.

Names are no keys: what is found by one is looked at again by team and position.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_MARKS = re.compile(r"['’.]")
_BETWEEN = re.compile(r"[\W_]+")


def plain_name(text: str) -> str:
    """“Peña-O'Neal Jr.” is “pena oneal jr”."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(one for one in apart if not unicodedata.category(one).startswith("M"))
    return _BETWEEN.sub(" ", _MARKS.sub("", bare.lower().translate(_LETTERS))).strip()
