"""The table of permissions: every operation by everybody, and every id of somebody else's.

What is expected is worked out here from the table's row and the caller's standing, without the
guard's code."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from protocol.membership import RemoveMember
from server.audit import NOWHERE
from server.http.permissions import PERMISSIONS, Permission, as_markdown, at_least
from tests.support.http_calls import (
    NOTHING,
    OPERATION,
    Call,
    another,
    key_of,
    member_of,
    prepared,
    team_of,
)
from tests.support.http_side import HttpSide, http_side
from tests.unit.server.http.test_rooms import enter

_numbers = itertools.count(1)
SCOPES = ("rooms:read", "rooms:write", "teams:read", "feeds:read", "feeds:publish")


@dataclasses.dataclass(frozen=True)
class Standing:
    """What the expected answer depends on."""

    known: bool = True
    """There is an identity at all."""
    account: bool = False
    scopes: frozenset[str] | None = None
    """None: no key."""
    bound: bool = False
    """To rooms that are named."""
    room: str = ""
    team: str = ""
    site: str = ""
    operator: bool = False


Dressed = tuple[dict[str, str], Standing]
Caller = Callable[[Call], Awaitable[Dressed]]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def nobody(_: Call) -> Dressed:
    return {}, Standing(known=False)


async def garbage(_: Call) -> Dressed:
    return bearer("eyJhbGciOiJub25lIn0.e30."), Standing(known=False)


async def an_mfa_token(call: Call) -> Dressed:
    return bearer(call.side.services.tokens.issue_mfa(call.mine.account)), Standing(known=False)


async def an_ended_session(call: Call) -> Dressed:
    identity, header = await call.side.account(f"gone{next(_numbers)}@example.org", "Gone")
    accounts = call.side.services.accounts
    await accounts.sign_in.end_sessions(identity.account, NOWHERE)
    return header, Standing(known=False)


async def the_operator(call: Call) -> Dressed:
    return dict(call.side.operator), Standing(known=False, operator=True)


async def a_guest(call: Call) -> Dressed:
    return call.side.person("Gus")[1], Standing()


async def an_account(call: Call) -> Dressed:
    return (await call.side.account(f"ann{next(_numbers)}@example.org", "Ann"))[1], Standing(
        account=True
    )


def site(role: str) -> Caller:
    async def caller(call: Call) -> Dressed:
        email = f"{role}{next(_numbers)}@example.org"
        header = (await call.side.account(email, "Sid", site_role=role))[1]
        return header, Standing(account=True, site=role)

    return caller


def in_room(role: str) -> Caller:
    async def caller(call: Call) -> Dressed:
        who, header = call.side.person("Rob")
        if not call.room:
            return header, Standing()
        await enter(call.side, call.room, call.mine, who, role)
        return header, Standing(room=role)

    return caller


async def removed_from_room(call: Call) -> Dressed:
    who, header = call.side.person("Rem")
    if call.room:
        await enter(call.side, call.room, call.mine, who, "owner")
        await call.side.directory.execute(call.room, call.mine, RemoveMember(who.account))
    return header, Standing()


def in_team(role: str) -> Caller:
    async def caller(call: Call) -> Dressed:
        who, header = await call.side.account(f"tea{next(_numbers)}@example.org", "Tea")
        if "team_id" not in call.path:
            return header, Standing(account=True)
        await member_of(call, call.path["team_id"], who, role)
        return header, Standing(account=True, team=role)

    return caller


def by_team(role: str, in_the_room: str) -> Caller:
    """In the room because its team says so, and never there before."""

    async def caller(call: Call) -> Dressed:
        who, header = await call.side.account(f"via{next(_numbers)}@example.org", "Via")
        if not call.room:
            return header, Standing(account=True)
        team = await team_of(call)
        teams = call.side.services.accounts.stores.teams
        await teams.set_room_team(call.room, team, at=call.now_ms)
        await member_of(call, team, who, role)
        return header, Standing(account=True, room=in_the_room)

    return caller


async def who_left_the_team(call: Call) -> Dressed:
    who, header = await call.side.account(f"lef{next(_numbers)}@example.org", "Lef")
    if "team_id" in call.path:
        team = call.path["team_id"]
        await member_of(call, team, who, "owner")
        teams = call.side.services.accounts.stores.teams
        assert await teams.remove(team, who.account, at=call.now_ms) == "done"
    return header, Standing(account=True)


def key(*scopes: str, other_room: bool = False) -> Caller:
    async def caller(call: Call) -> Dressed:
        rooms = frozenset({"r_" + "z" * 22}) if other_room else None
        made = await key_of(call, call.mine, *scopes, rooms=rooms)
        return bearer(made.text), Standing(
            account=True,
            scopes=frozenset(scopes),
            bound=other_room,
            room="" if other_room else "owner" if call.room else "",
            team="owner" if "team_id" in call.path else "",
            site="admin" if call.name.startswith("admin") else "",
        )

    return caller


async def a_revoked_key(call: Call) -> Dressed:
    made = await key_of(call, call.mine, *SCOPES)
    accounts = call.side.services.accounts
    assert await accounts.stores.keys.revoke(made.id, at=call.now_ms, reason="test")
    accounts.access.note("key", made.id, "revoked", call.now_ms)
    return bearer(made.text), Standing(known=False)


CALLERS: dict[str, Caller] = {
    "nobody": nobody,
    "garbage": garbage,
    "an mfa token": an_mfa_token,
    "an ended session": an_ended_session,
    "a revoked key": a_revoked_key,
    "the operator": the_operator,
    "a guest": a_guest,
    "an account": an_account,
    "staff": site("staff"),
    "an admin of the site": site("admin"),
    "removed from the room": removed_from_room,
    "who left the team": who_left_the_team,
    "a key without the scope": key("feeds:publish"),
    "a key with every scope": key(*SCOPES),
    "a key for another room": key(*SCOPES, other_room=True),
    **{f"{role} of the room": in_room(role) for role in ("viewer", "annotator", "editor", "owner")},
    **{f"{role} of the team": in_team(role) for role in ("guest", "member", "admin", "owner")},
    **{
        f"{role} of the room's team": by_team(role, there)
        for role, there in (
            ("guest", "viewer"),
            ("member", "editor"),
            ("admin", "owner"),
            ("owner", "owner"),
        )
    },
}


def expected(permission: Permission, one: Standing) -> int | None:
    """The refusal, or None: the operation itself answers."""
    if permission.who in {"anyone", "link", "metrics"}:
        return None
    if permission.who == "operator":
        return None if one.operator else 401
    if permission.who == "site" and one.operator:
        return None
    if not one.known:
        return 401
    if one.scopes is not None and permission.scope not in one.scopes:
        return 403
    if (
        one.bound
        and permission.scope == "rooms:write"
        and permission.who not in {"member", "library"}
    ):
        return 403  # AK14: it makes no rooms
    if one.bound and permission.scope == "feeds:publish":
        return 403  # A10: not this key's feed, whether there is one or not
    if permission.who in {"account", "team", "site"} and not one.account:
        return 403
    orders = {
        "member": (("viewer", "annotator", "editor", "owner"), one.room),
        "library": (("viewer", "annotator", "editor", "owner"), one.room),
        "team": (("guest", "member", "admin", "owner"), one.team),
        "site": (("staff", "admin"), one.site),
    }
    if permission.who not in orders:
        return None
    order, role = orders[permission.who]
    if role not in order:
        return 404
    return None if order.index(role) >= order.index(permission.role) else 403


@pytest.mark.parametrize("name", sorted(OPERATION))
async def test_PM1_every_operation_answers_everybody_as_the_table_says(name: str) -> None:
    permission = PERMISSIONS[name]
    async with http_side(limits="read=100000/60,write=100000/60", http_burst=100_000) as side:
        for who, caller in CALLERS.items():
            call = await prepared(name, side)
            header, standing = await caller(call)
            if permission.who not in {"anyone", "link"}:
                call.headers.pop("authorization", None)
                call.headers.update(header)
            answer = await call.send()
            wanted = expected(permission, standing)
            told = f"{name} by {who}: {answer.status_code} {answer.text[:200]}"
            if wanted is None:
                assert not _is_refusal_of_the_guard(call, answer), told
            else:
                assert answer.status_code == wanted, told
                code = {401: "unauthorized", 403: "forbidden", 404: "not_found"}[wanted]
                assert answer.json()["error"] == code, told


def _is_refusal_of_the_guard(call: Call, answer: Any) -> bool:
    """Whether whoever may do it was turned away. Some operations refuse what they alone know:
    another role than the room's for a command, a signature that a bearer does not bring."""
    if answer.status_code not in {401, 403, 404}:
        return False
    by_itself = {
        ("renewToken", 401),
        ("runCommand", 401),
        ("secondFactor", 401),
        ("setRoomTeam", 403),  # an owner by the team alone (MB30)
        ("setTeamRole", 403),
        ("inviteToTeam", 403),
        ("removeTeamMember", 403),
        ("takeRosters", 404),  # of a draft that one is not in
        ("rotateKey", 404),
        ("revokeKey", 404),
        ("confirmEmail", 404),
        ("endSession", 404),
        ("removePasskey", 404),
    }
    # What belongs to one account is not there for another, however much it may do.
    return (call.name, answer.status_code) not in by_itself and not (
        PERMISSIONS[call.name].who == "account" and answer.status_code == 401
    )


