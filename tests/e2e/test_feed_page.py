"""A game in two browsers: somebody reports, somebody follows, late or after a lost connection; what
is corrected, taken out or reviewed is marked; and nobody who is late is shown what is to come."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, WebSocket, expect

from loadtest.processes import ServerProcess as BlockingServer
from protocol.feed import DeletePlay, ReviewPlay
from server.rules.scoring.stat_ids import team_points
from tests.e2e.screenshots import scenery
from tests.support import gsis_games
from tests.support.browser import Api, Guest, Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.command_line import touchline
from tests.support.page_feed import (
    GAME,
    NAME,
    feed_link,
    new_feed,
    open_feed,
    play_step,
    play_until,
    report,
    text_of,
)
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BEFORE = 36
"""Steps that were played when people come; the next but one is a touchdown."""
TOUCHDOWN = 37
LATE_S = 6


@pytest_asyncio.fixture(loop_scope="session")
async def cabled(browser: Browser, tmp_path: Path) -> AsyncGenerator[tuple[Stage, TcpProxy]]:
    """A server of one's own, whose WebSocket is reached through a cable that can be pulled."""
    async with scenery(browser, tmp_path / "data") as made:
        yield made.stage, made.proxy
        made.proxy.mend()
        await made.stage.close()


async def fan(stage: Stage, owner: Guest, room: str, name: str = "Ben") -> Person:
    """Somebody who came by a link to watch."""
    ben = await stage.person(name)
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    return ben


def a_game(stage: Stage, steps: int = BEFORE) -> tuple[Guest, str]:
    """A game that goes on, and whoever reports it."""
    owner = stage.api.guest("Ana Costa")
    room = new_feed(stage.api, owner)
    play_until(stage.api, owner, room, steps)
    return owner, room


async def in_thread(api: Api, owner: Guest, room: str, *steps: int) -> None:
    """Plays these steps, one after the other."""
    for step in steps:
        await asyncio.to_thread(play_step, api, owner, room, step)


async def test_FX1_FX8_who_comes_at_the_end_has_the_score_by_quarter_and_reads_the_rest_in_pages(
    stage: Stage,
) -> None:
    owner = stage.api.guest("Ana Costa")
    room = new_feed(stage.api, owner)
    play_until(stage.api, owner, room)
    asked: list[str] = []
    ben = await stage.person("Ben")
    ben.page.on("request", lambda one: asked.append(one.url) if "/plays?" in one.url else None)
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    by_quarter = [
        str(sum(team_points([one])[side.team] for one in GAME.plays if one.quarter == quarter))
        for side in (GAME.away, GAME.home)
        for quarter in range(1, 5)
    ]
    cells = ben.test_id("line-score").locator("td:not(.total)")
    await expect(cells).to_have_text(by_quarter)
    assert asked == [], "the first picture is enough"
    older = ben.test_id("older")
    before = int(re.sub(r"\D", "", await older.inner_text()))
    assert before == len(GAME.plays) - 20
    await older.press("Enter")
    await expect(older).to_have_text(f"Older plays ({before - 40})")
    await expect(ben.page.locator("[data-play]")).to_have_count(60)
    assert asked
    await ben.page.get_by_role("button", name="Scoring").press("Enter")
    await expect(ben.test_id("passed")).to_contain_text(f"of {len(GAME.plays)} plays")
    await expect(older).to_have_count(0)
    await ben.page.get_by_role("button", name="All plays").click()
    await expect(older).to_have_text(f"Older plays ({before})")


async def test_FX4_a_play_that_was_never_sent_is_corrected_and_stands_right(stage: Stage) -> None:
    owner = stage.api.guest("Ana Costa")
    room = new_feed(stage.api, owner)
    play_until(stage.api, owner, room)
    ben = await fan(stage, owner, room)
    first, second = GAME.plays[0].id, GAME.plays[1].id
    await asyncio.to_thread(report, stage.api, owner, room, DeletePlay("gsis", 9_000_000, first))
    await asyncio.to_thread(
        report, stage.api, owner, room, ReviewPlay("gsis", 9_000_000, second, on=True)
    )
    await expect(ben.test_id("review")).to_be_visible()
    await ben.page.get_by_role("button", name="Corrected").click()
    await expect(ben.page.locator(f'[data-play="{first}"]')).to_have_attribute(
        "data-state", "deleted"
    )
    await expect(ben.page.locator(f'[data-play="{second}"]')).to_have_attribute(
        "data-state", "review"
    )


