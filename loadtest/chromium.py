"""Pages as people open them, in Debian's Chromium driven by Playwright, slowed as a device or a
network is; what each shows and when is noted by loadtest/watch_page.js.

Playwright comes with the test packages; the browser is the system's and never downloaded. Loopback
only, every process ends with its `with` block. It runs on all cores: what is slowed is the page's
main thread, while drawing and the network have threads of their own, as on a device.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec
from msgspec import Struct

from loadtest.processes import NotStarted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

PACKAGE = "playwright"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WATCH = Path(__file__).with_name("watch_page.js")
WAIT_MS = 60_000
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
GUEST_KEY = "touchline.guest"
PLAYER = ".thing.token"


class Road(Struct, frozen=True):
    """A network as DevTools slows it; both ways together take `latency_ms` longer."""

    latency_ms: float
    down_bytes_per_s: float
    up_bytes_per_s: float


class Seen(Struct, frozen=True):
    """What a page showed between `begin` and `end`."""

    received: int
    sent: int
    """Bytes of the messages of its sockets."""
    frames: list[float]
    """When each frame began, ms of the page."""
    long: list[tuple[float, float, str]]
    """Long animation frames: how long, how long it blocked, who was called."""
    drawn: dict[str, list[tuple[float, float]]]
    """Token to (end of the frame, ms of the machine's clock; x on the pitch, mm)."""


class Tab:
    """One page in a profile of its own."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page = page
        self._devtools = devtools

    def slow_down(self, times: float) -> None:
        """Its main thread from now on; 1 is as fast as it goes."""
        self._tell("Emulation.setCPUThrottlingRate", rate=times)

    def on(self, road: Road) -> None:
        """Its requests from now on. DevTools do not slow sockets that are open."""
        self._tell("Network.enable")
        self._tell(
            "Network.emulateNetworkConditions",
            offline=False,
            latency=road.latency_ms,
            downloadThroughput=road.down_bytes_per_s,
            uploadThroughput=road.up_bytes_per_s,
        )

    def go(self, url: str, shown: str) -> None:
        """Opens a page and waits until an element of it is there."""
        self.page.goto(url, wait_until="commit")
        self.page.wait_for_selector(shown, state="attached")

    def begin(self, tokens: list[str]) -> None:
        """Notes frames and where these tokens are drawn."""
        self.page.evaluate("(ids) => touchlineWatch.begin(ids)", tokens)

    def end(self) -> Seen:
        """What was noted."""
        return msgspec.convert(self.page.evaluate("() => touchlineWatch.end()"), Seen)

    def clock_off_ms(self) -> float:
        """How far the page's clock is from ours, at the most: both read the machine's."""
        offs: list[float] = []
        for _ in range(5):
            before = time.time() * 1000
            there = float(self.page.evaluate("() => touchlineWatch.now()"))
            after = time.time() * 1000
            offs.append(max(0.0, before - there, there - after))
        return max(offs)

    def press_first(self, selector: str) -> float:
        """Taps the first such thing as soon as it is there; ms from the start of the navigation
        until the page showed that it was selected."""
        self.page.wait_for_selector(selector, state="attached")
        box = self.page.locator(selector).first.bounding_box()
        assert box is not None, selector
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return float(self.page.evaluate("() => touchlineWatch.pressed"))

    def weight(self) -> int:
        """Bytes of everything that the page has fetched, compressed as it came, without headers."""
        return int(
            self.page.evaluate(
                """() => [...performance.getEntriesByType("navigation"),
                    ...performance.getEntriesByType("resource")]
                    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
            )
        )

    def close(self) -> None:
        """With everything it kept."""
        self.page.context.close()

    def _tell(self, method: str, **said: Any) -> None:
        self._devtools.send(method, said)  # pyright: ignore[reportUnknownMemberType] - a bare Dict


class Chromium:
    """A browser without a window, for pages of one server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stack = ExitStack()
        self._browser: Browser

    def __enter__(self) -> Self:
        if importlib.util.find_spec(PACKAGE) is None:
            raise NotStarted("Playwright comes with the test packages: run make test once")
        from playwright.sync_api import sync_playwright  # only where it is used

        with ExitStack() as stack:
            before = os.sched_getaffinity(0)
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
            try:
                playwright = stack.enter_context(sync_playwright())
                self._browser = playwright.chromium.launch(
                    executable_path=chromium_path(), args=ARGUMENTS
                )
            finally:
                os.sched_setaffinity(0, before)
            stack.callback(self._browser.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def tab(self, guest: dict[str, Any] | None = None, *, phone: bool = False) -> Tab:
        """A fresh profile in which nothing is cached, signed in as that guest (as
        `POST /auth/guest` answered)."""
        kept = [{"name": GUEST_KEY, "value": msgspec.json.encode(guest).decode()}] if guest else []
        stored: Any = {"cookies": [], "origins": [{"origin": self._url, "localStorage": kept}]}
        context = self._browser.new_context(
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=3 if phone else 1,
            # It would fetch every file of every page.
            service_workers="block",
            storage_state=stored,
        )
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(path=WATCH)
        page = context.new_page()
        return Tab(page, context.new_cdp_session(page))


def chromium_path() -> str:
    """Where the system's Chromium is, or TOUCHLINE_CHROMIUM. Raises NotStarted."""
    named = os.environ.get("TOUCHLINE_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise NotStarted("no Chromium: install Debian's package chromium")
    return found
