"""How the node says that it is alive, ready, and in what state."""

from __future__ import annotations

import asyncio

import pytest

from server.http import health
from server.readiness import OtherNode
from storage.errors import StorageFailed, StorageUnavailable
from storage.relay_redis_path import PathState
from tests.support.http_side import HttpSide, http_side

LOCAL = "127.0.0.1"


async def test_SE_A15_alive_while_the_loop_lives(side: HttpSide) -> None:
    side.records_switch.fault = StorageUnavailable("away")
    answer = await side.send("GET", "/live")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_SE_A15_ready(side: HttpSide) -> None:
    answer = await side.send("GET", "/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "causes": [], "degraded": [], "unsafe": False}


async def test_SE_A15_not_ready_without_the_database(side: HttpSide) -> None:
    side.records_switch.fault = StorageUnavailable("away")
    answer = await side.send("GET", "/ready")
    assert (answer.status_code, answer.json()["causes"]) == (503, ["database"])
    side.records_switch.fault = None
    side.clock.advance(1)
    assert (await side.send("GET", "/ready")).status_code == 200


async def test_SE_A15_not_ready_while_draining(side: HttpSide) -> None:
    side.services.readiness.causes.add("draining")
    answer = await side.send("GET", "/ready")
    assert (answer.status_code, answer.json()["causes"]) == (503, ["draining"])
    status = (await side.send("GET", "/status")).json()
    assert status["status"] == "unavailable"
    assert status["parts"]["draining"] == "unavailable"


async def test_SE_A15_degraded_and_unsafe_are_told_and_do_not_count(side: HttpSide) -> None:
    side.services.readiness.degraded.add("relay")
    side.services.readiness.unsafe = True
    answer = await side.send("GET", "/ready")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["relay"]
    assert answer.json()["unsafe"] is True
    status = (await side.send("GET", "/status")).json()
    assert (status["status"], status["parts"]["relay"]) == ("degraded", "degraded")


async def test_HT53_the_database_is_asked_once_a_second_at_most(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def check() -> None:
        asked.append(1)

    monkeypatch.setattr(side.log, "check", check)
    await asyncio.gather(*(side.send("GET", "/ready") for _ in range(5)))
    assert len(asked) == 1
    side.clock.advance(1)
    await side.send("GET", "/status")
    assert len(asked) == 2


async def test_HT53_a_database_that_does_not_answer_is_away(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(health, "CHECK_S", 0)
    monkeypatch.setattr(side.log, "check", check)
    answer = await side.send("GET", "/ready")
    assert answer.json()["causes"] == ["database"]


@pytest.mark.parametrize("path", ["/status", "/health"])
async def test_HT54_status_tells_the_state_of_each_part(side: HttpSide, path: str) -> None:
    side.clock.advance(5)
    status = (await side.send("GET", path)).json()
    assert status["status"] == "ok"
    assert (status["version"], status["node"], status["uptime_s"]) == ("1.2.3", "n1", 5.0)
    assert status["parts"] == {"http": "ok", "database": "ok"}
    counts = ("rooms_open", "members", "connections", "lagging", "commands_pending")
    assert [status[name] for name in counts] == [2, 5, 4, 1, 7]


async def test_HT54_status_tells_of_other_nodes_and_of_news(side: HttpSide) -> None:
    assert (await side.send("GET", "/status")).json()["others"] == []
    other = OtherNode("two", "two.1", "1.2.3", 4, 9, 0.25)
    side.services.metrics.relay_states = lambda: [PathState(True, False, 4, 0.0012, 1)]
    object.__setattr__(side.services, "others", lambda: [other])
    status = (await side.send("GET", "/status")).json()
    assert status["others"] == [
        {
            "name": "two",
            "node": "two.1",
            "version": "1.2.3",
            "rooms": 4,
            "members": 9,
            "silent_s": 0.25,
            "ws_url": "",
            "draining": False,
        }
    ]
    assert status["news"] == [{"sound": True, "rooms": 4, "lag_s": 0.0012, "losses": 1}]


async def test_HT54_a_database_that_failed_for_good_is_told_apart(side: HttpSide) -> None:
    side.records_switch.fault = StorageFailed("cannot sync")
    status = (await side.send("GET", "/status")).json()
    assert status["parts"]["database"] == "failed"
    assert status["status"] == "unavailable"


async def test_SE_A15_metrics_are_for_this_machine(side: HttpSide) -> None:
    answer = await side.send("GET", "/metrics", address=LOCAL)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "touchline_members 5.0" in answer.text
    same = {"x-request-id": "the-same-one"}
    elsewhere = await side.send("GET", "/metrics", headers=same)
    nothing = await side.send("GET", "/metricz", headers=same)
    assert elsewhere.status_code == 404
    assert elsewhere.content == nothing.content
    assert elsewhere.headers == nothing.headers


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via"])
async def test_SE_A15_a_proxy_on_this_machine_makes_nobody_local(
    side: HttpSide, header: str
) -> None:
    answer = await side.send("GET", "/metrics", address=LOCAL, headers={header: "203.0.113.1"})
    assert answer.status_code == 404


async def test_SE_A15_with_a_key_metrics_are_for_whoever_has_it() -> None:
    async with http_side(metrics_key="a-key-of-tests") as side:
        right = {"authorization": "Bearer a-key-of-tests"}
        wrong = {"authorization": "Bearer another"}
        assert (await side.send("GET", "/metrics", headers=right)).status_code == 200
        assert (await side.send("GET", "/metrics", headers=wrong)).status_code == 404
        assert (await side.send("GET", "/metrics", address=LOCAL)).status_code == 404
        assert side.services.metrics.authentication_failures["metrics"] == 1


async def test_HT51_pages_learn_where_the_websocket_is(side: HttpSide) -> None:
    answer = await side.send("GET", "/config.json", host="192.168.1.5:8700")
    assert answer.json() == {
        "ws": "ws://192.168.1.5:8701/ws",
        "ws_urls": ["ws://192.168.1.5:8701/ws"],
        "version": "1.2.3",
        "protocol": 1,
        "mail": "folder",
        "sign_up": "open",
        "game": None,
        "match": None,
        "over": [],
        "league": None,
        "meet": None,
    }