async def test_RX5_two_followers_see_how_many_feel_what(stage: Stage) -> None:
    owner, room = a_game(stage)
    ben, eva = await fan(stage, owner, room), await fan(stage, owner, room, "Eva")
    cheer = ben.page.locator('[data-sign="cheer"]')
    await cheer.focus()
    await cheer.press("Enter")
    await cheer.press("Space")
    hers = eva.page.locator('[data-sign="cheer"]')
    await asyncio.gather(
        *(expect(one).to_have_attribute("aria-label", "Cheer, 2 now") for one in (cheer, hers))
    )
    for one in (cheer, hers):
        await expect(one).to_have_attribute("aria-label", "Cheer")


async def test_FE11_a_follower_sees_each_play_the_score_and_the_drive(stage: Stage) -> None:
    owner, room = a_game(stage)
    ben = await fan(stage, owner, room)
    await expect(ben.test_id("away")).to_have_text("14")
    await expect(ben.test_id("game-clock")).to_have_text("Q1 03:26")
    first = ben.page.locator(".play").first
    await expect(first).to_contain_text(text_of(BEFORE - 1))
    drive = "HAR at FOX. HAR drive: 10 plays, 55 yards; the last was 1st & 10 at FOX 23"
    await expect(ben.test_id("field").get_by_role("img")).to_have_attribute("aria-label", drive)
    await in_thread(stage.api, owner, room, BEFORE, TOUCHDOWN)
    await expect(first).to_contain_text(text_of(TOUCHDOWN))
    await expect(first.locator(".mark")).to_have_text(["Touchdown", "HAR +6"])
    await expect(ben.test_id("away")).to_have_text("20")
    said = ben.test_id("live-polite")
    await expect(said).to_contain_text("TOUCHDOWN")
    await expect(said).to_contain_text("HAR 20, FOX 0")
    await expect(ben.test_id("drive")).to_contain_text("12 plays, 74 yards · Touchdown")


async def test_FE11_what_is_taken_out_or_reviewed_stays_and_is_marked(stage: Stage) -> None:
    owner, room = a_game(stage)
    ben = await fan(stage, owner, room)
    gone, looked = GAME.plays[BEFORE - 1], GAME.plays[BEFORE - 2]
    report(stage.api, owner, room, DeletePlay("gsis", 2, gone.id))
    row = ben.page.locator(f'[data-play="{gone.id}"]')
    await expect(row).to_contain_text("Taken out")
    await expect(row.locator("del")).to_have_text(gone.text)
    await expect(ben.test_id("live-polite")).to_contain_text("Taken out")
    report(stage.api, owner, room, ReviewPlay("gsis", 2, looked.id, on=True))
    reviewed = ben.page.locator(f'[data-play="{looked.id}"]')
    await expect(reviewed).to_contain_text("Under review")
    await expect(reviewed.locator("details")).to_have_count(0)
    await expect(ben.test_id("review")).to_be_visible()
    report(stage.api, owner, room, ReviewPlay("gsis", 3, looked.id, on=False))
    await expect(ben.test_id("review")).to_have_count(0)
    await expect(reviewed.locator("details")).to_have_count(1)


async def test_FE11_the_last_plays_come_at_once_the_older_ones_when_asked_for(stage: Stage) -> None:
    owner, room = a_game(stage, 100)
    ben = await fan(stage, owner, room)
    rows = ben.page.locator(".play")
    await expect(rows).to_have_count(20)
    await ben.test_id("older").click()
    await expect(rows).to_have_count(60)
    await ben.page.get_by_role("button", name="Scoring").click()
    await expect(rows).to_have_count(len([1 for one in range(100) if scored(one)]))
    await expect(ben.test_id("passed")).to_contain_text(
        re.compile(r"\d+ of 100 plays are not shown")
    )
    await ben.page.get_by_role("button", name="Show all").click()
    await expect(rows).to_have_count(20)
    await ben.page.get_by_label("Team").select_option("FOX")
    await ben.page.get_by_label("Player").select_option(label="R.Umber, FOX")
    await expect(rows.first).to_contain_text("R.Umber")


