"""Comments pinned to things: through two real browsers, one of which goes away and returns."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AWAY = re.compile(r"^(Offline|Back in)")


def threads(person: Person) -> Locator:
    """The open ones in the drawer."""
    return person.test_id("threads").locator(".thread")


def pin(person: Person) -> Locator:
    """On the pitch."""
    return person.page.locator(".pin")


async def comment(person: Person, token: str, text: str) -> None:
    """About a player, by selecting it."""
    await person.select(token)
    await person.test_id("selection").get_by_role("button", name="Comment").click()
    await person.page.get_by_label("Your comment").fill(text)
    await person.press("Enter")


async def press_pin(person: Person) -> None:
    """The only one there is."""
    box = await pin(person).locator(".bubble").bounding_box()
    assert box is not None
    await person.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


async def test_a_comment_is_pinned_answered_and_done(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    await comment(ana, eight, "Too deep here")
    told = re.compile(r"^Comment by Ana Costa on 8 \w+: Too deep here$")
    await expect(pin(ben)).to_have_attribute("aria-label", told)
    await expect(ben.page.get_by_role("button", name="Comments, 1 new")).to_be_visible()
    await expect(ben.test_id("live-polite")).to_have_text(
        re.compile(r"^Ana Costa commented on 8 \w+: Too deep here$")
    )
    # The pin goes with its player.
    before = await pin(ben).get_attribute("transform")
    assert before is not None
    await ana.drag(eight, 60, -40)
    await expect(pin(ben)).not_to_have_attribute("transform", before)
    # A press on the pin opens the thread; the answer is under it.
    await press_pin(ben)
    await expect(threads(ben)).to_have_attribute("aria-current", "true")
    await ben.page.get_by_label("Reply").fill("He covers the six")
    await ben.press("Enter")
    await expect(threads(ana)).to_contain_text("He covers the six")
    await expect(pin(ana).locator("text")).to_have_text("2")
    await expect(ben.page.get_by_role("button", name="Comments", exact=True)).to_be_visible()
    # Done: gone from the pitch, kept in the drawer.
    await threads(ana).get_by_role("button", name="Done").click()
    await expect(pin(ben)).to_have_count(0)
    await ben.page.get_by_role("button", name="1 done").click()
    await expect(ben.test_id("threads-done")).to_contain_text("Too deep here")
    await ben.page.get_by_role("button", name="Open again").click()
    await expect(pin(ana)).to_have_count(1)
    # Its author deletes it, and the answers go with it.
    await threads(ana).get_by_role("button", name="Delete this comment and its replies").click()
    await expect(threads(ben)).to_have_count(0)
    await ana.is_live()
    assert ana.guest is not None
    sorts = {one["sort"] for one in stage.api.view(ana.guest, room)["objects"].values()}
    assert sorts == {"token", "ball"}


async def test_comments_made_offline_arrive_and_what_is_gone_takes_none(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(AWAY)
    await comment(ben, eight, "Written in the tunnel")
    await expect(threads(ben)).to_contain_text("on its way")
    await comment(ben, ten, "About somebody who goes")
    await ana.select(ten)
    await ana.press("Delete")
    await ana.is_live()
    await ben.context.set_offline(False)
    await expect(pin(ana)).to_have_count(1)
    await expect(pin(ana)).to_have_attribute("aria-label", re.compile("Written in the tunnel"))
    await expect(ben.test_id("unsaved-button")).to_have_text("1 not saved")
    await ben.test_id("unsaved-button").click()
    await expect(ben.test_id("unsaved")).to_contain_text(
        "Ana Costa has deleted 10 Namou, which this needs"
    )
    assert ana.guest is not None
    objects = stage.api.view(ana.guest, room)["objects"].values()
    assert [one["props"]["text"] for one in objects if one["sort"] == "comment"] == [
        "Written in the tunnel"
    ]


async def test_a_place_is_commented_by_the_tool_and_by_keys(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.press("c")
    await ana.page.mouse.click(640, 250)
    await expect(ana.page.get_by_text("About this place")).to_be_visible()
    await ana.page.get_by_label("Your comment").fill("Free space")
    await ana.press("Enter")
    await expect(pin(ben)).to_have_attribute("aria-label", "Comment by Ana Costa: Free space")
    await pin(ben).focus()
    await ben.press("Enter")
    await expect(ben.page.get_by_label("Reply")).to_be_focused()
    await ben.page.keyboard.type("For the nine")
    await ben.press("Enter")
    await expect(threads(ana)).to_contain_text("For the nine")
    # A comment is no thing on the pitch: what selects or deletes everything leaves it.
    await ana.press("Escape")
    await expect(ana.page.get_by_role("button", name="Close comments")).to_have_count(0)
    await ana.press("c", "Shift+ArrowUp", "Enter")
    await ana.page.get_by_label("Your comment").fill("By the keyboard")
    await ana.press("Enter")
    await expect(pin(ben)).to_have_count(2)
    await ana.page.get_by_role("button", name="Close comments").click()
    await ana.press("Control+a", "Delete")
    await expect(ben.page.locator(".thing")).to_have_count(0)
    await expect(pin(ben)).to_have_count(2)


async def test_annotators_comment_and_viewers_read(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board(role="annotator")
    await comment(ben, await ben.token("8 "), "Good line")
    await expect(pin(ana)).to_have_count(1)
    assert ana.guest is not None
    cem = await stage.person("Cem")
    await cem.open_link(stage.api.link(ana.guest, room, "viewer"))
    await cem.is_live()
    await press_pin(cem)
    await expect(threads(cem)).to_contain_text("Good line")
    await expect(cem.page.get_by_label("Reply")).to_have_count(0)
    await expect(threads(cem).get_by_role("button", name="Done")).to_have_count(0)
    await expect(threads(cem).get_by_role("button", name=re.compile("Delete"))).to_have_count(0)
