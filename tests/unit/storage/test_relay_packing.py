"""News as bytes, and back."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.relay import CommittedEntries, Control, News, PresenceNews
from storage.relay_packing import PARCEL_BYTES, DamagedNews, pack, parcels, unpack

texts = st.text(max_size=20)
bodies = st.binary(max_size=40)
news = st.one_of(
    st.builds(
        CommittedEntries,
        room=texts,
        generation=texts,
        first=st.integers(0, 2**53),
        tag_before=texts,
        records=st.lists(bodies, max_size=4),
        node=texts,
    ),
    st.builds(PresenceNews, room=texts, node=texts, body=bodies),
    st.builds(Control, room=texts, name=texts, body=bodies),
)


@given(st.lists(news, max_size=5))
def test_RL6_what_was_packed_is_what_is_unpacked(said: list[News]) -> None:
    assert unpack(pack(said)) == said
    assert [one for parcel in parcels(said) for one in unpack(parcel)] == said


def test_RL6_news_of_a_node_that_did_not_say_who_it_is_are_read() -> None:
    packed = msgspec.msgpack.encode([["e", "r_1", "1" * 16, 4, "0" * 16, [b"x"]]])
    assert unpack(packed) == [CommittedEntries("r_1", "1" * 16, 4, "0" * 16, [b"x"])]


def test_RL6_what_later_versions_add_to_entries_is_passed_over() -> None:
    packed = msgspec.msgpack.encode([["e", "r_1", "1" * 16, 4, "0" * 16, [b"x"], "node", "more"]])
    assert unpack(packed) == [CommittedEntries("r_1", "1" * 16, 4, "0" * 16, [b"x"], "node")]


@given(bodies)
def test_RL6_bytes_of_others_are_news_or_damaged(found: bytes) -> None:
    with suppress(DamagedNews):
        assert isinstance(unpack(found), list)


@pytest.mark.parametrize("damage", [b"", b"\xc1", pack([Control("r", "n", b"")])[:-1]])
def test_RL6_damage_is_told(damage: bytes) -> None:
    with pytest.raises(DamagedNews):
        unpack(damage)


def test_RL6_much_goes_in_several_parcels_in_its_order() -> None:
    big = [Control("r", str(number), b"x" * (PARCEL_BYTES // 2)) for number in range(5)]
    found = parcels(big)
    assert [len(unpack(parcel)) for parcel in found] == [2, 2, 1]
    assert [one for parcel in found for one in unpack(parcel)] == big
    assert parcels([]) == []
