"""A draft in two browsers: from an empty room to picks that both see, bids, a lost connection, and
a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.screenshots import scenery
from tests.support.browser import Person, Stage
from tests.support.page_draft import (
    begin,
    choose,
    draft_link,
    fill_pool,
    new_draft,
    open_draft,
    pick,
    ready_alone,
    take,
)
from tests.support.tcp_proxy import TcpProxy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def cabled(browser: Browser, tmp_path: Path) -> AsyncGenerator[tuple[Stage, TcpProxy]]:
    """A server of one's own, whose WebSocket is reached through a cable that can be pulled."""
    async with scenery(browser, tmp_path / "data") as made:
        yield made.stage, made.proxy
        made.proxy.mend()
        await made.stage.close()


async def two_in(stage: Stage, **settings: Any) -> tuple[Person, Person, str]:
    """The commissioner with the first team, somebody who came by a link with the second; players
    are there."""
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest, **settings)
    await open_draft(ana, room)
    await fill_pool(ana)
    await ben.open_link(draft_link(stage.api, ana.guest, room))
    await ben.is_live()
    await take(ana, 1)
    await take(ben, 2)
    return ana, ben, room


async def test_the_start_page_makes_a_draft_and_lists_it(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    await ana.page.goto(stage.url)
    await ana.page.get_by_label("What it is called").fill("Sunday league")
    await ana.page.get_by_label("Teams", exact=True).fill("4")
    await ana.page.get_by_role("button", name="Make draft").click()
    await ana.is_live()
    await expect(ana.test_id("rules")).to_contain_text("Snake, 4 teams, 15 rounds")
    await ana.page.get_by_role("link", name="Home").click()
    await ana.test_id("own-drafts").get_by_role("link", name="Sunday league").click()
    await expect(ana.test_id("waiting")).to_be_visible()


async def test_DR84_two_draft_and_each_sees_the_others_pick_and_the_own_turn(stage: Stage) -> None:
    ana, ben, _ = await two_in(stage)
    await begin(ana)
    await expect(ana.test_id("on-the-clock")).to_have_text("You are on the clock")
    await expect(ben.test_id("until")).to_have_text("You pick next")
    await choose(ben, "Cal Castellan")
    await expect(ben.test_id("draft-player")).to_have_count(0)
    await ben.test_id("chosen").get_by_role("button", name="Queue", exact=True).click()
    await expect(ben.test_id("queue")).to_contain_text("Cal Castellan")
    await pick(ana, "Ade Abara")
    for one in (ana, ben):
        await expect(one.page.locator('[data-cell="1"]')).to_contain_text("Ade Abara")
    await expect(ben.test_id("live-assertive")).to_contain_text("You are on the clock")
    await expect(ana.test_id("queue")).to_have_count(0)
    # Taken back by the commissioner, with a reason that both read.
    await ana.page.get_by_role("button", name="Commissioner").click()
    await ana.page.get_by_label("Reason").fill("Wrong player")
    await ana.test_id("undo").click()
    await expect(ana.test_id("on-the-clock")).to_have_text("You are on the clock")
    await ben.page.get_by_role("button", name="Picks and recap").click()
    await expect(ben.test_id("acts")).to_contain_text("“Wrong player”")


async def test_DR82_the_pool_is_searched_as_one_types_and_by_keys(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    await ready_alone(ana, stage.api)
    await begin(ana)
    await ana.press("/")
    await expect(ana.page.get_by_role("searchbox")).to_be_focused()
    await ana.page.keyboard.type("cc")
    rows = ana.test_id("players").locator(".player")
    await expect(rows.first).to_contain_text("Cal Castellan")
    await ana.press("Enter", "Enter")
    await expect(ana.test_id("chosen")).to_contain_text("Cal Castellan")
    await ana.test_id("draft-player").focus()
    await ana.press("Enter")
    await expect(ana.page.locator('[data-cell="1"]')).to_contain_text("Cal Castellan")


async def test_DR32_at_an_auction_one_bids_and_sees_the_most_one_may(stage: Stage) -> None:
    ana, ben, _ = await two_in(stage, type="auction")
    await begin(ana)
    await choose(ana, "Ade Abara")
    await ana.test_id("nominate").click()
    await expect(ben.test_id("max-bid")).to_contain_text("at most $197")
    await ben.page.get_by_role("button", name="Bid $2", exact=True).click()
    await expect(ana.test_id("standing-bid")).to_contain_text("$2 Team 2")
    await ben.page.get_by_label("Bid for me up to").fill("30")
    await ben.page.get_by_role("button", name="Bid for me").click()
    await expect(ben.page.get_by_text("bids for you up to $30")).to_be_visible()
    await ana.page.get_by_role("button", name="Bid $3", exact=True).click()
    await expect(ana.test_id("standing-bid")).to_contain_text("$4 Team 2")
    await expect(ana.page.get_by_text("up to $30")).to_have_count(0)


async def test_DR81_without_a_connection_the_clock_goes_on_and_the_pick_arrives_later(
    cabled: tuple[Stage, TcpProxy],
) -> None:
    stage, proxy = cabled
    ana = await stage.person("Ana Costa")
    await ready_alone(ana, stage.api)
    await begin(ana)
    proxy.cut()
    await expect(ana.pill).to_contain_text(re.compile("Offline|Back in"))
    clock = ana.page.get_by_role("timer")
    shown = await clock.inner_text()
    await expect(clock).not_to_have_text(shown)
    await pick(ana, "Ade Abara")
    await expect(ana.test_id("draft-player")).to_have_text("Sending your pick")
    await expect(ana.page.locator('[data-cell="1"] .cell-open')).to_have_count(0)
    proxy.mend()
    await expect(ana.page.locator('[data-cell="1"]')).to_contain_text("Ade Abara")


async def test_on_a_phone_one_drafts_with_a_thumb(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    await ready_alone(ana, stage.api)
    await begin(ana)
    await ana.page.set_viewport_size({"width": 390, "height": 844})
    await ana.page.get_by_role("button", name="Players, it is your turn").click()
    await pick(ana, "Ade Abara")
    await ana.page.locator('.draft-nav [data-tab="team"]').click()
    await expect(ana.test_id("roster")).to_contain_text("Ade Abara")
    await ana.page.locator('.draft-nav [data-tab="board"]').click()
    await expect(ana.page.locator('[data-cell="1"]')).to_contain_text("Ade Abara")
