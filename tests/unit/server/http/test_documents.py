"""Boards as documents over HTTP: what is written is read as the same, what is wrong is told with
its place, and a link shows a board to whoever holds it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from protocol.board import Properties
from protocol.board_commands import AddObjects, ConfigureBoard, DeleteObjects, NewObject
from protocol.membership import CreateInvitation, RenameRoom, RevokeInvitation
from server.identity import Identity
from tests.support.full_board import NINE, full_document
from tests.support.http_side import NO_ROOM, HttpSide, http_side
from tests.support.recording_recipient import RecordingRecipient
from tests.support.spoilt_documents import Seen, spoilt, taken_whole, well_refused

JSON = {"content-type": "application/json"}


async def imported(side: HttpSide, header: dict[str, str], document: Any) -> str:
    answer = await side.send("POST", "/rooms/document", headers=header, json=document)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def by_id(document: Any) -> dict[str, Any]:
    return {one["id"]: one for one in document["objects"]}


async def test_HT96_a_board_with_everything_on_it_comes_back_equal(side: HttpSide) -> None:
    _, header = side.person()
    wanted = full_document()
    room = await imported(side, header, wanted)
    answer = await side.send("GET", f"/rooms/{room}/document", headers=header)
    assert answer.headers["content-disposition"] == f'attachment; filename="{room}.board.json"'
    found = answer.json()
    assert by_id(found) == by_id(wanted)
    assert [one["id"] for one in found["objects"]] == [one["id"] for one in wanted["objects"]]
    assert found["name"] == wanted["name"]
    assert found["settings"].items() >= wanted["settings"].items()
    again = await imported(side, header, found)
    second = (await side.send("GET", f"/rooms/{again}/document", headers=header)).json()
    assert second == found


async def test_HT95_a_document_of_the_past_and_without_nulls(side: HttpSide) -> None:
    _, header = side.person()
    room = await imported(side, header, full_document())
    change = {"type": "objects.set", "changes": [{"id": NINE, "set": {"name": None}}]}
    opened = await side.directory.open(room)
    assert opened is not None
    then = opened.replica.committed.version
    answer = await side.send(
        "POST", f"/rooms/{room}/commands", headers=header, json={"command": change}
    )
    assert answer.status_code == 200, answer.text
    now = (await side.send("GET", f"/rooms/{room}/document", headers=header)).json()
    past = await side.send("GET", f"/rooms/{room}/document?version={then}", headers=header)
    assert "name" not in by_id(now)[NINE]["props"]
    assert by_id(past.json())[NINE]["props"]["name"] == "Łucja"
    gone = await side.send("GET", f"/rooms/{room}/document?version=999", headers=header)
    assert (gone.status_code, gone.json()["error"]) == (404, "unknown_version")


async def test_HT96_an_empty_board_is_a_board(side: HttpSide) -> None:
    _, header = side.person()
    room = await imported(side, header, {**full_document(), "objects": []})
    assert (await side.send("GET", f"/rooms/{room}/document", headers=header)).json()[
        "objects"
    ] == []


async def worn(side: HttpSide, owner: Identity) -> str:
    """A board that has lost a carrier, and became smaller under what stands on it."""
    room = await side.board(owner, "Worn")
    things = [
        NewObject("o_token0001", "token", Properties(at=(70_000, 40_000))),
        NewObject("o_token0002", "token", Properties(at=(0, 0))),
        NewObject("o_ball00001", "ball", Properties(at=(1, 1), carrier="o_token0002")),
        NewObject("o_said00001", "comment", Properties(at=(9, 9), text="Between us")),
    ]
    small = ConfigureBoard(length_mm=90_000, width_mm=45_000)
    for command in (AddObjects(things), DeleteObjects(["o_token0002"]), small):
        assert (await side.directory.execute(room, owner, command)).code is None
    return room


async def test_BD73_what_is_exported_is_imported(side: HttpSide) -> None:
    mine, header = side.person()
    room = await worn(side, mine)
    document = (await side.send("GET", f"/rooms/{room}/document", headers=header)).json()
    found = by_id(document)
    assert found["o_ball00001"]["props"] == {"at": [1, 1]}
    assert found["o_token0001"]["props"] == {"at": [63_000, 31_500]}
    made = await imported(side, header, document)
    again = (await side.send("GET", f"/rooms/{made}/document", headers=header)).json()
    assert again == document
    file = (await side.send("GET", f"/rooms/{room}/export", headers=header)).json()
    answer = await side.send("POST", "/rooms/import", headers=header, json=file)
    assert answer.status_code == 201, answer.text
    path = f"/rooms/{answer.json()['id']}/document"
    assert (await side.send("GET", path, headers=header)).json() == document


async def test_BD73_a_carrier_that_is_not_in_a_document_is_left_out(side: HttpSide) -> None:
    _, header = side.person()
    document = full_document()
    ball = {"id": "o_ball00009", "sort": "ball", "props": {"at": [0, 0], "carrier": "o_gone0001"}}
    document["objects"] = [ball]
    for path in ("/rooms/document", "/rooms/import"):
        answer = await side.send("POST", path, headers=header, json=document)
        assert answer.status_code == 201, answer.text
        room = answer.json()["id"]
        found = (await side.send("GET", f"/rooms/{room}/document", headers=header)).json()
        assert found["objects"][0]["props"] == {"at": [0, 0]}


async def test_BD44_an_origin_is_in_no_document_and_of_no_file(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    forged = {"room": room, "version": 1}
    said = {"kind": "board", "name": "B", "settings": {"origin": forged}}
    answer = await side.send("POST", "/rooms", headers=header, json=said)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert "$.settings.origin" in answer.text
    operators = await side.send("POST", "/operator/rooms", headers=side.operator, json=said)
    assert operators.status_code == 422
    asked = {"name": "Fork"}
    fork = (await side.send("POST", f"/rooms/{room}/fork", headers=header, json=asked)).json()["id"]
    document = (await side.send("GET", f"/rooms/{fork}/document", headers=header)).json()
    assert "origin" not in document["settings"]
    document["settings"]["origin"] = forged
    file = (await side.send("GET", f"/rooms/{fork}/export", headers=header)).json()
    assert file["state"]["kind"]["settings"]["origin"] == forged
    for path, body in (
        ("/rooms/document", document),
        ("/rooms/import", document),
        ("/rooms/import", file),
    ):
        made = (await side.send("POST", path, headers=header, json=body)).json()["id"]
        view = (await side.send("GET", f"/rooms/{made}", headers=header)).json()
        assert view["state"]["kind"]["settings"]["origin"] is None


FAULTS: list[tuple[str, Any, int, str, str]] = [
    ("number", "nine", 422, "$.objects[0].props.number", "Expected `int"),
    ("colour", "red", 422, "$.objects[0].props", "unknown field `colour`"),
    ("fill", "red", 422, "$.objects[0].props.fill", "regex"),
    ("at", [900_000, 0], 422, "$.objects[0].props.at", "outside"),
    ("at", None, 422, "$.objects[0].props.at", "required"),
    ("points", [[0, 0]], 422, "$.objects[0].props.points", "sort"),
]


@pytest.mark.parametrize(("name", "value", "status", "path", "why"), FAULTS)
async def test_HT96_what_is_wrong_is_told_with_its_place(
    side: HttpSide, name: str, value: Any, status: int, path: str, why: str
) -> None:
    mine, header = side.person()
    document = full_document()
    document["objects"][0]["props"][name] = value
    text = json.dumps(document, indent=1, ensure_ascii=False)
    answer = await side.send(
        "POST", "/rooms/document", headers={**header, **JSON}, content=text.encode()
    )
    detail = answer.json()["detail"]
    assert (answer.status_code, detail["path"]) == (status, path)
    assert why in detail["why"]
    line: int = detail["line"]
    told = text.splitlines()[line - 1].strip()
    wanted = path.rpartition(".")[2]
    assert told.startswith(f'"{wanted}":')
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT96_a_name_that_cannot_be_seen_is_told_with_its_place(side: HttpSide) -> None:
    mine, header = side.person()
    text = json.dumps(full_document("\u200b"), indent=1)
    answer = await side.send(
        "POST", "/rooms/document", headers={**header, **JSON}, content=text.encode()
    )
    detail = answer.json()["detail"]
    assert (answer.status_code, detail["path"], detail["line"]) == (422, "$.name", 4)
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT96_more_than_a_board_holds_is_told_with_place_and_limit(side: HttpSide) -> None:
    mine, header = side.person()
    document = full_document()
    points = [[n, 0] for n in range(500)]
    document["objects"] = [
        {"id": f"o_line{n:08}", "sort": "line", "props": {"at": [0, 0], "points": points}}
        for n in range(101)
    ]
    answer = await side.send("POST", "/rooms/document", headers=header, json=document)
    assert (answer.status_code, answer.json()["error"]) == (409, "limit_reached")
    detail = answer.json()["detail"]
    assert (detail["path"], detail["line"]) == ("$.objects", 1)
    assert (detail["limit"], detail["max"]) == ("BOARD_POINTS_MAX", 50_000)
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT96_a_missing_comma_is_told_with_its_line(side: HttpSide) -> None:
    _, header = side.person()
    lines = json.dumps(full_document(), indent=1, ensure_ascii=False).splitlines()
    at = next(n for n, line in enumerate(lines) if '"number"' in line)
    lines[at] = lines[at].replace(",", "")
    answer = await side.send(
        "POST", "/rooms/document", headers={**header, **JSON}, content="\n".join(lines).encode()
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
    assert abs(answer.json()["detail"]["line"] - (at + 2)) <= 1


async def test_HT96_nesting_beyond_everything_is_malformed(side: HttpSide) -> None:
    _, header = side.person()
    for text in ("[" * 100_000, '{"format":' + '{"a":' * 100_000):
        answer = await side.send(
            "POST", "/rooms/document", headers={**header, **JSON}, content=text
        )
        assert answer.status_code in {400, 422}


async def test_HT96_a_document_beyond_its_limit_is_too_large() -> None:
    async with http_side(import_view_bytes_max=1_000) as side:
        _, header = side.person()
        answer = await side.send("POST", "/rooms/document", headers=header, json=full_document())
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def everything(side: HttpSide) -> dict[str, int]:
    """Every room there is, with its version."""
    return {row.id: row.head.version for row in await side.log.all_rooms(limit=10_000)}


async def test_HT96_a_thousand_spoilt_documents_make_whole_boards_or_none() -> None:
    dice = random.Random(5)
    seen = Seen()
    async with http_side(http_burst=10_000) as side:
        there = await everything(side)
        for _ in range(1_000):
            _, header = side.person()  # nobody may import that much
            how, data = spoilt(dice)
            answer = await side.send(
                "POST", "/rooms/document", headers={**header, **JSON}, content=data
            )
            before, there = there, await everything(side)
            if answer.status_code != 201:
                faults = well_refused(data, answer.status_code, answer.json())
                if there != before:
                    faults.append("something was left of it")
            else:
                room = answer.json()["id"]
                found = await side.send("GET", f"/rooms/{room}/document", headers=header)
                faults = taken_whole(data, found.json())
                # The room, and one entry with all of its objects.
                if there != {**before, room: 1 + bool(found.json()["objects"])}:
                    faults.append("more or less than one room")
            seen.note(how, answer.status_code, faults)
    assert seen.faults[:5] == [], f"{len(seen.faults)} faults"
    assert seen.statuses[400] > 50, seen.statuses
    assert seen.statuses[409] > 3, seen.statuses
    assert seen.statuses[422] > 300, seen.statuses
    assert seen.statuses[201] > 50, seen.statuses


# --- what a link shows ---


async def shared(side: HttpSide, room: str, invite: str) -> Any:
    return await side.send("POST", f"/rooms/{room}/shared", json={"invite": invite})


async def link_of(
    side: HttpSide, room: str, owner: Identity, invitation: str, **limits: Any
) -> str:
    await side.directory.execute(room, owner, CreateInvitation(invitation, "viewer", **limits))
    return side.services.invitations.secret_part(room, invitation)


async def watch_link(side: HttpSide, room: str, header: dict[str, str], **more: Any) -> Any:
    path = f"/rooms/{room}/invitations"
    return await side.send("POST", path, headers=header, json={"role": "watch", **more})


async def test_MB31_a_link_to_watch_shows_the_board_and_lets_nobody_in(side: HttpSide) -> None:
    mine, header = side.person()
    room = await imported(side, header, full_document())
    one = (await watch_link(side, room, header)).json()
    assert one["role"] == "watch"
    assert f"/play.html#room={room}&invite={one['secret']}" in one["link"]
    answer = await shared(side, room, one["secret"])
    assert answer.status_code == 200
    eve, _ = side.person("Eve")
    joined = await side.directory.join(RecordingRecipient("eve"), room, invitation=str(one["id"]))
    assert joined is None
    assert await side.directory.role_of(room, eve.account) is None
    listed = await side.send("GET", f"/rooms/{room}/invitations", headers=header)
    assert [(i["id"], i["role"]) for i in listed.json()["invitations"]] == [(one["id"], "watch")]
    turned = await side.send(
        "POST", f"/rooms/{room}/invitations/{one['id']}/rotate", headers=header
    )
    fresh = turned.json()
    assert (fresh["role"], "/play.html#" in fresh["link"]) == ("watch", True)
    assert (await shared(side, room, one["secret"])).status_code == 404
    assert (await shared(side, room, fresh["secret"])).status_code == 200
    gone = await side.send("DELETE", f"/rooms/{room}/invitations/{fresh['id']}", headers=header)
    assert gone.status_code == 204
    assert (await shared(side, room, fresh["secret"])).status_code == 404
    assert mine.account != eve.account


async def test_MB31_it_counts_no_uses_and_is_of_boards_alone(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    assert (await watch_link(side, room, header, uses=3)).status_code == 422
    library = await side.directory.create("library", "Ours", mine, {})
    assert (await watch_link(side, library, header)).status_code == 422
    listed = await side.send("GET", f"/rooms/{room}/invitations", headers=header)
    assert listed.json()["invitations"] == []


async def test_HT97_what_people_said_to_each_other_is_not_shown(side: HttpSide) -> None:
    mine, header = side.person()
    room = await worn(side, mine)
    fork = (
        await side.send("POST", f"/rooms/{room}/fork", headers=header, json={"name": "F"})
    ).json()["id"]
    for one in (room, fork):
        secret = (await watch_link(side, one, header)).json()["secret"]
        answer = await shared(side, one, secret)
        assert answer.status_code == 200
        assert "Between us" not in answer.text
        assert room not in answer.text
        assert mine.account not in answer.text
        assert {o["sort"] for o in answer.json()["document"]["objects"]} == {"token", "ball"}


async def test_HT102_what_a_link_shows_is_made_once_for_a_version(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person()
    room = await imported(side, header, full_document())
    secret = (await watch_link(side, room, header)).json()["secret"]
    views: list[str] = []
    view = side.directory.view

    async def counted(room_id: str, version: int | None = None) -> Any:
        views.append(room_id)
        return await view(room_id, version)

    monkeypatch.setattr(side.directory, "view", counted)
    first = await shared(side, room, secret)
    assert (await shared(side, room, secret)).content == first.content
    assert views == [room]
    version = first.json()["version"]
    path, known = f"/rooms/{room}/shared", {"invite": secret, "version": version}
    same = await side.send("POST", path, json=known)
    assert (same.status_code, same.json()) == (200, {"version": version, "document": None})
    await side.directory.execute(room, mine, RenameRoom("Other"))
    fresh = (await side.send("POST", path, json=known)).json()
    assert (fresh["version"], fresh["document"]["name"]) == (version + 1, "Other")
    assert views == [room, room]
    wrong = await side.send("POST", path, json={**known, "invite": secret[:-1]})
    assert wrong.status_code == 404


async def test_HT97_a_link_shows_the_board_without_coming_in(side: HttpSide) -> None:
    mine, header = side.person()
    room = await imported(side, header, full_document())
    secret = await link_of(side, room, mine, "i_00000000001")
    answer = await shared(side, room, secret)
    assert answer.status_code == 200
    wanted = {i: one for i, one in by_id(full_document()).items() if one["sort"] != "comment"}
    assert by_id(answer.json()["document"]) == wanted
    view = (await side.send("GET", f"/rooms/{room}", headers=header)).json()
    assert answer.json()["version"] == view["version"]
    assert view["state"]["room"]["members"].keys() == {mine.account}


async def test_HT97_a_link_that_does_not_hold_shows_nothing(side: HttpSide) -> None:
    mine, header = side.person()
    room = await imported(side, header, full_document())
    other = await imported(side, header, full_document())
    good = await link_of(side, room, mine, "i_00000000001")
    soon = side.clock.now_ms() + 60_000
    ending = await link_of(side, room, mine, "i_00000000002", expires=soon)
    counted = await link_of(side, room, mine, "i_00000000003", uses=5)
    assert (await shared(side, room, ending)).status_code == 200
    side.clock.advance(61)
    await side.directory.execute(room, mine, RevokeInvitation("i_00000000001"))
    nothing = await shared(side, NO_ROOM, good)
    for where, secret in ((room, good), (room, ending), (room, counted), (other, good), (room, "")):
        answer = await shared(side, where, secret)
        assert answer.status_code == 404
        assert {**answer.json(), "id": ""} == {**nothing.json(), "id": ""}
