"""Rooms as files: what is exported is a JSON document, and can be imported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol.board import BoardSettings, Properties
from protocol.board_commands import (
    AddObjects,
    Change,
    ConfigureBoard,
    LockBoard,
    LockLayer,
    LockObjects,
    NewObject,
    SetProperties,
)
from protocol.board_document import document_of, write_document
from server.http import transfer
from server.identity import Identity
from tests.support.http_side import HttpSide, http_side
from tests.support.libraries import add_item, delete_item, item_id
from tests.support.shelves import ask, library

JSON = {"content-type": "application/json"}


async def a_board(side: HttpSide, owner: Identity) -> str:
    room = await side.board(owner, "Corner kicks")
    await side.directory.execute(room, owner, ConfigureBoard(conflicts="ask"))
    objects = [
        NewObject("o_token0001", "token", Properties(at=(10, -20), number=9, name=None)),
        NewObject("o_arrow0001", "arrow", Properties(at=(0, 0), points=((0, 0), (500, 20)))),
    ]
    await side.directory.execute(room, owner, AddObjects(objects))
    await side.directory.execute(room, owner, LockObjects(["o_token0001"], on=True))
    return room


async def exported(side: HttpSide, room: str, header: dict[str, str]) -> Any:
    answer = await side.send("GET", f"/rooms/{room}/export", headers=header)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="{room}.touchline.json"'
    return answer


async def test_HT27_an_export_holds_the_view_and_every_entry(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_board(side, mine)
    file = (await exported(side, room, header)).json()
    assert (file["format"], file["version"]) == ("touchline.room", 1)
    assert file["room"] == {"id": room, "kind": "board", "name": "Corner kicks"}
    assert file["position"][:2] == [side.log.generation, 4]
    assert [entry["v"] for entry in file["entries"]] == [1, 2, 3, 4]
    assert file["state"]["kind"]["objects"].keys() == {"o_token0001", "o_arrow0001"}


async def test_HT27_an_export_has_one_entry_per_line(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "ENTRIES_AT_ONCE", 3)
    mine, header = side.person()
    room = await a_board(side, mine)
    lines = (await exported(side, room, header)).text.split("\n")
    assert lines[0].endswith('"entries":[')
    assert [json.loads(line.rstrip(","))["v"] for line in lines[1:5]] == [1, 2, 3, 4]
    assert lines[5:] == ["]}", ""]


async def test_an_export_of_what_is_pruned_meanwhile_still_ends_well(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person()
    room = await a_board(side, mine)

    async def none_left(_room: str, _first: int, _last: int) -> list[bytes]:
        return []

    monkeypatch.setattr(side.directory, "entries", none_left)
    assert (await exported(side, room, header)).json()["entries"] == []


async def test_HT28_an_import_is_a_new_room_that_looks_the_same(side: HttpSide) -> None:
    mine, header = side.person()
    other, their_header = side.person("Bob")
    file = await exported(side, await a_board(side, mine), header)
    answer = await side.send(
        "POST", "/rooms/import", headers={**their_header, **JSON}, content=file.content
    )
    assert answer.status_code == 201
    card = answer.json()
    assert (card["name"], card["role"]) == ("Corner kicks", "owner")
    now = (await side.send("GET", f"/rooms/{card['id']}", headers=their_header)).json()
    then = file.json()["state"]["kind"]
    board = now["state"]["kind"]
    assert board["settings"] == then["settings"]
    for name, one in then["objects"].items():
        assert board["objects"][name]["props"] == one["props"]
    assert board["objects"]["o_token0001"]["locked"] == other.account
    assert now["state"]["room"]["members"].keys() == {other.account}


async def test_HT28_a_file_that_was_laid_out_anew_is_read_too(side: HttpSide) -> None:
    mine, header = side.person()
    file = (await exported(side, await a_board(side, mine), header)).json()
    for content in (json.dumps(file, indent=2), json.dumps(file)):
        answer = await side.send(
            "POST", "/rooms/import", headers={**header, **JSON}, content=content
        )
        assert answer.status_code == 201


async def test_HT28_what_refers_to_something_later_comes_back(side: HttpSide) -> None:
    """A link may stand 200 objects before its ends: they came while it was there."""
    _, header = side.person()
    ends = ["o_end000001", "o_end000002"]
    objects: dict[str, Any] = {"o_link00001": {"sort": "link", "props": {"ends": ends}}}
    for n in range(250):
        objects[f"o_cone{n:05}"] = {"sort": "equipment", "props": {"at": [n, 0], "item": "cone"}}
    for end in ends:
        objects[end] = {"sort": "token", "props": {"at": [0, 0]}}
    state = {"kind": {"settings": {}, "objects": objects}}
    answer = await side.send("POST", "/rooms/import", headers=header, json=a_file(state=state))
    assert answer.status_code == 201, answer.text
    path = f"/rooms/{answer.json()['id']}"
    now = (await side.send("GET", path, headers=header)).json()
    assert now["state"]["kind"]["objects"].keys() == objects.keys()


async def test_HT28_many_objects_and_a_locked_board_come_back(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    for part in range(2):
        objects = [NewObject(f"o_{part}{n:07}", "ball", Properties(at=(n, 0))) for n in range(150)]
        await side.directory.execute(room, mine, AddObjects(objects))
    await side.directory.execute(room, mine, LockBoard(on=True))
    file = await exported(side, room, header)
    card = (
        await side.send("POST", "/rooms/import", headers={**header, **JSON}, content=file.content)
    ).json()
    now = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert len(now["state"]["kind"]["objects"]) == 300
    assert now["state"]["kind"]["locked"] == mine.account


async def test_HT28_objects_that_refer_to_later_ones_and_locked_layers_come_back(
    side: HttpSide,
) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    token = NewObject("o_token0001", "token", Properties(at=(0, 0)))
    ball = NewObject("o_ball00001", "ball", Properties(at=(0, 0)))
    carried = Change("o_ball00001", Properties(carrier="o_token0001"))
    for command in (
        AddObjects([ball]),
        AddObjects([token]),
        SetProperties([carried]),
        LockLayer("players", on=True),
    ):
        await side.directory.execute(room, mine, command)
    file = (await exported(side, room, header)).json()
    made = await ask(side, header, "POST", "/rooms/import", file, 201)
    view = (await ask(side, header, "GET", f"/rooms/{made['id']}"))["state"]["kind"]
    assert view["layers"] == {"players": mine.account}
    assert view["objects"]["o_ball00001"]["props"]["carrier"] == "o_token0001"


async def test_HT28_a_boards_document_makes_a_board(side: HttpSide) -> None:
    _, header = side.person()
    objects = [NewObject("o_token0001", "token", Properties(at=(5, 7)))]
    document = document_of("Derby", BoardSettings(sport="futsal"), objects)
    answer = await side.send(
        "POST", "/rooms/import", headers={**header, **JSON}, content=write_document(document)
    )
    assert answer.status_code == 201
    card = answer.json()
    assert (card["kind"], card["name"], card["role"]) == ("board", "Derby", "owner")
    view = (await ask(side, header, "GET", f"/rooms/{card['id']}"))["state"]["kind"]
    assert view["settings"]["sport"] == "futsal"
    assert view["objects"]["o_token0001"]["props"] == {"at": [5, 7]}


async def test_HT29_a_document_with_a_fault_is_refused_with_its_path(side: HttpSide) -> None:
    mine, header = side.person()
    props = {"at": [0, 0], "text": "?", "pin": "o_missing01"}
    body: dict[str, Any] = {
        "format": "touchline.board",
        "version": 1,
        "name": "B",
        "settings": {},
        "objects": [{"id": "o_comment01", "sort": "comment", "props": props}],
    }
    answer = await side.send("POST", "/rooms/import", headers=header, json=body)
    assert answer.status_code == 422
    assert "$.objects[0].props.pin" in answer.text
    assert await side.log.listed(mine.account, limit=10) == []


def a_file(**changes: Any) -> dict[str, Any]:
    board: dict[str, Any] = {"settings": {}, "objects": {}, "locked": None}
    return {
        "format": "touchline.room",
        "version": 1,
        "room": {"id": "r_x", "kind": "board", "name": "B"},
        "state": {"room": {}, "kind": board},
        "entries": [],
        **changes,
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'{"more":' + b"[" * 100_000],
)
async def test_HT29_what_is_no_file_is_malformed(side: HttpSide, content: bytes) -> None:
    _, header = side.person()
    answer = await side.send("POST", "/rooms/import", headers={**header, **JSON}, content=content)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"version": 2},
        {"room": {"kind": "draft", "name": "B"}},
        {"room": {"kind": "board", "name": "\u202e"}},
        {"state": {"kind": {"settings": {"sport": "chess"}, "objects": {}}}},
        {"state": {"kind": {"settings": {}, "objects": {"x": {"sort": "ball", "props": {}}}}}},
        {
            "state": {
                "kind": {"settings": {}, "objects": {"o_a0000000": {"sort": "ball", "props": {}}}}
            }
        },
    ],
)
async def test_HT29_a_file_of_something_else_is_refused_and_makes_no_room(
    side: HttpSide, changes: dict[str, Any]
) -> None:
    mine, header = side.person()
    answer = await side.send("POST", "/rooms/import", headers=header, json=a_file(**changes))
    assert answer.status_code == 422
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT29_a_file_beyond_a_limit_of_boards_makes_no_room(side: HttpSide) -> None:
    mine, header = side.person()
    objects = {f"o_{n:08}": {"sort": "ball", "props": {"at": [0, 0]}} for n in range(2_001)}
    state = {"kind": {"settings": {}, "objects": objects}}
    answer = await side.send("POST", "/rooms/import", headers=header, json=a_file(state=state))
    assert (answer.status_code, answer.json()["error"]) == (409, "limit_reached")
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT29_a_view_beyond_its_limit_is_too_large() -> None:
    async with http_side(import_view_bytes_max=1_000, import_bytes_max=100_000) as side:
        _, header = side.person()
        answer = await side.send(
            "POST", "/rooms/import", headers=header, json=a_file(more="x" * 2_000)
        )
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_HT29_history_passes_by_within_the_files_limit() -> None:
    async with http_side(import_view_bytes_max=1_000, import_bytes_max=100_000) as side:
        _, header = side.person()
        head = json.dumps(a_file())[: -len("]}")].encode() + b"\n"
        head = head.replace(b'"entries": [', b'"entries":[')

        async def pieces(count: int) -> Any:
            for piece in (head[:50], head[50:]):
                yield piece
            for _ in range(count):
                yield b'{"v":1},\n' * 100
            yield b"{}]}"

        for count, status in ((50, 201), (150, 413)):
            answer = await side.send(
                "POST", "/rooms/import", headers={**header, **JSON}, content=pieces(count)
            )
            assert answer.status_code == status


async def test_AD17_exports_and_imports_are_in_the_trail(side: HttpSide) -> None:
    ada, header = side.person()
    room = await a_board(side, ada)
    file = await exported(side, room, header)
    path, content = "/rooms/import", file.content
    asked = {**header, "content-type": "application/json"}
    made = await side.send("POST", path, headers=asked, content=content, address="10.1.1.1")
    accounts = side.services.accounts
    await accounts.audit.flush()
    found = await accounts.stores.trail.page(limit=10, account=ada.account)
    assert [(one.action, one.object) for _, one in found] == [
        ("room.imported", made.json()["id"]),
        ("room.exported", room),
    ]
    assert found[0][1].address == "10.1.1.1"


async def test_LB71_an_exported_library_is_imported_as_one(side: HttpSide) -> None:
    mine, header = side.person()
    room = await library(side, mine, add_item(1, tags=["a"]), add_item(2, "drill"), delete_item(1))
    await ask(side, header, "POST", f"/libraries/{room}/items/{item_id(1)}/restore", {"version": 2})
    file = (await exported(side, room, header)).json()
    assert file["room"]["kind"] == "library"
    made = await ask(side, header, "POST", "/rooms/import", file, 201)
    assert (made["kind"], made["name"]) == ("library", "Ours")

    async def items(one: str) -> Any:
        view = await ask(side, header, "GET", f"/rooms/{one}")
        return {i: x["props"] for i, x in view["state"]["kind"]["items"].items()}

    assert await items(made["id"]) == await items(room)
    file["state"]["kind"]["items"][item_id(1)]["props"]["content"] = "{}"
    before = await ask(side, header, "GET", "/rooms")
    await ask(side, header, "POST", "/rooms/import", file, 422)
    assert await ask(side, header, "GET", "/rooms") == before
