"""News as bytes, and back: what stands in a node's inbox. Pure.

Bytes come from other nodes of this product, of this version or another: what cannot be read is
damaged, never guessed at. SPEC: RL6.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from storage.relay import CommittedEntries, Control, News, PresenceNews

PARCEL_BYTES = 262_144
"""About what one piece of news holds of entries; what does not fit is read from the log."""


class DamagedNews(ValueError):
    """Bytes that no node of this version wrote."""


class _Entries(Struct, tag="e", array_like=True, frozen=True):
    room: str
    generation: str
    first: int
    tag_before: str
    records: list[bytes]
    node: str = ""


class _Presence(Struct, tag="p", array_like=True, frozen=True):
    room: str
    node: str
    body: bytes


class _Control(Struct, tag="c", array_like=True, frozen=True):
    room: str
    name: str
    body: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Entries | _Presence | _Control]).decode


def pack(news: Sequence[News]) -> bytes:
    """Several pieces of news as one run of bytes."""
    return _encode([_packed(one) for one in news])


def unpack(packed: bytes) -> list[News]:
    """The same, in the same order. Raises DamagedNews."""
    try:
        return [_unpacked(one) for one in _decode(packed)]
    except msgspec.MsgspecError as error:
        raise DamagedNews(str(error)) from error


def _packed(news: News) -> _Entries | _Presence | _Control:
    match news:
        case CommittedEntries(room, generation, first, tag_before, records, node):
            return _Entries(room, generation, first, tag_before, list(records), node)
        case PresenceNews(room, node, body):
            return _Presence(room, node, body)
        case Control(room, name, body):
            return _Control(room, name, body)


def _unpacked(packed: _Entries | _Presence | _Control) -> News:
    match packed:
        case _Entries():
            return CommittedEntries(
                packed.room,
                packed.generation,
                packed.first,
                packed.tag_before,
                packed.records,
                packed.node,
            )
        case _Presence():
            return PresenceNews(packed.room, packed.node, packed.body)
        case _Control():
            return Control(packed.room, packed.name, packed.body)


def parcels(news: Sequence[News]) -> list[bytes]:
    """The same in runs of about PARCEL_BYTES, in their order."""
    found: list[bytes] = []
    part: list[News] = []
    size = 0
    for one in news:
        length = _length(one)
        if part and size + length > PARCEL_BYTES:
            found.append(pack(part))
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        found.append(pack(part))
    return found


def _length(news: News) -> int:
    if isinstance(news, CommittedEntries):
        return sum([len(record) for record in news.records])
    return len(news.body)
