"""What people do with their own account, what it asks of them, and what is left when they go."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import segno

from server.accounts.my_account import drawn
from server.accounts.sign_in import Device
from server.audit import Origin
from storage.accounts import Account
from storage.api_keys import ApiKey
from storage.passkeys import Passkey
from storage.tables import Asking
from storage.teams import Team
from tests.support.http_side import PASSWORD, HttpSide, http_side
from tests.support.people import (
    ADA,
    acts,
    bearer,
    code_at,
    factor_on,
    log_in,
    post,
    refreshed,
    signed_in,
)

OTHER_PASSWORD = "another horse battery"


async def everything(side: HttpSide) -> dict[tuple[str, str], list[object]]:
    """(table, column) → every value that is kept beside the rooms."""

    def work() -> Asking[dict[tuple[str, str], list[object]]]:
        found: dict[tuple[str, str], list[object]] = {}
        tables = yield "SELECT name FROM sqlite_master WHERE type = 'table'", ()
        for (table,) in tables:
            columns = yield f'SELECT name FROM pragma_table_info("{table}")', ()  # noqa: S608 - names of our own tables
            for (column,) in columns:
                rows = yield f'SELECT "{column}" FROM "{table}"', ()  # noqa: S608 - as above
                found[table, column] = [row[0] for row in rows]
        return found

    await side.services.accounts.audit.flush()
    kept: dict[tuple[str, str], list[object]] = await side.tables_switch.read(work)
    return kept


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def test_MA1_a_name_is_changed_also_in_teams_and_held_by_the_next_token(
    side: HttpSide,
) -> None:
    identity, header = await side.account()
    opened = await signed_in(side)
    team = Team("t_" + "1" * 22, "Club", 1)
    teams = side.services.accounts.stores.teams
    assert await teams.create(team, owner=identity.account, owner_name="Ada")
    changed = await side.send("PATCH", "/account", json={"name": "Ada L."}, headers=header)
    assert changed.json()["name"] == "Ada L."
    assert [one.name for one in await teams.members(team.id)] == ["Ada L."]
    assert (await refreshed(side, opened["refresh_token"])).json()["name"] == "Ada L."
    for name in ("", "\u202eada", "\u200b"):
        refused = await side.send("PATCH", "/account", json={"name": name}, headers=header)
        assert refused.status_code == 422


async def test_MA1_a_closed_account_is_nobody(side: HttpSide) -> None:
    identity, header = await side.account()
    accounts = side.services.accounts
    await accounts.stores.accounts.close(identity.account, at=1, reason="left")
    # This node has not heard of it yet: the row says so.
    assert told(await side.send("GET", "/account", headers=header)) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/account/password", {"current": "wrong", "new": OTHER_PASSWORD}),
        ("/account/email", {"email": "ada@elsewhere.example", "password": "wrong"}),
        ("/account/totp", {"password": "wrong"}),
        ("/account/delete", {"password": "wrong"}),
    ],
)
async def test_MA2_what_is_grave_asks_for_the_password_and_ten_wrong_ones_are_enough(
    side: HttpSide, path: str, body: dict[str, str]
) -> None:
    _, header = await side.account()
    before = await everything(side)
    for _ in range(10):
        assert told(await post(side, path, body, headers=header)) == (401, "invalid_credentials")
    refused = await post(side, path, body, headers=header)
    assert told(refused) == (429, "too_many_attempts")
    assert refused.headers["retry-after"]
    after = await everything(side)
    assert after["account", "password_hash"] == before["account", "password_hash"]
    assert after["account", "totp_pending"] == [None]
    assert after["link", "digest"] == []
    assert after["account", "closed_at"] == [None]


async def test_MA12_another_address_takes_a_code_where_the_factor_is_on(side: HttpSide) -> None:
    _, header = await side.account()
    secret, recovery = await factor_on(side, header)
    asked = {"email": "ada@elsewhere.example", "password": PASSWORD}
    for wrong in ({}, {"code": "000000"}, {"recovery_code": "AAAAA-AAAAA"}):
        refused = await post(side, "/account/email", {**asked, **wrong}, headers=header)
        assert told(refused) == (401, "invalid_code")
    assert (await everything(side))["link", "digest"] == []
    for right in ({"code": code_at(side, secret)}, {"recovery_code": recovery[0]}):
        sent = await post(side, "/account/email", {**asked, **right}, headers=header)
        assert sent.status_code == 202


async def test_MA3_another_password_ends_every_other_session_and_keeps_this_one(
    side: HttpSide,
) -> None:
    await side.account()
    mine, other = await signed_in(side), await signed_in(side)
    header = bearer(mine["token"])
    body = {"current": PASSWORD, "new": OTHER_PASSWORD}
    assert (await post(side, "/account/password", body, headers=header)).status_code == 204
    assert (await side.send("GET", "/account", headers=header)).status_code == 200
    assert (await refreshed(side, mine["refresh_token"])).status_code == 200
    assert (await refreshed(side, other["refresh_token"])).status_code == 401
    gone = await side.send("GET", "/account", headers=bearer(other["token"]))
    assert gone.status_code == 401
    assert (await log_in(side)).status_code == 401
    assert (await log_in(side, ADA, OTHER_PASSWORD)).status_code == 200
    assert "account.password" in await acts(side)


async def test_MA3_a_weak_password_is_refused_and_the_old_one_holds(side: HttpSide) -> None:
    _, header = await side.account()
    body = {"current": PASSWORD, "new": "password1"}
    refused = await post(side, "/account/password", body, headers=header)
    assert told(refused) == (422, "weak_password")
    assert (await log_in(side)).status_code == 200


# --- second factor --------------------------------------------------------------------------------


async def test_MA4_a_second_factor_is_on_with_the_first_code_and_sealed_at_rest(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    offer = (await post(side, "/account/totp", {"password": PASSWORD}, headers=header)).json()
    secret = offer["secret"]
    assert offer["uri"].startswith("otpauth://totp/Touchline:ada%40example.org?secret=")
    assert offer["svg"].startswith("<svg")
    assert (await signed_in(side))["token"]
    code = code_at(side, secret)
    done = await post(side, "/account/totp/confirm", {"code": code}, headers=header)
    codes = done.json()["recovery_codes"]
    assert len(set(codes)) == 10
    kept = repr(await everything(side))
    assert secret not in kept
    assert not any(one in kept for one in codes)
    shown = (await side.send("GET", "/account", headers=header)).json()
    assert (shown["totp"], shown["recovery_codes_left"]) == (True, 10)
    asked = (await log_in(side)).json()
    used = await post(side, "/auth/mfa", {"mfa_token": asked["mfa_token"], "code": code})
    assert told(used) == (401, "invalid_code")
    assert "mfa.on" in await acts(side)


async def test_MA4_set_up_needs_an_offer_and_the_right_code_and_five_wrong_ones_are_enough(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    path = "/account/totp/confirm"
    assert told(await post(side, path, {"code": "123456"}, headers=header)) == (409, "totp_off")
    offer = (await post(side, "/account/totp", {"password": PASSWORD}, headers=header)).json()
    for _ in range(5):
        refused = await post(side, path, {"code": "000000"}, headers=header)
        assert told(refused) == (401, "invalid_code")
    code = {"code": code_at(side, offer["secret"])}
    assert told(await post(side, path, code, headers=header)) == (429, "too_many_attempts")
    side.clock.advance(2 * 900)
    _, header = await side.account("bob@example.org", "Bob")
    await factor_on(side, header)
    again = await post(side, "/account/totp", {"password": PASSWORD}, headers=header)
    assert told(again) == (409, "totp_on")
    assert told(await post(side, path, {"code": "123456"}, headers=header)) == (409, "totp_on")


async def test_MA4_wrong_codes_before_the_first_right_one_are_forgiven(side: HttpSide) -> None:
    _, header = await side.account()
    offer = (await post(side, "/account/totp", {"password": PASSWORD}, headers=header)).json()
    for _ in range(4):
        await post(side, "/account/totp/confirm", {"code": "000000"}, headers=header)
    code = code_at(side, offer["secret"])
    done = await post(side, "/account/totp/confirm", {"code": code}, headers=header)
    assert done.status_code == 200
    asked = (await log_in(side)).json()
    body = {"mfa_token": asked["mfa_token"], "code": code_at(side, offer["secret"], steps=1)}
    assert (await post(side, "/auth/mfa", body)).status_code == 200


async def test_MA4_the_drawn_code_is_plain_svg() -> None:
    text = "otpauth://totp/x"
    svg = ElementTree.fromstring(drawn(text))  # noqa: S314 - we made it ourselves
    assert [one.tag.rpartition("}")[2] for one in svg.iter()] == ["svg", "path", "path"]
    ground, modules = svg
    code = segno.make(text, error="m", micro=False).matrix
    side = 4 + len(code) + 4
    assert svg.attrib["viewBox"] == f"0 0 {side} {side}"
    # white over all of it, the quiet zone too, then what is dark
    assert (ground.attrib["fill"], ground.attrib["d"]) == ("#fff", f"M0 0h{side}v{side}h-{side}z")
    assert modules.attrib["stroke"] == "#000"
    assert strokes(modules.attrib["d"]) == {
        (4 + x, 4 + y) for y, row in enumerate(code) for x, dark in enumerate(row) if dark
    }


def strokes(path: str) -> set[tuple[int, int]]:
    """The modules that a path of horizontal strokes, each a module high, goes over."""
    found: set[tuple[int, int]] = set()
    x, y = 0, 0.0
    for command, x_by, y_by in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", path):
        if command == "h":
            found |= {(x + step, int(y)) for step in range(int(x_by))}
        x, y = x + int(x_by), y + float(y_by or 0)
    return found


@pytest.mark.parametrize("proof", ["code", "recovery_code"])
async def test_MA5_removing_the_second_factor_needs_the_password_and_a_code(
    side: HttpSide, proof: str
) -> None:
    _, header = await side.account()
    secret, codes = await factor_on(side, header)
    good = {"code": code_at(side, secret)} if proof == "code" else {"recovery_code": codes[0]}
    path = "/account/totp/disable"
    for body, code in (
        ({"password": "wrong", **good}, "invalid_credentials"),
        ({"password": PASSWORD}, "invalid_code"),
        ({"password": PASSWORD, "code": "000000"}, "invalid_code"),
    ):
        assert told(await post(side, path, body, headers=header)) == (401, code)
    done = await post(side, path, {"password": PASSWORD, **good}, headers=header)
    assert done.status_code == 204
    assert "token" in (await log_in(side)).json()
    shown = (await side.send("GET", "/account", headers=header)).json()
    assert (shown["totp"], shown["recovery_codes_left"]) == (False, 0)
    again = await post(side, path, {"password": PASSWORD, **good}, headers=header)
    assert told(again) == (409, "totp_off")
    assert "mfa.off" in await acts(side)


async def test_MA5_new_recovery_codes_void_the_old_ones(side: HttpSide) -> None:
    _, header = await side.account()
    secret, old = await factor_on(side, header)
    body = {"password": PASSWORD, "code": code_at(side, secret)}
    path = "/account/recovery-codes"
    new = (await post(side, path, body, headers=header)).json()["recovery_codes"]
    assert set(new).isdisjoint(old)
    for code, status in ((old[0], 401), (new[0], 200)):
        asked = (await log_in(side)).json()
        body = {"mfa_token": asked["mfa_token"], "recovery_code": code}
        assert (await post(side, "/auth/mfa", body)).status_code == status


# --- devices --------------------------------------------------------------------------------------

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
IPHONE = {
    "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
}


async def test_MA6_sessions_say_which_one_asks_and_which_device_is_new() -> None:
    async with http_side() as side:
        account, _ = await side.account()
        await side.services.accounts.stores.sessions.end_all(
            account.account, reason="test", at=side.clock.now_ms()
        )
        side.clock.advance(1)
        await signed_in(side, headers=FIREFOX)
        side.clock.advance(1)
        await signed_in(side, headers=FIREFOX)
        side.clock.advance(1)
        mine = await signed_in(side, headers=IPHONE, address="203.0.113.5")
        found = await side.send("GET", "/account/sessions", headers=bearer(mine["token"]))
        cards = found.json()["sessions"]
        assert [(one["device"], one["current"], one["new_device"]) for one in cards] == [
            ("Safari on iPhone", True, True),
            ("Firefox on Linux", False, False),
            ("Firefox on Linux", False, False),
        ]
        assert (cards[0]["id"], cards[0]["address"]) == (mine["session"], "203.0.113.5")
        side.clock.advance(31 * 86_400)
        last = await signed_in(side)
        found = await side.send("GET", "/account/sessions", headers=bearer(last["token"]))
        assert [one["id"] for one in found.json()["sessions"]] == [last["session"]]


async def test_MA6_a_session_is_ended_by_its_owner_and_by_nobody_else(side: HttpSide) -> None:
    await side.account()
    mine, other = await signed_in(side), await signed_in(side)
    _, eve = await side.account("eve@example.org", "Eve")
    path = f"/account/sessions/{other['session']}"
    assert told(await side.send("DELETE", path, headers=eve)) == (404, "not_found")
    header = bearer(mine["token"])
    assert (await side.send("DELETE", path, headers=header)).status_code == 204
    assert told(await side.send("DELETE", path, headers=header)) == (404, "not_found")
    assert (await refreshed(side, other["refresh_token"])).status_code == 401
    assert (await refreshed(side, mine["refresh_token"])).status_code == 200


@pytest.mark.parametrize("everywhere", [False, True])
async def test_MA6_all_other_sessions_end_or_all(side: HttpSide, everywhere: bool) -> None:
    await side.account()
    mine, other = await signed_in(side), await signed_in(side)
    ended: list[str] = []
    side.services.accounts.access.listen(lambda one: ended.append(one.subject))
    header = bearer(mine["token"])
    answer = await post(side, "/account/sessions/end", {"all": everywhere}, headers=header)
    assert answer.json() == {"ended": 3 if everywhere else 2}
    assert ("set-cookie" in answer.headers) is everywhere
    assert (mine["session"] in ended) is everywhere
    assert (await refreshed(side, other["refresh_token"])).status_code == 401
    status = (await refreshed(side, mine["refresh_token"])).status_code
    assert status == (401 if everywhere else 200)


# --- one's data -----------------------------------------------------------------------------------


async def a_full_life(side: HttpSide) -> tuple[str, dict[str, str], str]:
    """Somebody of whom there is something everywhere. Returns account, header, secret."""
    identity, header = await side.account(ADA, "Ada Lovelace")
    opened = await signed_in(side, headers=FIREFOX, address="203.0.113.77")
    header = bearer(opened["token"])
    secret, _ = await factor_on(side, header)
    account, now = identity.account, side.clock.now_ms()
    stores = side.services.accounts.stores
    team = Team("t_" + "1" * 22, "Club", now)
    assert await stores.teams.create(team, owner=account, owner_name="Ada Lovelace")
    key = ApiKey(
        id="k" * 16,
        account=account,
        name="Ada's ticker",
        digest=b"d" * 32,
        scopes=frozenset({"rooms:read"}),
        created_at=now,
    )
    assert await stores.keys.add(key, most=9)
    passkey = Passkey("p" * 22, account, b"public", 0, "Ada's phone", "internal", now)
    assert await stores.passkeys.add(passkey, most=9)
    await side.board(identity, "Ours")
    body = {"email": "ada@elsewhere.example", "password": PASSWORD, "code": code_at(side, secret)}
    assert (await post(side, "/account/email", body, headers=header)).status_code == 202
    side.clock.advance(60)  # to the next code
    await post(side, "/auth/reset", {"email": ADA})
    opened = await side.services.accounts.sign_in.open_session(
        await side.services.accounts.mine.find(account),
        Device("Ada's laptop"),
        Origin("203.0.113.77"),
        how="test",
    )
    return account, header, secret


async def test_MA7_an_export_holds_what_is_kept_but_no_secret(side: HttpSide) -> None:
    account, header, secret = await a_full_life(side)
    accounts = side.services.accounts
    accounts.audit.note("admin.act", "a_admin", Origin("198.51.100.1"), about=account)
    await accounts.audit.flush()
    answer = await side.send("GET", "/account/export", headers=header)
    assert answer.headers["content-disposition"].startswith("attachment;")
    data = answer.json()
    assert data["account"]["email"] == ADA
    assert {one["device"] for one in data["sessions"]} >= {"Firefox on Linux", "Ada's laptop"}
    for part, name in (("teams", "Club"), ("keys", "Ada's ticker"), ("passkeys", "Ada's phone")):
        assert [one["name"] for one in data[part]] == [name]
    assert [(one["name"], one["role"]) for one in data["rooms"]] == [("Ours", "owner")]
    assert "mfa.on" in {one["action"] for one in data["activity"]}
    kept = await accounts.stores.accounts.account(account)
    assert kept is not None
    assert kept.password_hash is not None
    for hidden in (secret, kept.password_hash, "198.51.100.1", "tlr_", "family", "digest"):
        assert hidden not in answer.text
    shown = await side.send("GET", "/account/activity?limit=100", headers=header)
    assert "198.51.100.1" not in shown.text
    assert "203.0.113.77" in shown.text
    assert "account.exported" in await acts(side)


async def test_MA7_exports_are_limited(side: HttpSide) -> None:
    async with http_side(limits="export=2/3600") as side_of_few:
        _, header = await side_of_few.account()
        for status in (200, 200, 429):
            answer = await side_of_few.send("GET", "/account/export", headers=header)
            assert answer.status_code == status


async def test_MA8_deleting_asks_for_password_code_and_another_owner(side: HttpSide) -> None:
    account, header, secret = await a_full_life(side)
    path = "/account/delete"
    code = {"code": code_at(side, secret)}
    assert told(await post(side, path, {"password": PASSWORD}, headers=header)) == (
        401,
        "invalid_code",
    )
    refused = await post(side, path, {"password": PASSWORD, **code}, headers=header)
    assert told(refused) == (409, "last_owner")
    assert refused.json()["detail"] == {"teams": ["t_" + "1" * 22]}
    found = await side.services.accounts.stores.accounts.account(account)
    assert found is not None
    assert found.closed_at is None


async def test_MA8_an_owner_who_is_the_last_all_of_a_sudden_is_not_deleted(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, header, secret = await a_full_life(side)
    teams = side.services.accounts.stores.teams

    async def not_yet(_: str) -> list[str]:
        return []

    monkeypatch.setattr(teams, "only_owner_of", not_yet)
    body = {"password": PASSWORD, "code": code_at(side, secret)}
    refused = await post(side, "/account/delete", body, headers=header)
    assert told(refused) == (409, "last_owner")
    assert [one.account for one in await teams.members("t_" + "1" * 22)] == [account]


LEFT = {
    ("account", "id"),
    ("api_key", "account"),
    ("audit", "account"),
    ("audit", "object"),
    ("access_change", "subject"),
}
"""Where an erased account's id is still found: the table of MA9."""


