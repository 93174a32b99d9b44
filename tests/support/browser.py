"""People at browsers: contexts of one Chromium, signed in as guests, with the words that tests of
pages use.

Set-up (guests, boards, links) goes through the HTTP API; everything that a test is about goes
through the page.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import urllib.request
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.support.timeouts import MS

LIMIT_MS = 15_000 * MS * 1_000
"""How long a page may take to show what it is waited for."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CANDIDATES = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
)
"""The first is Chromium's engine without windows around the pages, which cost more than the pages:
a board is open in a third of the time."""
KEY = "touchline.guest"

expect.set_options(timeout=LIMIT_MS)


def chromium_path() -> str:
    """Debian's or the user's Chromium."""
    named = os.environ.get("TOUCHLINE_CHROMIUM")
    found = named or next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    assert found, "no Chromium: install Debian's chromium-headless-shell, or set TOUCHLINE_CHROMIUM"
    return found


async def launch(playwright: Playwright) -> Browser:
    """One browser for all tests; each person gets a context of their own."""
    return await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)


@dataclass(frozen=True)
class Guest:
    """An account as the server gave it."""

    token: str
    account: str
    name: str
    expires: int

    def stored(self) -> str:
        """As the pages keep it."""
        return json.dumps(self.__dict__)


class Api:
    """The HTTP side, for setting the stage."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(
        self, method: str, path: str, body: Any = None, guest: Guest | None = None
    ) -> dict[str, Any]:
        """One request; anything but a success raises."""
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310 - our own loopback address
        if guest is not None:
            request.add_header("authorization", f"Bearer {guest.token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own loopback address
            text = answer.read()
        return json.loads(text) if text else {}

    def guest(self, name: str) -> Guest:
        """A new account."""
        return Guest(**self.call("POST", "/auth/guest", {"name": name}))

    def board(
        self, owner: Guest, name: str = "Saturday", *, line_ups: bool = True, **settings: Any
    ) -> str:
        """A new board; returns its id."""
        body = {"kind": "board", "name": name, "settings": settings, "line_ups": line_ups}
        return str(self.call("POST", "/rooms", body, owner)["id"])

    def link(self, owner: Guest, room: str, role: str = "editor", **limits: Any) -> str:
        """The address that lets somebody in with a role."""
        made = self.call("POST", f"/rooms/{room}/invitations", {"role": role, **limits}, owner)
        # The server names hosts as it was asked; the fragment is what matters.
        return f"{self.url}/board.html#{str(made['link']).partition('#')[2]}"

    def view(self, guest: Guest, room: str) -> dict[str, Any]:
        """The board's state as the server tells it: the truth that pages are compared with."""
        return self.call("GET", f"/rooms/{room}", guest=guest)["state"]["kind"]


