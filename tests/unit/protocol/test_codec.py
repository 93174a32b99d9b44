"""The codec: both formats say the same, and refuse the same."""

from __future__ import annotations

import math
import sys
from typing import Annotated, Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Raw, Struct

from protocol import codec as module
from protocol.client_messages import ClientMessage, Ping, PresenceUpdate, Submit
from protocol.codec import CODECS, DEPTH_MAX, JSON, MSGPACK, Codec, needs_walk, transcode
from protocol.errors import InvalidUtf8, MalformedMessage
from protocol.identifiers import INTEGER_MAX, MadeAt
from protocol.membership import CommonCommand, Say
from protocol.server_messages import Pong
from tests.support.msgpack_plain import pack, unpack

ROOM = "r_" + "0" * 22
BOTH = pytest.mark.parametrize("codec", [JSON, MSGPACK], ids=["json", "msgpack"])


def plain(codec: Codec, value: Any) -> bytes:
    """Any value in a codec's format, by the other libraries."""
    return pack(value) if codec.binary else orjson.dumps(value)


def presence(codec: Codec, value: bytes) -> bytes:
    """A presence message around raw bytes."""
    if not codec.binary:
        return b'{"type":"presence","room":"%s","key":"k","value":%s}' % (ROOM.encode(), value)
    return (
        b"\x84\xa4type\xa8presence\xa4room\xb8" + ROOM.encode() + b"\xa3key\xa1k\xa5value" + value
    )


def nested(codec: Codec, levels: int) -> bytes:
    """A value that is so many arrays within each other."""
    if codec.binary:
        return b"\x91" * (levels - 1) + b"\x90"
    return b"[" * levels + b"]" * levels


def test_a_codec_is_known_by_its_subprotocol() -> None:
    assert CODECS == {"touchline.v1.json": JSON, "touchline.v1.msgpack": MSGPACK}
    assert repr(JSON) == "Codec(touchline.v1.json)"


@BOTH
def test_MS1_a_message_comes_back_as_it_went(codec: Codec) -> None:
    sent = Submit(ROOM, 5, MadeAt("0" * 16, 3), codec.raw(Say(text="grüße")))
    found = codec.decode(codec.encode_client(sent))
    assert isinstance(found, Submit)
    assert (found.room, found.seq, found.made) == (sent.room, sent.seq, sent.made)
    assert codec.decode_as(found.command, CommonCommand) == Say(text="grüße")


@BOTH
@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        {"type": "pings", "n": 1},
        {"type": "pong", "n": 1, "server_now": 1},
        {"type": "ping"},
        {"type": "ping", "n": 1, "more": 1},
        {"type": "ping", "n": "1"},
        {"type": "ping", "n": 1.0},
        {"type": "ping", "n": True},
        {"type": "ping", "n": -1},
        {"type": "ping", "n": 2**40},
        {"type": "leave", "room": "r_1"},
        {"type": "leave", "room": None},
        ["ping", 1],
    ],
)
def test_MS2_what_is_no_message_is_malformed(codec: Codec, value: Any) -> None:
    with pytest.raises(MalformedMessage) as caught:
        codec.decode(plain(codec, value))
    assert 0 < len(str(caught.value)) <= 200


@BOTH
def test_MS2_bytes_after_the_message_are_malformed(codec: Codec) -> None:
    for more in (b"\x00", b"x", plain(codec, {"type": "ping", "n": 1})):
        with pytest.raises(MalformedMessage):
            codec.decode(plain(codec, {"type": "ping", "n": 1}) + more)


@BOTH
def test_MS2_every_beginning_of_a_message_is_malformed(codec: Codec) -> None:
    whole = plain(codec, {"type": "ping", "n": 1})
    for length in range(len(whole)):
        with pytest.raises(MalformedMessage):
            codec.decode(whole[:length])


@BOTH
def test_MS2_a_newer_servers_field_is_ignored_by_clients(codec: Codec) -> None:
    message = {"type": "pong", "n": 1, "server_now": 2, "more": [1]}
    assert codec.decode_server(plain(codec, message)) == Pong(1, 2)