OWNED = sorted(
    name
    for name, (_, path, _) in OPERATION.items()
    if "{" in path
    and PERMISSIONS[name].who in {"identity", "account", "member", "library", "team", "site"}
)


@pytest.mark.parametrize("name", OWNED)
async def test_PM2_what_is_somebody_elses_answers_as_what_does_not_exist(name: str) -> None:
    async with http_side() as side:
        call = await prepared(name, side)
        stranger = await _stranger(side, name)
        call.headers["authorization"] = stranger["authorization"]
        theirs = await call.send()
        path = OPERATION[name][1]
        for parameter, nothing in NOTHING.items():
            if f"{{{parameter}}}" in path:
                call.path[parameter] = nothing
        nothing_there = await call.send()
    assert theirs.status_code == 404
    assert _bytes(theirs) == _bytes(nothing_there)


async def _stranger(side: HttpSide, name: str) -> dict[str, str]:
    """Somebody with a board, a team, a key and a session of their own."""
    who, header = await side.account("eve@example.org", "Eve")
    await side.board(who)
    call = Call(name, side, who)
    await team_of(call)
    await key_of(call, who, "rooms:read")
    return header


def _bytes(answer: Any) -> tuple[int, list[tuple[str, str]], str]:
    own = {"x-request-id", "date", "ratelimit"}  # the last counts the requests
    headers = [pair for pair in answer.headers.multi_items() if pair[0] not in own]
    return answer.status_code, headers, answer.text.replace(answer.json()["id"], "")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("createKey", {"name": "K", "scopes": ["rooms:read"], "team": ...}),
        ("setRoomTeam", {"team": ...}),
        ("createRoom", {"kind": "board", "name": "B", "team": ...}),
    ],
)
async def test_PM2_a_team_of_others_in_a_body_answers_as_one_that_does_not_exist(
    name: str, body: dict[str, Any]
) -> None:
    async with http_side() as side:
        call = await prepared(name, side)
        team = await team_of(call, owner=await another(call))
        answers: list[Any] = []
        for one in (team, NOTHING["team_id"]):
            call.body = {key: one if value is ... else value for key, value in body.items()}
            answers.append(await call.send())
    assert [answer.status_code for answer in answers] == [404, 404]
    assert _bytes(answers[0]) == _bytes(answers[1])


def test_PM3_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert OPERATION.keys() == PERMISSIONS.keys()
    for name in PERMISSIONS:
        assert f"| `{name}` |" in as_markdown()


def test_PM4_the_document_says_of_every_operation_what_the_table_says() -> None:
    for name, (_, _, operation) in OPERATION.items():
        permission = PERMISSIONS[name]
        if permission.who in {"anyone", "link"}:
            assert "security" not in operation
        else:
            assert operation["security"]
        if permission.role:
            assert f"At least: {permission.role}." in operation["description"]
        if permission.scope:
            assert f"`{permission.scope}`" in operation["description"]


def test_PM5_keys_never_manage_people_teams_or_keys() -> None:
    for name, permission in PERMISSIONS.items():
        if permission.who in {"account", "team", "site", "operator"} and permission.scope:
            assert permission.scope == "teams:read", name
            assert OPERATION[name][0] == "GET", name


def test_PM6_an_unknown_role_is_below_all() -> None:
    assert not at_least("", "viewer", ("viewer", "owner"))
    assert not at_least("root", "viewer", ("viewer", "owner"))
    assert at_least("owner", "viewer", ("viewer", "owner"))
