"""Ways in phases under several hands: bent, written over, decided; and a ball that goes with its
carrier."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import FloatRect, expect

from tests.support.browser import LIMIT_MS, Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def both_in_a_phase(ana: Person, ben: Person) -> None:
    """Ana makes it, Ben goes to it."""
    await ana.page.locator('[data-act="add-phase"]').click()
    await ben.page.locator(".chip").nth(1).click()
    await expect(ben.page.locator(".chip").nth(1)).to_have_attribute("aria-pressed", "true")


async def pull(person: Person, handle: str, dx: int, dy: int) -> None:
    """A handle, by so many pixels."""
    box = await person.page.locator(f'[data-handle="{handle}"]').bounding_box()
    assert box is not None, handle
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await person.page.mouse.move(x, y)
    await person.page.mouse.down()
    await person.page.mouse.move(x + dx, y + dy, steps=4)
    await person.page.mouse.up()


async def stop_of(stage: Stage, who: Person, room: str, token: str) -> dict[str, Any]:
    """The one stop of a token, as soon as the server holds it."""
    assert who.guest is not None
    async with asyncio.timeout(LIMIT_MS / 1_000):
        while True:
            view = await asyncio.to_thread(stage.api.view, who.guest, room)
            for one in view["objects"].values():
                if one["sort"] == "stop" and one["props"]["of"] == token:
                    return dict(one["props"])


async def test_a_way_is_bent_by_its_handle_and_keeps_its_bend(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    token = await ana.token("8 ")
    await both_in_a_phase(ana, ben)
    await ana.drag(token, 160, 0)
    await pull(ana, "bend 0", 0, -60)
    await expect(ana.page.locator('[data-handle="way 0"]')).to_have_count(1)
    await ana.is_live()
    first = await stop_of(stage, ana, room, token)
    (bend,) = first["points"]
    assert first["curve"] is True
    # The end moves; the bend stays where it is.
    at = await ana.drag(token, 40, 30)
    await ben.sees(token, at)
    await ana.is_live()
    second = await stop_of(stage, ana, room, token)
    (moved,) = second["points"]
    for axis in (0, 1):
        before = first["at"][axis] + bend[axis]
        assert abs(second["at"][axis] + moved[axis] - before) <= 1
    # Ben, on another page, takes hold of the same bend and pulls it straight again.
    await ben.select(token)
    await expect(ben.page.locator('[data-handle="way 0"]')).to_have_count(1)
    await ana.press("Control+z", "Control+z")
    await expect(ben.page.locator('[data-handle="way 0"]')).to_have_count(0)


@pytest.mark.parametrize("conflicts", ["latest", "ask"])
async def test_both_move_one_player_in_one_phase(stage: Stage, conflicts: str) -> None:
    ana, ben, _ = await stage.two_on_a_board(conflicts=conflicts)
    token = await ana.token("8 ")
    await both_in_a_phase(ana, ben)
    await ana.drag(token, 50, 0)
    await ana.is_live()
    await ben.sees(token, await ana.place(token))
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    first = await ana.drag(token, 60, -50)
    await ana.is_live()
    second = await ben.drag(token, -40, 90)
    await ben.context.set_offline(False)
    if conflicts == "latest":
        await ana.sees(token, second)
        told = ana.test_id("overrode")
        await expect(told).to_contain_text("Ben moved 8")
        await expect(ana.page.locator(".ghosting.lost")).to_be_visible()
        await told.get_by_role("button", name="Bring back").click()
        await ben.sees(token, first)
    else:
        asked = ben.test_id("conflict")
        await expect(asked).to_contain_text("Ana Costa moved 8")
        await expect(ben.page.locator(".ghosting.mine")).to_be_visible()
        await asked.get_by_role("button", name="Mine").click()
        await ana.sees(token, second)


async def test_a_drag_in_a_phase_glides_there_and_leaves_the_set_up_alone(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    token = await ana.token("8 ")
    start = await ana.place(token)
    await both_in_a_phase(ana, ben)
    assert ana.guest is not None
    eve = await stage.person("Eve")
    await eve.open_link(stage.api.link(ana.guest, room))
    await eve.is_live()
    await ana.hold(token, 120, 60)
    held = await ana.place(token)
    await ben.sees(token, held)
    await expect(ben.thing(token).locator(".holder-name")).to_have_text("Ana Costa")
    assert await eve.place(token) == start
    await ana.let_go()
    await ana.is_live()
    assert await eve.place(token) == start
    await ben.sees(token, held)


def middle(box: FloatRect) -> tuple[float, float]:
    """Of what is on the page, in pixels."""
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def beside(person: Person, ball: str, carrier: str) -> None:
    """Waits until the ball lies beside whoever has it, in the direction of play."""
    async with asyncio.timeout(LIMIT_MS / 1_000):
        while True:
            (x, y), (cx, cy) = await person.place(ball), await person.place(carrier)
            if 900 <= x - cx <= 4_000 and abs(y - cy) <= 2:
                return


async def test_the_ball_is_laid_at_somebodys_feet_and_goes_with_them(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    ball = str(await ana.page.locator('[data-sort="ball"]').get_attribute("data-id"))
    nine, ten = await ana.token("9 "), await ana.token("10 ")
    for carrier in (nine, ten):
        if carrier == ten:
            await both_in_a_phase(ana, ben)
        shirt = await ana.thing(carrier).locator(".shirt").bounding_box()
        leather = await ana.thing(ball).locator(".leather").bounding_box()
        assert shirt is not None
        assert leather is not None
        await ana.page.mouse.move(*middle(leather))
        await ana.page.mouse.down()
        await ana.page.mouse.move(*middle(shirt), steps=6)
        await ana.page.mouse.up()
        await beside(ana, ball, carrier)
        await beside(ben, ball, carrier)
    # While the carrier is in hand, the ball is too.
    before = await ana.place(ten)
    await ana.hold(ten, 70, 40)
    assert await ana.place(ten) != before, "the ball does not hide who has it"
    await beside(ana, ball, ten)
    await ben.sees(ten, await ana.place(ten))
    await beside(ben, ball, ten)
    await ana.let_go()
    await ana.is_live()
    await beside(ben, ball, ten)


async def test_between_two_phases_nothing_is_moved_unawares(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    token = await ana.token("8 ")
    await both_in_a_phase(ana, ben)
    there = await ana.drag(token, 160, 0)
    await ana.page.get_by_label("Moment").fill("1000")
    await expect(ana.test_id("moment")).to_contain_text("1.0 /")
    between = await ana.place(token)
    assert between != there
    await ana.drag(token, 30, 30)
    refused = ana.test_id("refusal")
    await expect(refused).to_contain_text("a moment within a phase")
    assert await ana.place(token) == between
    await refused.get_by_role("button", name="Go to its end").click()
    await ana.sees(token, there)
    await ben.sees(token, there)


async def test_the_inspector_says_how_things_move_and_where_marks_are_shown(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    ball = str(await ana.page.locator('[data-sort="ball"]').get_attribute("data-id"))
    token, ten = await ana.token("8 "), await ana.token("10 ")
    begun = await ana.place(token)
    await both_in_a_phase(ana, ben)
    await ana.page.keyboard.press("z")
    await ana.page.mouse.move(400, 120)
    await ana.page.mouse.down()
    await ana.page.mouse.move(560, 260, steps=4)
    await ana.page.mouse.up()
    zone = ben.page.locator('[data-sort="zone"]')
    await expect(zone).to_have_count(1)
    # It was drawn in the phase, and is shown in it alone until it is said otherwise.
    await ben.page.locator(".chip").nth(0).click()
    await expect(zone).to_have_count(0)
    await ana.press("v")
    await ana.page.get_by_role("button", name="Edit").click()
    await ana.page.get_by_label("Shown").select_option(label="always")
    await expect(zone).to_have_count(1)

    await ana.drag(token, 80, 0)
    await ana.page.get_by_role("button", name="Stay where it was").click()
    await ana.sees(token, begun)
    await ana.thing(ball).focus()
    await ana.press("Enter")
    await ana.page.get_by_label("Ball with").select_option(value=ten)
    await ana.page.get_by_label("Pass").select_option(label="lofted")
    await beside(ana, ball, ten)
    await ben.page.locator(".chip").nth(1).click()
    await beside(ben, ball, ten)
    await ana.is_live()
    stop = await stop_of(stage, ana, room, ball)
    assert (stop["carrier"], stop["flight"]) == (ten, "lofted")


async def test_phases_are_ordered_by_hand_and_by_keys(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    for number, name in enumerate(("Out", "Wide", "Cross"), start=1):
        await ana.page.locator('[data-act="add-phase"]').click()
        await ana.page.locator(".chip").nth(number).click()
        await ana.page.get_by_label("Name", exact=True).fill(name)
        await ana.press("Enter")
        await ana.page.get_by_role("button", name="Close phase").click()
    chips = ben.page.locator(".chip .cut")
    await expect(chips).to_have_text(["Set-up", "Out", "Wide", "Cross"])
    await ana.page.locator(".chip").nth(3).drag_to(ana.page.locator(".chip").nth(1))
    await expect(chips).to_have_text(["Set-up", "Cross", "Out", "Wide"])
    await ana.page.locator(".chip").nth(1).focus()
    await ana.press("Alt+ArrowRight")
    await expect(chips).to_have_text(["Set-up", "Out", "Cross", "Wide"])
    await expect(ana.test_id("live-polite")).to_have_text("Phase 2 of 3")
