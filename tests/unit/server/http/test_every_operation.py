"""Every operation of the OpenAPI document: its success, and each error that it documents.

The cases are read from the document itself. An operation without a way to succeed here, or a
documented status without a cause here, fails; so does an answer that does not have the properties
that its schema requires.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from protocol.membership import CreateInvitation
from server.accounts import passkeys, signatures
from server.http import api_keys as api_keys_http
from server.http import draft_hooks, gate, team_invitations
from server.http.permissions import PERMISSIONS, Who
from server.invitations import new_invitation_id
from server.rules import board_state, library_edits
from server.rules.draft import setup as draft_setup
from server.rules.membership import INVITATIONS_MAX
from storage.accounts import Account
from storage.blocks import Block
from storage.errors import StorageUnavailable
from tests.support.http_calls import (
    BODIES,
    DOCUMENT,
    NOTHING,
    OPERATION,
    Call,
    key_of,
    member_of,
    prepared,
    sign,
    team_of,
    totp_on,
)
from tests.support.http_side import FOREIGN, http_side
from tests.unit.server.http.test_rooms import enter
from tests.unit.server.http.test_transfer import a_file

# --- causes: how each documented error is brought about

Cause = Callable[[Call, pytest.MonkeyPatch], Awaitable[None]]
JSON = {"content-type": "application/json"}


async def malformed(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(JSON)
    call.content = b"{"


async def no_token(call: Call, _: pytest.MonkeyPatch) -> None:
    del call.headers["authorization"]


async def foreign_origin(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["origin"] = FOREIGN


async def kept_out(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is only read has no foreign origin; a blocked address gets the same status."""
    if OPERATION[call.name][0] != "GET":
        await foreign_origin(call, monkeypatch)
        return
    accounts = call.side.services.accounts
    call.address = "203.0.113.66"
    await accounts.stores.blocks.add(
        Block(f"b_{call.name}", "address", call.address, "noise", "", call.now_ms, None)
    )
    accounts.access.note("block", "b", "set", call.now_ms)
    assert await accounts.access.refresh()


async def a_viewer(call: Call, _: pytest.MonkeyPatch) -> None:
    member, header = call.side.person("Eve")
    await enter(call.side, call.room, call.mine, member, "viewer")
    call.headers.update(header)


async def a_guest_of_the_team(call: Call, _: pytest.MonkeyPatch) -> None:
    member, header = await call.side.account("eve@example.org", "Eve")
    await member_of(call, call.path["team_id"], member, "guest")
    call.headers.update(header)


