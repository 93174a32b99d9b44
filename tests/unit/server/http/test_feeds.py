"""Publishing into feeds: each answer of A10, once however often, and the operator's own feeds."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from server.accounts.signatures import TOLERANCE_S, new_secret
from server.http import feeds
from server.http.gate import FEED_BODY_BYTES_MAX
from server.identity import Identity
from tests.support.http_calls import REPORT
from tests.support.http_side import NO_ROOM, HttpSide
from tests.support.programs import Program, make_program, signed
from tests.unit.server.http.test_rooms import enter


@dataclass
class Scene:
    """Ada's feed, and her program that publishes."""

    side: HttpSide
    ada: Identity
    header: dict[str, str]
    room: str
    program: Program

    async def publish(
        self, said: Any = REPORT, id_: str = "msg_1", *, room: str = "", **how: Any
    ) -> httpx.Response:
        """One signed request. `how`: program, secret, late_s, headers."""
        program: Program = how.get("program", self.program)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        at_s = self.side.clock.now_ms() // 1000 - int(how.get("late_s", 0))
        secret = how.get("secret") or program.secret
        assert secret is not None
        headers = signed(secret, id_, body, at_s) | program.header | how.get("headers", {})
        path = f"/feeds/{room or self.room}/events"
        return await self.side.send("POST", path, content=body, headers=headers)

    async def plays(self) -> list[Any]:
        """The plays that the feed has."""
        answer = await self.side.send("GET", f"/rooms/{self.room}", headers=self.header)
        return answer.json()["state"]["kind"]["plays"]


@pytest.fixture
async def scene(side: HttpSide) -> Scene:
    ada, header = await side.account()
    room = await side.directory.create("feed", "Ours", ada, {})
    program = await make_program(side, header, "feeds:publish", signing=True)
    return Scene(side, ada, header, room, program)


def play(number: int, revision: int = 1, order: int = 1) -> dict[str, Any]:
    return {**REPORT, "revision": revision, "play": {"id": number, "order": order}}


def batch(*reports: Any, **more: Any) -> dict[str, Any]:
    return {"type": "reports", "reports": list(reports), **more}


async def test_FP1_A10_a_report_is_answered_with_its_version(scene: Scene) -> None:
    answer = await scene.publish()
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    assert [one["play"]["id"] for one in await scene.plays()] == [36]


async def test_FP1_many_reports_are_one_version(scene: Scene) -> None:
    answer = await scene.publish(batch(*(play(n) for n in range(1, 201))))
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    assert len(await scene.plays()) == 200


async def test_FP2_what_is_known_is_done(scene: Scene) -> None:
    await scene.publish()
    again = await scene.publish(id_="msg_2")
    assert again.status_code == 200
    assert len(await scene.plays()) == 1
    same = await scene.publish(id_="msg_2")
    assert same.content == again.content


async def test_FP1_A10_the_same_id_is_executed_once(scene: Scene) -> None:
    answers = await asyncio.gather(*(scene.publish() for _ in range(8)))
    assert {(one.status_code, one.content) for one in answers} == {(200, b'{"version":2}')}
    other = await scene.publish(play(37))
    assert (other.status_code, other.json()["error"]) == (409, "other_body")


async def test_A10_another_version_than_expected(scene: Scene) -> None:
    assert (await scene.publish(batch(play(1), expected=1))).status_code == 200
    late = await scene.publish(batch(play(2), expected=1), "msg_2")
    assert (late.status_code, late.json()["error"]) == (409, "changed_since")
    assert late.json()["detail"] == {"version": 2}


async def test_A10_something_else_under_a_known_revision(scene: Scene) -> None:
    await scene.publish()
    answer = await scene.publish(batch(play(1), play(36, order=2)), "msg_2")
    assert (answer.status_code, answer.json()["error"]) == (409, "exists")
    assert answer.json()["detail"] == {"report": 1}
    assert len(await scene.plays()) == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        ({"type": "chat.say", "text": "1-0"}, 422),
        ({**REPORT, "play": {"id": 0, "order": 1}}, 422),
        ({**REPORT, "source": "unheard_of"}, 422),
        (batch(), 422),
        (b" " * (FEED_BODY_BYTES_MAX + 1), 413),
    ],
)
async def test_A10_what_makes_no_sense(scene: Scene, said: Any, status: int) -> None:
    assert (await scene.publish(said)).status_code == status
    assert await scene.plays() == []


