"""Entries as ready-made frames, and in pieces over turns of the loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import Tag
from protocol.server_messages import Entries
from server.rooms import fan_out
from server.rooms.fan_out import (
    FRAME_BYTES_MAX,
    Audience,
    entries_frames,
    entries_payloads,
    pieces,
)
from server.rooms.follower import Follower
from server.rooms.replica import Replica, TailEntry
from tests.simulation.claims import CLAIMS
from tests.support.recording_recipient import RecordingRecipient, split_frames


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


def an_audience(
    members: int, *, piece: int, share: int, codec: Callable[[int], Codec] = lambda _: JSON
) -> tuple[Audience, list[RecordingRecipient], deque[Callable[[], None]], list[str]]:
    """Members in sync at version 4, the turns that the audience asked for, and what it said."""
    turns: deque[Callable[[], None]] = deque()
    said: list[str] = []
    audience = Audience(
        "r_" + "a" * 22,
        turns.append,
        piece,
        share,
        nearly_shown=lambda: said.append(f"nearly: {audience.unwritten}"),
        failed=lambda error: said.append(f"failed: {error}"),
    )
    room: Any = SimpleNamespace(
        id=audience.room, audience=audience, replica=Replica(CLAIMS, tail_bytes_max=1)
    )
    recipients = [RecordingRecipient(f"fan{n}", codec=codec(n)) for n in range(members)]
    for number, recipient in enumerate(recipients):
        audience.enter(Follower(room, recipient, number, 4))
    return audience, recipients, turns, said


@pytest.mark.parametrize(
    ("members", "piece", "share", "told_at"),
    [
        (12, 2, 4, [2]),
        (12, 2, 3, [4]),
        (3, 1, 1, [2]),
        (4, 1, 1, [3]),
        (31, 3, 1, [10]),
        (2, 2, 1, []),
    ],
)
def test_FO3_whoever_waits_for_the_gate_is_told_once_and_as_soon_as_it_opens(
    members: int, piece: int, share: int, told_at: list[int]
) -> None:
    audience, recipients, turns, said = an_audience(members, piece=piece, share=share)
    audience.show([entry(5)], lambda: said.append("finished"))
    while turns:
        turns.popleft()()
    assert said == [*(f"nearly: {left}" for left in told_at), "finished"]
    assert all(recipient.versions() == [5] for recipient in recipients)


def test_FO3_SV1_a_bug_in_a_later_piece_is_told_and_no_further_piece_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codecs = [JSON, JSON, JSON, JSON, MSGPACK]
    audience, recipients, turns, said = an_audience(5, piece=2, share=100, codec=codecs.__getitem__)
    real = fan_out.entries_frames

    def faulty(room: str, entries: Sequence[TailEntry], *, binary: bool) -> bytes:
        if binary:
            raise ValueError("a bug")
        return real(room, entries, binary=binary)

    monkeypatch.setattr(fan_out, "entries_frames", faulty)
    audience.show([entry(5)], lambda: said.append("finished"))
    while turns:
        turns.popleft()()
    assert said == ["failed: a bug"]
    assert [recipient.versions() for recipient in recipients] == [[5], [5], [5], [5], []]


def test_FO3_SV1_a_bug_in_what_follows_the_last_piece_is_told() -> None:
    audience, _, turns, said = an_audience(3, piece=2, share=100)

    def finished() -> None:
        raise ValueError("a bug")

    audience.show([entry(5)], finished)
    turns.popleft()()
    assert said == ["failed: a bug"]
    assert not audience.unwritten
