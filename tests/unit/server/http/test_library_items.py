"""Items over HTTP."""

from __future__ import annotations

import pytest

from protocol.library import CONTENT_BYTES_MAX
from server.http import library_items
from tests.support.http_side import HttpSide
from tests.support.libraries import (
    BOARD,
    SLOTS,
    add_item,
    delete_item,
    item_id,
    rename_folder,
    set_item,
)
from tests.support.shelves import ask, library
from tests.unit.server.http.test_rooms import enter

ONE = item_id(1)


async def test_LB44_an_item_is_made_read_changed_and_deleted(side: HttpSide) -> None:
    mine, header = side.person()
    items = f"/libraries/{await library(side, mine)}/items"
    body = {"sort": "formation", "name": "A", "tags": ["X"], "content": {"slots": SLOTS}}
    made = await ask(side, header, "POST", items, body, 201)
    one = f"{items}/{made['id']}"
    shown = await ask(side, header, "GET", one)
    assert (shown["name"], shown["tags"], shown["content"]) == ("A", ["x"], {"slots": SLOTS})
    assert shown["version"] == made["version"] == 2
    done = await ask(side, header, "PATCH", one, {"set": {"name": "B", "notes": "N"}})
    assert done == {"version": 3}
    assert (await ask(side, header, "GET", one))["notes"] == "N"
    await ask(side, header, "DELETE", one, status=204)
    assert (await ask(side, header, "GET", one, status=404))["error"] == "not_found"
    assert (await ask(side, header, "DELETE", one, status=404))["error"] == "deleted"


async def test_LB48_the_same_item_is_not_made_twice(side: HttpSide) -> None:
    mine, header = side.person()
    items = f"/libraries/{await library(side, mine)}/items"
    body = {"sort": "board", "id": ONE, "name": "A", "content": BOARD}
    await ask(side, header, "POST", items, body, 201)
    assert (await ask(side, header, "POST", items, body, 409))["error"] == "exists"


async def test_LB48_a_content_that_is_none_says_where(side: HttpSide) -> None:
    mine, header = side.person()
    items = f"/libraries/{await library(side, mine)}/items"
    body = {"sort": "board", "name": "A", "content": {**BOARD, "version": 2}}
    refused = await ask(side, header, "POST", items, body, 422)
    assert refused["detail"]["path"] == "$.version"


async def test_LB8_a_content_of_the_largest_size_comes_in_by_http(side: HttpSide) -> None:
    mine, header = side.person()
    items = f"/libraries/{await library(side, mine)}/items"
    one = {"id": "o_00000000", "sort": "text", "props": {"at": [0, 0], "text": "t" * 480}}
    objects = [{**one, "id": f"o_{n:08d}"} for n in range(115)]
    body = {"sort": "board", "name": "A", "content": {**BOARD, "objects": objects}}
    await ask(side, header, "POST", items, body, 201)
    body["content"] = {
        **BOARD,
        "objects": [*objects, *({**o, "id": f"{o['id']}x"} for o in objects)],
    }
    refused = await ask(side, header, "POST", items, body, 422)
    assert str(CONTENT_BYTES_MAX) in str(refused["detail"])


async def test_LB49_a_change_of_what_was_changed_since_is_a_conflict(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, {"type": "library.configure", "conflicts": "ask"}, add_item(1))
    bob, theirs = side.person("Bob")
    await enter(side, room, mine, bob, "editor")
    one = f"/libraries/{room}/items/{ONE}"
    version = await side.directory.version_of(room)
    await ask(side, header, "PATCH", one, {"set": {"name": "Ada's"}, "made": version})
    refused = await ask(side, theirs, "PATCH", one, {"set": {"name": "B"}, "made": 1}, 409)
    assert refused["error"] == "conflict"


async def test_LB50_reading_an_item_counts_and_listing_does_not(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1))
    items = f"/libraries/{room}/items"
    version = await side.directory.version_of(room)
    for n in (1, 2):
        assert (await ask(side, header, "GET", f"{items}/{ONE}"))["views"] == n
    listed = await ask(side, header, "GET", f"{items}?order=views")
    assert [(one["views"], one["opens"]) for one in listed["items"]] == [(2, 0)]
    assert await side.directory.version_of(room) == version


async def test_LB52_an_items_versions_are_its_own(side: HttpSide) -> None:
    mine, header = side.person()
    said = [add_item(1, folder="a"), add_item(2), set_item(1, name="B"), set_item(2, name="C")]
    room = await library(side, mine, *said, rename_folder("a", "b"), delete_item(1))
    path = f"/libraries/{room}/items/{ONE}/versions"
    found = await ask(side, header, "GET", path)
    assert [one["version"] for one in found["entries"]] == [7, 6, 4, 2]
    assert found["next"] is None
    seen: list[int] = []
    query = "?limit=1"
    while True:
        page = await ask(side, header, "GET", path + query)
        seen += [one["version"] for one in page["entries"]]
        if page["next"] is None:
            break
        query = f"?limit=1&cursor={page['next']}"
    assert seen == [7, 6, 4, 2]


async def test_LB52_a_long_history_is_looked_through_in_parts(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person()
    others = [set_item(2, name=f"N{n}") for n in range(12)]
    room = await library(side, mine, add_item(1), add_item(2), *others)
    monkeypatch.setattr(library_items, "SCANNED_MAX", 5)
    monkeypatch.setattr(library_items, "_SCANNED_AT_ONCE", 5)
    path = f"/libraries/{room}/items/{ONE}/versions"
    page = await ask(side, header, "GET", path)
    assert page["entries"] == []
    assert page["next"] is not None
    seen: list[int] = []
    while page["next"] is not None:
        page = await ask(side, header, "GET", f"{path}?cursor={page['next']}")
        seen += [one["version"] for one in page["entries"]]
    assert seen == [2]


async def test_LB53_a_deleted_item_is_rolled_back(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1), set_item(1, name="B"), delete_item(1))
    path = f"/libraries/{room}/items/{ONE}"
    assert await ask(side, header, "POST", f"{path}/restore", {"version": 2}) == {"version": 5}
    assert (await ask(side, header, "GET", path))["name"] == "Item 1"
    missing = await ask(side, header, "POST", f"{path}/restore", {"version": 99}, 404)
    assert missing["error"] == "unknown_version"


async def test_LB54_a_folder_is_renamed(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, folder="a/b"))
    await ask(side, header, "POST", f"/libraries/{room}/folders", {"folder": "a", "to": "c"})
    listed = await ask(side, header, "GET", f"/libraries/{room}/items?folder=c")
    assert [one["folder"] for one in listed["items"]] == ["c/b"]
