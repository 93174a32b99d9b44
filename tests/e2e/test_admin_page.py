"""The page for staff, in a real browser against the real server: what an administrator does with
people, records, limits, blocks and keys; and what staff, and everybody else, is not offered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from server.data_folder import OPERATOR_KEY
from tests.e2e.screenshots import FOLDER
from tests.e2e.test_pages_layout import THUMB_PX, TOO_SMALL
from tests.support.account_people import LIMITS, account, another_device, token_of
from tests.support.axe import violations
from tests.support.browser import Guest, Person, Stage
from tests.support.page_states import THEMES, WIDTHS
from tests.support.server_process import ServerProcess, server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE_WIDTHS = ("390", "1280")


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncGenerator[ServerProcess]:
    async with server_process(tmp_path, limits=LIMITS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def site(browser: Browser, server: ServerProcess) -> AsyncGenerator[Site]:
    stage = Stage(browser, server.url)
    yield Site(stage, server)
    await stage.close()


class Site:
    """A server of its own, and people on it."""

    def __init__(self, stage: Stage, server: ServerProcess) -> None:
        self.stage = stage
        self.server = server
        self.data_dir = server.data_dir

    async def call(self, token: str, method: str, path: str, body: Any = None) -> Any:
        guest = Guest(token, "", "", 0)
        return await asyncio.to_thread(self.stage.api.call, method, path, body, guest)

    async def operator(self, method: str, path: str, body: Any = None) -> Any:
        key = await asyncio.to_thread((self.data_dir / OPERATOR_KEY).read_text)
        return await self.call(key.strip(), method, path, body)

    async def id_of(self, person: Person) -> str:
        found = await self.operator("GET", f"/admin/users?q={person.email}")
        (user,) = found["users"]
        return str(user["id"])

    async def person(self, name: str, role: str | None = None, to: str = "/") -> Person:
        made = await account(self.stage, self.data_dir, name)
        if role is not None:
            path = f"/admin/users/{await self.id_of(made)}/site-role"
            await self.operator("PUT", path, {"role": role})
        if to != "/":
            await made.page.goto(f"{self.stage.url}{to}")
        return made


async def photograph(page: Page, name: str) -> None:
    """Every width and theme, to be looked at; nothing is wider than its page, and on a phone
    everything is large enough for a thumb; axe finds nothing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    await page.emulate_media(reduced_motion="reduce")
    for width, (x, y) in WIDTHS.items():
        await page.set_viewport_size({"width": x, "height": y})
        for theme in THEMES:
            await page.evaluate("(to) => { document.documentElement.dataset.theme = to; }", theme)
            await page.screenshot(path=FOLDER / f"admin-{name}-{width}-{theme}.png")
            if width in AXE_WIDTHS:
                assert await violations(page) == [], f"{name}, {width} px, {theme}"
        wide = await page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
        assert not wide, f"{name} is wider than {width} px"
        if width == "390":
            assert await page.evaluate(TOO_SMALL, THUMB_PX) == []
    await page.set_viewport_size({"width": 1280, "height": 800})