def scored(step: int) -> bool:
    """Whether points were made by a play."""
    return bool({line.stat for line in GAME.plays[step].stats} & {11, 16, 70, 72})


async def test_SD1_SD4_who_is_late_is_shown_nothing_ahead_of_its_time(stage: Stage) -> None:
    owner, room = a_game(stage)
    late = await stage.person("Cleo")
    assert late.guest is not None
    told: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(str(frame)))

    late.page.on("websocket", listen)
    await late.open_link(feed_link(stage.api, owner, room))
    await late.is_live()
    live = await fan(stage, owner, room)
    await late.page.get_by_role("button", name="See it later").click()
    await late.test_id("delay").fill(str(LATE_S))
    await expect(late.test_id("behind")).to_have_text(f"{LATE_S} s behind")
    await expect(late.test_id("delay-said")).to_have_text(f"{LATE_S} s behind")
    await in_thread(stage.api, owner, room, BEFORE, TOUCHDOWN)
    await expect(live.test_id("away")).to_have_text("20")
    # In the page, on the wire, over HTTP.
    words = text_of(TOUCHDOWN)
    view = await asyncio.to_thread(stage.api.view, late.guest, room)
    assert words not in await late.page.content()
    assert words not in "".join(told)
    assert words not in json.dumps(view)
    assert await late.test_id("away").text_content() == "14"
    await expect(late.test_id("away")).to_have_text("20")
    await expect(late.page.locator(".play").first).to_contain_text(words)
    assert words in "".join(told), "nothing of what came was looked at"
    await late.page.get_by_role("button", name="As it happens").click()
    await expect(late.test_id("behind")).to_have_count(0)


async def test_TS5_TS7_who_paused_is_shown_nothing_later_and_is_live_again_at_a_press(
    stage: Stage,
) -> None:
    owner, room = a_game(stage)
    cleo = await stage.person("Cleo")
    assert cleo.guest is not None
    told: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(str(frame)))

    cleo.page.on("websocket", listen)
    await cleo.open_link(feed_link(stage.api, owner, room))
    await cleo.is_live()
    live = await fan(stage, owner, room)
    await cleo.page.locator("body").press("k")
    await expect(cleo.test_id("watching")).to_contain_text("Paused at")
    await in_thread(stage.api, owner, room, BEFORE, TOUCHDOWN)
    await expect(live.test_id("away")).to_have_text("20")
    words = text_of(TOUCHDOWN)
    view = await asyncio.to_thread(stage.api.view, cleo.guest, room)
    assert words not in await cleo.page.content()
    assert words not in "".join(told)
    assert words not in json.dumps(view)
    assert await cleo.test_id("away").text_content() == "14"
    await cleo.page.reload()
    await cleo.is_live()
    await expect(cleo.test_id("watching")).to_contain_text("Paused at")
    assert words not in "".join(told)
    await cleo.test_id("live").click()
    await expect(cleo.test_id("away")).to_have_text("20")
    await expect(cleo.test_id("watching")).to_have_count(0)
    await cleo.page.get_by_role("button", name="See it later").click()
    await cleo.test_id("from-start").click()
    await expect(cleo.test_id("watching")).to_contain_text("Watching as of")
    await cleo.page.keyboard.press("Escape")
    await cleo.page.locator("body").press("l")
    await expect(cleo.test_id("away")).to_have_text("20")


async def test_FF3_TS7_only_the_wished_plays_are_sent(stage: Stage) -> None:
    owner, room = a_game(stage)
    ben = await stage.person("Ben")
    told: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(str(frame)))

    ben.page.on("websocket", listen)
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    await ben.page.get_by_role("button", name="Scoring").click()
    await ben.test_id("only").check()
    await expect(ben.test_id("partial")).to_be_visible()
    await expect(ben.test_id("field")).to_have_count(0)
    rows = ben.page.locator(".play")
    await expect(rows).to_have_count(len([1 for one in range(BEFORE) if scored(one)]))
    told.clear()
    await in_thread(stage.api, owner, room, BEFORE, TOUCHDOWN)
    await expect(ben.test_id("away")).to_have_text("20")
    await expect(rows.first).to_contain_text(text_of(TOUCHDOWN))
    assert text_of(BEFORE) not in "".join(told), "it was sent what was not wanted"
    await ben.page.reload()
    await ben.is_live()
    await expect(rows.first).to_contain_text(text_of(TOUCHDOWN))
    await expect(ben.test_id("field")).to_be_visible()


