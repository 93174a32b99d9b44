"""The timeline: who did what, the board as it was, and going back to it as a new entry."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_past_version_is_framed_and_can_be_restored(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    start = await ana.place(eight)
    moved = await ana.drag(eight, 60, -40)
    await stage.settled_at(ana, room, eight, moved)
    await ben.drag(ten, -50, 70)
    await ana.page.get_by_role("button", name="Timeline", exact=True).click()
    timeline = ana.test_id("timeline")
    await expect(timeline).to_contain_text("moved 10")
    added = timeline.get_by_role("button", name=re.compile("added 23 objects"))
    await added.click()
    await expect(ana.test_id("past")).to_contain_text(re.compile(r"Version \d+ · Ana Costa"))
    await ana.sees(eight, start)
    # The present goes on behind it.
    again = await ben.drag(eight, 30, 30)
    await ana.sees(eight, start)
    await ana.page.get_by_role("button", name="Back to now").click()
    await ana.sees(eight, again)
    await added.click()
    await ana.page.get_by_role("button", name="Restore this").click()
    await ben.sees(eight, start)
    await ana.sees(eight, start)
    await expect(timeline).to_contain_text("went back to version")
    await expect(ben.test_id("live-polite")).to_contain_text("went back to version")
    await ana.press("Control+z")
    await ben.sees(eight, again)


async def test_a_long_history_is_read_page_by_page(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = stage.api.board(ana.guest)
    for _ in range(35):
        link = stage.api.link(ana.guest, room)
        stage.api.call(
            "DELETE",
            f"/rooms/{room}/invitations/{link.partition('invite=')[2].partition('.')[0]}",
            guest=ana.guest,
        )
    await ana.open_board(room)
    await ana.page.get_by_role("button", name="Timeline", exact=True).click()
    timeline = ana.test_id("timeline")
    await expect(timeline).to_contain_text("and 45 more")
    await expect(timeline).not_to_contain_text("made the board")
    await ana.page.get_by_role("button", name="Show older").click()
    await expect(timeline).to_contain_text("made the board")
    await expect(ana.page.get_by_role("button", name="Show older")).to_have_count(0)


async def versions(person: Person) -> Locator:
    """Opens the timeline and gives its slider."""
    await person.page.get_by_role("button", name="Timeline", exact=True).click()
    slider = person.test_id("scrub")
    await expect(slider).to_be_visible()
    await expect(person.test_id("timeline")).to_contain_text("made the board")
    return slider


async def test_one_goes_through_time_by_the_keys_of_a_slider(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    start = await ana.place(eight)
    first = await ana.drag(eight, 60, -40)
    await stage.settled_at(ana, room, eight, first)
    second = await ben.drag(eight, 40, 60)
    await stage.settled_at(ben, room, eight, second)
    await ana.sees(eight, second)
    slider = await versions(ana)
    await expect(ana.test_id("scrubbed")).to_contain_text("now")
    await slider.focus()
    await ana.press("ArrowLeft")
    await ana.sees(eight, first)
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("Ana Costa moved 8"))
    await expect(ana.test_id("past")).to_be_visible()
    await ana.press("ArrowLeft", "ArrowLeft")
    await ana.sees(eight, start)
    # without the network too: the versions that are known follow from their entries
    await ana.context.set_offline(True)
    await ana.press("ArrowRight", "ArrowRight")
    await ana.sees(eight, first)
    await ana.press("ArrowRight")
    await ana.sees(eight, second)
    await expect(ana.test_id("past")).to_have_count(0)
    await ana.context.set_offline(False)
    await ana.is_live()


async def test_a_version_is_named_offline_and_the_other_sees_it_with_its_picture(
    stage: Stage,
) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    at = await ana.drag(eight, 60, -40)
    await stage.settled_at(ana, room, eight, at)
    await versions(ana)
    await versions(ben)
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ana.page.get_by_role("button", name="Name", exact=True).click()
    field = ana.page.get_by_label(re.compile("Name of version"))
    await expect(field).to_be_focused()
    await field.fill("Kick-off")
    await ana.press("Enter")
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    await ben.drag(eight, 40, 60)
    await ana.context.set_offline(False)
    await ana.is_live()
    named = ben.test_id("named-versions")
    await expect(named).to_contain_text("Kick-off")
    await expect(named.locator("svg.thumb .thumb-token")).to_have_count(22)
    await named.get_by_role("button", name=re.compile("Kick-off")).click()
    await ben.sees(eight, at)
    await expect(ben.test_id("scrubbed")).to_contain_text("“Kick-off”")
    # who looks at it can take the name away, or give another
    await ben.page.get_by_role("button", name="Rename").click()
    await ben.page.get_by_label(re.compile("Name of version")).fill("First half")
    await ben.press("Enter")
    await expect(ana.test_id("named-versions")).to_contain_text("First half")


async def test_two_versions_are_compared_and_only_what_is_chosen_comes_back(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight, ten, nine = [await ana.token(f"{n} ") for n in (8, 10, 9)]
    start = await ana.place(eight)
    await versions(ana)
    before = await ana.test_id("scrub").get_attribute("max")
    moved = await ana.drag(eight, 60, -40)
    await stage.settled_at(ana, room, eight, moved)
    tens = await ben.drag(ten, -50, 50)
    await stage.settled_at(ben, room, ten, tens)
    await ben.select(nine)
    await ben.press("Delete")
    await expect(ana.thing(nine)).to_have_count(0)
    await ana.test_id("timeline").locator(f'[data-version="{before}"]').click()
    await ana.page.get_by_role("button", name="Compare", exact=True).click()
    await expect(ana.test_id("compare-summary")).to_have_text("2 moved, 1 gone")
    rows = ana.test_id("differences")
    await expect(rows.locator("li")).to_have_count(3)
    await expect(rows).to_contain_text(re.compile(r"8 .*moved \d+(\.\d)? m"))
    await expect(rows.locator("li", has_text="is gone")).to_contain_text("Ben")
    # drawn on the pitch, over the later version
    await ana.sees(eight, moved)
    await expect(ana.page.locator(f'[data-difference="{eight}"] .way')).to_have_count(1)
    await expect(ana.page.locator(f'[data-difference="{nine}"].removed')).to_have_count(1)
    await expect(ana.test_id("live-polite")).to_contain_text("2 moved, 1 gone")
    # meanwhile the board goes on, and the cable is pulled; what is chosen comes back afterwards
    await rows.locator("li", has_text="is gone").get_by_role("checkbox").check()
    await rows.locator("li", has_text=re.compile("^8 ")).get_by_role("checkbox").check()
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    again = await ben.drag(ten, 70, 20)
    await ana.page.get_by_role("button", name=re.compile("Bring 2 things back")).click()
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    await ana.context.set_offline(False)
    await ana.is_live()
    for person in (ana, ben):
        await person.sees(eight, start)
        await person.sees(ten, again)
        await expect(person.thing(nine)).to_have_count(1)
    await ana.press("Control+z")
    await ben.sees(eight, moved)
    await expect(ben.thing(nine)).to_have_count(0)


async def test_a_viewer_compares_and_forks_and_the_fork_knows_its_origin(stage: Stage) -> None:
    ana, vic, room = await stage.two_on_a_board(role="viewer")
    eight = await ana.token("8 ")
    start = await ana.place(eight)
    await stage.settled_at(ana, room, eight, await ana.drag(eight, 60, -40))
    slider = await versions(vic)
    await vic.page.get_by_role("button", name="Compare", exact=True).click()
    await expect(vic.test_id("compare-summary")).to_have_text("1 moved")
    await expect(vic.test_id("differences").get_by_role("checkbox")).to_have_count(0)
    await vic.page.get_by_role("button", name="Done").click()
    await expect(vic.page.get_by_role("button", name="Name", exact=True)).to_have_count(0)
    await slider.focus()
    await vic.press("ArrowLeft")
    await vic.sees(eight, start)
    await vic.page.get_by_role("button", name="Fork").click()
    field = vic.page.get_by_label(re.compile("Name of the new board"))
    await field.fill("My own")
    await vic.context.set_offline(True)
    await vic.press("Enter")
    await expect(vic.page.get_by_role("alert").first).to_contain_text("cannot be reached")
    await vic.context.set_offline(False)
    await vic.page.get_by_role("button", name="Make board").click()
    await expect(vic.page.get_by_role("heading", name="My own")).to_be_visible()
    await vic.is_live()
    await vic.sees(eight, start)
    await vic.drag(eight, 30, 30)
    await vic.page.get_by_role("button", name="Timeline", exact=True).click()
    await vic.test_id("origin").get_by_role("link", name="“Saturday”").click()
    await expect(vic.page.get_by_role("heading", name="Saturday")).to_be_visible()
