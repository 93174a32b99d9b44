"""The operator's side: every room, with the key from the data folder."""

from __future__ import annotations

import pytest

from storage.errors import StorageUnavailable
from storage.room_log import StoredSnapshot
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_rooms import ball

JSON = {"content-type": "application/json"}


async def test_HT41_the_operator_sees_every_room_in_pages(side: HttpSide) -> None:
    made: list[str] = []
    for name in ("Ada", "Bob", "Cid"):
        person, _ = side.person(name)
        made.append(await side.board(person))
    first = await side.send("GET", "/operator/rooms?limit=2", headers=side.operator)
    cursor = first.json()["next"]
    second = await side.send("GET", f"/operator/rooms?cursor={cursor}", headers=side.operator)
    cards = first.json()["rooms"] + second.json()["rooms"]
    assert [card["id"] for card in cards] == sorted(made)
    assert second.json()["next"] is None


async def test_HT41_cursors_of_other_lists_are_refused(side: HttpSide) -> None:
    mine, header = side.person()
    for _ in range(2):
        await side.board(mine)
    theirs = (await side.send("GET", "/rooms?limit=1", headers=header)).json()["next"]
    answer = await side.send("GET", f"/operator/rooms?cursor={theirs}", headers=side.operator)
    assert answer.status_code == 422


async def test_HT42_a_room_of_the_operator_comes_with_a_link_per_role(side: HttpSide) -> None:
    answer = await side.send(
        "POST",
        "/operator/rooms",
        headers=side.operator,
        json={"kind": "board", "name": "Club", "line_ups": True, "owner_name": "Coach"},
    )
    assert answer.status_code == 201
    opened = answer.json()
    assert list(opened["links"]) == ["owner", "editor", "annotator", "viewer"]
    room = opened["room"]["id"]
    for link in opened["links"].values():
        secret = link.partition("&invite=")[2]
        assert side.services.invitations.verify(room, secret) is not None
    shown = await side.send("GET", f"/operator/rooms/{room}", headers=side.operator)
    (member,) = shown.json()["view"]["state"]["room"]["members"].values()
    assert member == {"name": "Coach", "role": "owner"}


async def test_HT42_an_imported_room_comes_with_links_too(side: HttpSide) -> None:
    mine, _ = side.person()
    room = await side.board(mine, "Corners")
    path = f"/operator/rooms/{room}/export"
    file = await side.send("GET", path, headers=side.operator)
    answer = await side.send(
        "POST",
        "/operator/rooms/import",
        headers={**side.operator, **JSON},
        content=file.content,
    )
    assert answer.status_code == 201
    assert answer.json()["room"]["name"] == "Corners"
    assert answer.json()["links"].keys() == {"owner", "editor", "annotator", "viewer"}


async def test_HT43_a_room_is_shown_with_what_it_costs(side: HttpSide) -> None:
    mine, _ = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    shown = (await side.send("GET", f"/operator/rooms/{room}", headers=side.operator)).json()
    assert shown["log_bytes"] > 0
    assert shown["view"]["role"] is None
    assert shown["view"]["version"] == 2
    past = await side.send("GET", f"/operator/rooms/{room}?version=1", headers=side.operator)
    assert past.json()["view"]["state"]["kind"]["objects"] == {}


async def test_HT43_history_of_any_room(side: HttpSide) -> None:
    mine, _ = side.person("Ada")
    room = await side.board(mine)
    page = await side.send("GET", f"/operator/rooms/{room}/history", headers=side.operator)
    (entry,) = page.json()["entries"]
    assert entry["name"] == "Ada"


async def test_HT44_a_restore_is_in_an_owners_name(side: HttpSide) -> None:
    mine, _ = side.person()
    room = await side.board(mine)
    await side.directory.execute(room, mine, ball("a"))
    path = f"/operator/rooms/{room}/restore"
    answer = await side.send("POST", path, headers=side.operator, json={"version": 1})
    assert answer.json() == {"version": 3}
    page = await side.send("GET", f"/operator/rooms/{room}/history", headers=side.operator)
    assert page.json()["entries"][0]["by"] == mine.account


async def test_HT45_history_is_pruned_where_a_snapshot_covers_it(side: HttpSide) -> None:
    mine, _ = side.person()
    room = await side.board(mine)
    path = f"/operator/rooms/{room}/prune"
    answer = await side.send("POST", path, headers=side.operator, json={"before": 5})
    assert (answer.status_code, answer.json()["error"]) == (409, "not_covered")
    for n in range(8):
        await side.directory.execute(room, mine, ball(f"{n}"))
    opened = await side.directory.open(room)
    assert opened is not None
    head = opened.replica.committed
    await side.log.save_snapshot(room, StoredSnapshot(head, opened.replica.state.snapshot()))
    body = {"before": head.version + 1}
    answer = await side.send("POST", path, headers=side.operator, json=body)
    assert answer.status_code == 200
    gone = answer.json()["entries"]
    shown = (await side.send("GET", f"/operator/rooms/{room}", headers=side.operator)).json()
    assert shown["room"]["pruned_before"] == gone + 1
    page = await side.send("GET", f"/operator/rooms/{room}/history", headers=side.operator)
    assert [entry["version"] for entry in page.json()["entries"]] == list(range(9, gone, -1))
    assert page.json()["next"] is None
    file = await side.send("GET", f"/operator/rooms/{room}/export", headers=side.operator)
    assert [entry["v"] for entry in file.json()["entries"]] == list(range(gone + 1, 10))
    accounts = side.services.accounts
    await accounts.audit.flush()
    ((_, record),) = await accounts.stores.trail.page(limit=10, action="room.pruned")
    assert (record.object, record.detail["entries"]) == (room, gone)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/operator/rooms", None),
        ("POST", "/operator/rooms", {"kind": "board", "name": "B"}),
        ("GET", "/operator/rooms/r_x", None),
        ("POST", "/operator/rooms/r_x/prune", {"before": 1}),
    ],
)
async def test_HT6_without_the_database_the_operator_is_told_so(
    side: HttpSide, method: str, path: str, body: object
) -> None:
    side.directory_switch.fault = side.records_switch.fault = StorageUnavailable("away")
    answer = await side.send(method, path, headers=side.operator, json=body)
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")


async def test_AD17_what_the_operator_did_with_a_room_is_in_the_trail(side: HttpSide) -> None:
    made = await side.send(
        "POST", "/operator/rooms", headers=side.operator, json={"kind": "board", "name": "B"}
    )
    room = made.json()["room"]["id"]
    file = await side.send("GET", f"/operator/rooms/{room}/export", headers=side.operator)
    other = await side.send(
        "POST", "/operator/rooms/import", headers=side.operator, json=file.json()
    )
    accounts = side.services.accounts
    await accounts.audit.flush()
    found = await accounts.stores.trail.page(limit=10)
    assert [(one.action, one.account, one.object) for _, one in found] == [
        ("room.imported", "", other.json()["room"]["id"]),
        ("room.exported", "", room),
        ("admin.act", "", room),
    ]
    assert found[2][1].detail["what"] == "room made"
