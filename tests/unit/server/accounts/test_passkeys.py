"""Passkeys without requests: ceremonies are used up, run out, and are not kept for ever."""

from __future__ import annotations

import asyncio

import pytest

from server.accounts.device_answers import Asked, bytes_of
from server.accounts.passkeys import (
    LIFE_MS,
    SKEW_MS,
    InsecureOrigin,
    PasskeyRefused,
    PasskeyServices,
    Site,
)
from server.accounts.sign_in import Device, InvalidCredentials
from server.audit import Origin
from storage.tables import Asking
from tests.support.authenticator import Authenticator
from tests.support.http_side import ORIGIN, PASSWORD, HttpSide, http_side

SITE = Site(ORIGIN, "localhost")


async def device_of(side: HttpSide, email: str = "ada@example.org") -> Authenticator:
    """What signs in to a fresh account."""
    identity, _ = await side.account(email)
    passkeys = side.services.accounts.passkeys
    account = await side.services.accounts.mine.find(identity.account)
    begun = await passkeys.begin_adding(account, PASSWORD, Origin(), SITE)
    one = Authenticator(ORIGIN, counts=False)
    await passkeys.finish_adding(
        account.id, begun.ceremony, one.make(begun.options), "Phone", Origin(), SITE
    )
    return one


def another_node(side: HttpSide) -> PasskeyServices:
    """One that shares the database; and this node after a restart, which remembers nothing."""
    accounts = side.services.accounts
    return PasskeyServices(
        accounts=accounts.stores.accounts,
        passkeys=accounts.stores.passkeys,
        links=accounts.stores.links,
        sign_in=accounts.sign_in,
        seals=accounts.seals,
        audit=accounts.audit,
        clock=side.clock,
    )


async def remembered(side: HttpSide) -> int:
    """Finished ceremonies in the database."""

    def work() -> Asking[int]:
        rows = yield "SELECT count(*) FROM link WHERE purpose = 'ceremony'", ()
        return rows[0][0]

    return await side.tables_switch.read(work)


async def test_PK8_a_sign_in_that_was_finished_is_refused_on_every_node_and_after_a_restart() -> (
    None
):
    async with http_side() as side:
        one, passkeys = await device_of(side), side.services.accounts.passkeys
        begun = passkeys.begin(SITE)
        said = one.use(begun.options)
        await passkeys.finish(begun.ceremony, said, Device(), Origin(), SITE)
        for node in (passkeys, another_node(side)):
            with pytest.raises(InvalidCredentials):
                await node.finish(begun.ceremony, said, Device(), Origin(), SITE)


async def test_PK8_of_many_finishes_at_once_on_two_nodes_one_signs_in() -> None:
    async with http_side() as side:
        one, here = await device_of(side), side.services.accounts.passkeys
        there = another_node(side)
        begun = here.begin(SITE)
        said = one.use(begun.options)
        answers = await asyncio.gather(
            *(
                node.finish(begun.ceremony, said, Device(), Origin(), SITE)
                for node in (here, there, here, there)
            ),
            return_exceptions=True,
        )
        assert (
            sorted(isinstance(one, InvalidCredentials) for one in answers) == [False] + [True] * 3
        )


async def test_PK8_one_ceremony_adds_one_passkey() -> None:
    async with http_side() as side:
        identity, _ = await side.account()
        here = side.services.accounts.passkeys
        account = await side.services.accounts.mine.find(identity.account)
        begun = await here.begin_adding(account, PASSWORD, Origin(), SITE)
        for node, refused in ((here, False), (another_node(side), True)):
            made = Authenticator(ORIGIN).make(begun.options)
            ended = node.finish_adding(account.id, begun.ceremony, made, "Phone", Origin(), SITE)
            if not refused:
                await ended
                continue
            with pytest.raises(PasskeyRefused):
                await ended
        assert len(await here.of_account(account.id)) == 1


