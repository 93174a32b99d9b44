"""States of the pages of libraries, brought about by their real causes (see page_states.py)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from playwright.async_api import expect

from tests.support.browser import Person, Stage
from tests.support.page_library import filled, library_link, new_library, open_library, put_item
from tests.support.tcp_proxy import TcpProxy


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    proxy: TcpProxy


async def _owner(scenery: Scenery) -> tuple[Person, str]:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    return ana, filled(scenery.stage.api, ana.guest)


async def libraries_list(scenery: Scenery) -> Person:
    ana, _ = await _owner(scenery)
    api, other = scenery.stage.api, scenery.stage.api.guest("Ben")
    public = filled(api, other, "Set pieces of the county")
    api.call("PUT", f"/libraries/{public}/public", {"public": True}, other)
    await ana.page.goto(f"{ana.url}/library.html")
    await expect(ana.test_id("libraries-public").first).to_contain_text("Set pieces of the county")
    return ana


async def libraries_empty(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/library.html")
    await expect(ana.page.get_by_text("No library of your own yet")).to_be_visible()
    return ana


async def library_sign_in(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    library = new_library(scenery.stage.api, owner)
    ben = await scenery.stage.person(None)
    await ben.open_link(library_link(scenery.stage.api, owner, library))
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def library_built_in(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/library.html#room=built-in")
    await expect(ana.page.get_by_role("heading", name="Formations", exact=True)).to_be_visible()
    await expect(ana.test_id("items")).to_contain_text("4-3-3")
    return ana


async def library_items(scenery: Scenery) -> Person:
    ana, library = await _owner(scenery)
    await open_library(ana, library)
    await expect(ana.test_id("items")).to_contain_text("Rondo")
    return ana


async def library_empty(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    await open_library(ana, new_library(scenery.stage.api, ana.guest))
    await expect(ana.page.get_by_text("Nothing here yet")).to_be_visible()
    return ana


async def library_nothing_found(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.page.get_by_label("Search this library").fill("penalty")
    await expect(ana.page.get_by_text("Nothing like that here")).to_be_visible()
    return ana


async def library_filter(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.page.set_viewport_size({"width": 390, "height": 844})
    await ana.page.get_by_role("button", name="Filter").click()
    await ana.page.get_by_role("button", name="Folder Matches, 2").click()
    await expect(ana.page.get_by_text("2 of 5: Matches")).to_be_visible()
    return ana


async def library_item(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.page.get_by_role("button", name="Corner, near post, ").click()
    await expect(ana.page.get_by_label("Notes")).to_be_visible()
    return ana


async def library_versions(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.page.get_by_role("button", name="Press high, ").click()
    name = ana.page.get_by_role("textbox", name="Name", exact=True)
    await name.fill("Press higher")
    await name.press("Enter")
    await ana.is_live()
    await ana.page.get_by_role("button", name="Versions").click()
    await expect(ana.test_id("versions").get_by_role("listitem")).to_have_count(2)
    await ana.test_id("versions").scroll_into_view_if_needed()
    return ana


async def library_shared(scenery: Scenery) -> Person:
    ana = await library_item(scenery)
    await ana.page.get_by_role("button", name="Share by link").click()
    await expect(ana.test_id("item-link")).to_be_visible()
    return ana


async def library_people(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.test_id("share").click()
    await expect(ana.page.get_by_role("heading", name="People and links")).to_be_visible()
    await ana.page.get_by_role("button", name="Make link").click()
    await expect(ana.test_id("links").get_by_role("listitem")).to_have_count(1)
    return ana


async def library_settings(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    await ana.page.get_by_role("button", name="Library settings").click()
    await expect(ana.page.get_by_text("Who can see it")).to_be_visible()
    return ana


async def library_deleted(scenery: Scenery) -> Person:
    ana = await library_item(scenery)
    await ana.page.get_by_role("button", name="Delete", exact=True).click()
    await ana.is_live()
    await ana.page.get_by_role("button", name="Deleted, 1").click()
    await expect(ana.test_id("deleted")).to_contain_text("Corner")
    return ana


async def library_viewer(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    library = filled(scenery.stage.api, owner)
    ben = await scenery.stage.person("Ben")
    await ben.open_link(library_link(scenery.stage.api, owner, library, "viewer"))
    await ben.is_live()
    await ben.page.get_by_role("button", name="Low block, ").click()
    return ben


async def library_public(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    library = filled(scenery.stage.api, owner)
    scenery.stage.api.call("PUT", f"/libraries/{library}/public", {"public": True}, owner)
    ben = await scenery.stage.person("Ben")
    await ben.page.goto(f"{ben.url}/library.html#room={library}")
    await expect(ben.test_id("items")).to_contain_text("Rondo")
    return ben


async def library_offline(scenery: Scenery) -> Person:
    ana = await library_items(scenery)
    scenery.proxy.cut()
    await expect(ana.pill).to_contain_text(re.compile("Offline|Back in"))
    await ana.page.get_by_role("button", name="Low block, ").click()
    await ana.page.get_by_role("button", name="Duplicate").click()
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    return ana


async def library_overrode(scenery: Scenery) -> Person:
    ana, library = await _owner(scenery)
    assert ana.guest is not None
    api = scenery.stage.api
    item = put_item(api, ana.guest, library, "Counter")
    ben = await scenery.stage.person("Ben")
    await ben.open_link(library_link(api, ana.guest, library))
    await ben.is_live()
    await ben.page.get_by_role("button", name="Counter, ").click()
    field = ben.page.get_by_role("textbox", name="Name", exact=True)
    await field.focus()
    await open_library(ana, library, item)
    mine = ana.page.get_by_role("textbox", name="Name", exact=True)
    await mine.fill("Counter, left")
    await mine.press("Enter")
    await expect(ben.page.locator(f'[data-item="{item}"]')).to_contain_text("Counter, left")
    await field.fill("Counter, right")
    await field.press("Enter")
    await expect(ana.test_id("lost")).to_be_visible()
    return ana


async def library_not_found(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/library.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()
    return ana


async def board_shelf(scenery: Scenery) -> Person:
    ana, library = await _owner(scenery)
    assert ana.guest is not None
    await ana.open_board(scenery.stage.api.board(ana.guest, "Saturday, first half"))
    await ana.page.get_by_role("button", name="Library", exact=True).click()
    await ana.page.get_by_label("From").select_option(library)
    await expect(ana.test_id("shelf-rows")).to_contain_text("Low block")
    return ana


async def board_shelf_kept(scenery: Scenery) -> Person:
    ana = await board_shelf(scenery)
    await ana.page.get_by_role("button", name="Into a library").click()
    await ana.page.get_by_role("textbox", name="Name", exact=True).fill("Our shape")
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(ana.test_id("shelf-saved")).to_contain_text("Saved")
    await ana.test_id("shelf-saved").scroll_into_view_if_needed()
    return ana


LIBRARY_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        libraries_list,
        libraries_empty,
        library_sign_in,
        library_built_in,
        library_items,
        library_empty,
        library_nothing_found,
        library_filter,
        library_item,
        library_versions,
        library_shared,
        library_people,
        library_settings,
        library_deleted,
        library_viewer,
        library_public,
        library_offline,
        library_overrode,
        library_not_found,
        board_shelf,
        board_shelf_kept,
    )
}
