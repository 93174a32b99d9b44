"""One delivery over a real socket: signed, bounded, following nothing."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from server.accounts.signatures import Signed, check
from server.hooks import post
from server.hooks.post import PROBLEMS, Answer, Poster
from tests.support.certificates import Issuer
from tests.support.hook_receiver import Receiver, receiver
from tests.support.manual_clock import START_MS, ManualClock

SECRET = b"0123456789abcdef0123456789abcdef"
BODY = b'{"type":"test"}'


async def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def poster(*, private: bool = True) -> AsyncGenerator[Poster]:
    one = Poster(ManualClock(), private=private, resolve=here)
    yield one
    await one.close()


async def sent(to: str, *, private: bool = True) -> Answer:
    async with poster(private=private) as one:
        return await one.post(to, SECRET, id_="wh_1-4-0", at=START_MS, body=BODY)


async def test_WH9_a_delivery_is_signed_as_the_standard_says() -> None:
    async with receiver() as found:
        answer = await sent(found.url("/a/b?c=%20d", host="league.example"))
    (came,) = found.came
    assert answer.accepted
    assert came.line == "POST /a/b?c=%20d HTTP/1.1"
    assert came.headers["host"] == f"league.example:{found.port}"
    assert (came.headers["content-type"], came.body) == ("application/json", BODY)
    signed = Signed.of(came.headers)
    assert signed is not None
    assert (signed.id, signed.timestamp) == ("wh_1-4-0", str(START_MS // 1000))
    check(signed, came.body, [SECRET], now_s=START_MS / 1000)


async def test_WH10_a_name_that_leads_into_this_machine_is_not_connected_to() -> None:
    async with receiver() as found:
        answer = await sent(found.url(host="league.example"), private=False)
        numbers = await sent(found.url(), private=False)
    assert (answer.problem, numbers.problem) == ("private", "address")
    assert (answer.accepted, found.came) == (False, [])


async def test_WH13_a_redirection_is_an_answer_and_is_not_followed() -> None:
    async with receiver() as found, receiver() as elsewhere:
        found.answers = [b"HTTP/1.1 307 Go\r\nlocation: %s\r\n\r\n" % elsewhere.url().encode()]
        answer = await sent(found.url())
    assert (answer.status, answer.accepted, elsewhere.came) == (307, False, [])


async def test_WH13_an_endless_body_is_not_read() -> None:
    async with receiver() as found:
        found.answers = [b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n" + b"x" * 65_536]
        assert (await sent(found.url())).accepted


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["silent", "never done"]
)
async def test_WH13_who_does_not_answer_in_time_is_left(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "POST_S", 0.05)
    async with receiver() as found:
        found.answers = [answer]
        told = await sent(found.url())
    assert (told.status, told.problem) in {(None, "timeout"), (None, "connection")}


async def test_WH13_what_goes_wrong_is_told_by_a_word() -> None:
    async with receiver() as found:
        found.answers = [b"nonsense\r\n\r\n"]
        assert (await sent(found.url())).problem == "connection"
        closed = Receiver(found.port).url()
    assert (await sent(closed)).problem == "connection"
    assert (await sent("gopher://a")).problem == "address"

    async def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    one = Poster(ManualClock(), private=True, resolve=nowhere)
    told = await one.post("http://a.example/", SECRET, id_="i", at=0, body=b"")
    await one.close()
    assert told.problem == "unresolved"
    assert {"connection", "address", "unresolved", "timeout", "private"} <= set(PROBLEMS)


async def test_WH11_the_certificate_is_that_of_the_name_and_the_connection_goes_to_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer()
    trusted = tmp_path / "issuer.pem"
    trusted.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*issuer.make(["league.example"]).write(tmp_path))
    async with receiver(context) as found:
        right = await sent(found.url(host="league.example", scheme="https"))
        wrong = await sent(found.url(host="other.example", scheme="https"))
    assert (right.status, wrong.problem, len(found.came)) == (200, "connection", 1)