async def a_guest(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(call.side.person("Eve")[1])


async def a_key_without_scopes(call: Call, _: pytest.MonkeyPatch) -> None:
    key = await key_of(call, call.mine, "feeds:read")
    call.headers["authorization"] = f"Bearer {key.text}"


async def nobody_of_the_staff(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers = (await call.side.account("eve@example.org", "Eve"))[1]


async def no_such_thing(call: Call, _: pytest.MonkeyPatch) -> None:
    path = OPERATION[call.name][1]
    for name, nothing in NOTHING.items():
        if f"{{{name}}}" in path:
            call.path[name] = nothing


async def a_feed_of_others(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"where": {"feeds": [NOTHING["room_id"]]}}


async def a_key_for_rooms(call: Call, _: pytest.MonkeyPatch) -> None:
    key = await key_of(call, call.mine, "rooms:read")
    call.headers["authorization"] = f"Bearer {key.text}"


async def unknown_link(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "token": "tll_nothing"}


async def from_elsewhere(call: Call, _: pytest.MonkeyPatch) -> None:
    call.address = None


async def body_never_comes(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield b"{"
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(gate, "BODY_S", 0)
    call.headers.update(JSON)
    call.content = pieces()


async def nothing_changes(call: Call, _: pytest.MonkeyPatch) -> None:
    opened = await call.side.directory.open(call.room)
    assert opened is not None
    call.body = {"version": opened.replica.committed.version}


async def too_many_links(call: Call, _: pytest.MonkeyPatch) -> None:
    for _n in range(INVITATIONS_MAX):
        command = CreateInvitation(new_invitation_id(), "viewer")
        await call.side.directory.execute(call.room, call.mine, command)


async def not_covered(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"before": 3}


async def too_many_objects(call: Call, _: pytest.MonkeyPatch) -> None:
    one = {"sort": "ball", "props": {"at": [0, 0]}}
    objects = {f"o_{n:08}": one for n in range(2_001)}
    call.body = a_file(state={"kind": {"settings": {}, "objects": objects}})


async def too_many_points(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rules.board_state.BOARD_POINTS_MAX", 1)
    line = {"id": "o_00000001", "sort": "line", "props": {"at": [0, 0], "points": [[0, 0], [9, 9]]}}
    call.body = {**call.body, "objects": [line]}


async def less_is_allowed_since(_: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 3)


async def full_of_athletes(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocol.meet.ATHLETES_MAX", 0)
    call.body = {"type": "athlete.set", "athlete": {"id": "a1", "name": "Ada"}}


async def too_large(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(JSON)
    call.content = b" " * (call.side.services.settings.import_bytes_max + 1)


async def a_large_file(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(JSON)
    call.content = b" " * (call.side.services.settings.import_view_bytes_max + 1)


async def not_json(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["content-type"] = "text/plain"


async def wrong_host(call: Call, _: pytest.MonkeyPatch) -> None:
    call.host = "evil.example"


async def bad_value(call: Call, _: pytest.MonkeyPatch) -> None:
    if call.body is None:
        call.query = "?limit=0&version=0&since=-1"
    else:
        call.body, call.content = {"nonsense": 1}, None


async def wrong_password(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "password": "not the password"}


async def wrong_code(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "code": "000000"}


async def unknown_refresh(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"refresh_token": "tlr_nothing"}


async def signing_up_is_closed(call: Call, _: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(call.side.services.settings, sign_up="closed")
    call.side.services.accounts.sign_up._settings = settings  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as the node would have been started


async def a_factor_is_on(call: Call, _: pytest.MonkeyPatch) -> None:
    await totp_on(call, "")


async def no_factor(call: Call, _: pytest.MonkeyPatch) -> None:
    stores = call.side.services.accounts.stores
    await stores.accounts.remove_totp(call.mine.account)


async def not_offered(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers = (await call.side.account("eve@example.org", "Eve"))[1]


async def owns_a_team_alone(call: Call, _: pytest.MonkeyPatch) -> None:
    await team_of(call)


async def team_has_a_room(call: Call, _: pytest.MonkeyPatch) -> None:
    room = await call.side.board(call.mine)
    teams = call.side.services.accounts.stores.teams
    assert await teams.set_room_team(room, call.path["team_id"], at=1)


async def the_last_owner(call: Call, _: pytest.MonkeyPatch) -> None:
    team = await team_of(call)
    call.path |= {"team_id": team, "account_id": call.mine.account}


async def full_of_invitations(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_invitations, "INVITATIONS_MAX", 0)


async def already_in_it(call: Call, _: pytest.MonkeyPatch) -> None:
    await call.send()


async def too_many_keys(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys_http, "KEYS_MAX", 0)


async def unknown_team(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "team": NOTHING["team_id"]}


async def revoked(call: Call, _: pytest.MonkeyPatch) -> None:
    keys = call.side.services.accounts.stores.keys
    assert await keys.revoke(call.path["key_id"], at=call.now_ms, reason="test")


async def the_same_id_with_another_body(call: Call, _: pytest.MonkeyPatch) -> None:
    signing = signatures.new_secret()
    key = await key_of(call, call.mine, "rooms:write", signing=signing)
    call.headers["authorization"] = f"Bearer {key.text}"
    sign(call, signing, "msg_1")
    assert (await call.send()).status_code == 200
    call.body = {"command": {"type": "chat.say", "text": "Other"}}
    sign(call, signing, "msg_1")


async def a_long_room(call: Call, _: pytest.MonkeyPatch) -> None:
    call.query = "?room=" + "r" * 65


async def a_long_name(call: Call, _: pytest.MonkeyPatch) -> None:
    call.query = "?player=" + "x" * 41


async def done_before(call: Call, _: pytest.MonkeyPatch) -> None:
    assert (await call.send()).status_code == 200


async def other_words_under_one_revision(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "revision": 1, "play": {"id": 36, "order": 2}}


async def oneself(call: Call, _: pytest.MonkeyPatch) -> None:
    call.path["account_id"] = call.mine.account


async def block_oneself(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"kind": "account", "value": call.mine.account, "reason": "slip"}


async def without_an_address(call: Call, _: pytest.MonkeyPatch) -> None:
    identity, _header = call.side.person()
    account = Account(identity.account, "Kim", 1, origin="https://club.example")
    assert await call.side.services.accounts.stores.accounts.create(account)
    call.path["account_id"] = account.id


async def too_often(call: Call, _: pytest.MonkeyPatch) -> None:
    call.address = call.address or "10.200.0.1"
    burst = call.side.services.settings.http_burst
    for _n in range(burst):
        await call.side.send("GET", "/nothing", address=call.address)


async def long_head(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["x-filler"] = "x" * gate.HEAD_BYTES_MAX


async def bug(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(HTTPRoute, "_call_handler_function", broken)


async def node_is_full(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "IN_FLIGHT_MAX", 0)


async def database_away(call: Call, _: pytest.MonkeyPatch) -> None:
    call.side.records_switch.fault = StorageUnavailable("away")


async def full_of_passkeys(_: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 0)


async def without_tls(call: Call, _: pytest.MonkeyPatch) -> None:
    call.host = "192.168.1.5:8700"


async def another_ceremony(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {**call.body, "ceremony": "another"}


async def full_of_items(_: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_edits, "ITEMS_MAX", 0)


async def no_board_takes_it(_: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_state, "OBJECTS_MAX", 0)


async def no_such_folder(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"folder": "nowhere", "to": "b"}


async def nothing_is_set(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"set": {}}


async def two_pick_one(call: Call, _: pytest.MonkeyPatch) -> None:
    draft = {**call.body["draft"], "status": "complete"}
    call.body = {"draft": draft, "picks": [{**call.body["picks"][0], "pick_no": n} for n in (1, 2)]}


async def room_for_one_player(_call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_setup, "PLAYERS_MAX", 1)


async def full_of_hooks(_: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_hooks, "HOOKS_MAX", 0)


async def no_such_format(call: Call, _: pytest.MonkeyPatch) -> None:
    call.query = "?format=stone"


CAUSES: dict[int, Cause] = {
    400: malformed,
    401: no_token,
    403: kept_out,
    404: no_such_thing,
    408: body_never_comes,
    413: too_large,
    415: not_json,
    421: wrong_host,
    422: bad_value,
    429: too_often,
    431: long_head,
    500: bug,
    503: node_is_full,
}
"""What brings a status about for any operation …"""
BY_WHO: dict[tuple[Who, int], Cause] = {
    ("identity", 403): a_key_without_scopes,
    ("account", 403): a_guest,
    ("member", 403): a_key_without_scopes,
    ("team", 403): a_guest_of_the_team,
    ("site", 403): a_guest,
    ("site", 404): nobody_of_the_staff,
}
"""… for what is asked of the caller …"""
OWN_CAUSES: dict[tuple[str, int], Cause] = {
    ("metrics", 404): from_elsewhere,
    ("ready", 503): database_away,
    ("restoreVersion", 409): nothing_changes,
    ("operatorRestoreVersion", 409): nothing_changes,
    ("forkRoom", 409): less_is_allowed_since,
    ("operatorMeetCommand", 409): full_of_athletes,
    ("boardOfMoment", 409): less_is_allowed_since,
    ("createInvitation", 409): too_many_links,
    ("operatorPruneRoom", 409): not_covered,
    ("importRoom", 409): too_many_objects,
    ("importDocument", 409): too_many_points,
    ("createHook", 409): full_of_hooks,
    ("createHook", 413): a_large_file,
    ("importDraft", 413): a_large_file,
    ("importDraftPool", 413): a_large_file,
    ("importDraftRankings", 413): a_large_file,
    ("importDraft", 409): two_pick_one,
    ("operatorImportDraft", 413): a_large_file,
    ("operatorImportDraft", 409): two_pick_one,
    ("importDraftPool", 409): room_for_one_player,
    ("readDraftResults", 422): no_such_format,
    ("importPlay", 409): less_is_allowed_since,
    ("operatorImportRoom", 409): too_many_objects,
    ("createItem", 409): full_of_items,
    ("copyItem", 409): full_of_items,
    ("openItem", 409): no_board_takes_it,
    ("restoreItem", 409): nothing_changes,
    ("renameFolder", 409): no_such_folder,
    ("updateItem", 409): nothing_is_set,
    ("shareItem", 409): too_many_links,
    ("listInvitations", 403): a_viewer,
    ("signUp", 403): signing_up_is_closed,
    ("confirmSignUp", 404): unknown_link,
    ("resetPassword", 404): unknown_link,
    ("confirmEmail", 404): unknown_link,
    ("showTeamInvitation", 404): unknown_link,
    ("joinTeam", 404): unknown_link,
    ("joinTeam", 409): already_in_it,
    ("logIn", 401): wrong_password,
    ("secondFactor", 401): wrong_code,
    ("refreshToken", 401): unknown_refresh,
    ("beginTotp", 409): a_factor_is_on,
    ("confirmTotp", 409): not_offered,
    ("disableTotp", 409): no_factor,
    ("newRecoveryCodes", 409): no_factor,
    ("deleteAccount", 409): owns_a_team_alone,
    ("beginPasskey", 409): full_of_passkeys,
    ("finishPasskey", 409): full_of_passkeys,
    ("beginPasskeySignIn", 409): without_tls,
    ("finishPasskeySignIn", 409): without_tls,
    ("finishPasskeySignIn", 401): another_ceremony,
    ("readTeam", 403): a_key_without_scopes,
    ("listTeamRooms", 403): a_key_without_scopes,
    ("leaveTeam", 403): foreign_origin,
    ("deleteTeam", 409): team_has_a_room,
    ("setTeamRole", 409): the_last_owner,
    ("removeTeamMember", 409): the_last_owner,
    ("leaveTeam", 409): the_last_owner,
    ("inviteToTeam", 409): full_of_invitations,
    ("createKey", 404): unknown_team,
    ("createRoom", 404): unknown_team,
    ("operatorCreateRoom", 404): unknown_team,
    ("createKey", 409): too_many_keys,
    ("rotateKey", 409): revoked,
    ("askPlays", 403): a_key_for_rooms,
    ("askPlays", 404): a_feed_of_others,
    ("publish", 409): other_words_under_one_revision,
    ("operatorReport", 409): other_words_under_one_revision,
    ("readTrail", 422): a_long_name,
    ("config", 422): a_long_room,
    ("settleWeek", 409): done_before,
    ("operatorSettleWeek", 409): done_before,
    ("takeRosters", 409): done_before,
    ("operatorTakeRosters", 409): done_before,
    ("operatorRunLeague", 409): done_before,
    ("runCommand", 409): the_same_id_with_another_body,
    ("adminSetSiteRole", 409): oneself,
    ("adminCloseUser", 409): oneself,
    ("adminRemoveTotp", 409): oneself,
    ("adminBlock", 409): block_oneself,
    ("adminResetUser", 409): without_an_address,
}
"""… and where an operation has a cause of its own."""


def cause_of(name: str, status: int) -> Cause | None:
    who = PERMISSIONS[name].who
    return OWN_CAUSES.get((name, status)) or BY_WHO.get((who, status)) or CAUSES.get(status)


DOCUMENTED = [
    (name, int(status))
    for name, (_, _, operation) in sorted(OPERATION.items())
    for status in operation["responses"]
    if int(status) >= 400
]


def required_of(name: str, status: int) -> list[str]:
    content = OPERATION[name][2]["responses"][str(status)].get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    reference = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"].get(reference, {}).get("required", [])


@pytest.mark.parametrize("name", sorted(OPERATION))
async def test_HT73_every_operation_succeeds(name: str) -> None:
    async with http_side() as side:
        call = await prepared(name, side)
        answer = await call.send()
    statuses = [int(status) for status in OPERATION[name][2]["responses"] if int(status) < 400]
    assert statuses == [answer.status_code]
    for field in required_of(name, answer.status_code):
        assert field in answer.json()


@pytest.mark.parametrize("name", sorted(OPERATION))
async def test_HT74_every_documented_error_is_answered(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http_side(import_bytes_max=262_144, http_burst=5) as side:
        for status in (status for operation, status in DOCUMENTED if operation == name):
            cause = cause_of(name, status)
            assert cause is not None, f"no test brings about {status} of {name}"
            call = await prepared(name, side)
            with monkeypatch.context() as patch:
                await cause(call, patch)
                answer = await call.send()
            side.records_switch.fault = None
            settings = side.services.settings
            side.services.accounts.sign_up._settings = settings  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as it was
            assert answer.status_code == status, f"{status} of {name}: {answer.text}"
            for field in required_of(name, status):
                assert field in answer.json()
            if status in {429, 503} and name != "ready":
                assert int(answer.headers["retry-after"]) >= 1


def test_HT73_there_is_no_way_to_succeed_at_what_does_not_exist() -> None:
    assert BODIES.keys() <= OPERATION.keys()
    assert {name for name, _ in OWN_CAUSES} <= OPERATION.keys()
    assert OWN_CAUSES.keys() <= set(DOCUMENTED)
