"""States of the page of games, brought about by their real causes (see page_states.py)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec.structs import replace
from playwright.async_api import expect

from protocol.feed import DeletePlay, Header, ReportHeader, ReportPlay, ReviewPlay, StatLine
from tests.support.browser import Guest, Person, Stage
from tests.support.page_feed import (
    GAME,
    feed_link,
    new_feed,
    open_feed,
    play_until,
    report,
    score_said,
)
from tests.support.tcp_proxy import TcpProxy

SOME = 37
"""Plays of a game that goes on."""


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    proxy: TcpProxy


async def _fan(scenery: Scenery, steps: int | None = SOME) -> tuple[Person, Guest, str]:
    """Somebody who follows, and whoever reports."""
    owner = scenery.stage.api.guest("Ana Costa")
    room = new_feed(scenery.stage.api, owner)
    if steps != 0:
        play_until(scenery.stage.api, owner, room, steps)
    ben = await scenery.stage.person("Ben")
    await ben.open_link(feed_link(scenery.stage.api, owner, room))
    await ben.is_live()
    return ben, owner, room


async def feed_sign_in(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    room = new_feed(scenery.stage.api, owner)
    ben = await scenery.stage.person(None)
    await ben.open_link(feed_link(scenery.stage.api, owner, room))
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def feed_empty(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    await open_feed(ana, new_feed(scenery.stage.api, ana.guest))
    await expect(ana.test_id("empty")).to_contain_text("No plays yet")
    return ana


async def feed_pregame(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery, 0)
    header = Header(GAME.home.team, GAME.away.team, phase="pregame")
    report(scenery.stage.api, owner, room, ReportHeader("gsis", 1, header))
    await expect(ben.test_id("empty")).to_contain_text("Not begun")
    return ben


async def feed_live(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    await expect(ben.test_id("drive")).to_contain_text("drive")
    return ben


async def feed_delayed(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    await ben.page.get_by_role("button", name="See it later").click()
    await ben.page.get_by_role("button", name="Cable, 30 s").click()
    await expect(ben.test_id("behind")).to_have_text("30 s behind")
    await expect(ben.test_id("delay-said")).to_have_text("30 s behind")
    return ben


async def feed_paused(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    await ben.page.get_by_role("button", name="See it later").click()
    await ben.test_id("pause").click()
    await expect(ben.test_id("watching")).to_contain_text("Paused at")
    await expect(ben.test_id("go-on")).to_be_enabled()
    return ben


async def feed_partial(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    await ben.page.get_by_role("button", name="Scoring").click()
    await ben.test_id("only").check()
    await expect(ben.test_id("partial")).to_be_visible()
    await ben.page.get_by_text("More filters").click()
    await ben.page.get_by_label("R.Umber, FOX").or_(ben.page.locator(".mine input")).first.check()
    return ben


async def feed_under_review(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery)
    play = GAME.plays[SOME - 1]
    report(scenery.stage.api, owner, room, ReviewPlay("gsis", 2, play.id, on=True))
    await expect(ben.test_id("review")).to_be_visible()
    return ben


async def feed_corrected(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery)
    wrong, gone = GAME.plays[SOME - 2], GAME.plays[SOME - 4]
    team = wrong.possession
    lines = (StatLine(10, team, f"{team}-X", "X.Corrected", 3), *wrong.stats[1:])
    text = "X.Corrected left guard for 3 yards."
    corrected = ReportPlay("gsis", 2, replace(wrong, stats=lines, to_go=8, text=text))
    report(scenery.stage.api, owner, room, corrected, DeletePlay("gsis", 2, gone.id))
    await expect(ben.page.locator('[data-state="corrected"]')).to_contain_text("X.Corrected")
    await expect(ben.page.locator('[data-state="deleted"]')).to_be_visible()
    return ben


async def feed_inconsistent(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery)
    score_said(scenery.stage.api, owner, room, 99)
    await expect(ben.test_id("inconsistent")).to_contain_text("do not agree")
    return ben


async def feed_final(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery, None)
    await expect(ben.test_id("game-clock")).to_have_text("Final")
    return ben


async def feed_offline(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    scenery.proxy.cut()
    await expect(ben.pill).to_contain_text(re.compile("Offline|Back in"))
    await expect(ben.test_id("as-of")).to_be_visible()
    return ben


async def feed_chat(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery)
    await ben.page.get_by_role("button", name="Chat").click()
    await ben.page.get_by_role("textbox", name="Message").fill("What a drive")
    await ben.press("Enter")
    await expect(ben.page.get_by_text("What a drive")).to_be_visible()
    return ben


async def feed_not_found(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/feed.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()
    return ana


FEED_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        feed_sign_in,
        feed_empty,
        feed_pregame,
        feed_live,
        feed_delayed,
        feed_paused,
        feed_partial,
        feed_under_review,
        feed_corrected,
        feed_inconsistent,
        feed_final,
        feed_offline,
        feed_chat,
        feed_not_found,
    )
}
"""Name to what brings it about."""