async def test_MA9_of_an_erased_person_nothing_is_left_but_the_id(side: HttpSide) -> None:
    account, header, secret = await a_full_life(side)
    stores = side.services.accounts.stores
    # Handed to somebody else first.
    bob, _ = await side.account("bob@example.org", "Bob")

    def hand_over() -> Any:
        yield "UPDATE team_member SET account = $1, name = 'Bob'", (bob.account,)

    await side.tables_switch.write(hand_over)
    await side.mailed()
    sessions = [one.id for one in await stores.sessions.of_account(account)]
    body = {"password": PASSWORD, "code": code_at(side, secret)}
    done = await post(side, "/account/delete", body, headers=header, address="203.0.113.77")
    assert done.status_code == 204
    assert "Max-Age=0" in done.headers["set-cookie"]
    kept = await everything(side)
    for personal in ("lovelace", ADA, "elsewhere.example", "203.0.113.77", "ada's", "firefox"):
        where = [place for place, values in kept.items() if personal in repr(values).lower()]
        assert where == [], personal
    where_id = {
        place for place, values in kept.items() if any(account in str(one) for one in values)
    }
    assert where_id <= LEFT
    assert where_id >= {("account", "id"), ("audit", "account"), ("access_change", "subject")}
    assert not set(sessions) & set(kept["session", "id"])
    assert [one for one in kept["link", "subject"] if one in {account, ADA}] == []
    assert kept["passkey", "account"] == []
    assert kept["recovery_code", "account"] == []
    assert (await side.send("GET", "/account", headers=header)).status_code == 401
    assert (await log_in(side)).status_code == 401


