"""A league in the browser: the week as it is played, one matchup with the play behind each point,
one's own line-up until the kick-off, late, without a connection, and corrected."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from loadtest.processes import ServerProcess as BlockingServer
from protocol.feed import ReviewPlay
from protocol.league import MoveGame
from tests.e2e.screenshots import scenery
from tests.support.browser import Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.eventually import eventually
from tests.support.league_states import SOME, thrown, untackled
from tests.support.page_league import HOUR_MS, LIVE, PageLeague, hand_over, new_league
from tests.support.page_states import Scenery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LATE_S = 8


@pytest_asyncio.fixture(loop_scope="session")
async def scene(browser: Browser, tmp_path: Path) -> AsyncGenerator[Scenery]:
    """A server of one's own, whose WebSocket is reached through a cable that can be pulled."""
    async with scenery(browser, tmp_path / "data") as made:
        yield made
        made.proxy.mend()
        await made.stage.close()


def a_league(scene: Scenery, steps: int | None = SOME, *, in_ms: int = 0) -> PageLeague:
    made = new_league(scene.stage.api, scene.server.data_dir, begins_in_ms=in_ms)
    if steps != 0:
        made.play(steps)
    return made


async def comes(scene: Scenery, made: PageLeague, role: str = "viewer") -> Person:
    """Ben, by a link."""
    ben = await scene.stage.person("Ben")
    await ben.open_link(made.link(role))
    await ben.is_live()
    return ben


async def test_LE19_a_week_is_played_before_ones_eyes(scene: Scenery) -> None:
    made = a_league(scene)
    ben = await comes(scene, made)
    tile = ben.test_id("matchup-1")
    await expect(tile).to_contain_text("playing")
    before = await tile.locator(".points").all_text_contents()
    await expect(ben.test_id("games")).to_contain_text("Final")
    await asyncio.to_thread(made.play, SOME + 10)
    row = ben.test_id("ticker").locator("li").first
    await expect(row).to_contain_text(re.compile(r"[+-]\d+\.\d\d.*, (play \d+|the score)"))
    await expect(tile.locator(".points")).not_to_have_text(before)
    await expect(ben.test_id("standings")).to_contain_text("if the week ended now")
    await asyncio.to_thread(made.play, None)
    await expect(ben.test_id("phase")).to_contain_text("provisional")
    await asyncio.to_thread(made.settle, 2)
    await expect(ben.test_id("phase")).to_contain_text("Settled, official from")
    await expect(ben.test_id("standings")).not_to_contain_text("if the week ended now")
    await ben.page.get_by_role("button", name="The week before").click()
    await expect(ben.test_id("week-bar")).to_contain_text("Settled")
    await expect(ben.test_id("matchup-1")).to_contain_text(re.compile(r"\d+\.\d\d"))


async def test_LE20_each_point_of_a_matchup_leads_to_its_play(scene: Scenery) -> None:
    made = a_league(scene)
    ben = await comes(scene, made)
    await ben.test_id("matchup-1").click()
    half = ben.test_id("line-ups").locator("button[data-player]").first
    await half.click()
    trail = ben.test_id("trail")
    await expect(trail.locator("li").first).to_be_visible()
    whole = await half.locator(".points").text_content()
    changes = await trail.locator("li > b").all_text_contents()
    assert sum(round(100 * float(one)) for one in changes) == round(100 * float(whole or ""))
    await expect(trail.locator("li").first).to_contain_text(re.compile(r"play \d+ · Q\d"))
    await expect(ben.test_id("left-home")).to_contain_text("playing")
    await expect(ben.test_id("bench").locator(".half")).not_to_have_count(0)
    made.report(ReviewPlay("gsis", 2, thrown().id, on=True))
    await expect(ben.test_id("review")).to_be_visible()
    await ben.press("Escape")
    await expect(ben.test_id("matchup-1")).to_be_focused()


