"""Signing in and staying signed in, held against whoever guesses, steals and races."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from server.accounts.passwords import (
    QUEUE_MAX,
    TURN_MAX_S,
    Passwords,
    PasswordsBusy,
    Place,
    Verdict,
    slots_here,
)
from server.accounts.sign_in import Device, FactorAwaited, SignedIn
from server.audit import Origin
from storage.blocks import Block
from storage.errors import StorageUnavailable
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

WRONG = "not the right one"


def told(answer: httpx.Response) -> tuple[int, bytes]:
    """Status and bytes, but for the incident."""
    return answer.status_code, answer.content.replace(answer.json()["id"].encode(), b"")


async def count_hashes(side: HttpSide, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What passwords are compared with from now on."""
    compared: list[str | None] = []
    compare = Passwords._compare  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - counted

    def counted(self: Passwords, stored: str | None, password: str) -> Verdict:
        compared.append(stored)
        return compare(self, stored, password)

    monkeypatch.setattr(Passwords, "_compare", counted)
    return compared


# --- password -------------------------------------------------------------------------------------


async def test_SI1_a_right_password_opens_a_session_of_ten_minutes(side: HttpSide) -> None:
    identity, _ = await side.account()
    answer = await log_in(side)
    assert answer.status_code == 200
    opened = answer.json()
    assert set(opened) == {"token", "account", "name", "expires", "session", "refresh_token"}
    assert opened["account"] == identity.account
    assert opened["expires"] == side.clock.now_ms() + 600_000
    assert "set-cookie" not in answer.headers
    shown = await side.send("GET", "/account", headers=bearer(opened["token"]))
    assert shown.json()["email"] == ADA
    assert "login.ok" in await acts(side)


async def test_SI1_an_address_is_found_in_any_case_and_with_spaces_around(side: HttpSide) -> None:
    await side.account()
    assert (await log_in(side, " Ada@Example.ORG ")).status_code == 200


async def test_SI2_with_a_second_factor_the_password_opens_nothing(side: HttpSide) -> None:
    _, header = await side.account()
    await factor_on(side, header)
    answer = await log_in(side)
    assert answer.status_code == 200
    asked = answer.json()
    assert asked == {
        "mfa": "required",
        "mfa_token": asked["mfa_token"],
        "methods": ["totp", "recovery"],
    }
    for method, path in (("GET", "/account"), ("GET", "/rooms"), ("POST", "/auth/ticket")):
        refused = await side.send(method, path, headers=bearer(asked["mfa_token"]))
        assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized")
    assert (await refreshed(side, asked["mfa_token"])).status_code == 401