async def test_PK8_finished_ceremonies_are_forgotten_once_they_have_run_out() -> None:
    async with http_side() as side:
        one, passkeys = await device_of(side), side.services.accounts.passkeys
        for _ in range(5):
            begun = passkeys.begin(SITE)
            await passkeys.finish(begun.ceremony, one.use(begun.options), Device(), Origin(), SITE)
        assert await remembered(side) == 6
        side.clock.advance(LIFE_MS / 1_000)
        await side.services.accounts.cleanup.run_once()
        assert await remembered(side) == 6  # another node's clock may be behind
        side.clock.advance(SKEW_MS / 1_000)
        await side.services.accounts.cleanup.run_once()
        assert await remembered(side) == 0


async def test_PK8_what_is_begun_or_refused_is_not_remembered() -> None:
    async with http_side() as side:
        one, passkeys = await device_of(side), side.services.accounts.passkeys
        before = await remembered(side)
        for _ in range(9):
            begun = passkeys.begin(SITE)
            stranger = Authenticator(ORIGIN, id=one.id, counts=False)
            said = stranger.use(begun.options)
            with pytest.raises(InvalidCredentials):
                await passkeys.finish(begun.ceremony, said, Device(), Origin(), SITE)
        assert await remembered(side) == before


async def test_PK1_another_node_with_the_same_secrets_finishes_what_this_one_began() -> None:
    async with http_side() as one_side, http_side() as other:
        begun = one_side.services.accounts.passkeys.begin(SITE)
        device = await device_of(other)
        opened = await other.services.accounts.passkeys.finish(
            begun.ceremony, device.use(begun.options), Device("Phone"), Origin(), SITE
        )
        assert opened.session


@pytest.mark.parametrize("ceremony", ["", "!", "AAAA", "A" * 1_024])
async def test_PK1_what_is_no_ceremony_is_refused(ceremony: str) -> None:
    async with http_side() as side:
        identity, _ = await side.account()
        passkeys = side.services.accounts.passkeys
        with pytest.raises(PasskeyRefused):
            await passkeys.finish_adding(identity.account, ceremony, {}, "Phone", Origin(), SITE)


async def test_PK2_what_is_begun_tells_no_secret_in_a_repr_or_to_the_device() -> None:
    async with http_side() as side:
        begun = side.services.accounts.passkeys.begin(SITE)
        assert begun.options["challenge"] not in begun.ceremony
        assert begun.options["userVerification"] == "required"
        assert not begun.options.get("allowCredentials")
    assert begun.options["challenge"] not in repr(
        Asked(bytes_of(begun.options["challenge"]), ORIGIN, "localhost")
    )


async def test_PK2_a_device_is_asked_for_a_key_that_it_finds_by_itself() -> None:
    """Without that a phone offers nothing in the field of the address."""
    async with http_side() as side:
        identity, _ = await side.account()
        account = await side.services.accounts.mine.find(identity.account)
        begun = await side.services.accounts.passkeys.begin_adding(
            account, PASSWORD, Origin(), SITE
        )
        wanted = begun.options["authenticatorSelection"]
        assert (wanted["residentKey"], wanted["requireResidentKey"]) == ("required", True)
        assert begun.options["attestation"] == "none"
        kinds = [one["alg"] for one in begun.options["pubKeyCredParams"]]
        assert kinds == [-8, -7, -257]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://club.example", "club.example"),
        ("https://club.example:8443", "club.example"),
        ("http://localhost:8700", "localhost"),
        ("http://127.0.0.1:8700", "127.0.0.1"),
        ("http://[::1]:8700", "::1"),
    ],
)
def test_PK10_a_site_is_the_name_of_the_page(origin: str, host: str) -> None:
    assert Site.of(origin) == Site(origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://club.example",
        "http://192.168.1.5:8700",
        "http://localhost.example",
    ],
)
def test_PK10_a_page_without_tls_is_no_site(origin: str | None) -> None:
    with pytest.raises(InsecureOrigin):
        Site.of(origin)
