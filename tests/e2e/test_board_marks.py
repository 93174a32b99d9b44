"""Tools, marks, equipment and what one does with several things at once: two browsers, one of which
goes offline and returns."""

from __future__ import annotations

import re
import struct
import zlib
from random import Random

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import Person, Stage
from tests.support.eventually import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OFFLINE = re.compile(r"^(Offline|Back in)")


async def draw(person: Person, *way: tuple[int, int]) -> None:
    """Presses at the first place, lets go at the last."""
    mouse = person.page.mouse
    await mouse.move(*way[0])
    await mouse.down()
    for place in way[1:]:
        await mouse.move(*place, steps=4)
    await mouse.up()


async def choose(person: Person, key: str, *options: str) -> None:
    """A tool by its key, and what it is set to."""
    await person.press(key)
    for option in options:
        await person.page.get_by_role("radio", name=option, exact=True).click()


def things(person: Person, name: str) -> Locator:
    """All of a sort on somebody's page."""
    return person.page.locator(f'.thing[data-sort="{name}"]')


async def select_both(person: Person, *labels: str) -> list[str]:
    """Selects tokens by their labels; their ids."""
    ids = [await person.token(label) for label in labels]
    await person.select(ids[0])
    await person.page.keyboard.down("Shift")
    for one in ids[1:]:
        await person.select(one)
    await person.page.keyboard.up("Shift")
    return ids


async def test_marks_and_equipment_of_every_sort_reach_the_other_also_from_offline(
    stage: Stage,
) -> None:
    ana, ben, room = await stage.two_on_a_board()
    await choose(ana, "e", "Goal")
    await ana.page.mouse.click(700, 150)
    await expect(ben.page.locator('[aria-label^="a goal"]')).to_be_visible()
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(OFFLINE)
    await choose(ben, "m")
    await draw(ben, (600, 250), (760, 250))
    await choose(ben, "z", "Polygon")
    for place in ((800, 600), (900, 600), (900, 700), (800, 600)):
        await ben.page.mouse.click(*place)
    await choose(ben, "a", "Screen", "Curve")
    await draw(ben, (600, 500), (650, 560), (720, 500))
    await expect(ben.pill).to_have_text("Offline, 3 waiting")
    await choose(ana, "a", "Shot", "Straight")
    await draw(ana, (450, 650), (520, 720), (600, 650))
    await ben.context.set_offline(False)
    await ben.is_live()
    for person in (ana, ben):
        await expect(things(person, "arrow")).to_have_count(2)
        await expect(person.page.locator(".thing.measure .length")).to_have_text(
            re.compile(r"^\d+\.\d m$")
        )
        await expect(person.page.locator(".thing.zone polygon.area")).to_be_visible()
    assert ana.guest is not None
    objects = stage.api.view(ana.guest, room)["objects"].values()
    arrows = [one["props"] for one in objects if one["sort"] == "arrow"]
    assert {(one["stroke"], one.get("head"), len(one["points"])) for one in arrows} == {
        ("solid", "bar", 3),
        ("double", None, 2),
    }


