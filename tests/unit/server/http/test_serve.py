"""The HTTP side on real sockets: heads, framing, limits, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import pytest

from server.http import serve
from server.http.headers import ANSWERS
from server.http.pacing import Turns
from server.http.serve import bind, serve_http, serving
from tests.support.http_side import HttpSide
from tests.support.timeouts import MS


@contextlib.asynccontextmanager
async def served(side: HttpSide) -> AsyncGenerator[int]:
    """The side on a free port."""
    sockets = bind("127.0.0.1", 0)
    async with serving(side.app, side.services.settings, sockets):
        yield sockets[0].getsockname()[1]


async def talk(port: int, sent: bytes) -> bytes:
    """Sends bytes and reads until the server closes."""
    async with asyncio.timeout(20_000 * MS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(sent)
            await writer.drain()
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


def head(answer: bytes) -> tuple[int, dict[bytes, bytes]]:
    lines = answer.split(b"\r\n\r\n")[0].split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers


LIVE = b"GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def test_HT80_a_request_is_answered_without_a_server_header(side: HttpSide) -> None:
    async with served(side) as port:
        answer = await talk(port, LIVE)
    status, headers = head(answer)
    assert status == 200
    assert answer.endswith(b'{"alive":true}')
    assert b"server" not in headers
    assert b"date" in headers


async def test_HT80_one_connection_serves_several_requests(side: HttpSide) -> None:
    one = LIVE.replace(b"Connection: close\r\n", b"")
    async with served(side) as port:
        answer = await talk(port, one + one + LIVE)
    assert answer.count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"nonsense\r\n\r\n", 400, b"malformed"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, b"malformed"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, b"malformed"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", 400, b"malformed"),
        (b"GET /live HTTP/1.0\r\n\r\n", 421, b"wrong_host"),
        (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 17_000 + b"\r\n\r\n",
            431,
            b"head_too_large",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000,
            431,
            b"head_too_large",
        ),
        (
            b"POST /auth/guest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /live HTTP/1.1\r\n\r\n",
            400,
            b"malformed",
        ),
        (
            b"POST /auth/guest HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99999\r\n\r\n",
            413,
            b"too_large",
        ),
    ],
)
async def test_HT18_heads_that_cannot_be_served_are_refused_in_our_form(
    side: HttpSide, request_bytes: bytes, status: int, code: bytes
) -> None:
    async with served(side) as port:
        answer = await talk(port, request_bytes)
    got, headers = head(answer)
    assert got == status
    assert b'{"error":"' + code + b'"' in answer
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"server" not in headers
    assert answer.count(b"HTTP/1.1 ") == 1, "nothing after it is taken for a request"


async def test_SE_S16_a_head_that_does_not_come_is_given_up(side: HttpSide) -> None:
    object.__setattr__(side.services.settings, "handshake_s", 20 * MS)
    async with served(side) as port:
        assert await talk(port, b"GET /live HT") == b""
        assert await talk(port, b"") == b""


async def test_SE_S16_a_second_head_that_does_not_come_is_given_up_too(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "KEEP_ALIVE_S", 20 * MS)
    keep = LIVE.replace(b"Connection: close\r\n", b"")
    async with served(side) as port:
        assert (await talk(port, keep + b"GET /li")).count(b"HTTP/1.1 200") == 1
        assert (await talk(port, keep)).count(b"HTTP/1.1 200") == 1


async def test_HT81_a_stop_lets_answers_under_way_end(side: HttpSide) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        entered.set()
        await leave.wait()
        await side.app(scope, receive, send)

    sockets = bind("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    stop = asyncio.Event()
    async with asyncio.timeout(20_000 * MS), asyncio.TaskGroup() as group:
        group.create_task(serve_http(slow, side.services.settings, sockets, stop=stop))
        asked = group.create_task(talk(port, LIVE))
        await entered.wait()
        stop.set()
        leave.set()
        answer = await asked
    assert answer.startswith(b"HTTP/1.1 200")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_HT81_a_cancellation_does_not_wait_for_anybody(side: HttpSide) -> None:
    entered = asyncio.Event()

    async def stuck(scope: Any, receive: Any, send: Any) -> None:
        entered.set()
        await asyncio.get_running_loop().create_future()

    sockets = bind("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    async with asyncio.timeout(20_000 * MS):
        task = asyncio.get_running_loop().create_task(
            serve_http(stuck, side.services.settings, sockets, stop=asyncio.Event())
        )
        asking = asyncio.get_running_loop().create_task(talk(port, LIVE))
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asking == b""


async def test_HT82_both_families_get_the_same_free_port() -> None:
    sockets = bind("localhost", 0)
    try:
        ports = {one.getsockname()[1] for one in sockets}
        assert len(ports) == 1
    finally:
        for one in sockets:
            one.close()


async def test_HT82_a_port_that_is_taken_says_so_and_leaves_nothing_open() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            bind("127.0.0.1", taken.getsockname()[1])


async def test_HT9_a_connection_too_many_is_refused_in_our_form_and_ends(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "CONNECTIONS_MAX", 0)
    async with served(side) as port:
        answer = await talk(port, LIVE.replace(b"Connection: close\r\n", b""))
    status, headers = head(answer)
    assert status == 503
    assert answer.endswith(b'{"error":"busy","id":""}')
    assert headers[b"retry-after"] == b"1"
    for name, value in ANSWERS:
        assert headers[name] == value.lower()
    assert b"server" not in headers
    assert b"strict-transport-security" not in headers


class CountedTurns(Turns):
    """Knows how many began in each turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, per_turn: int) -> None:
        super().__init__(loop, per_turn)
        self.begun = [0]
        ALL_TURNS.append(self)
        self._loop_turn()

    def take(self) -> bool:
        taken = super().take()
        self.begun[-1] += taken
        return taken

    def later(self, begin: Callable[[], None]) -> None:
        def counted() -> None:
            self.begun[-1] += 1
            begin()

        super().later(counted)

    def _loop_turn(self) -> None:
        self.begun.append(0)
        if ALL_TURNS:
            asyncio.get_running_loop().call_soon(self._loop_turn)


