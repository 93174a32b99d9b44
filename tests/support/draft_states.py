"""States of the page of drafts, brought about by their real causes (see page_states.py)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from playwright.async_api import expect

from tests.support.browser import Person, Stage
from tests.support.page_draft import (
    begin,
    choose,
    draft_link,
    new_draft,
    open_draft,
    pick,
    ready_alone,
)
from tests.support.tcp_proxy import TcpProxy


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    proxy: TcpProxy


async def _ready(scenery: Scenery, **settings: Any) -> tuple[Person, str]:
    ana = await scenery.stage.person("Ana Costa")
    return ana, await ready_alone(ana, scenery.stage.api, **settings)


async def _live(scenery: Scenery, **settings: Any) -> tuple[Person, str]:
    ana, room = await _ready(scenery, **settings)
    await begin(ana)
    return ana, room


async def draft_sign_in(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    room = new_draft(scenery.stage.api, owner)
    ben = await scenery.stage.person(None)
    await ben.open_link(draft_link(scenery.stage.api, owner, room))
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def draft_waiting(scenery: Scenery) -> Person:
    ana, _ = await _ready(scenery, teams=10)
    return ana


async def draft_on_the_clock(scenery: Scenery) -> Person:
    ana, _ = await _live(scenery)
    await pick(ana, "Cal Castellan")
    # The computer picks twice; then it is one's own turn again.
    await expect(ana.page.locator('[data-cell="3"] .cell-open')).to_be_visible()
    await expect(ana.test_id("on-the-clock")).to_have_text("You are on the clock")
    await choose(ana, "Kai Kestrel")
    return ana


async def draft_auction(scenery: Scenery) -> Person:
    ana, _ = await _live(scenery, type="auction", auction={"auto_percent": 0})
    await choose(ana, "Ade Abara")
    await ana.test_id("nominate").click()
    await expect(ana.test_id("standing-bid")).to_contain_text("$1")
    await ana.page.locator('[data-tab="team"]').click()
    await expect(ana.test_id("needs")).to_be_visible()
    return ana


async def draft_paused(scenery: Scenery) -> Person:
    ana, _ = await _live(scenery)
    await ana.page.get_by_role("button", name="Commissioner").click()
    await ana.page.get_by_label("Reason").fill("Ben's phone died")
    await ana.test_id("pause").click()
    await expect(ana.page.get_by_text("Paused by the commissioner")).to_be_visible()
    return ana


async def draft_offline(scenery: Scenery) -> Person:
    ana, _ = await _live(scenery)
    scenery.proxy.cut()
    await expect(ana.pill).to_contain_text(re.compile("Offline|Back in"))
    await choose(ana, "Eli Eastlake")
    return ana


async def draft_recap(scenery: Scenery) -> Person:
    ana, _ = await _ready(scenery)
    await ana.page.get_by_role("switch").click()
    await begin(ana)
    await expect(ana.test_id("on-the-clock")).to_have_text("The draft is over")
    await expect(ana.test_id("recap")).to_contain_text("Recap")
    return ana


async def draft_television(scenery: Scenery) -> Person:
    ana, room = await _live(scenery)
    await pick(ana, "Cal Castellan")
    await expect(ana.page.locator('[data-cell="3"] .cell-open')).to_be_visible()
    await open_draft(ana, room, "?view=tv")
    await expect(ana.test_id("tv")).to_be_visible()
    return ana


async def draft_television_paused(scenery: Scenery) -> Person:
    ana, room = await _live(scenery)
    await ana.page.get_by_role("button", name="Commissioner").click()
    await ana.test_id("pause").click()
    await expect(ana.page.get_by_text("Paused by the commissioner")).to_be_visible()
    await open_draft(ana, room, "?view=tv")
    await expect(ana.test_id("tv")).to_contain_text("Paused by the commissioner")
    return ana


async def draft_television_recap(scenery: Scenery) -> Person:
    ana = await draft_recap(scenery)
    await open_draft(ana, ana.page.url.partition("room=")[2].partition("&")[0], "?view=tv")
    await expect(ana.test_id("tv")).to_contain_text("Best draft")
    return ana


async def draft_not_found(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/draft.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()
    return ana


DRAFT_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        draft_sign_in,
        draft_waiting,
        draft_on_the_clock,
        draft_auction,
        draft_paused,
        draft_offline,
        draft_recap,
        draft_television,
        draft_television_paused,
        draft_television_recap,
        draft_not_found,
    )
}
"""Name to what brings it about."""