@BOTH
def test_what_is_no_servers_message_is_malformed(codec: Codec) -> None:
    with pytest.raises(MalformedMessage):
        codec.decode_server(plain(codec, {"type": "ping", "n": 1}))


@BOTH
@pytest.mark.parametrize("levels", [1, 2, DEPTH_MAX - 1])
def test_MS3_nesting_up_to_the_limit_is_read(codec: Codec, levels: int) -> None:
    assert isinstance(codec.decode(presence(codec, nested(codec, levels))), PresenceUpdate)


@BOTH
@pytest.mark.parametrize("levels", [DEPTH_MAX, DEPTH_MAX + 1, 500, 60_000])
def test_MS3_nesting_beyond_the_limit_is_malformed(codec: Codec, levels: int) -> None:
    with pytest.raises(MalformedMessage):
        codec.decode(presence(codec, nested(codec, levels)))


@BOTH
def test_MS3_nesting_is_found_behind_a_repeated_key_and_in_a_key(codec: Codec) -> None:
    deep = nested(codec, 40)
    if codec.binary:
        values = [b"\x82\xa1a" + deep + b"\xa1a\x01", b"\x81" + deep + b"\x01"]
    else:
        values = [b'{"a":%s,"a":1}' % deep, b"{%s:1}" % deep]
    for value in values:
        with pytest.raises(MalformedMessage):
            codec.decode(presence(codec, value))


@BOTH
def test_MS3_many_containers_beside_each_other_are_not_deep(codec: Codec) -> None:
    value: list[Any] = [{"a": [{}]}] * 1_000
    found = codec.decode(presence(codec, plain(codec, value)))
    assert isinstance(found, PresenceUpdate)
    assert bytes(found.value) == plain(codec, value)


@BOTH
def test_MS3_the_limit_is_exact_beside_many_containers(codec: Codec) -> None:
    opening, comma, closing = (b"\x92", b"", b"") if codec.binary else (b"[", b",", b"]")
    many = plain(codec, [[]] * 50)
    just = opening + nested(codec, DEPTH_MAX - 2) + comma + many + closing
    assert isinstance(codec.decode(presence(codec, just)), PresenceUpdate)
    beyond = opening + nested(codec, DEPTH_MAX - 1) + comma + many + closing
    with pytest.raises(MalformedMessage, match="deep"):
        codec.decode(presence(codec, beyond))


def test_MS3_brackets_in_strings_do_not_nest() -> None:
    for text in ("[" * 50, '"[' * 50, "\\[" * 50, "{" * 40 + "\\", "]" * 99):
        found = JSON.decode(presence(JSON, orjson.dumps(text)))
        assert isinstance(found, PresenceUpdate)


def test_MS3_brackets_in_a_string_that_does_not_end_are_malformed() -> None:
    for text in (b'"' + b"[" * 50, b'"\\"' + b"[" * 50, b'"' + b"[]" * 50 + b"\\"):
        with pytest.raises(MalformedMessage):
            JSON.decode(presence(JSON, text))


def test_MS3_bytes_that_look_like_containers_do_not_nest() -> None:
    for value in (b"\x90" * 200, "\u0090" * 200, [2**63 + 0x9090909090909090 % 2**62] * 50):
        found = MSGPACK.decode(presence(MSGPACK, plain(MSGPACK, value)))
        assert isinstance(found, PresenceUpdate)