async def part(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Parts").get_by_role("link", name=name).click()
    await expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute(
        "aria-current", "page"
    )


async def open_person(page: Page, person: Person, name: str) -> None:
    await part(page, "People")
    await page.get_by_role("searchbox").fill(person.email)
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_test_id("people").get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()


async def test_AD8_an_administrator_finds_somebody_signs_them_out_and_keeps_them_out(
    site: Site,
) -> None:
    root = await site.person("Root", "admin", "/admin.html")
    ada = await site.person("Ada")
    other = await another_device(site.stage, ada)
    page = root.page
    await photograph(page, "people")
    await open_person(page, ada, "Ada")
    devices = page.get_by_test_id("sessions")
    await expect(devices.get_by_role("listitem")).to_have_count(2)
    await photograph(page, "person")

    await devices.get_by_role("button", name="Sign out", exact=False).first.click()
    await expect(devices.get_by_role("listitem")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out everywhere").click()
    question = devices.get_by_role("group", name="Sign them out on every device?")
    await question.get_by_role("button", name="No").click()
    await expect(devices.get_by_role("listitem")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out everywhere").click()
    await question.get_by_role("button", name="Sign out").click()
    await expect(devices.get_by_text("Signed in nowhere.")).to_be_visible()
    for one in (ada, other):
        await one.page.goto(f"{site.stage.url}/account.html")
        await one.page.wait_for_url("**/sign-in.html**")

    ending = page.get_by_test_id("ending")
    await ending.get_by_role("button", name="Block").click()
    await ending.get_by_label("Why?").fill("spam in chats")
    await ending.get_by_label("For how long?").select_option("7")
    await photograph(page, "blocking")
    await ending.locator("form").get_by_role("button", name="Block").click()
    await expect(page.get_by_test_id("blocked")).to_contain_text("Kept out: spam in chats")
    await part(page, "Blocks")
    row = page.get_by_test_id("blocks").get_by_role("listitem")
    await expect(row).to_contain_text("kept out")
    await photograph(page, "blocks")
    await row.get_by_role("button").click()
    await expect(row).to_contain_text("lifted")

    await open_person(page, ada, "Ada")
    await page.get_by_test_id("role").get_by_role("button", name="Change").click()
    await page.get_by_test_id("role").get_by_label("Role").select_option("staff")
    await page.get_by_role("button", name="Change the role").click()
    await expect(page.get_by_test_id("person")).to_contain_text("staff")
    await ending.get_by_role("button", name="Close the account").click()
    await ending.get_by_label("Why?").fill("asked for")
    await ending.get_by_role("button", name="Close the account for good").click()
    await expect(page.get_by_test_id("person")).to_contain_text("Closed")
    await expect(ending).to_have_count(0)
    await photograph(page, "closed")


async def test_AD8_records_limits_keys_and_the_site(site: Site) -> None:
    root = await site.person("Root", "admin", "/admin.html#page=records")
    page = root.page
    wanted = {"name": "Ticker", "scopes": ["rooms:read"]}
    made = await site.call(await token_of(root), "POST", "/keys", wanted)
    records = page.get_by_test_id("records")
    await expect(records.get_by_role("listitem").first).to_be_visible()
    await photograph(page, "records")
    await records.get_by_label("What").select_option("account.created")
    await records.get_by_role("button", name="Show", exact=True).click()
    await expect(records.get_by_role("listitem")).to_have_count(1)
    await expect(records.get_by_role("listitem")).to_contain_text("somebody signed up")
    await page.reload()
    await expect(records.get_by_label("What")).to_have_value("account.created")
    await expect(records.get_by_role("listitem")).to_have_count(1)
    async with page.expect_download() as download:
        await records.get_by_role("button", name="Export").click()
    file = Path(await (await download.value).path())
    text = await asyncio.to_thread(file.read_text)
    assert "account.created" in text
    assert made["key"].rpartition("_")[2] not in text

    await part(page, "Limits")
    await expect(page.get_by_test_id("limits").get_by_role("listitem").first).to_be_visible()
    await page.get_by_test_id("look").get_by_label("Limit").select_option("sign_up")
    await page.get_by_label("Whom it counts").fill("127.0.0.1")
    await page.get_by_role("button", name="Look").click()
    await expect(page.get_by_test_id("looked")).to_contain_text("has used 1 of 1000 of sign_up")
    await photograph(page, "limits")
    await page.get_by_role("button", name="Let them start over").click()
    await page.get_by_role("button", name="Forget it").click()
    await expect(page.get_by_test_id("looked")).to_contain_text("has used 0 of 1000")

    await part(page, "Keys")
    keys = page.get_by_test_id("keys")
    await expect(keys.get_by_role("listitem")).to_contain_text("Ticker")
    await photograph(page, "keys")
    await keys.get_by_role("button", name="Revoke").click()
    await keys.get_by_role("button", name="Revoke", exact=True).click()
    await expect(keys.get_by_role("listitem")).to_contain_text("revoked")

    await part(page, "Site")
    await expect(page.get_by_test_id("overview")).to_contain_text("devices signed in")
    await page.get_by_role("button", name="Make a link").click()
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.get_by_test_id("link")).to_contain_text("/sign-up.html#invitation=tll_")
    await photograph(page, "site")
    await page.get_by_role("button", name="Forget it now").click()
    await expect(page.get_by_test_id("cleanup").locator(".good")).to_be_visible()


async def test_AD8_what_is_refused_is_told_beside_it_and_typing_stays(site: Site) -> None:
    root = await site.person("Root", "admin", "/admin.html#page=blocks")
    page = root.page
    blocks = page.get_by_test_id("blocks")
    await expect(blocks.get_by_text("Nobody is kept out.")).to_be_visible()
    await blocks.get_by_role("button", name="Block somebody").click()
    for value, told in (("everybody", "expected an address"), ("127.0.0.1", "this machine")):
        await blocks.get_by_label("Which one?").fill(value)
        await blocks.get_by_label("Why?").fill("noise")
        await blocks.get_by_role("button", name="Block", exact=True).click()
        await expect(blocks.get_by_test_id("problem")).to_contain_text(told)
        await expect(blocks.get_by_label("Why?")).to_have_value("noise")


async def test_AD8_staff_reads_and_is_offered_nothing_that_changes_something(site: Site) -> None:
    stan = await site.person("Stan", "staff", "/account.html")
    page = stan.page
    await page.get_by_role("link", name="Administration").click()
    await open_person(page, stan, "Stan")
    offered = await page.locator("main button").all_inner_texts()
    assert offered == []
    await part(page, "Blocks")
    await expect(page.get_by_test_id("blocks")).to_contain_text("Nobody is kept out.")
    assert await page.locator("main button").all_inner_texts() == []
    await part(page, "Records")
    await expect(page.get_by_role("button", name="Export")).to_have_count(0)


async def test_AD8_whoever_is_no_staff_sees_that_it_is_not_for_them(site: Site) -> None:
    ada = await site.person("Ada", None, "/account.html")
    await expect(ada.page.get_by_test_id("sessions").get_by_role("listitem")).to_have_count(1)
    await expect(ada.page.get_by_role("link", name="Administration")).to_have_count(0)
    await ada.page.goto(f"{site.stage.url}/admin.html")
    await expect(ada.page.get_by_test_id("foreign")).to_be_visible()
    await photograph(ada.page, "foreign")
    assert await ada.page.get_by_role("navigation", name="Parts").count() == 0


async def test_AD8_the_page_is_used_by_keyboard_alone(site: Site) -> None:
    root = await site.person("Root", "admin", "/admin.html")
    page = root.page
    await expect(page.get_by_test_id("people").get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("searchbox").focus()
    await page.keyboard.type("nobody")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("people")).to_contain_text("Nobody has that")
    await page.get_by_role("link", name="Site", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("overview")).to_be_visible()
