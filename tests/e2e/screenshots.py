"""`make screenshots`: every state of every page, every width and theme, into build/screenshots.

Options: `--states board-live,start-empty` and `--widths 390,1280` for some of them; a state may end
in `*`. Of widths there is also 360, the narrowest of today's phones.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.support.browser import Person, Stage, launch
from tests.support.browser_fixtures import GENEROUS
from tests.support.page_states import ENDS_THE_SERVER, STATES, THEMES, WIDTHS, Scenery
from tests.support.server_process import ServerProcess, free_port, server_process
from tests.support.tcp_proxy import proxied

EVERY_WIDTH = {"360": (360, 740), **WIDTHS}
FOLDER = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@asynccontextmanager
async def scenery(browser: Browser, data_dir: Path) -> AsyncGenerator[Scenery]:
    """A server with a cable of its own, and a stage before it."""
    ws_port = free_port()
    async with proxied(ws_port) as proxy:
        settings = {
            **GENEROUS,
            "ws_port": str(ws_port),
            "ask_behind_s": "0",
            "ws_url": f"ws://localhost:{proxy.port}/ws",
        }
        async with server_process(data_dir, **settings) as server:
            yield Scenery(Stage(browser, server.url), server, proxy)


async def drawn(person: Person) -> None:
    """Two frames later, everything that depends on the size of the window is in its place."""
    await person.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


async def photograph(person: Person, name: str, widths: Sequence[str]) -> list[Path]:
    """The page as it stands, at every width and in both themes."""
    made: list[Path] = []
    for width in widths:
        x, y = EVERY_WIDTH[width]
        await person.page.set_viewport_size({"width": x, "height": y})
        for theme in THEMES:
            await person.page.emulate_media(
                color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce"
            )
            await drawn(person)
            path = FOLDER / f"{name}-{width}-{theme}.png"
            await person.page.screenshot(path=path)
            made.append(path)
    return made


async def put_back(stage: Stage, server: ServerProcess, state: str) -> None:
    """Everybody goes; a server that the state ended comes back."""
    await stage.close()
    stage.people.clear()
    if state in ENDS_THE_SERVER:
        await server.stop()
        await server.start()


async def main(states: Sequence[str], widths: Sequence[str]) -> None:
    """All pictures, with a line for each state."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        with tempfile.TemporaryDirectory() as folder:
            async with scenery(browser, Path(folder)) as scene:
                for number, state in enumerate(states, start=1):
                    person = await STATES[state](scene)
                    made = await photograph(person, state, widths)
                    print(f"{number}/{len(states)} {state}: {len(made)} pictures", flush=True)  # noqa: T201 - a command
                    scene.proxy.mend()
                    await put_back(scene.stage, scene.server, state)
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", default=",".join(STATES))
    parser.add_argument("--widths", default=",".join(WIDTHS))
    chosen = parser.parse_args()
    patterns = chosen.states.split(",")
    wanted = [one for one in STATES if any(fnmatchcase(one, pattern) for pattern in patterns)]
    asyncio.run(main(wanted, chosen.widths.split(",")))
