"""The main task without a pointer, and what a screen reader is told."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.screenshots import drawn
from tests.support.browser import Person, Stage

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
    await expect(ana.page.locator(".stage svg.scene")).to_be_focused()
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


FOCUSED = """() => {
    const one = document.activeElement;
    return one.getAttribute("aria-label") || one.labels?.[0]?.textContent.trim()
        || one.textContent.trim();
}"""
TABS_MAX = 150


async def tab_to(person: Person, name: str) -> None:
    """Tab, until what has the focus is called so (a regular expression from its beginning)."""
    met: list[str] = []
    for _ in range(TABS_MAX):
        await person.press("Tab")
        met.append(await person.page.evaluate(FOCUSED))
        if re.match(name, met[-1]):
            return
    raise AssertionError(f"no {name!r} among {met}")


async def hears(person: Person, words: str) -> None:
    """What the polite live region says at last."""
    await expect(person.test_id("live-polite")).to_have_text(words)


async def go(person: Person, right: int, down: int) -> None:
    """Arrow keys, in steps of 5 m."""
    for key, count in (("Right", right), ("Left", -right), ("Down", down), ("Up", -down)):
        await person.press(*[f"Shift+Arrow{key}"] * count)


async def draw(person: Person, key: str, *ways: tuple[int, int]) -> None:
    """With a tool in hand, Enter after each way; the first begins in the middle."""
    await person.press(key)
    for right, down in ways:
        await go(person, right, down)
        await person.press("Enter")


async def leave_drawer(person: Person) -> None:
    """Escape lets go of what is selected, then of the drawer."""
    drawer = person.page.get_by_role("complementary")
    for _ in range(2):
        await person.press("Escape")
        await drawn(person)
    await expect(drawer).to_have_count(0)


async def ball_to(person: Person, carrier: str) -> None:
    """Whoever has it from now on, here and in the phase that is worked on."""
    await tab_to(person, "the ball")
    await person.press("Enter")
    await tab_to(person, "Ball with")
    await person.page.keyboard.type(carrier)
    await leave_drawer(person)


async def set_up_corner(ana: Person, ben: Person) -> None:
    """The half with the goal; three who attack, two who defend, the ball at the corner."""
    await tab_to(ana, "Board settings")
    await ana.press("Enter")
    await tab_to(ana, "Shows")
    await ana.press("ArrowDown")
    await leave_drawer(ana)
    await draw(ana, "t", (8, 0), (0, 2), (2, 4))
    await hears(ana, "Added 3")
    await tab_to(ana, "Home$")
    await ana.press("ArrowRight")
    await ana.press("Enter")
    await draw(ana, "t", (9, 0), (1, 0))
    await hears(ana, "Added 2")
    await draw(ana, "b", (10, 6))
    await hears(ana, "Added the ball")
    await expect(ben.page.locator('[data-sort="token"]')).to_have_count(5)
    await ana.press("v")
    await ball_to(ana, "3, home")


async def delivery(ana: Person) -> None:
    """Phase 1: the delivery, the run to meet it, what is drawn of them, and notes."""
    await tab_to(ana, "Add a phase")
    await ana.press("Enter")
    await hears(ana, "Phase 1")
    await tab_to(ana, "1, home")
    await go(ana, 1, -1)
    await ball_to(ana, "1, home")
    await draw(ana, "a", (8, 0), (1, -1))
    await hears(ana, "Added an arrow")
    await tab_to(ana, "Run$")
    await ana.press("ArrowRight", "Enter")
    await draw(ana, "a", (10, 6), (-1, -7))
    await draw(ana, "z", (9, -2), (1, 2))
    await hears(ana, "Added a zone")
    await draw(ana, "x", (6, 3))
    await expect(ana.page.get_by_label("Text on the pitch")).to_be_focused()
    await ana.page.keyboard.type("Near post")
    await ana.press("Enter")
    await hears(ana, "Added “Near post”")
    await ana.press("Escape")
    await tab_to(ana, "1$")
    await ana.press("Enter")
    await tab_to(ana, "Notes")
    await ana.page.keyboard.type("9 goes at the whistle")
    await ana.press("Tab")


async def lay_off(ana: Person) -> None:
    """Phase 2: he lays it off to the one behind."""
    await tab_to(ana, "Add a phase")
    await ana.press("Enter")
    await hears(ana, "Phase 2")
    await tab_to(ana, "2, home")
    await go(ana, 1, -1)
    await ball_to(ana, "2, home")


async def test_a_corner_is_built_and_played_without_a_pointer(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board(line_ups=False)
    await hears(ana, "Ben came in as editor")
    await set_up_corner(ana, ben)
    one, two, three = [await ben.token(f"{n}, home") for n in (1, 2, 3)]
    ball = await ben.token("the ball")
    await delivery(ana)
    await lay_off(ana)
    await expect(ben.page.locator(".chip")).to_have_count(3)

    # Back to the set-up, and played for all.
    await tab_to(ana, "Set-up")
    await ana.press("Enter")
    await hears(ana, "Set-up")
    for who, at in ((one, (40_000, 0)), (two, (40_000, 10_000)), (three, (50_000, 30_000))):
        await ben.sees(who, at)
    await tab_to(ana, "Play for all")
    await ana.press("Enter")
    await hears(ana, "Playing for everybody")
    await hears(ben, "Ana Costa played the phases for all")
    for person in (ana, ben):
        await person.sees(one, (45_000, -5_000))
        await person.sees(two, (45_000, 5_000))
        x, y = await person.place(ball)
        assert abs(x - 45_000) + abs(y - 5_000) < 4_000, "with the second"
    # What was drawn belongs to the first phase, with its notes.
    await tab_to(ana, "Stop for all")
    await ana.press("Enter")
    await ben.page.locator(".chip").nth(1).click()
    await expect(ben.page.locator('[data-sort="arrow"]')).to_have_count(2)
    await expect(ben.page.locator('[data-sort="zone"]')).to_have_count(1)
    await expect(ben.page.locator('[data-sort="text"]')).to_contain_text("Near post")
    await ben.page.locator(".chip").nth(1).click()
    await expect(ben.page.get_by_label("Notes")).to_have_value("9 goes at the whistle")


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


async def test_tools_are_one_stop_and_arrows_lead_among_them(stage: Stage) -> None:
    ana, _, _ = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    before = await ana.place(eight)
    await ana.thing(eight).click()
    tools = ana.page.get_by_role("radiogroup", name="Tool", exact=True)
    select, player = (tools.get_by_role("radio", name=name) for name in ("Select", "Player"))
    await select.focus()
    await ana.press("ArrowDown")
    await expect(tools.locator(":focus")).not_to_have_attribute("aria-checked", "true")
    await ana.press("End", "ArrowDown")
    await expect(select).to_be_focused()
    await expect(select).to_have_attribute("aria-checked", "true")
    # Tab leaves it with one press, and nothing on the pitch has moved.
    await ana.press("Tab")
    assert await tools.locator(":focus").count() == 0
    await ana.press("Shift+Tab")
    await expect(select).to_be_focused()
    assert await ana.place(eight) == before
    # What is chosen by Space is set up by arrows alone.
    while not await player.evaluate("one => one === document.activeElement"):
        await ana.press("ArrowDown")
    await ana.press("Space")
    await expect(player).to_have_attribute("aria-checked", "true")
    team = ana.page.get_by_role("radiogroup", name="Team")
    await team.get_by_role("radio", name="Home").focus()
    await ana.press("ArrowRight")
    away = team.get_by_role("radio", name="Away")
    await expect(away).to_be_focused()
    await expect(away).to_have_attribute("aria-checked", "true")
