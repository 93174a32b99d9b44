"""Entries as ready-made frames."""

from __future__ import annotations

import msgspec

from protocol.codec import JSON, MSGPACK
from protocol.identifiers import Tag
from protocol.server_messages import Entries
from server.rooms.fan_out import FRAME_BYTES_MAX, entries_frames, entries_payloads, pieces
from server.rooms.replica import TailEntry
from tests.support.recording_recipient import split_frames


def entry(version: int, size: int = 10) -> TailEntry:
    public = msgspec.json.encode({"v": version, "at": 1, "by": "", "events": ["x" * size]})
    return TailEntry(public, public, version, Tag(f"{version:016x}"), ())


def test_FO6_a_catch_up_is_cut_into_frames_that_continue_each_other() -> None:
    entries = [entry(version, 30_000) for version in range(5, 45)]
    for binary, codec in ((False, JSON), (True, MSGPACK)):
        payloads = entries_payloads("r_" + "a" * 22, entries, binary=binary)
        assert len(payloads) == 5
        at = 5
        for payload in payloads:
            assert len(payload) <= FRAME_BYTES_MAX + 30_100
            message = codec.decode_server(payload)
            assert isinstance(message, Entries)
            assert message.first == at
            at += len(message.entries)
            assert message.tag == f"{at - 1:016x}"
        assert at == 45


def test_FO6_pieces_are_cut_where_the_frames_are() -> None:
    for entries in (
        [entry(version, 30_000) for version in range(5, 45)],
        [entry(1), entry(2, FRAME_BYTES_MAX), entry(3)],
        [entry(1)],
    ):
        for binary in (False, True):
            cut = list(pieces(entries, binary=binary))
            assert [one for piece in cut for one in piece] == entries
            payloads = entries_payloads("r_" + "a" * 22, entries, binary=binary)
            assert len(cut) == len(payloads)
    assert list(pieces([], binary=False)) == []


def test_FO6_an_entry_over_the_size_goes_alone() -> None:
    entries = [entry(1), entry(2, FRAME_BYTES_MAX), entry(3)]
    assert len(entries_payloads("r_" + "a" * 22, entries, binary=False)) == 3


def test_FO2_frames_hold_the_payloads() -> None:
    entries = [entry(1), entry(2)]
    payloads = entries_payloads("r_" + "a" * 22, entries, binary=False)
    assert split_frames(entries_frames("r_" + "a" * 22, entries, binary=False)) == payloads
