from hashlib import blake2b

import msgspec

from protocol.entries import Entry, HiddenEvents, RawEntry, RawSeal, Seal, chain, split_record
from protocol.identifiers import ROOT_TAG


def test_EN3_a_tag_is_chained_over_the_one_before_and_the_whole_record() -> None:
    record = b'{"v":1}\n{}'
    expected = blake2b(b"0" * 16 + record, digest_size=8).hexdigest()
    assert chain(ROOT_TAG, record) == expected
    assert chain(chain(ROOT_TAG, record), record) != expected
    assert chain(ROOT_TAG, record + b" ") != expected


def test_a_record_is_a_public_line_and_a_sealed_line() -> None:
    entry = Entry(1, 5, "a_x", [{"type": "said", "text": "two\nlines"}])
    seal = Seal(client="c", seq=1, hidden=[HiddenEvents(["a_x"], [{"type": "queued"}])])
    record = msgspec.json.encode(entry) + b"\n" + msgspec.json.encode(seal)
    public, sealed = split_record(record)
    assert msgspec.json.decode(public, type=Entry) == entry
    assert msgspec.json.decode(sealed, type=Seal) == seal


def test_raw_readers_keep_the_bytes_of_events() -> None:
    public = b'{"v":1,"at":5,"by":"a_x","events":[{"type":"x","n":1.50}]}'
    sealed = b'{"hidden":[{"to":["a_x"],"events":[{"n":2.50}]}]}'
    assert bytes(msgspec.json.decode(public, type=RawEntry).events[0]) == b'{"type":"x","n":1.50}'
    assert bytes(msgspec.json.decode(sealed, type=RawSeal).hidden[0].events[0]) == b'{"n":2.50}'


def test_what_is_not_there_is_not_written() -> None:
    assert msgspec.json.encode(Entry(1, 5, "")) == b'{"v":1,"at":5,"by":""}'
    assert msgspec.json.encode(Seal()) == b"{}"


def test_a_field_that_a_later_version_adds_is_passed_over() -> None:
    assert msgspec.json.decode(b'{"v":1,"at":5,"by":"","new":1}', type=Entry) == Entry(1, 5, "")
