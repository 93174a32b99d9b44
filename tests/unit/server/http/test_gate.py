"""The door: Host, Origin, CORS, rates, bodies, headers, request ids, for known and unknown paths
alike."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from server.cluster.placement import in_order
from server.http import gate
from server.readiness import OtherNode
from storage.blocks import Block
from tests.support.http_side import FOREIGN, HOST, ORIGIN, HttpSide, http_side

JSON = {"content-type": "application/json"}
A14 = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-site",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
EVERYWHERE = [
    ("GET", "/live", 200),
    ("GET", "/me", 401),
    ("GET", "/nothing", 404),
    ("PUT", "/rooms", 405),
    ("OPTIONS", "/rooms", 204),
    ("POST", "/auth/guest", 400),
    ("GET", "/../../etc/passwd", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
async def test_SE_A14_every_answer_has_the_security_headers(
    side: HttpSide, method: str, path: str, status: int
) -> None:
    answer = await side.send(method, path)
    assert answer.status_code == status
    for name, value in A14.items():
        assert answer.headers.get_list(name) == [value]
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
async def test_SE_S10_another_host_is_misdirected_everywhere(
    side: HttpSide, method: str, path: str, status: int
) -> None:
    answer = await side.send(method, path, host="evil.example:8700")
    assert answer.status_code == 421 != status
    assert answer.json()["error"] == "wrong_host"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8700", "127.0.0.1:9", "[::1]:8700", "192.168.1.5:8700"]
)
async def test_SE_S10_our_own_names_are_served(side: HttpSide, host: str) -> None:
    assert (await side.send("GET", "/live", host=host)).status_code == 200


async def test_SE_A16_an_error_is_a_code_and_an_incident(side: HttpSide) -> None:
    answer = await side.send("GET", "/nothing")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"error": "not_found", "id": answer.headers["x-request-id"]}


async def test_HT1_a_request_id_is_drawn_or_taken_over(side: HttpSide) -> None:
    drawn = await side.send("GET", "/live")
    assert re.fullmatch(r"[A-Za-z0-9_-]{12}", drawn.headers["x-request-id"])
    given = await side.send("GET", "/live", headers={"x-request-id": "from-a-proxy_7"})
    assert given.headers["x-request-id"] == "from-a-proxy_7"
    for bad in ("short", "x" * 65, "with space", "new\tline1"):
        answer = await side.send("GET", "/live", headers={"x-request-id": bad})
        assert answer.headers["x-request-id"] != bad


async def test_HT2_a_wrong_method_names_the_right_ones(side: HttpSide) -> None:
    answer = await side.send("DELETE", "/rooms/r_x/invitations")
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, OPTIONS, POST"


# --- origins


@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://localhost", "http://localhost:87001"])
async def test_SE_A13_a_foreign_origin_changes_nothing(side: HttpSide, origin: str) -> None:
    answer = await side.send(
        "POST", "/auth/guest", headers={"origin": origin}, json={"name": "Ada"}
    )
    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "origin"
    reading = await side.send("GET", "/live", headers={"origin": origin})
    assert reading.status_code == 200
    assert "access-control-allow-origin" not in reading.headers


async def test_SE_S9_two_origins_are_malformed(side: HttpSide) -> None:
    for method in ("GET", "POST"):
        headers = [("origin", ORIGIN), ("origin", FOREIGN)]
        answer = await side.send(method, "/auth/guest", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
        assert "access-control-allow-origin" not in answer.headers


async def test_SE_S9_cookies_without_an_origin_change_nothing(side: HttpSide) -> None:
    body = {"name": "Ada"}
    cookie = {"cookie": "__Host-touchline=x"}
    answer = await side.send("POST", "/auth/guest", headers=cookie, json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    answer = await side.send("POST", "/auth/guest", headers={**cookie, "origin": ORIGIN}, json=body)
    assert answer.status_code == 200
    assert (await side.send("GET", "/live", headers=cookie)).status_code == 200


async def test_TL1_with_a_certificate_pages_of_our_https_origin_are_ours() -> None:
    async with http_side(tls_certificate="c.pem", tls_key="k.pem") as side:
        for origin, status in (("https://localhost:8700", 200), ("http://localhost:8700", 403)):
            answer = await side.send(
                "POST", "/auth/guest", headers={"origin": origin}, json={"name": "Ada"}
            )
            assert answer.status_code == status


async def test_SE_A13_our_own_origin_is_echoed(side: HttpSide) -> None:
    answer = await side.send(
        "POST", "/auth/guest", headers={"origin": ORIGIN}, json={"name": "Ada"}
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "origin"
    assert "access-control-allow-credentials" not in answer.headers


async def test_SE_A13_origins_of_the_setting_are_allowed_exactly() -> None:
    async with http_side(allowed_origins="https://club.example") as side:
        headers = {"origin": "https://club.example"}
        answer = await side.send("GET", "/live", headers=headers)
        assert answer.headers["access-control-allow-origin"] == "https://club.example"
        headers = {"origin": "https://club.example.evil.example"}
        answer = await side.send("GET", "/live", headers=headers)
        assert "access-control-allow-origin" not in answer.headers


async def test_SE_A13_a_preflight_is_204_for_ten_minutes(side: HttpSide) -> None:
    asked = {"access-control-request-method": "POST"}
    answer = await side.send("OPTIONS", "/rooms", headers={"origin": ORIGIN, **asked})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE"
    assert answer.headers["access-control-allow-headers"] == (
        "authorization, content-type, x-request-id"
    )
    assert answer.headers["access-control-max-age"] == "600"
    foreign = await side.send("OPTIONS", "/rooms", headers={"origin": FOREIGN, **asked})
    assert foreign.status_code == 204
    assert not [name for name in foreign.headers if name.startswith("access-control")]


# --- rates


async def test_HT8_requests_of_an_address_are_limited() -> None:
    async with http_side(http_rate_per_s=1, http_burst=3) as side:
        for _ in range(3):
            assert (await side.send("GET", "/me", address="10.1.1.1")).status_code == 401
        refused = await side.send("GET", "/me", address="10.1.1.1")
        assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
        assert refused.headers["retry-after"] == "2"
        assert (await side.send("GET", "/me", address="10.1.1.2")).status_code == 401
        side.clock.advance(1)
        assert (await side.send("GET", "/me", address="10.1.1.1")).status_code == 401


async def test_AD13_a_blocked_address_gets_nothing_but_the_probes(side: HttpSide) -> None:
    accounts = side.services.accounts
    now = side.clock.now_ms()
    block = Block("b_1", "address", "203.0.113.0/24", "noise", "", now, now + 60_000)
    await accounts.stores.blocks.add(block)
    accounts.access.note("block", "b_1", "set", now)
    assert await accounts.access.refresh()
    for method, path, _ in EVERYWHERE:
        answer = await side.send(method, path, address="203.0.113.9")
        if path == "/live":
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["error"]) == (403, "blocked")
    assert (await side.send("GET", "/config.json", address="203.0.114.9")).status_code == 200
    side.clock.advance(61)
    assert (await side.send("GET", "/config.json", address="203.0.113.9")).status_code == 200


async def test_HT8_probes_are_not_limited() -> None:
    async with http_side(http_rate_per_s=0, http_burst=1) as side:
        for _ in range(3):
            for path in ("/live", "/ready"):
                answer = await side.send("GET", path, address="10.1.1.1")
                assert answer.status_code == 200


async def test_HT9_a_node_with_too_much_at_once_says_so(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "IN_FLIGHT_MAX", 0)
    answer = await side.send("GET", "/me")
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert (await side.send("GET", "/live")).status_code == 200


async def test_SE_S17_the_limit_is_for_the_address_behind_a_trusted_proxy() -> None:
    async with http_side(http_rate_per_s=0, http_burst=1, trusted_proxies="10.0.0.9") as side:
        for client in ("203.0.113.1", "203.0.113.2"):
            headers = {"x-forwarded-for": f"1.1.1.1, {client}"}
            answer = await side.send("GET", "/me", address="10.0.0.9", headers=headers)
            assert answer.status_code == 401
        answer = await side.send("GET", "/me", address="10.0.0.9", headers=headers)
        assert answer.status_code == 429


async def test_SE_S17_each_proxy_may_add_a_line_of_its_own() -> None:
    proxies = "10.0.0.9, 172.18.0.0/16"
    async with http_side(http_rate_per_s=0, http_burst=1, trusted_proxies=proxies) as side:
        for client in ("203.0.113.1", "203.0.113.2"):
            lines = [("x-forwarded-for", f"1.1.1.1, {client}"), ("x-forwarded-for", "172.18.0.4")]
            answer = await side.send("GET", "/me", address="10.0.0.9", headers=lines)
            assert answer.status_code == 401
        answer = await side.send("GET", "/me", address="10.0.0.9", headers=lines)
        assert answer.status_code == 429


async def test_SE_S17_an_untrusted_peer_cannot_name_its_address() -> None:
    async with http_side(http_rate_per_s=0, http_burst=1) as side:
        for n, status in ((1, 401), (2, 429)):
            headers = {"x-forwarded-for": f"203.0.113.{n}"}
            answer = await side.send("GET", "/me", address="10.0.0.9", headers=headers)
            assert answer.status_code == status


async def test_SE_A14_behind_tls_browsers_are_told_to_stay_there() -> None:
    async with http_side(trusted_proxies="10.0.0.9") as side:
        headers = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.1"}
        answer = await side.send("GET", "/config.json", address="10.0.0.9", headers=headers)
        assert answer.headers["strict-transport-security"] == (
            "max-age=63072000; includeSubDomains"
        )
        assert answer.json()["ws"] == "wss://localhost:8701/ws"
        untrusted = await side.send("GET", "/config.json", headers=headers)
        assert "strict-transport-security" not in untrusted.headers
        assert untrusted.json()["ws"] == "ws://localhost:8701/ws"


# --- bodies


@pytest.mark.parametrize("path", ["/auth/guest", "/nothing", "/rooms/import"])
async def test_HT14_a_body_that_is_no_json_by_its_type_is_refused(
    side: HttpSide, path: str
) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
        answer = await side.send("POST", path, headers={"content-type": kind}, content=b"{}")
        assert (answer.status_code, answer.json()["error"]) == (415, "not_json")


async def test_HT14_utf_8_may_be_named(side: HttpSide) -> None:
    headers = {"content-type": "application/json; charset=UTF-8"}
    answer = await side.send("POST", "/auth/guest", headers=headers, content=b'{"name":"Ada"}')
    assert answer.status_code == 200


async def test_HT15_a_body_beyond_the_limit_is_refused_by_its_length(side: HttpSide) -> None:
    for size, status in ((16_384, 422), (16_385, 413)):
        content = b'{"name":"' + b"x" * (size - 11) + b'"}'
        answer = await side.send("POST", "/auth/guest", headers=JSON, content=content)
        assert answer.status_code == status
    assert answer.json()["error"] == "too_large"
    assert answer.headers["connection"] == "close"


async def test_HT15_a_body_without_a_length_is_counted(side: HttpSide) -> None:
    async def pieces() -> Any:
        for _ in range(17):
            yield b" " * 1_000

    answer = await side.send("POST", "/auth/guest", headers=JSON, content=pieces())
    assert answer.status_code == 413


async def test_HT15_a_length_that_is_no_number_is_refused(side: HttpSide) -> None:
    headers = {**JSON, "content-length": "1e3"}
    answer = await side.send("POST", "/auth/guest", headers=headers)
    assert answer.status_code == 413


async def test_HT17_two_framings_of_one_body_are_refused(side: HttpSide) -> None:
    headers = {**JSON, "content-length": "2", "transfer-encoding": "chunked"}
    answer = await side.send("POST", "/auth/guest", headers=headers, content=b"{}")
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
    assert answer.headers["connection"] == "close"


async def raw(
    side: HttpSide, path: str, messages: list[Any] | Callable[[], Awaitable[Any]], headers: Any = ()
) -> list[Any]:
    """A request whose body arrives as `messages` say; after them nothing arrives."""
    sent: list[Any] = []
    waiting: list[Any] = [] if callable(messages) else [*messages]

    async def receive() -> Any:
        if waiting:
            return waiting.pop(0)
        if callable(messages):
            return await messages()
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"content-type", b"application/json"), *headers],
        "client": None,
        "server": None,
    }
    await side.app(scope, receive, send)
    return sent


async def test_HT16_a_body_that_does_not_come_is_given_up(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "BODY_S", 0)
    first = {"type": "http.request", "body": b"{", "more_body": True}
    sent = await raw(side, "/auth/guest", [first], [(b"content-length", b"5")])
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


@pytest.mark.parametrize("path", ["/auth/guest", "/rooms/import"])
async def test_HT16_a_body_that_trickles_is_given_up(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _, header = side.person()
    monkeypatch.setattr(gate, "BODY_S", 0.02)

    async def trickle() -> Any:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": True}

    token = header["authorization"].encode()
    headers = [(b"content-length", b"9999"), (b"authorization", token)]
    sent = await raw(side, path, trickle, headers)
    assert sent[0]["status"] == 408


async def test_a_peer_that_goes_away_in_its_body_leaves_nothing_behind(side: HttpSide) -> None:
    gone = {"type": "http.disconnect"}
    sent = await raw(side, "/auth/guest", [gone], [(b"content-length", b"5")])
    assert sent[0]["status"] == 400


# --- what is noted


async def test_HT50_requests_are_counted_by_route_and_never_by_path(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.send("GET", f"/rooms/{room}", headers=header)
    await side.send("GET", "/nothing/here")
    await side.send("GET", "/openapi.json")
    await side.send("BREW", "/rooms")
    requests = side.services.metrics.http_requests
    assert requests["GET", "/rooms/{room_id}", 200] == 1
    assert requests["GET", "none", 404] == 1
    assert requests["GET", "page", 200] == 1
    assert requests["other", "none", 405] == 1
    assert room not in str(requests)
    assert sum(side.services.metrics.http_s["page"].counts) == 1


async def test_HT52_where_the_websocket_is_follows_the_host_or_the_setting() -> None:
    async with http_side() as side:
        answer = await side.send("GET", "/config.json", host="[::1]:8700")
        assert answer.json()["ws"] == "ws://[::1]:8701/ws"
    async with http_side(ws_url="wss://live.example:444/socket") as side:
        answer = await side.send("GET", "/config.json")
        assert answer.json()["ws"] == "wss://live.example:444/socket"
        page = await side.send("GET", "/openapi")
        policy = page.headers["content-security-policy"]
        assert "connect-src 'self' wss://live.example:444;" in policy


async def test_HT52_of_several_nodes_that_of_the_room_is_first_and_those_away_are_last() -> None:
    urls = [f"wss://n{number}.example/ws" for number in range(3)]
    other = OtherNode("n1", "n1.1", "1.2.3", 0, 0, 0.1, ws_url=urls[1])
    async with http_side(ws_url=urls[0], ws_urls=",".join(urls)) as side:

        async def told(room: str) -> list[str]:
            answer = (await side.send("GET", f"/config.json?room={room}")).json()
            assert answer["ws"] == answer["ws_urls"][0]
            return answer["ws_urls"]

        def others(*nodes: OtherNode) -> None:
            object.__setattr__(side.services, "others", lambda: nodes)

        others(other, OtherNode("n2", "n2.1", "1.2.3", 0, 0, 0.1, ws_url=urls[2]))
        by_room = {room: await told(room) for room in ("", "r_a", "r_b", "r_c", "r_d", "r_e")}
        assert by_room == {room: in_order(room, urls) for room in by_room}
        assert {first for first, *_ in by_room.values()} == set(urls)
        others(other)
        assert {(await told(room))[-1] for room in by_room} == {urls[2]}
        others(msgspec.structs.replace(other, draining=True))
        assert {(await told(room))[0] for room in by_room} == {urls[0]}
        page = await side.send("GET", "/openapi")
        policy = page.headers["content-security-policy"]
        everywhere = "wss://n0.example wss://n1.example wss://n2.example"
        assert f"connect-src 'self' {everywhere};" in policy
