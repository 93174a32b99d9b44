"""Questions about plays in a browser: asked by pressing, answered as the server answers, in the
address, on a phone, without a connection, and of one's own games alone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Route, expect

from loadtest.processes import ServerProcess as BlockingServer
from protocol.feed import ReportPlay
from tests.e2e.screenshots import scenery
from tests.support.browser import Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.eventually import eventually
from tests.support.page_explore import GAMES, SEASON, correct, open_explorer, opened, total
from tests.support.page_feed import feed_link, new_feed, play_until
from tests.support.page_states import Scenery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(browser: Browser, tmp_path: Path) -> AsyncGenerator[Scenery]:
    """A server of one's own."""
    async with scenery(browser, tmp_path / "data") as made:
        yield made
        await made.stage.close()


async def asks(scene: Scenery, address: str = "") -> Person:
    """Ben, at the page."""
    ben = await scene.stage.person("Ben")
    await open_explorer(ben, address)
    return ben


def plays_words(count: int) -> re.Pattern[str]:
    return re.compile(rf"^{count} ?plays?")


async def test_XP1_a_question_is_pressed_together_and_stands_in_the_address(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    ben = await asks(scene)
    assert ben.guest is not None

    def there(**where: object) -> re.Pattern[str]:
        assert ben.guest is not None
        return plays_words(total(scene.stage.api, ben.guest, dict(where)))

    head = ben.test_id("total").locator("div").first
    for pressed in ("downs 3", "distances long", "kinds pass"):
        await ben.page.locator(f'[data-value="{pressed}"]').click()
    where = {"downs": [3], "distances": ["long"], "kinds": ["pass"]}
    await expect(head).to_have_text(there(**where))
    await ben.test_id("yards-from").fill("20")
    await ben.press("Tab")
    await expect(head).to_have_text(there(**where, ranges={"yards": [20, None]}))
    await ben.test_id("pick-offences").select_option(label="HAR")
    await expect(head).to_have_text(there(**where, offences=["HAR"], ranges={"yards": [20, None]}))
    address = ben.page.url.partition("#")[2]
    assert address == "downs=3&distances=long&kinds=pass&offences=HAR&yards=20.."
    # Somebody else opens the address and sees the same; the way back is a question each.
    cleo = await scene.stage.person("Cleo")
    await open_explorer(cleo, address)
    said = await head.text_content()
    await expect(cleo.test_id("total").locator("div").first).to_have_text(said or "")
    await expect(cleo.test_id("asked").locator("li")).to_have_count(5)
    await ben.page.go_back()
    await expect(head).to_have_text(there(**where, ranges={"yards": [20, None]}))
    await ben.test_id("asked").get_by_role("button", name="Without 3rd down").click()
    await expect(ben.test_id("asked")).not_to_contain_text("3rd")
    await ben.test_id("clear").click()
    await expect(head).to_have_text(there())


async def test_XP2_groups_are_bars_and_a_table_and_lead_to_their_plays(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    ben = await asks(scene, f"seasons={SEASON}&kinds=run,pass")
    await ben.test_id("by").select_option("player")
    rows = ben.test_id("sums").locator("tbody tr")
    await expect(rows).to_have_count(20)
    await expect(ben.test_id("plot").locator(".bar")).to_have_count(20)
    await ben.test_id("minimum").fill("25")
    await ben.press("Tab")
    await ben.test_id("order").select_option("success")
    await expect(ben.page).to_have_url(re.compile("order=success&minimum=25"))
    await expect(ben.page.locator(".result.stale")).to_have_count(0)
    counts = [int(one) for one in await rows.locator("td:nth-child(2)").all_text_contents()]
    assert counts
    assert min(counts) >= 25
    rates = [int(one[:-2]) for one in await rows.locator("td:nth-child(4)").all_text_contents()]
    assert rates == sorted(rates, reverse=True)
    # By keys, as by pointer: the mark that one is at is said.
    await ben.test_id("plot").focus()
    await ben.press("End")
    last = await rows.last.locator("th button").text_content()
    await expect(ben.test_id("readout")).to_contain_text(f"{last}, ")
    assert (await ben.test_id("plot").get_attribute("aria-valuetext") or "").startswith(f"{last},")
    await rows.first.locator("th button").click()
    await expect(ben.test_id("plays").locator(".play")).to_have_count(min(50, counts[0]))


async def test_XP2_the_spread_and_the_dots_show_every_play_and_group(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    ben = await asks(scene, "kinds=run,pass,sack&show=spread")
    assert ben.guest is not None
    there = total(scene.stage.api, ben.guest, {"kinds": ["run", "pass", "sack"]})
    await expect(ben.test_id("middle")).to_contain_text(f"{there} plays")
    await ben.page.get_by_text("As a table").click()
    cells = ben.test_id("spread-table").locator("tbody td:nth-child(2)")
    assert sum(int(one) for one in await cells.all_text_contents()) == there
    await ben.test_id("measure").select_option("field")
    await expect(ben.test_id("middle")).to_contain_text("the middle one from")
    await ben.test_id("show-scatter").click()
    await expect(ben.test_id("plot").locator("circle")).to_have_count(3)
    await ben.test_id("up").select_option("epa")
    await expect(ben.test_id("plot")).to_have_attribute("aria-label", re.compile("EPA a play and"))


async def test_XP3_plays_come_page_by_page_each_once_with_the_way_to_ones_game(
    scene: Scenery,
) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    owner = scene.stage.api.guest("Ana Costa")
    room = new_feed(scene.stage.api, owner)
    play_until(scene.stage.api, owner, room)
    ben = await scene.stage.person("Ben")
    await ben.open_link(feed_link(scene.stage.api, owner, room))
    await ben.is_live()
    await ben.page.get_by_role("link", name="Ask").click()
    await expect(ben.page).to_have_url(re.compile(f"explore.html#feeds={room}"))
    plays = ben.test_id("plays").locator(".play")

    async def all_there() -> bool | None:
        """Its plays are put in by the server itself, a little later."""
        await ben.page.reload()
        await ben.page.locator(".result:not(.stale), .notice, .empty").first.wait_for()
        return await plays.count() == 50 or None

    await eventually(all_there)
    count = len(GAMES[-1].plays)
    for shown in range(100, count + 50, 50):
        await ben.test_id("more").click()
        await expect(plays).to_have_count(min(shown, count))
    await expect(ben.test_id("more")).to_have_count(0)
    texts = await plays.locator(".said").all_text_contents()
    ends = [one for one in texts if one.startswith("END QUARTER")]
    assert len(set(ends)) == len(ends) == 4
    await plays.first.get_by_test_id("to-game").click()
    await ben.is_live()
    assert f"room={room}" in ben.page.url


async def test_XP4_corrections_change_the_answer_and_offline_it_says_as_of_when(
    scene: Scenery,
) -> None:
    api, folder = scene.stage.api, scene.server.data_dir
    room = opened(api, folder)[-1]
    address = "kinds=run&yards=90..&by=offence&show=groups"
    ben = await asks(scene, address)
    await expect(ben.test_id("no-match")).to_be_visible()
    run = next(one for one in GAMES[-1].plays if any(line.stat == 10 for line in one.stats))
    long = tuple(replace(line, yards=99) if line.stat == 10 else line for line in run.stats)
    correct(api, folder, room, ReportPlay("gsis", 1_000, replace(run, stats=long)))
    await ben.page.reload()
    await expect(ben.test_id("sums")).to_contain_text(run.possession)
    await ben.context.set_offline(True)
    await ben.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(ben.test_id("problem-offline")).to_contain_text("as of")
    await expect(ben.pill).to_contain_text("Offline")
    await expect(ben.test_id("sums")).to_contain_text(run.possession)
    await ben.context.set_offline(False)
    await expect(ben.test_id("problem-offline")).to_have_count(0)


async def test_XP4_of_a_game_that_is_not_ones_own_nothing_is_said(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    owner = scene.stage.api.guest("Ana Costa")
    room = new_feed(scene.stage.api, owner)
    ben = await asks(scene, f"feeds={room}")
    await expect(ben.test_id("problem-not-allowed")).to_be_visible()
    await expect(ben.test_id("total")).to_have_count(0)
    await ben.page.get_by_role("button", name="Ask about all games").click()
    await expect(ben.test_id("plays").locator(".play")).to_have_count(50)


async def test_XP4_what_was_not_answered_in_time_says_how_to_narrow_it(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    ben = await scene.stage.person("Ben")

    async def late(route: Route) -> None:
        """As the server gives up a question after 5 s (QY10): one that names no team."""
        asked: Any = json.loads(route.request.post_data or "{}").get("where", {})
        if "offences" in asked:
            await route.continue_()
        else:
            answer = {"error": "unavailable", "id": "abcdefgh"}
            await route.fulfill(status=503, headers={"retry-after": "1"}, json=answer)

    await ben.page.route("**/plays/ask", late)
    await open_explorer(ben, "downs=3")
    problem = ben.test_id("problem-too-broad")
    await expect(problem).to_contain_text("Narrow it, by a season, a team or a down")
    await expect(ben.test_id("total")).to_have_count(0)
    await expect(ben.page.locator("body")).not_to_contain_text("unavailable")
    # What was asked still stands there, and a narrower one is answered.
    await expect(ben.page.locator('[data-value="downs 3"]')).to_be_visible()
    team = GAMES[-1].home.team
    await open_explorer(ben, f"downs=3&offences={team}")
    await expect(problem).to_have_count(0)
    assert ben.guest is not None
    there = total(scene.stage.api, ben.guest, {"downs": [3], "offences": [team]})
    await expect(ben.test_id("total").locator("div").first).to_have_text(plays_words(there))


async def test_XP1_on_a_phone_the_conditions_are_over_the_answer(scene: Scenery) -> None:
    opened(scene.stage.api, scene.server.data_dir)
    ben = await scene.stage.person("Ben")
    await ben.page.set_viewport_size({"width": 390, "height": 844})
    await open_explorer(ben)
    await ben.test_id("open-form").click()
    await ben.page.locator('[data-value="downs 4"]').click()
    assert ben.guest is not None
    there = total(scene.stage.api, ben.guest, {"downs": [4]})
    await expect(ben.test_id("done")).to_have_text(f"Show {there} plays")
    await ben.press("Escape")
    await expect(ben.test_id("open-form")).to_be_focused()
    await expect(ben.test_id("asked")).to_contain_text("4th down")


async def test_DG6_the_demo_can_be_asked_about_from_its_start(
    browser: Browser, tmp_path: Path
) -> None:
    server = BlockingServer(tmp_path, settings={"demo": "yes", "drain_s": "0.1", **GENEROUS})
    await asyncio.to_thread(server.__enter__)
    try:
        stage = Stage(browser, server.url)
        cleo = await stage.person("Cleo")

        async def something() -> bool | None:
            await cleo.page.goto(stage.url)
            await open_explorer(cleo, "by=week&show=groups")
            return await cleo.test_id("sums").locator("tbody tr").count() == 2 or None

        await eventually(something)
        await cleo.page.goto(stage.url)
        await cleo.test_id("to-explorer").click()
        await expect(cleo.test_id("examples")).to_contain_text("Third and long")
        await cleo.page.get_by_role("link", name="Third and long").click()
        await expect(cleo.test_id("sums")).to_contain_text("Shotgun")
        await stage.close()
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)
