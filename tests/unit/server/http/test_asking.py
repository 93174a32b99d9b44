"""Questions over HTTP: who may ask about what, pages, and what is late."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from protocol.feed import DELAY_MAX_S
from server.identity import Identity
from tests.support.http_calls import Call, key_of
from tests.support.http_side import NO_ROOM, HttpSide, http_side
from tests.unit.server.http.test_rooms import enter

GAME = {"game": "2019090500", "name": "GB at CHI", "season": 2019, "week": 1}


def said(number: int, *lines: tuple[int, str, int], **more: Any) -> dict[str, Any]:
    stats = [
        {"stat": stat, "team": team, "player": "00-0000001", "name": "P.One", "yards": yards}
        for stat, team, yards in lines
    ]
    play = {
        "id": number, "order": number, "quarter": 1, "down": 3, "to_go": 8, "possession": "GB",
        "yard_line": "CHI 18", "clock": "10:00", "stats": stats,
    }  # fmt: skip
    return {"type": "play.report", "source": "gsis", "revision": 1, "play": {**play, **more}}


HEADER = {
    "type": "header.report", "source": "gsis", "revision": 1,
    "header": {"home": "CHI", "away": "GB"},
}  # fmt: skip


class Scene:
    """A feed of the operator's with two plays, and whoever asks."""

    def __init__(self, side: HttpSide, room: str) -> None:
        self.side = side
        self.room = room
        _, self.guest = side.person("Gus")

    async def report(self, *reports: dict[str, Any]) -> None:
        answer = await self.side.send(
            "POST",
            f"/operator/feeds/{self.room}/events",
            json={"type": "reports", "reports": list(reports)},
            headers=self.side.operator,
        )
        assert answer.status_code == 200, answer.text

    async def index(self, **said: Any) -> dict[str, Any]:
        answer = await self.side.send(
            "POST", "/operator/plays/index", json=said, headers=self.side.operator
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, question: Any = None, **how: Any) -> httpx.Response:
        header = how.get("header", self.guest)
        return await self.side.send("POST", "/plays/ask", json=question or {}, headers=header)

    async def plays(self, question: Any = None, **how: Any) -> list[int]:
        answer = await self.ask(question, **how)
        assert answer.status_code == 200, answer.text
        return [one["play"] for one in answer.json()["plays"]]


async def scene_of(side: HttpSide, **game: Any) -> Scene:
    opened = await side.send(
        "POST", "/operator/feeds", json={**GAME, **game}, headers=side.operator
    )
    scene = Scene(side, opened.json()["room"]["id"])
    await scene.report(HEADER, said(1, (10, "GB", 5)), said(2, (15, "GB", 20), (21, "GB", 20)))
    return scene


@pytest.fixture
async def scene(side: HttpSide) -> Scene:
    return await scene_of(side, open=True)


async def test_QY7_a_play_can_be_asked_about_when_no_delay_can_hide_it(scene: Scene) -> None:
    """The longest delay that anybody may have has passed since its commit: not before, to the
    millisecond, whoever asks and by whatever path."""
    clock = scene.side.clock
    await scene.index()
    assert await scene.plays() == []
    clock.advance(DELAY_MAX_S - 0.001)
    await scene.index()
    assert await scene.plays() == []
    clock.advance(0.001)
    await scene.index()
    assert await scene.plays() == [2, 1]


async def test_QY7_corrections_deletions_and_reviews_come_as_late(scene: Scene) -> None:
    clock = scene.side.clock
    clock.advance(DELAY_MAX_S)
    await scene.index()
    await scene.report(
        {**said(1, (10, "GB", 9)), "revision": 2},
        {"type": "play.delete", "source": "gsis", "revision": 2, "id": 2},
    )
    await scene.index()
    question = {"total": True}
    assert (await scene.ask(question)).json()["sums"][0]["yards"] == 25
    clock.advance(DELAY_MAX_S)
    await scene.index()
    assert (await scene.ask(question)).json()["sums"][0]["yards"] == 9
    review = {"type": "play.review", "source": "gsis", "revision": 3, "id": 1}
    await scene.report({**review, "on": True})
    clock.advance(DELAY_MAX_S)
    await scene.index()
    assert await scene.plays() == []
    await scene.report({**review, "revision": 4, "on": False})
    clock.advance(DELAY_MAX_S)
    await scene.index()
    assert await scene.plays() == [1]


async def test_QY7_with_less_a_play_comes_sooner() -> None:
    async with http_side(ask_behind_s=0) as side:
        scene = await scene_of(side, open=True)
        await scene.index()
        assert await scene.plays() == [2, 1]


