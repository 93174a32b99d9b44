"""What one does while another is away, feature by feature: pitch and players, links and formations,
playing and talking, hands and roles. Two real browsers; one goes offline and returns in the middle
of each (clients/demo/README.md, "Who held it across a break").
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import CDPSession, expect

from tests.support.browser import Person, Stage
from tests.support.eventually import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AWAY = re.compile(r"^(Offline|Back in)")


async def away(person: Person) -> None:
    """The connection is gone."""
    await person.context.set_offline(True)
    await expect(person.pill).to_have_text(AWAY)


async def back(person: Person) -> None:
    """And there again, with all that waited."""
    await person.context.set_offline(False)
    await person.is_live()


async def press(person: Person, name: str) -> None:
    """A button by its name."""
    await person.page.get_by_role("button", name=name, exact=True).click()


async def pictures(*people: Person) -> list[list[str]]:
    """What lies on each one's pitch: ids, places, whole shapes; without what is only theirs."""
    found = """() => [...document.querySelectorAll(".scene .thing[data-id][tabindex]")].map(
        (thing) => [thing.dataset.id, thing.getAttribute("transform"),
            ...[...thing.querySelectorAll("text, .stroke, .captain")].map(
                (part) => part.getAttribute("d") + part.textContent)].join(" "))"""
    return [await person.page.evaluate(found) for person in people]


