"""How the records of one run of entries lie in one blob, and what every append must satisfy.

A run is what a room commits together. Its blob is

    count | length of record 1 | ... | length of record n | record 1 | ... | record n

numbers as u32, little-endian. The lengths stand in front, so that packing and unpacking are two
calls of struct and a join, and a page that starts inside a run finds its first record without
touching those before it. Knows nothing of databases.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate, pairwise

from storage.errors import CorruptEntry

_COUNT = struct.Struct("<I")


def pack(records: Sequence[bytes]) -> bytes:
    """One blob that holds the records in their order."""
    lengths = struct.pack(f"<{len(records) + 1}I", len(records), *map(len, records))
    return b"".join((lengths, *records))


def unpack(blob: bytes) -> list[bytes]:
    """The records of a blob. Raises CorruptEntry where lengths and bytes disagree."""
    if len(blob) < _COUNT.size:
        raise CorruptEntry(f"expected a run of records, got {len(blob)} bytes")
    (count,) = _COUNT.unpack_from(blob)
    start = _COUNT.size * (count + 1)
    if len(blob) < start:
        raise CorruptEntry(f"expected the lengths of {count} records, got {len(blob)} bytes")
    lengths = struct.unpack_from(f"<{count}I", blob, _COUNT.size)
    if start + sum(lengths) != len(blob):
        raise CorruptEntry(f"expected {start + sum(lengths)} bytes of records, got {len(blob)}")
    return [blob[here:there] for here, there in pairwise(accumulate(lengths, initial=start))]


def overhead(*, entries: int, runs: int) -> int:
    """Bytes of the blobs of so many runs that are not records."""
    return _COUNT.size * (entries + runs)
