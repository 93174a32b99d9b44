"""The game page of a match of soccer: followed, corrected, put on a board; and of any sport."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Locator, Page, expect

from protocol.feed import DeletePlay, Report, ReportItem, ReportScoreboard, ReviewPlay
from protocol.feed_items import GenericItem, GenericScoreboard, GenericSide
from server.readers.match_reports import steps_of
from tests.support.browser import Stage
from tests.support.command_line import touchline
from tests.support.meet_states import the_match
from tests.support.page_feed import feed_link, report
from tests.support.server_process import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MATCH = the_match()
STEPS = steps_of(MATCH)


def new_match(stage: Stage, owner: Any, profile: str = "soccer") -> str:
    body = {"kind": "feed", "name": "Reds – Blues", "settings": {"profile": profile}}
    return str(stage.api.call("POST", "/rooms", body, owner)["id"])


def play(stage: Stage, owner: Any, room: str, *steps: int) -> None:
    for step in steps:
        report(stage.api, owner, room, *STEPS[step].reports)


def shown(page: Page, words: str) -> Locator:
    """The events with these words."""
    return page.locator("[data-play]").filter(has_text=words)


async def test_PF10_a_match_is_followed_event_by_event_and_put_on_a_board(stage: Stage) -> None:
    owner = stage.api.guest("Ana Costa")
    room = new_match(stage, owner)
    play(stage, owner, room, 0)
    ben = await stage.person("Ben")
    page = ben.page
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    await expect(page.get_by_test_id("game-clock")).to_have_text("Not begun")
    play(stage, owner, room, 1, 2, 3)
    await expect(page.get_by_test_id("home")).to_have_text("1")
    await expect(page.get_by_test_id("away")).to_have_text("0")
    await expect(page.get_by_test_id("game-clock")).to_have_text("1st half · 11'")
    await expect(page.get_by_test_id("drive")).to_contain_text("Goal")
    shot = page.locator("[data-play]").first
    await expect(shot).to_contain_text("Goal")
    play(stage, owner, room, 4)
    await expect(page.get_by_text("45+2'").first).to_be_visible()
    await expect(shown(page, "Yellow card")).to_be_visible()
    play(stage, owner, room, *range(5, len(STEPS)))
    await expect(page.get_by_test_id("game-clock")).to_have_text("Full time")
    await expect(shown(page, "Player 15 for 8 Player 8")).to_be_visible()
    # Main events alone, and everything.
    await expect(shown(page, "Pressure")).to_have_count(0)
    await page.get_by_role("button", name="Everything").click()
    await expect(shown(page, "Pressure")).to_be_visible()
    await page.get_by_role("button", name="Goals").click()
    await expect(page.locator("[data-play]")).to_have_count(1)
    # The goal is looked at again. Was it one?
    number = next(item.id for item in MATCH.items if item.goal_for)
    report(stage.api, owner, room, ReviewPlay("statsbomb", 2, number, on=True))
    await expect(shown(page, "Under review")).to_be_visible()
    await expect(page.get_by_test_id("inconsistent")).to_be_visible()
    report(stage.api, owner, room, ReviewPlay("statsbomb", 3, number, on=False))
    await expect(shown(page, "Under review")).to_have_count(0)
    await page.get_by_test_id("to-board").click()
    await page.wait_for_url("**/board.html#room=*")
    await ben.is_live()
    view = page.locator("svg .token, [data-sort='token']").first
    await expect(view).to_be_visible()


async def imported(server: ServerProcess, *files: Path) -> tuple[str, str]:
    """A match brought in by the command line beside a server; its room, and its owner's link."""
    shared = ("--data-dir", server.data_dir, "--url", server.url)
    ran = await asyncio.to_thread(touchline, "feed", "import", *files, *shared)
    assert ran.status == 0, ran.err
    ((_, room, reports, _, link),) = ran.rows()
    assert int(reports) > 1_000
    return room, link