async def test_MA9_the_address_may_have_another_account_afterwards(side: HttpSide) -> None:
    identity, header = await side.account()
    assert (
        await post(side, "/account/delete", {"password": PASSWORD}, headers=header)
    ).status_code == 204
    again, _ = await side.account()
    assert again.account != identity.account


async def test_MA9_a_record_that_another_node_held_loses_its_address_at_the_next_cleanup(
    side: HttpSide,
) -> None:
    identity, header = await side.account()
    await post(side, "/account/delete", {"password": PASSWORD}, headers=header)
    accounts = side.services.accounts
    accounts.audit.note("login.ok", identity.account, Origin("203.0.113.77"))
    assert "203.0.113.77" in (await everything(side))["audit", "address"]
    await accounts.cleanup.run_once()
    assert "203.0.113.77" not in (await everything(side))["audit", "address"]


async def of_an_issuer(side: HttpSide) -> str:
    """An account of another issuer: it has neither password nor address here."""
    account = "a_" + "i" * 22
    row = Account(account, "Kim", 1, origin="https://club.example")
    assert await side.services.accounts.stores.accounts.create(row)
    return account


async def test_MA10_an_account_of_another_issuer_gets_no_password_here(side: HttpSide) -> None:
    account = await of_an_issuer(side)
    token = side.services.tokens.issue_access(account, "Kim", session="s_x").token
    body = {"current": "", "new": OTHER_PASSWORD}
    refused = await post(side, "/account/password", body, headers=bearer(token))
    assert told(refused) == (401, "invalid_credentials")


async def test_MA10_an_account_of_another_issuer_is_deleted_without_one(side: HttpSide) -> None:
    account = await of_an_issuer(side)
    token = side.services.tokens.issue_access(account, "Kim", session="s_x").token
    done = await post(side, "/account/delete", {"password": ""}, headers=bearer(token))
    assert done.status_code == 204
    found = await side.services.accounts.stores.accounts.account(account)
    assert found is not None
    assert (found.name, found.close_reason) == ("", "deleted")
