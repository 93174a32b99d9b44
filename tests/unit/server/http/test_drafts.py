"""Drafts over HTTP: results, recap, files."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from protocol.draft_commands import AddPlayers, MakePick, SetLists, SetSeat, Start
from server.identity import Identity
from tests.support.drafts import pool_of
from tests.support.http_calls import OPERATION, PLAYERS, SLEEPER
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_rooms import enter

PLACES = [{"name": "BN", "count": 2, "bench": True}]
SETTINGS: dict[str, Any] = {"teams": 2, "rounds": 2, "slots": PLACES}


async def a_draft(side: HttpSide, owner: Identity, *, begun: bool = True) -> str:
    """Two teams, the first of the owner, who has picked."""
    room = await side.directory.create("draft", "Our <league>", owner, SETTINGS)
    if not begun:
        return room
    for command in (
        AddPlayers(tuple(pool_of(20))),
        SetSeat(1, managers=(owner.account,)),
        Start(),
    ):
        done = await side.directory.execute(room, owner, command)
        assert done.code is None, done
    picked = await side.directory.execute(room, owner, MakePick(done.version, "p0003"))
    assert picked.code is None, picked
    return room


async def test_DR72_results_come_in_every_shape(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    path = f"/drafts/{room}/results"
    rows = await side.send("GET", path, headers=header)
    assert [(row["pick"], row["player"]) for row in rows.json()] == [(1, "Player 3")]
    told = await side.send("GET", f"{path}?format=csv", headers=header)
    assert told.headers["content-type"].startswith("text/csv")
    assert told.headers["content-disposition"] == f'attachment; filename="{room}.csv"'
    assert [row["id"] for row in csv.DictReader(io.StringIO(told.text))] == ["p0003"]
    sheet = await side.send("GET", f"{path}?format=print", headers=header)
    assert "Our &lt;league&gt;" in sheet.text
    assert sheet.headers["content-disposition"].startswith("attachment")
    shape = (await side.send("GET", f"{path}?format=sleeper", headers=header)).json()
    assert (shape["draft"]["draft_id"], shape["picks"][0]["picked_by"]) == (room, mine.account)


async def test_DR4_no_operation_and_no_log_tells_anybody_of_a_list(
    side: HttpSide, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every GET there is, in every shape, by the commissioner, another manager and a viewer, and
    what the server wrote down meanwhile. The room has them."""
    boss, boss_header = side.person("Boss")
    bea, _ = side.person("Bea")
    room = await a_draft(side, boss)
    others = {"boss": boss_header}
    await enter(side, room, boss, bea, "editor")
    for name, role in (("cal", "editor"), ("dan", "viewer")):
        identity, header = side.person(name)
        await enter(side, room, boss, identity, role)
        others[name] = header
    seat = SetSeat(2, managers=(bea.account,))
    assert (await side.directory.execute(room, boss, seat)).code is None
    order = ("p0019", "p0007", "p0013")  # they stand so nowhere else
    told = SetLists(queue=order, ranking=order, watch=order, avoid=("p0005", "p0002"))
    assert (await side.directory.execute(room, bea, told)).code is None
    secrets = ('"p0019","p0007"', '"p0005","p0002"', "p0019, p0007")
    reads = [path for method, path, _ in OPERATION.values() if method == "GET"]
    queries = ("", "?version=9", "?from=1", "?from=1&to=99", "?format=csv", "?format=sleeper")
    queries += ("?format=print", "?format=json", "?q=Player&free=true")
    found: dict[str, int] = dict.fromkeys(others, 0)
    for who, header in others.items():
        for path in reads:
            if "{" in path and "{room_id}" not in path:
                continue
            for query in queries:
                filled = path.replace("{room_id}", room) + query
                answer = await side.send("GET", filled, headers=header)
                assert answer.status_code < 500, (filled, answer.text)
                plain = answer.text.replace('", "', '","')
                assert not any(secret in plain for secret in secrets), (who, filled)
                found[who] += room in filled and answer.status_code == 200 and "p0003" in plain
    assert min(found.values()) >= 5, "the draft itself was read"
    opened = await side.directory.open(room)
    assert opened is not None
    assert tuple(opened.replica.state.inner.lists[bea.account].queue) == order, "it is there"
    written = "".join(capfd.readouterr())
    assert not any(secret in written for secret in ("p0019", "p0013"))


