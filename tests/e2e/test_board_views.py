"""Looking together: laser, following, calling everyone, presenting; through two real browsers, one
of which goes away and returns."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AWAY = re.compile(r"^(Offline|Back in)")


async def look(person: Person) -> str:
    """What of the pitch is on the screen."""
    box = await person.test_id("scene").get_attribute("viewBox")
    assert box is not None
    return box


async def zoom(person: Person, x: int, y: int, delta: int = -600) -> str:
    """Nearer to a place by the wheel; returns what is seen then."""
    before = await look(person)
    await person.page.mouse.move(x, y)
    await person.page.mouse.wheel(0, delta)
    await expect(person.test_id("scene")).not_to_have_attribute("viewBox", before)
    return await look(person)


SAME = """(wanted) => {
    const scene = document.querySelector(".scene");
    const box = scene.getAttribute("viewBox").split(" ").map(Number);
    const seen = ([x, y, width, height]) => [x + width / 2, y + height / 2, height];
    return seen(box).every((part, index) => Math.abs(part - seen(wanted)[index]) <= 80);
}"""


async def looks(person: Person, box: str) -> None:
    """Waits until a page shows the same middle of the pitch as large: nearness is told in
    thousandths. How much shows on both sides depends on what stands around the pitch."""
    await person.page.wait_for_function(SAME, arg=[int(part) for part in box.split()])


async def test_a_laser_is_seen_in_its_owners_colour_and_fades(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    await ana.press("k")
    await expect(ana.page.get_by_role("radio", name="Laser pointer")).to_have_attribute(
        "aria-checked", "true"
    )
    await ana.page.mouse.move(500, 300)
    await ana.page.mouse.down()
    await ana.page.mouse.move(800, 420, steps=15)
    seen = ben.page.locator("[data-laser] path").first
    await expect(seen).to_be_attached()
    own = ana.page.locator('[data-laser="own"] .tip')
    colour = await own.get_attribute("fill")
    assert colour is not None
    await expect(ben.page.locator("[data-laser] .tip")).to_have_attribute("fill", colour)
    await ana.page.mouse.up()
    await expect(ana.page.locator("[data-laser]")).to_have_count(0)
    await expect(ben.page.locator("[data-laser]")).to_have_count(0)
    assert ana.guest is not None
    assert len(stage.api.view(ana.guest, room)["objects"]) == 23
    # By keys as well: the pen points.
    await ana.press("Shift+ArrowRight", "Shift+ArrowRight")
    await expect(ben.page.locator("[data-laser]")).to_have_count(1)
    await expect(ben.page.locator("[data-laser]")).to_have_count(0)


async def test_a_viewer_points_and_follows_but_calls_nobody(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board(role="viewer")
    await ben.page.get_by_role("radio", name="Laser pointer").click()
    await ben.page.mouse.move(500, 300)
    await ben.page.mouse.down()
    await ben.page.mouse.move(600, 300, steps=5)
    await expect(ana.page.locator("[data-laser]")).to_have_count(1)
    await ben.page.mouse.up()
    await ben.page.get_by_role("button", name="Ben (you), who is here").click()
    await expect(ben.test_id("people-here").locator("li")).to_have_count(2)
    await expect(ben.page.get_by_role("button", name="Bring everyone here")).to_have_count(0)
    await ben.page.get_by_role("button", name="Follow Ana Costa").click()
    await expect(ben.test_id("together")).to_contain_text("Following Ana Costa")
    await zoom(ana, 900, 300)
    await expect(ana.page.get_by_role("button", name="Ben is here, follow")).to_be_visible()
    await expect(ben.test_id("people-here")).to_contain_text("A part of the pitch")


async def test_following_survives_a_break_and_ends_by_ones_own_hand(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ben.page.get_by_role("button", name="Ana Costa is here, follow").click()
    await expect(ben.test_id("follow-frame")).to_be_attached()
    await looks(ben, await zoom(ana, 900, 300))
    # The one who is followed goes out of reach, works on, and comes back.
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(AWAY)
    nearer = await zoom(ana, 500, 500)
    await ana.context.set_offline(False)
    await ana.is_live()
    await looks(ben, nearer)
    # The one who follows goes out of reach.
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(AWAY)
    await expect(ben.test_id("together")).to_contain_text("away just now")
    moved = await zoom(ana, 700, 400, 300)
    await ben.context.set_offline(False)
    await ben.is_live()
    await looks(ben, moved)
    await expect(ben.test_id("together")).to_have_text(re.compile("^Following Ana Costa"))
    mine = await zoom(ben, 400, 300)
    await expect(ben.test_id("follow-frame")).to_have_count(0)
    await zoom(ana, 900, 600)
    assert await look(ben) == mine


async def test_everyone_is_brought_here_once_and_may_go_back(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    before = await look(ben)
    there = await zoom(ana, 900, 300)
    await ana.page.get_by_role("button", name="Ana Costa (you), who is here").click()
    await ana.page.get_by_role("button", name="Bring everyone here").click()
    await ana.page.get_by_role("button", name="Close who is here").click()
    await looks(ben, there)
    await expect(ben.test_id("together")).to_contain_text("Ana Costa brought everyone here")
    await expect(ben.test_id("live-polite")).to_contain_text("brought everyone here")
    await ben.test_id("together").get_by_role("button", name="Go back").click()
    await looks(ben, before)
    # A hand that holds something is asked, not led away.
    await ben.hold(await ben.token("8 "), 40, 40)
    await ana.page.get_by_role("button", name="Ana Costa (you), who is here").click()
    await ana.page.get_by_role("button", name="Bring everyone here").click()
    await expect(ben.test_id("together")).to_contain_text("asks everyone to come")
    await ben.let_go()
    assert await look(ben) == before
    await ben.test_id("together").get_by_role("button", name="Go there").click()
    await looks(ben, there)


async def test_following_goes_to_phases_and_to_what_plays_for_all(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.page.get_by_role("button", name="Add a phase").click()
    first = ben.page.locator(".chip", has_text="1")
    await expect(first).to_be_visible()
    # Where somebody is shows on the strip.
    await expect(first.get_by_role("img", name="Ana Costa is in this phase")).to_be_visible()
    await ben.page.get_by_role("button", name="Ana Costa is here, follow").click()
    await expect(first).to_have_attribute("aria-pressed", "true")
    await ana.press("[")
    set_up = ben.page.locator('[data-phase="set-up"]')
    await expect(set_up).to_have_attribute("aria-pressed", "true")
    await expect(set_up.get_by_role("img", name="Ana Costa is in this phase")).to_be_visible()
    await ana.press("]")
    await expect(first).to_have_attribute("aria-pressed", "true")
    # It plays for all: followers watch with all, also those who looked alone before.
    await ana.page.get_by_role("button", name="Play for all").click()
    await expect(ben.page.locator(".playing[data-shared]")).to_be_visible()
    await expect(ben.page.locator(".people-in")).to_have_count(0)
    await ben.page.get_by_role("button", name="Look alone").click()
    await expect(ben.test_id("follow-frame")).to_have_count(0)
    await ben.page.get_by_role("button", name="Ana Costa is here, follow").click()
    await expect(ben.page.locator(".playing[data-shared]")).to_be_visible()
    # The one who is followed looks alone at a phase while it plays for all.
    await ana.press("[")
    await ana.press("]")
    await expect(first).to_have_attribute("aria-pressed", "true")
    await expect(ben.test_id("together")).to_contain_text("Following Ana Costa")
    # Out of reach meanwhile, and back.
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(AWAY)
    await ana.page.get_by_role("button", name="Watch with all").click()
    await ana.context.set_offline(False)
    await ana.is_live()
    await expect(ben.page.locator(".playing[data-shared]")).to_be_visible()
    await expect(ben.test_id("together")).to_contain_text("Following Ana Costa")


async def test_offline_nobody_can_be_called(stage: Stage) -> None:
    ana, _, _ = await stage.two_on_a_board()
    await ana.page.get_by_role("button", name="Present", exact=True).click()
    await expect(ana.test_id("together")).to_contain_text("You present")
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(AWAY)
    await ana.test_id("together").get_by_role("button", name="Bring everyone here").click()
    await expect(ana.test_id("refusal")).to_contain_text("nobody would hear")


async def test_everyone_follows_the_presenter_also_who_comes_later(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    await ben.page.get_by_role("button", name="Present", exact=True).click()
    await expect(ben.test_id("together")).to_contain_text("You present")
    await expect(ana.test_id("together")).to_contain_text("Ben presents")
    there = await zoom(ben, 900, 300)
    await looks(ana, there)
    assert ana.guest is not None
    cem = await stage.person("Cem")
    await cem.open_link(stage.api.link(ana.guest, room, "viewer"))
    await cem.is_live()
    await expect(cem.test_id("together")).to_contain_text("Ben presents")
    await looks(cem, there)
    # Somebody looks around, and goes back.
    await cem.test_id("together").get_by_role("button", name="Look around").click()
    await zoom(cem, 300, 300)
    await cem.test_id("together").get_by_role("button", name="Back to Ben").click()
    await looks(cem, there)
    # The presenter is out of reach, returns, and takes everybody along again.
    await ben.context.set_offline(True)
    await expect(ana.test_id("together")).to_contain_text("away", timeout=60_000)
    await ben.context.set_offline(False)
    await ben.is_live()
    nearer = await zoom(ben, 500, 500)
    await looks(ana, nearer)
    # An owner takes over, then ends it.
    await ana.page.get_by_role("button", name="Present", exact=True).click()
    await expect(ben.test_id("together")).to_contain_text("Ana Costa presents")
    await ana.test_id("together").get_by_role("button", name="Hide tools").click()
    await expect(ana.page.get_by_role("toolbar", name="Tools")).to_be_hidden()
    await ana.press("Escape")
    await expect(ana.page.get_by_role("toolbar", name="Tools")).to_be_visible()
    await ana.test_id("together").get_by_role("button", name="Stop").click()
    await expect(ben.test_id("together")).to_have_count(0)
    await expect(ben.test_id("live-polite")).to_contain_text("Ana Costa stopped presenting")


SMALL = """() => [...document.querySelectorAll(".toolbar button")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.ariaLabel, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < 44 || box.height < 44 || box.right > innerWidth)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


async def test_on_a_phone_tools_are_as_wide_as_a_thumb_and_a_long_name_is_cut(
    stage: Stage,
) -> None:
    owner = stage.api.guest("Ana Costa")
    room = stage.api.board(owner, "Corner routine against the low block of Saturday")
    phone = await stage.person("Ana", owner, viewport={"width": 390, "height": 844}, has_touch=True)
    await phone.open_board(room)
    assert await phone.page.evaluate(SMALL) == []
    name = phone.page.get_by_role("heading", level=1)
    ends = await name.evaluate("(one) => one.getBoundingClientRect().right")
    people = phone.page.locator("presence-avatars")
    assert ends <= await people.evaluate("(one) => one.getBoundingClientRect().left")
    assert await name.evaluate("(one) => one.scrollWidth > one.clientWidth"), "cut with an ellipsis"
