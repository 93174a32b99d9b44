"""Bytes to messages: the short way and the library's, against each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.connections.frame_reader import FrameReader
from tests.support.wire import BINARY, CLOSE, CONT, PING, PONG, TEXT, frame_out

LIMIT = 70_000


def reader(*, binary: bool = False, bytes_max: int = LIMIT) -> FrameReader:
    return FrameReader(binary=binary, bytes_max=bytes_max)


def outcome(found: FrameReader) -> tuple[int | None, bytes]:
    """With which code it ended, and what it wants written."""
    return found.close_code, b"".join(found.output or [])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, LIMIT])
@pytest.mark.parametrize("binary", [False, True])
def test_HS6_a_message_of_any_length(size: int, binary: bool) -> None:
    found = reader(binary=binary)
    payload = bytes(at & 0x7F for at in range(size))
    assert found.feed(frame_out(BINARY if binary else TEXT, payload)) == [payload]
    assert not found.ended
    assert found.output is None


@given(
    sizes=st.lists(st.sampled_from([0, 1, 5, 125, 126, 200]), max_size=6),
    cuts=st.lists(st.integers(0, 1_500), max_size=8),
    mask=st.binary(min_size=4, max_size=4),
)
def test_HS6_segments_may_cut_anywhere(sizes: list[int], cuts: list[int], mask: bytes) -> None:
    messages = [bytes(at % 256 for at in range(size)) for size in sizes]
    stream = b"".join(frame_out(BINARY, one, mask=mask) for one in messages)
    found, taken = reader(binary=True), list[bytes]()
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for start, end in pairwise(edges):
        taken += found.feed(stream[start:end])
    assert taken == messages


@given(
    parts=st.lists(
        st.tuples(st.sampled_from(["text", "ping", "pong", "fragment"]), st.binary(max_size=130)),
        max_size=8,
    ),
    cuts=st.lists(st.integers(0, 1_500), max_size=8),
)
def test_HS6_control_frames_and_fragments_anywhere(
    parts: list[tuple[str, bytes]], cuts: list[int]
) -> None:
    stream, expected, pongs = b"", list[bytes](), b""
    for kind, payload in parts:
        match kind:
            case "text":
                stream += frame_out(TEXT, payload)
                expected.append(payload)
            case "fragment":
                stream += frame_out(TEXT, payload[:3], fin=False)
                stream += frame_out(PING, b"within")
                stream += frame_out(CONT, payload[3:])
                pongs += b"\x8a\x06within"
                expected.append(payload)
            case _:
                short = payload[:125]
                stream += frame_out(PING if kind == "ping" else PONG, short)
                pongs += bytes((0x8A, len(short))) + short if kind == "ping" else b""
    found, taken, written = reader(), list[bytes](), b""
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for start, end in pairwise(edges):
        taken += found.feed(stream[start:end])
        written += b"".join(found.output or [])
        found.output = None
    assert (taken, written) == (expected, pongs)
    assert not found.ended


@given(st.binary(max_size=300))
def test_any_bytes_end_in_messages_or_a_close(stream: bytes) -> None:
    found = reader(bytes_max=100)
    for message in found.feed(stream):
        assert len(message) <= 100
    if found.ended:
        assert found.close_code in {1002, 1003, 1007, 1009, *range(1000, 5000)}
    found.feed(stream)


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (frame_out(TEXT, b"a", rsv=1), 1002),
        (frame_out(3, b"a"), 1002),
        (frame_out(TEXT, b"a", mask=None), 1002),
        (frame_out(TEXT, b"", mask=None), 1002),
        (frame_out(PING, b"", fin=False), 1002),
        (frame_out(PING, bytes(126)), 1002),
        (frame_out(CONT, b"a"), 1002),
        (frame_out(TEXT, b"a", fin=False) + frame_out(TEXT, b"b"), 1002),
        (frame_out(BINARY, b"a"), 1003),
        (frame_out(BINARY, b"a", fin=False), 1003),
        (frame_out(TEXT, b"", length=151), 1009),
        (frame_out(TEXT, b"", length=2**40), 1009),
        (frame_out(TEXT, bytes(80), fin=False) + frame_out(CONT, bytes(80)), 1009),
        (frame_out(CLOSE, b"\x03"), 1002),
        (frame_out(CLOSE, b"\x03\xec"), 1002),
        (frame_out(CLOSE, b"\x03\xe8\xff"), 1007),
    ],
)
def test_C3_C4_C6_what_breaks_the_rules_ends_it(stream: bytes, code: int) -> None:
    for cut in (len(stream), 1, 2, 3):
        found = reader(bytes_max=150)
        taken = [*found.feed(stream[:cut]), *found.feed(stream[cut:] + b"later")]
        assert (taken, found.ended, found.close_code) == ([], True, code)
        assert found.output
        assert found.output[-1] == b""
        assert b"".join(found.output).startswith(b"\x88")
        assert found.feed(frame_out(TEXT, b"ignored")) == ()


def test_C3_what_came_before_is_still_read() -> None:
    found = reader()
    assert found.feed(frame_out(TEXT, b"one") + frame_out(TEXT, b"two", rsv=1)) == [b"one"]
    assert found.close_code == 1002


def test_C1_the_peers_close_is_answered_with_its_own_words() -> None:
    found = reader()
    stream = frame_out(TEXT, b"last") + frame_out(CLOSE, b"\x0f\xa0bye") + frame_out(TEXT, b"late")
    assert found.feed(stream) == [b"last"]
    assert outcome(found) == (4000, b"\x88\x05\x0f\xa0bye")
    assert found.closed_cleanly
    assert found.feed(b"more") == ()


def test_C1_a_close_without_a_code_is_answered_in_kind() -> None:
    found = reader()
    found.feed(frame_out(CLOSE, b""))
    assert outcome(found) == (1005, b"\x88\x00")


def test_HS7_our_close_waits_for_the_answer() -> None:
    found = reader()
    assert found.feed(frame_out(TEXT, b"half a message")[:9]) == []
    found.close(1012, "restart")
    assert outcome(found) == (1012, b"\x88\x09\x03\xf4restart")
    assert not found.closed_cleanly
    found.output = None
    found.close(1011, "again")
    assert found.output is None
    assert found.feed(frame_out(TEXT, b"half a message")[9:]) == ()
    assert found.output is None
    found.feed(frame_out(CLOSE, b"\x03\xf4"))
    assert found.output == [b""]
    assert found.closed_cleanly


def test_HS7_our_close_within_a_fragmented_message() -> None:
    found = reader()
    assert found.feed(frame_out(TEXT, b"a", fin=False)) == []
    found.close(1013, "unavailable")
    assert found.feed(frame_out(CONT, b"b") + frame_out(CLOSE, b"\x03\xf5")) == ()
    assert found.output == [b"\x88\x0d\x03\xf5unavailable", b""]


def test_a_reason_fits_into_a_control_frame() -> None:
    found = reader()
    found.close(4429, "é" * 100)
    assert outcome(found)[1] == b"\x88\x7c\x11\x4d" + "é".encode() * 61


def test_the_limit_may_rise_after_hello() -> None:
    found = reader(bytes_max=10)
    assert found.feed(frame_out(TEXT, bytes(10))) == [bytes(10)]
    found.bytes_max = 20
    assert found.feed(frame_out(TEXT, bytes(20))) == [bytes(20)]
    found.feed(frame_out(TEXT, bytes(21)))
    assert found.close_code == 1009
