"""The commissioner's settings, files and people, in the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.browser import Person, Stage
from tests.support.page_draft import begin, draft_link, new_draft, open_draft, pick, ready_alone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def office(person: Person, part: str) -> None:
    """Opens a part of the drawer."""
    drawer = person.test_id("office")
    if not await drawer.is_visible():
        await person.page.get_by_role("button", name="Commissioner", exact=True).click()
    await drawer.locator("summary").get_by_text(part, exact=True).click()


def settings_of(stage: Stage, person: Person, room: str) -> dict[str, Any]:
    assert person.guest is not None
    return stage.api.call("GET", f"/rooms/{room}", None, person.guest)["state"]["kind"]["settings"]


async def test_DR24_quiet_hours_and_times_by_round_are_set_in_the_form(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await office(ana, "Settings")
    form = ana.test_id("settings-form")
    await form.get_by_label("From", exact=True).first.fill("23:00")
    await form.get_by_label("Until", exact=True).first.fill("07:30")
    await form.get_by_label("Time zone of the league").fill("Europe/Berlin")
    await form.get_by_text("Other times by round, and more").click()
    await form.get_by_label("From round", exact=True).first.fill("3")
    await form.get_by_label("Seconds a pick", exact=True).nth(1).fill("20")
    await form.get_by_text("At most of a position").click()
    await form.get_by_label("QB at most").fill("2")
    await form.get_by_role("button", name="Set", exact=True).click()
    await expect(form.get_by_label("From", exact=True)).to_have_count(2)
    now = settings_of(stage, ana, room)
    assert now["clock"]["quiet"] == [{"start": 1_380, "end": 450}]
    assert now["clock"]["rounds"] == [{"from_round": 3, "pick_s": 20}]
    assert (now["clock"]["zone"], now["maxima"]) == ("Europe/Berlin", {"QB": 2})
    await form.get_by_label("Time zone of the league").fill("Europe/Atlantis")
    await form.get_by_role("button", name="Set", exact=True).click()
    await expect(form.get_by_test_id("refusal")).to_contain_text("time zone")


async def test_DR76_a_column_is_chosen_before_a_file_goes_in(stage: Stage, tmp_path: Path) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await office(ana, "Players")
    pool, ranks = tmp_path / "pool.csv", tmp_path / "adp.csv"
    pool.write_text("id,wer,pos\n1,Ann Lee,QB\n2,,RB\n3,Bo Ray,RB\n")
    ranks.write_text("name,adp\nBo Ray,1.5\nNobody,2\n")
    await ana.test_id("pool-file").set_input_files(pool)
    shown = ana.test_id("file-preview")
    await expect(shown).to_contain_text("No column was found for: name")
    await shown.get_by_text("Columns:").click()
    await shown.locator('select[name="column-name"]').select_option("wer")
    await expect(shown).to_contain_text("line 3: no name")
    await ana.test_id("put-file").click()
    await expect(ana.test_id("pool-count")).to_contain_text("2 players")
    await ana.test_id("ranks-file").set_input_files(ranks)
    await expect(ana.test_id("ranks-preview")).to_contain_text("1 of these players are in adp.csv")
    await ana.test_id("put-ranks").click()
    await expect(ana.test_id("ranks-preview")).to_have_count(0)
    state = stage.api.call("GET", f"/rooms/{room}", None, ana.guest)["state"]["kind"]
    assert state["pool"]["3"][5] == 15


async def test_DR72_the_picks_are_taken_along_as_files_and_come_back(
    stage: Stage, tmp_path: Path
) -> None:
    ana = await stage.person("Ana Costa")
    await ready_alone(ana, stage.api)
    await begin(ana)
    await pick(ana, "Ade Abara")
    await expect(ana.page.locator('[data-cell="1"]')).to_contain_text("Ade Abara")
    await ana.page.get_by_role("button", name="Picks and recap").click()
    async with ana.page.expect_download() as waiting:
        await ana.test_id("exports").get_by_role("button", name="Sleeper's shape").click()
    done = await waiting.value
    assert done.suggested_filename == "Our-league.sleeper.json"
    file = json.loads((await done.path()).read_text())
    assert file["picks"][0]["metadata"]["last_name"] == "Abara"
    # On the start page it is a draft again; spoilt it says where.
    await ana.page.goto(stage.url)
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_text(json.dumps({**file, "picks": [{**file["picks"][0], "roster_id": 9}]}))
    await ana.test_id("draft-file").set_input_files(spoilt)
    await expect(ana.page.locator("form [role=alert]")).to_contain_text(
        "no roster 9 ($.picks[0].roster_id)"
    )
    await ana.test_id("draft-file").set_input_files(await done.path())
    await ana.is_live()
    await expect(ana.page.locator('[data-cell="1"]')).to_contain_text("Ade Abara")


async def test_DR18_a_second_commissioner_has_the_drawer(stage: Stage) -> None:
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await ben.open_link(draft_link(stage.api, ana.guest, room))
    await ben.is_live()
    tools = ben.page.get_by_role("button", name="Commissioner", exact=True)
    await expect(tools).to_have_count(0)
    await office(ana, "Commissioners")
    await ana.test_id("commissioners").get_by_label("One more commissioner").select_option("Ben")
    await expect(tools).to_be_visible()
    await office(ben, "Teams")
    await ben.page.get_by_label("Manager of Team 1").select_option("Ana Costa")
    await ben.page.get_by_label("Co-manager 1 of Team 1").select_option("Ben")
    await expect(ana.page.locator('[data-seat="1"]')).to_contain_text("Ana Costa, Ben")


async def test_DR85_somebody_is_named_in_the_chat_and_the_commissioner_takes_a_line_out(
    stage: Stage,
) -> None:
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await ben.open_link(draft_link(stage.api, ana.guest, room))
    await ben.is_live()
    await ben.page.locator('[data-tab="chat"]').click()
    await ben.page.get_by_label("Message", exact=True).press_sequentially("hi @an")
    await ben.test_id("mentions").get_by_role("button", name="@Ana Costa").click()
    await ben.press("Enter")
    await expect(ana.test_id("live-assertive")).to_contain_text("Ben mentions you: hi @Ana Costa")
    await ana.page.locator('[data-tab="chat"]').click()
    await expect(ana.test_id("chat").locator("[data-meant]")).to_contain_text("@Ana Costa")
    await ben.page.get_by_role("button", name="Say 🔥").click()
    await expect(ana.test_id("chat").locator(".emote")).to_have_text("🔥")
    await expect(ben.page.get_by_role("button", name="Remove what")).to_have_count(0)
    await ana.page.get_by_role("button", name="Remove what Ben said: 🔥").click()
    await expect(ben.test_id("chat").locator("li")).to_have_count(1)