def test_MS3_a_header_that_claims_billions_is_malformed() -> None:
    for claim in (b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"):
        for filler in (b"", b"\x90" * 40):
            with pytest.raises(MalformedMessage):
                MSGPACK.decode(presence(MSGPACK, claim + filler))


class Measured(Struct, tag="measured", forbid_unknown_fields=True):
    """Numbers without bounds, wherever a type can hold them."""

    whole: int = 0
    part: float = 0.0
    many: list[int] = []
    pair: tuple[int, float] = (0, 0.0)
    named: dict[str, int] = {}
    whatever: Any = None
    self: "Measured | None" = None


LARGE = INTEGER_MAX + 1


@BOTH
@pytest.mark.parametrize(
    "fields",
    [
        {"whole": LARGE},
        {"whole": -LARGE},
        {"many": [1, LARGE]},
        {"pair": [LARGE, 0.0]},
        {"named": {"a": LARGE}},
        {"whatever": [{"a": (1, LARGE)}]},
        {"self": {"type": "measured", "whole": LARGE}},
    ],
)
def test_MS4_an_integer_that_not_every_client_reads_is_malformed(
    codec: Codec, fields: dict[str, Any]
) -> None:
    with pytest.raises(MalformedMessage):
        codec.decode_as(plain(codec, {"type": "measured", **fields}), Measured)


@BOTH
def test_MS4_the_largest_integers_are_read(codec: Codec) -> None:
    fields = {"whole": INTEGER_MAX, "many": [-INTEGER_MAX], "part": sys.float_info.max}
    found = codec.decode_as(plain(codec, {"type": "measured", **fields}), Measured)
    assert (found.whole, found.many, found.part) == (INTEGER_MAX, [-INTEGER_MAX], fields["part"])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_MS4_a_number_that_is_none_is_malformed(number: float) -> None:
    class Bounded(Struct, tag="bounded"):
        part: Annotated[float, Meta(le=5.0)]

    for wanted, value in (
        (Measured, {"type": "measured", "part": number}),
        (Measured, {"type": "measured", "whatever": [number]}),
        (Bounded, {"type": "bounded", "part": number}),
    ):
        with pytest.raises(MalformedMessage):
            MSGPACK.decode_as(plain(MSGPACK, value), wanted)
    for text in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"1" * 400):
        with pytest.raises(MalformedMessage):
            JSON.decode_as(b'{"type":"measured","part":%s}' % text, Measured)


def test_MS4_types_with_bounds_are_not_walked() -> None:
    class Bounded(Struct, tag="bounded"):
        whole: Annotated[int, Meta(ge=0, lt=10)]
        many: list[Annotated[int, Meta(gt=-5, le=INTEGER_MAX)]]

    for binary in (False, True):
        assert not needs_walk(ClientMessage, binary=binary)
        assert not needs_walk(CommonCommand, binary=binary)
        assert not needs_walk(Bounded, binary=binary)
        assert needs_walk(Annotated[int, Meta(ge=0)], binary=binary)
        assert needs_walk(Annotated[int, Meta(le=0)], binary=binary)
        assert needs_walk(Annotated[int, Meta(ge=-(2**60), le=2**60)], binary=binary)
        assert needs_walk(Annotated[str, Meta(extra={"x": 1})] | int, binary=binary)
        assert needs_walk(Annotated[int, Meta(extra={"x": 1})], binary=binary)
    assert needs_walk(float, binary=True)
    assert not needs_walk(float, binary=False)


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        b'{"type":"auth","token":"\xc3\x28"}',
        b'{"type":"auth","token":"\xed\xa0\x80"}',
        presence(JSON, b'"\xff"'),
    ],
)
def test_MS5_C5_text_that_is_not_utf_8_is_its_own_error(payload: bytes) -> None:
    with pytest.raises(InvalidUtf8):
        JSON.decode(payload)


@pytest.mark.parametrize("token", [b'"\\ud800"', b'"\\udc00\\ud800"', b'"a\nb"', b'"a\x00b"'])
def test_MS5_what_no_text_can_hold_is_malformed(token: bytes) -> None:
    with pytest.raises(MalformedMessage):
        JSON.decode(b'{"type":"auth","token":%s}' % token)


def test_MS5_a_byte_order_mark_is_malformed() -> None:
    with pytest.raises(MalformedMessage):
        JSON.decode(b'\xef\xbb\xbf{"type":"ping","n":1}')


