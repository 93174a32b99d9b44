"""A bounded sample of the screenshots: two widths. Every state can be brought about by its real
cause, nothing is wider than the screen, on a phone everything is large enough for a thumb, and axe
finds nothing in either theme."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.e2e.screenshots import EVERY_WIDTH, FOLDER, drawn, photograph, put_back, scenery
from tests.support.axe import violations
from tests.support.browser import Person
from tests.support.page_states import STATES, THEMES, Scenery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAMPLE = ("390", "1280")
TIGHT = ("360", "768")
"""Where the least room is for what stands beside each other: looked at without pictures."""
THUMB_PX = 44

TOO_SMALL = """(least) => {
    // The pill looks small; what is around it belongs to it (::after).
    const pressed = "button, a[href], input:not([type=radio], [type=checkbox]), select, textarea";
    const wide = ".toolbar button, .topbar button";
    return [...document.querySelectorAll(`${pressed}, .switch`)]
        .filter((one) => one.checkVisibility() && !one.matches(".unseen, .pill"))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.width > 0
            && (box.height < least - 0.5 || (one.matches(wide) && box.width < least - 0.5)))
        .map(([one, box]) => `${one.outerHTML.slice(0, 80)}: ${box.width} x ${box.height} px`);
}"""

WIDER = """() => {
    const seen = [...document.querySelectorAll("h1, h2, button, .callout, .banner, dialog")]
        .filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect());
    const cut = [...document.querySelectorAll("dialog[open] *, .panel *")]
        .some((one) => {
            const frame = one.closest("dialog, .panel").getBoundingClientRect();
            return one.getBoundingClientRect().right > frame.right + 1;
        });
    return cut || document.scrollingElement.scrollWidth > innerWidth
        || seen.some((box) => box.width > 0 && (box.right > innerWidth + 1 || box.left < -1));
}"""


CRAMPED = """() => {
    const [name, pill] = [".topbar h1", ".topbar .pill"].map((one) => document.querySelector(one));
    if (!name || !pill?.checkVisibility() || document.querySelector("dialog[open]")) return [];
    const box = pill.getBoundingClientRect();
    const top = document.elementFromPoint(box.right - 6, box.top + box.height / 2);
    return [
        name.getBoundingClientRect().width < 30 ? "no room for the name" : "",
        // A panel that fills a phone's window is left by its own button.
        top?.closest("connection-pill, .panel") ? "" : "the pill is covered",
    ].filter(Boolean);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Scenery]:
    """One server for all states; the states that end it start it again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with scenery(browser, tmp_path_factory.mktemp("scenery")) as made:
        yield made


async def fits(person: Person, width: str) -> None:
    """Nothing stands out of the window or its frame, and name and pill have their room."""
    x, y = EVERY_WIDTH[width]
    await person.page.set_viewport_size({"width": x, "height": y})
    await drawn(person)
    assert not await person.page.evaluate(WIDER), f"wider than {x} px"
    assert await person.page.evaluate(CRAMPED) == [], f"at {x} px"


async def check(person: Person, width: str) -> None:
    """What must hold of any page at a width."""
    await fits(person, width)
    if width == "390":
        assert await person.page.evaluate(TOO_SMALL, THUMB_PX) == []
    for theme in THEMES:
        await person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await drawn(person)
        assert await violations(person.page) == [], theme


@pytest.mark.parametrize("state", STATES)
async def test_every_state_has_its_picture_and_fits(scene: Scenery, state: str) -> None:
    try:
        person = await STATES[state](scene)
        pictures = await photograph(person, state, SAMPLE)
        for width in SAMPLE:
            await check(person, width)
        for width in TIGHT:
            await fits(person, width)
    finally:
        scene.proxy.mend()
        await put_back(scene.stage, scene.server, state)
    assert len(pictures) == len(SAMPLE) * len(THEMES)
