"""States of the drawer of exports and of the player, brought about by their real causes (see
page_states.py)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Protocol

from playwright.async_api import FilePayload, expect

from tests.support.browser import Person, Stage
from tests.support.full_board import full_document
from tests.support.provider_files import NGS_HEADER, SAMPLES, csv_of, ngs_rows


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


async def start_play(scenery: Scenery) -> Person:
    """Files that hold two plays, and oddities."""
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(scenery.stage.url)
    rows = ngs_rows(60)
    twice = csv_of(NGS_HEADER, [*rows, *(["7", "43", *row[2:]] for row in rows), ["one cell"]])
    await ana.page.get_by_label("Files of one clip or match").set_input_files(
        {"name": "week_1.csv", "mimeType": "text/csv", "buffer": twice}
    )
    await ana.page.get_by_text("1 thing is odd").click()
    await ana.page.get_by_role("button", name="Make the board").scroll_into_view_if_needed()
    return ana


async def board_play(scenery: Scenery) -> Person:
    """Events of a match in the drawer, with a time of one's own."""
    ana = await board_export(scenery)
    files: list[FilePayload] = [
        {"name": name, "mimeType": "application/json", "buffer": content}
        for name, content in SAMPLES["statsbomb"]().items()
    ]
    await ana.page.get_by_label("Files of one clip or match").set_input_files(files)
    await ana.page.get_by_label("What of the match").select_option("own")
    await expect(ana.page.get_by_label("From (min:s)")).to_be_visible()
    await ana.page.get_by_role("button", name="Make the board").scroll_into_view_if_needed()
    return ana


async def board_play_refused(scenery: Scenery) -> Person:
    ana = await board_export(scenery)
    await ana.page.get_by_label("Files of one clip or match").set_input_files(
        {"name": "play.csv", "mimeType": "text/csv", "buffer": b"displayName,homeTeamFlag,x,y\n"}
    )
    await expect(ana.test_id("plays-problem")).to_contain_text("line 1: the header lacks")
    await ana.test_id("plays-problem").scroll_into_view_if_needed()
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
    for function in (
        board_export,
        board_import_refused,
        board_play,
        board_play_refused,
        start_play,
        player,
        player_gone,
    )
}
