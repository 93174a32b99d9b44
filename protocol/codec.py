"""Structs to bytes and back, in both formats. The only module that names a codec library.

Strict on what clients send (SPEC MS1 to MS5): nesting of at most 32, unknown fields and types
refused, integers within ±(2^53 − 1), finite numbers, valid UTF-8. Every decoder's complaint becomes
one MalformedMessage. The length of a message is the caller's to limit, before it comes here.
Duplicate keys: the last one counts, as in every JSON library; no check is made on a key's first
value that a decoder does not make itself.

Why msgspec decodes and encodes structs, orjson reads plain JSON and msgpack checks structure:
server/decisions, with the measurements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import msgpack  # pyright: ignore[reportMissingTypeStubs] - it has none
import msgspec
import orjson
from msgspec import Raw, inspect

from protocol.client_messages import ClientMessage, HelloVersion
from protocol.errors import InvalidUtf8, MalformedMessage
from protocol.identifiers import INTEGER_MAX
from protocol.server_messages import ServerMessage
from protocol.subprotocols import JSON_SUBPROTOCOL, MSGPACK_SUBPROTOCOL

DEPTH_MAX: Final = 32
"""Nesting of a message. A board command needs 5; the decoder's own stack holds hundreds."""

READERS_MAX: Final = 256
"""Types that a codec keeps readers for; a server has two per kind of room."""

_COMPLAINTS: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError, TypeError)
"""What the decoders raise on bytes that they refuse. All of it is the peer's fault, so all of it is
one error."""


class Codec:
    """One wire format. Immutable after it is made, apart from the readers it keeps per type."""

    __slots__ = (
        "_client",
        "_hello",
        "_make",
        "_readers",
        "_scan",
        "_server",
        "binary",
        "encode",
        "subprotocol",
    )

    def __init__(
        self,
        *,
        subprotocol: str,
        binary: bool,
        make: Callable[[Any], Callable[[Any], Any]],
        encode: Callable[[Any], bytes],
        scan: Callable[[bytes], None],
    ) -> None:
        self.subprotocol = subprotocol
        self.binary = binary
        self.encode = encode
        """A message (or any value that msgspec encodes) as bytes. `Raw` fields go in as they are:
        same format, please."""
        self._make = make
        self._scan = scan
        self._client = make(ClientMessage)
        self._server = make(ServerMessage)
        self._hello = make(HelloVersion)
        # By identity: hashing a union costs more than the rest of the look-up. The type is kept, so
        # that its id stays its own.
        self._readers: dict[int, tuple[Any, Callable[[Raw | bytes], Any]]] = {}

    def __repr__(self) -> str:
        return f"Codec({self.subprotocol})"

    def decode(self, payload: bytes) -> ClientMessage:
        """What a client said. Raises MalformedMessage (InvalidUtf8 for text that is none)."""
        self._scan(payload)
        try:
            message: ClientMessage = self._client(payload)
        except _COMPLAINTS as complaint:
            raise malformed(complaint) from None
        return message

    def peek_protocol(self, payload: bytes) -> int | None:
        """The protocol that a hello names which could not be read: a newer client may say more in
        it than we know, and is to be told that it is newer. None: it is no hello at all."""
        try:
            return cast("HelloVersion", self._hello(payload)).protocol
        except _COMPLAINTS:
            return None

    def decode_as(self, raw: Raw | bytes, wanted: Any) -> Any:
        """`raw` as `wanted` (a struct, or a union of structs tagged by type), as strictly as
        `decode`.

        A Raw comes out of a message that was decoded here, so its nesting is known; bytes are
        scanned first.
        """
        return self.reader(wanted)(raw)

    def reader(self, wanted: Any) -> Callable[[Raw | bytes], Any]:
        """`decode_as` for one type, to be kept by whoever reads many of it."""
        known = self._readers.get(id(wanted))
        if known is None:
            known = (wanted, self._make_reader(wanted))
            if len(self._readers) >= READERS_MAX:
                self._readers.clear()
            self._readers[id(wanted)] = known
        return known[1]

    def _make_reader(self, wanted: Any) -> Callable[[Raw | bytes], Any]:
        decode, scan = self._make(wanted), self._scan
        walk = needs_walk(wanted, binary=self.binary)

        def read(raw: Raw | bytes) -> Any:
            if type(raw) is not Raw:
                scan(raw)
            try:
                value = decode(raw)
            except _COMPLAINTS as complaint:
                raise malformed(complaint) from None
            if walk:
                _check_numbers(msgspec.to_builtins(value))
            return value

        return read

    def decode_server(self, payload: bytes) -> ServerMessage:
        """What the server said, for clients. Tolerant of fields that a newer server added. Raises
        MalformedMessage."""
        try:
            return cast("ServerMessage", self._server(payload))
        except _COMPLAINTS as complaint:
            raise malformed(complaint) from None

    def encode_client(self, message: ClientMessage) -> bytes:
        """What a client says, as bytes; a submit's command must already be in this format
        (`raw`)."""
        return self.encode(message)

    def raw(self, value: Any) -> Raw:
        """`value` in this format, to be put into a message as it is."""
        return Raw(self.encode(value))


def malformed(complaint: Exception) -> MalformedMessage:
    """The one error for every decoder's complaint; `protocol` words only, so that no library shows
    on the wire."""
    return MalformedMessage(str(complaint)[:200] or type(complaint).__name__)


def transcode(json_line: bytes) -> bytes:
    """JSON that this server wrote (an entry's public line, a view) as MessagePack, key for key."""
    return _pack(orjson.loads(json_line))


# --- nesting --------------------------------------------------------------------------------------

