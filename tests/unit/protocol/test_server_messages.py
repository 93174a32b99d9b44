"""What the server says, as it stands in the golden files: old clients read it."""

from __future__ import annotations

import orjson
import pytest

from protocol.server_messages import ServerMessage
from tests.support.golden import SERVER_SAYS, SUFFIXES, golden, readable
from tests.support.msgpack_plain import unpack

EVERY = pytest.mark.parametrize("name", SERVER_SAYS)
FORMATS = pytest.mark.parametrize("suffix", SUFFIXES)


@EVERY
@FORMATS
def test_MS1_a_message_is_encoded_as_it_always_was(name: str, suffix: str) -> None:
    codec = SUFFIXES[suffix]
    encoded = codec.encode(SERVER_SAYS[name](codec.raw))
    assert encoded == golden("server", name, suffix).read_bytes()


@EVERY
@FORMATS
def test_MS1_a_golden_file_is_decoded_to_the_message(name: str, suffix: str) -> None:
    codec = SUFFIXES[suffix]
    found = codec.decode_server(golden("server", name, suffix).read_bytes())
    assert readable(found, codec) == readable(SERVER_SAYS[name](codec.raw), codec)


@EVERY
def test_MS1_both_formats_say_the_same(name: str) -> None:
    packed = golden("server", name, ".msgpack").read_bytes()
    assert unpack(packed) == orjson.loads(golden("server", name, ".json").read_bytes())


def test_every_kind_of_message_has_a_golden_file() -> None:
    told = {type(make(codec.raw)) for make in SERVER_SAYS.values() for codec in SUFFIXES.values()}
    assert told == set(ServerMessage.__args__)