async def test_a_link_follows_those_it_joins_and_goes_with_them(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    four, _ = await select_both(ana, "4 ", "5 ")
    await ana.press("j")
    link = ben.page.locator(".thing.link .stroke")
    await expect(link).to_have_count(1)
    before = await link.get_attribute("d")
    assert before is not None
    # While it is dragged, not only when it is dropped.
    await ana.press("Escape")
    await ana.hold(four, 60, 20)
    await expect(link).not_to_have_attribute("d", before)
    await ana.let_go()
    await ana.is_live()
    await ben.select(four)
    await ben.press("Delete")
    for person in (ana, ben):
        await expect(things(person, "link")).to_have_count(0)


async def test_several_are_grouped_aligned_ordered_and_copied(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    four, seven = await select_both(ana, "4 ", "7 ")
    await ana.press("Control+g")
    await ana.press("Escape")
    await ana.select(four)
    await ana.page.get_by_role("button", name="Edit").click()
    await ana.page.get_by_role("button", name="Align upper edges").click()
    assert ana.guest is not None
    owner = ana.guest

    # The pill says "Live" until the page is drawn again: the server is asked.
    async def aligned() -> list[tuple[int, int]] | None:
        there = stage.api.view(owner, room)["objects"]
        found = [tuple(there[one]["props"]["at"]) for one in (four, seven)]
        return found if found[0][1] == found[1][1] else None

    places = await eventually(aligned)
    await ben.sees(four, places[0])
    await ben.sees(seven, places[1])
    # One press on either takes both.
    await ben.select(seven)
    await expect(ben.test_id("selection")).to_contain_text("2 things")
    await ana.page.get_by_role("button", name="To the front").click()

    async def in_front() -> bool:
        return stage.api.view(owner, room)["objects"][four]["props"].get("layer", 0) >= 1

    await eventually(in_front)
    await ana.page.get_by_role("button", name="Duplicate").click()
    await expect(things(ben, "token")).to_have_count(24)
    # A pair of one's own: ungrouping the copy leaves the first pair together.
    await ana.page.get_by_role("button", name="Ungroup").click()
    await ana.is_live()
    kept = stage.api.view(owner, room)["objects"]
    assert kept[four]["props"]["group"] == kept[seven]["props"]["group"]


async def test_things_are_copied_to_another_board(stage: Stage) -> None:
    ana, _, _ = await stage.two_on_a_board()
    await select_both(ana, "4 ", "5 ")
    await ana.press("j", "v", "Control+a", "Control+c")
    assert ana.guest is not None
    other = stage.api.board(ana.guest, "Another", line_ups=False)
    await ana.page.goto("about:blank")  # from another address: the page comes anew
    await ana.page.goto(f"{ana.url}/board.html#room={other}")
    await ana.is_live()
    await ana.page.get_by_role("button", name="Layers").click()
    await ana.page.get_by_role("button", name="Paste").click()
    await expect(things(ana, "token")).to_have_count(22)
    await expect(things(ana, "link")).to_have_count(1)
    await ana.is_live()
    assert len(stage.api.view(ana.guest, other)["objects"]) == 24


async def test_a_locked_layer_says_who_locked_it_and_opens_again(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(OFFLINE)
    await ben.drag(eight, 40, 40)
    await ana.page.get_by_role("button", name="Layers").click()
    await ana.page.get_by_role("button", name="Lock players and balls").click()
    await ana.is_live()
    await ben.context.set_offline(False)
    told = ben.test_id("refusal")
    await expect(told).to_contain_text("Ana Costa has locked all players")
    # From now on it is told before anything is sent; marks stay open.
    await ben.press("Escape")
    await ben.hold(eight, 30, 30)
    await ben.let_go()
    await expect(told).to_contain_text("Ask them, or an owner")
    await expect(ben.page.get_by_role("radio", name="Player")).to_be_disabled()
    await choose(ben, "l")
    await draw(ben, (600, 150), (760, 150))
    await expect(things(ana, "line")).to_have_count(1)
    await ana.page.get_by_role("button", name="Unlock players and balls").click()
    await expect(ben.page.get_by_role("radio", name="Player")).to_be_enabled()


def picture(side: int) -> bytes:
    """A square PNG that compresses badly, so that it has to be scaled down."""
    random = Random(7)
    rows = b"".join(b"\x00" + random.randbytes(side * 3) for _ in range(side))

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def test_a_player_gets_a_photo_a_band_and_a_direction(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight = await ana.token("8 ")
    await ana.thing(eight).locator(".shirt").dblclick()
    await ana.page.get_by_text("Captain", exact=True).click()
    async with ana.page.expect_file_chooser() as asked:
        await ana.page.get_by_role("button", name="Pick a photo").click()
    chooser = await asked.value
    face = {"name": "face.png", "mimeType": "image/png", "buffer": picture(300)}
    await chooser.set_files(face)  # pyright: ignore[reportArgumentType] - a file payload
    await expect(ben.thing(eight).locator("image.photo")).to_be_visible()
    await expect(ben.thing(eight).locator(".captain")).to_be_visible()
    handle = ana.page.locator('[data-handle="facing"]')
    box, token = (
        await handle.bounding_box(),
        await ana.thing(eight).locator(".shirt").bounding_box(),
    )
    assert box is not None
    assert token is not None
    middle = (token["x"] + token["width"] / 2, token["y"] + token["height"] / 2)
    start = (round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2))
    await draw(ana, start, (round(middle[0]), round(middle[1]) + 90))
    await expect(ben.thing(eight).locator(".facing")).to_have_attribute("transform", "rotate(90)")
    await ana.is_live()
    assert ana.guest is not None
    props = stage.api.view(ana.guest, room)["objects"][eight]["props"]
    assert props["captain"] is True
    assert props["facing"] == 90
    assert len(props["photo"]) <= 8_192


async def test_what_is_dragged_sticks_to_the_line_of_another(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    five, nine = await ana.token("5 "), await ana.token("9 ")
    target = await ana.thing(nine).locator(".shirt").bounding_box()
    own = await ana.thing(five).locator(".shirt").bounding_box()
    assert target is not None
    assert own is not None
    await ana.hold(five, 40, round(target["y"] - own["y"]) + 2)
    await expect(ana.page.locator(".guides path")).not_to_have_count(0)
    await ana.let_go()
    await expect(ana.page.locator(".guides path")).to_have_count(0)
    assert (await ana.place(five))[1] == (await ana.place(nine))[1]
    await ben.sees(five, await ana.place(five))