def test_MS5_a_name_in_msgpack_that_is_not_utf_8_is_malformed() -> None:
    with pytest.raises(MalformedMessage):
        MSGPACK.decode(b"\x82\xa4type\xa4auth\xa5token\xa1\xff")


@BOTH
def test_MS5_of_a_repeated_key_the_last_counts(codec: Codec) -> None:
    payload = b"\x83\xa4type\xa4ping\xa1n\x01\xa1n\x02"
    if not codec.binary:
        payload = b'{"type":"ping","n":1,"n":2}'
    assert codec.decode(payload) == Ping(2)


@BOTH
def test_decode_as_scans_bytes_that_come_from_elsewhere(codec: Codec) -> None:
    deep = nested(codec, 40)
    value = b"\x81\xa4text" + deep if codec.binary else b'{"text":%s}' % deep
    with pytest.raises(MalformedMessage, match="deep"):
        codec.decode_as(value, CommonCommand)


@BOTH
def test_decode_as_refuses_what_the_type_does(codec: Codec) -> None:
    for wrong in (
        {"type": "chat.say"},
        {"type": "chat.say", "text": "x", "y": 1},
        {"type": "x"},
        1,
    ):
        with pytest.raises(MalformedMessage):
            codec.decode_as(Raw(plain(codec, wrong)), CommonCommand)


@BOTH
def test_readers_are_kept_per_type_and_bounded(
    codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READERS_MAX", 3)
    for bound in range(10):
        wanted = Annotated[int, Meta(ge=0, le=bound)]
        assert codec.decode_as(plain(codec, 0), wanted) == 0
        with pytest.raises(MalformedMessage):
            codec.decode_as(plain(codec, bound + 1), wanted)


@BOTH
def test_HS10_the_protocol_of_a_hello_is_read_whatever_else_it_says(codec: Codec) -> None:
    def peek(value: Any) -> int | None:
        return codec.peek_protocol(plain(codec, value))

    assert peek({"type": "hello", "protocol": 7, "shiny": {"a": []}}) == 7
    assert peek({"type": "hello"}) == 1
    assert peek({"type": "ping", "protocol": 7}) is None
    assert peek({"type": "hello", "protocol": "7"}) is None
    assert codec.peek_protocol(b"\xff\xff") is None


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-INTEGER_MAX, INTEGER_MAX)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_MS15_transcoding_keeps_every_key_and_value(value: Any) -> None:
    line = orjson.dumps(value)
    found = msgspec.msgpack.decode(transcode(line))
    assert orjson.dumps(found) == line


def test_transcoding_agrees_with_an_independent_library() -> None:
    line = b'{"v":12,"at":1760000000000,"by":"a_1","events":[{"x":-1.5,"y":[null,"\xc3\xbc"]}]}'
    assert unpack(transcode(line)) == orjson.loads(line)


@BOTH
@given(payload=st.binary(max_size=200))
def test_any_bytes_are_a_message_or_malformed(codec: Codec, payload: bytes) -> None:
    try:
        found = codec.decode(payload)
    except MalformedMessage:
        return
    assert isinstance(found, Struct)


@BOTH
@given(
    data=st.data(),
    cuts=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), max_size=4),
)
def test_any_change_of_a_message_is_a_message_or_malformed(
    codec: Codec, data: st.DataObject, cuts: list[tuple[int, bytes]]
) -> None:
    whole = data.draw(
        st.sampled_from(
            [
                codec.encode(Submit(ROOM, 5, MadeAt("0" * 16, 3), codec.raw(Say(text="x")))),
                presence(codec, plain(codec, [[[{"a": [1, 2.5, None]}]]] * 20)),
                plain(codec, {"type": "hello", "token": "t", "client": "c" * 16, "rooms": []}),
            ]
        )
    )
    for at, replacement in cuts:
        whole = whole[:at] + replacement + whole[at + 1 :]
    try:
        found = codec.decode(whole)
    except MalformedMessage:
        return
    if isinstance(found, Submit):
        try:
            codec.decode_as(found.command, CommonCommand)
        except MalformedMessage:
            return
