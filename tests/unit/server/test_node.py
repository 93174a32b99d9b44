"""The composition root: opened, served, drained."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
import websockets

from server import node
from server.cluster.heartbeat import Heartbeat
from server.config import Settings
from server.node import Started, run_node, version
from storage.heartbeats import Heartbeats
from tests.support.eventually import eventually


async def started(settings: Settings) -> tuple[asyncio.Task[int], Started]:
    """A node in this process, on free ports."""
    ready = asyncio.get_running_loop().create_future()
    running = asyncio.ensure_future(run_node(settings, ready=ready.set_result))
    done, _ = await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
    if running in done:
        raise AssertionError(f"the node ended with {running.result()}")
    return running, ready.result()


async def everything_until_it_closes(socket: websockets.ClientConnection) -> list[str]:
    """The codes of what is still said."""
    told: list[str] = []
    try:
        while True:
            told.append(json.loads(await socket.recv()).get("code", ""))
    except websockets.ConnectionClosed:
        return told


async def the_game(http: httpx.AsyncClient) -> dict[str, str]:
    """The demo's game, once it has a feed."""

    async def asked() -> dict[str, str] | None:
        return (await http.get("/config.json")).json()["game"]

    game = await eventually(asked)
    assert game["path"].startswith("/feed.html#room=r_")
    return game


async def the_league(http: httpx.AsyncClient) -> dict[str, str]:
    """The league of this game, once it is there."""

    async def asked() -> dict[str, str] | None:
        return (await http.get("/config.json")).json()["league"]

    return await eventually(asked)


def settings(folder: Path) -> Settings:
    return Settings(
        data_dir=str(folder), host="127.0.0.1", http_port=0, ws_port=0, demo=True, drain_s=0.2
    )


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"room": 7}', b"\xff"])
async def test_OP18_a_damaged_file_of_the_demo_does_not_stop_the_start(
    tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "demo.json").write_bytes(damage)
    running, first = await started(settings(tmp_path))
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0
    running, second = await started(settings(tmp_path))
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0
    assert first.links == second.links


async def test_OP_a_node_serves_its_demo_and_drains_when_told(tmp_path: Path) -> None:
    running, first = await started(settings(tmp_path))
    base = f"http://127.0.0.1:{first.settings.http_port}"
    roles = [link.role for link in first.links]
    assert roles == ["owner", "editor", "annotator", "viewer"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "operator.key").exists()
    async with httpx.AsyncClient(base_url=base) as http:
        assert (await http.get("/live")).json() == {"alive": True}
        status = (await http.get("/status")).json()
        assert status["connections"] == 0
        guest = (await http.post("/auth/guest", json={"name": "Ana"})).json()
        game = await the_game(http)
        league = await the_league(http)
        assert league["path"].startswith("/league.html#room=r_")
        # XP10 to XP12: what its feeds do is counted.
        told = (await http.get("/metrics")).text
        assert float(re.findall(r'feed_plays_total{source="gsis"} (\S+)', told)[0]) >= 1
        assert float(re.findall(r"\ntouchline_feeds_open (\S+)", told)[0]) >= 1
        assert "\ntouchline_feeds_inconsistent " in told
    room, invite = first.links[0].path.split("#room=")[1].split("&invite=")
    hello = {
        "type": "hello",
        "token": guest["token"],
        "client": "client-of-the-node-test",
        "rooms": [{"room": room, "invite": invite}],
    }
    address = f"ws://127.0.0.1:{first.settings.ws_port}/ws"
    async with websockets.connect(address, subprotocols=["touchline.v1.json"]) as socket:  # pyright: ignore[reportArgumentType] - a plain name
        await socket.send(json.dumps(hello))
        types = [json.loads(await socket.recv())["type"] for _ in range(3)]
        assert types == ["welcome", "snapshot", "joined"]
        os.kill(os.getpid(), signal.SIGTERM)
        told = await everything_until_it_closes(socket)
        assert "restarting" in told
    assert socket.close_code == 1012
    assert await running == 0
    assert not (tmp_path / "operator.key").exists()

    again, second = await started(settings(tmp_path))
    assert second.links == first.links, "what was made is found again"
    base = f"http://127.0.0.1:{second.settings.http_port}"
    async with httpx.AsyncClient(base_url=base) as http:
        assert await the_game(http) == game, "and the game that is on"
        assert await the_league(http) == league, "in its league"
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await again == 0


async def test_CK10_a_node_lives_for_the_others_from_when_it_serves_until_it_lets_go(
    tmp_path: Path,
) -> None:
    order: list[str] = []

    def noted(what: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **given: Any) -> Any:
            order.append(what)
            return original(*args, **given)

        return call

    with (
        patch.object(node, "_serve", noted("serves", node._serve)),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        patch.object(node, "_drain", noted("lets go", node._drain)),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        patch.object(Heartbeats, "beat", noted("beats", Heartbeats.beat)),
        patch.object(Heartbeat, "leaves", noted("leaves", Heartbeat.leaves)),
        patch.object(Heartbeats, "leave", noted("signs off", Heartbeats.leave)),
    ):
        running, _ = await started(settings(tmp_path))
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
    kept = [what for index, what in enumerate(order) if what not in order[:index]]
    assert kept == ["serves", "beats", "leaves", "lets go", "signs off"]
    assert order.count("signs off") == 1
    assert "beats" not in order[order.index("signs off") :], "a last one may come before it"


async def test_SV2_a_bug_outside_of_rooms_drains_the_node(tmp_path: Path) -> None:
    with patch("server.node.Watch.run", side_effect=ZeroDivisionError):
        running, _ = await started(settings(tmp_path))
        assert await running == 1


def test_the_version_is_that_of_the_installation() -> None:
    assert version().count(".") == 2
