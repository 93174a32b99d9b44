"""The request's head, without a socket: limits at their borders, and heads that come in pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.connections.handshake import (
    HEAD_BYTES_MAX,
    HandshakeRules,
    HeadReader,
    Opening,
    Refusal,
    open_handshake,
)
from tests.support.fake_rooms import Bench
from tests.support.wire import request

RULES = Bench().around.rules


def reader(rules: HandshakeRules = RULES) -> HeadReader:
    return HeadReader(rules, 0.0)


@given(cuts=st.lists(st.integers(0, 400), max_size=10), more=st.binary(max_size=20))
def test_a_head_may_come_in_pieces(cuts: list[int], more: bytes) -> None:
    stream, found = request() + more, None
    head = reader()
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    rest = b""
    for start, end in pairwise(edges):
        if found is None:
            found = head.feed(stream[start:end], 0.0)
        else:
            rest += stream[start:end]
    assert isinstance(found, tuple)
    assert (found[0], found[1] + rest) == (request(), more)


@pytest.mark.parametrize(("extra", "status"), [(0, None), (1, 414)])
def test_S7_the_longest_request_line(extra: int, status: int | None) -> None:
    line = b"GET /" + b"a" * (8_192 - 16 + extra) + b" HTTP/1.1\r\n"
    found = reader().feed(line, 0.0)
    assert (found.status if isinstance(found, Refusal) else found) == status


@pytest.mark.parametrize(("extra", "status"), [(0, None), (1, 431)])
def test_S7_the_longest_header_line(extra: int, status: int | None) -> None:
    line = b"X: " + b"a" * (8_192 - 5 + extra) + b"\r\n"
    found = reader().feed(b"GET / HTTP/1.1\r\n" + line, 0.0)
    assert (found.status if isinstance(found, Refusal) else found) == status


def test_S7_the_biggest_head() -> None:
    head, line = reader(), b"X: " + b"a" * 8_000 + b"\r\n"
    found = head.feed(b"GET / HTTP/1.1\r\n" + line * 8, 0.0)
    assert found is None
    found = head.feed(line[: HEAD_BYTES_MAX - 16 - 8 * len(line)], 0.0)
    assert found is None
    found = head.feed(b"a", 0.0)
    assert isinstance(found, Refusal)
    assert found.status == 431


def test_S7_the_most_headers() -> None:
    lines = b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 64
    assert isinstance(reader().feed(lines + b"\r\n", 0.0), tuple)
    found = reader().feed(lines + b"X: 1\r\n", 0.0)
    assert isinstance(found, Refusal)
    assert found.status == 431


def test_S16_the_whole_head_has_its_time() -> None:
    head = reader()
    assert head.tick(4.9) is None
    refused = head.tick(5.0)
    assert refused is not None
    assert refused.status == 408


def test_S16_after_the_first_line_one_a_second() -> None:
    head = reader()
    head.feed(b"GET / HT", 0.0)
    assert head.tick(2.0) is None
    head.feed(b"TP/1.1\r\nX: ", 2.0)
    assert head.tick(3.0) is None
    assert head.tick(3.1) is not None


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_wait_for_more(stream: bytes) -> None:
    found = reader().feed(stream + b"\r\n\r\n", 0.0)
    if isinstance(found, tuple):
        assert isinstance(open_handshake(found[0], "192.0.2.7", RULES), Refusal)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 220), st.sampled_from([b"\r\n", b" ", b"", b"\x00", b"\xff", b":"])
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_change_of_a_request_is_answered(changes: list[tuple[int, bytes]]) -> None:
    raw = request()
    for at, put in changes:
        raw = raw[:at] + put + raw[at + 1 :]
    found = reader().feed(raw + b"\r\n\r\n", 0.0)
    if isinstance(found, tuple):
        answer = open_handshake(found[0], "192.0.2.7", RULES)
        assert isinstance(answer, Opening | Refusal)


def test_HS1_a_refusal_is_a_whole_answer() -> None:
    assert Refusal(429, "too many", (("Retry-After", "10"),)).response() == (
        b"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 9\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
        b"X-Content-Type-Options: nosniff\r\nRetry-After: 10\r\n\r\ntoo many\n"
    )
    assert (
        Refusal(401)
        .response()
        .endswith(
            b"Content-Length: 0\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
            b"X-Content-Type-Options: nosniff\r\n\r\n"
        )
    )


def test_HS2_a_subprotocol_header_that_cannot_be_read_is_400() -> None:
    found = open_handshake(request(Sec_WebSocket_Protocol=",,;"), "192.0.2.7", RULES)
    assert isinstance(found, Refusal)
    assert found.status == 400
