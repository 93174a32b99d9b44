"""The main task without a pointer, and what a screen reader is told."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_player_is_moved_named_and_deleted_by_keys(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    x, y = await ana.place(eight)
    await ana.thing(eight).focus()
    await ana.press("Tab", "Shift+Tab")
    await expect(ana.thing(eight)).to_have_attribute("aria-pressed", "true")
    await ana.press("ArrowRight", "ArrowRight", "Shift+ArrowDown")
    await ana.sees(eight, (x + 1_000, y + 5_000))
    await ben.sees(eight, (x + 1_000, y + 5_000))
    # Three presses are one move: one command, one step to undo.
    await ana.press("Control+z")
    await ben.sees(eight, (x, y))
    await ana.press("Enter")
    await ana.page.get_by_label("Name", exact=True).fill("Nuria")
    await ana.press("Enter")
    await expect(ben.thing(eight)).to_have_attribute(
        "aria-label", re.compile(r"^8 Nuria, home, CM, \d+ m left of halfway")
    )
    await ana.thing(eight).focus()
    await ana.press("Delete")
    await expect(ben.thing(eight)).to_have_count(0)
    await expect(ana.test_id("live-polite")).to_contain_text("Deleted 8 Nuria")
    await expect(ben.test_id("live-polite")).to_contain_text("Ana Costa deleted 8 Nuria")
    await stage.settled_at(
        ana, room, await ana.token("10 "), await ana.place(await ana.token("10 "))
    )


async def test_marks_are_drawn_by_keys(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.press("a", "Shift+ArrowLeft")
    await expect(ana.page.locator(".pen")).to_be_visible()
    await ana.press("Enter", "Shift+ArrowRight", "Shift+ArrowRight", "Enter")
    await expect(ben.page.locator('[data-sort="arrow"]')).to_have_count(1)
    await ana.press("t", "Shift+ArrowUp", "Enter")
    await expect(ben.page.locator('[data-sort="token"]')).to_have_count(23)
    await ana.press("x", "Enter")
    await ana.page.get_by_label("Text on the pitch").fill("Press high")
    await ana.press("Enter")
    await expect(ben.page.locator('[data-sort="text"]')).to_contain_text("Press high")


async def test_several_are_selected_by_a_box_and_moved_as_one(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    five, four = await ana.token("5 "), await ana.token("4 ")
    await ana.select(five)
    await ana.page.keyboard.down("Shift")
    await ana.select(four)
    await ana.page.keyboard.up("Shift")
    await expect(ana.test_id("selection")).to_contain_text("2 things")
    (ax, ay), (bx, by) = await ana.place(five), await ana.place(four)
    await ana.press("ArrowRight")
    await ben.sees(five, (ax + 500, ay))
    await ben.sees(four, (bx + 500, by))
    await stage.settled_at(ana, room, four, (bx + 500, by))
    await ana.press("Escape")
    await expect(ana.test_id("selection")).to_have_count(0)
    await ana.page.mouse.move(60, 60)
    await ana.page.mouse.down()
    await ana.page.mouse.move(640, 790, steps=4)
    await ana.page.mouse.up()
    await expect(ana.test_id("selection")).to_contain_text("11 things")


NAMELESS = """() => {
    const pressed = "button, a, input, select, textarea, [role=button]";
    const named = (one) => one.getAttribute("aria-label") || one.textContent.trim()
        || one.labels?.[0]?.textContent.trim();
    return [...document.querySelectorAll(pressed)]
        .filter((one) => one.checkVisibility() && !named(one))
        .map((one) => one.outerHTML.slice(0, 120));
}"""
TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""


async def test_everything_that_can_be_pressed_has_a_name(stage: Stage) -> None:
    ana, _, _ = await stage.two_on_a_board()
    for drawer in ("Timeline", "Chat", "Board settings"):
        await ana.page.get_by_role("button", name=drawer, exact=True).click()
        assert await ana.page.evaluate(NAMELESS) == []
    assert await ana.page.evaluate(TWICE) == []
