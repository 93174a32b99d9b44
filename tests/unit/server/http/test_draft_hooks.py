"""Webhooks over HTTP: made, listed, tried out, turned on again, removed; by the commissioner."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.draft_commands import AddPlayers
from server.accounts.signatures import secret_bytes
from server.hooks.post import Answer
from server.http import draft_hooks
from storage.webhooks import Progress
from tests.support.drafts import pool_of
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_drafts import a_draft
from tests.unit.server.http.test_rooms import enter

URL = "https://league.example/hooks?key=hush"


async def made(side: HttpSide, room: str, header: dict[str, str], url: str = URL) -> Any:
    path = f"/drafts/{room}/webhooks"
    return await side.send("POST", path, headers=header, json={"url": url})


async def listed(side: HttpSide, room: str, header: dict[str, str]) -> Any:
    found = await side.send("GET", f"/drafts/{room}/webhooks", headers=header)
    assert found.status_code == 200
    return found.json()["webhooks"]


async def test_WH25_the_secret_is_told_once_and_signs(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    answer = (await made(side, room, header)).json()
    assert answer["secret"].startswith("whsec_")
    (card,) = await listed(side, room, header)
    assert card == answer["card"]
    assert card["url"] == URL
    assert "secret" not in card
    await side.directory.execute(room, mine, AddPlayers(tuple(pool_of(21)[20:])))
    tried = f"/drafts/{room}/webhooks/{card['id']}/test"
    assert (await side.send("POST", tried, headers=header)).status_code == 200
    assert side.posts.posts[-1].secret == secret_bytes(answer["secret"])
    head = await side.directory.version_of(room)
    (card,) = await listed(side, room, header)
    assert (card["waits"], card["version"]) == (True, (head or 0) - 1)


async def test_WH26_a_draft_has_five(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    told = [(await made(side, room, header)).status_code for _ in range(draft_hooks.HOOKS_MAX + 1)]
    assert told == [201] * draft_hooks.HOOKS_MAX + [409]
    board = await side.board(mine)
    assert (await made(side, board, header)).status_code == 404


async def test_WH27_the_commissioner_alone_sees_and_changes_them(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    manager, theirs = side.person("Bob")
    await enter(side, room, mine, manager, "editor")
    card = (await made(side, room, header)).json()["card"]
    path = f"/drafts/{room}/webhooks"
    for method, where in (
        ("GET", path),
        ("POST", path),
        ("POST", f"{path}/{card['id']}/test"),
        ("POST", f"{path}/{card['id']}/on"),
        ("DELETE", f"{path}/{card['id']}"),
    ):
        answer = await side.send(method, where, headers=theirs, json={"url": URL})
        assert answer.status_code == 403, where


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://localhost/", "ftp://a.example/", "https://a:b@c.example/"]
)
async def test_WH12_an_address_that_cannot_be_is_refused_where_it_is_given(
    side: HttpSide, url: str
) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    answer = await made(side, room, header, url)
    assert answer.status_code == 422
    assert "url: " in answer.text


async def test_WH28_trying_out_sends_at_once_and_moves_nothing(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    card = (await made(side, room, header)).json()["card"]
    path = f"/drafts/{room}/webhooks/{card['id']}/test"
    side.posts.answers = [Answer(None, 12, "private"), Answer(204, 3)]
    one = (await side.send("POST", path, headers=header)).json()
    two = (await side.send("POST", path, headers=header)).json()
    assert (one["status"], one["problem"]) == (None, "the name leads into a private network")
    assert (two["status"], two["problem"], two["type"]) == (204, "", "test")
    assert one["id"] != two["id"]
    (now,) = await listed(side, room, header)
    assert now == {**card, "deliveries": [two, one]}


async def test_WH29_one_that_is_off_says_why_and_is_turned_on_again(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    card = (await made(side, room, header)).json()["card"]
    store = side.services.hooks.store
    for why, words in (
        ("gone", "the receiver answered 410: it wants no more"),
        ("timeout", "nothing was accepted for a day: no answer within 10 s"),
        ("status 500", "nothing was accepted for a day: the answer was status 500"),
    ):
        await side.directory.execute(room, mine, AddPlayers(tuple(pool_of(1))))
        assert await store.claim(card["id"], "n", at=9, until=10)
        await store.moved(
            card["id"], "n", Progress(card["version"], 0, 4, 5, 6, why), None, at=9, until=9
        )
        (off,) = await listed(side, room, header)
        assert (off["off_at"], off["off_why"], off["attempts"]) == (9, words, 4)
        path = f"/drafts/{room}/webhooks/{card['id']}/on"
        (on,) = (await side.send("POST", path, headers=header)).json()["webhooks"]
        assert (on["off_at"], on["off_why"], on["attempts"]) == (None, "", 0)


async def test_WH30_making_and_removing_are_in_the_audit_trail_without_the_address(
    side: HttpSide,
) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    card = (await made(side, room, header)).json()["card"]
    gone = f"/drafts/{room}/webhooks/{card['id']}"
    assert (await side.send("DELETE", gone, headers=header)).status_code == 204
    assert (await side.send("DELETE", gone, headers=header)).status_code == 404
    assert await listed(side, room, header) == []
    accounts = side.services.accounts
    await accounts.audit.flush()
    records = [one for _, one in await accounts.stores.trail.page(limit=9, object=room)]
    assert [one.action for one in records] == ["hook.removed", "hook.created"]
    assert "hush" not in repr(records)
    assert "hush" not in repr(await side.services.hooks.store.of_room(room))
