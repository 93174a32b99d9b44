"""Passkeys without requests: ceremonies are used up, run out, and are not kept for ever."""

from __future__ import annotations

import pytest

from server.accounts import passkeys as passkeys_module
from server.accounts.passkeys import LIFE_MS, PasskeyRefused, PasskeyServices, Site
from server.accounts.sign_in import Device, InvalidCredentials
from server.audit import Origin
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


def remembered(passkeys: PasskeyServices) -> int:
    """Ceremonies that were finished and could be brought again."""
    return len(passkeys._used)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what is bounded


async def test_PK1_a_node_forgets_finished_ceremonies_once_they_have_run_out() -> None:
    async with http_side() as side:
        one, passkeys = await device_of(side), side.services.accounts.passkeys
        for _ in range(5):
            begun = passkeys.begin(SITE)
            await passkeys.finish(begun.ceremony, one.use(begun.options), Device(), Origin(), SITE)
        assert remembered(passkeys) == 6
        side.clock.advance(LIFE_MS / 1_000)
        begun = passkeys.begin(SITE)
        await passkeys.finish(begun.ceremony, one.use(begun.options), Device(), Origin(), SITE)
        assert remembered(passkeys) == 1


async def test_PK1_a_node_remembers_so_many_and_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys_module, "USED_MAX", 3)
    async with http_side() as side:
        one, passkeys = await device_of(side), side.services.accounts.passkeys
        for _ in range(8):
            begun = passkeys.begin(SITE)
            said = one.use(begun.options)
            await passkeys.finish(begun.ceremony, said, Device(), Origin(), SITE)
            with pytest.raises(InvalidCredentials):
                await passkeys.finish(begun.ceremony, said, Device(), Origin(), SITE)
        assert remembered(passkeys) == 3


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
