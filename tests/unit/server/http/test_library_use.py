"""Copies, links and boards of items."""

from __future__ import annotations

import re
from typing import Any

import pytest

from protocol.board import Properties
from protocol.board_commands import LoadBoard, NewObject
from server.http.built_in_items import built_in_items
from server.http.transfer import loading
from tests.support.http_calls import Call, key_of
from tests.support.http_side import HttpSide
from tests.support.libraries import DOCUMENT, add_item, item_id
from tests.support.shelves import ask, library, publish

ONE = item_id(1)
FAR = DOCUMENT.replace("[100, 200]", "[900000, 0]")
BALL_OF_NOBODY = (
    '{"id": "o_ball0001", "sort": "ball", "props": {"at": [0, 0], "carrier": "o_gone0001"}}, '
)
UNSEEN = DOCUMENT.replace('"number": 9', '"name": "\\u202e"')


async def test_LB60_an_item_is_copied_within_a_library(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, folder="a", tags=["t"]))
    body = {"item": ONE, "name": "Copy"}
    made = await ask(side, header, "POST", f"/libraries/{room}/copies", body, 201)
    copy = await ask(side, header, "GET", f"/libraries/{room}/items/{made['id']}")
    assert (copy["name"], copy["folder"], copy["tags"]) == ("Copy", "a", ["t"])


@pytest.mark.parametrize("public", [True, False])
async def test_LB61_an_item_is_copied_from_a_library_that_one_may_read(
    side: HttpSide, *, public: bool
) -> None:
    bob, theirs = side.person("Bob")
    source = await library(side, bob, add_item(1, folder="a"))
    if public:
        await publish(side, theirs, source)
    mine, header = side.person()
    room = await library(side, mine)
    path, body = f"/libraries/{room}/copies", {"item": ONE, "library": source}
    if not public:
        await ask(side, header, "POST", path, body, 404)
        return
    made = await ask(side, header, "POST", path, body, 201)
    copy = await ask(side, header, "GET", f"/libraries/{room}/items/{made['id']}")
    assert (copy["name"], copy["folder"]) == ("Item 1", None)


async def test_LB62_a_built_in_formation_is_copied_and_changed(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine)
    body = {"item": built_in_items()[0].id, "library": "built-in"}
    made = await ask(side, header, "POST", f"/libraries/{room}/copies", body, 201)
    change = {"set": {"name": "Ours"}}
    await ask(side, header, "PATCH", f"/libraries/{room}/items/{made['id']}", change)


async def test_LB63_a_link_makes_a_viewer_at_the_item(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1))
    shared = await ask(side, header, "POST", f"/libraries/{room}/items/{ONE}/share", {}, 201)
    found = re.fullmatch(
        rf"http://localhost:8700/library\.html#room={room}&invite=([\w.-]+)&item={ONE}",
        shared["link"],
    )
    assert found
    assert side.services.invitations.verify(room, found[1]) == shared["invitation"]
    links = await ask(side, header, "GET", f"/rooms/{room}/invitations")
    (one,) = links["invitations"]
    assert (one["id"], one["role"]) == (shared["invitation"], "viewer")
    assert one["link"].startswith(f"http://localhost:8700/library.html#room={room}&invite=")
    await ask(side, header, "POST", f"/libraries/{room}/items/{item_id(9)}/share", {}, 404)


async def objects(side: HttpSide, header: dict[str, str], board: str) -> list[Any]:
    view = await ask(side, header, "GET", f"/rooms/{board}")
    return list(view["state"]["kind"]["objects"].values())


async def test_LB64_a_formation_becomes_tokens_on_a_board_of_its_sport(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, sport="american_football"))
    path = f"/libraries/{room}/items/{ONE}"
    made = await ask(side, header, "POST", f"{path}/board", {"name": "Sunday"}, 201)
    assert (made["kind"], made["name"], made["role"]) == ("board", "Sunday", "owner")
    view = await ask(side, header, "GET", f"/rooms/{made['id']}")
    assert view["state"]["kind"]["settings"]["sport"] == "american_football"
    first, _ = await objects(side, header, made["id"])
    assert first["props"] == {
        "at": [-51_024, 0], "number": 1, "role": "GK", "side": "home",
    }  # fmt: skip
    assert (await ask(side, header, "GET", path))["opens"] == 1


async def test_LB65_a_board_in_a_library_becomes_a_board(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, "set_piece"))
    await publish(side, header, room)
    eve, theirs = side.person("Eve")
    made = await ask(side, theirs, "POST", f"/libraries/{room}/items/{ONE}/board", {}, 201)
    assert made["name"] == "Item 1"
    assert await side.directory.role_of(made["id"], eve.account) == "owner"
    (one,) = await objects(side, theirs, made["id"])
    assert one["props"] == {"at": [100, 200], "number": 9}


async def test_BD73_an_item_of_a_larger_pitch_becomes_a_board(side: HttpSide) -> None:
    mine, header = side.person()
    lost = FAR.replace('"objects": [', '"objects": [' + BALL_OF_NOBODY)
    room = await library(side, mine, add_item(1, "board", content=lost))
    made = await ask(side, header, "POST", f"/libraries/{room}/items/{ONE}/board", {}, 201)
    ball, token = await objects(side, header, made["id"])
    assert ball["props"] == {"at": [0, 0]}
    assert token["props"]["at"] == [73_500, 0]


async def test_LB66_what_no_board_takes_makes_none(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, "board", content=UNSEEN))
    before = await ask(side, header, "GET", "/rooms")
    await ask(side, header, "POST", f"/libraries/{room}/items/{ONE}/board", {}, 422)
    assert await ask(side, header, "GET", "/rooms") == before


async def test_LB66_a_key_for_some_rooms_makes_no_board(side: HttpSide) -> None:
    mine, _ = await side.account()
    room = await library(side, mine, add_item(1))
    key = await key_of(Call("", side, mine), mine, "rooms:write", rooms=frozenset({room}))
    bearer = {"authorization": f"Bearer {key.text}"}
    await ask(side, bearer, "POST", f"/libraries/{room}/items/{ONE}/board", {}, 403)


def test_LB65_a_large_board_comes_in_one_command() -> None:
    one = NewObject("o_00000001", "ball", Properties(at=(0, 0)))
    assert loading([one] * 450) == [LoadBoard([one] * 450)]
    assert loading([]) == []