ALL_TURNS: list[CountedTurns] = []


async def test_HT67_a_burst_of_requests_is_read_a_few_per_turn(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "Turns", CountedTurns)
    async with served(side) as port:
        answers = await asyncio.gather(*(talk(port, LIVE) for _ in range(60)))
    (turns,) = ALL_TURNS
    ALL_TURNS.clear()
    assert [head(answer)[0] for answer in answers] == [200] * 60
    assert sum(turns.begun) >= 60
    # Where in a turn we count and where an allowance begins are two places.
    assert max(turns.begun) <= 2 * serve.PER_TURN


async def test_HT67_pieces_that_wait_for_their_turn_stay_in_order(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(turns: Turns) -> bool:
        del turns
        return False

    monkeypatch.setattr(Turns, "take", never)
    async with served(side) as port, asyncio.timeout(20_000 * MS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in LIVE:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        answer = await reader.read()
        writer.close()
    assert head(answer)[0] == 200
    assert answer.endswith(b'{"alive":true}')


async def test_HT67_a_client_that_leaves_before_its_turn_is_forgotten(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: asyncio.Future[Callable[[], None]] = asyncio.get_running_loop().create_future()

    def never(turns: Turns) -> bool:
        del turns
        return False

    def keep(turns: Turns, begin: Callable[[], None]) -> None:
        del turns
        held.set_result(begin)

    async with served(side) as port, asyncio.timeout(20_000 * MS):
        with monkeypatch.context() as patched:
            patched.setattr(Turns, "take", never)
            patched.setattr(Turns, "later", keep)
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(LIVE)
            begin = await held
            writer.transport.abort()
            cast("Any", begin).__self__.transport.abort()
            await asyncio.sleep(0)
            begin()
        assert head(await talk(port, LIVE))[0] == 200