async def test_BD44_pitch_and_players_change_on_both_sides_of_a_break(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    await away(ben)
    await press(ana, "Board settings")
    await ana.page.get_by_label("Zones").select_option("lanes")
    await ana.page.get_by_label("Units").select_option("yd")
    await ana.page.get_by_role("switch", name="Upright").check()
    await press(ana, "Close board")
    await ben.thing(eight).locator(".shirt").dblclick()
    await ben.page.locator('input[name="name"]').fill("Zoe")
    await ben.press("Enter")
    await ben.page.get_by_text("Captain", exact=True).click()
    await press(ben, "Close")
    await press(ben, "Teams")
    await press(ben, "Add 7 to the away bench")
    await expect(ana.thing(eight).locator(".captain")).to_have_count(0)
    await expect(ben.page.locator(".zone-grid")).to_have_count(0)
    await back(ben)
    for person in (ana, ben):
        await expect(person.page.locator(".zone-grid rect")).to_have_count(5)
        await expect(person.page.locator('[data-sort="token"]')).to_have_count(29)
        await expect(person.thing(eight).locator(".caption")).to_have_text("Zoe")
        await expect(person.thing(eight).locator(".captain")).to_be_visible()
    assert ana.guest is not None
    view = stage.api.view(ana.guest, room)
    x, y = view["objects"][eight]["props"]["at"]
    for person in (ana, ben):
        await person.sees(eight, (y, -x))  # upright on both pages
    one, other = await pictures(ana, ben)
    assert one == other


async def test_BD35_links_and_a_formation_made_away_meet_what_others_moved(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    away_nine = ana.page.locator('.thing[aria-label*="away"][aria-label^="9 "]')
    theirs = str(await away_nine.get_attribute("data-id"))
    four, six = await ben.token("4 "), await ben.token("6 ")
    before = await ben.place(six)
    await press(ben, "Library")
    await ben.page.get_by_label("Search this library").fill("5-4-1")
    await expect(ben.page.get_by_role("button", name="Put on 5-4-1")).to_be_visible()
    await away(ben)
    await press(ben, "Put on 5-4-1")
    await expect(ben.thing(six)).not_to_have_attribute(
        "transform", f"translate({before[0]} {before[1]})"
    )
    put = await ben.rest(six)
    await press(ben, "Close library")
    await ben.select(four)
    await ben.page.keyboard.down("Shift")
    await ben.select(theirs)
    await ben.page.keyboard.up("Shift")
    await ben.press("j")
    await expect(ben.page.locator(".thing.link")).to_have_count(1)
    moved = await ana.drag(theirs, -60, 50)
    await ana.is_live()
    await back(ben)
    for person in (ana, ben):
        await person.sees(six, put)
        await person.sees(theirs, moved)
        await expect(person.page.locator(".thing.link .stroke")).to_have_count(1)
    # What one does takes back one's own, and leaves the other's move where it is.
    await ben.press("Escape", "Control+z", "Control+z")
    for person in (ana, ben):
        await expect(person.page.locator(".thing.link")).to_have_count(0)
        await person.sees(six, before)
        await person.sees(theirs, moved)
    one, other = await pictures(ana, ben)
    assert one == other


async def test_BD59_who_returns_is_where_all_are_and_has_what_was_said(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    await ana.page.locator('[data-act="add-phase"]').click()
    there = await ana.drag(eight, 90, -60)
    await ana.is_live()
    await away(ben)
    begun = await ben.place(eight)
    assert begun != there
    await ana.page.locator('[data-act="play-for-all"]').click()
    await ana.page.locator('[data-act="present"]').click()
    await expect(ana.test_id("together")).to_contain_text("You present")
    for person, words in ((ana, "Watch the eight"), (ben, "I am in the tunnel")):
        await person.page.get_by_role("button", name=re.compile("^Chat")).click()
        await person.page.get_by_label("Message", exact=True).fill(words)
        await person.press("Enter")
    await ben.sees(eight, begun)
    await back(ben)
    await ben.sees(eight, there)
    await expect(ben.test_id("together")).to_contain_text("Ana Costa presents")
    for person in (ana, ben):
        await expect(person.test_id("chat").locator("li")).to_have_text(
            [re.compile("Watch the eight"), re.compile("I am in the tunnel")]
        )


async def test_BD6_work_by_touch_and_keys_waits_while_ones_role_is_another(stage: Stage) -> None:
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben", has_touch=True)
    assert ana.guest is not None
    room = stage.api.board(ana.guest)
    await ana.open_board(room)
    await ben.open_link(stage.api.link(ana.guest, room))
    await ben.is_live()
    await ben.has_all_of_the_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    start = await ana.place(eight)
    await away(ben)
    await fingers(ben, eight, (70, -50))
    mine = await ben.place(eight)
    assert mine != start
    await pinch(ben)
    await ben.thing(ten).focus()
    await ben.press("Shift+ArrowRight")
    await expect(ben.pill).to_have_text("Offline, 2 waiting")
    tens = await ben.place(ten)
    await ana.test_id("share").click()
    await ana.page.get_by_label("Role of Ben").select_option("annotator")
    owner, guest = ana.guest, ben.guest
    assert guest is not None

    async def changed() -> bool:
        state = stage.api.call("GET", f"/rooms/{room}", guest=owner)["state"]
        return state["room"]["members"][guest.account]["role"] == "annotator"

    await eventually(changed)
    await ben.context.set_offline(False)
    # Refused in words, and kept; nothing of it reached anybody.
    await expect(ben.test_id("unsaved-button")).to_have_text("2 not saved")
    await ana.sees(eight, start)
    await ben.test_id("unsaved-button").click()
    kept = ben.test_id("unsaved")
    await expect(kept.locator('[data-code="forbidden"]').first).to_contain_text(
        "Annotators draw lines, zones, links, distances and text only"
    )
    await ana.page.get_by_label("Role of Ben").select_option("editor")
    await ben.is_live()
    for left in (1, 0):
        await kept.get_by_role("button", name="Try again").first.click()
        await expect(kept.get_by_role("button", name="Try again")).to_have_count(left)
    await ana.press("Escape")
    await ana.sees(eight, mine)
    await ana.sees(ten, tens)


async def fingers(person: Person, object_id: str, by: tuple[int, int]) -> None:
    """One finger takes a thing and lays it down so many pixels further."""
    box = await person.thing(object_id).locator(".shirt").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    ways = [(x + by[0] * part / 4, y + by[1] * part / 4) for part in range(5)]
    await touches(person, *([way] for way in ways))


async def pinch(person: Person) -> None:
    """Two fingers go apart: nearer; the board, not the page."""
    scene = person.test_id("scene")
    before = await scene.get_attribute("viewBox")
    assert before is not None
    await touches(person, *([(600 - d, 400.0), (680 + d, 400.0)] for d in (0.0, 20.0, 40.0, 80.0)))
    await expect(scene).not_to_have_attribute("viewBox", before)


async def touches(person: Person, *places: list[tuple[float, float]]) -> None:
    """Fingers come down at the first places, go through the others, and are lifted."""
    session = await person.context.new_cdp_session(person.page)
    for number, points in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        touched = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        await _touch(session, kind, touched)
    await _touch(session, "touchEnd", [])
    await session.detach()


async def _touch(session: CDPSession, kind: str, points: list[dict[str, float]]) -> None:
    said: dict[str, Any] = {"type": kind, "touchPoints": points}
    await session.send("Input.dispatchTouchEvent", said)  # pyright: ignore[reportUnknownMemberType] - a dict of anything, untyped there
