"""From the demo's guest to an account with a second factor, a team with an invited colleague, and a
key that publishes: as a newcomer would, in a real browser against the real server."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from pyotp.totp import TOTP

from tests.e2e.screenshots import FOLDER
from tests.support.browser import Api
from tests.support.mailbox import link_in_mail
from tests.support.page_states import THEMES, WIDTHS
from tests.support.server_process import ServerProcess, server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "correct horse battery staple"


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncGenerator[ServerProcess]:
    async with server_process(tmp_path) as running:
        yield running


async def message(server: ServerProcess, to: str, having: str) -> str:
    """The address in the latest message to somebody that holds such a link."""
    return await link_in_mail(server.data_dir, to, having)


async def person(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    return await context.new_page()


async def photograph(page: Page, name: str) -> None:
    """Every width and theme, to be looked at; and nothing is wider than its page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for width, (x, y) in WIDTHS.items():
        await page.set_viewport_size({"width": x, "height": y})
        for theme in THEMES:
            await page.evaluate(
                "(theme) => { document.documentElement.dataset.theme = theme; }", theme
            )
            await page.screenshot(path=FOLDER / f"account-{name}-{width}-{theme}.png")
        wide = await page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
        assert not wide, f"{name} is wider than {width} px"
    await page.set_viewport_size({"width": 1280, "height": 800})


async def sign_up(server: ServerProcess, page: Page, email: str, name: str) -> None:
    """From the sign-up page, whatever led there, to being signed in."""
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    await expect(page.get_by_test_id("mail-folder")).to_be_visible()
    await page.goto(await message(server, email, "/confirm.html#token="))
    await choose_password(page, email)


