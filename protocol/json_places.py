"""Where in a JSON text something is: from a path (`$.objects[3].props.at`) or an offset to the line
that a person finds in an editor. Pure; knows nothing of what the text means. SPEC: HT96.
"""

from __future__ import annotations

import json
import re

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
"""Numbers stay text: a number of 10,000 digits is nothing that we want to know."""


def line_at(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, max(0, offset)) + 1


def line_of(text: str, path: str) -> int:
    """The line, from 1, on which the value at `path` begins; of a path that leads nowhere, where
    its last known step begins. `text` is valid JSON."""
    place = _space(text, 0)
    try:
        for key, index in _STEP.findall(path):
            found = _member(text, place, key) if key else _element(text, place, int(index))
            if found is None:
                break
            place = found
    except RecursionError:
        pass  # nested so deeply that it cannot be passed over: what was found so far is near
    return line_at(text, place)


def _space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    assert found is not None, "matches nothing as well"
    return found.end()


def _after(text: str, place: int) -> int:
    """Behind the value that begins here, at what follows it."""
    _, end = _DECODER.raw_decode(text, place)
    return _space(text, end)


def _member(text: str, place: int, wanted: str) -> int | None:
    if text[place] != "{":
        return None
    place = _space(text, place + 1)
    while text[place] != "}":
        key, end = _DECODER.raw_decode(text, place)
        place = _space(text, _space(text, end) + 1)
        if key == wanted:
            return place
        place = _after(text, place)
        if text[place] == ",":
            place = _space(text, place + 1)
    return None


def _element(text: str, place: int, wanted: int) -> int | None:
    if text[place] != "[":
        return None
    place = _space(text, place + 1)
    while text[place] != "]":
        if wanted == 0:
            return place
        wanted -= 1
        place = _after(text, place)
        if text[place] == ",":
            place = _space(text, place + 1)
    return None
