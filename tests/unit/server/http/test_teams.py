"""Teams over HTTP: made, changed, handed over, left, deleted; and their rooms."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.teams.team_roles import may_remove, may_set_role
from storage.team_rows import TeamRole
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


async def moved(club: Club, by: str, room: str, team: str | None) -> int:
    header = club.people[by][1]
    answer = await club.side.send("PUT", f"/rooms/{room}/team", json={"team": team}, headers=header)
    return answer.status_code


async def test_TM33_a_room_leaves_a_team_by_its_owner_or_the_teams_alone(club: Club) -> None:
    """An admin of the team owns its rooms by the team only, and takes none away."""
    side = club.side
    ben, _ = await club.joined("ben", "member")
    await club.joined("ada", "admin")
    await club.joined("una", "owner")
    ada = club.people["ada"][1]
    other = (await side.send("POST", "/teams", json={"name": "Mine"}, headers=ada)).json()["id"]
    room = await side.board(ben)
    assert await moved(club, "ben", room, club.team) == 204
    for team in (other, None):
        assert await moved(club, "ada", room, team) == 403
        assert await side.services.accounts.stores.teams.room_team(room) == club.team
    assert await moved(club, "ada", room, club.team) == 204, "it stays where it is"
    assert await moved(club, "una", room, None) == 204
    assert await moved(club, "ben", room, club.team) == 204
    assert await moved(club, "ben", room, None) == 204


async def test_TM33_who_loses_a_team_while_asking_takes_no_room_out_of_it(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = club.side
    ben, _ = await club.joined("ben", "member")
    una, _ = await club.joined("una", "owner")
    room = await side.board(ben)
    assert await moved(club, "ben", room, club.team) == 204
    teams = side.services.accounts.stores.teams
    given = teams.set_room_team

    async def lowered_meanwhile(*of: Any, **more: Any) -> Any:
        await teams.set_role(club.team, una.account, "admin", at=side.clock.now_ms())
        return await given(*of, **more)

    monkeypatch.setattr(teams, "set_room_team", lowered_meanwhile)
    assert await moved(club, "una", room, None) == 403


async def test_MB30_who_owns_a_room_by_the_team_only_leaves_its_creator_there(club: Club) -> None:
    """Also over HTTP, where a key or a program sends the command."""
    side = club.side
    ben, header = await club.joined("ben", "member")
    await club.joined("ada", "admin")
    room = await side.board(ben)
    assert await moved(club, "ben", room, club.team) == 204
    link = await side.send(
        "POST", f"/rooms/{room}/invitations", json={"role": "owner"}, headers=header
    )
    assert link.json()["link"]
    ada = club.people["ada"][1]
    for command in (
        {"type": "member.remove", "member": ben.account},
        {"type": "member.role", "member": ben.account, "role": "viewer"},
    ):
        answer = await side.send(
            "POST",
            f"/rooms/{room}/commands",
            json={"command": command},
            headers=ada,
        )
        assert told(answer) == (403, "forbidden")
        assert answer.json()["detail"] == {"by_team": True}
    made = await side.send(
        "POST", f"/rooms/{room}/invitations", json={"role": "owner"}, headers=ada
    )
    assert told(made) == (403, "forbidden")
    for who, is_told in ((ada, False), (header, True)):
        listed = await side.send("GET", f"/rooms/{room}/invitations", headers=who)
        (one,) = listed.json()["invitations"]
        assert (one["link"] is not None, one["secret"] is not None) == (is_told, is_told)


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

    async def deleted_meanwhile(*of: Any, **more: Any) -> Any:
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
