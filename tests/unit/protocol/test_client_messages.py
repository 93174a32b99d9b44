"""What clients say, as it stands in the golden files: the language of clients in the field."""

from __future__ import annotations

import orjson
import pytest

from protocol.client_messages import ClientMessage
from tests.support.golden import (
    CLIENT_SAYS,
    FOLDER,
    SERVER_SAYS,
    SUFFIXES,
    golden,
    missing,
    readable,
)
from tests.support.msgpack_plain import unpack

EVERY = pytest.mark.parametrize("name", CLIENT_SAYS)
FORMATS = pytest.mark.parametrize("suffix", SUFFIXES)


@EVERY
@FORMATS
def test_MS1_a_message_is_encoded_as_it_always_was(name: str, suffix: str) -> None:
    codec = SUFFIXES[suffix]
    encoded = codec.encode(CLIENT_SAYS[name](codec.raw))
    assert encoded == golden("client", name, suffix).read_bytes()


@EVERY
@FORMATS
def test_MS1_a_golden_file_is_decoded_to_the_message(name: str, suffix: str) -> None:
    codec = SUFFIXES[suffix]
    found = codec.decode(golden("client", name, suffix).read_bytes())
    assert readable(found, codec) == readable(CLIENT_SAYS[name](codec.raw), codec)


@EVERY
def test_MS1_both_formats_say_the_same(name: str) -> None:
    packed = golden("client", name, ".msgpack").read_bytes()
    assert unpack(packed) == orjson.loads(golden("client", name, ".json").read_bytes())


def test_every_kind_of_message_has_a_golden_file() -> None:
    told = {type(make(codec.raw)) for make in CLIENT_SAYS.values() for codec in SUFFIXES.values()}
    assert told == set(ClientMessage.__args__)


def test_there_are_no_other_golden_files() -> None:
    known = {
        golden(side, name, suffix)
        for side, messages in (("client", CLIENT_SAYS), ("server", SERVER_SAYS))
        for name in messages
        for suffix in SUFFIXES
    }
    assert set(FOLDER.iterdir()) == known
    assert missing() == {}
