"""Libraries in two browsers: what one changes the other sees; offline, links, rollback; from a
board into a library and back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.e2e.screenshots import scenery
from tests.support.account_people import account
from tests.support.browser import LIMIT_MS, Person, Stage
from tests.support.page_library import (
    filled,
    items_of,
    library_link,
    new_library,
    open_library,
    put_item,
)
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def cabled(browser: Browser, tmp_path: Path) -> AsyncGenerator[tuple[Stage, TcpProxy]]:
    """A server of one's own, whose WebSocket is reached through a cable that can be pulled."""
    async with scenery(browser, tmp_path / "data") as made:
        yield made.stage, made.proxy
        made.proxy.mend()
        await made.stage.close()


async def two_in(stage: Stage, role: str = "editor") -> tuple[Person, Person, str]:
    """An owner, and somebody who came by a link, in a library with things in it."""
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben")
    assert ana.guest is not None
    library = filled(stage.api, ana.guest)
    await open_library(ana, library)
    await ben.open_link(library_link(stage.api, ana.guest, library, role))
    await ben.is_live()
    return ana, ben, library


def card(person: Person, name: str) -> Locator:
    """The card of an item: its name is the first thing that it says."""
    return person.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}, "))


async def write(person: Person, label: str, text: str) -> None:
    """Types into a field of the open item."""
    field = person.page.get_by_label(label, exact=True)
    await field.fill(text)
    await field.press("Enter")


def thousandths(place: int, half: int) -> int:
    """A place as a formation keeps it and a pitch has it again, in mm."""
    return int(round(place * 1_000 / half) * half / 1_000)


async def moved_to(
    stage: Stage, who: Person, room: str, token: str, before: tuple[int, int]
) -> tuple[int, int]:
    """Waits until the server has it somewhere else than before; returns where."""
    assert who.guest is not None
    async with asyncio.timeout(LIMIT_MS / 1_000):
        while True:
            view = await asyncio.to_thread(stage.api.view, who.guest, room)
            x, y = view["objects"][token]["props"]["at"]
            if (x, y) != before:
                return x, y


async def settled(stage: Stage, who: Person, library: str, name: str) -> dict[str, Any]:
    """Waits until the server has an item of this name; returns it."""
    assert who.guest is not None
    async with asyncio.timeout(LIMIT_MS / 1_000):
        while True:
            items = await asyncio.to_thread(items_of, stage.api, who.guest, library)
            for item in items.values():
                if item["props"]["name"] == name:
                    return dict(item)


async def test_what_one_changes_the_other_sees_at_once(stage: Stage) -> None:
    ana, ben, library = await two_in(stage)
    await card(ana, "Press high").click()
    await card(ben, "Press high").click()
    await expect(ana.page.get_by_label("Ben looks at it")).to_be_visible()
    await write(ana, "Name", "Press higher")
    await expect(ben.page.get_by_role("heading", name="Press higher")).to_be_visible()
    await write(ben, "Tags, with commas between", "Press, pressing,  Press")
    await expect(ana.page.get_by_text("#press #pressing")).to_be_visible()
    await write(ana, "Folder, with / between", "Cup/Final")
    await expect(ben.page.get_by_role("button", name="Folder Cup/Final, 1")).to_be_visible()
    held = (await settled(stage, ana, library, "Press higher"))["props"]
    assert (held["tags"], held["folder"]) == (["press", "pressing"], "Cup/Final")
    await ana.page.get_by_role("button", name="Duplicate").click()
    await expect(card(ben, "Press higher (copy)")).to_be_visible()


async def test_LB91_search_kind_tag_folder_and_order_show_what_was_asked(stage: Stage) -> None:
    ana, _, library = await two_in(stage)
    names = ana.page.locator(".card-name")
    await ana.page.get_by_label("Search this library").fill("keeper corner")
    await expect(names).to_have_text(["Corner, near post"])
    await ana.page.get_by_label("Search this library").fill("")
    await ana.page.get_by_role("button", name="Folder Matches, 2").click()
    await expect(names).to_have_text(["Low block", "Press high"])
    await ana.page.get_by_role("button", name="defence", exact=True).click()
    await expect(names).to_have_text(["Low block"])
    await ana.page.get_by_role("button", name="defence", exact=True).click()
    await ana.page.get_by_role("textbox", name="New name of the folder Matches").fill("Games")
    await ana.page.get_by_role("button", name="Rename", exact=True).click()
    await expect(ana.page.get_by_role("button", name="Folder Games/Away, 1")).to_be_visible()
    await ana.page.get_by_role("button", name="Folder Games, 2").click()
    await ana.page.get_by_role("button", name="Drill", exact=True).click()
    await expect(names).to_have_text(["Rondo"])
    await ana.page.get_by_role("button", name="Drill", exact=True).click()
    await card(ana, "Saturday").click()
    await ana.page.get_by_label("Order").select_option("views")
    await expect(names.first).to_have_text("Saturday")
    assert (await settled(stage, ana, library, "Low block"))["props"]["folder"] == "Games/Away"


