"""What a request is told before it is a WebSocket: the S rows, over real sockets."""

from __future__ import annotations

import base64
import socket
from collections.abc import AsyncGenerator, Sequence

import pytest

from protocol.subprotocols import offer_bearer
from tests.support.served import Served, all_read, arrived, member, opened, serving
from tests.support.wire import (
    CLOSE,
    JSON_NAME,
    MSGPACK_NAME,
    TEXT,
    HttpAnswer,
    dial,
    frame_out,
    new_client_id,
    request,
)

HTTP_ORIGIN = "http://localhost:8700"


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


async def asked(served: Served, raw: bytes) -> HttpAnswer:
    """The answer to a request; a refusal must also end the socket."""
    async with dial(served.port) as wire:
        wire.send(raw)
        answer = await wire.answer()
        if answer.status != 101:
            assert answer.headers["connection"] == "close"
            assert await wire.ended() == b""
        return answer


async def test_HS1_a_good_request_opens_a_websocket(served: Served) -> None:
    answer = await asked(served, request())
    assert answer.status == 101
    # RFC 6455, 1.3: the key and the fixed GUID, hashed; computed elsewhere for sixteen zero bytes.
    assert answer.headers["sec-websocket-accept"] == "ICX+Yqv66kxgM0FcWaLWlFLwTAI="
    assert answer.headers["sec-websocket-protocol"] == JSON_NAME


@pytest.mark.parametrize("path", ["/", "/wss", "/ws/", "/WS", "/ws%2f", "//ws"])
async def test_S1_an_unknown_path_is_404(served: Served, path: str) -> None:
    assert (await asked(served, request(path=path))).status == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "CONNECT", "get"])
async def test_S2_another_method_than_get_is_405(served: Served, method: str) -> None:
    answer = await asked(served, request(method=method))
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "raw",
    [
        request(without=["Upgrade"]),
        request(without=["Connection"]),
        request(Upgrade="h2c"),
        request(Connection="keep-alive"),
        request(Upgrade="websocket, h2c"),
    ],
)
async def test_S3_a_request_without_upgrade_is_426(served: Served, raw: bytes) -> None:
    answer = await asked(served, raw)
    assert (answer.status, answer.headers["upgrade"]) == (426, "websocket")


@pytest.mark.parametrize("versions", [["8"], ["13", "13"], ["13, 8"], [""], ["14"], []])
async def test_S4_another_websocket_version_is_426_and_names_13(
    served: Served, versions: Sequence[str]
) -> None:
    answer = await asked(served, request(Sec_WebSocket_Version=versions))
    assert (answer.status, answer.headers["sec-websocket-version"]) == (426, "13")


@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["not base64 at all!"],
        [base64.b64encode(bytes(15)).decode()],
        [base64.b64encode(bytes(17)).decode()],
        [base64.b64encode(bytes(16)).decode()] * 2,
    ],
)
async def test_S5_a_key_that_is_none_is_400(served: Served, keys: Sequence[str]) -> None:
    assert (await asked(served, request(Sec_WebSocket_Key=keys))).status == 400


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/11"])
async def test_S6_another_http_version_is_505(served: Served, version: str) -> None:
    assert (await asked(served, request(version=version))).status == 505


@pytest.mark.parametrize(
    "line", [b"GET /ws\r\n\r\n", b"\r\n\r\n", b"hello\r\n\r\n", b"G /ws SIP/2\n\n"]
)
async def test_HS2_what_is_no_request_line_is_400(served: Served, line: bytes) -> None:
    assert (await asked(served, line)).status == 400


async def test_S7_a_request_line_that_is_too_long_is_414_before_it_ends(served: Served) -> None:
    assert (await asked(served, b"GET /" + b"a" * 8_200)).status == 414
    assert (await asked(served, request(path="/" + "a" * 8_200))).status == 414


async def test_S7_a_header_line_that_is_too_long_is_431_before_it_ends(served: Served) -> None:
    assert (await asked(served, request()[:-2] + b"X: " + b"a" * 8_200)).status == 431
    assert (await asked(served, request(X="a" * 8_200))).status == 431


