"""Who may read which library."""

from __future__ import annotations

import pytest

from server.http.library_access import BUILT_IN, role_in_library
from tests.support.http_calls import Call, key_of
from tests.support.http_side import NO_ROOM, HttpSide
from tests.support.libraries import SLOTS
from tests.support.shelves import ask, library, publish


async def test_LB43_the_built_in_library_is_everybodys_and_nobodys_to_change(
    side: HttpSide,
) -> None:
    _, header = side.person()
    page = await ask(side, header, "GET", f"/libraries/{BUILT_IN}/items?limit=100")
    assert "4-3-3" in [one["name"] for one in page["items"]]
    body = {"sort": "formation", "name": "A", "content": {"slots": SLOTS}}
    await ask(side, header, "POST", f"/libraries/{BUILT_IN}/items", body, 403)


async def test_LB41_a_board_is_no_library(side: HttpSide) -> None:
    mine, header = side.person()
    board = await side.board(mine)
    for path in ("items", "items/i_00000001", "items/i_00000001/versions"):
        await ask(side, header, "GET", f"/libraries/{board}/{path}", status=404)


@pytest.mark.parametrize("public", [True, False])
async def test_LB41_a_key_reads_what_is_in_its_grant(side: HttpSide, *, public: bool) -> None:
    mine, header = await side.account()
    room, other = await library(side, mine), await library(side, mine)
    if public:
        await publish(side, header, other)
    key = await key_of(Call("", side, mine), mine, "rooms:read", rooms=frozenset({room}))
    bearer = {"authorization": f"Bearer {key.text}"}
    await ask(side, bearer, "GET", f"/libraries/{room}/items")
    await ask(side, bearer, "GET", f"/libraries/{other}/items", status=404)
    page = await ask(side, bearer, "GET", "/libraries")
    assert [one["id"] for one in page["libraries"]] == [BUILT_IN, room]


async def test_LB41_what_does_not_exist_is_nobodys(side: HttpSide) -> None:
    mine, _ = side.person()
    assert await role_in_library(side.services, NO_ROOM, mine) is None
    assert await role_in_library(side.services, BUILT_IN, mine) == "viewer"
