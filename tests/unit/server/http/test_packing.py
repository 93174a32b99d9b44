"""Compressed bodies: gzip at once, Brotli when it is made, and nobody waits for it."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable

import pytest

from server.http.packing import Packed, best
from tests.support.eventually import eventually

BODY = b"<p>board</p>" * 400


def packed(
    body: bytes = BODY, *, made: bytes | None = b"small"
) -> tuple[Packed, list[Callable[[], None]]]:
    """A body, and what it wants done aside."""
    work: list[Callable[[], None]] = []
    return Packed(body, pack=lambda _: made, do=work.append), work


def test_HT62_gzip_goes_out_until_Brotli_is_made_and_that_is_asked_for_once() -> None:
    body, work = packed()
    for _ in range(2):
        answer = body.for_those_who_accept(b"gzip, deflate, br, zstd")
        assert answer is not None
        assert (answer[0], gzip.decompress(answer[1])) == (b"gzip", BODY)
    (make,) = work
    make()
    assert body.for_those_who_accept(b"gzip, deflate, br, zstd") == (b"br", b"small")
    assert body.for_those_who_accept(b"br;q=1.0") == (b"br", b"small")


@pytest.mark.parametrize("accepted", [b"gzip", b"deflate, gzip;q=1.0", b"GZIP"])
def test_HT62_who_accepts_no_Brotli_never_gets_it_nor_has_it_made(accepted: bytes) -> None:
    body, work = packed()
    answer = body.for_those_who_accept(accepted)
    assert answer is not None
    assert answer[0] == b"gzip"
    assert work == []


@pytest.mark.parametrize("accepted", [b"", b"identity", b"brrr, xgzip"])
def test_HT62_who_accepts_neither_gets_the_body_as_it_is(accepted: bytes) -> None:
    body, work = packed()
    assert body.for_those_who_accept(accepted) is None
    assert work == []


def test_what_gzip_does_not_make_smaller_stays_as_it_is() -> None:
    body, work = packed(random.Random(1).randbytes(2_048))
    assert body.for_those_who_accept(b"gzip, br") is None
    assert work == []


def test_without_Brotli_gzip_goes_on() -> None:
    body, work = packed(made=None)
    body.for_those_who_accept(b"gzip, br")
    work[0]()
    answer = body.for_those_who_accept(b"gzip, br")
    assert answer is not None
    assert answer[0] == b"gzip"


async def test_HT62_Brotli_is_made_aside_and_unpacks_to_the_same() -> None:
    brotli = pytest.importorskip("brotli")
    body = Packed(BODY)

    async def when_made() -> bytes | None:
        name, sent = body.for_those_who_accept(b"br, gzip") or (b"", b"")
        return sent if name == b"br" else None

    sent = await eventually(when_made)
    assert brotli.decompress(sent) == BODY
    assert sent == best(BODY)