async def test_S7_too_many_header_lines_are_431(served: Served) -> None:
    five = 6  # the headers that request() sends itself
    enough = {f"X-{number}": "1" for number in range(64 - five)}
    assert (await asked(served, request(**enough))).status == 101
    assert (await asked(served, request(**enough, Y="1"))).status == 431


async def test_S7_a_head_that_is_too_big_is_431(served: Served) -> None:
    assert (
        await asked(served, request(**{f"X-{n}": "a" * 8_000 for n in range(20)}))
    ).status == 431


@pytest.mark.parametrize(
    "more",
    [
        {"Content_Length": "1"},
        {"Content_Length": "0, 5"},
        {"Content_Length": "-0"},
        {"Transfer_Encoding": "chunked"},
        {"Transfer_Encoding": "identity"},
    ],
)
async def test_S8_a_body_is_400(served: Served, more: dict[str, str]) -> None:
    assert (await asked(served, request(**more))).status == 400


async def test_S8_an_empty_body_is_none(served: Served) -> None:
    assert (await asked(served, request(Content_Length="0"))).status == 101


@pytest.mark.parametrize(
    "raw",
    [
        request()[:-2] + b"Bad Name: 1\r\n\r\n",
        request()[:-2] + b"no colon\r\n\r\n",
        request()[:-2] + b"X: a\x00b\r\n\r\n",
        request()[:-2] + b" folded: 1\r\n\r\n",
        request().replace(b"GET /ws", b"GET /ws\xff"),
    ],
)
async def test_HS2_a_head_that_cannot_be_read_is_refused(served: Served, raw: bytes) -> None:
    assert (await asked(served, raw)).status in {400, 404}


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://localhost:8700",
        "http://localhost:8701",
        "http://localhost:87000",
        "http://localhost:8700.evil.example",
        "http://evil.example/?http://localhost:8700",
        "localhost:8700",
        "",
    ],
)
async def test_S9_a_foreign_origin_is_403(served: Served, origin: str) -> None:
    assert (await asked(served, request(Origin=origin))).status == 403


async def test_S9_our_own_origin_and_none_are_let_in(served: Served) -> None:
    assert (await asked(served, request(Origin=HTTP_ORIGIN))).status == 101
    assert (await asked(served, request())).status == 101


async def test_S9_cookies_without_an_origin_are_403(served: Served) -> None:
    assert (await asked(served, request(Cookie="a=b"))).status == 403
    assert (await asked(served, request(Cookie="a=b", Origin=HTTP_ORIGIN))).status == 101


async def test_S9_two_origins_are_400(served: Served) -> None:
    assert (await asked(served, request(Origin=[HTTP_ORIGIN, HTTP_ORIGIN]))).status == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.9.8.7", "evil.example:8701", "[::2]", ""]
)
async def test_S10_a_foreign_host_is_421(served: Served, host: str) -> None:
    assert (await asked(served, request(host=host))).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8701", "[::1]:8701"])
async def test_S10_our_own_hosts_are_served(served: Served, host: str) -> None:
    assert (await asked(served, request(host=host))).status == 101


async def test_S10_no_host_or_two_are_400(served: Served) -> None:
    assert (await asked(served, request(without=["Host"]))).status == 400
    assert (await asked(served, request(Host=["localhost", "localhost"]))).status == 400


