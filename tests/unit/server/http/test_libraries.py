"""Which libraries one can see."""

from __future__ import annotations

from typing import Any

from tests.support.http_calls import Call, member_of, team_of
from tests.support.http_side import HttpSide
from tests.support.libraries import add_item
from tests.support.shelves import ask, library, publish


async def listed(side: HttpSide, header: dict[str, str]) -> dict[str, tuple[str, str]]:
    page = await ask(side, header, "GET", "/libraries?limit=100")
    return {one["id"]: (one["reach"], one["role"]) for one in page["libraries"]}


BUILT_IN = {"built-in": ("built-in", "viewer")}


async def test_LB40_a_private_library_is_its_members_alone(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine)
    await side.board(mine)
    assert await listed(side, header) == {**BUILT_IN, room: ("private", "owner")}
    assert await listed(side, side.person("Eve")[1]) == BUILT_IN


async def test_LB40_a_public_library_is_everybodys_to_read(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1))
    eve = side.person("Eve")[1]
    await ask(side, eve, "GET", f"/libraries/{room}/items", status=404)
    await publish(side, header, room)
    assert await listed(side, eve) == {**BUILT_IN, room: ("public", "viewer")}
    assert await listed(side, header) == {**BUILT_IN, room: ("public", "owner")}
    page = await ask(side, eve, "GET", f"/libraries/{room}/items")
    assert [one["name"] for one in page["items"]] == ["Item 1"]
    await publish(side, header, room, on=False)
    await ask(side, eve, "GET", f"/libraries/{room}/items", status=404)
    assert await listed(side, eve) == BUILT_IN


async def test_LB41_reading_what_is_public_makes_nobody_a_member(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1))
    await publish(side, header, room)
    eve, theirs = side.person("Eve")
    item = f"/libraries/{room}/items/i_00000001"
    shown = await ask(side, theirs, "GET", item)
    assert mine.account not in str(shown)
    assert await side.directory.role_of(room, eve.account) is None
    for path in (f"/rooms/{room}", f"/rooms/{room}/history", f"{item}/versions"):
        await ask(side, theirs, "GET", path, status=404)
    await ask(side, theirs, "GET", f"/rooms/{room}/export", status=404)
    for method, path, body in (
        ("PATCH", item, {"set": {"name": "Mine"}}),
        ("DELETE", item, None),
        ("PUT", f"/libraries/{room}/public", {"public": False}),
        ("POST", f"{item}/share", {}),
    ):
        await ask(side, theirs, method, path, body, 403)


async def test_LB42_a_library_of_ones_team_is_there_before_one_was(side: HttpSide) -> None:
    mine, _ = await side.account()
    call = Call("listLibraries", side, mine)
    team = await team_of(call)
    room = await library(side, mine)
    teams = side.services.accounts.stores.teams
    await teams.set_room_team(room, team, at=1)
    bob, theirs = await side.account("bob@example.org", "Bob")
    assert await listed(side, theirs) == BUILT_IN
    await member_of(call, team, bob)
    assert await listed(side, theirs) == {**BUILT_IN, room: ("team", "editor")}


async def test_LB42_every_library_stands_on_one_page_alone(side: HttpSide) -> None:
    mine, header = side.person()
    made = {await library(side, mine) for _ in range(5)}
    bob, theirs = side.person("Bob")
    for _ in range(3):
        room = await library(side, bob)
        await publish(side, theirs, room)
        made.add(room)
    await publish(side, header, min(await side_ids(side, header)))
    seen: list[Any] = []
    query = "limit=2"
    while True:
        page = await ask(side, header, "GET", f"/libraries?{query}")
        seen += [one["id"] for one in page["libraries"]]
        if page["next"] is None:
            break
        query = f"limit=2&cursor={page['next']}"
    assert seen == ["built-in", *sorted(made)]


async def side_ids(side: HttpSide, header: dict[str, str]) -> list[str]:
    found = await listed(side, header)
    return [one for one, (reach, _) in found.items() if reach == "private"]


async def test_LB40_making_public_is_in_the_trail(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine)
    await publish(side, header, room)
    await publish(side, header, room)
    await side.services.accounts.audit.flush()
    records = await side.services.accounts.stores.trail.page(limit=10)
    assert [one.object for _, one in records if one.action == "library.public"] == [room]
