import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.entry_packing import overhead, pack, unpack
from storage.errors import CorruptEntry

RUNS = st.lists(st.binary(max_size=300), max_size=20)


@given(RUNS)
def test_LG7_a_run_comes_out_as_it_went_in(records: list[bytes]) -> None:
    blob = pack(records)
    assert unpack(blob) == records
    assert len(blob) - overhead(entries=len(records), runs=1) == sum(map(len, records))


@given(RUNS, st.data())
def test_LG7_a_blob_that_was_cut_or_grew_is_found_out(
    records: list[bytes], data: st.DataObject
) -> None:
    blob = pack(records)
    cut = blob[: data.draw(st.integers(0, len(blob) - 1))]
    for wrong in (cut, blob + b"x"):
        with pytest.raises(CorruptEntry):
            unpack(wrong)


@given(st.binary(max_size=100))
def test_LG7_any_bytes_are_a_run_or_corrupt(blob: bytes) -> None:
    try:
        records = unpack(blob)
    except CorruptEntry:
        return
    assert pack(records) == blob
