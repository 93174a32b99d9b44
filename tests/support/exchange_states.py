"""States of the drawer of exports and of the player, brought about by their real causes (see
page_states.py)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Protocol

from playwright.async_api import expect

from tests.support.browser import Person, Stage
from tests.support.full_board import full_document


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage


async def board_export(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    room = scenery.stage.api.call("POST", "/rooms/document", full_document(), ana.guest)["id"]
    await ana.open_board(room)
    await ana.page.locator('[data-drawer="exchange"]').click()
    await expect(ana.page.get_by_role("heading", name="Take it with you")).to_be_visible()
    return ana


async def board_import_refused(scenery: Scenery) -> Person:
    ana = await board_export(scenery)
    document = full_document()
    document["objects"][0]["props"]["at"] = [900_000, 0]
    text = json.dumps(document, indent=1, ensure_ascii=False)
    await ana.page.get_by_label("Board file (JSON)").set_input_files(
        {"name": "b.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    await expect(ana.test_id("exchange-problem")).to_contain_text("lies outside of the pitch")
    return ana


async def player(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    room = scenery.stage.api.call("POST", "/rooms/document", full_document(), owner)["id"]
    link = scenery.stage.api.link(owner, room, "viewer").replace("/board.html", "/play.html")
    fan = await scenery.stage.person(None)
    await fan.page.goto(f"{link}&at=900")
    await expect(fan.test_id("step")).to_have_text("1 of 2 · Delivery · 0.9 s")
    return fan


async def player_gone(scenery: Scenery) -> Person:
    fan = await scenery.stage.person(None)
    await fan.page.goto(f"{scenery.stage.url}/play.html#room=r_{'0' * 22}&invite=i_0")
    await expect(fan.test_id("end-gone")).to_be_visible()
    return fan


EXCHANGE_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    function.__name__.replace("_", "-"): function
    for function in (board_export, board_import_refused, player, player_gone)
}
