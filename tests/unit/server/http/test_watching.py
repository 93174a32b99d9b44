"""A shift over HTTP: set, told, and nothing later than it by any operation."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from protocol.feed import DELAY_MAX_S
from server.identity import Identity
from tests.support.http_calls import OPERATION, REPORT
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_asking import scene_of
from tests.unit.server.http.test_feeds import Scene, Watcher, scene
from tests.unit.server.http.test_rooms import enter

__all__ = ["scene"]
SECRET = "nobody may know this play yet"


@pytest.fixture
async def viewer(scene: Scene) -> Watcher:
    identity, header = await scene.side.account("eve@example.org", "Eve")
    await enter(scene.side, scene.room, scene.ada, identity, "viewer")
    return Watcher(scene, header, identity)


async def watch(one: Watcher, **said: Any) -> httpx.Response:
    path = f"/feeds/{one.scene.room}/watch"
    return await one.scene.side.send("POST", path, json=said, headers=one.header)


def play(number: int, **more: Any) -> dict[str, Any]:
    return {**REPORT, "play": {"id": number, "order": number, **more}}


async def test_TS2_a_shift_is_set_and_told(viewer: Watcher) -> None:
    clock = viewer.scene.side.clock
    now = clock.now_ms()
    answer = await watch(viewer, speed=0)
    told = {"at": now, "since": now, "speed": 0, "delay_s": 0, "now": now}
    assert (answer.status_code, answer.json()) == (200, told)
    clock.advance(10)
    assert (await watch(viewer, speed=2)).json()["at"] == now
    clock.advance(10)
    live = {"at": None, "since": None, "speed": None, "delay_s": 0, "now": clock.now_ms()}
    assert (await watch(viewer)).json() == live
    assert (await watch(viewer)).json() == live
    assert (await watch(viewer, speed=1)).json() == live, "no earlier than now is live"
    assert (await viewer.say({"type": "delay.set", "seconds": 30})).status_code == 200
    assert (await watch(viewer, speed=0, at=clock.now_ms())).json()["at"] == clock.now_ms() - 30_000


async def test_TS2_from_a_play_on_a_moment_before_it_came(viewer: Watcher) -> None:
    scene = viewer.scene
    await scene.publish(play(1), "msg_1")
    scene.side.clock.advance(60)
    came = scene.side.clock.now_ms()
    await scene.publish(play(2), "msg_2")
    scene.side.clock.advance(60)
    assert (await watch(viewer, speed=0, play=2)).json()["at"] == came - 2_000
    assert (await watch(viewer, speed=0, play=2)).status_code == 404, "it has not come to it yet"
    assert (await watch(viewer, speed=0, play=1)).status_code == 200
    assert (await watch(viewer, speed=0, play=77)).status_code == 404
    assert (await watch(viewer, speed=0, play=1, at=5)).status_code == 422


@pytest.mark.parametrize(
    "said", [{"speed": 61}, {"speed": -1}, {"at": -1}, {"speed": 1.5}, {"x": 1}]
)
async def test_TS2_what_makes_no_sense_is_refused(viewer: Watcher, said: dict[str, Any]) -> None:
    assert (await watch(viewer, **said)).status_code in {400, 422}


async def test_TS2_of_feeds_alone(viewer: Watcher) -> None:
    side = viewer.scene.side
    board = await side.board(viewer.identity)
    answer = await side.send("POST", f"/feeds/{board}/watch", json={}, headers=viewer.header)
    assert answer.status_code == 404


async def test_TS5_no_operation_tells_of_later_than_the_shift(viewer: Watcher) -> None:
    scene = viewer.scene
    assert (await watch(viewer, speed=0)).status_code == 200
    scene.side.clock.advance(200)
    before = (await viewer.get(f"/rooms/{scene.room}")).json()["version"]
    assert (await scene.publish(play(36, text=SECRET))).status_code == 200
    await viewer.say({"type": "chat.say", "text": "Hello"})
    scene.side.clock.advance(200)
    asked = 0
    for method, path, _ in OPERATION.values():
        if method != "GET" or ("{" in path and "{room_id}" not in path):
            continue
        filled = path.replace("{room_id}", scene.room)
        for query in ("", "?version=9", "?from=1", "?from=1&to=9"):
            answer = await scene.side.send("GET", filled + query, headers=viewer.header)
            assert answer.status_code < 500, (filled, answer.text)
            assert SECRET not in answer.text, filled
            asked += 1
    assert asked > 80
    (card,) = (await viewer.get("/rooms")).json()["rooms"]
    assert card["version"] == before
    assert (await viewer.say({"type": "chat.say", "text": "Still"})).json() == {"version": before}
    assert (await watch(viewer)).status_code == 200
    assert SECRET in (await viewer.get(f"/rooms/{scene.room}")).text


async def test_TS6_questions_leave_out_what_one_watches_from_earlier_on(side: HttpSide) -> None:
    asked = await scene_of(side, open=True)
    fan, header = side.person("Fan")
    owner: Any = asked.side.services.directory
    opened = await owner.open(asked.room)
    assert opened is not None
    members = opened.replica.state.membership
    first = next(iter(members.members))
    await enter(side, asked.room, Identity(first, "Operator", 2**52), fan, "viewer")
    side.clock.advance(DELAY_MAX_S)
    await asked.index()
    assert await asked.plays(header=header) == [2, 1]

    async def shift(**said: Any) -> None:
        path = f"/feeds/{asked.room}/watch"
        assert (await side.send("POST", path, json=said, headers=header)).status_code == 200

    await shift(speed=0)
    assert await asked.plays(header=header) == [2, 1], "it sees as much as questions tell"
    await shift(speed=0, at=1)
    for question in ({}, {"where": {"feeds": [asked.room]}}, {"total": True}):
        answer = (await asked.ask(question, header=header)).json()
        assert answer["plays"] == []
        assert [one["plays"] for one in answer["sums"]] in ([], [0])
        assert answer["left_out"] == [asked.room]
    assert await asked.plays() == [2, 1], "others are answered"
    await shift()
    assert await asked.plays(header=header) == [2, 1]
