"""The timeline: who did what, the board as it was, and going back to it as a new entry."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import Stage

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
