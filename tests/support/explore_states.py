"""States of the page of questions, brought about by their real causes (see page_states.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from playwright.async_api import Route, expect

from tests.support.browser import Person, Stage
from tests.support.page_explore import SEASON, open_explorer, opened
from tests.support.page_feed import new_feed
from tests.support.server_process import ServerProcess


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    server: ServerProcess


async def _asks(scenery: Scenery, address: str = "") -> Person:
    """Ben, with a question to all games."""
    opened(scenery.stage.api, scenery.server.data_dir)
    ben = await scenery.stage.person("Ben")
    await open_explorer(ben, address)
    return ben


async def explore_sign_in(scenery: Scenery) -> Person:
    ben = await scenery.stage.person(None)
    await ben.page.goto(f"{ben.url}/explore.html")
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def explore_empty(scenery: Scenery) -> Person:
    """The first of these states: no game is open yet."""
    ben = await scenery.stage.person("Ben")
    await open_explorer(ben)
    await expect(ben.test_id("nothing-indexed")).to_be_visible()
    return ben


async def explore_start(scenery: Scenery) -> Person:
    ben = await _asks(scenery)
    await expect(ben.test_id("examples").get_by_role("link")).to_have_count(10)
    await expect(ben.test_id("plays").locator(".play")).to_have_count(50)
    return ben


async def explore_plays(scenery: Scenery) -> Person:
    ben = await _asks(scenery, "downs=3&distances=long&kinds=pass&sort=yards")
    await expect(ben.test_id("plays").locator(".play").first).to_contain_text("3rd and")
    return ben


async def explore_groups(scenery: Scenery) -> Person:
    ben = await _asks(
        scenery, f"seasons={SEASON}&kinds=run,pass&by=player&order=success&minimum=8&show=groups"
    )
    await ben.test_id("plot").focus()
    await ben.press("ArrowRight", "ArrowRight")
    await expect(ben.test_id("readout")).to_contain_text("plays, success")
    return ben


async def explore_by_two(scenery: Scenery) -> Person:
    """Groups of which some have lost more than they gained."""
    ben = await _asks(scenery, "by=down,formation&order=epa&show=groups&downs=1,2,3")
    await expect(ben.test_id("sums")).to_contain_text("1st · Shotgun")
    return ben


async def explore_spread(scenery: Scenery) -> Person:
    ben = await _asks(scenery, "kinds=run,pass,sack&show=spread")
    await expect(ben.test_id("middle")).to_contain_text("yards in the mean")
    return ben


async def explore_field(scenery: Scenery) -> Person:
    ben = await _asks(scenery, "kinds=pass&show=spread&measure=field")
    await expect(ben.test_id("middle")).to_contain_text("the middle one from")
    return ben


async def explore_scatter(scenery: Scenery) -> Person:
    ben = await _asks(
        scenery, "by=player&roles=rusher,receiver,passer&minimum=8&limit=40&show=scatter"
    )
    await expect(ben.test_id("plot").locator("circle").first).to_be_visible()
    return ben


async def explore_no_match(scenery: Scenery) -> Person:
    ben = await _asks(scenery, "downs=1&zones=backed_up&results=safety&two_minute=1")
    await expect(ben.test_id("no-match")).to_be_visible()
    return ben


async def explore_not_allowed(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    ben = await _asks(scenery, f"feeds={new_feed(scenery.stage.api, owner)}")
    await expect(ben.test_id("problem-not-allowed")).to_be_visible()
    return ben


async def explore_too_broad(scenery: Scenery) -> Person:
    """The server could not answer in time."""
    ben = await scenery.stage.person("Ben")

    async def late(route: Route) -> None:
        await route.fulfill(status=503, json={"error": "unavailable", "id": "abcdefgh"})

    await ben.page.route("**/plays/ask", late)
    await open_explorer(ben, "by=player&show=groups")
    await expect(ben.test_id("problem-too-broad")).to_be_visible()
    return ben


async def explore_offline(scenery: Scenery) -> Person:
    """What was answered before stands, and is as of then."""
    ben = await _asks(scenery, "downs=4&by=offence&show=groups")
    await ben.context.set_offline(True)
    await ben.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(ben.test_id("problem-offline")).to_contain_text("as of")
    await expect(ben.test_id("sums")).to_be_visible()
    return ben


async def explore_form(scenery: Scenery) -> Person:
    """On a phone the conditions are over the answer."""
    ben = await _asks(scenery, "downs=3&yards=20..&by=player&show=groups")
    await ben.page.set_viewport_size({"width": 390, "height": 844})
    await ben.test_id("open-form").click()
    await expect(ben.test_id("done")).to_contain_text("Show")
    return ben


EXPLORE_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        explore_sign_in,
        explore_empty,
        explore_start,
        explore_plays,
        explore_groups,
        explore_by_two,
        explore_spread,
        explore_field,
        explore_scatter,
        explore_no_match,
        explore_not_allowed,
        explore_too_broad,
        explore_offline,
        explore_form,
    )
}
"""Name to what brings it about."""
