"""Publishing into feeds: each answer of A10, once however often, and the operator's own feeds."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from protocol.feed import DELAY_MAX_S
from server.accounts.signatures import TOLERANCE_S, new_secret
from server.http import feeds, rooms
from server.http.gate import FEED_BODY_BYTES_MAX
from server.identity import Identity
from storage.teams import Team
from tests.support.http_calls import OPERATION, REPORT
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
    # A signed refusal is an entry (CM7), and whoever goes by what it tells comes in.
    assert late.json()["detail"] == {"version": 3}
    now = await scene.publish(batch(play(2), expected=3), "msg_3")
    assert (now.status_code, now.json()) == (200, {"version": 4})


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


# --- members who see late


DELAY_S = 30


@dataclass
class Watcher:
    """Somebody who follows Ada's feed late."""

    scene: Scene
    header: dict[str, str]
    identity: Identity

    async def get(self, path: str) -> httpx.Response:
        return await self.scene.side.send("GET", path, headers=self.header)

    async def say(self, said: dict[str, Any]) -> httpx.Response:
        path = f"/rooms/{self.scene.room}/commands"
        return await self.scene.side.send("POST", path, json={"command": said}, headers=self.header)


@pytest.fixture
async def watcher(scene: Scene) -> Watcher:
    viewer, header = await scene.side.account("eve@example.org", "Eve")
    await enter(scene.side, scene.room, scene.ada, viewer, "viewer")
    one = Watcher(scene, header, viewer)
    assert (await one.say({"type": "delay.set", "seconds": DELAY_S})).status_code == 200
    return one


async def test_SD4_a_late_member_reads_no_further_until_it_is_time(watcher: Watcher) -> None:
    scene, room = watcher.scene, f"/rooms/{watcher.scene.room}"
    scene.side.clock.advance(DELAY_S)
    version = (await scene.publish()).json()["version"]
    past = version - 1
    for until, path in ((past, room), (past, f"{room}?version={past}")):
        shown = (await watcher.get(path)).json()
        assert (shown["version"], shown["position"]) == (until, None)
        assert shown["state"]["kind"]["plays"] == []
    assert (await watcher.get(f"{room}?version={version}")).status_code == 404
    history = (await watcher.get(f"{room}/history")).json()["entries"]
    assert history[0]["version"] == past
    file = (await watcher.get(f"{room}/export")).json()
    assert (file["position"][1], file["entries"][-1]["v"]) == (past, past)
    (card,) = (await watcher.get("/rooms")).json()["rooms"]
    assert card["version"] == past
    assert card["updated_at"] <= scene.side.clock.now_ms() - 1_000 * DELAY_S
    said = await watcher.say({"type": "chat.say", "text": "Late"})
    assert said.json() == {"version": past}
    scene.side.clock.advance(DELAY_S)
    assert (await watcher.get(room)).json()["version"] == version + 1
    assert (await watcher.get("/rooms")).json()["rooms"][0]["version"] == version + 1


async def test_SD4_what_is_old_for_everybody_is_listed_without_opening_the_room(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    directory = watcher.scene.side.services.directory
    reach = directory.reach

    async def counting(room: str, account: str) -> Any:
        asked.append(room)
        return await reach(room, account)

    monkeypatch.setattr(directory, "reach", counting)
    assert (await watcher.get("/rooms")).status_code == 200
    assert asked == [watcher.scene.room]
    monkeypatch.setattr(rooms, "SHIFT_LASTS_MS", 60_000)  # a day is longer than a token
    watcher.scene.side.clock.advance(DELAY_MAX_S + 60)
    assert (await watcher.get("/rooms")).json()["rooms"][0]["version"] > 1
    assert asked == [watcher.scene.room]


async def test_SD4_in_the_list_of_a_team_too(watcher: Watcher) -> None:
    scene = watcher.scene
    teams = scene.side.services.accounts.stores.teams
    team = Team("t_0000000000000000000001", "Club", scene.side.clock.now_ms())
    assert await teams.create(team, owner=watcher.identity.account, owner_name="Eve")
    assert await teams.set_room_team(scene.room, team.id, at=scene.side.clock.now_ms())
    scene.side.clock.advance(DELAY_S)
    version = (await scene.publish()).json()["version"]
    (row,) = (await watcher.get(f"/teams/{team.id}/rooms")).json()["rooms"]
    assert row["version"] == version - 1
    assert row["updated_at"] <= scene.side.clock.now_ms() - 1_000 * DELAY_S


SECRET = "nobody may know this play yet"


async def test_SD4_no_operation_tells_a_late_member_of_now(watcher: Watcher) -> None:
    scene = watcher.scene
    scene.side.clock.advance(DELAY_S)
    said = {**REPORT, "play": {"id": 36, "order": 1, "text": SECRET}}
    assert (await scene.publish(said)).status_code == 200
    asked = 0
    for method, path, _ in OPERATION.values():
        if method != "GET" or ("{" in path and "{room_id}" not in path):
            continue
        filled = path.replace("{room_id}", scene.room)
        for query in ("", "?version=9", "?from=1", "?from=1&to=9"):
            answer = await scene.side.send("GET", filled + query, headers=watcher.header)
            assert answer.status_code < 500, (filled, answer.text)
            assert SECRET not in answer.text, filled
            asked += 1
    assert asked > 80
    body = {"name": "Ours"}
    forked = await scene.side.send(
        "POST", f"/rooms/{scene.room}/fork", json=body, headers=watcher.header
    )
    assert forked.status_code == 404
    scene.side.clock.advance(DELAY_S)
    assert SECRET in (await watcher.get(f"/rooms/{scene.room}/export")).text


async def test_SD4_who_has_no_delay_sees_everything(watcher: Watcher) -> None:
    scene = watcher.scene
    version = (await scene.publish()).json()["version"]
    answer = await scene.side.send("GET", f"/rooms/{scene.room}", headers=scene.header)
    assert answer.json()["version"] == version
    assert (await watcher.say({"type": "delay.set", "seconds": 0})).status_code == 200
    assert (await watcher.get(f"/rooms/{scene.room}")).json()["version"] == version + 1
    for wrong in (-1, 121, "30"):
        said = await watcher.say({"type": "delay.set", "seconds": wrong})
        assert said.status_code == 422
