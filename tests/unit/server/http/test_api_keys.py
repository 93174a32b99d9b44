"""Keys of programs over HTTP: told once, listed, rotated, revoked, and never in the database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.accounts.live_keys import digest_of, parse
from server.http import api_keys
from server.identity import Identity
from storage.accounts import Accounts
from storage.api_keys import ApiKeys
from storage.errors import StorageUnavailable
from storage.room_log_sqlite import SqliteRoomLog
from storage.tables_sqlite import SqliteTables
from tests.support.http_side import HttpSide
from tests.support.people import acts
from tests.support.programs import Program, make_program

HOUR_S = 3_600


@pytest.fixture
async def ada(side: HttpSide) -> tuple[Identity, dict[str, str]]:
    return await side.account()


async def listed(side: HttpSide, header: dict[str, str]) -> list[dict[str, Any]]:
    return (await side.send("GET", "/keys", headers=header)).json()["keys"]


def bytes_in(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.iterdir())


async def works(side: HttpSide, program: Program) -> bool:
    return (await side.send("GET", "/me", headers=program.header)).status_code == 200


async def test_AK10_A12_a_key_is_told_once_and_then_nowhere(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    me, header = ada
    made = await make_program(side, header, "rooms:read", signing=True)
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    parsed = parse(made.key)
    assert parsed is not None
    (card,) = await listed(side, header)
    assert card["id"] == made.id == parsed[0]
    assert card["account"] == me.account
    assert card["signing"] is True
    kept = await side.services.accounts.stores.keys.key(made.id)
    assert kept is not None
    assert kept.digest == digest_of(parsed[1])
    for text in (str(card), repr(kept)):
        for secret in (parsed[1], made.secret.removeprefix("whsec_")):
            assert secret not in text


async def test_AK10_A12_the_file_of_the_database_holds_no_secret_of_a_key(
    side: HttpSide, ada: tuple[Identity, dict[str, str]], tmp_path: Path
) -> None:
    _, header = ada
    program = await make_program(side, header, "rooms:read", signing=True)
    rotated = await program.rotate(1.0)
    found = await side.services.accounts.stores.keys.key(program.id)
    assert found is not None
    path = tmp_path / "touchline.db"
    log = await SqliteRoomLog.open(path)
    account = await side.services.accounts.stores.accounts.account(found.account)
    assert account is not None
    tables = SqliteTables(log)
    assert await Accounts(tables).create(account)
    assert await ApiKeys(tables).add(found, most=10)
    await log.close()
    held = bytes_in(tmp_path)
    assert program.id.encode() in held
    assert found.digest in held
    for one in (program, rotated):
        parsed = parse(one.key)
        assert parsed is not None
        assert one.secret is not None
        assert parsed[1].encode() not in held
        assert one.secret.removeprefix("whsec_").encode() not in held


async def test_AK11_a_teams_admins_see_and_revoke_its_keys_and_its_maker_rotates(
    side: HttpSide,
) -> None:
    _, owner = await side.account("olga@example.org", "Olga")
    admin_id, admin = await side.account("adam@example.org", "Adam")
    member_id, member = await side.account("mia@example.org", "Mia")
    _, stranger = await side.account("eve@example.org", "Eve")
    team = (await side.send("POST", "/teams", json={"name": "Club"}, headers=owner)).json()["id"]
    for who, header, role in ((admin_id, admin, "admin"), (member_id, member, "member")):
        invited = await side.send(
            "POST", f"/teams/{team}/invitations", json={"role": role}, headers=owner
        )
        token = invited.json()["link"].partition("invite=")[2]
        joined = await side.send("POST", "/teams/join", json={"token": token}, headers=header)
        assert joined.status_code == 200, who
    asked = {"name": "Feed", "scopes": ["teams:read"], "team": team}
    refused = await side.send("POST", "/keys", json=asked, headers=member)
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    unknown = await side.send("POST", "/keys", json=asked, headers=stranger)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "not_found")

    key = await make_program(side, admin, "teams:read", team=team)
    of_team = await side.send("GET", f"/teams/{team}/keys", headers=owner)
    assert [one["id"] for one in of_team.json()["keys"]] == [key.id]
    for header, status in ((owner, 403), (member, 404), (stranger, 404)):
        answer = await side.send("POST", f"/keys/{key.id}/rotate", json={}, headers=header)
        assert answer.status_code == status
    for header in (member, stranger):
        answer = await side.send("DELETE", f"/keys/{key.id}", headers=header)
        none = await side.send("DELETE", "/keys/0000000000000000", headers=header)
        assert answer.status_code == none.status_code == 404
    assert await works_in_teams(side, key)
    assert (await side.send("DELETE", f"/keys/{key.id}", headers=owner)).status_code == 204
    assert not await works_in_teams(side, key)


async def works_in_teams(side: HttpSide, program: Program) -> bool:
    return (await side.send("GET", "/teams", headers=program.header)).status_code == 200


async def test_AK12_a_key_ends_once(side: HttpSide, ada: tuple[Identity, dict[str, str]]) -> None:
    _, header = ada
    program = await make_program(side, header, "rooms:read")
    for _ in range(2):
        gone = await side.send("DELETE", f"/keys/{program.id}", headers=header)
        assert gone.status_code == 204
    answer = await side.send("POST", f"/keys/{program.id}/rotate", json={}, headers=header)
    assert (answer.status_code, answer.json()["error"]) == (409, "key_ended")
    assert (await acts(side)).count("key.revoked") == 1
    (card,) = await listed(side, header)
    assert card["revoked_at"] is not None


async def test_AK12_A12_an_expired_key_is_none_and_is_not_rotated(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    until = side.clock.now_ms() + 60_000
    program = await make_program(side, header, "rooms:read", expires=until)
    assert await works(side, program)
    side.clock.advance(60)
    same = {"x-request-id": "the-same-one"}
    late = await side.send("GET", "/me", headers=program.header | same)
    nobody = await side.send("GET", "/me", headers=same)
    assert late.status_code == nobody.status_code == 401
    assert late.content == nobody.content
    answer = await side.send("POST", f"/keys/{program.id}/rotate", json={}, headers=header)
    assert (answer.status_code, answer.json()["error"]) == (409, "key_ended")


async def test_A12_every_wrong_key_answers_as_none(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    program = await make_program(side, header, "rooms:read")
    revoked = await make_program(side, header, "rooms:read")
    await side.send("DELETE", f"/keys/{revoked.id}", headers=header)
    same = {"x-request-id": "the-same-one"}
    nobody = await side.send("GET", "/me", headers=same)
    for key in (
        revoked.key,
        program.key[:-1] + ("A" if program.key[-1] != "A" else "B"),
        program.key.replace(program.id, "0" * 16),
        program.key + "A",
        program.id,
        "tl_live_",
    ):
        answer = await side.send("GET", "/me", headers=same | {"authorization": f"Bearer {key}"})
        assert answer.status_code == 401
        assert answer.content == nobody.content


async def test_AK13_the_old_key_is_good_until_the_end_of_the_overlap(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    old = await make_program(side, header, "rooms:read")
    new = await old.rotate(2.0)
    side.clock.advance(2 * HOUR_S - 1)
    assert await works(side, old)
    assert await works(side, new)
    side.clock.advance(1)
    assert not await works(side, old)
    assert await works(side, new)


async def test_AK13_without_an_overlap_the_old_key_is_none_at_once(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    old = await make_program(side, header, "rooms:read")
    identity = side.services.authentication.identify(old.key, "http")
    assert identity is not None
    new = await old.rotate(0)
    assert not await works(side, old)
    assert await works(side, new)
    assert side.services.accounts.access.still_holds(identity) == "key", "its connections go too"


async def test_AK14_a_key_with_rooms_sees_those_and_makes_none(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    me, header = ada
    rooms = sorted([await side.board(me, f"Board {n}") for n in range(5)])
    team = (await side.send("POST", "/teams", json={"name": "Club"}, headers=header)).json()["id"]
    for room in rooms:
        answer = await side.send("PUT", f"/rooms/{room}/team", json={"team": team}, headers=header)
        assert answer.status_code == 204
    granted = [rooms[1], rooms[3]]
    program = await make_program(
        side, header, "rooms:read", "rooms:write", "teams:read", rooms=granted
    )
    for path in ("/rooms", f"/teams/{team}/rooms"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = await side.send("GET", f"{path}?limit=2{cursor}", headers=program.header)
            seen += [one["id"] for one in page.json()["rooms"]]
            if page.json()["next"] is None:
                break
            cursor = f"&cursor={page.json()['next']}"
        assert seen == granted, path
    for path in ("/rooms", "/rooms/import"):
        body = {"kind": "board", "name": "B"}
        answer = await side.send("POST", path, json=body, headers=program.header)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    free = await make_program(side, header, "rooms:write")
    made = await side.send(
        "POST", "/rooms", json={"kind": "board", "name": "B"}, headers=free.header
    )
    assert made.status_code == 201


async def test_A12_when_a_key_was_used_is_told(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    program = await make_program(side, header, "rooms:read")
    assert (await listed(side, header))[0]["used_at"] is None
    side.clock.advance(5)
    used_at = side.clock.now_ms()
    assert await works(side, program)
    access = side.services.accounts.access
    await access.keys.write_uses(access._key_store)  # noqa: SLF001 - as its task does every 30 s  # pyright: ignore[reportPrivateUsage]
    assert (await listed(side, header))[0]["used_at"] == used_at


async def test_so_many_keys_hold_at_a_time_also_when_made_at_once(
    side: HttpSide, ada: tuple[Identity, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "KEYS_MAX", 3)
    _, header = ada
    asked = {"name": "K", "scopes": ["rooms:read"]}
    answers = await asyncio.gather(
        *(side.send("POST", "/keys", json=asked, headers=header) for _ in range(6))
    )
    assert sorted(one.status_code for one in answers) == [201] * 3 + [409] * 3
    assert {one.json()["error"] for one in answers if one.status_code == 409} == {"limit_reached"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"rooms": []},
        {"rooms": ["nonsense"]},
        {"expires": 1},
        {"unknown": 1},
    ],
)
async def test_a_key_that_cannot_be_made_is_not(
    side: HttpSide, ada: tuple[Identity, dict[str, str]], wrong: dict[str, Any]
) -> None:
    _, header = ada
    asked = {"name": "K", "scopes": ["rooms:read"], **wrong}
    answer = await side.send("POST", "/keys", json=asked, headers=header)
    assert answer.status_code in {400, 422}
    assert await listed(side, header) == []


async def test_A15_where_the_database_is_away_nothing_is_told_to_be_made(
    side: HttpSide, ada: tuple[Identity, dict[str, str]]
) -> None:
    _, header = ada
    side.tables_switch.fault = StorageUnavailable("away")
    asked = {"name": "K", "scopes": ["rooms:read"]}
    answer = await side.send("POST", "/keys", json=asked, headers=header)
    assert answer.status_code == 503
    side.tables_switch.fault = None
    assert await listed(side, header) == []