async def test_FE10_who_was_offline_has_everything_when_the_connection_is_back(
    cabled: tuple[Stage, TcpProxy],
) -> None:
    stage, proxy = cabled
    owner, room = a_game(stage)
    ben = await fan(stage, owner, room)
    proxy.cut()
    await expect(ben.test_id("as-of")).to_be_visible()
    await in_thread(stage.api, owner, room, BEFORE, TOUCHDOWN)
    report(stage.api, owner, room, DeletePlay("gsis", 2, GAME.plays[BEFORE - 1].id))
    await expect(ben.test_id("away")).to_have_text("14")
    proxy.mend()
    await ben.pill.click()
    await ben.is_live()
    await expect(ben.test_id("as-of")).to_have_count(0)
    await expect(ben.test_id("away")).to_have_text("20")
    await expect(ben.page.locator(".play").first).to_contain_text(text_of(TOUCHDOWN))
    await expect(ben.page.locator('[data-state="deleted"]')).to_have_count(1)


async def test_FP12_FP13_a_feed_of_the_command_line_is_followed_on_its_page(
    stage: Stage, pages_server: ServerProcess, tmp_path: Path
) -> None:
    here = ("--data-dir", str(pages_server.data_dir), "--url", stage.url)
    made = await asyncio.to_thread(touchline, "feed", "create", "Our game", *here)
    link = made.row("viewer")
    assert "/feed.html#room=" in link
    ben = await stage.person("Ben")
    await ben.open_link(f"{stage.url}/feed.html#{link.partition('#')[2]}")
    await expect(ben.test_id("empty")).to_contain_text("No plays yet")
    plays: dict[int | str, Any] = {
        36: gsis_games.node((gsis_games.KICKER, 70, 33), desc="A field goal."),
        57: gsis_games.node(),
    }
    file = tmp_path / "game.json"
    file.write_bytes(gsis_games.content(gsis_games.tree(plays, 3)))
    room = link.partition("room=")[2].partition("&")[0]
    await asyncio.to_thread(
        touchline, "feed", "replay", str(file), "--into", room, "--speed", "1000", *here
    )
    await expect(ben.test_id("home")).to_have_text("3")
    await expect(ben.page.get_by_text("A field goal.")).to_be_visible()


async def test_FE12_the_start_page_lists_games_and_the_keyboard_reaches_the_delay(
    stage: Stage,
) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = new_feed(stage.api, ana.guest)
    await ana.page.goto(stage.url)
    await ana.test_id("own-games").get_by_role("link", name=NAME).click()
    await ana.is_live()
    assert room in ana.page.url
    later = ana.page.get_by_role("button", name="See it later")
    await later.focus()
    await ana.press("Enter")
    await ana.test_id("delay").focus()
    await ana.press("ArrowRight", "ArrowRight")
    await expect(ana.test_id("behind")).to_have_text("2 s behind")
    await ana.press("Escape")
    await expect(ana.test_id("delay-panel")).to_have_count(0)
    await expect(later).to_be_focused()
    await open_feed(ana, room)
    await expect(ana.test_id("behind")).to_have_text("2 s behind")


async def test_DG2_a_game_is_on_in_the_demo_and_the_start_page_leads_to_it(
    browser: Browser, tmp_path: Path
) -> None:
    server = BlockingServer(tmp_path, settings={"demo": "yes", "drain_s": "0.1", **GENEROUS})
    await asyncio.to_thread(server.__enter__)
    try:
        stage = Stage(browser, server.url)
        cleo = await stage.person(None)
        await cleo.page.goto(stage.url)
        await cleo.test_id("live-game").get_by_role("link").first.click()
        await cleo.page.get_by_label("Your name").fill("Cleo")
        await cleo.press("Enter")
        await cleo.is_live()
        await expect(cleo.page.get_by_text("kicks 65 yards").first).to_be_visible()
        await cleo.page.get_by_role("link", name="Home").click()
        await expect(cleo.test_id("own-games").get_by_role("link")).to_have_count(1)
        await stage.close()
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)
