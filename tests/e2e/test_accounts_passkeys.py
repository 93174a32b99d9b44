"""A passkey from being added to being removed, with Chromium's own authenticator in software."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.account_people import PASSWORD, account, sign_in
from tests.support.account_states import confirm_totp, press
from tests.support.browser import Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.server_process import ServerProcess, server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def served(browser: Browser, tmp_path: Path) -> AsyncGenerator[tuple[Stage, ServerProcess]]:
    """A server of one's own, and a stage before it."""
    async with server_process(tmp_path, **GENEROUS) as server:
        stage = Stage(browser, server.url)
        yield stage, server
        await stage.close()


NOT_IN_FIELDS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
"""As browsers are that offer passkeys by a button only."""


async def with_device(person: Person) -> tuple[Any, str]:
    """The page has a device that checks the person, and says yes."""
    session: Any = await person.context.new_cdp_session(person.page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(made["authenticatorId"])


async def add_passkey(person: Person, name: str) -> None:
    """On the account page."""
    await press(person, "Add a passkey")
    await person.page.get_by_label("What it is on").fill(name)
    await person.page.get_by_label("Your password").fill(PASSWORD)
    await press(person, "Go on")
    await expect(person.test_id("passkeys")).to_contain_text(name)
    await expect(person.test_id("passkeys")).to_contain_text("The passkey is added")


async def test_a_passkey_is_added_signs_in_and_is_removed(
    served: tuple[Stage, ServerProcess],
) -> None:
    stage, server = served
    ana = await account(stage, server.data_dir, "Ana Costa", to="/account.html")
    session, authenticator = await with_device(ana)
    await add_passkey(ana, "My laptop")
    stored = await session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    (credential,) = stored["credentials"]
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"

    await ana.page.get_by_role("button", name="Sign out here").click()
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await ana.page.goto(f"{stage.url}/sign-in.html#next=/account.html")
    # The browser offers it in the field of the address; this device takes it at once.
    await ana.page.wait_for_url("**/account.html")
    await expect(ana.test_id("passkeys")).to_contain_text("last used just now")

    await ana.page.get_by_role("button", name="Sign out here").click()
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await ana.page.add_init_script(NOT_IN_FIELDS)
    await ana.page.goto(f"{stage.url}/sign-in.html#next=/account.html")
    await press(ana, "Use a passkey")
    await ana.page.wait_for_url("**/account.html")

    await press(ana, "Remove the passkey My laptop")
    await press(ana, "Remove it")
    await expect(ana.test_id("passkeys")).to_contain_text("The passkey is removed")
    await ana.page.get_by_role("button", name="Sign out here").click()
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await ana.page.goto(f"{stage.url}/sign-in.html")
    await press(ana, "Use a passkey")
    await expect(ana.test_id("problem")).to_have_text("This passkey is not known here.")


async def test_a_wrong_password_adds_no_passkey_and_a_device_that_says_no_leaves_the_form(
    served: tuple[Stage, ServerProcess],
) -> None:
    stage, server = served
    ana = await account(stage, server.data_dir, "Ana Costa", to="/account.html")
    session, authenticator = await with_device(ana)
    await press(ana, "Add a passkey")
    await ana.page.get_by_label("Your password").fill("not the password")
    await press(ana, "Go on")
    await expect(ana.page.locator("#field-password-about")).to_have_text(
        "This is not your password."
    )
    verified = {"authenticatorId": authenticator, "isUserVerified": False}
    await session.send("WebAuthn.setUserVerified", verified)
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await press(ana, "Go on")
    await expect(ana.test_id("problem")).to_have_text("No passkey was given.")
    await expect(ana.page.get_by_label("What it is on")).to_have_value("Chrome on Linux")


async def test_PK2_a_second_factor_is_asked_and_a_passkey_signs_in_without_it(
    served: tuple[Stage, ServerProcess],
) -> None:
    stage, server = served
    ana = await account(stage, server.data_dir, "Ana Costa", to="/account.html")
    await with_device(ana)
    await ana.test_id("totp").get_by_role("button", name="Set up").click()
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await press(ana, "Go on")
    codes = await confirm_totp(ana)
    await press(ana, "I have kept them")
    await press(ana, "Add a passkey")
    await ana.page.get_by_label("What it is on").fill("My laptop")
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await ana.page.get_by_label("Six digits").fill("000000")
    await press(ana, "Go on")
    await expect(ana.page.locator("#field-code-about")).to_have_text(
        "That code is wrong, or was used already."
    )
    # What was typed before stays when the other code is chosen.
    await press(ana, "I have lost it")
    await expect(ana.page.get_by_label("Your password")).to_have_value(PASSWORD)
    await ana.page.get_by_label("A recovery code").fill(codes[0])
    await press(ana, "Go on")
    await expect(ana.test_id("passkeys")).to_contain_text("The passkey is added")
    await expect(ana.test_id("totp")).to_contain_text("9 recovery codes are left")
    await ana.page.get_by_role("button", name="Sign out here").click()
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await ana.page.goto(f"{stage.url}/sign-in.html#next=/account.html")
    await ana.page.wait_for_url("**/account.html")
    await expect(ana.test_id("passkeys")).to_contain_text("last used just now")


async def test_PK11_a_device_that_has_one_is_told_by_the_browser(
    served: tuple[Stage, ServerProcess],
) -> None:
    stage, server = served
    ana = await account(stage, server.data_dir, "Ana Costa", to="/account.html")
    await with_device(ana)
    await add_passkey(ana, "My laptop")
    asked: list[Any] = []
    ana.page.on("response", lambda answer: asked.append(answer) if answer.ok else None)
    await press(ana, "Add a passkey")
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await press(ana, "Go on")
    await expect(ana.test_id("problem")).to_have_text(
        "This device has a passkey for the account already."
    )
    (begun,) = [one for one in asked if one.url.endswith("/account/passkeys/begin")]
    (known,) = (await begun.json())["options"]["excludeCredentials"]
    assert known["transports"] == ["internal"]


async def test_PK10_a_page_that_can_have_none_says_why(served: tuple[Stage, ServerProcess]) -> None:
    stage, server = served
    ana = await account(stage, server.data_dir, "Ana Costa")
    by_address = stage.url.replace("localhost", "127.0.0.1")
    other = await stage.person(None)
    await other.page.goto(f"{by_address}/sign-in.html#next=/account.html")
    await expect(other.page.get_by_label("E-mail address")).to_have_attribute(
        "autocomplete", "username webauthn"
    )
    await expect(other.page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    await sign_in(other, ana.email)
    await expect(other.test_id("passkeys")).to_contain_text("only with TLS, and for names")
    await expect(other.page.get_by_role("button", name="Add a passkey")).to_have_count(0)