async def test_LB90_one_works_without_a_connection_and_both_come_to_the_same(
    cabled: tuple[Stage, TcpProxy],
) -> None:
    stage, proxy = cabled
    ana, ben, library = await two_in(stage)
    proxy.cut()
    await expect(ana.pill).to_contain_text(re.compile("Offline|Back in"))
    await card(ana, "Low block").click()
    await write(ana, "Name", "Lower block")
    await ana.page.get_by_role("button", name="Duplicate").click()
    await ana.page.get_by_role("button", name="Close", exact=True).click()
    await card(ana, "Rondo").click()
    await ana.page.get_by_role("button", name="Delete", exact=True).click()
    await ana.test_id("toast").get_by_role("button", name="Undo").click()
    await expect(card(ana, "Rondo")).to_have_count(0)
    await expect(ana.pill).to_have_text("Offline, 3 waiting")
    await card(ben, "Press high").click()
    await write(ben, "Name", "Press from the front")
    proxy.mend()
    await ana.is_live()
    await ben.is_live()
    for person in (ana, ben):
        for name in ("Lower block", "Lower block (copy)", "Press from the front", "Rondo"):
            await expect(card(person, name)).to_be_visible()
        await expect(person.page.locator(".card")).to_have_count(6)
    assert (await settled(stage, ana, library, "Rondo"))["sort"] == "drill"


async def test_who_was_written_over_is_told_and_brings_theirs_back(stage: Stage) -> None:
    ana, ben, library = await two_in(stage)
    await card(ben, "Press high").click()
    field = ben.page.get_by_role("textbox", name="Name", exact=True)
    await field.focus()
    await card(ana, "Press high").click()
    await write(ana, "Name", "Press left")
    await expect(card(ben, "Press left")).to_be_visible()
    await field.fill("Press right")
    await field.press("Enter")
    await expect(ana.test_id("lost")).to_contain_text("Ben changed the name")
    await ana.test_id("lost").get_by_role("button", name="Bring mine back").click()
    await expect(card(ben, "Press left")).to_be_visible()
    await settled(stage, ana, library, "Press left")


async def test_where_the_library_asks_the_second_decides(stage: Stage) -> None:
    ana, ben, library = await two_in(stage)
    await ana.page.get_by_role("button", name="Library settings").click()
    await ana.page.get_by_label("Ask").check()
    await ana.is_live()
    await card(ben, "Press high").click()
    field = ben.page.get_by_role("textbox", name="Name", exact=True)
    await field.focus()
    await card(ana, "Press high").click()
    await write(ana, "Name", "Press left")
    await expect(card(ben, "Press left")).to_be_visible()
    await field.fill("Press right")
    await field.press("Enter")
    await expect(ben.test_id("unsaved")).to_contain_text("Ana Costa has changed the name")
    await ben.test_id("unsaved").get_by_role("button", name="Try again").click()
    await expect(card(ana, "Press right")).to_be_visible()
    await settled(stage, ana, library, "Press right")


async def test_versions_are_followed_and_rolled_back(stage: Stage) -> None:
    ana, ben, library = await two_in(stage)
    await card(ana, "Press high").click()
    await ana.page.get_by_role("button", name="Versions").click()
    rows = ana.test_id("versions").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await card(ben, "Press high").click()
    await write(ben, "Name", "Nonsense")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Ben named it “Nonsense”")
    await rows.nth(1).get_by_role("button").click()
    await expect(card(ben, "Press high")).to_be_visible()
    await expect(rows).to_have_count(3)
    await settled(stage, ana, library, "Press high")


async def test_what_is_deleted_comes_back_from_the_list_and_archived_is_out_of_the_way(
    stage: Stage,
) -> None:
    ana, ben, _ = await two_in(stage)
    await card(ana, "Rondo").click()
    await ana.page.get_by_role("button", name="Delete", exact=True).click()
    await expect(card(ben, "Rondo")).to_have_count(0)
    await ben.page.get_by_role("button", name="Deleted, 1").click()
    await ben.page.get_by_role("button", name="Bring Rondo back").click()
    await expect(card(ana, "Rondo")).to_be_visible()
    await card(ana, "Saturday").click()
    await ana.page.get_by_role("button", name="Archive", exact=True).click()
    await expect(card(ben, "Saturday")).to_have_count(0)
    await ben.page.get_by_label("Archived ones").check()
    await expect(ben.page.locator(".card-name")).to_have_text(["Saturday"])


