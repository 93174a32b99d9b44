"""States of the page of leagues, brought about by their real causes (see page_states.py)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from msgspec.structs import replace
from playwright.async_api import expect

from protocol.feed import Play, ReportPlay, ReviewPlay
from tests.support.browser import Person, Stage
from tests.support.page_league import (
    HOUR_MS,
    LIVE,
    PageLeague,
    hand_over,
    new_league,
    open_league,
)
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy

SOME = 60
"""Plays of a game that goes on."""


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    server: ServerProcess
    proxy: TcpProxy


async def _fan(scenery: Scenery, made: PageLeague) -> Person:
    """Somebody who looks."""
    ben = await scenery.stage.person("Ben")
    await ben.open_link(made.link())
    await ben.is_live()
    return ben


async def _manager(scenery: Scenery, made: PageLeague) -> Person:
    """Ben has the last team."""
    ben = await scenery.stage.person("Ben")
    await ben.open_link(made.link("editor"))
    await ben.is_live()
    assert ben.guest is not None
    hand_over(made, ben.guest)
    await expect(ben.test_id("edit")).to_be_visible()
    return ben


def _made(scenery: Scenery, steps: int | None = SOME, *, in_ms: int = 0) -> PageLeague:
    made = new_league(scenery.stage.api, scenery.server.data_dir, begins_in_ms=in_ms)
    if steps != 0:
        made.play(steps)
    return made


def thrown() -> Play:
    """A pass of the game that was caught before anybody's points are looked at."""
    return next(play for play in LIVE.plays if any(one.stat == 21 for one in play.stats))


TACKLER = "HAR-Kestrel"
"""Of the team that has won the second matchup of the week, by less than a tackle."""


def untackled() -> list[ReportPlay]:
    """Two tackles of the game that is on were somebody else's."""
    his = [play for play in LIVE.plays if any(one.player == TACKLER for one in play.stats)]
    return [
        ReportPlay(
            "gsis", 1_000,
            replace(play, stats=tuple(one for one in play.stats if one.player != TACKLER)),
        )
        for play in his[:2]
    ]  # fmt: skip


async def league_sign_in(scenery: Scenery) -> Person:
    made = new_league(scenery.stage.api, scenery.server.data_dir)
    ben = await scenery.stage.person(None)
    await ben.open_link(made.link())
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def league_empty(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    body: dict[str, Any] = {"kind": "league", "name": "Ours", "settings": {}}
    await open_league(ana, str(scenery.stage.api.call("POST", "/rooms", body, ana.guest)["id"]))
    await expect(ana.test_id("empty")).to_contain_text("No matchups")
    return ana


async def league_pregame(scenery: Scenery) -> Person:
    made = new_league(scenery.stage.api, scenery.server.data_dir, begins_in_ms=HOUR_MS, before=2)
    ben = await _fan(scenery, made)
    await expect(ben.test_id("phase")).to_have_text("Not begun")
    return ben


async def league_live(scenery: Scenery) -> Person:
    made = _made(scenery)
    ben = await _manager(scenery, made)
    for step in range(SOME + 1, SOME + 7):
        made.play(step)
    await expect(ben.test_id("ticker")).to_be_visible()
    return ben


async def league_matchup(scenery: Scenery) -> Person:
    """The trail of somebody who has points is open."""
    ben = await _fan(scenery, _made(scenery))
    await ben.test_id("matchup-1").click()
    await ben.test_id("line-ups").locator("button").first.click()
    await expect(ben.test_id("trail").locator("li").first).to_be_visible()
    return ben


async def league_under_review(scenery: Scenery) -> Person:
    made = _made(scenery)
    ben = await _fan(scenery, made)
    made.report(ReviewPlay("gsis", 2, thrown().id, on=True))
    await expect(ben.test_id("review")).to_be_visible()
    return ben


async def league_line_up(scenery: Scenery) -> Person:
    """One player is in hand, and may change with two; who has kicked off is locked."""
    ben = await _manager(scenery, _made(scenery, 0, in_ms=HOUR_MS))
    await ben.test_id("edit").click()
    await ben.page.locator('[data-place="s6"] .button').click()
    await expect(ben.page.locator('[data-target="yes"]')).to_have_count(2)
    return ben


async def league_late_game(scenery: Scenery) -> Person:
    """He sees the game that is on late, and so the league."""
    made = _made(scenery)
    ben = await scenery.stage.person("Ben")
    api = scenery.stage.api
    game = api.link(made.owner, made.feeds[3], "viewer")
    await ben.open_link(game.replace("board.html", "feed.html"))
    await ben.is_live()
    await ben.open_link(made.link())
    await ben.is_live()
    assert ben.guest is not None
    body = {"command": {"type": "delay.set", "seconds": 2}}
    api.call("POST", f"/rooms/{made.feeds[3]}/commands", body, ben.guest)
    await expect(ben.test_id("late-game")).to_contain_text("2 seconds late")
    return ben


async def league_delayed(scenery: Scenery) -> Person:
    ben = await _fan(scenery, _made(scenery))
    await ben.page.get_by_role("button", name="See it later").click()
    # Not longer than the league has been there.
    await ben.test_id("delay").fill("2")
    await expect(ben.test_id("behind")).to_have_text("2 s behind")
    await expect(ben.test_id("phase")).to_have_text("Live")
    return ben


async def league_provisional(scenery: Scenery) -> Person:
    ben = await _fan(scenery, _made(scenery, None))
    await expect(ben.test_id("phase")).to_contain_text("provisional")
    return ben


async def league_settled(scenery: Scenery) -> Person:
    made = _made(scenery, None)
    made.settle(2)
    ben = await _fan(scenery, made)
    await ben.test_id("matchup-1").click()
    await expect(ben.test_id("phase")).to_contain_text("Settled")
    return ben


async def league_corrected(scenery: Scenery) -> Person:
    """A correction has turned results over."""
    made = _made(scenery, None)
    made.settle(2)
    ben = await _fan(scenery, made)
    made.report(*untackled())
    await expect(ben.test_id("corrected")).to_contain_text("has won now")
    return ben


async def league_offline(scenery: Scenery) -> Person:
    ben = await _fan(scenery, _made(scenery))
    await expect(ben.test_id("tiles")).to_contain_text("playing")
    scenery.proxy.cut()
    await expect(ben.pill).to_contain_text(re.compile("Offline|Back in"))
    await expect(ben.test_id("as-of")).to_be_visible()
    return ben


async def league_not_found(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{ana.url}/league.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()
    return ana


LEAGUE_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        league_sign_in,
        league_empty,
        league_pregame,
        league_live,
        league_matchup,
        league_under_review,
        league_line_up,
        league_delayed,
        league_late_game,
        league_provisional,
        league_settled,
        league_corrected,
        league_offline,
        league_not_found,
    )
}
"""Name to what brings it about."""
