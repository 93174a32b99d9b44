"""Where a CBOR value ends, against a whole reader of CBOR."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.plain_cbor import DEPTH_MAX, NotPlain, end_of

LEAVES = (
    st.integers(min_value=-(2**64), max_value=2**64 - 1)
    | st.booleans()
    | st.none()
    | st.binary(max_size=300)
    | st.text(max_size=300)
    | st.floats(allow_nan=False)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(), inner, max_size=30),
    max_leaves=40,
)


def depth(value: Any) -> int:
    match value:
        case dict():
            found: list[Any] = [*value.values()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any
        case list():
            found = [*value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any
        case _:
            return 0
    return 1 + max(map(depth, found), default=0)


@given(VALUES, st.binary(max_size=8), st.binary(max_size=8))
def test_PK4_a_plain_value_ends_where_it_was_written_to(
    value: Any, before: bytes, behind: bytes
) -> None:
    data = cbor2.dumps(value)
    if depth(value) <= DEPTH_MAX:
        assert end_of(before + data + behind, len(before)) == len(before) + len(data)
    else:
        with pytest.raises(NotPlain):
            end_of(data)


@given(VALUES.filter(lambda value: depth(value) <= DEPTH_MAX), st.data())
def test_PK4_what_is_cut_off_is_no_value(value: Any, data: st.DataObject) -> None:
    whole = cbor2.dumps(value)
    with pytest.raises(NotPlain):
        end_of(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=600))
def test_PK4_of_any_bytes_the_end_is_within_them_or_they_are_refused(data: bytes) -> None:
    try:
        assert 0 < end_of(data) <= len(data)
    except NotPlain:
        return


@pytest.mark.parametrize(
    "text",
    [
        "c249010000000000000000",  # a tag: a bignum
        "d81c80",  # a tag: a value to be shared
        "9f01ff",  # an array without a length
        "5f4100ff",  # a string in pieces
        "f818",  # a simple value without a name
        "1c",  # reserved
        "ff",  # an end of nothing
        "9bffffffffffffffff",  # four thousand million million million values
        "5bffffffffffffffff00",
        "8181818181" + "80",  # levels
    ],
)
def test_PK4_what_devices_do_not_write_is_refused(text: str) -> None:
    with pytest.raises(NotPlain):
        end_of(bytes.fromhex(text))


def test_PK4_a_great_number_of_values_takes_time_in_proportion() -> None:
    assert end_of(b"\x99\xff\xff" + b"\x00" * 65_535) == 65_538
