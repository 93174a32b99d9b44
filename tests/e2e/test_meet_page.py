"""A meet by its page, from registrations to corrected results, by each office."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from protocol.meet import Athlete, MeetEvent, MeetFile, MeetInfo
from tests.support.browser import Person, Stage
from tests.support.meets import new_meet, the_meet

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SMALL = MeetFile(
    format="touchline.meet",
    version=1,
    meet=MeetInfo(name="Club evening", place="Harbour stadium"),
    athletes=(
        Athlete(id="a1", name="Ada Ashe", club="Northside", bib=101),
        Athlete(id="a2", name="Bea Birch", club="Harbour AC", bib=102),
    ),
    events=(
        MeetEvent(id="100m", name="100 m", sort="track", metres=100, wind=True, starts="18:30"),
    ),
)


async def opened(person: Person, room: str) -> Page:
    await person.page.goto(f"{person.url}/meet.html#room={room}")
    await person.is_live()
    return person.page


def result_of(page: Page, name: str) -> Locator:
    return page.locator("[data-athlete]").filter(has_text=name)


async def write(page: Page, name: str, time: str) -> None:
    await page.get_by_role("button", name=f"the result of {name}").click()
    await page.get_by_label("Time", exact=True).fill(time)
    await page.get_by_role("button", name="Save").click()


async def test_AT21_a_meet_goes_from_registration_to_corrected_results_by_the_page(
    stage: Stage,
) -> None:
    chief = await stage.person("Ana Costa")
    assert chief.guest is not None
    room = new_meet(stage.api, chief.guest, SMALL)
    page = await opened(chief, room)
    await expect(page.get_by_test_id("office")).to_have_text("Chief registrar")
    made = stage.api.call("POST", f"/rooms/{room}/invitations", {"role": "viewer"}, chief.guest)
    coach = await stage.person("Carl")
    await coach.open_link(f"{stage.api.url}/meet.html#{str(made['link']).partition('#')[2]}")
    await coach.is_live()
    await expect(coach.page.get_by_test_id("office")).to_have_text("Viewer")
    # The chief registrar gives an office; the coach registers the own club's.
    await page.get_by_role("button", name="Offices").click()
    await page.get_by_label("Office of Carl").select_option("coach")
    await page.get_by_label("Club of Carl").select_option("Northside")
    await expect(coach.page.get_by_test_id("office")).to_have_text("Coach")
    await page.get_by_role("button", name="Close").click()
    await coach.page.locator("[data-event='100m']").click()
    await coach.page.get_by_role("button", name="Entries", exact=True).click()
    options = coach.page.locator("select[name=athlete]").locator("option")
    await expect(options).to_have_text(["Somebody new", "Ada Ashe"])
    await coach.page.locator("select[name=athlete]").select_option("a1")
    await coach.page.get_by_role("button", name="Register").click()
    await coach.page.get_by_label("Name, if new").fill("Dana Dunn")
    await coach.page.get_by_role("button", name="Register").click()
    # The registrar's desk enters another, closes, draws, publishes.
    await page.locator("[data-event='100m']").click()
    await page.get_by_role("button", name="Entries", exact=True).click()
    await expect(page.locator(".entry-list li")).to_have_count(2)
    await page.locator("select[name=athlete]").select_option("a2")
    await page.get_by_role("button", name="Register").click()
    await page.get_by_test_id("phase").select_option("closed")
    await expect(coach.page.get_by_text("Registration is closed")).to_be_visible()
    await page.get_by_role("button", name="Start list").click()
    await page.get_by_role("button", name="Draw and publish").click()
    await expect(page.locator(".lanes li")).to_have_count(3)
    await page.get_by_test_id("start-race").click()
    await page.get_by_label("Wind of heat 1").fill("+2.3")
    await page.get_by_role("button", name="Set wind").click()
    await expect(page.get_by_text("Wind +2.3", exact=True)).to_be_visible()
    await page.get_by_role("button", name="False start: Dana Dunn").click()
    await page.get_by_role("button", name="Results").click()
    await write(page, "Ada Ashe", "11.523")
    await write(page, "Bea Birch", "11.501")
    first = page.locator(".leaderboard li").first
    await expect(first).to_contain_text("Bea Birch")
    await expect(first).to_contain_text("11.51")
    await expect(first).to_contain_text("w")
    await expect(result_of(page, "Dana Dunn")).to_contain_text("DQ TR16.8")
    # What cannot be is said beside it, and nothing is sent.
    await page.get_by_role("button", name="the result of Ada Ashe").click()
    await page.get_by_label("Time", exact=True).fill("soon")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert").first).to_contain_text("is no time")
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_test_id("phase").select_option("official")
    # A correction of an official result is told to everybody, was and now.
    await coach.page.get_by_role("button", name="Results").click()
    await write(page, "Ada Ashe", "11.49")
    corrected = coach.page.locator("[data-state='corrected']")
    await expect(corrected).to_contain_text("was 11.53")
    await expect(corrected).to_contain_text("now 11.49")
    await expect(coach.page.locator(".leaderboard li").first).to_contain_text("Ada Ashe")
    spoken = coach.page.get_by_test_id("live-polite")
    await expect(spoken).to_contain_text("Corrected: 100 m: Ada Ashe, was 11.53, now 11.49")


async def test_AT21_a_whole_meet_is_looked_at_event_by_event(stage: Stage) -> None:
    chief = await stage.person("Ana Costa")
    assert chief.guest is not None
    page = await opened(chief, new_meet(stage.api, chief.guest, the_meet()))
    await expect(page.locator(".schedule li")).to_have_count(19)
    await page.locator("[data-event='high-jump-w']").click()
    await expect(page.locator(".leaderboard li").first).to_contain_text("MR")
    await page.get_by_role("button", name="Schedule").click()
    await page.locator("[data-event='long-jump-m']").click()
    await page.get_by_role("button", name="Change the result of").first.click()
    first = page.get_by_label("1.", exact=True)
    await first.fill("8.01 +0.4")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".leaderboard li").first).to_contain_text("8.01")
    await expect(page.locator(".leaderboard li").first).to_contain_text("MR")
