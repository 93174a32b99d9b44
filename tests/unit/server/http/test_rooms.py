"""Rooms over HTTP: create, list, read, history, restore; and what those outside learn."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.board import Properties
from protocol.board_commands import AddObjects, ConfigureBoard, NewObject
from protocol.membership import CreateInvitation, EnterRoom, RemoveMember, RenameRoom, SetReadOnly
from server.http.paging import cursor_after
from server.identity import Identity
from server.rooms.directory import RoomUnreadable
from storage.errors import StorageUnavailable
from tests.support.http_side import NO_ROOM, HttpSide, http_side

SAME = {"x-request-id": "the-same-one"}


def ball(name: str) -> AddObjects:
    return AddObjects([NewObject(f"o_{name}0000000", "ball", Properties(at=(0, 0)))])


async def enter(side: HttpSide, room: str, owner: Identity, guest: Identity, role: Any) -> None:
    """Lets a guest in as they would come: by an invitation."""
    invitation = "i_" + guest.account[2:13]
    await side.directory.execute(room, owner, CreateInvitation(invitation, role))
    opened = await side.directory.open(room)
    assert opened is not None
    await side.directory._enter(opened, EnterRoom(guest.account, guest.name, invitation))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the door that join uses
    assert await side.directory.role_of(room, guest.account) == role


async def test_HT20_whoever_creates_a_room_owns_it(side: HttpSide) -> None:
    identity, header = side.person()
    answer = await side.send(
        "POST",
        "/rooms",
        headers=header,
        json={"kind": "board", "name": " Saturday ", "settings": {"conflicts": "ask"}},
    )
    assert answer.status_code == 201
    card = answer.json()
    assert (card["name"], card["role"], card["version"]) == ("Saturday", "owner", 1)
    assert await side.directory.role_of(card["id"], identity.account) == "owner"
    view = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert view["state"]["kind"]["settings"]["conflicts"] == "ask"


async def test_HT20_a_library_is_made_like_any_room(side: HttpSide) -> None:
    identity, header = side.person()
    body: dict[str, Any] = {"kind": "library", "name": "L", "settings": {"conflicts": "ask"}}
    card = (await side.send("POST", "/rooms", headers=header, json=body)).json()
    assert (card["kind"], card["role"]) == ("library", "owner")
    assert await side.directory.role_of(card["id"], identity.account) == "owner"
    view = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert view["state"]["kind"]["settings"] == {"conflicts": "ask"}
    for wrong in ({"settings": {"sport": "soccer"}}, {"line_ups": True}, {"kind": "shelf"}):
        answer = await side.send("POST", "/rooms", headers=header, json={**body, **wrong})
        assert answer.status_code == 422


async def test_HT20_a_draft_is_made_like_any_room(side: HttpSide) -> None:
    _, header = side.person()
    body: dict[str, Any] = {"kind": "draft", "name": "D", "settings": {"teams": 2, "rounds": 1}}
    card = (await side.send("POST", "/rooms", headers=header, json=body)).json()
    assert (card["kind"], card["role"]) == ("draft", "owner")
    view = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert view["state"]["kind"]["cells"] == [1, 2]
    for wrong in ({"settings": {"teams": 33}}, {"line_ups": True}):
        answer = await side.send("POST", "/rooms", headers=header, json={**body, **wrong})
        assert answer.status_code == 422


async def test_HT20_a_feed_is_made_like_any_room(side: HttpSide) -> None:
    _, header = side.person()
    body: dict[str, Any] = {"kind": "feed", "name": "F", "settings": {"sources": ["ours"]}}
    card = (await side.send("POST", "/rooms", headers=header, json=body)).json()
    assert (card["kind"], card["role"]) == ("feed", "owner")
    view = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert view["state"]["kind"] == {
        "settings": {"sources": ["ours"]},
        "header": None,
        "plays": [],
        "inconsistent": [],
        "delays": {},
        "reviews": {},
    }
    faults: list[dict[str, Any]] = [{"settings": {"sources": []}}, {"line_ups": True}]
    for wrong in faults:
        answer = await side.send("POST", "/rooms", headers=header, json={**body, **wrong})
        assert answer.status_code == 422


async def test_HT21_a_room_can_begin_with_line_ups(side: HttpSide) -> None:
    _, header = side.person()
    body = {"kind": "board", "name": "B", "line_ups": True}
    card = (await side.send("POST", "/rooms", headers=header, json=body)).json()
    assert card["version"] == 2
    view = (await side.send("GET", f"/rooms/{card['id']}", headers=header)).json()
    assert len(view["state"]["kind"]["objects"]) == 23


@pytest.mark.parametrize("name", ["\u202e", "  ", "a\u2028b"])
async def test_SE_C22_a_room_name_that_cannot_be_kept_is_refused(side: HttpSide, name: str) -> None:
    _, header = side.person()
    answer = await side.send("POST", "/rooms", headers=header, json={"kind": "board", "name": name})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


async def test_HT20_settings_that_the_kind_refuses_are_invalid(side: HttpSide) -> None:
    _, header = side.person()
    body = {"kind": "board", "name": "B", "settings": {"length_mm": -1}}
    answer = await side.send("POST", "/rooms", headers=header, json=body)
    assert answer.status_code == 422


async def test_HT22_a_list_has_my_rooms_alone_and_pages_through_all(side: HttpSide) -> None:
    mine, header = side.person()
    other, _ = side.person("Bob")
    made = {await side.board(mine, f"Board {n}") for n in range(5)}
    await side.board(other)
    seen: list[str] = []
    query = "limit=2"
    pages = 0
    while True:
        page = (await side.send("GET", f"/rooms?{query}", headers=header)).json()
        assert len(page["rooms"]) <= 2
        seen += [card["id"] for card in page["rooms"]]
        pages += 1
        if page["next"] is None:
            break
        query = f"limit=2&cursor={page['next']}"
    assert pages == 3
    assert seen == sorted(made)


async def test_HT5_a_cursor_is_stable_while_rooms_come_and_go(side: HttpSide) -> None:
    mine, header = side.person()
    made = sorted([await side.board(mine) for _ in range(4)])
    page = (await side.send("GET", "/rooms?limit=2", headers=header)).json()
    await side.board(mine)
    rest = (await side.send("GET", f"/rooms?cursor={page['next']}", headers=header)).json()
    assert [card["id"] for card in page["rooms"]] + [
        card["id"] for card in rest["rooms"] if card["id"] in made
    ] == made


async def test_HT5_twenty_by_default_and_a_hundred_at_most(side: HttpSide) -> None:
    mine, header = side.person()
    for _ in range(21):
        await side.board(mine)
    page = (await side.send("GET", "/rooms", headers=header)).json()
    assert len(page["rooms"]) == 20
    assert (await side.send("GET", "/rooms?limit=100", headers=header)).status_code == 200
    for query in ("limit=101", "limit=0", "limit=x", "cursor=!", "cursor=" + "A" * 129):
        answer = await side.send("GET", f"/rooms?{query}", headers=header)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


async def test_HT23_a_room_is_read_now_with_a_position_to_resume_from(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    view = (await side.send("GET", f"/rooms/{room}", headers=header)).json()
    head, state = await side.directory.view(room)
    assert view["position"] == [side.log.generation, head.version, head.tag]
    assert (view["version"], view["role"], view["kind"]) == (2, "owner", "board")
    assert len(state) > 100
    assert view["state"]["kind"]["objects"].keys() == {"o_a0000000"}


async def test_HT24_a_room_is_read_at_a_version(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    await side.directory.execute(room, mine, ball("b"))
    past = (await side.send("GET", f"/rooms/{room}?version=2", headers=header)).json()
    assert (past["version"], past["position"]) == (2, None)
    assert past["state"]["kind"]["objects"].keys() == {"o_a0000000"}
    now = (await side.send("GET", f"/rooms/{room}?version=3", headers=header)).json()
    assert now["position"] is not None


async def test_HT24_a_version_that_is_not_there_is_unknown(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    answer = await side.send("GET", f"/rooms/{room}?version=7", headers=header)
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_version")
    answer = await side.send("GET", f"/rooms/{room}?version=0", headers=header)
    assert answer.status_code == 422


async def test_HT25_history_is_newest_first_with_names_and_pages(side: HttpSide) -> None:
    mine, header = side.person("Ada")
    room = await side.board(mine)
    for name in "abcd":
        await side.directory.execute(room, mine, ball(name))
    first = (await side.send("GET", f"/rooms/{room}/history?limit=2", headers=header)).json()
    assert [entry["version"] for entry in first["entries"]] == [5, 4]
    newest = first["entries"][0]
    assert (newest["by"], newest["name"]) == (mine.account, "Ada")
    assert newest["events"][0]["type"] == "objects.added"
    # what comes meanwhile shifts nothing
    await side.directory.execute(room, mine, ball("e"))
    path = f"/rooms/{room}/history?limit=2&cursor="
    second = (await side.send("GET", path + first["next"], headers=header)).json()
    assert [entry["version"] for entry in second["entries"]] == [3, 2]
    third = (await side.send("GET", path + second["next"], headers=header)).json()
    assert [entry["version"] for entry in third["entries"]] == [1]
    assert third["next"] is None


async def test_HT25_of_long_entries_fewer_come_than_were_asked_for(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person("Ada")
    room = await side.board(mine)
    for name in "abcdefgh":
        await side.directory.execute(room, mine, ball(name))
    monkeypatch.setattr("server.rooms.directory.PAGE_BYTES", 600)
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        page = (await side.send("GET", f"/rooms/{room}/history{cursor}", headers=header)).json()
        versions = [entry["version"] for entry in page["entries"]]
        assert 0 < len(versions) < 5
        seen += versions
        cursor = page["next"] and f"?cursor={page['next']}"
    assert seen == list(range(9, 0, -1))


async def test_HT25_a_cursor_at_the_beginning_gives_an_empty_page(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    cursor = cursor_after("history", 1)
    page = await side.send("GET", f"/rooms/{room}/history?cursor={cursor}", headers=header)
    assert page.json() == {"entries": [], "next": None}


async def test_HT26_restore_is_a_new_entry(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    await side.directory.execute(room, mine, ball("b"))
    answer = await side.send("POST", f"/rooms/{room}/restore", headers=header, json={"version": 2})
    assert answer.json() == {"version": 4}
    view = (await side.send("GET", f"/rooms/{room}", headers=header)).json()
    assert view["state"]["kind"]["objects"].keys() == {"o_a0000000"}


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [(9, 404, "unknown_version"), (1, 409, "nothing_changes")],
)
async def test_HT26_a_restore_that_the_rules_refuse_says_why(
    side: HttpSide, version: int, status: int, code: str
) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, RenameRoom("Other"))
    answer = await side.send(
        "POST", f"/rooms/{room}/restore", headers=header, json={"version": version}
    )
    assert (answer.status_code, answer.json()["error"]) == (status, code)


async def test_HT26_roles_hold_over_http_too(side: HttpSide) -> None:
    mine, _ = side.person()
    viewer, header = side.person("Vic")
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    await enter(side, room, mine, viewer, "viewer")
    body = {"version": 1}
    answer = await side.send("POST", f"/rooms/{room}/restore", headers=header, json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    editor, header = side.person("Eve")
    await enter(side, room, mine, editor, "editor")
    await side.directory.execute(room, mine, SetReadOnly(on=True))
    answer = await side.send("POST", f"/rooms/{room}/restore", headers=header, json=body)
    assert (answer.status_code, answer.json()["error"]) == (409, "read_only")


ROOM_PATHS: list[tuple[str, str, object]] = [
    ("GET", "/rooms/{}", None),
    ("GET", "/rooms/{}?version=1", None),
    ("GET", "/rooms/{}/history", None),
    ("GET", "/rooms/{}/export", None),
    ("POST", "/rooms/{}/restore", {"version": 1}),
    ("GET", "/rooms/{}/invitations", None),
    ("POST", "/rooms/{}/invitations", {"role": "editor"}),
    ("DELETE", "/rooms/{}/invitations/i_00000000000", None),
    ("POST", "/rooms/{}/invitations/i_00000000000/rotate", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROOM_PATHS)
async def test_SE_C11_a_strangers_room_answers_as_one_that_never_was(
    side: HttpSide, method: str, path: str, body: object
) -> None:
    mine, _ = side.person()
    removed, header = side.person("Stranger")
    room = await side.board(mine)
    headers = {**SAME, **header}
    strange = await side.send(method, path.format(room), headers=headers, json=body)
    missing = await side.send(method, path.format(NO_ROOM), headers=headers, json=body)
    malformed = await side.send(method, path.format("nonsense"), headers=headers, json=body)
    assert strange.status_code == 404
    assert strange.content == missing.content == malformed.content
    for answer in (strange, missing, malformed):
        answer.headers.pop("ratelimit", None)  # counts the requests
    assert strange.headers == missing.headers == malformed.headers
    assert strange.json() == {"error": "not_found", "id": "the-same-one"}
    await enter(side, room, mine, removed, "editor")
    await side.directory.execute(room, mine, RemoveMember(removed.account))
    kicked = await side.send(method, path.format(room), headers=headers, json=body)
    assert kicked.content == missing.content


@pytest.mark.parametrize(("method", "path", "body"), [*ROOM_PATHS, ("GET", "/rooms", None)])
async def test_HT6_without_the_database_nothing_is_executed(
    side: HttpSide, method: str, path: str, body: object
) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    side.directory_switch.fault = side.records_switch.fault = StorageUnavailable("away")
    answer = await side.send(method, path.format(room), headers=header, json=body)
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_HT7_a_room_that_cannot_be_read_gives_its_own_incident(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    side.directory_switch.fault = RoomUnreadable(room, "incident-7")
    answer = await side.send("GET", f"/rooms/{room}", headers=header)
    assert answer.status_code == 503
    assert answer.json() == {"error": "room_unreadable", "id": "incident-7"}


async def test_a_rejected_command_that_is_not_final_may_be_sent_again() -> None:
    async with http_side(inbox_max=0) as side:
        mine, header = side.person()
        room = await side.board(mine)
        answer = await side.send(
            "POST", f"/rooms/{room}/restore", headers=header, json={"version": 1}
        )
        assert (answer.status_code, answer.json()["error"]) == (503, "busy")
        assert answer.headers["retry-after"] == "1"


async def test_a_rejection_carries_what_the_rules_tell_its_author(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ConfigureBoard(conflicts="ask"))
    answer = await side.send("POST", f"/rooms/{room}/restore", headers=header, json={"version": 2})
    told = answer.json()
    assert told["error"] in {"unknown_version", "nothing_changes"}
    assert told["id"] == answer.headers["x-request-id"]