async def test_A10_another_type_of_body(scene: Scene) -> None:
    answer = await scene.publish(headers={"content-type": "text/plain"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "wrong", [{"secret": new_secret()}, {"late_s": TOLERANCE_S + 1}, {"late_s": -TOLERANCE_S - 1}]
)
async def test_A10_A11_a_wrong_signature(scene: Scene, wrong: dict[str, Any]) -> None:
    answer = await scene.publish(**wrong)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    none = {"authorization": "Bearer tl_live_nobody_x"}
    assert (await scene.publish(headers=none)).status_code == 401
    assert await scene.plays() == []


async def test_A10_a_key_without_this_feed_or_the_scope(scene: Scene) -> None:
    elsewhere = await make_program(
        scene.side, scene.header, "feeds:publish", signing=True, rooms=[NO_ROOM]
    )
    writes = await make_program(scene.side, scene.header, "rooms:write", signing=True)
    for program in (elsewhere, writes):
        answer = await scene.publish(program=program)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert await scene.plays() == []


async def test_A10_neither_a_viewer_nor_a_stranger_publishes(scene: Scene) -> None:
    viewer, theirs = scene.side.person("Eve")
    _, nobody = scene.side.person("Bob")
    await enter(scene.side, scene.room, scene.ada, viewer, "viewer")
    path = f"/feeds/{scene.room}/events"
    for header, status in ((theirs, 403), (nobody, 404), (scene.header, 200)):
        answer = await scene.side.send("POST", path, json=REPORT, headers=header)
        assert answer.status_code == status


async def test_A10_a_room_of_another_kind_takes_no_reports(scene: Scene) -> None:
    board = await scene.side.board(scene.ada)
    answer = await scene.publish(room=board)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_command")


async def test_FP3_what_is_not_durable_in_time_goes_on_and_is_answered_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "DURABLE_S", 0)
    answer = await scene.publish()
    assert (answer.status_code, answer.json()["error"]) == (503, "unknown_outcome")
    assert answer.headers["retry-after"] == "1"
    monkeypatch.setattr(feeds, "DURABLE_S", 5)
    again = await scene.publish()
    assert (again.status_code, again.json()) == (200, {"version": 2})
    assert len(await scene.plays()) == 1


GAME = {"game": "2030010600", "name": "AWY at HOM"}


async def test_FP4_the_operator_has_one_feed_of_a_game(side: HttpSide) -> None:
    asked = [
        side.send("POST", "/operator/feeds", json=GAME, headers=side.operator) for _ in range(3)
    ]
    opened = [one.json() for one in await asyncio.gather(*asked)]
    assert len({one["room"]["id"] for one in opened}) == 1
    assert sorted(one["made"] for one in opened) == [False, False, True]
    assert sorted(len(one["links"]) for one in opened) == [0, 0, 4]
    other = {**GAME, "game": "2030010601"}
    made = await side.send("POST", "/operator/feeds", json=other, headers=side.operator)
    assert made.json()["room"]["id"] != opened[0]["room"]["id"]


async def test_FP4_a_name_or_game_that_cannot_be_is_refused(side: HttpSide) -> None:
    wrongs: list[dict[str, Any]] = [
        {"name": "\u202e"},
        {"game": "a b"},
        {"settings": {"sources": []}},
    ]
    for wrong in wrongs:
        answer = await side.send(
            "POST", "/operator/feeds", json={**GAME, **wrong}, headers=side.operator
        )
        assert answer.status_code == 422


async def test_FP5_the_operator_reports_in_the_name_of_the_owner(scene: Scene) -> None:
    path = f"/operator/feeds/{scene.room}/events"
    for _ in range(2):
        answer = await scene.side.send("POST", path, json=REPORT, headers=scene.side.operator)
        assert (answer.status_code, answer.json()) == (200, {"version": 2})
    refused = await scene.side.send(
        "POST", path, json={**REPORT, "play": {"id": 36, "order": 5}}, headers=scene.side.operator
    )
    assert (refused.status_code, refused.json()["error"]) == (409, "exists")
