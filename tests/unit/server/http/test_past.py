"""Comparing versions over HTTP, and boards made of other boards."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.board import Properties
from protocol.board_commands import (
    AddObjects,
    Change,
    ConfigureBoard,
    DeleteObjects,
    LockObjects,
    NewObject,
    SetProperties,
)
from protocol.membership import RenameRoom
from server.http import past
from server.identity import Identity
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_rooms import ball, enter

TOKEN, OTHER, BALL = "o_token0001", "o_token0002", "o_ball00001"


def moved(object_id: str, x: int, y: int) -> SetProperties:
    return SetProperties([Change(object_id, Properties(at=(x, y)))])


async def a_board(side: HttpSide, owner: Identity) -> str:
    """2: two tokens, and a ball of the second. 3: the first has moved. 4: the second is gone."""
    room = await side.board(owner, "Corner kicks")
    objects = [
        NewObject(TOKEN, "token", Properties(at=(0, 0), number=9)),
        NewObject(OTHER, "token", Properties(at=(9, 9))),
        NewObject(BALL, "ball", Properties(at=(0, 0), carrier=OTHER)),
        NewObject("o_said0001", "comment", Properties(at=(0, 0), text="Hm")),
    ]
    await side.directory.execute(room, owner, AddObjects(objects))
    await side.directory.execute(room, owner, moved(TOKEN, 3_000, 4_000))
    await side.directory.execute(room, owner, DeleteObjects([OTHER]))
    return room


async def compared(side: HttpSide, room: str, header: dict[str, str], query: str) -> Any:
    return await side.send("GET", f"/rooms/{room}/diff?{query}", headers=header)


async def test_HT90_two_versions_are_compared_with_names(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    answer = (await compared(side, room, header, "from=2")).json()
    assert (answer["earlier"], answer["later"]) == (2, 4)
    assert [(row["id"], row["what"], row["version"]) for row in answer["objects"]] == [
        (TOKEN, "changed", 3),
        (OTHER, "removed", 4),
    ]
    assert answer["objects"][0]["moved"] == 5_000
    assert answer["names"] == {mine.account: "Ada"}
    between = (await compared(side, room, header, "from=2&to=3")).json()
    assert [row["id"] for row in between["objects"]] == [TOKEN]
    same = (await compared(side, room, header, "from=4&to=4")).json()
    assert (same["objects"], same["settings"], same["names"]) == ([], {}, {})


async def test_HT90_settings_are_compared_too(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await side.board(mine)
    await side.directory.execute(room, mine, ConfigureBoard(zones="lanes"))
    answer = (await compared(side, room, header, "from=1")).json()
    row = {"before": "none", "after": "lanes", "version": 2, "by": mine.account}
    assert answer["settings"] == {"zones": row}


async def test_HT90_long_distances_are_walked_piece_by_piece(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "ENTRIES_AT_ONCE", 2)
    mine, header = side.person("Ada")
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    for x in range(1, 8):
        await side.directory.execute(room, mine, moved("o_a0000000", x, 0))
    (row,) = (await compared(side, room, header, "from=2")).json()["objects"]
    assert (row["moved"], row["version"]) == (7, 9)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=3&to=2", 422),
        ("from=5", 422),
        ("to=2", 422),
        ("from=0", 422),
        ("from=2&to=9", 404),
    ],
)
async def test_HT90_versions_that_cannot_be_compared(
    side: HttpSide, query: str, status: int
) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    answer = await compared(side, room, header, query)
    assert answer.status_code == status
    assert answer.json()["error"] == {422: "invalid", 404: "unknown_version"}[status]


async def test_HT90_so_many_versions_at_once_are_too_many(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "ENTRIES_MAX", 2)
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    assert (await compared(side, room, header, "from=2")).status_code == 200
    assert (await compared(side, room, header, "from=1")).status_code == 422


async def fork(side: HttpSide, room: str, header: dict[str, str], **body: Any) -> Any:
    said = {"name": "Again", **body}
    return await side.send("POST", f"/rooms/{room}/fork", headers=header, json=said)


async def kind_of(side: HttpSide, room: str, header: dict[str, str]) -> Any:
    answer = await side.send("GET", f"/rooms/{room}", headers=header)
    return answer.json()["state"]["kind"]


async def test_HT91_a_fork_is_a_new_board_that_knows_its_origin(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    await side.directory.execute(room, mine, LockObjects([TOKEN], on=True))
    answer = await fork(side, room, header)
    assert answer.status_code == 201
    card = answer.json()
    assert (card["name"], card["role"], card["version"]) == ("Again", "owner", 2)
    assert card["id"] != room
    made = await kind_of(side, card["id"], header)
    assert made["settings"]["origin"] == {"room": room, "version": 5}
    # what was said there, and who locked what, stays there
    assert made["objects"].keys() == {TOKEN, BALL}
    assert made["objects"][TOKEN]["props"] == {"at": [3_000, 4_000], "number": 9}
    assert "locked" not in made["objects"][TOKEN]
    assert "carrier" not in made["objects"][BALL]["props"]
    origin = await kind_of(side, room, header)
    assert len(origin["objects"]) == 3


async def test_HT91_a_fork_of_the_past(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    card = (await fork(side, room, header, version=2)).json()
    made = await kind_of(side, card["id"], header)
    assert made["objects"].keys() == {TOKEN, OTHER, BALL}
    assert made["objects"][TOKEN]["props"]["at"] == [0, 0]
    assert made["objects"][BALL]["props"]["carrier"] == OTHER
    empty = (await fork(side, room, header, version=1)).json()
    assert (await kind_of(side, empty["id"], header))["objects"] == {}
    assert (await fork(side, room, header, version=9)).json()["error"] == "unknown_version"


async def test_HT91_a_viewer_may_fork_what_they_see(side: HttpSide) -> None:
    mine, _ = side.person("Ada")
    viewer, header = side.person("Vic")
    room = await a_board(side, mine)
    await enter(side, room, mine, viewer, "viewer")
    card = (await fork(side, room, header)).json()
    assert card["role"] == "owner"
    assert await side.directory.role_of(card["id"], mine.account) is None


async def test_HT91_what_lies_outside_a_smaller_pitch_comes_to_its_edge(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    await side.directory.execute(room, mine, moved("o_a0000000", 60_000, -30_000))
    await side.directory.execute(room, mine, ConfigureBoard(sport="basketball_fiba"))
    card = (await fork(side, room, header)).json()
    made = await kind_of(side, card["id"], header)
    assert made["objects"]["o_a0000000"]["props"]["at"] == [19_600, -10_500]


async def test_HT91_a_fork_that_the_rules_refuse_makes_no_room(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 1)
    answer = await fork(side, room, header)
    assert (answer.status_code, answer.json()["error"]) == (409, "limit_reached")
    rooms = (await side.send("GET", "/rooms", headers=header)).json()["rooms"]
    assert [one["id"] for one in rooms] == [room]


async def test_HT91_a_name_that_cannot_be_kept_makes_no_room(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    answer = await fork(side, room, header, name="\u202e")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


async def test_HT26_chosen_objects_are_restored_alone(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await a_board(side, mine)
    await side.directory.execute(room, mine, RenameRoom("Other"))
    body = {"version": 2, "ids": [OTHER]}
    answer = await side.send("POST", f"/rooms/{room}/restore", headers=header, json=body)
    assert answer.status_code == 200
    objects = (await kind_of(side, room, header))["objects"]
    assert OTHER in objects
    assert objects[TOKEN]["props"]["at"] == [3_000, 4_000]
