"""Teams over HTTP: made, changed, handed over, left, deleted; and their rooms."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.teams.team_roles import may_remove, may_set_role
from storage.teams import TeamRole
from tests.support.club import Club, make_club, told
from tests.support.http_side import NO_ROOM, HttpSide
from tests.support.people import acts
from tests.support.programs import make_program

NO_TEAM = "t_" + "0" * 22
ROLES: tuple[TeamRole, ...] = ("guest", "member", "admin", "owner")


@pytest.fixture
async def club(side: HttpSide) -> Club:
    return await make_club(side)


# --- who may change whom


@pytest.mark.parametrize("own", ROLES)
@pytest.mark.parametrize("present", ROLES)
async def test_TM13_who_changes_and_removes_whom_is_the_table_of_roles(
    club: Club, own: TeamRole, present: TeamRole
) -> None:
    await club.joined("actor", own)
    await club.joined("other", present)
    for wanted in ROLES:
        answer = await club.set_role("actor", "other", wanted)
        allowed = own in {"admin", "owner"} and may_set_role(own, present, wanted)
        assert answer.status_code == (200 if allowed else 403), (own, present, wanted)
        if allowed:
            assert answer.json()["role"] == wanted
        await club.set_role("olga", "other", present)
    answer = await club.remove("actor", "other")
    allowed = own in {"admin", "owner"} and may_remove(own, present)
    assert answer.status_code == (204 if allowed else 403)
    assert ("other" in await club.roles()) is not allowed


async def test_TM2_an_admin_who_was_removed_while_asking_changes_nothing(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    await club.joined("adam", "admin")
    await club.joined("ben", "member")
    teams = club.side.services.accounts.stores.teams
    role, set_role = teams.role, teams.set_role

    async def removed_meanwhile(*given: Any, **more: Any) -> Any:
        monkeypatch.setattr(teams, "set_role", set_role)
        assert (await club.remove("olga", "adam")).status_code == 204
        return await set_role(*given, **more)

    assert await role(club.team, club.people["adam"][0].account) == "admin"
    monkeypatch.setattr(teams, "set_role", removed_meanwhile)
    assert told(await club.set_role("adam", "ben", "admin")) == (404, "not_found")
    assert await club.roles() == {"olga": "owner", "ben": "member"}


async def test_TM32_the_last_owner_stays(club: Club) -> None:
    await club.joined("ben", "admin")
    for answer in (
        await club.ask("olga", "POST", "/leave"),
        await club.remove("olga", "olga"),
        await club.set_role("olga", "olga", "admin"),
    ):
        assert told(answer) == (409, "last_owner")
    ben = {"to": club.people["ben"][0].account}
    assert (await club.ask("olga", "POST", "/transfer", json=ben)).status_code == 204
    assert await club.roles() == {"olga": "admin", "ben": "owner"}
    assert (await club.ask("olga", "POST", "/leave")).status_code == 204
    assert told(await club.ask("olga", "GET")) == (404, "not_found")


async def test_TM32_two_owners_who_leave_at_once_do_not_both(club: Club) -> None:
    await club.joined("ben", "owner")
    answers = await asyncio.gather(
        club.ask("olga", "POST", "/leave"), club.ask("ben", "POST", "/leave")
    )
    assert sorted(one.status_code for one in answers) == [204, 409]


async def test_a_team_is_handed_to_somebody_in_it_alone(club: Club) -> None:
    await club.person("eve")
    for to in (club.people["eve"][0].account, "a_" + "0" * 22):
        answer = await club.ask("olga", "POST", "/transfer", json={"to": to})
        assert told(answer) == (404, "not_found")
    own = {"to": club.people["olga"][0].account}
    assert (await club.ask("olga", "POST", "/transfer", json=own)).status_code == 422


async def test_TM34_who_is_removed_or_leaves_loses_the_teams_keys_before_the_answer(
    club: Club,
) -> None:
    for name, way in (("ben", "removed"), ("cleo", "leaves")):
        _, header = await club.joined(name, "admin")
        of_team = await make_program(club.side, header, "teams:read", team=club.team)
        own = await make_program(club.side, header, "teams:read")
        if way == "removed":
            await club.remove("olga", name)
        else:
            await club.ask(name, "POST", "/leave")
        for program, status in ((of_team, 401), (own, 200)):
            answer = await club.side.send("GET", "/teams", headers=program.header)
            assert answer.status_code == status


# --- rooms of teams


async def test_TM33_a_room_is_given_by_its_owner_and_taken_back(club: Club) -> None:
    side = club.side
    ben, header = await club.joined("ben", "member")
    room = await side.board(ben)
    for team, name, status in (
        (NO_TEAM, "ben", 404),
        (club.team, "olga", 404),
        (club.team, "ben", 204),
        (club.team, "olga", 204),
        (None, "ben", 204),
    ):
        answer = await side.send(
            "PUT", f"/rooms/{room}/team", json={"team": team}, headers=club.people[name][1]
        )
        assert answer.status_code == status, (team, name)
    await club.set_role("olga", "ben", "guest")
    answer = await side.send("PUT", f"/rooms/{room}/team", json={"team": club.team}, headers=header)
    assert told(answer) == (403, "forbidden")


async def test_TM33_an_admin_of_the_team_does_not_carry_off_a_room_that_somebody_owns(
    club: Club,
) -> None:
    side = club.side
    ben, bens = await club.joined("ben", "member")
    _, eves = await club.joined("eve", "admin")
    room = await side.board(ben)
    path = f"/rooms/{room}/team"
    given = await side.send("PUT", path, json={"team": club.team}, headers=bens)
    assert given.status_code == 204
    evil = await side.send("POST", "/teams", json={"name": "Evil"}, headers=eves)
    for team in (None, evil.json()["id"]):
        answer = await side.send("PUT", path, json={"team": team}, headers=eves)
        assert told(answer) == (403, "forbidden"), team
    # she is an owner of it all the same, and that of a room of her own she gives as she likes
    read = await side.send("GET", f"/rooms/{room}", headers=eves)
    assert read.json()["role"] == "owner"
    own = await side.send("POST", "/rooms", json={"kind": "board", "name": "Eve's"}, headers=eves)
    path = f"/rooms/{own.json()['id']}/team"
    for team in (club.team, evil.json()["id"]):
        answer = await side.send("PUT", path, json={"team": team}, headers=eves)
        assert answer.status_code == 204, team


async def test_MB30_links_that_make_owners_are_not_told_to_owners_by_the_team(club: Club) -> None:
    side = club.side
    ben, bens = await club.joined("ben", "member")
    _, eves = await club.joined("eve", "admin")
    room = await side.board(ben)
    await side.send("PUT", f"/rooms/{room}/team", json={"team": club.team}, headers=bens)
    links = f"/rooms/{room}/invitations"
    for role in ("owner", "editor"):
        await side.send("POST", links, json={"role": role}, headers=bens)
    mine = (await side.send("GET", links, headers=bens)).json()["invitations"]
    assert sorted(one["role"] for one in mine) == ["editor", "owner"]
    hers = (await side.send("GET", links, headers=eves)).json()["invitations"]
    assert [one["role"] for one in hers] == ["editor"]
    made = await side.send("POST", links, json={"role": "owner"}, headers=eves)
    assert told(made) == (403, "forbidden")
    (owners,) = (one for one in mine if one["role"] == "owner")
    rotated = await side.send("POST", f"{links}/{owners['id']}/rotate", headers=eves)
    assert told(rotated) == (403, "forbidden")


async def test_TM18_a_link_of_an_admin_who_was_removed_lets_nobody_in(club: Club) -> None:
    await club.joined("eve", "admin")
    await club.person("dan")
    made = await club.ask("eve", "POST", "/invitations", json={"role": "guest"})
    link = made.json()["link"].partition("=")[2]
    assert (await club.remove("olga", "eve")).status_code == 204
    assert told(await club.join("dan", link)) == (404, "unknown_link")
    await club.joined("ida", "admin")
    made = await club.ask("ida", "POST", "/invitations", json={"role": "guest"})
    assert (await club.set_role("olga", "ida", "member")).status_code == 200
    link = made.json()["link"].partition("=")[2]
    assert told(await club.join("dan", link)) == (404, "unknown_link")


async def test_TM20_TM33_a_team_sees_its_rooms_and_comes_in(club: Club) -> None:
    side = club.side
    _, header = await club.joined("ben", "guest")
    body = {"kind": "board", "name": "Ours", "team": club.team}
    room = (await side.send("POST", "/rooms", json=body, headers=club.people["olga"][1])).json()
    listed = (await club.ask("ben", "GET", "/rooms")).json()["rooms"]
    assert [one["id"] for one in listed] == [room["id"]]
    read = await side.send("GET", f"/rooms/{room['id']}", headers=header)
    assert read.json()["role"] == "viewer"
    await club.remove("olga", "ben")
    await side.services.accounts.team_rooms.work()
    same = {"x-request-id": "the-same-one"}
    gone = await side.send("GET", f"/rooms/{room['id']}", headers=header | same)
    none = await side.send("GET", f"/rooms/{NO_ROOM}", headers=header | same)
    assert gone.status_code == 404
    assert gone.content == none.content


async def test_TM32_a_team_with_rooms_is_not_deleted(club: Club) -> None:
    side = club.side
    room = await side.board(club.people["olga"][0])
    header = club.people["olga"][1]
    await side.send("PUT", f"/rooms/{room}/team", json={"team": club.team}, headers=header)
    assert told(await club.ask("olga", "DELETE")) == (409, "team_has_rooms")
    await side.send("PUT", f"/rooms/{room}/team", json={"team": None}, headers=header)
    assert (await club.ask("olga", "DELETE")).status_code == 204
    assert told(await club.ask("olga", "GET")) == (404, "not_found")
    teams = await side.send("GET", "/teams", headers=header)
    assert teams.json() == {"teams": []}


async def test_TM33_a_team_that_is_deleted_while_it_is_given_a_room_gets_none(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, header = club.side, club.people["olga"][1]
    room = await side.board(club.people["olga"][0])
    teams = side.services.accounts.stores.teams
    given = teams.set_room_team

    async def deleted_meanwhile(*of: Any, **more: Any) -> bool:
        await teams.delete(club.team, at=side.clock.now_ms())
        return await given(*of, **more)

    monkeypatch.setattr(teams, "set_room_team", deleted_meanwhile)
    answer = await side.send("PUT", f"/rooms/{room}/team", json={"team": club.team}, headers=header)
    assert told(answer) == (404, "not_found")
    assert "room.team" not in await acts(side)


async def test_every_change_of_a_team_is_recorded(club: Club) -> None:
    await club.joined("ben")
    await club.set_role("olga", "ben", "admin")
    await club.remove("olga", "ben")
    assert (await club.ask("olga", "PATCH", json={"name": "New"})).json()["name"] == "New"
    assert (await club.ask("olga", "PATCH", json={"name": "\u200b"})).status_code == 422
    recorded = [one for one in await acts(club.side) if one.startswith("team.")]
    assert recorded[:5] == [
        "team.created", "team.invited", "team.joined", "team.role", "team.left",
    ]  # fmt: skip
