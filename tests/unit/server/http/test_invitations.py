"""Invitation links over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from server.rules.membership import INVITATIONS_MAX
from tests.support.http_side import ORIGIN, HttpSide
from tests.unit.server.http.test_rooms import enter


async def create(side: HttpSide, room: str, header: dict[str, str], **wanted: Any) -> Any:
    path = f"/rooms/{room}/invitations"
    return await side.send("POST", path, headers=header, json={"role": "editor", **wanted})


async def test_HT30_a_link_names_the_host_by_which_its_owner_came(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    answer = await create(side, room, header, uses=3)
    assert answer.status_code == 201
    card = answer.json()
    assert (card["role"], card["uses"], card["expires"]) == ("editor", 3, None)
    assert card["link"] == f"{ORIGIN}/board.html#room={room}&invite={card['secret']}"
    assert side.services.invitations.verify(room, card["secret"]) == card["id"]
    listed = await side.send(
        "GET", f"/rooms/{room}/invitations", headers=header, host="192.168.1.5:8700"
    )
    (again,) = listed.json()["invitations"]
    assert again["secret"] == card["secret"], "derived again, stored nowhere"
    assert again["link"].startswith("http://192.168.1.5:8700/")


async def test_HT30_the_rooms_state_holds_no_secret(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    card = (await create(side, room, header)).json()
    _, view = await side.directory.view(room)
    proof = card["secret"].split(".")[1]
    assert proof.encode() not in view
    for line in await side.directory.entries(room, 1, 9):
        assert proof.encode() not in line


async def test_HT31_a_revoked_link_is_gone_from_the_list(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    card = (await create(side, room, header)).json()
    path = f"/rooms/{room}/invitations/{card['id']}"
    answer = await side.send("DELETE", path, headers=header)
    assert (answer.status_code, answer.content) == (204, b"")
    listed = await side.send("GET", f"/rooms/{room}/invitations", headers=header)
    assert listed.json() == {"invitations": []}
    again = await side.send("DELETE", path, headers=header)
    assert (again.status_code, again.json()["error"]) == (404, "unknown_invitation")


async def test_HT32_rotation_gives_a_new_link_with_the_same_limits(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    expires = side.clock.now_ms() + 60_000
    card = (await create(side, room, header, expires=expires, uses=2)).json()
    path = f"/rooms/{room}/invitations/{card['id']}/rotate"
    answer = await side.send("POST", path, headers=header)
    assert answer.status_code == 201
    fresh = answer.json()
    assert fresh["id"] != card["id"]
    assert [fresh[key] for key in ("role", "expires", "uses")] == ["editor", expires, 2]
    listed = await side.send("GET", f"/rooms/{room}/invitations", headers=header)
    assert [one["id"] for one in listed.json()["invitations"]] == [fresh["id"]]
    again = await side.send("POST", path, headers=header)
    assert (again.status_code, again.json()["error"]) == (404, "unknown_invitation")


@pytest.mark.parametrize("role", ["editor", "annotator", "viewer"])
async def test_HT33_links_are_for_owners(side: HttpSide, role: str) -> None:
    mine, header = side.person()
    member, their_header = side.person("Eve")
    room = await side.board(mine)
    card = (await create(side, room, header)).json()
    await enter(side, room, mine, member, role)
    base = f"/rooms/{room}/invitations"
    for method, path in (
        ("GET", base),
        ("DELETE", f"{base}/{card['id']}"),
        ("POST", f"{base}/{card['id']}/rotate"),
    ):
        answer = await side.send(method, path, headers=their_header)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    answer = await create(side, room, their_header)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wanted", [{"role": "king"}, {"uses": 0}, {"uses": "3"}, {"expires": -1}, {"expires": 5}]
)
async def test_HT34_a_link_that_cannot_hold_is_refused(
    side: HttpSide, wanted: dict[str, object]
) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    answer = await create(side, room, header, **wanted)
    assert answer.status_code == 422


async def test_HT34_a_room_has_so_many_links(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    for _ in range(INVITATIONS_MAX):
        assert (await create(side, room, header)).status_code == 201
    answer = await create(side, room, header)
    assert (answer.status_code, answer.json()["error"]) == (409, "limit_reached")
    assert answer.json()["detail"]["limit"] == "INVITATIONS_MAX"


async def test_a_link_that_is_revoked_while_it_is_rotated_is_unknown(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    card = (await create(side, room, header)).json()
    # the view that is read after the rotation no longer has the new link
    view = (await side.directory.view(room))[1]
    head = (await side.directory.view(room))[0]

    async def earlier(_room: str, _version: int | None) -> tuple[Any, bytes]:
        return head, view

    monkeypatch.setattr(side.directory, "view", earlier)
    path = f"/rooms/{room}/invitations/{card['id']}/rotate"
    answer = await side.send("POST", path, headers=header)
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_invitation")