async def test_QY1_what_a_play_is_found_as(scene: Scene) -> None:
    scene.side.clock.advance(DELAY_MAX_S)
    as_of = (await scene.index())["until"]
    answer = (await scene.ask({"where": {"zones": ["red"]}})).json()
    assert answer["as_of"] == as_of
    one = answer["plays"][0]
    assert (one["room"], one["game"], one["season"], one["week"]) == (
        scene.room, "2019090500", 2019, 1,
    )  # fmt: skip
    shown = {name: one[name] for name in ("offence", "defence", "field", "yards", "kind", "clock")}
    assert shown == {
        "offence": "GB", "defence": "CHI", "field": 18, "yards": 20, "kind": "pass", "clock": 600,
    }  # fmt: skip
    assert one["results"] == ["complete", "big"]
    assert one["success"] is True


async def test_QY5_everybody_asks_about_what_is_open_and_about_nothing_else(
    side: HttpSide,
) -> None:
    scene = await scene_of(side)
    side.clock.advance(DELAY_MAX_S)
    await scene.index()
    named = {"where": {"feeds": [scene.room]}}
    assert await scene.plays() == []
    assert (await scene.ask(named)).status_code == 404
    fan, header = side.person("Fan")
    owner = await _owner(scene)
    await enter(side, scene.room, owner, fan, "viewer")
    assert await scene.plays(named, header=header) == [2, 1]
    assert await scene.plays(header=header) == []
    board = await side.board(fan)
    assert (await scene.ask({"where": {"feeds": [board]}}, header=header)).status_code == 404
    every = await side.send("POST", "/operator/plays/ask", json={}, headers=side.operator)
    assert [one["play"] for one in every.json()["plays"]] == [2, 1]


async def _owner(scene: Scene) -> Identity:
    opened = await scene.side.directory.open(scene.room)
    assert opened is not None
    members = opened.replica.state.membership.members
    owner = next(one for one, role in members.items() if role == "owner")
    return Identity(owner, "Operator", 2**52, "t")


async def test_QY5_a_key_for_another_room_asks_about_that_alone(scene: Scene) -> None:
    side = scene.side
    side.clock.advance(DELAY_MAX_S)
    await scene.index()
    ada, _ = await side.account()
    await enter(side, scene.room, await _owner(scene), ada, "viewer")
    other = await key_of(Call("", side, ada), ada, "feeds:read", rooms=frozenset({NO_ROOM}))
    header = {"authorization": f"Bearer {other.text}"}
    assert (await scene.ask({"where": {"feeds": [scene.room]}}, header=header)).status_code == 404
    assert await scene.plays(header=header) == [2, 1]


async def test_QY4_pages_go_on_where_the_one_before_ended(scene: Scene) -> None:
    scene.side.clock.advance(DELAY_MAX_S)
    await scene.index()
    for order in ("newest", "yards"):
        first = (await scene.ask({"limit": 1, "order": order})).json()
        assert [one["play"] for one in first["plays"]] == [2]
        second = (await scene.ask({"limit": 1, "order": order, "cursor": first["next"]})).json()
        assert ([one["play"] for one in second["plays"]], second["next"]) == ([1], None)
    mixed = await scene.ask({"limit": 1, "cursor": first["next"]})
    assert mixed.status_code == 422


@pytest.mark.parametrize(
    "question",
    [
        {"cursor": "nothing"},
        {"cursor": "cGxheXM6MS4y"},
        {"limit": 101},
        {"limit": 0},
        {"order": "plays"},
        {"total": True, "order": "clock"},
        {"by": ["week"], "cursor": "cGxheXM6MS4yLjMuNA"},
        {"by": ["week", "week"]},
        {"by": ["week", "down", "kind"]},
        {"where": {"ranges": {"yards": [5, 4]}}},
        {"where": {"ranges": {"points": [1, 2]}}},
        {"where": {"ranges": {"yards": [1, 10**12]}}},
        {"where": {"roles": ["passer"]}},
        {"where": {"downs": [5]}},
        {"where": {"offences": ["NE'; DROP TABLE play; --"]}},
        {"where": {"feeds": ["r_1"]}},
    ],
)
async def test_QY4_what_makes_no_sense_is_refused(scene: Scene, question: dict[str, Any]) -> None:
    answer = await scene.ask(question)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid"), answer.text


async def test_QY12_a_round_goes_piece_by_piece(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.http.asking.FEEDS_AT_ONCE", 1)
    scenes = [await scene_of(side, game=f"201909050{n}", open=True) for n in range(3)]
    side.clock.advance(DELAY_MAX_S)
    seen: list[dict[str, Any]] = []
    asked: dict[str, Any] = {}
    while True:
        seen.append(await scenes[0].index(**asked))
        if seen[-1]["after"] is None:
            break
        asked = {"until": seen[-1]["until"], "after": seen[-1]["after"]}
    assert sum(one["changed"] for one in seen) == 3
    assert sum(one["plays"] for one in seen) == 6
    late = await scenes[0].index(until=2**52)
    assert late["until"] == side.clock.now_ms() - 1_000 * DELAY_MAX_S
