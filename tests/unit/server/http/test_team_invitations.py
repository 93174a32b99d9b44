"""Invitations to teams over HTTP: by a link, by mail, used, expired, revoked."""

from __future__ import annotations

import asyncio

import pytest

from server.mail import MailBusy
from tests.support.club import Club, make_club, told
from tests.support.http_side import HttpSide


@pytest.fixture
async def club(side: HttpSide) -> Club:
    return await make_club(side)


async def test_TM30_a_link_is_told_once_and_lets_in(club: Club) -> None:
    await club.person("ben")
    secret = await club.link("guest")
    listed = (await club.ask("olga", "GET", "/invitations")).json()["invitations"]
    assert secret not in str(listed)
    shown = await club.side.send("POST", "/teams/invitation", json={"token": secret})
    assert shown.json() == {"team": "Club", "role": "guest", "email_bound": False}
    joined = await club.join("ben", secret)
    assert joined.json()["role"] == "guest"
    assert await club.roles() == {"olga": "owner", "ben": "guest"}
    assert told(await club.join("ben", secret)) == (409, "already_member")


async def test_TM30_an_invitation_by_mail_is_for_that_address_alone_and_once(club: Club) -> None:
    await club.person("eve")
    await club.person("ben")
    await club.link("admin", email="Ben@Example.org")
    await club.side.mailed()
    secret = club.side.outbox.token("ben@example.org")
    assert told(await club.join("eve", secret)) == (404, "unknown_link")
    assert (await club.join("ben", secret)).status_code == 200
    await club.ask("ben", "POST", "/leave")
    assert told(await club.join("ben", secret)) == (404, "unknown_link")


async def test_TM30_where_no_message_can_be_sent_there_is_no_invitation(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise MailBusy

    monkeypatch.setattr(club.side.services.accounts.mail, "send", full)
    answer = await club.ask(
        "olga", "POST", "/invitations", json={"role": "guest", "email": "ben@example.org"}
    )
    assert answer.status_code == 503
    assert (await club.ask("olga", "GET", "/invitations")).json() == {"invitations": []}


async def test_TM31_whatever_is_wrong_with_a_link_has_one_answer(club: Club) -> None:
    for name in ("ben", "cleo"):
        await club.person(name)
    now = club.side.clock.now_ms()
    revoked = await club.link()
    (card,) = (await club.ask("olga", "GET", "/invitations")).json()["invitations"]
    expired = await club.link(expires=now + 1_000)
    used_up = await club.link(uses=1)
    bound = await club.link(email="somebody@example.org")
    gone = await club.ask("olga", "DELETE", f"/invitations/{card['id']}")
    assert gone.status_code == 204
    assert (await club.join("cleo", used_up)).status_code == 200
    club.side.clock.advance(1)
    answers = [
        await club.join("ben", one)
        for one in (expired, used_up, revoked, bound, "tlt_" + "0" * 43, "nonsense")
    ]
    assert {told(one) for one in answers} == {(404, "unknown_link")}
    shown = [
        await club.side.send("POST", "/teams/invitation", json={"token": one})
        for one in (expired, used_up, revoked, "tlt_" + "0" * 43)
    ]
    assert {told(one) for one in shown} == {(404, "unknown_link")}
    assert "ben" not in await club.roles()


async def test_TM31_uses_are_counted_also_at_once(club: Club) -> None:
    names = [f"p{n}" for n in range(5)]
    for name in names:
        await club.person(name)
    secret = await club.link(uses=2)
    answers = await asyncio.gather(*(club.join(name, secret) for name in names))
    assert sorted(one.status_code for one in answers) == [200, 200, 404, 404, 404]


async def test_TM7_who_was_removed_needs_a_newer_link_and_who_left_does_not(club: Club) -> None:
    await club.person("ben")
    secret = await club.link()
    await club.join("ben", secret)
    club.side.clock.advance(1)
    await club.ask("ben", "POST", "/leave")
    assert (await club.join("ben", secret)).status_code == 200
    club.side.clock.advance(1)
    assert (await club.remove("olga", "ben")).status_code == 204
    assert told(await club.join("ben", secret)) == (404, "unknown_link")
    club.side.clock.advance(1)
    assert (await club.join("ben", await club.link())).status_code == 200
