"""Roles, links, read only, removal: what each person may do, told to them at once and in words."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import Stage
from tests.support.server_process import server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_removed_member_is_told_at_once(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.test_id("share").click()
    await ana.page.get_by_role("button", name="Remove Ben").click()
    await expect(ben.test_id("end-removed")).to_contain_text("You were removed from this board")
    await expect(ben.test_id("live-assertive")).to_contain_text("removed")
    await expect(ana.test_id("members")).not_to_contain_text("Ben")
    await ben.page.reload()
    await expect(ben.test_id("end-not-found")).to_be_visible()


async def test_read_only_reaches_everybody_and_goes_again(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    eight = await ben.token("8 ")
    start = await ben.place(eight)
    await ana.test_id("share").click()
    switch = ana.page.get_by_role("switch", name="Read only")
    await switch.check()
    await expect(ben.pill).to_have_text("Read only")
    await expect(ben.page.get_by_text("An owner has made this board read only.")).to_be_visible()
    await expect(ben.page.get_by_role("radio", name="Player")).to_be_disabled()
    await ben.drag(eight, 60, 60)
    await ben.sees(eight, start)
    await expect(ben.test_id("refusal")).to_contain_text("You can look at this board")
    await switch.uncheck()
    await expect(ben.pill).to_have_text("Live")
    where = await ben.drag(eight, 60, 60)
    await ana.sees(eight, where)


async def test_a_viewer_looks_on(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board(role="viewer")
    await expect(ben.pill).to_have_text("Read only")
    await expect(ben.page.locator(".banner").get_by_text("You are a viewer here")).to_be_visible()
    eight = await ana.token("8 ")
    where = await ana.drag(eight, 60, 60)
    await ben.sees(eight, where)


async def test_an_annotator_draws_and_moves_no_players(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board(role="annotator")
    await expect(ben.page.get_by_role("radio", name="Player")).to_be_disabled()
    await ben.press("a")
    await ben.page.mouse.move(500, 300)
    await ben.page.mouse.down()
    await ben.page.mouse.move(700, 380, steps=5)
    await ben.page.mouse.up()
    await expect(ana.page.locator('[data-sort="arrow"]')).to_have_count(1)
    await ben.press("v")
    eight = await ben.token("8 ")
    start = await ben.place(eight)
    await ben.drag(eight, 60, 60)
    await expect(ben.test_id("refusal")).to_contain_text(
        "Annotators move lines, zones and text only"
    )
    await ben.sees(eight, start)


async def test_a_changed_role_takes_effect_in_the_middle(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.test_id("share").click()
    await ana.page.get_by_label("Role of Ben").select_option("viewer")
    await expect(ben.pill).to_have_text("Read only")
    await ana.page.get_by_label("Role of Ben").select_option("editor")
    await expect(ben.pill).to_have_text("Live")


async def test_a_revoked_link_lets_nobody_in(stage: Stage) -> None:
    ana, carla = await stage.person("Ana Costa"), await stage.person("Carla")
    assert ana.guest is not None
    room = stage.api.board(ana.guest)
    link = stage.api.link(ana.guest, room)
    await ana.open_board(room)
    await ana.test_id("share").click()
    row = ana.test_id("links").locator("li")
    await expect(row).to_have_count(1)
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_have_count(0)
    await carla.open_link(link)
    await expect(carla.test_id("end-not-found")).to_contain_text("no such board, or not for you")


async def test_a_rotated_link_is_another_address_with_the_same_role(stage: Stage) -> None:
    ana, carla = await stage.person("Ana Costa"), await stage.person("Carla")
    assert ana.guest is not None
    room = stage.api.board(ana.guest)
    stage.api.link(ana.guest, room, "viewer")
    await ana.open_board(room)
    await ana.test_id("share").click()
    address = ana.page.get_by_label("Address of the viewer link")
    await expect(address).not_to_have_value("")
    old = await address.input_value()
    await ana.page.get_by_role("button", name="Rotate").click()
    await expect(address).not_to_have_value(old)
    await expect(address).not_to_have_value("")
    await carla.open_link(await address.input_value())
    await expect(carla.pill).to_have_text("Read only")


async def test_a_name_that_is_taken_by_nobody_is_asked_once(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    link = stage.api.link(ana.guest, stage.api.board(ana.guest))
    ben = await stage.person(None)
    await ben.open_link(link)
    await ben.page.get_by_label("Your name").fill("Ben")
    await ben.press("Enter")
    await ben.is_live()
    await ben.page.reload()
    await ben.is_live()
    await ben.page.goto(stage.url)
    await expect(ben.test_id("own-boards")).to_contain_text("Saturday")
    await expect(ben.test_id("own-boards")).to_contain_text("editor")


async def test_a_link_that_is_not_whole_says_so(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    await ana.page.goto(f"{stage.url}/board.html#room=nonsense")
    await expect(ana.test_id("end-bad-link")).to_be_visible()
    await ana.page.goto(f"{stage.url}/board.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()


async def test_american_football_has_its_own_field(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = stage.api.board(ana.guest, sport="american_football")
    await ana.open_board(room)
    await expect(ana.page.locator(".yard-number")).to_have_count(18)
    await expect(ana.page.locator('[data-sort="token"]')).to_have_count(22)


async def test_an_empty_board_offers_a_beginning(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = stage.api.board(ana.guest, line_ups=False)
    await ana.open_board(room)
    await ana.test_id("line-ups").click()
    await expect(ana.page.locator('[data-sort="token"]')).to_have_count(22)
    await ana.press("Control+z")
    await expect(ana.page.get_by_text(re.compile("An empty pitch"))).to_be_visible()


async def test_tools_lie_at_the_left_hand_of_whoever_wants_so_on_this_device(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()

    async def tools_are_left_of_the_pitch(page: Page) -> bool:
        tools = await page.locator(".toolbar").bounding_box()
        pitch = await page.locator("board-stage").bounding_box()
        assert tools is not None
        assert pitch is not None
        return tools["x"] < pitch["x"]

    assert await tools_are_left_of_the_pitch(ana.page)
    await ana.page.get_by_role("button", name="Board settings").click()
    await ana.page.get_by_role("switch", name="Tools at the right").check()
    await expect(ana.page.locator('.board[data-hand="left"]')).to_be_visible()
    assert not await tools_are_left_of_the_pitch(ana.page)
    await ana.page.reload()
    await ana.is_live()
    assert not await tools_are_left_of_the_pitch(ana.page)
    assert await tools_are_left_of_the_pitch(ben.page)


async def test_a_club_behind_one_address_opens_its_board_at_once(
    browser: Browser, tmp_path: Path
) -> None:
    """With the limits that the server has by default."""
    async with server_process(tmp_path) as server:
        stage = Stage(browser, server.url)
        owner = stage.api.guest("Ana Costa")
        link = stage.api.link(owner, stage.api.board(owner))
        names = ("Ana", "Ben", "Carla", "Dora")
        people = [await stage.person(name, service_workers="allow") for name in names]
        await asyncio.gather(*(person.open_link(link) for person in people))
        for person in people:
            await person.is_live()
        await stage.close()