async def test_DR71_the_recap_is_the_same_for_every_member(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    recap = (await side.send("GET", f"/drafts/{room}/recap", headers=header)).json()
    assert recap["reaches"] == [
        {"pick": 1, "team": 1, "player": "p0003", "name": "Player 3", "worth": -2}
    ]
    other = side.person("Bob")[1]
    assert (await side.send("GET", f"/drafts/{room}/recap", headers=other)).status_code == 404


async def test_DR71_of_a_board_there_is_no_recap(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    for path in ("recap", "results"):
        assert (await side.send("GET", f"/drafts/{room}/{path}", headers=header)).status_code == 404


async def test_DR73_a_custom_order_has_a_sleeper_shape(side: HttpSide) -> None:
    mine, header = side.person()
    settings = {"type": "custom", "teams": 2, "matrix": [[1, 2]]}
    room = await side.directory.create("draft", "Ours", mine, settings)
    answer = await side.send("GET", f"/drafts/{room}/results?format=sleeper", headers=header)
    assert answer.json()["draft"]["metadata"]["matrix"] == "[[1,2]]"


async def test_DR75_a_file_that_was_given_makes_a_room_that_gives_the_same(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    path = "/drafts/{}/results?format=sleeper"
    first = (await side.send("GET", path.format(room), headers=header)).json()
    made = await side.send("POST", "/drafts/import", headers=header, json=first)
    assert (made.status_code, made.json()["name"], made.json()["role"]) == (
        201,
        "Our <league>",
        "owner",
    )
    second = (await side.send("GET", path.format(made.json()["id"]), headers=header)).json()
    for one, status in ((first, "drafting"), (second, "paused")):
        assert one["draft"].pop("status") == status
        one["draft"].pop("draft_id")
    assert second == first


async def test_DR75_what_is_wrong_is_told_with_path_and_line(side: HttpSide) -> None:
    header = side.person()[1]
    text = '{"draft":\n {"type": "lottery", "settings": {}}}'
    json_type = {**header, "content-type": "application/json"}
    answer = await side.send("POST", "/drafts/import", headers=json_type, content=text)
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert (detail["path"], detail["line"]) == ("$.draft.type", 2)
    answer = await side.send("POST", "/drafts/import", headers=json_type, content="{")
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
    draft = {**SLEEPER["draft"], "status": "complete"}
    twice = [{**SLEEPER["picks"][0], "pick_no": n} for n in (1, 2)]
    answer = await side.send(
        "POST", "/drafts/import", headers=header, json={"draft": draft, "picks": twice}
    )
    assert (answer.status_code, answer.json()["error"]) == (409, "bad_pick")
    assert answer.json()["detail"]["path"] == "$.picks[1]"
    assert answer.json()["detail"]["why"] == "player_taken"
    assert (await side.send("GET", "/rooms", headers=header)).json()["rooms"] == []


async def test_DR76_a_pool_is_looked_at_and_then_put(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine, begun=False)
    file = {**PLAYERS, "content": "wer,id,pos\nOne,p1,QB\nTwo,p2,RB\n,p3,RB\n"}
    path = f"/drafts/{room}/pool"
    none = await side.send("POST", path, headers=header, json=file)
    assert (none.status_code, none.json()["detail"]["why"]) == (422, "no column for name")
    chosen = {**file, "columns": {"name": "wer"}, "look": True}
    look = (await side.send("POST", path, headers=header, json=chosen)).json()
    assert look["columns"] == {"id": "id", "positions": "pos", "name": "wer"}
    assert look["headings"] == ["wer", "id", "pos"]
    assert look["positions"] == {"QB": 1, "RB": 1}
    assert look["odd"] == {"no_name": {"count": 1, "examples": ["players.csv:4"]}}
    assert (look["done"], await pool_size(side, room)) == (False, 0)
    put = {**chosen, "look": False}
    for _ in range(2):  # the same again changes nothing, and is done
        done = (await side.send("POST", path, headers=header, json=put)).json()
        assert (done["done"], done["players"], await pool_size(side, room)) == (True, 2, 2)
    wrong = {**file, "columns": {"shoe": "wer"}}
    assert (await side.send("POST", path, headers=header, json=wrong)).status_code == 422


async def pool_size(side: HttpSide, room: str) -> int:
    opened = await side.directory.open(room)
    assert opened is not None
    return len(opened.replica.state.inner.pool)


async def test_DR77_rankings_are_put_on_players_of_the_pool(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    file = {"name": "adp.csv", "content": "name,adp\nPlayer 4,1.5\nNobody,9\n"}
    path = f"/drafts/{room}/rankings"
    look = (await side.send("POST", path, headers=header, json={**file, "look": True})).json()
    assert (look["players"], look["matched"], look["done"]) == (1, 1, False)
    assert look["odd"] == {"not_in_the_pool": {"count": 1, "examples": ["adp.csv:3"]}}
    assert (await side.send("POST", path, headers=header, json=file)).json()["done"]
    opened = await side.directory.open(room)
    assert opened is not None
    assert opened.replica.state.inner.pool["p0004"].adp == 15


async def test_DR76_only_the_commissioner_puts_players(side: HttpSide) -> None:
    mine, _ = side.person()
    room = await a_draft(side, mine)
    other = side.person("Bob")[1]
    for path in ("pool", "rankings"):
        answer = await side.send("POST", f"/drafts/{room}/{path}", headers=other, json=PLAYERS)
        assert answer.status_code == 404
