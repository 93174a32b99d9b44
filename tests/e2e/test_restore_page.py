"""A board is open in a browser while the server is put back to an earlier copy: the person is told,
whatever they had unsent or not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.axe import violations
from tests.support.browser import Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.command_line import on, touchline
from tests.support.server_process import server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_CL28_a_page_says_that_the_server_went_back(browser: Browser, tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.db"
    async with server_process(data, **GENEROUS) as server:
        stage = Stage(browser, server.url)
        try:
            ana, ben, _ = await stage.two_on_a_board()
            assert touchline(*on(data, "db", "backup", copy)).status == 0
            eight = await ana.token("8 ")
            before = await ben.place(eight)
            after = await ana.drag(eight, 60, 40)
            await ben.sees(eight, after)
            await server.stop()
            restored = await asyncio.to_thread(touchline, *on(data, "db", "restore", copy, "--yes"))
            assert restored.status == 0
            await server.start()
            for person in (ana, ben):
                await is_told(person)
                await person.sees(eight, before)
            assert await violations(ben.page) == []
            await ben.page.get_by_role("button", name="Dismiss").click()
            await expect(ben.test_id("toast")).to_have_count(0)
        finally:
            await stage.close()


async def is_told(person: Person) -> None:
    """On the page, and to who listens to it."""
    words = "went back to an earlier copy"
    await expect(person.test_id("toast")).to_contain_text(words, timeout=20_000)
    await expect(person.test_id("live-polite")).to_contain_text(words)