@pytest.mark.parametrize(
    ("names", "teams", "score"),
    [
        (("statsbomb_15986_events.json.gz", "statsbomb_15986_lineup.json"), "Barcelona", (2, 2)),
        (("metrica_game3_events.json.gz", "metrica_game3_metadata.xml"), "Team A", (0, 2)),
    ],
    ids=["statsbomb", "metrica"],
)
async def test_PF7_PF9_PF10_a_real_match_is_imported_followed_and_put_on_a_board(
    stage: Stage,
    pages_server: ServerProcess,
    shared_data: Path,
    names: tuple[str, ...],
    teams: str,
    score: tuple[int, int],
    tmp_path: Path,
) -> None:
    # Under a name of its own the match is in no feed yet, also at a second try.
    files = [tmp_path / f"{secrets.token_hex(4)}_{name}" for name in names]
    for file, name in zip(files, names, strict=True):
        await asyncio.to_thread(shutil.copy, shared_data / "soccer" / name, file)
    room, link = await imported(pages_server, *files)
    ben = await stage.person("Ben")
    page = ben.page
    await ben.open_link(f"{stage.api.url}/feed.html#{link.partition('#')[2]}")
    await ben.is_live()
    await expect(page.get_by_test_id("game-clock")).to_have_text("Full time")
    await expect(page.get_by_test_id("bug")).to_contain_text(teams)
    for side, goals in zip(("home", "away"), score, strict=True):
        await expect(page.get_by_test_id(side)).to_have_text(str(goals))
    await page.get_by_role("button", name="Goals").click()
    goal = page.locator("[data-play]").first
    await expect(goal).to_be_visible()
    await goal.click()
    await expect(page.get_by_test_id("drive")).to_contain_text("Goal")
    await page.get_by_test_id("to-board").first.click()
    await page.wait_for_url("**/board.html#room=*")
    await ben.is_live()
    await expect(page.locator("svg .token, [data-sort='token']").first).to_be_visible()
    made = page.url.partition("#room=")[2]
    assert ben.guest is not None
    assert made != room
    document = stage.api.call("GET", f"/rooms/{made}/document", guest=ben.guest)
    assert len([one for one in document["objects"] if one["sort"] == "token"]) >= 2


async def test_PF10_a_corrected_and_a_deleted_event_stay_to_be_seen(stage: Stage) -> None:
    owner = stage.api.guest("Ana Costa")
    room = new_match(stage, owner)
    for step in range(len(STEPS)):
        play(stage, owner, room, step)
    ben = await stage.person("Ben")
    page = ben.page
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    saved = next(item for item in the_match(goal=False).items if item.sort == "shot")
    board = the_match(goal=False).scoreboard
    changes: tuple[Report, ...] = (
        ReportItem("statsbomb", 9, saved),
        ReportScoreboard("statsbomb", 99, board),
    )
    report(stage.api, owner, room, *changes)
    await expect(page.get_by_test_id("home")).to_have_text("0")
    await expect(page.locator("[data-state='corrected']")).to_contain_text("was Goal")
    card = next(item.id for item in MATCH.items if item.card)
    report(stage.api, owner, room, DeletePlay("statsbomb", 9, card))
    await expect(page.locator("[data-state='deleted']")).to_contain_text("Yellow card")


async def test_PF10_PF6_any_sport_has_score_clock_and_items(stage: Stage) -> None:
    owner = stage.api.guest("Ana Costa")
    room = new_match(stage, owner, "generic")
    sides = (GenericSide("a", "Reds", 7), GenericSide("b", "Blues", 0))
    board = GenericScoreboard(sides=sides, period="1st half", clock="12:40", adds_up=True)
    item = GenericItem(id=1, order=1, text="Try by Ada", sort="Try", side="a", points=5)
    kick = GenericItem(id=2, order=2, text="Converted", sort="Conversion", side="a", points=2)
    report(
        stage.api,
        owner,
        room,
        ReportScoreboard("official", 1, board),
        *(ReportItem("official", 1, one) for one in (item, kick)),
    )
    ben = await stage.person("Ben")
    page = ben.page
    await ben.open_link(feed_link(stage.api, owner, room))
    await ben.is_live()
    await expect(page.get_by_test_id("bug")).to_contain_text("Reds")
    await expect(page.get_by_test_id("game-clock")).to_have_text("1st half · 12:40")
    await expect(page.get_by_test_id("inconsistent")).to_have_count(0)
    await page.get_by_role("button", name="Try", exact=True).click()
    await expect(page.locator("[data-play]")).to_have_count(1)
    other = msgspec.structs.replace(item, text="Try by Bea", points=4)
    report(stage.api, owner, room, ReportItem("official", 2, other))
    await expect(page.locator("[data-state='corrected']")).to_contain_text("was Try by Ada")
    await expect(page.get_by_test_id("inconsistent")).to_be_visible()
    assert json.loads(msgspec.json.encode(other))["profile"] == "generic"