async def test_a_link_leads_to_its_item_and_lets_look_not_change(stage: Stage) -> None:
    ana, _, _ = await two_in(stage)
    await card(ana, "Corner, near post").click()
    await ana.page.get_by_role("button", name="Share by link").click()
    link = await ana.test_id("item-link").input_value()
    fan = await stage.person(None)
    await fan.page.goto(link)
    await fan.page.get_by_label("Your name").fill("Fan")
    await fan.page.get_by_role("button", name="Look into it").click()
    await expect(fan.page.get_by_role("heading", name="Corner, near post")).to_be_visible()
    await expect(fan.pill).to_have_text("Read only")
    await expect(fan.page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    assert "invite" not in fan.page.url
    await fan.page.get_by_role("button", name="Open a board", exact=True).first.click()
    await fan.page.wait_for_url("**/board.html#room=*")
    await fan.is_live()
    await expect(fan.page.locator('.thing[aria-label^="9 "]').first).to_be_visible()


async def test_a_public_library_is_read_and_copied_from_and_ends_at_once(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    library = filled(stage.api, ana.guest, "Of the county")
    await open_library(ana, library)
    await ana.page.get_by_role("button", name="Library settings").click()
    public = ana.page.get_by_role("switch")
    await public.check()
    await expect(ana.page.locator(".reach")).to_have_text("public")
    ben = await stage.person("Ben")
    assert ben.guest is not None
    mine = new_library(stage.api, ben.guest, "Ben's")
    await ben.page.goto(f"{ben.url}/library.html")
    await ben.test_id("libraries-public").get_by_role("link", name="Of the county").first.click()
    await card(ben, "Corner, near post").click()
    await expect(ben.page.get_by_role("img", name="Picture of Corner")).to_be_visible()
    await ben.page.get_by_label("Library to copy it into").select_option(mine)
    await ben.page.get_by_role("button", name="Copy there").click()
    await expect(ben.test_id("toast")).to_contain_text("Copied into Ben's")
    await settled(stage, ben, mine, "Corner, near post")
    await public.uncheck()
    await expect(ana.page.locator(".reach")).to_have_text("private")
    await ben.page.reload()
    await expect(ben.test_id("end-not-found")).to_be_visible()


async def test_a_library_is_given_to_a_team_and_taken_back(
    stage: Stage, pages_server: ServerProcess
) -> None:
    ana = await account(stage, pages_server.data_dir, "Ana Costa")
    await ana.page.evaluate(
        """async () => {
            const { api } = await import("/parts/identity.js");
            await api("POST", "/teams", { name: "U15" });
        }"""
    )
    await ana.page.goto(f"{ana.url}/library.html")
    await ana.page.get_by_label("Name", exact=True).fill("Of the team")
    await ana.page.get_by_label("Whose").select_option(label="U15")
    await ana.page.get_by_role("button", name="Make library").click()
    await ana.is_live()
    await expect(ana.page.locator(".reach")).to_have_text("your team’s")
    await ana.page.get_by_role("button", name="Library settings").click()
    team = ana.page.get_by_label("Team that owns it")
    await expect(team).to_have_value(re.compile("^t"))
    await team.select_option("")
    await expect(ana.page.locator(".reach")).to_have_text("private")
    await ana.page.goto(f"{ana.url}/")
    await ana.page.get_by_role("link", name="Libraries").click()
    await expect(ana.test_id("libraries-private")).to_contain_text("Of the team")
    await expect(ana.test_id("libraries-team")).to_have_count(0)


async def test_the_built_in_formations_open_as_boards_and_are_copied(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/library.html")
    await ana.page.get_by_label("Name", exact=True).fill("Ours")
    await ana.page.get_by_role("button", name="Make library").click()
    await ana.is_live()
    library = ana.page.url.partition("room=")[2]
    await ana.page.get_by_role("link", name="Formations to copy").click()
    await card(ana, "4-3-3").click()
    await ana.page.get_by_role("button", name="Copy there").click()
    await expect(ana.test_id("toast")).to_contain_text("Copied into Ours")
    held = await settled(stage, ana, library, "4-3-3")
    assert held["props"]["tags"] == ["full"]
    assert held["props"]["players"] == 11
    await ana.page.get_by_role("button", name="Open a board", exact=True).first.click()
    await ana.page.wait_for_url("**/board.html#room=*")
    await ana.is_live()
    await expect(ana.page.locator(".thing.token, .thing")).to_have_count(11)


async def test_LB94_a_formation_goes_on_a_side_and_undo_takes_it_off(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    nine = await ana.token("9 ")
    before = await ben.place(nine)
    await ana.page.get_by_role("button", name="Library", exact=True).click()
    await ana.page.get_by_label("Search this library").fill("5-4-1")
    await ana.page.get_by_role("button", name="Put on 5-4-1").click()
    assert ana.guest is not None
    there = await moved_to(stage, ana, room, nine, before)
    await ben.sees(nine, there)
    tokens = [
        one["props"]
        for one in stage.api.view(ana.guest, room)["objects"].values()
        if one["sort"] == "token" and one["props"]["side"] == "home"
    ]
    assert len({tuple(one["at"]) for one in tokens}) == len(tokens) == 11
    await ana.page.get_by_label("At the other end").check()
    await ana.page.get_by_role("button", name="Put on 5-4-1").click()
    await ben.sees(nine, (-there[0], -there[1]))
    await ana.page.locator(".stage").first.click(position={"x": 5, "y": 5})
    await ana.press("Control+z", "Control+z")
    await ben.sees(nine, before)


async def test_LB95_a_side_is_saved_from_a_board_and_put_on_another(
    cabled: tuple[Stage, TcpProxy],
) -> None:
    stage, proxy = cabled
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    library = new_library(stage.api, ana.guest, "Ours")
    watcher = await stage.person("Ben")
    await watcher.open_link(library_link(stage.api, ana.guest, library, "viewer"))
    await watcher.is_live()
    await ana.open_board(stage.api.board(ana.guest))
    moved = await ana.drag(await ana.token("9 "), -120, 90)
    await ana.is_live()
    await ana.page.get_by_role("button", name="Library", exact=True).click()
    await ana.page.get_by_role("button", name="Into a library").click()
    await ana.page.get_by_role("textbox", name="Name", exact=True).fill("Nine drops")
    await ana.page.get_by_role("textbox", name="Tags, with commas between").fill("Ours")
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(ana.test_id("shelf-saved")).to_contain_text("Saved: “Nine drops”")
    await expect(card(watcher, "Nine drops")).to_be_visible()
    # Without a connection it is kept here, and goes when there is one.
    proxy.cut()
    await expect(ana.pill).to_contain_text(re.compile("Offline|Back in"))
    await ana.page.get_by_label("What").select_option("board")
    await ana.page.get_by_role("textbox", name="Name", exact=True).fill("The whole")
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(ana.test_id("shelf-saved")).to_contain_text("when the connection is back")
    proxy.mend()
    await ana.is_live()
    await expect(card(watcher, "The whole")).to_be_visible()
    held = await settled(stage, ana, library, "Nine drops")
    assert (held["sort"], held["props"]["players"]) == ("formation", 11)
    # On another board, out of one's own library.
    await ana.open_board(stage.api.board(ana.guest, "Sunday"))
    await ana.page.get_by_role("button", name="Library", exact=True).click()
    await ana.page.get_by_label("From").select_option(library)
    await ana.page.get_by_role("button", name="Put on Nine drops").click()
    # To the thousandth of half the pitch.
    kept = (thousandths(moved[0], 52_500), thousandths(moved[1], 34_000))
    await ana.sees(await ana.token("9 "), kept)
    # And the whole board, opened again from the library.
    await open_library(ana, library)
    await ana.page.get_by_role("button", name="Open The whole as a board").click()
    await ana.page.wait_for_url("**/board.html#room=*")
    await ana.is_live()
    assert await ana.place(await ana.token("9 ")) == moved


async def test_everything_by_keyboard_and_the_focus_comes_back(stage: Stage) -> None:
    ana, _, _ = await two_in(stage)
    await ana.press("/")
    await ana.page.keyboard.type("low")
    await expect(ana.page.locator(".card-name")).to_have_text(["Low block"])
    await card(ana, "Low block").focus()
    await ana.press("Enter")
    await expect(ana.page.get_by_role("heading", name="Low block")).to_be_focused()
    await ana.press("Escape")
    await expect(card(ana, "Low block")).to_be_focused()


async def test_who_may_only_read_is_offered_nothing_else_and_told_what_is_gone(
    stage: Stage,
) -> None:
    ana, ben, library = await two_in(stage)
    assert ana.guest is not None
    item = put_item(stage.api, ana.guest, library, "Short lived")
    await card(ben, "Short lived").click()
    await ana.test_id("share").click()
    await ana.page.get_by_role("switch").check()
    await expect(ben.pill).to_have_text("Read only")
    await expect(ben.page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    stage.api.call("DELETE", f"/libraries/{library}/items/{item}", guest=ana.guest)
    await expect(ben.page.get_by_text("“Short lived” was deleted.")).to_be_visible()
