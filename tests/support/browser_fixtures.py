"""`browser`, `pages_server` and `stage`: one Chromium and one server for all tests of pages, a
fresh stage for each.

All of them, and the tests, run in the loop of the session
(`pytest.mark.asyncio(loop_scope="session")`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.support.account_people import LIMITS
from tests.support.browser import Stage, launch
from tests.support.server_process import ServerProcess, server_process

GENEROUS = {
    "http_rate_per_s": "5000",
    "http_burst": "10000",
    "guests_per_min": "100000",
    "connections_per_address_max": "1000",
    "command_rate_per_s": "2000",
    "command_burst": "2000",
    "limits": LIMITS,
}
"""Everybody in these tests comes from one address, and quickly."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Chromium, once."""
    async with async_playwright() as playwright:
        running = await launch(playwright)
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pages_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[ServerProcess]:
    """A server that no test stops."""
    async with server_process(tmp_path_factory.mktemp("pages"), **GENEROUS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, pages_server: ServerProcess) -> AsyncGenerator[Stage]:
    """People before the shared server."""
    made = Stage(browser, pages_server.url)
    yield made
    await made.close()
