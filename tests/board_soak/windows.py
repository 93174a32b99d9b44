"""One Chromium and the loop that drives it, in a thread of its own, for a session that lives in
another. Knows nothing of boards.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from playwright.async_api import Browser, Playwright, async_playwright

from tests.support.browser import Stage, launch

T = TypeVar("T")
ANSWER_S_MAX = 120.0


class Windows:
    """The browser, from `__enter__` on; `url`: where the pages are."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="windows")
        self._playwright: Playwright
        self._browser: Browser
        self.stage: Stage

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begins it there, and does not wait."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it there, and waits."""
        return self.start(work).result(ANSWER_S_MAX)

    async def _open(self) -> None:
        self._playwright = await async_playwright().start()
        self._browser = await launch(self._playwright)
        self.stage = Stage(self._browser, self._url)

    async def _close(self) -> None:
        for person in self.stage.people:
            await person.context.close()
        await self._browser.close()
        await self._playwright.stop()

    def __enter__(self) -> Self:
        self._thread.start()
        self.ask(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.ask(self._close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
