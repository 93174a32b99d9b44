"""Coming in for the first time and back in without the password: what only a mailbox may learn."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from server.accounts.sign_up import Texts, digest_of
from server.audit import Origin
from server.mail import WAITING_MAX, MailBusy, Message
from storage.accounts import Account
from storage.blocks import Block
from storage.errors import StorageUnavailable
from storage.tables import Asking, Rows
from storage.teams import Team, TeamInvitation
from tests.support.http_side import ORIGIN, PASSWORD, HttpSide, http_side
from tests.support.people import ADA, acts, bearer, code_at, factor_on, log_in, post, signed_in

NEW = "new@example.org"
OTHER_PASSWORD = "another horse battery"
TEXTS = Texts(ORIGIN)


async def ask(side: HttpSide, email: str = NEW, **more: Any) -> httpx.Response:
    """Asks for an account."""
    headers = more.pop("headers", {})
    body = {"email": email, "name": "New", **more}
    answer = await post(side, "/auth/sign-up", body, headers=headers)
    await side.mailed()
    return answer


async def confirm(
    side: HttpSide, token: str, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    """Opens the link, and chooses a password."""
    body = {"token": token, "password": password, "refresh": "body"}
    return await post(side, "/auth/sign-up/confirm", body, **more)


async def invited(side: HttpSide, email: str = "", role: str | None = None) -> str:
    """The secret of an invitation to the site."""
    link = await side.services.accounts.sign_up.invite(email, role, TEXTS, Origin(), "")
    return link.partition("invitation=")[2]


async def links_kept(side: HttpSide) -> int:
    """How many links storage remembers."""

    def work() -> Asking[int]:
        rows = yield "SELECT count(*) FROM link", ()
        return rows[0][0]

    found: int = await side.tables_switch.read(work)
    return found


# --- sign up --------------------------------------------------------------------------------------


async def test_SU1_a_taken_address_gets_the_same_answer_and_costs_the_same(side: HttpSide) -> None:
    await side.account()
    fresh = await ask(side, NEW)
    written = await links_kept(side)
    taken = await ask(side, ADA)
    assert (fresh.status_code, fresh.content) == (taken.status_code, taken.content)
    assert fresh.json() == {"sent": True}
    assert (await links_kept(side), written) == (2, 1)
    assert "has an account\nalready" in side.outbox.last(ADA)
    assert "token=" not in side.outbox.last(ADA)
    assert "token=tll_" in side.outbox.last(NEW)


async def test_SU2_the_link_makes_the_account_and_signs_in_once(side: HttpSide) -> None:
    await ask(side)
    assert (await log_in(side, NEW)).status_code == 401
    token = side.outbox.token(NEW)
    opened = await confirm(side, token)
    assert opened.status_code == 200
    header = bearer(opened.json()["token"])
    assert (await side.send("GET", "/account", headers=header)).json()["email"] == NEW
    again = await confirm(side, token)
    assert (again.status_code, again.json()["error"]) == (404, "unknown_link")
    assert (await log_in(side, NEW)).status_code == 200
    assert "account.created" in await acts(side)


async def test_SU2_the_link_ends_after_a_day(side: HttpSide) -> None:
    await ask(side)
    side.clock.advance(86_400)
    assert (await confirm(side, side.outbox.token(NEW))).status_code == 404


async def test_SU2_of_two_links_for_one_address_one_is_good(side: HttpSide) -> None:
    await ask(side)
    first = side.outbox.token(NEW)
    await ask(side)
    second = side.outbox.token(NEW)
    answers = await asyncio.gather(confirm(side, first), confirm(side, second))
    assert sorted(one.status_code for one in answers) == [200, 404]


async def test_SU2_a_database_that_is_away_uses_up_no_link(side: HttpSide) -> None:
    await ask(side)
    token = side.outbox.token(NEW)
    side.tables_switch.fault = StorageUnavailable("away")
    assert (await confirm(side, token)).status_code == 503
    side.tables_switch.fault = None
    assert (await confirm(side, token)).status_code == 200


@pytest.mark.parametrize("purpose", ["reset", "email"])
async def test_SU2_a_link_is_good_for_what_it_is_for_only(side: HttpSide, purpose: str) -> None:
    await ask(side)
    token = side.outbox.token(NEW)
    if purpose == "reset":
        body = {"token": token, "password": OTHER_PASSWORD}
        assert (await post(side, "/auth/reset/confirm", body)).status_code == 404
    else:
        _, header = await side.account()
        assert (await confirm_email(side, header, token)).status_code == 404
    assert (await confirm(side, token)).status_code == 200


async def test_SU3_a_guest_keeps_account_and_rooms_and_its_guest_tokens_end(side: HttpSide) -> None:
    guest, header = side.person("Kim")
    room = await side.board(guest, "Ours")
    ended: list[tuple[str, str]] = []
    side.services.accounts.access.listen(lambda one: ended.append((one.kind, one.subject)))
    assert (await ask(side, headers=header)).status_code == 202
    assert (await side.send("GET", "/rooms", headers=header)).status_code == 200
    opened = (await confirm(side, side.outbox.token(NEW))).json()
    assert opened["account"] == guest.account
    assert ended == [("guest", guest.account)]
    assert (await side.send("GET", "/rooms", headers=header)).status_code == 401
    rooms = (await side.send("GET", "/rooms", headers=bearer(opened["token"]))).json()["rooms"]
    assert [(one["id"], one["role"]) for one in rooms] == [(room, "owner")]


async def test_SU3_what_is_no_guests_token_is_refused(side: HttpSide) -> None:
    _, header = await side.account()
    for one in (header, bearer("nonsense")):
        assert (await ask(side, headers=one)).status_code == 401


@pytest.mark.parametrize(
    ("mode", "code"), [("closed", "sign_up_closed"), ("invitation", "invitation_needed")]
)
async def test_SU4_a_server_that_is_not_open_lets_in_by_invitation_only(
    mode: str, code: str
) -> None:
    async with http_side(sign_up=mode) as side:
        for more in ({}, {"invitation": "tll_nothing"}):
            refused = await ask(side, **more)
            assert (refused.status_code, refused.json()["error"]) == (403, code)
        secret = await invited(side, NEW)
        assert (await ask(side, "else@example.org", invitation=secret)).status_code == 403
        assert (await ask(side, invitation=secret)).status_code == 202
        assert (await confirm(side, side.outbox.token(NEW))).status_code == 200
        assert (await ask(side, "else@example.org", invitation=secret)).status_code == 403


@pytest.mark.parametrize("mode", ["open", "invitation", "closed"])
async def test_SU4_an_invitation_gives_its_role_to_one_account(mode: str) -> None:
    async with http_side(sign_up=mode) as side:
        secret = await invited(side, "one@example.org", role="admin")
        other = await ask(side, "two@example.org", invitation=secret)
        assert other.status_code == (202 if mode == "open" else 403)
        assert (await ask(side, "one@example.org", invitation=secret)).status_code == 202
        one = await confirm(side, side.outbox.token("one@example.org"))
        assert one.status_code == 200
        if mode == "open":
            two = await confirm(side, side.outbox.token("two@example.org"))
            header = bearer(two.json()["token"])
            plain = await side.send("GET", "/account", headers=header)
            assert plain.json()["site_role"] is None
        shown = await side.send("GET", "/account", headers=bearer(one.json()["token"]))
        assert shown.json()["site_role"] == "admin"


async def administrator(side: HttpSide) -> str:
    """The account of somebody who may invite."""
    return (await side.account("root@example.org", "Root", site_role="admin"))[0].account


async def invited_by(side: HttpSide, by: str) -> str:
    link = await side.services.accounts.sign_up.invite(NEW, "staff", TEXTS, Origin(), by)
    return link.partition("invitation=")[2]


async def loses(side: HttpSide, who: str, how: str) -> None:
    """An administrator may not invite any more."""
    accounts, now = side.services.accounts, side.clock.now_ms()
    if how == "closed":
        assert await accounts.stores.accounts.close(who, at=now, reason="closed") is not None
    elif how == "blocked":
        block = Block("b_1", "account", who, "stolen", "a_x", now, ends_at=None)
        await accounts.stores.blocks.add(block)
        accounts.access.note("block", who, "", now)
        await accounts.access.refresh()
    else:
        role = "staff" if how == "staff" else None
        assert await accounts.stores.accounts.set_site_role(who, role)


@pytest.mark.parametrize("how", ["closed", "blocked", "staff", "nobody"])
@pytest.mark.parametrize("when", ["before it is used", "before the link is opened"])
async def test_SU17_an_invitation_ends_with_the_right_of_who_made_it(how: str, when: str) -> None:
    async with http_side(sign_up="invitation") as side:
        root = await administrator(side)
        secret = await invited_by(side, root)
        if when == "before it is used":
            await loses(side, root, how)
            assert (await ask(side, invitation=secret)).status_code == 403
            return
        assert (await ask(side, invitation=secret)).status_code == 202
        await loses(side, root, how)
        assert (await confirm(side, side.outbox.token(NEW))).status_code == 404
        assert await side.services.accounts.stores.accounts.by_email(NEW) is None


async def test_SU17_an_invitation_that_is_made_as_its_maker_loses_the_right_never_holds() -> None:
    async with http_side(sign_up="invitation") as side:
        root = await administrator(side)
        await loses(side, root, "nobody")
        secret = await invited_by(side, root)
        assert (await ask(side, invitation=secret)).status_code == 403
        assert await side.services.accounts.sign_up.invitations() == []


async def test_SU17_of_an_administrator_of_another_issuer_it_holds_while_the_account_is_open() -> (
    None
):
    async with http_side(sign_up="invitation") as side:
        accounts, who = side.services.accounts.stores.accounts, "a_" + "i" * 22
        assert await accounts.create(Account(who, "Ivy", 1, origin="https://issuer.example"))
        secret = await invited_by(side, who)
        assert (await ask(side, invitation=secret)).status_code == 202
        await loses(side, who, "closed")
        assert (await confirm(side, side.outbox.token(NEW))).status_code == 404


async def test_SU4_an_invitation_ends_after_a_fortnight() -> None:
    async with http_side(sign_up="invitation") as side:
        secret = await invited(side)
        side.clock.advance(14 * 86_400)
        assert (await ask(side, invitation=secret)).status_code == 403


@pytest.mark.parametrize(
    ("mode", "email", "status"),
    [
        ("invitation", None, 202),
        ("invitation", NEW, 202),
        ("invitation", "else@example.org", 403),
        ("closed", None, 403),
    ],
)
async def test_SU5_an_invitation_to_a_team_opens_a_server_that_is_by_invitation(
    mode: str, email: str | None, status: int
) -> None:
    async with http_side(sign_up=mode) as side:
        owner, _ = await side.account()
        teams, now = side.services.accounts.stores.teams, side.clock.now_ms()
        team = Team("t_" + "1" * 22, "Club", now)
        assert await teams.create(team, owner=owner.account, owner_name="Ada")
        secret = "tlt_" + "1" * 43
        one = TeamInvitation(
            "ti_1", team.id, "member", email, digest_of(secret), None, 1, owner.account, now
        )
        assert await teams.add_invitation(one, most=9)
        assert (await ask(side, team_invitation=secret)).status_code == status


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short", "too_short"), ("password123", "too_common"), ("x" * 129, "too_long")],
)
async def test_SU6_a_weak_password_is_refused_with_its_reason_and_costs_no_attempt(
    side: HttpSide, password: str, reason: str
) -> None:
    await ask(side)
    token = side.outbox.token(NEW)
    for _ in range(62):
        refused = await confirm(side, token, password, address="10.60.0.1")
        body = refused.json()
        assert (refused.status_code, body["error"]) == (422, "weak_password")
        assert body["detail"] == reason
    assert (await confirm(side, token, address="10.60.0.1")).status_code == 200


async def test_SU6_passwords_that_are_busy_use_up_no_link(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(side)
    token = side.outbox.token(NEW)
    with monkeypatch.context() as full:
        full.setattr(side.services.accounts.passwords, "_under_way", 1_000)
        busy = await confirm(side, token)
        assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert (await confirm(side, token)).status_code == 200


async def test_SU11_whoever_asks_with_an_address_of_somebody_else_knows_no_password_of_it(
    side: HttpSide,
) -> None:
    chosen = {"email": NEW, "name": "New", "password": "the one of the thief"}
    assert (await post(side, "/auth/sign-up", chosen)).status_code == 422
    assert (await ask(side)).status_code == 202
    token = side.outbox.token(NEW)
    assert (await post(side, "/auth/sign-up/confirm", {"token": token})).status_code == 422
    assert (await confirm(side, token)).status_code == 200
    assert (await log_in(side, NEW)).status_code == 200
    assert (await log_in(side, NEW, "the one of the thief")).status_code == 401


async def test_SU12_asking_for_accounts_with_an_address_keeps_nobody_from_a_reset(
    side: HttpSide,
) -> None:
    await side.account()
    answers = [await ask(side, ADA) for _ in range(6)]
    assert [one.status_code for one in answers] == [202] * 5 + [429]
    assert (await ask_reset(side)).status_code == 202
    assert "token=tll_" in side.outbox.last(ADA)


async def test_SU12_changes_and_invitations_keep_nobody_from_a_reset(side: HttpSide) -> None:
    await side.account()
    _, thief = await side.account("thief@example.org", "Thief")
    team = (await post(side, "/teams", {"name": "Club"}, headers=thief)).json()["id"]
    change = {"email": ADA, "password": PASSWORD}
    invitation = {"role": "member", "email": ADA}
    changes = [await post(side, "/account/email", change, headers=thief) for _ in range(6)]
    invitations = [
        await post(side, f"/teams/{team}/invitations", invitation, headers=thief) for _ in range(11)
    ]
    assert [one.status_code for one in changes] == [202] * 5 + [429]
    assert [one.status_code for one in invitations] == [201] * 10 + [429]
    assert (await ask(side, ADA)).status_code == 202
    assert (await ask_reset(side)).status_code == 202


async def test_SU12_a_reset_by_an_administrator_counts_for_the_administrator_alone(
    side: HttpSide,
) -> None:
    person, _ = await side.account()
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    path = f"/admin/users/{person.account}/reset"
    for _ in range(12):
        assert (await post(side, path, headers=admin)).status_code == 202
    assert (await ask_reset(side)).status_code == 202
    answers = [await post(side, path, headers=admin) for _ in range(19)]
    assert [one.status_code for one in answers] == [202] * 18 + [429]
    # the operator is not counted (AD12)
    for _ in range(31):
        assert (await post(side, path, headers=side.operator)).status_code == 202
    await side.mailed()


async def test_SU12_tags_and_dots_of_an_address_share_what_its_mailbox_gets(
    side: HttpSide,
) -> None:
    spelt = ("new+1@example.org", "new+2@example.org", "n.ew@example.org", "n.e.w+3@example.org")
    for email in (*spelt, NEW):
        assert (await ask(side, email)).status_code == 202
    assert (await ask(side, "ne.w+4@example.org")).status_code == 429
    assert (await ask(side, "else@example.org")).status_code == 202
    # accounts of their own all the same
    for email in spelt[:2]:
        assert (await confirm(side, side.outbox.token(email))).status_code == 200


async def test_SU6_sign_ups_of_an_address_are_limited(side: HttpSide) -> None:
    for n in range(11):
        body = {"email": f"n{n}@example.org", "name": "New"}
        answer = await post(side, "/auth/sign-up", body, address="10.60.0.2")
        assert answer.status_code == (202 if n < 10 else 429)
        assert n < 10 or answer.json()["error"] == "rate_limited"


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@example.org", "x" * 250 + "@example.org"])
async def test_an_address_that_is_none_is_refused(side: HttpSide, email: str) -> None:
    answer = await ask(side, email)
    assert (answer.status_code, answer.json()["error"]) == (422, "email_invalid")


# --- reset ----------------------------------------------------------------------------------------


async def ask_reset(side: HttpSide, email: str = ADA, **more: Any) -> httpx.Response:
    answer = await post(side, "/auth/reset", {"email": email}, **more)
    await side.mailed()
    return answer


async def reset(side: HttpSide, token: str, password: str = OTHER_PASSWORD) -> httpx.Response:
    return await post(side, "/auth/reset/confirm", {"token": token, "password": password})


async def test_SU7_asking_for_another_password_says_nothing(side: HttpSide) -> None:
    _identity, _ = await side.account()
    closed, _ = await side.account("closed@example.org")
    await side.services.accounts.stores.accounts.close(closed.account, at=1, reason="left")
    known = await ask_reset(side)
    for email in ("nobody@example.org", "closed@example.org"):
        answer = await ask_reset(side, email)
        assert (answer.status_code, answer.content) == (known.status_code, known.content)
    assert [one["To"] for one in side.outbox.messages] == [ADA]
    assert await links_kept(side) == 3
    assert "account.reset_asked" in await acts(side)


@pytest.mark.parametrize("email", [ADA, "nobody@example.org"])
async def test_SU7_whether_somebody_has_the_address_is_asked_after_the_answer(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    await side.account()
    asked, go_on = asyncio.Event(), asyncio.Event()
    accounts = side.services.accounts.stores.accounts
    find = accounts.by_email

    async def slow(wanted: str) -> Any:
        asked.set()
        await go_on.wait()
        return await find(wanted)

    monkeypatch.setattr(accounts, "by_email", slow)
    answer = await asyncio.wait_for(post(side, "/auth/reset", {"email": email}), 5)
    assert (answer.status_code, side.outbox.messages) == (202, [])
    await asyncio.wait_for(asked.wait(), 5)
    go_on.set()
    await side.mailed()
    assert len(side.outbox.messages) == (1 if email == ADA else 0)


async def test_SU7_a_database_that_is_away_holds_the_message_up(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await side.account()
    held, back = asyncio.Event(), asyncio.Event()

    async def until_back(_seconds: float) -> None:
        held.set()
        await back.wait()

    monkeypatch.setattr(side.services.accounts.mail, "_sleep", until_back)
    side.tables_switch.fault = StorageUnavailable("away")
    assert (await post(side, "/auth/reset", {"email": ADA})).status_code == 202
    await asyncio.wait_for(held.wait(), 5)
    side.tables_switch.fault = None
    back.set()
    await side.mailed()
    assert (await reset(side, side.outbox.token(ADA))).status_code == 204


async def test_SU13_the_address_of_a_closed_account_is_one_that_nobody_has(side: HttpSide) -> None:
    closed, _ = await side.account()
    stores = side.services.accounts.stores
    await stores.accounts.close(closed.account, at=1, reason="left")
    assert (await ask(side, ADA)).status_code == 202
    opened = await confirm(side, side.outbox.token(ADA), OTHER_PASSWORD)
    assert opened.status_code == 200
    assert opened.json()["account"] != closed.account
    assert (await log_in(side, ADA, OTHER_PASSWORD)).status_code == 200
    assert (await log_in(side, ADA)).status_code == 401


async def test_SU13_another_address_may_be_one_of_a_closed_account(side: HttpSide) -> None:
    closed, _ = await side.account("old@example.org")
    await side.services.accounts.stores.accounts.close(closed.account, at=1, reason="left")
    _, header = await side.account()
    token = await change_email(side, header, "old@example.org")
    assert (await confirm_email(side, header, token)).status_code == 204
    await signed_in(side, "old@example.org")


async def test_EM6_messages_hold_no_words_of_whoever_caused_them(side: HttpSide) -> None:
    phishing = "Pay at evil.example now"
    _, header = await side.account(ADA, phishing)
    team = (await post(side, "/teams", {"name": phishing}, headers=header)).json()["id"]
    await ask(side, NEW, name=phishing)
    await ask(side, ADA, name=phishing)
    await ask_reset(side)
    await change_email(side, header, "ada@elsewhere.example")
    for email in (NEW, ADA):
        body = {"role": "member", "email": email}
        path = f"/teams/{team}/invitations"
        assert (await post(side, path, body, headers=header)).status_code == 201
    await invited(side, NEW)
    await side.mailed()
    assert len(side.outbox.messages) == 7
    for one in side.outbox.messages:
        assert "evil" not in f"{one['Subject']} {one.get_content()}"


async def test_SU7_a_reset_ends_every_session_once_and_leaves_the_second_factor(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    secret, _ = await factor_on(side, header)
    ended: list[str] = []
    side.services.accounts.access.listen(lambda one: ended.append(one.kind))
    await ask_reset(side)
    token = side.outbox.token(ADA)
    weak = await reset(side, token, "short")
    assert (weak.status_code, weak.json()["error"]) == (422, "weak_password")
    assert (await reset(side, token)).status_code == 204
    assert ended == ["session"]
    assert (await side.send("GET", "/account", headers=header)).status_code == 401
    assert (await reset(side, token)).status_code == 404
    assert (await log_in(side)).status_code == 401
    asked = (await log_in(side, ADA, OTHER_PASSWORD)).json()
    assert asked["mfa"] == "required"
    body = {"mfa_token": asked["mfa_token"], "code": code_at(side, secret)}
    assert (await post(side, "/auth/mfa", body)).status_code == 200


async def test_SU16_keys_of_programs_survive_another_password(side: HttpSide) -> None:
    _, header = await side.account()
    asked = {"name": "Ticker", "scopes": ["rooms:read"]}
    made = await post(side, "/keys", asked, headers=header)
    assert made.status_code == 201, made.text
    await ask_reset(side)
    assert (await reset(side, side.outbox.token(ADA))).status_code == 204
    assert (await side.send("GET", "/rooms", headers=header)).status_code == 401
    program = {"authorization": f"Bearer {made.json()['key']}"}
    assert (await side.send("GET", "/rooms", headers=program)).status_code == 200


async def test_HT19_a_mail_never_leads_where_whoever_asked_for_it_says(side: HttpSide) -> None:
    await side.account()
    asked = await post(side, "/auth/reset", {"email": ADA}, host="192.168.1.5:9999")
    assert asked.status_code == 202
    await side.mailed()
    assert f"{ORIGIN}/reset.html#token=" in side.outbox.last(ADA)
    assert "9999" not in side.outbox.last(ADA)


async def test_HT19_every_link_begins_with_the_public_url_where_there_is_one() -> None:
    async with http_side(public_url="https://club.example") as side:
        ada, header = await side.account(site_role="admin")
        await ask_reset(side)
        assert "https://club.example/reset.html#token=" in side.outbox.last(ADA)
        invited = await post(side, "/admin/invitations", {}, headers=header)
        assert invited.json()["link"].startswith("https://club.example/sign-up.html#")
        room = await side.board(ada)
        made = await post(side, f"/rooms/{room}/invitations", {"role": "viewer"}, headers=header)
        assert made.json()["link"].startswith("https://club.example/board.html#")
        team = await post(side, "/teams", {"name": "Club"}, headers=header)
        path = f"/teams/{team.json()['id']}/invitations"
        made = await post(side, path, {"role": "member"}, headers=header)
        assert made.json()["link"].startswith("https://club.example/team.html#")


async def test_SU7_a_reset_link_ends_after_half_an_hour(side: HttpSide) -> None:
    await side.account()
    await ask_reset(side)
    side.clock.advance(30 * 60)
    assert (await reset(side, side.outbox.token(ADA))).status_code == 404


async def test_SU7_one_link_used_twice_at_once_sets_one_password(side: HttpSide) -> None:
    await side.account()
    await ask_reset(side)
    token = side.outbox.token(ADA)
    answers = await asyncio.gather(reset(side, token), reset(side, token, "a third horse battery"))
    assert sorted(one.status_code for one in answers) == [204, 404]


async def test_SU7_whoever_reads_the_mailbox_is_not_held_up_by_a_guesser(side: HttpSide) -> None:
    await side.account()
    for _ in range(5):
        await log_in(side, ADA, "not the right one")
    assert (await log_in(side)).status_code == 429
    await ask_reset(side)
    assert (await reset(side, side.outbox.token(ADA))).status_code == 204
    assert (await log_in(side, ADA, OTHER_PASSWORD)).status_code == 200


# --- links of before ------------------------------------------------------------------------------


async def change_email(side: HttpSide, header: dict[str, str], email: str) -> str:
    """Asks for another address; returns the secret of the link."""
    body = {"email": email, "password": PASSWORD}
    assert (await post(side, "/account/email", body, headers=header)).status_code == 202
    await side.mailed()
    return side.outbox.token(email)


async def confirm_email(
    side: HttpSide, header: dict[str, str], token: str, **more: Any
) -> httpx.Response:
    return await post(side, "/auth/email/confirm", {"token": token}, headers=header, **more)


async def test_SU9_nobody_gives_their_address_to_the_account_of_somebody_else(
    side: HttpSide,
) -> None:
    _, thief = await side.account("thief@example.org", "Thief")
    token = await change_email(side, thief, ADA)
    assert (await confirm_email(side, {}, token)).status_code == 401
    _, bob = await side.account("bob@example.org", "Bob")
    assert (await confirm_email(side, bob, token)).status_code == 404
    mine = (await side.send("GET", "/account", headers=thief)).json()
    assert mine["email"] == "thief@example.org"
    assert (await confirm_email(side, thief, token)).status_code == 204, "it was not used up"


@pytest.mark.parametrize("how", ["reset", "changed"])
async def test_SU8_another_password_voids_the_links_that_a_thief_has_asked_for(
    side: HttpSide, how: str
) -> None:
    _, header = await side.account()
    theirs = await change_email(side, header, "thief@example.org")
    if how == "reset":
        await ask_reset(side)
        assert (await reset(side, side.outbox.token(ADA))).status_code == 204
    else:
        body = {"current": PASSWORD, "new": OTHER_PASSWORD}
        assert (await post(side, "/account/password", body, headers=header)).status_code == 204
    header = bearer((await log_in(side, ADA, OTHER_PASSWORD)).json()["token"])
    assert (await confirm_email(side, header, theirs)).status_code == 404


@pytest.mark.parametrize("who", ["all", "others", "admin"])
async def test_SU14_signing_out_everywhere_voids_an_address_that_was_asked_for(
    side: HttpSide, who: str
) -> None:
    ada, header = await side.account()
    theirs = await change_email(side, header, "thief@example.org")
    if who == "admin":
        _, admin = await side.account("root@example.org", "Root", site_role="admin")
        done = await post(side, f"/admin/users/{ada.account}/sessions/end", headers=admin)
    else:
        body = {"all": who == "all"}
        done = await post(side, "/account/sessions/end", body, headers=header)
    assert done.status_code == 200
    header = bearer((await signed_in(side))["token"])
    assert (await confirm_email(side, header, theirs)).status_code == 404


async def test_SU15_an_address_asked_for_with_a_password_of_before_never_holds(
    side: HttpSide,
) -> None:
    ada, _ = await side.account()
    accounts = side.services.accounts
    before = await accounts.mine.find(ada.account)  # the password is proved, and then changed …
    await ask_reset(side)
    assert (await reset(side, side.outbox.token(ADA))).status_code == 204
    await accounts.sign_up.ask_email(before, "thief@example.org", TEXTS, Origin())  # … meanwhile
    await side.mailed()
    theirs = side.outbox.token("thief@example.org")
    header = bearer((await log_in(side, ADA, OTHER_PASSWORD)).json()["token"])
    assert (await confirm_email(side, header, theirs)).status_code == 404


async def test_SU8_another_address_voids_what_was_sent_to_the_old_one(side: HttpSide) -> None:
    _, header = await side.account()
    await ask_reset(side)
    old = side.outbox.token(ADA)
    token = await change_email(side, header, "ada@elsewhere.example")
    assert (await confirm_email(side, header, token)).status_code == 204
    assert (await reset(side, old)).status_code == 404


async def test_SU9_another_address_holds_once_its_link_is_opened_and_the_old_one_is_told(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    token = await change_email(side, header, "ada@elsewhere.example")
    assert (await side.send("GET", "/account", headers=header)).json()["email"] == ADA
    assert (await confirm_email(side, header, token)).status_code == 204
    await side.mailed()
    assert "another e-mail address" in side.outbox.last(ADA)
    assert (await confirm_email(side, header, token)).status_code == 404
    await signed_in(side, "ada@elsewhere.example")
    assert (await log_in(side, ADA)).status_code == 401
    assert "account.email" in await acts(side)


async def test_SU9_an_address_of_somebody_else_is_told_to_them_alone(side: HttpSide) -> None:
    _, header = await side.account()
    await side.account("bob@example.org", "Bob")
    body = {"email": "bob@example.org", "password": PASSWORD}
    taken = await post(side, "/account/email", body, headers=header)
    body["email"] = "free@example.org"
    free = await post(side, "/account/email", body, headers=header)
    await side.mailed()
    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert "token=" not in side.outbox.last("bob@example.org")
    assert await links_kept(side) == 2


async def test_SU9_of_two_that_ask_for_one_address_one_gets_it(side: HttpSide) -> None:
    _, ada = await side.account()
    _, bob = await side.account("bob@example.org", "Bob")
    first = await change_email(side, ada, "free@example.org")
    second = await change_email(side, bob, "free@example.org")
    answers = [await confirm_email(side, ada, first), await confirm_email(side, bob, second)]
    assert [one.status_code for one in answers] == [204, 404]


async def test_SU9_links_that_are_opened_are_limited_by_address(side: HttpSide) -> None:
    _, header = await side.account()
    for _ in range(30):
        assert (await confirm(side, "tll_nothing", address="10.70.0.1")).status_code == 404
        opened = await confirm_email(side, header, "tll_nothing", address="10.70.0.1")
        assert opened.status_code == 404
    refused = await confirm_email(side, header, "tll_nothing", address="10.70.0.1")
    assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")


async def test_SU10_a_full_queue_is_busy_for_everybody_alike(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    await side.account()
    mail = side.services.accounts.mail

    async def never(*_: Any) -> bool:
        await asyncio.get_running_loop().create_future()
        return True

    with monkeypatch.context() as stuck:
        stuck.setattr(mail, "_is_done", never)
        for n in range(WAITING_MAX):
            mail.send(Message(f"p{n}@example.org", "Test", ""))
        answers: list[httpx.Response] = []
        for email in (ADA, "nobody@example.org"):
            answers.append(await post(side, "/auth/reset", {"email": email}))
            body = {"email": email, "name": "New"}
            answers.append(await post(side, "/auth/sign-up", body))
        assert {(one.status_code, one.json()["error"]) for one in answers} == {(503, "busy")}


async def test_SU10_what_has_happened_is_told_whatever_waits(side: HttpSide) -> None:
    _, header = await side.account()
    token = await change_email(side, header, "ada@elsewhere.example")
    mail = side.services.accounts.mail
    mail._under_way += WAITING_MAX  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - full
    with pytest.raises(MailBusy):
        mail.check_room()
    assert (await confirm_email(side, header, token)).status_code == 204
    mail._under_way -= WAITING_MAX  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as it was
    await side.mailed()
    assert "another e-mail address" in side.outbox.last(ADA)


async def test_no_secret_of_an_applicant_is_in_storage(side: HttpSide) -> None:
    await ask(side)
    token = side.outbox.token(NEW)

    def work() -> Asking[Rows]:
        rows = yield "SELECT digest, subject, payload FROM link", ()
        return rows

    kept = repr(await side.tables_switch.read(work))
    assert token not in kept
    assert "argon2" not in kept
    assert NEW in kept