async def test_PJ11_what_a_matchup_is_likely_to_come_to_moves_with_the_game(scene: Scenery) -> None:
    made = a_league(scene)
    ben = await comes(scene, made)
    bar = ben.test_id("matchup-1").locator(".chance")
    await expect(bar).to_have_attribute("aria-label", re.compile(r"Win chance: .+ \d+ %, .+ \d+ %"))
    await ben.test_id("matchup-1").click()
    projected = ben.test_id("projected-home")
    await expect(projected).to_have_text(re.compile(r"Projected \d+\.\d\d"))
    await expect(ben.test_id("line-ups").locator(".likely").first).to_contain_text("proj")
    line = ben.test_id("chance-line")
    await expect(line).to_have_attribute("aria-label", re.compile(r"at first, between .+ now"))
    before = await projected.text_content() or ""
    went = await line.locator(".went").get_attribute("d") or ""
    await asyncio.to_thread(made.play, SOME + 10)
    await expect(projected).not_to_have_text(before)
    await expect(line.locator(".went")).not_to_have_attribute("d", went)
    await asyncio.to_thread(made.play, None)
    await expect(ben.test_id("phase")).to_contain_text("provisional")
    # Over: what is projected is what there is, and somebody has won.
    points = await ben.test_id("points-home").text_content()
    await expect(projected).to_have_text(f"Projected {points}")
    await expect(ben.test_id("chances").locator(".chance")).to_contain_text("100 %")
    await asyncio.to_thread(made.settle, 2)
    await expect(projected).to_have_count(0)
    await expect(ben.test_id("chances")).to_have_count(0)


async def test_LE21_a_manager_changes_the_line_up_until_kick_off(scene: Scenery) -> None:
    made = a_league(scene, 0, in_ms=HOUR_MS)
    ben = await comes(scene, made, "editor")
    assert ben.guest is not None
    hand_over(made, ben.guest)
    await ben.test_id("edit").click()
    place = ben.page.locator('[data-place="s6"]')
    was = await place.locator(".name").text_content()
    # Those whose game is over stay.
    await expect(ben.test_id("lock")).not_to_have_count(0)
    await place.get_by_role("button").click()
    await ben.page.locator('[data-target="yes"]').get_by_role("button").first.click()
    await expect(place.locator(".name")).not_to_have_text(was or "")
    now = await place.locator(".name").text_content()
    await expect(ben.test_id("sending")).to_have_count(0)
    await ben.test_id("done").click()
    await ben.test_id("matchup-2").click()
    await expect(ben.test_id("line-ups")).to_contain_text(now or "")
    await ben.page.locator('[data-edit="4"]').click()
    await asyncio.to_thread(made.say, MoveGame(LIVE.id, 1_000))
    await expect(place.get_by_test_id("lock")).to_be_visible()
    await expect(ben.page.locator(".place-row .button")).to_have_count(0)


async def test_LE21_what_the_server_refuses_is_said_in_words(scene: Scenery) -> None:
    made = a_league(scene, 0, in_ms=HOUR_MS)
    ben = await comes(scene, made, "editor")
    assert ben.guest is not None
    hand_over(made, ben.guest)
    await ben.test_id("edit").click()
    place = ben.page.locator('[data-place="s6"]')
    was = await place.locator(".name").text_content()
    scene.proxy.cut()
    await expect(ben.test_id("as-of")).to_be_visible()
    await place.get_by_role("button").click()
    await ben.page.locator('[data-target="yes"]').get_by_role("button").first.click()
    await expect(ben.test_id("sending")).to_be_visible()
    # Meanwhile the game was brought forward.
    await asyncio.to_thread(made.say, MoveGame(LIVE.id, 1_000))
    scene.proxy.mend()
    await ben.pill.click()
    await expect(ben.test_id("refused")).to_contain_text("cannot be moved any more: locked since")
    await expect(place.locator(".name")).to_have_text(was or "")


async def test_LE19_a_result_that_a_correction_turns_over_is_an_event(scene: Scenery) -> None:
    made = a_league(scene, None)
    made.settle(2)
    ben = await comes(scene, made)
    await expect(ben.test_id("phase")).to_contain_text("Settled")
    await asyncio.to_thread(made.report, *untackled())
    flipped = ben.test_id("corrected").locator('[data-flipped="yes"]')
    words = re.compile(r"\d+\.\d\d : \d+\.\d\d .*, was \d+\.\d\d : \d+\.\d\d; .* has won now")
    await expect(flipped.first).to_contain_text(words)
    await expect(ben.test_id("live-polite")).to_contain_text("Result corrected")
    # Also for who comes later.
    await ben.page.reload()
    await ben.is_live()
    await expect(flipped.first).to_contain_text(words)