async def test_SI3_whoever_guesses_is_told_the_same_whatever_is_wrong(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = side.services.accounts
    await side.account()
    closed, _ = await side.account("closed@example.org")
    await accounts.stores.accounts.close(closed.account, at=1, reason="left")
    blocked, _ = await side.account("blocked@example.org")
    block = Block("b_1", "account", blocked.account, "noise", "a_x", side.clock.now_ms())
    await accounts.stores.blocks.add(block)
    accounts.access.note("block", blocked.account, "", side.clock.now_ms())
    await accounts.access.refresh()
    compared = await count_hashes(side, monkeypatch)
    answers = [
        await log_in(side, ADA, WRONG),
        await log_in(side, "nobody@example.org", WRONG),
        await log_in(side, "no address at all", WRONG),
        await log_in(side, "closed@example.org"),
        await log_in(side, "blocked@example.org"),
        await log_in(side, ADA, "x" * 1_025),
        await log_in(side, ADA, "x" * 9_000),
        await log_in(side, ADA, ""),
    ]
    assert {told(one) for one in answers} == {(401, b'{"error":"invalid_credentials","id":""}')}
    # One hash for each but the two that are too long to be hashed at all (A5).
    assert len(compared) == 6
    assert compared.count(None) == 4
    assert (await acts(side)).count("login.failed") == len(answers)


async def test_SI4_failures_delay_one_two_four_seconds_and_are_not_looked_at(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await side.account()
    for _ in range(5):
        assert (await log_in(side, ADA, WRONG)).status_code == 401
    compared = await count_hashes(side, monkeypatch)
    for delay in (1, 2, 4, 8):
        refused = await log_in(side)
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many_attempts")
        assert refused.headers["retry-after"] == str(delay)
        assert compared == []
        side.clock.advance(delay)
        assert (await log_in(side, ADA, WRONG)).status_code == 401
        compared.clear()
    assert "login.delayed" in await acts(side)
    side.clock.advance(16)
    assert (await log_in(side)).status_code == 200
    assert (await log_in(side, ADA, WRONG)).status_code == 401
    assert (await log_in(side)).status_code == 200


async def test_SI4_an_address_tries_thirty_in_a_quarter_of_an_hour(side: HttpSide) -> None:
    for n in range(30):
        answer = await log_in(side, f"p{n}@example.org", WRONG, address="10.50.0.1")
        assert answer.status_code == 401
    refused = await log_in(side, "p31@example.org", WRONG, address="10.50.0.1")
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit-policy"] == '"login";q=30;w=900'
    assert (await log_in(side, "p31@example.org", WRONG)).status_code == 401


async def test_SI13_right_passwords_of_one_address_lock_nobody_out() -> None:
    async with http_side(limits="login=3/900") as side:
        here = {"address": "10.50.0.1"}
        for n in range(5):
            await side.account(f"p{n}@example.org")
            assert (await log_in(side, f"p{n}@example.org", **here)).status_code == 200
        for n in range(3):
            assert (await log_in(side, f"x{n}@example.org", WRONG, **here)).status_code == 401
        assert (await log_in(side, "p0@example.org", **here)).status_code == 429


async def test_SI13_a_valid_account_buys_a_guesser_no_guess() -> None:
    async with http_side(limits="login=3/900,login_returned=2/900") as side:
        await side.account()
        here = {"address": "10.50.0.1"}
        answers: list[int] = []
        for n in range(4):
            answers.append((await log_in(side, **here)).status_code)
            answers.append((await log_in(side, f"x{n}@example.org", WRONG, **here)).status_code)
        # Two guesses; the third right password is not given back, and then the address waits.
        assert answers == [200, 401, 200, 401, 200, 429, 429, 429]


async def test_PW9_a_full_queue_is_busy_before_anything_is_counted_or_looked_up(
    side: HttpSide,
) -> None:
    await side.account()
    passwords = side.services.accounts.passwords
    with ExitStack() as taken:
        for _ in range(slots_here() + QUEUE_MAX):
            taken.enter_context(passwords.place())
        side.tables_switch.fault = StorageUnavailable("away")  # whoever looked would notice
        for _ in range(40):
            answer = await log_in(side, ADA, WRONG)
            assert (answer.status_code, answer.json()["error"]) == (503, "busy")
            assert 1 <= int(answer.headers["retry-after"]) <= TURN_MAX_S
        side.tables_switch.fault = None
    for _ in range(5):
        assert (await log_in(side, ADA, WRONG)).status_code == 401


async def test_PW9_those_who_come_together_are_counted_before_they_are_looked_up(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also behind the door, where requests wait for the database side by side."""
    await side.account()
    monkeypatch.setattr("server.http.gate.HASHED", frozenset[str]())
    begun = 0
    verify = Passwords.verify

    async def counted(*args: Any, **named: Any) -> Verdict:
        nonlocal begun
        begun += 1
        return await verify(*args, **named)

    monkeypatch.setattr(Passwords, "verify", counted)
    room = slots_here() + QUEUE_MAX
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(log_in(side, f"{n}@example.org", address=f"10.0.0.{n}"))
            for n in range(room + 20)
        ]
    statuses = Counter(task.result().status_code for task in asked)
    assert statuses == {401: room, 503: 20}
    assert begun == room


async def test_SI5_an_attempt_that_the_database_did_not_decide_does_not_count(
    side: HttpSide,
) -> None:
    await side.account()
    side.tables_switch.fault = StorageUnavailable("away")
    for _ in range(10):
        assert (await log_in(side)).status_code == 503
    side.tables_switch.fault = None
    assert (await log_in(side)).status_code == 200


async def test_SI5_a_hash_of_a_lower_cost_is_made_again_at_the_sign_in() -> None:
    async with http_side(argon2_time_cost=3) as side:
        identity, _ = await side.account()
        stores = side.services.accounts.stores
        assert (await log_in(side)).status_code == 200
        kept = await stores.accounts.account(identity.account)
        assert kept is not None
        assert kept.password_hash is not None
        assert ",t=3," in kept.password_hash
        assert (await log_in(side)).status_code == 200


async def test_SI5_a_full_queue_does_not_turn_away_whom_it_has_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with http_side(argon2_time_cost=3) as side:
        await side.account()

        async def full(*_: Any) -> str:
            raise PasswordsBusy

        monkeypatch.setattr(Passwords, "rehash", full)
        assert (await log_in(side)).status_code == 200


# --- second factor --------------------------------------------------------------------------------


async def factor(side: HttpSide, **proof: str) -> httpx.Response:
    """Password, then the second factor."""
    asked = (await log_in(side)).json()
    body = {"mfa_token": asked["mfa_token"], "refresh": "body", **proof}
    return await post(side, "/auth/mfa", body)


async def test_SI6_a_code_is_good_once_also_for_two_at_the_same_time(side: HttpSide) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    code = code_at(side, secret)
    first, second = await asyncio.gather(factor(side, code=code), factor(side, code=code))
    assert sorted([first.status_code, second.status_code]) == [200, 401]
    lost = first if first.status_code == 401 else second
    assert lost.json()["error"] == "invalid_code"
    assert (await factor(side, code=code)).status_code == 401


async def test_SI6_one_step_before_and_after_are_accepted_and_no_earlier_one_then(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    side.clock.advance(300)
    assert (await factor(side, code=code_at(side, secret, steps=-2))).status_code == 401
    assert (await factor(side, code=code_at(side, secret, steps=2))).status_code == 401
    assert (await factor(side, code=code_at(side, secret, steps=-1))).status_code == 200
    assert (await factor(side, code=code_at(side, secret, steps=1))).status_code == 200
    assert (await factor(side, code=code_at(side, secret))).status_code == 401


async def test_SI6_five_wrong_codes_are_followed_by_429_over_all_sign_ins(side: HttpSide) -> None:
    _, header = await side.account()
    secret, codes = await factor_on(side, header)
    for _ in range(5):
        assert (await factor(side, code="000000")).status_code == 401
    for proof in ({"code": code_at(side, secret)}, {"recovery_code": codes[0]}):
        refused = await factor(side, **proof)
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many_attempts")
        assert int(refused.headers["retry-after"]) >= 1
    side.clock.advance(2 * 900)
    assert (await factor(side, code=code_at(side, secret))).status_code == 200


async def test_SI6_one_mfa_token_has_five_attempts_whatever_is_brought(side: HttpSide) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    asked = (await log_in(side)).json()
    limiter = side.services.accounts.limits.limiter
    identity = (await side.send("GET", "/account", headers=header)).json()["account"]
    for _ in range(5):
        body = {"mfa_token": asked["mfa_token"], "code": "000000"}
        assert (await post(side, "/auth/mfa", body)).status_code == 401
    await limiter.forget("mfa", identity)
    body = {"mfa_token": asked["mfa_token"], "code": code_at(side, secret)}
    assert (await post(side, "/auth/mfa", body)).status_code == 429
    assert (await factor(side, code=code_at(side, secret))).status_code == 200


async def test_SI6_a_recovery_code_signs_in_once_in_any_spelling(side: HttpSide) -> None:
    _, header = await side.account()
    _, codes = await factor_on(side, header)
    typed = codes[0].lower().replace("-", " ")
    first, second = await asyncio.gather(
        factor(side, recovery_code=typed), factor(side, recovery_code=codes[0])
    )
    assert sorted([first.status_code, second.status_code]) == [200, 401]
    shown = await side.send("GET", "/account", headers=header)
    assert shown.json()["recovery_codes_left"] == 9
    assert (await acts(side)).count("mfa.recovery_used") == 1


async def test_SI6_an_mfa_token_ends_after_five_minutes(side: HttpSide) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    asked = (await log_in(side)).json()
    side.clock.advance(331)
    body = {"mfa_token": asked["mfa_token"], "code": code_at(side, secret)}
    refused = await post(side, "/auth/mfa", body)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_code")


@pytest.mark.parametrize("token", ["", "x", "eyJ.eyJ.x", "\u0661" * 9, "a" * 4_096])
async def test_SI6_what_is_no_mfa_token_is_a_wrong_code(side: HttpSide, token: str) -> None:
    answer = await post(side, "/auth/mfa", {"mfa_token": token, "code": "123456"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_code")


async def test_SI6_an_access_token_is_no_mfa_token(side: HttpSide) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    token = header["authorization"].removeprefix("Bearer ")
    answer = await post(side, "/auth/mfa", {"mfa_token": token, "code": code_at(side, secret)})
    assert answer.status_code == 401


# --- what was proved, and what became of it -------------------------------------------------------


async def test_SI7_an_old_password_opens_no_session_once_there_is_another(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, _ = await side.account()
    accounts = side.services.accounts
    compare = accounts.passwords.verify

    async def overtaken(stored: str | None, password: str, *, place: Place) -> Verdict:
        verdict = await compare(stored, password, place=place)
        now = side.clock.now_ms()
        await accounts.stores.accounts.set_password(identity.account, "other", keep=None, at=now)
        return verdict

    monkeypatch.setattr(accounts.passwords, "verify", overtaken)
    refused = await log_in(side)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_credentials")
    assert await accounts.stores.sessions.of_account(identity.account) == []


async def test_SI7_an_mfa_token_is_void_after_another_password(side: HttpSide) -> None:
    identity, header = await side.account()
    secret, _ = await factor_on(side, header)
    asked = (await log_in(side)).json()
    stores = side.services.accounts.stores
    now = side.clock.now_ms()
    await stores.accounts.set_password(identity.account, "other", keep=None, at=now)
    body = {"mfa_token": asked["mfa_token"], "code": code_at(side, secret)}
    refused = await post(side, "/auth/mfa", body)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_code")


async def test_SI7_two_passwords_of_one_millisecond_are_two(side: HttpSide) -> None:
    identity, _ = await side.account()
    stores, now = side.services.accounts.stores, side.clock.now_ms()
    found: list[int | None] = []
    for hash_ in ("one", "two"):
        await stores.accounts.set_password(identity.account, hash_, keep=None, at=now)
        kept = await stores.accounts.account(identity.account)
        assert kept is not None
        found.append(kept.password_changed_at)
    assert found == [now, now + 1]


# --- refresh --------------------------------------------------------------------------------------


async def test_SI8_a_refresh_token_gives_its_successor_and_a_fresh_access_token(
    side: HttpSide,
) -> None:
    await side.account()
    opened = await signed_in(side)
    side.clock.advance(300)
    answer = await refreshed(side, opened["refresh_token"])
    assert answer.status_code == 200
    renewed = answer.json()
    assert renewed["refresh_token"] != opened["refresh_token"]
    assert renewed["session"] == opened["session"]
    assert renewed["expires"] == side.clock.now_ms() + 600_000
    assert (await refreshed(side, renewed["refresh_token"])).status_code == 200


async def test_SI8_a_lost_reply_gets_the_same_successor_within_ten_seconds(side: HttpSide) -> None:
    await side.account()
    opened = await signed_in(side)
    first = (await refreshed(side, opened["refresh_token"])).json()
    side.clock.advance(10)
    again = (await refreshed(side, opened["refresh_token"])).json()
    assert again["refresh_token"] == first["refresh_token"]
    assert (await refreshed(side, again["refresh_token"])).status_code == 200


async def test_SI8_parallel_uses_give_one_successor(side: HttpSide) -> None:
    await side.account()
    opened = await signed_in(side)
    answers = await asyncio.gather(*(refreshed(side, opened["refresh_token"]) for _ in range(8)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["refresh_token"] for one in answers}) == 1
    assert "refresh.reused" not in await acts(side)


async def test_SI8_a_session_that_is_not_used_for_so_many_days_is_over() -> None:
    async with http_side(session_days=2) as side:
        await side.account()
        opened = await signed_in(side)
        side.clock.advance(86_400 * 1.9)
        renewed = (await refreshed(side, opened["refresh_token"])).json()
        side.clock.advance(86_400 * 1.9)
        renewed = (await refreshed(side, renewed["refresh_token"])).json()
        side.clock.advance(86_400 * 2)
        assert (await refreshed(side, renewed["refresh_token"])).status_code == 401


@pytest.mark.parametrize("thief_first", [True, False])
async def test_SI9_a_stolen_token_ends_the_family_whoever_comes_second(
    side: HttpSide, thief_first: bool
) -> None:
    """Thief and owner hold the same token; whoever is second shows one that was replaced."""
    await side.account()
    ended: list[tuple[str, str]] = []
    side.services.accounts.access.listen(lambda one: ended.append((one.kind, one.subject)))
    opened = await signed_in(side)
    stolen = opened["refresh_token"]
    addresses = ("203.0.113.9", "192.0.2.1") if thief_first else ("192.0.2.1", "203.0.113.9")
    winner = (await refreshed(side, stolen, address=addresses[0])).json()
    side.clock.advance(11)
    second = await refreshed(side, stolen, address=addresses[1])
    assert (second.status_code, second.json()["error"]) == (401, "unauthorized")
    assert ended == [("session", opened["session"])]
    assert (await refreshed(side, winner["refresh_token"])).status_code == 401
    for token in (opened["token"], winner["token"]):
        assert (await side.send("GET", "/account", headers=bearer(token))).status_code == 401
    assert (await acts(side)).count("refresh.reused") == 1


async def test_SI9_an_older_token_ends_the_family_also_within_ten_seconds(side: HttpSide) -> None:
    await side.account()
    first = (await signed_in(side))["refresh_token"]
    second = (await refreshed(side, first)).json()["refresh_token"]
    third = (await refreshed(side, second)).json()["refresh_token"]
    assert (await refreshed(side, first)).status_code == 401
    assert (await refreshed(side, third)).status_code == 401


async def test_SI9_reuse_ends_one_session_and_no_other(side: HttpSide) -> None:
    await side.account()
    one, other = await signed_in(side), await signed_in(side)
    await refreshed(side, one["refresh_token"])
    side.clock.advance(11)
    assert (await refreshed(side, one["refresh_token"])).status_code == 401
    assert (await refreshed(side, other["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "tlr_", "tlr_" + "0" * 32 + "_" + "0" * 64, "tlr_" + "A" * 32 + "_" + "0" * 64]
)
async def test_SI9_a_token_of_no_family_is_refused_like_every_other(
    side: HttpSide, token: str
) -> None:
    answer = await refreshed(side, token)
    assert told(answer) == (401, b'{"error":"unauthorized","id":""}')
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_SI10_a_block_costs_no_session_that_outlives_it(side: HttpSide) -> None:
    identity, _ = await side.account()
    opened = await signed_in(side)
    accounts, now = side.services.accounts, side.clock.now_ms()
    block = Block("b_1", "account", identity.account, "noise", "a_x", now, ends_at=now + 60_000)
    await accounts.stores.blocks.add(block)
    accounts.access.note("block", identity.account, "", now)
    await accounts.access.refresh()
    assert (await refreshed(side, opened["refresh_token"])).status_code == 401
    side.clock.advance(61)
    assert (await refreshed(side, opened["refresh_token"])).status_code == 200
    assert "refresh.reused" not in await acts(side)


async def test_SI10_nothing_is_asked_of_the_database_after_a_rotation(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await side.account()
    opened = await signed_in(side)
    sessions = side.services.accounts.stores.sessions
    rotate = sessions.rotate

    async def then_away(*given: Any, **more: Any) -> Any:
        done = await rotate(*given, **more)
        side.tables_switch.fault = StorageUnavailable("away")
        return done

    monkeypatch.setattr(sessions, "rotate", then_away)
    assert (await refreshed(side, opened["refresh_token"])).status_code == 200
    assert side.tables_switch.fault is not None, "it was a rotation"


# --- signing out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["refresh token", "cookie", "bearer", "token of before"])
async def test_SI11_signing_out_ends_the_session_and_tells_who_listens(
    side: HttpSide, by: str
) -> None:
    await side.account()
    opened = await signed_in(side)
    ended: list[tuple[str, str]] = []
    side.services.accounts.access.listen(lambda one: ended.append((one.kind, one.subject)))
    current = opened["refresh_token"]
    body: dict[str, str] = {}
    headers: dict[str, str] = {}
    if by == "token of before":
        body["refresh_token"] = current
        current = (await refreshed(side, current)).json()["refresh_token"]
    elif by == "refresh token":
        body["refresh_token"] = current
    elif by == "cookie":
        headers = {"cookie": f"touchline={current}", "origin": "http://localhost:8700"}
    else:
        headers = bearer(opened["token"])
    answer = await post(side, "/auth/logout", body, headers=headers)
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert ended == [("session", opened["session"])]
    assert (await refreshed(side, current)).status_code == 401
    assert (await side.send("GET", "/account", headers=bearer(opened["token"]))).status_code == 401
    assert "session.ended" in await acts(side)


async def test_SI11_signing_out_twice_is_no_failure_and_without_anything_it_is(
    side: HttpSide,
) -> None:
    await side.account()
    opened = await signed_in(side)
    body = {"refresh_token": opened["refresh_token"]}
    assert (await post(side, "/auth/logout", body)).status_code == 204
    assert (await post(side, "/auth/logout", body)).status_code == 204
    assert (await post(side, "/auth/logout")).status_code == 401
    guest = side.person()[1]
    assert (await post(side, "/auth/logout", headers=guest)).status_code == 401


async def test_SI12_beyond_the_limit_the_longest_unused_session_ends() -> None:
    async with http_side(sessions_max=2) as side:
        await side.account()  # signed in once
        side.clock.advance(1)
        one = await signed_in(side)
        side.clock.advance(1)
        two = await signed_in(side)
        side.clock.advance(1)
        one = (await refreshed(side, one["refresh_token"])).json()
        side.clock.advance(1)
        three = await signed_in(side)
        assert (await refreshed(side, two["refresh_token"])).status_code == 401
        for still in (one, three):
            assert (await refreshed(side, still["refresh_token"])).status_code == 200


async def test_no_secret_is_in_a_repr(side: HttpSide) -> None:
    await side.account()
    sign_in = side.services.accounts.sign_in
    opened = await sign_in.with_password(ADA, PASSWORD, Device(), Origin("192.0.2.7"))
    assert isinstance(opened, SignedIn)
    assert opened.refresh not in repr(opened)
    assert opened.access.token not in repr(opened)
    assert "secret" not in repr(FactorAwaited("secret"))
