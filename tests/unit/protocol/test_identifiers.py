from typing import Any

import msgspec
import pytest

from protocol.identifiers import (
    INTEGER_MAX,
    ROOT_TAG,
    AccountIdField,
    ClientIdField,
    GenerationField,
    MadeAt,
    Position,
    RoomIdField,
    SeqField,
    TagField,
    VersionField,
)

LONG = "A-_0" * 5 + "Aa"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (RoomIdField, "r_" + LONG),
        (AccountIdField, "a_" + LONG),
        (AccountIdField, ""),
        (ClientIdField, "c" * 16),
        (ClientIdField, "c" * 40),
        (SeqField, -1),
        (SeqField, INTEGER_MAX),
        (VersionField, 0),
        (GenerationField, "0123456789abcdef"),
        (TagField, ROOT_TAG),
    ],
)
def test_what_the_grammar_allows_is_taken(field: Any, value: object) -> None:
    assert msgspec.convert(value, field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (RoomIdField, "r_" + LONG + "x"),
        (RoomIdField, "r_" + LONG[:-1]),
        (RoomIdField, "a_" + LONG),
        (RoomIdField, "r_" + LONG + "\n"),
        (RoomIdField, "r_" + LONG[:-1] + "+"),
        (AccountIdField, "a_"),
        (ClientIdField, "c" * 15),
        (ClientIdField, "c" * 41),
        (SeqField, INTEGER_MAX + 1),
        (VersionField, -1),
        (VersionField, INTEGER_MAX + 1),
        (GenerationField, "0123456789ABCDEF"),
        (TagField, "0" * 15),
    ],
)
def test_MS2_what_the_grammar_does_not_allow_is_refused(field: Any, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, field)


def test_a_position_is_three_values_in_order() -> None:
    position = Position("0" * 16, 5, "1" * 16)
    assert msgspec.json.encode(position) == b'["0000000000000000",5,"1111111111111111"]'
    assert msgspec.json.decode(msgspec.json.encode(position), type=Position) == position
    assert msgspec.json.encode(MadeAt("0" * 16, 5)) == b'["0000000000000000",5]'


def test_MS2_a_position_with_one_value_more_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'["0000000000000000",5,"1111111111111111",6]', type=Position)