async def choose_password(page: Page, email: str) -> None:
    """On the page that the message's link opened."""
    await expect(page.get_by_text(f"Choose a password for {email}")).to_be_visible()
    await page.get_by_label("Choose a password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()


async def test_a_guest_becomes_an_account_with_a_second_factor_a_team_and_a_key(
    browser: Browser, server: ServerProcess
) -> None:
    ana, ben = await person(browser), await person(browser)
    room = await comes_as_a_guest(server, ana)
    await makes_an_account(server, ana, room)
    recovery = await sets_up_a_second_factor(server, ana)
    await publishes_by_a_key(server, ana, room)
    await makes_a_team_with_a_board(ana)
    team = await joins_by_the_message(server, ben)

    # removed from the team: out of its board at once
    await ana.goto(team)
    await ana.get_by_role("button", name="Remove Ben Okafor").click()
    # once more, because it cannot be undone
    await ana.get_by_role("button", name="Remove Ben Okafor").click()
    await expect(ben.get_by_test_id("end-removed")).to_be_visible()
    await signs_in_again(server, ana, recovery)


async def comes_as_a_guest(server: ServerProcess, ana: Page) -> str:
    """With a board; its id."""
    await ana.goto(server.url)
    await ana.get_by_label("Your name").fill("Ana Costa")
    await ana.get_by_role("button", name="Continue as guest").click()
    await ana.get_by_role("button", name="Make my first board").click()
    await ana.wait_for_url("**/board.html#room=*")
    room = ana.url.partition("room=")[2]
    await ana.goto(server.url)
    await expect(ana.get_by_test_id("own-boards")).to_contain_text("New board")
    return room


async def makes_an_account(server: ServerProcess, ana: Page, room: str) -> None:
    """The guest's board is still hers."""
    await ana.get_by_role("link", name="Make an account").click()
    await expect(ana.get_by_label("Your name")).to_have_value("Ana Costa")
    await photograph(ana, "sign-up")
    await sign_up(server, ana, "ana@example.org", "Ana Costa")
    await expect(ana.get_by_test_id("own-boards")).to_contain_text("New board")
    await ana.goto(f"{server.url}/board.html#room={room}")
    await expect(ana.get_by_test_id("pill")).to_contain_text("Live")


async def sets_up_a_second_factor(server: ServerProcess, ana: Page) -> str:
    """On a page that has to renew by the cookie first. Returns a recovery code."""
    await ana.goto(f"{server.url}/account.html")
    await expect(ana.get_by_test_id("sessions")).to_contain_text("this device")
    await photograph(ana, "page")
    await ana.get_by_test_id("totp").get_by_role("button", name="Set up").click()
    await ana.get_by_label("Your password").fill(PASSWORD)
    await ana.get_by_role("button", name="Go on").click()
    secret = (await ana.get_by_test_id("totp-secret").inner_text()).replace(" ", "")
    drawn = ana.get_by_role("img", name="Code to scan")
    assert await drawn.evaluate("(one) => one.complete && one.naturalWidth > 0")
    await photograph(ana, "totp")
    await ana.get_by_label("Six digits").fill(TOTP(secret).now())
    await ana.get_by_role("button", name="Turn it on").click()
    codes = ana.get_by_test_id("recovery-codes").locator("li")
    await expect(codes).to_have_count(10)
    recovery = await codes.first.inner_text()
    await photograph(ana, "recovery-codes")
    await ana.get_by_role("button", name="I have kept them").click()
    await expect(ana.get_by_test_id("totp")).to_contain_text("10 recovery codes are left")
    return recovery


async def publishes_by_a_key(server: ServerProcess, ana: Page, room: str) -> None:
    """The key is made on the page, and used by a program."""
    await ana.get_by_test_id("keys").get_by_role("link", name="Make a key").click()
    await ana.get_by_role("button", name="Make a key").click()
    await ana.get_by_label("What is it for?").fill("Ticker")
    await ana.get_by_label("Change boards, and make them").check()
    await photograph(ana, "new-key")
    await ana.get_by_role("button", name="Make the key").click()
    key = await ana.get_by_test_id("made-key").locator(".secret").first.inner_text()
    assert key.startswith("tl_live_")
    await photograph(ana, "made-key")
    published = await asyncio.to_thread(publish, server.url, room, key)
    assert published["version"] > 1
    await ana.get_by_role("button", name="I have kept it").click()


async def makes_a_team_with_a_board(ana: Page) -> None:
    """And invites a colleague by a message."""
    await ana.get_by_role("link", name="Account").click()
    await ana.get_by_test_id("teams").get_by_role("button", name="Make a team").click()
    await ana.get_by_label("The team's name").fill("First team")
    await ana.get_by_role("button", name="Make the team").click()
    await expect(ana.get_by_role("heading", name="First team")).to_be_visible()
    await ana.get_by_role("button", name="Invite", exact=True).click()
    await ana.get_by_label("E-mail address, if it is for one person").fill("ben@example.org")
    await ana.get_by_role("button", name="Make the invitation").click()
    await expect(ana.get_by_test_id("team-link")).to_be_visible()
    await photograph(ana, "team")
    await ana.get_by_role("button", name="New board").click()
    await ana.get_by_label("Its name").fill("Set pieces")
    await ana.get_by_role("button", name="Make board").click()
    await ana.wait_for_url("**/board.html#room=*")
    await expect(ana.get_by_test_id("pill")).to_contain_text("Live")


async def joins_by_the_message(server: ServerProcess, ben: Page) -> str:
    """With an account that is made on the way, and into the team's board. Returns the team's
    address."""
    await ben.goto(await message(server, "ben@example.org", "/team.html#invite="))
    await expect(ben.get_by_role("heading", name="You are invited to First team")).to_be_visible()
    await photograph(ben, "invited")
    await ben.get_by_role("link", name="Make an account").click()
    await sign_up(server, ben, "ben@example.org", "Ben Okafor")
    await ben.get_by_role("button", name="Join as Ben Okafor").click()
    await ben.wait_for_url("**/team.html#team=*")
    await expect(ben.get_by_role("heading", name="First team", exact=True)).to_be_visible()
    team = ben.url
    await ben.get_by_test_id("team-boards").get_by_role("link").click()
    await expect(ben.get_by_test_id("pill")).to_contain_text("Live")
    return team


async def signs_in_again(server: ServerProcess, ana: Page, recovery: str) -> None:
    """The second factor is asked for, and a recovery code does once."""
    await ana.goto(f"{server.url}/account.html")
    await ana.get_by_role("button", name="Sign out here").click()
    await ana.wait_for_url(f"{server.url}/")
    await ana.goto(f"{server.url}/sign-in.html")
    await photograph(ana, "sign-in")
    await ana.get_by_label("E-mail address").fill("ana@example.org")
    await ana.get_by_label("Password").fill("not the password")
    await ana.get_by_role("button", name="Sign in").click()
    await expect(ana.get_by_test_id("problem")).to_contain_text("Address or password is wrong")
    await photograph(ana, "sign-in-refused")
    await ana.get_by_label("Password").fill(PASSWORD)
    await ana.get_by_role("button", name="Sign in").click()
    await expect(ana.get_by_role("heading", name="One more step")).to_be_visible()
    await photograph(ana, "second-factor")
    await ana.get_by_role("button", name="Use a recovery code").click()
    await ana.get_by_label("A recovery code").fill(recovery)
    await ana.get_by_role("button", name="Go on").click()
    await expect(ana.get_by_test_id("of-team")).to_contain_text("Set pieces")


async def test_signed_out_everywhere_the_board_says_so_and_keeps_what_was_not_sent(
    browser: Browser, server: ServerProcess
) -> None:
    ana = await person(browser)
    await ana.goto(f"{server.url}/sign-up.html")
    await sign_up(server, ana, "ana@example.org", "Ana Costa")
    await ana.get_by_role("button", name="Make my first board").click()
    await expect(ana.get_by_test_id("pill")).to_contain_text("Live")
    board = ana.url

    phone = await person(browser)
    await phone.goto(f"{server.url}/sign-in.html")
    await phone.get_by_label("E-mail address").fill("ana@example.org")
    await phone.get_by_label("Password").fill(PASSWORD)
    await phone.get_by_role("button", name="Sign in").click()
    await expect(phone.get_by_test_id("own-boards")).to_contain_text("New board")
    await phone.goto(f"{server.url}/account.html")
    await phone.get_by_role("button", name="Sign out the others").click()
    await expect(phone.get_by_test_id("sessions")).to_contain_text("Signed in here only")
    await expect(ana.get_by_test_id("end-signed-out")).to_be_visible()
    await photograph(ana, "signed-out")
    await ana.get_by_test_id("end-signed-out").get_by_role("button").first.click()
    await ana.get_by_label("E-mail address").fill("ana@example.org")
    await ana.get_by_label("Password").fill(PASSWORD)
    await ana.get_by_role("button", name="Sign in").click()
    await ana.wait_for_url(board)
    await expect(ana.get_by_test_id("pill")).to_contain_text("Live")


async def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(
    browser: Browser, server: ServerProcess
) -> None:
    ana = await person(browser)
    await ana.goto(f"{server.url}/sign-up.html")
    await sign_up(server, ana, "ana@example.org", "Ana Costa")
    await expect(ana.get_by_text("No boards yet")).to_be_visible()
    await ana.goto(f"{server.url}/sign-in.html")
    await ana.get_by_label("E-mail address").fill("ana@example.org")
    await ana.get_by_role("button", name="Forgot the password").click()
    await expect(ana.get_by_role("heading", name="Forgot the password")).to_be_visible()
    await expect(ana.get_by_label("E-mail address")).to_have_value("ana@example.org")
    await ana.get_by_role("button", name="Send the link").click()
    await expect(ana.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    link = await message(server, "ana@example.org", "/reset.html#token=")
    await ana.goto(link)
    await expect(ana.get_by_label("Choose a password")).to_be_visible()
    assert "token" not in ana.url
    await ana.reload()
    await ana.get_by_label("Choose a password").fill("password1")
    await ana.get_by_role("button", name="Use this password").click()
    await expect(ana.get_by_text("Too many people use this password").first).to_be_visible()
    await photograph(ana, "reset-refused")
    await ana.get_by_label("Choose a password").fill("another horse battery")
    await ana.get_by_role("button", name="Use this password").click()
    await expect(ana.get_by_role("heading", name="Done")).to_be_visible()
    await expect(ana.get_by_text("Passkeys still sign in")).to_be_visible()
    await ana.goto(link)
    await ana.reload()
    await ana.get_by_label("Choose a password").fill("a third horse battery")
    await ana.get_by_role("button", name="Use this password").click()
    await expect(ana.get_by_role("heading", name="This link is used up")).to_be_visible()


async def test_the_link_of_a_new_account_asks_whoever_is_signed_in_first(
    browser: Browser, server: ServerProcess
) -> None:
    ben = await person(browser)
    await ben.goto(f"{server.url}/sign-up.html")
    await sign_up(server, ben, "ben@example.org", "Ben Okafor")
    await expect(ben.get_by_text("No boards yet")).to_be_visible()

    link = await asked_for_an_account(browser, server, "ana@example.org", "Ana Costa")
    await ben.goto(link)
    await expect(ben.get_by_text("You are here as Ben Okafor")).to_be_visible()
    await photograph(ben, "confirm-another")
    await ben.get_by_role("link", name="Stay Ben Okafor").click()
    await expect(ben.get_by_text("No boards yet")).to_be_visible()
    await ben.goto(f"{server.url}/account.html")
    await expect(ben.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    await ben.goto(link)
    await ben.reload()
    await ben.get_by_role("button", name="Go on with the new account").click()
    await ben.reload()
    await ben.get_by_role("button", name="Go on with the new account").click()
    await choose_password(ben, "ana@example.org")
    await ben.wait_for_url(f"{server.url}/")
    await expect(ben.get_by_role("link", name="Ana Costa")).to_be_visible()


async def test_the_link_of_a_new_account_asks_whoever_signed_in_in_another_tab(
    browser: Browser, server: ServerProcess
) -> None:
    ben = await person(browser)
    await ben.goto(f"{server.url}/sign-up.html")
    await sign_up(server, ben, "ben@example.org", "Ben Okafor")
    await expect(ben.get_by_text("No boards yet")).to_be_visible()

    shared = await person(browser)
    await shared.goto(await asked_for_an_account(browser, server, "ana@example.org", "Ana Costa"))
    await expect(shared.get_by_label("Choose a password")).to_be_visible()
    tab = await shared.context.new_page()
    await tab.goto(f"{server.url}/sign-in.html")
    await tab.get_by_label("E-mail address").fill("ben@example.org")
    await tab.get_by_label("Password").fill(PASSWORD)
    await tab.get_by_role("button", name="Sign in").click()
    await expect(tab.get_by_role("link", name="Ben Okafor")).to_be_visible()
    await choose_password(shared, "ana@example.org")
    await expect(shared.get_by_text("You are here as Ben Okafor")).to_be_visible()
    await shared.get_by_role("button", name="Go on with the new account").click()
    await choose_password(shared, "ana@example.org")
    await expect(shared.get_by_role("link", name="Ana Costa")).to_be_visible()


async def asked_for_an_account(
    browser: Browser, server: ServerProcess, email: str, name: str
) -> str:
    """In a browser of their own; the message's link."""
    page = await person(browser)
    await page.goto(f"{server.url}/sign-up.html")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    return await message(server, email, "/confirm.html#token=")


def publish(url: str, room: str, key: str) -> dict[str, int]:
    """What a program does: a command into the room, by its key."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        f"{url}/rooms/{room}/commands",
        data=json.dumps({"command": {"type": "chat.say", "text": f"1-0, {time.time()}"}}).encode(),
        headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        read: dict[str, int] = json.load(answer)
    assert Api(url).url == url
    return read
