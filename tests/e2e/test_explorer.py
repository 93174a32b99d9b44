"""The explorer of the HTTP API: everything from our own server, and a request can be tried."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Request, expect

from tests.support.server_process import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_HT71_the_explorer_lists_tells_and_tries_with_nothing_from_elsewhere(
    browser: Browser, pages_server: ServerProcess
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    problems: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    document = await (await context.request.get(f"{pages_server.url}/openapi.json")).json()
    operations = sum(len(methods) for methods in document["paths"].values())
    assert operations > 90  # a document that had lost half of them would pass else
    await page.goto(f"{pages_server.url}/openapi")
    await expect(page.locator("nav a")).to_have_count(operations)
    await page.get_by_role("button", name="Become a guest").click()
    await expect(page.locator("#token")).not_to_have_value("")
    await page.get_by_role("link", name="Create a room", exact=False).first.click()
    await expect(page.locator("h2")).to_have_text("Create a room")
    await expect(page.locator("main")).to_contain_text("The body must be `application/json`.")
    await page.get_by_label("Body").fill('{"kind":"board","name":"<b>Corner</b>"}')
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".status")).to_have_text("201")
    # What a server answers is text here, whatever it looks like.
    await expect(page.locator("pre")).to_contain_text("<b>Corner</b>")
    await expect(page.locator("pre b")).to_have_count(0)
    await page.get_by_role("link", name="Who am I?").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("pre")).to_contain_text('"name": "Explorer"')
    await context.close()
    assert all(url.startswith(pages_server.url) for url in asked)
    assert problems == []