async def test_SD1_who_sees_it_late_is_shown_the_week_as_it_was(scene: Scenery) -> None:
    made = a_league(scene)
    ben = await comes(scene, made)
    tile = ben.test_id("matchup-1").locator(".points")
    await expect(tile.first).to_contain_text(".")
    await ben.page.get_by_role("button", name="See it later").click()
    await ben.test_id("delay").fill(str(LATE_S))
    await expect(ben.test_id("behind")).to_have_text(f"{LATE_S} s behind")
    assert ben.guest is not None
    path = f"/leagues/{made.room}/weeks/2"

    async def told() -> str | None:
        """The phase, once so much of the league's life is behind it."""
        asked = asyncio.to_thread(scene.stage.api.call, "GET", path, None, ben.guest)
        phase = str((await asked)["phase"])
        return None if phase == "upcoming" else phase

    assert await eventually(told) == "live"
    await expect(ben.test_id("phase")).to_have_text("Live")
    await asyncio.to_thread(made.play, None)
    said = await ben.test_id("phase").text_content()
    assert (await told(), said) == ("live", "Live")
    await expect(ben.test_id("phase")).to_contain_text("provisional")


async def test_TS5_LI8_who_goes_back_in_the_game_sees_the_week_go_back(scene: Scenery) -> None:
    """The page of the league is open all the while; the game is rewound elsewhere."""
    api, made = scene.stage.api, a_league(scene, 0)
    ben = await scene.stage.person("Ben")
    game = api.link(made.owner, made.feeds[3], "viewer").replace("board.html", "feed.html")
    await ben.open_link(game)
    await ben.is_live()
    await ben.open_link(made.link())
    await ben.is_live()
    guest, phase = ben.guest, ben.test_id("phase")
    assert guest is not None
    began = int(time.time() * 1_000)
    points = ben.test_id("matchup-1").locator(".points")
    await expect(points.first).to_contain_text(".")
    earlier = await points.all_text_contents()

    async def watch(**said: int) -> None:
        path = f"/feeds/{made.feeds[3]}/watch"
        await asyncio.to_thread(api.call, "POST", path, said, guest)

    await asyncio.to_thread(made.play, SOME)
    await expect(phase).to_have_text("Live")
    await expect(points).not_to_have_text(earlier)
    now = await points.all_text_contents()
    await watch(speed=0, at=began)
    await expect(points).to_have_text(earlier)
    late = ben.test_id("late-game")
    await expect(late).to_contain_text("from an earlier moment on")
    await expect(late.get_by_role("link")).to_have_count(1)
    await watch()
    await expect(points).to_have_text(now)
    await expect(late).to_have_count(0)


async def test_DG4_the_demo_has_a_league_for_its_game(browser: Browser, tmp_path: Path) -> None:
    server = BlockingServer(tmp_path, settings={"demo": "yes", "drain_s": "0.1", **GENEROUS})
    await asyncio.to_thread(server.__enter__)
    try:
        stage = Stage(browser, server.url)
        cleo = await stage.person(None)

        async def listed() -> bool | None:
            await cleo.page.goto(stage.url)
            return await cleo.test_id("live-league").is_visible() or None

        await eventually(listed)
        await cleo.test_id("live-league").click()
        await cleo.page.get_by_label("Your name").fill("Cleo")
        await cleo.press("Enter")
        await cleo.is_live()
        await expect(cleo.test_id("tiles").locator(".tile")).to_have_count(2)
        await expect(cleo.test_id("games")).to_contain_text("Final")
        await expect(cleo.test_id("schedule").locator("li").first).to_contain_text(
            re.compile(r"Week 1.* – .*\d+\.\d\d : \d+\.\d\d")
        )
        await stage.close()
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)