class Person:
    """Somebody in front of a page."""

    def __init__(self, context: BrowserContext, page: Page, url: str, guest: Guest | None) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.guest = guest
        self.email = ""
        """Where there is an account."""
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"{error}\n{error.stack}"))
        page.on(
            "console",
            lambda said: (
                self.problems.append(f"{said.text} {said.location}")
                if said.type == "error" and not _is_network(said.text)
                else None
            ),
        )

    # --- going places

    async def open_board(self, room: str) -> None:
        """Opens a board of which one is a member."""
        await self.page.goto(f"{self.url}/board.html#room={room}")
        await self.is_live()
        await self.has_all_of_the_board()

    async def open_link(self, link: str) -> None:
        """Follows an invitation."""
        await self.page.goto(link)

    async def is_live(self, *, patience: int = 1) -> None:
        """The pill says so: everything is saved, and others see it."""
        live = re.compile("^(Live|Read only)$")
        await expect(self.pill).to_have_text(live, timeout=LIMIT_MS * patience)
        # What was done just now is drawn in the next frame, and the pill with it.
        await self.page.evaluate(
            "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
        )
        await expect(self.pill).to_have_text(live, timeout=LIMIT_MS * patience)

    async def has_all_of_the_board(self) -> None:
        """What a board fetches when it is there already has come."""
        await expect(self.page.locator(".board[data-whole]")).to_be_visible()

    # --- what is on the page

    @property
    def pill(self) -> Locator:
        """The one place that tells the connection."""
        return self.page.get_by_test_id("pill")

    def test_id(self, name: str) -> Locator:
        """Something that tests look for by name."""
        return self.page.get_by_test_id(name)

    def thing(self, object_id: str) -> Locator:
        """An object on the pitch."""
        return self.page.locator(f'[data-id="{object_id}"]')

    async def token(self, label: str) -> str:
        """The id of the first thing whose label begins so, e.g. `8 `."""
        found = self.page.locator(f'.thing[aria-label^="{label}"]').first
        object_id = await found.get_attribute("data-id")
        assert object_id is not None, label
        return object_id

    async def place(self, object_id: str) -> tuple[int, int]:
        """Where it is drawn at this moment, in millimetres of the (lying) pitch."""
        return _place(await self.thing(object_id).get_attribute("transform"))

    async def rest(self, object_id: str) -> tuple[int, int]:
        """Where it comes to rest: drawn at the same place for ten frames."""
        await self.page.evaluate(
            """(id) => new Promise((done) => {
                let [last, same] = ["", 0];
                const look = () => {
                    const thing = document.querySelector(`[data-id="${id}"]`);
                    const now = thing.getAttribute("transform");
                    [last, same] = [now, now === last ? same + 1 : 0];
                    same === 10 ? done() : requestAnimationFrame(look);
                };
                look();
            })""",
            object_id,
        )
        return await self.place(object_id)

    async def sees(self, object_id: str, at: tuple[int, int]) -> None:
        """Waits until it rests there."""
        await expect(self.thing(object_id)).to_have_attribute(
            "transform", f"translate({at[0]} {at[1]})"
        )

    # --- hands

    async def hold(self, object_id: str, dx: int, dy: int, *, steps: int = 6) -> None:
        """Takes it and moves it by so many pixels, without letting go."""
        box = await self.thing(object_id).locator(".shirt").bounding_box()
        assert box is not None, object_id
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(x + dx, y + dy, steps=steps)

    async def let_go(self) -> None:
        """Drops it."""
        await self.page.mouse.up()

    async def drag(self, object_id: str, dx: int, dy: int) -> tuple[int, int]:
        """Takes it, moves it, drops it. Returns where it then is on one's own page."""
        await self.hold(object_id, dx, dy)
        at = await self.place(object_id)
        await self.let_go()
        return at

    async def select(self, object_id: str) -> None:
        """One click."""
        await self.thing(object_id).locator(".shirt, .stroke, .area, .words").first.click()

    async def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)


def _place(transform: str | None) -> tuple[int, int]:
    found = re.match(r"translate\((-?\d+) (-?\d+)\)", transform or "")
    assert found, transform
    return int(found[1]), int(found[2])


def _is_network(text: str) -> bool:
    """Browsers complain of every connection that fails; here they fail on purpose."""
    return bool(
        re.search(r"WebSocket (connection|is already)|Failed to load resource|net::ERR_", text)
    )


class Stage:
    """A browser before a server: makes people, and says at the end whether a page went wrong."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.api = Api(url)
        self.url = url
        self.people: list[Person] = []

    async def person(self, name: str | None, guest: Guest | None = None, **context: Any) -> Person:
        """Somebody with a browser profile of their own, signed in unless `name` is None."""
        who = guest or (self.api.guest(name) if name is not None else None)
        kept = [{"name": KEY, "value": who.stored()}] if who is not None else []
        options: dict[str, Any] = {
            "viewport": {"width": 1280, "height": 800},
            "color_scheme": "dark",
            # It would fetch every file twice; the tests of working offline allow it.
            "service_workers": "block",
            "storage_state": {
                "cookies": [],
                "origins": [{"origin": self.url, "localStorage": kept}],
            },
            **context,
        }
        profile = await self.browser.new_context(**options)
        profile.set_default_timeout(LIMIT_MS)
        person = Person(profile, await profile.new_page(), self.url, who)
        self.people.append(person)
        return person

    async def settled_at(self, who: Person, room: str, object_id: str, at: tuple[int, int]) -> None:
        """Waits until the server holds it there."""
        assert who.guest is not None, "signed in"
        async with asyncio.timeout(LIMIT_MS / 1_000):
            while True:
                view = await asyncio.to_thread(self.api.view, who.guest, room)
                if view["objects"][object_id]["props"]["at"] == list(at):
                    return

    async def two_on_a_board(
        self, *, role: str = "editor", **settings: Any
    ) -> tuple[Person, Person, str]:
        """An owner, somebody who came by a link, and the board they both have open."""
        ana, ben = await self.person("Ana Costa"), await self.person("Ben")
        assert ana.guest is not None, "signed in"
        room = self.api.board(ana.guest, **settings)
        link = self.api.link(ana.guest, room, role)
        await ana.open_board(room)
        await ben.open_link(link)
        await ben.is_live()
        await ben.has_all_of_the_board()
        return ana, ben, room

    async def close(self) -> None:
        """Everybody goes; a page that threw fails the test."""
        problems = [problem for person in self.people for problem in person.problems]
        for person in self.people:
            await person.context.close()
        assert not problems, problems