def bad_tokens(served: Served) -> list[dict[str, str | Sequence[str]]]:
    """Every way in which a token in the request can be bad."""
    good, _ = served.token()
    head, body, signature = good.split(".")
    return [
        {"Authorization": "Bearer x"},
        {"Authorization": f"Bearer {head}.{body}.{signature[:-4]}AAAA"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": good},
        {"Authorization": [f"Bearer {good}", f"Bearer {good}"]},
        {"subprotocols": [JSON_NAME, offer_bearer("x")]},
        {"subprotocols": [JSON_NAME, "touchline.bearer.!!!!"]},
        {"subprotocols": [JSON_NAME, "touchline.bearer."]},
        {"subprotocols": [JSON_NAME, offer_bearer(good), offer_bearer(good)]},
        {"subprotocols": [JSON_NAME, offer_bearer(good)], "Authorization": f"Bearer {good}"},
    ]


async def test_S11_every_bad_token_gets_the_same_401(served: Served) -> None:
    answers: set[tuple[int, tuple[tuple[str, str], ...], bytes]] = set()
    for wrong in bad_tokens(served):
        answer = await asked(served, request(**wrong))  # pyright: ignore[reportArgumentType] - names vary
        answers.add((answer.status, tuple(answer.headers.items()), answer.body))
    served.clock.advance(served.settings.guest_token_h * 3600 + 60)
    ((status, headers, body),) = answers
    assert (status, body) == (401, b"")
    assert dict(headers)["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_S11_an_expired_token_gets_the_same_401(served: Served) -> None:
    token, _ = served.token()
    raw = request(Authorization=f"Bearer {token}")
    assert (await asked(served, raw)).status == 101
    served.clock.advance(served.settings.guest_token_h * 3600)
    expired = await asked(served, raw)
    bad = await asked(served, request(Authorization="Bearer x"))
    assert expired == bad
    assert expired.status == 401


@pytest.mark.parametrize(
    "query", ["?token=abc", "?access_token=abc", "?", "?ticket=", "?x=1", "?#a"]
)
async def test_S12_a_query_string_is_400(served: Served, query: str) -> None:
    assert (await asked(served, request(path="/ws" + query))).status == 400


async def test_S14_a_token_among_the_subprotocols_is_never_echoed(served: Served) -> None:
    token, identity = served.token()
    raw = request(subprotocols=[offer_bearer(token), MSGPACK_NAME, JSON_NAME])
    async with dial(served.port) as wire:
        wire.send(raw)
        answer = await wire.answer()
        assert answer.status == 101
        assert answer.headers["sec-websocket-protocol"] == MSGPACK_NAME
        assert "bearer" not in str(answer)
        # HS5: hello needs no token then
        wire.binary = True
        wire.say({"type": "hello", "token": "", "client": new_client_id()})
        assert (await wire.hear())["account"] == identity.account


async def test_HS3_the_first_subprotocol_that_is_known_is_selected(served: Served) -> None:
    for names, selected in (
        (["graphql-ws", MSGPACK_NAME, JSON_NAME], MSGPACK_NAME),
        ([JSON_NAME, MSGPACK_NAME], JSON_NAME),
    ):
        answer = await asked(served, request(subprotocols=names))
        assert answer.headers["sec-websocket-protocol"] == selected


@pytest.mark.parametrize("names", [[], ["touchline.v2.json"], ["TOUCHLINE.V1.JSON"], ["a b"]])
async def test_HS3_without_a_common_subprotocol_it_is_400(
    served: Served, names: Sequence[str]
) -> None:
    assert (await asked(served, request(subprotocols=names))).status == 400


async def test_HS4_no_extension_is_agreed(served: Served) -> None:
    answer = await asked(served, request(Sec_WebSocket_Extensions="permessage-deflate"))
    assert answer.status == 101
    assert "sec-websocket-extensions" not in answer.headers


async def test_HS5_a_hello_of_another_account_than_the_request_is_3000(served: Served) -> None:
    mine, _ = served.token("Ann")
    other, _ = served.token("Bob")
    async with opened(served, Authorization=f"Bearer {mine}") as wire:
        wire.say({"type": "hello", "token": other, "client": new_client_id()})
        assert (await wire.closed())[0] == 3000


async def test_HS5_an_empty_token_is_none_where_the_request_had_none(served: Served) -> None:
    async with opened(served) as wire:
        wire.say({"type": "hello", "token": "", "client": new_client_id()})
        assert (await wire.closed())[0] == 3000


async def test_S15_too_many_connections_of_one_address_are_429() -> None:
    async with serving(connections_per_address_max=2) as served:
        async with opened(served), opened(served):
            answer = await asked(served, request())
            assert answer.status == 429
            assert int(answer.headers["retry-after"]) > 0
        # whose place is free again
        for connection in list(served.listener.registry.sockets):
            connection.abort()
        await served.listener.sweeper.sweep()
        assert (await asked(served, request())).status == 101


async def test_S15_too_many_connections_of_one_account_are_429() -> None:
    async with serving(connections_per_account_max=2) as served:
        token = served.token()
        async with member(served, token=token), member(served, token=token):
            answer = await asked(served, request(Authorization=f"Bearer {token[0]}"))
            assert answer.status == 429
            assert int(answer.headers["retry-after"]) > 0
            assert (await asked(served, request())).status == 101


async def test_HS13_one_too_many_of_an_account_is_4429_at_hello() -> None:
    async with serving(connections_per_account_max=1) as served:
        token, identity = served.token()
        client = new_client_id()
        async with member(served, token=(token, identity), client=client), opened(served) as more:
            more.say({"type": "hello", "token": token, "client": new_client_id()})
            assert (await more.closed())[0] == 4429
            # the same client again is no further one
            async with member(served, token=(token, identity), client=client):
                pass


async def test_S15_a_full_node_is_503() -> None:
    async with serving(connections_max=1) as served, opened(served):
        answer = await asked(served, request())
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0


async def test_S15_a_draining_node_is_503(served: Served) -> None:
    served.listener.registry.draining = True
    answer = await asked(served, request())
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_S16_a_head_that_does_not_end_is_408(served: Served) -> None:
    async with dial(served.port) as silent, dial(served.port) as slow:
        await arrived(served, 2)
        for line in request().split(b"\r\n")[:4]:
            slow.send(line + b"\r\n")
            await all_read(served)
            await served.advance(1.0)
        await served.advance(1.0)
        assert (await silent.answer()).status == 408
        assert (await slow.answer()).status == 408
        assert await silent.ended() == b""
        assert await slow.ended() == b""


async def test_S16_less_than_a_line_a_second_is_408(served: Served) -> None:
    async with dial(served.port) as wire:
        await arrived(served, 1)
        wire.send(request()[:30])
        await all_read(served)
        await served.advance(1.0)
        assert not wire.reader.at_eof()
        await served.advance(0.5)
        assert (await wire.answer()).status == 408


async def test_S17_forwarded_for_is_believed_only_from_a_configured_proxy() -> None:
    async def address_of(served: Served, **more: str | Sequence[str]) -> str:
        async with dial(served.port) as wire:
            wire.send(request(**more))  # pyright: ignore[reportArgumentType] - names vary
            assert (await wire.answer()).status == 101
            (connection,) = served.listener.registry.opened
            found = connection.address
            wire.send(frame_out(CLOSE, b"\x03\xe8"))
            await wire.ended()
        await arrived(served, 0)
        return found

    async with serving() as served:
        assert await address_of(served, X_Forwarded_For="9.9.9.9") == "127.0.0.1"
    async with serving(trusted_proxies="127.0.0.1, 10.0.0.1") as served:
        assert await address_of(served) == "127.0.0.1"
        assert await address_of(served, X_Forwarded_For="1.1.1.1, 9.9.9.9, 10.0.0.1") == "9.9.9.9"
        assert await address_of(served, X_Forwarded_For=["1.1.1.1", "9.9.9.9"]) == "9.9.9.9"


async def test_HS8_what_follows_the_head_in_the_same_segment_is_read(served: Served) -> None:
    token, _ = served.token()
    hello = b'{"type":"hello","token":"%s","client":"0123456789abcdef"}' % token.encode()
    async with dial(served.port) as wire:
        wire.send(request() + frame_out(TEXT, hello))
        assert (await wire.answer()).status == 101
        assert (await wire.hear())["type"] == "welcome"


async def test_HS16_accepted_sockets_have_our_tcp_options(served: Served) -> None:
    async with opened(served):
        (connection,) = served.listener.registry.opened
        read = connection.transport.get_extra_info("socket").getsockopt
        assert read(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert read(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert read(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 15
        assert read(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 5
        assert read(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 3
        assert read(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
