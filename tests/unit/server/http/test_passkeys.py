"""Passkeys over HTTP, with a device in software: added, used, refused, removed."""

from __future__ import annotations

import copy
import random
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP

from server.accounts.passkeys import LIFE_MS, PASSKEYS_MAX
from server.audit import Origin
from tests.support.authenticator import PRESENT, Authenticator, bytes_of, text_of
from tests.support.http_side import FOREIGN, ORIGIN, PASSWORD, HttpSide, http_side

Header = dict[str, str]


async def begin(
    side: HttpSide, header: Header, password: str = PASSWORD, **more: str
) -> httpx.Response:
    body = {"password": password, **more}
    return await side.send("POST", "/account/passkeys/begin", headers=header, json=body)


async def finish(
    side: HttpSide, header: Header, begun: Any, credential: Any, name: str = "Phone"
) -> httpx.Response:
    body = {"ceremony": begun["ceremony"], "credential": credential, "name": name}
    return await side.send("POST", "/account/passkeys/finish", headers=header, json=body)


async def added(side: HttpSide, header: Header, **device: Any) -> Authenticator:
    """A device whose key the account has."""
    one = Authenticator(ORIGIN, **device)
    begun = (await begin(side, header)).json()
    answer = await finish(side, header, begun, one.make(begun["options"]))
    assert answer.status_code == 201, answer.text
    return one


async def asked(side: HttpSide) -> Any:
    """The beginning of a sign-in."""
    return (await side.send("POST", "/auth/passkey/begin")).json()


async def comes(side: HttpSide, begun: Any, credential: Any) -> httpx.Response:
    body = {"ceremony": begun["ceremony"], "credential": credential, "refresh": "body"}
    return await side.send("POST", "/auth/passkey/finish", json=body)


async def signs_in(side: HttpSide, one: Authenticator) -> httpx.Response:
    begun = await asked(side)
    return await comes(side, begun, one.use(begun["options"]))


async def test_PK1_what_was_added_signs_in_and_is_listed_and_removed() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        one = await added(side, header)
        answer = await signs_in(side, one)
        assert answer.status_code == 200, answer.text
        assert answer.json()["account"] == ada.account
        assert answer.json()["refresh_token"]
        listed = await side.send("GET", "/account/passkeys", headers=header)
        (card,) = listed.json()["passkeys"]
        assert (card["name"], card["used_at"]) == ("Phone", side.clock.now_ms())
        path = f"/account/passkeys/{card['id']}"
        assert (await side.send("DELETE", path, headers=header)).status_code == 204
        assert (await side.send("DELETE", path, headers=header)).status_code == 404
        assert (await signs_in(side, one)).status_code == 401


async def test_PK1_a_ceremony_is_good_once_and_for_five_minutes() -> None:
    async with http_side() as side:
        _, header = await side.account()
        one = await added(side, header, counts=False)
        begun = await asked(side)
        credential = one.use(begun["options"])
        assert (await comes(side, begun, credential)).status_code == 200
        assert (await comes(side, begun, credential)).status_code == 401
        begun = await asked(side)
        side.clock.advance(LIFE_MS / 1_000)
        assert (await comes(side, begun, one.use(begun["options"]))).status_code == 401


async def test_PK1_a_ceremony_is_good_for_what_it_was_begun_for() -> None:
    async with http_side() as side:
        _, header = await side.account()
        _, other = await side.account("ben@example.org", "Ben")
        one = Authenticator(ORIGIN)
        begun = (await begin(side, header)).json()
        credential = one.make(begun["options"])
        refused = await finish(side, other, begun, credential)
        assert (refused.status_code, refused.json()["error"]) == (422, "passkey_refused")
        assert (await finish(side, header, begun, credential)).status_code == 201
        sign_in = await asked(side)
        forged = {**begun["options"], "challenge": sign_in["options"]["challenge"]}
        again = await finish(side, header, sign_in, Authenticator(ORIGIN).make(forged))
        assert again.status_code == 422


