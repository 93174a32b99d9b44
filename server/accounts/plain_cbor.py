"""Where a CBOR value ends, if it is as plain as devices write it: definite lengths, no tags, few
levels.

Readers of whole CBOR follow references, so that two hundred bytes become millions of values when
they are written again; what comes from outside is walked through here before one of them sees it.
Knows the encoding (RFC 8949), must not know what is encoded. SPEC: PK4.
"""

from __future__ import annotations

from typing import Final

DEPTH_MAX: Final = 4
"""Levels of arrays and maps: what CTAP2 lets devices write."""
_INTS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
"""Additional information to bytes of the argument that follows."""
_BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = 2, 3, 4, 5, 6, 7


class NotPlain(ValueError):
    """It ends too early, nests too deep, or uses what devices do not."""


def end_of(data: bytes, start: int = 0) -> int:
    """The index behind the value that begins at `start`; what follows it is not looked at. Takes
    time in proportion to `data`. Raises NotPlain."""
    # How many values are still to come on each level.
    left = [1]
    at = start
    while left:
        if left[-1] == 0:
            left.pop()
            continue
        left[-1] -= 1
        kind, argument, at = _head(data, at)
        if kind in {_BYTES, _TEXT}:
            at += argument
            if at > len(data):
                raise NotPlain("a string ends too early")
        elif kind in {_ARRAY, _MAP}:
            if len(left) > DEPTH_MAX:
                raise NotPlain("too deep")
            left.append(argument * 2 if kind == _MAP else argument)
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the contents begin."""
    if at >= len(data):
        raise NotPlain("ends too early")
    kind, info = data[at] >> 5, data[at] & 31
    at += 1
    if kind == _TAG:
        raise NotPlain("a tag")
    if info < 24:
        return kind, info, at
    if info not in _INTS:
        raise NotPlain("no definite length")
    if kind == _SIMPLE and info == 24:
        raise NotPlain("a simple value that has no name")
    size = _INTS[info]
    if at + size > len(data):
        raise NotPlain("ends too early")
    return kind, int.from_bytes(data[at : at + size]), at + size