_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKETS: Final = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def _scan_json(payload: bytes) -> None:
    """Raises MalformedMessage where the nesting is over the limit or the text is not UTF-8.

    Fewer opening brackets than the limit cannot nest deeper than it, wherever they stand: that
    settles nearly every message by two counts. Else strings are cut out, and pairs of brackets are
    taken away from inside out, a level per round; what is left after as many rounds as there may be
    levels was too deep (or was not balanced).
    """
    if not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError as wrong:
            raise InvalidUtf8(f"not UTF-8 at byte {wrong.start}") from None
    if payload.count(b"[") + payload.count(b"{") <= DEPTH_MAX:
        return
    brackets = _STRING.sub(b"", payload).translate(_BRACKETS, _NOT_BRACKETS)
    for _ in range(DEPTH_MAX):
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise MalformedMessage(f"nested deeper than {DEPTH_MAX}, or unbalanced brackets")


_NOT_CONTAINERS: Final = bytes(
    byte for byte in range(256) if not (0x80 <= byte <= 0x9F or 0xDC <= byte <= 0xDF)
)
"""Every byte but the first of maps and arrays (MessagePack: fixmap, fixarray, array 16/32, map
16/32)."""


_unpack: Final = cast(
    "Callable[..., Any]",
    msgpack.unpackb,  # pyright: ignore[reportUnknownMemberType] - msgpack ships no types
)


_UNPACK_COMPLAINTS: Final = (ValueError, TypeError, OverflowError, msgpack.UnpackException)


class _Nested(int):
    """Stands for a container, once it is read: how many levels it has."""


def _levels(items: Iterable[Any]) -> _Nested:
    deepest = 0
    for item in items:
        if type(item) is _Nested and item > deepest:
            deepest = item
    if deepest >= DEPTH_MAX:
        raise MalformedMessage(f"nested deeper than {DEPTH_MAX}")
    return _Nested(deepest + 1)


def _levels_of_pairs(pairs: Iterable[tuple[Any, Any]]) -> _Nested:
    return _levels([value for _, value in pairs])


def _scan_msgpack(payload: bytes) -> None:
    """Raises MalformedMessage where the nesting is over the limit.

    As for JSON, few bytes that could open a container settle it. Else msgpack reads the structure:
    it keeps its own stack of fixed size instead of recursing, and shows each container when it is
    complete, from inside out.
    """
    if len(payload.translate(None, _NOT_CONTAINERS)) <= DEPTH_MAX:
        return
    try:
        _unpack(payload, list_hook=_levels, object_pairs_hook=_levels_of_pairs)
    except _UNPACK_COMPLAINTS as complaint:
        raise malformed(complaint) from None


# --- numbers --------------------------------------------------------------------------------------


def needs_walk(wanted: Any, *, binary: bool) -> bool:
    """Whether decoded values of this type can hold a number that must be looked at afterwards.

    Integers are bounded by their fields (`Meta(ge, le)`), so that the decoder refuses the others at
    no cost; a type with an unbounded one is walked. Floats need it in MessagePack only, which can
    carry NaN and infinity.
    """
    seen: list[type] = []

    def loose(info: inspect.Type) -> bool:
        match info:
            case inspect.IntType():
                low = info.ge if info.ge is not None else info.gt
                high = info.le if info.le is not None else info.lt
                return (
                    low is None or high is None or low < -INTEGER_MAX - 1 or high > INTEGER_MAX + 1
                )
            case inspect.FloatType():
                return binary
            case inspect.AnyType():
                return True
            case inspect.UnionType():
                return any([loose(one) for one in info.types])
            case inspect.CollectionType():
                return loose(info.item_type)
            case inspect.TupleType():
                return any([loose(one) for one in info.item_types])
            case inspect.DictType():
                return loose(info.key_type) or loose(info.value_type)
            case inspect.StructType():
                if info.cls in seen:
                    return False
                seen.append(info.cls)
                return any([loose(field.type) for field in info.fields])
            case inspect.Metadata():
                return loose(info.type)
            case _:
                return False

    return loose(inspect.type_info(wanted))


def _check_numbers(value: Any) -> None:
    """Raises MalformedMessage at the first number that not every client could read."""
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, float):
            if not math.isfinite(one):
                raise MalformedMessage("a number is not finite")
        elif isinstance(one, int):
            if not -INTEGER_MAX <= one <= INTEGER_MAX:
                raise MalformedMessage("an integer is out of range")
        elif isinstance(one, dict):
            waiting.extend(cast("dict[Any, Any]", one))
            waiting.extend(cast("dict[Any, Any]", one).values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(cast("list[Any]", one))


# --- the two values -------------------------------------------------------------------------------


def _json_decoder(wanted: Any) -> Callable[[Any], Any]:
    return msgspec.json.Decoder(wanted).decode


def _msgpack_decoder(wanted: Any) -> Callable[[Any], Any]:
    return msgspec.msgpack.Decoder(wanted).decode


_pack: Final = msgspec.msgpack.Encoder().encode

JSON: Final = Codec(
    subprotocol=JSON_SUBPROTOCOL,
    binary=False,
    make=_json_decoder,
    encode=msgspec.json.Encoder().encode,
    scan=_scan_json,
)
MSGPACK: Final = Codec(
    subprotocol=MSGPACK_SUBPROTOCOL,
    binary=True,
    make=_msgpack_decoder,
    encode=_pack,
    scan=_scan_msgpack,
)
CODECS: Final[dict[str, Codec]] = {codec.subprotocol: codec for codec in (JSON, MSGPACK)}
"""Subprotocol name to codec."""