@pytest.mark.parametrize("origin", [FOREIGN, "http://localhost:9999", "https://localhost:8700"])
async def test_PK1_what_was_said_to_another_site_counts_for_nothing_here(origin: str) -> None:
    async with http_side() as side:
        _, header = await side.account()
        one = await added(side, header)
        one.origin = origin
        assert (await signs_in(side, one)).status_code == 401
        begun = (await begin(side, header)).json()
        elsewhere = Authenticator(origin).make(begun["options"])
        assert (await finish(side, header, begun, elsewhere)).status_code == 422


async def test_PK2_to_add_one_asks_the_password() -> None:
    async with http_side() as side:
        _, header = await side.account()
        refused = await begin(side, header, "not the password")
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_credentials")


async def with_factor(side: HttpSide, account: str) -> TOTP:
    """An authenticator of codes, set up long ago."""
    mine = side.services.accounts.mine
    offer = await mine.begin_totp(account, PASSWORD, Origin())
    totp = TOTP(offer.secret)
    await mine.confirm_totp(account, totp.at(side.clock.now_ms() // 1_000), Origin())
    side.clock.advance(90)
    return totp


async def test_PK2_to_add_one_asks_the_second_factor_where_it_is_on() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        totp = await with_factor(side, ada.account)
        for given in ({}, {"code": "000000"}, {"recovery_code": "AAAA-BBBB-CCCC-DDDD"}):
            refused = await begin(side, header, **given)
            assert (refused.status_code, refused.json()["error"]) == (401, "invalid_code")
        code = totp.at(side.clock.now_ms() // 1_000)
        refused = await begin(side, header, "not the password", code=code)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_credentials")
        assert (await begin(side, header, code=code)).status_code == 200
        assert (await begin(side, header, code=code)).json()["error"] == "invalid_code"


async def test_PK2_a_recovery_code_is_a_second_factor_once() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        offer = await side.services.accounts.mine.begin_totp(ada.account, PASSWORD, Origin())
        code = TOTP(offer.secret).at(side.clock.now_ms() // 1_000)
        spare = (await side.services.accounts.mine.confirm_totp(ada.account, code, Origin()))[0]
        assert (await begin(side, header, recovery_code=spare)).status_code == 200
        assert (await begin(side, header, recovery_code=spare)).status_code == 401


async def test_PK2_an_account_has_so_many() -> None:
    async with http_side() as side:
        _, header = await side.account()
        for _ in range(PASSKEYS_MAX):
            await added(side, header)
            await side.services.accounts.limits.limiter.forget(
                "password", (await side.send("GET", "/me", headers=header)).json()["account"]
            )
        refused = await begin(side, header)
        assert (refused.status_code, refused.json()["error"]) == (409, "limit_reached")
        assert refused.json()["detail"] == {"max": PASSKEYS_MAX}


async def test_PK2_a_credential_that_somebody_has_is_not_added_again() -> None:
    async with http_side() as side:
        _, header = await side.account()
        _, other = await side.account("ben@example.org", "Ben")
        one = await added(side, header)
        begun = (await begin(side, header)).json()
        assert [known["id"] for known in begun["options"]["excludeCredentials"]]
        begun = (await begin(side, other)).json()
        refused = await finish(side, other, begun, one.make(begun["options"]))
        assert (refused.status_code, refused.json()["error"]) == (409, "passkey_known")


async def test_PK3_a_device_that_did_not_check_the_person_neither_adds_nor_signs_in() -> None:
    async with http_side() as side:
        _, header = await side.account()
        one = await added(side, header)
        one.flags = PRESENT
        assert (await signs_in(side, one)).status_code == 401
        begun = (await begin(side, header)).json()
        assert begun["options"]["authenticatorSelection"]["userVerification"] == "required"
        careless = Authenticator(ORIGIN, flags=PRESENT).make(begun["options"])
        assert (await finish(side, header, begun, careless)).status_code == 422


async def test_PK4_whatever_is_wrong_has_one_answer_and_is_recorded() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        one = await added(side, header)
        stranger = Authenticator(ORIGIN)
        forged = Authenticator(ORIGIN, id=one.id)
        copied = copy.copy(one)
        assert (await signs_in(side, one)).status_code == 200
        answers = [
            await signs_in(side, stranger),
            await signs_in(side, forged),
            # the copy's counter stands where the device's was
            await signs_in(side, copied),
            await comes(side, {"ceremony": "abcd"}, one.use((await asked(side))["options"])),
        ]
        accounts = side.services.accounts
        await accounts.stores.accounts.close(ada.account, at=side.clock.now_ms(), reason="asked")
        answers.append(await signs_in(side, one))
        told = {(answer.status_code, answer.json()["error"]) for answer in answers}
        assert told == {(401, "invalid_credentials")}
        await accounts.audit.flush()
        page = await accounts.stores.trail.page(limit=50, action="login.failed")
        assert [record.account for _, record in page].count(ada.account) == len(answers) - 1
        assert len(page) == len(answers)


async def test_PK4_a_counter_that_stands_still_is_recorded_as_that() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        one = await added(side, header)
        copied = copy.copy(one)
        assert (await signs_in(side, one)).status_code == 200
        assert (await signs_in(side, copied)).status_code == 401
        assert (await signs_in(side, Authenticator(ORIGIN, id=one.id))).status_code == 401
        accounts = side.services.accounts
        await accounts.audit.flush()
        page = await accounts.stores.trail.page(limit=9, account=ada.account, action="login.failed")
        assert [record.detail for _, record in page] == [{}, {"reason": "counter"}]


async def test_PK9_what_a_page_within_another_site_says_counts_for_nothing() -> None:
    async with http_side() as side:
        _, header = await side.account()
        one = await added(side, header)
        for says in (
            {"crossOrigin": True},
            {"crossOrigin": "false"},
            {"topOrigin": "https://evil.example"},
        ):
            one.says = says
            assert (await signs_in(side, one)).status_code == 401
            begun = (await begin(side, header)).json()
            made = Authenticator(ORIGIN, says=says).make(begun["options"])
            refused = await finish(side, header, begun, made)
            assert (refused.status_code, refused.json()["error"]) == (422, "passkey_refused")
        one.says = {"other_keys_can_be_added_here": "do not compare"}
        assert (await signs_in(side, one)).status_code == 200


async def test_PK9_a_handle_is_that_of_the_account() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        ben, _ = await side.account("ben@example.org", "Ben")
        one = await added(side, header)
        assert one.user == ada.account.encode()
        for handle, status in ((ben.account, 401), ("a", 401), ("", 200), (ada.account, 200)):
            one.user = handle.encode()
            assert (await signs_in(side, one)).status_code == status


async def test_PK10_without_tls_there_are_no_passkeys_but_on_this_machine() -> None:
    async with http_side() as side:
        _, header = await side.account()
        near = "192.168.1.5:8700"
        for path, body in (
            ("/account/passkeys/begin", {"password": PASSWORD}),
            ("/auth/passkey/begin", None),
        ):
            refused = await side.send("POST", path, host=near, headers=header, json=body)
            assert (refused.status_code, refused.json()["error"]) == (409, "insecure_origin")
            answer = await side.send("POST", path, headers=header, json=body)
            assert answer.status_code == 200


async def test_PK10_the_site_is_the_origin_of_the_page_if_that_is_ours() -> None:
    page = "https://club.example"
    async with http_side(allowed_origins=page, allowed_hosts="behind.example") as side:
        for headers, host, expected in (
            ({"origin": page}, "localhost:8700", "club.example"),
            ({"origin": ORIGIN}, "behind.example:8700", "localhost"),
            ({}, "localhost:8700", "localhost"),
        ):
            answer = await side.send("POST", "/auth/passkey/begin", headers=headers, host=host)
            assert answer.json()["options"]["rpId"] == expected
        # A name that is ours and a port that is not: nobody's page.
        refused = await side.send("POST", "/auth/passkey/begin", host="localhost:9999")
        assert refused.json()["error"] == "insecure_origin"


async def test_PK11_how_a_device_is_reached_is_kept_and_given_back() -> None:
    async with http_side() as side:
        _, header = await side.account()
        begun = (await begin(side, header)).json()
        told = ["hybrid", "internal", "telepathy", "hybrid"]
        credential = Authenticator(ORIGIN).make(begun["options"], transports=told)
        assert (await finish(side, header, begun, credential)).status_code == 201
        (known,) = (await begin(side, header)).json()["options"]["excludeCredentials"]
        assert known["transports"] == ["hybrid", "internal"]
        begun = (await begin(side, header)).json()
        credential = Authenticator(ORIGIN).make(begun["options"], transports=["usb"] * 17)
        assert (await finish(side, header, begun, credential)).status_code == 422


async def test_PK4_a_blocked_account_has_no_other_answer() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        one = await added(side, header)
        admin = (await side.account("root@example.org", "Root", site_role="admin"))[1]
        body = {"kind": "account", "value": ada.account, "reason": "noise"}
        assert (await side.send("POST", "/admin/blocks", headers=admin, json=body)).is_success
        assert (await signs_in(side, one)).status_code == 401


async def test_PK5_what_is_done_with_passkeys_is_in_the_trail() -> None:
    async with http_side() as side:
        ada, header = await side.account()
        one = await added(side, header)
        await signs_in(side, one)
        listed = (await side.send("GET", "/account/passkeys", headers=header)).json()
        id_ = listed["passkeys"][0]["id"]
        await side.send("DELETE", f"/account/passkeys/{id_}", headers=header)
        accounts = side.services.accounts
        await accounts.audit.flush()
        page = await accounts.stores.trail.page(limit=50, account=ada.account)
        acts = [record.action for _, record in page]
        assert {"passkey.added", "passkey.removed", "login.ok"} <= set(acts)
    assert {"how": "passkey"} in [record.detail for _, record in page]


async def test_PK12_a_reset_signs_out_everywhere_leaves_passkeys_and_the_mail_names_them() -> None:
    async with http_side() as side:
        for email, device in (("ada@example.org", "Ada's phone"), ("ben@example.org", None)):
            _, header = await side.account(email)
            one = Authenticator(ORIGIN)
            if device is not None:
                begun = (await begin(side, header)).json()
                await finish(side, header, begun, one.make(begun["options"]), device)
                assert (await signs_in(side, one)).status_code == 200
            await side.send("POST", "/auth/reset", json={"email": email})
            await side.mailed()
            body = {"token": side.outbox.token(email), "password": "another horse battery"}
            answer = await side.send("POST", "/auth/reset/confirm", json=body)
            assert answer.status_code == 204
            assert (await side.send("GET", "/account", headers=header)).status_code == 401
            await side.mailed()
            told = side.outbox.last(email)
            assert "signed out" in told
            if device is None:
                assert "passkeys" not in told
                continue
            assert '"Ada\'s phone", added on ' in told
            assert f"{ORIGIN}/account.html" in told
            assert (await signs_in(side, one)).status_code == 200


async def test_PK4_damaged_answers_of_a_device_are_refusals_and_never_faults() -> None:
    chance = random.Random(4)
    async with http_side() as side:
        _, header = await side.account()
        one = await added(side, header)
        for _ in range(150):
            begun = await asked(side)
            credential = one.use(begun["options"])
            spoil(credential, chance)
            answer = await comes(side, begun, credential)
            assert answer.status_code == 401, answer.text
        ada = (await side.send("GET", "/me", headers=header)).json()["account"]
        for _ in range(20):
            await side.services.accounts.limits.limiter.forget("password", ada)
            begun = (await begin(side, header)).json()
            credential = Authenticator(ORIGIN).make(begun["options"])
            spoil(credential, chance)
            answer = await finish(side, header, begun, credential)
            # What says of which make a device is, nobody asks.
            assert answer.status_code in {201, 422}, answer.text
            if answer.status_code == 201:
                path = f"/account/passkeys/{answer.json()['id']}"
                assert (await side.send("DELETE", path, headers=header)).status_code == 204


def spoil(credential: dict[str, Any], chance: random.Random) -> None:
    """Some bytes of some part are others, or gone."""
    response = credential["response"]
    name = chance.choice([one for one in response if one != "userHandle"])
    said = bytearray(bytes_of(response[name]))
    for _ in range(chance.choice((1, 1, 3, 40))):
        said[chance.randrange(len(said))] ^= chance.randrange(1, 256)
    if chance.random() < 0.2:
        del said[chance.randrange(1, len(said)) :]
    response[name] = text_of(bytes(said))
