"""Every state of the pages, brought about by its real cause at the real server: what screenshots
and layout tests look at.

Each is a function from a stage (and the cable between its pages and the server) to the person whose
page is in that state.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import expect

from tests.support.account_states import ACCOUNT_STATES
from tests.support.browser import Person, Stage
from tests.support.draft_states import DRAFT_STATES
from tests.support.exchange_states import EXCHANGE_STATES
from tests.support.explore_states import EXPLORE_STATES
from tests.support.feed_states import FEED_STATES
from tests.support.league_states import LEAGUE_STATES
from tests.support.library_states import LIBRARY_STATES
from tests.support.meet_states import MEET_STATES
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy

WIDTHS = {"390": (390, 844), "768": (768, 1024), "1280": (1280, 800), "1920": (1920, 1080)}
THEMES = ("dark", "light")


@dataclass
class Scenery:
    """What a state may pull at."""

    stage: Stage
    server: ServerProcess
    proxy: TcpProxy

    async def board(self, *, role: str = "owner", line_ups: bool = True, **settings: str) -> Person:
        """Somebody alone on a board."""
        owner = self.stage.api.guest("Ana Costa")
        room = self.stage.api.board(owner, "Saturday, first half", line_ups=line_ups, **settings)
        if role == "owner":
            ana = await self.stage.person("Ana Costa", owner)
            await ana.open_board(room)
            return ana
        ben = await self.stage.person("Ben")
        await ben.open_link(self.stage.api.link(owner, room, role))
        await ben.is_live()
        return ben


State = Callable[[Scenery], Awaitable[Person]]


async def start_sign_in(scenery: Scenery) -> Person:
    ana = await scenery.stage.person(None)
    await ana.page.goto(scenery.stage.url)
    await expect(ana.page.get_by_label("Your name")).to_be_visible()
    return ana


async def start_empty(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(scenery.stage.url)
    await expect(ana.page.get_by_text("No boards yet")).to_be_visible()
    return ana


async def start_boards(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    for name in ("Saturday, first half", "Corner kicks, defending", "Two-minute drill"):
        scenery.stage.api.board(ana.guest, name)
    await ana.page.goto(scenery.stage.url)
    await expect(ana.test_id("own-boards")).to_contain_text("Corner kicks")
    return ana


async def start_server_gone(scenery: Scenery) -> Person:
    ana = await start_empty(scenery)
    await scenery.server.kill()
    await ana.page.get_by_role("button", name="Make board", exact=True).click()
    await expect(ana.page.get_by_role("alert").first).to_contain_text("cannot be reached")
    return ana


async def board_name(scenery: Scenery) -> Person:
    owner = scenery.stage.api.guest("Ana Costa")
    ben = await scenery.stage.person(None)
    await ben.open_link(scenery.stage.api.link(owner, scenery.stage.api.board(owner)))
    await expect(ben.page.get_by_label("Your name")).to_be_visible()
    return ben


async def board_loading(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    room = scenery.stage.api.board(ana.guest)
    scenery.proxy.cut()
    await ana.page.goto(f"{scenery.stage.url}/board.html#room={room}")
    await expect(ana.page.get_by_label("Loading the board")).to_be_visible()
    return ana


async def board_empty(scenery: Scenery) -> Person:
    ana = await scenery.board(line_ups=False)
    await expect(ana.page.get_by_text("An empty pitch")).to_be_visible()
    return ana


async def board_live(scenery: Scenery) -> Person:
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await draw_marks(ana)
    await ben.page.mouse.move(700, 500)
    await ben.hold(await ben.token("7 "), 60, -60)
    await expect(ana.page.locator(".holder-name")).to_be_visible()
    return ana


async def draw_marks(person: Person) -> None:
    """A zone, a run, a pass and a dribble, a word."""
    mouse = person.page.mouse
    for keys, style, start, end in (
        ("z", None, (760, 180), (980, 330)),
        ("a", "Run", (470, 300), (600, 210)),
        ("a", "Pass", (420, 430), (590, 520)),
        ("a", "Dribble", (680, 425), (850, 300)),
    ):
        await person.press(keys)
        if style:
            await person.page.get_by_role("radio", name=style).click()
        await mouse.move(*start)
        await mouse.down()
        await mouse.move(*end, steps=5)
        await mouse.up()
    await person.press("x")
    await mouse.click(870, 160)
    await person.page.get_by_label("Text on the pitch").fill("Press here")
    await person.press("Enter", "v", "Escape")


async def board_equipment(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.press("e")
    for name, x in (("Goal", 300), ("Cone", 260), ("Ladder", 220), ("Mannequin", 180)):
        await ana.page.get_by_role("radio", name=name, exact=True).click()
        await ana.page.mouse.click(700, x)
    return ana


async def board_layers(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.page.get_by_role("button", name="Layers").click()
    await ana.page.get_by_role("button", name="Lock players and balls").click()
    await expect(ana.page.get_by_text("locked by you")).to_be_visible()
    return ana


async def board_teams(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.page.get_by_role("button", name="Teams").click()
    await ana.page.get_by_role("button", name="Add 7 to the home bench").click()
    await expect(ana.test_id("selection")).to_contain_text("7 things")
    return ana


async def board_arrange(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.page.get_by_role("button", name="Layers").click()
    await ana.page.get_by_role("button", name="Select everything").click()
    await ana.page.get_by_role("button", name="Edit").click()
    await expect(ana.page.get_by_role("button", name="Align upper edges")).to_be_visible()
    return ana


async def board_football(scenery: Scenery) -> Person:
    return await scenery.board(sport="american_football")


async def board_inspector(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.select(await ana.token("8 "))
    await ana.page.get_by_role("button", name="Edit").click()
    return ana


async def board_tool(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await ana.page.get_by_role("radio", name="Arrow").click()
    return ana


async def board_offline(scenery: Scenery) -> Person:
    ana = await scenery.board()
    scenery.proxy.cut()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ana.drag(await ana.token("8 "), 60, -40)
    await ana.drag(await ana.token("10 "), 40, 60)
    await expect(ana.pill).to_have_text("Offline, 2 waiting")
    return ana


async def board_moving(scenery: Scenery) -> Person:
    ana = await scenery.board()
    scenery.server.ask_to_stop()
    await expect(ana.pill).to_have_text(re.compile("^Server moving"))
    return ana


async def _both(scenery: Scenery, conflicts: str) -> tuple[Person, Person]:
    ana, ben, room = await scenery.stage.two_on_a_board(conflicts=conflicts)
    token = await ana.token("8 ")
    await ben.hold(token, -120, 120)
    await ana.sees(token, await ben.place(token))
    await ana.hold(token, 120, 60)
    first = await ana.place(token)
    await ana.let_go()
    await scenery.stage.settled_at(ana, room, token, first)
    await ben.let_go()
    return ana, ben


async def board_conflict(scenery: Scenery) -> Person:
    _, ben = await _both(scenery, "ask")
    await expect(ben.test_id("conflict")).to_be_visible()
    return ben


async def board_overrode(scenery: Scenery) -> Person:
    ana, _ = await _both(scenery, "latest")
    await expect(ana.test_id("overrode")).to_be_visible()
    return ana


async def board_unsaved(scenery: Scenery) -> Person:
    ana, ben, _ = await scenery.stage.two_on_a_board()
    ten = await ana.token("10 ")
    scenery.proxy.cut()
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ben.drag(ten, -50, 50)
    scenery.proxy.mend()
    await ana.is_live()
    await ana.select(ten)
    await ana.press("Delete")
    await ben.context.set_offline(False)
    await expect(ben.test_id("unsaved-button")).to_be_visible()
    await ben.test_id("unsaved-button").click()
    return ben


async def board_viewer(scenery: Scenery) -> Person:
    return await scenery.board(role="viewer")


async def board_timeline(scenery: Scenery) -> Person:
    ana, ben, room = await scenery.stage.two_on_a_board()
    token = await ana.token("8 ")
    await scenery.stage.settled_at(ana, room, token, await ana.drag(token, 60, -40))
    await scenery.stage.settled_at(ben, room, token, await ben.drag(token, 40, 40))
    await open_drawer(ana, "history")
    await expect(ana.test_id("timeline")).to_contain_text("added 23 objects")
    return ana


async def board_past(scenery: Scenery) -> Person:
    ana = await board_timeline(scenery)
    await ana.test_id("timeline").get_by_role("button", name=re.compile("added 23")).click()
    await expect(ana.test_id("past")).to_contain_text("Version")
    await expect(ana.page.get_by_role("button", name="Restore this")).to_be_enabled()
    return ana


async def board_versions(scenery: Scenery) -> Person:
    """Two named versions with their pictures, and a third about to get a name."""
    ana = await board_timeline(scenery)
    token = await ana.token("10 ")
    for name in ("Kick-off", "Press after losing the ball"):
        await ana.page.get_by_role("button", name="Name", exact=True).click()
        await ana.page.get_by_label(re.compile("Name of version")).fill(name)
        await ana.press("Enter")
        await expect(ana.test_id("named-versions")).to_contain_text(name)
        await ana.drag(token, 60, 40)
        await ana.is_live()
    await expect(ana.page.locator("svg.thumb")).to_have_count(2)
    await ana.page.get_by_role("button", name="Name", exact=True).click()
    await expect(ana.page.get_by_label(re.compile("Name of version"))).to_be_visible()
    return ana


async def board_compare(scenery: Scenery) -> Person:
    """What two people moved, deleted and added since a version, with some of it chosen."""
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ana.drag(await ana.token("8 "), 60, -40)
    await ben.drag(await ben.token("10 "), -90, 70)
    await ana.drag(await ana.token("11 "), 120, 10)
    await ben.select(await ben.token("9 "))
    await ben.press("Delete", "t")
    await ben.page.mouse.click(700, 620)
    await ben.is_live()
    assert ana.guest is not None
    await expect(ana.page.locator(".thing.token")).to_have_count(22)
    await open_drawer(ana, "history")
    await ana.test_id("scrub").fill("3")
    await ana.page.get_by_role("button", name="Compare", exact=True).click()
    await expect(ana.test_id("compare-summary")).to_contain_text("3 moved")
    await ana.test_id("differences").get_by_role("checkbox").first.check()
    return ana


async def board_fork(scenery: Scenery) -> Person:
    """The past, about to become a board of its own."""
    ana = await board_past(scenery)
    await ana.page.get_by_role("button", name="Fork").click()
    await expect(ana.page.get_by_label(re.compile("Name of the new board"))).to_be_visible()
    return ana


async def board_forked(scenery: Scenery) -> Person:
    ana = await board_fork(scenery)
    await ana.page.get_by_role("button", name="Make board").click()
    await expect(ana.page.get_by_role("heading", name="Saturday, fork")).to_be_visible()
    await ana.is_live()
    await open_drawer(ana, "history")
    await expect(ana.test_id("origin")).to_contain_text("Saturday")
    return ana


async def board_share(scenery: Scenery) -> Person:
    ana, _, _ = await scenery.stage.two_on_a_board()
    await ana.test_id("share").click()
    await expect(ana.page.get_by_label("Address of the editor link")).not_to_have_value("")
    return ana


async def board_chat(scenery: Scenery) -> Person:
    ana, ben, _ = await scenery.stage.two_on_a_board()
    for person, text in (
        (ana, "Press higher when they play back?"),
        (ben, "Yes, 9 and 11 together."),
    ):
        await open_drawer(person, "chat")
        await person.page.get_by_label("Message", exact=True).fill(text)
        await person.press("Enter")
    await expect(ana.test_id("chat")).to_contain_text("9 and 11")
    return ana


async def board_comments(scenery: Scenery) -> Person:
    """An open thread with an answer, one on a place, the pins of both."""
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ana.select(await ana.token("8 "))
    await ana.test_id("selection").get_by_role("button", name="Comment").click()
    await ana.page.get_by_label("Your comment").fill("Too deep when they press; come short.")
    await ana.press("Enter")
    await ben.press("c")
    await ben.page.mouse.click(760, 250)
    await ben.page.get_by_label("Your comment").fill("Free space for the nine")
    await ben.press("Enter")
    await (
        ben.page.locator(".thread", has_text="Too deep").get_by_role("button", name="Reply").click()
    )
    await ben.page.get_by_label("Reply", exact=True).fill("Then the six has to cover him.")
    await ben.press("Enter")
    await expect(ana.test_id("threads")).to_contain_text("cover him")
    await expect(ana.page.locator(".pin")).to_have_count(2)
    return ana


async def board_here(scenery: Scenery) -> Person:
    """Who is here, one of them followed."""
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ben.page.mouse.move(800, 300)
    await ben.page.mouse.wheel(0, -500)
    await ana.page.get_by_role("button", name="Ben is here, follow").click()
    await ana.page.get_by_role("button", name="Ana Costa (you), who is here").click()
    await expect(ana.test_id("people-here")).to_contain_text("A part of the pitch")
    await expect(ana.test_id("follow-frame")).to_be_attached()
    return ana


async def board_in_phases(scenery: Scenery) -> Person:
    """Two phases; who is in which shows on the strip and in the drawer."""
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ana.page.locator('[data-act="add-phase"]').click()
    await ana.page.locator('[data-act="add-phase"]').click()
    await ben.page.locator(".chip").nth(1).click()
    await ana.page.get_by_role("button", name="Ana Costa (you), who is here").click()
    await expect(ana.page.locator(".people-in")).to_have_count(1)
    await expect(ana.test_id("people-here")).to_contain_text("Phase 1")
    return ana


async def board_presenting(scenery: Scenery) -> Person:
    """Everybody follows."""
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ana.page.get_by_role("button", name="Present", exact=True).click()
    await expect(ana.test_id("together")).to_contain_text("You present")
    await expect(ben.test_id("together")).to_contain_text("Ana Costa presents")
    return ana


async def board_viewer_follows(scenery: Scenery) -> Person:
    """A viewer sees who presents, and the laser of the presenter, who holds it."""
    ana, ben, _ = await scenery.stage.two_on_a_board(role="viewer")
    await ana.page.get_by_role("button", name="Present", exact=True).click()
    await ana.press("k")
    await ana.page.mouse.move(500, 300)
    await ana.page.mouse.down()
    await ana.page.mouse.move(800, 420, steps=20)
    await expect(ben.page.locator("[data-laser]")).to_be_attached()
    await expect(ben.test_id("together")).to_contain_text("Ana Costa presents")
    return ben


async def board_settings(scenery: Scenery) -> Person:
    ana = await scenery.board()
    await open_drawer(ana, "settings")
    return ana


async def board_phases(scenery: Scenery) -> Person:
    """A phase that is worked on: who ran where, one way bent, a pass, the phase's drawer."""
    ana, _, _ = await scenery.stage.two_on_a_board()
    await ana.page.locator('[data-act="add-phase"]').click()
    await ana.drag(await ana.token("7 "), 150, -60)
    await ana.drag(await ana.token("11 "), 140, 40)
    eight = await ana.token("8 ")
    await ana.drag(eight, 160, 20)
    box = await ana.page.locator('[data-handle="bend 0"]').bounding_box()
    assert box is not None
    await ana.page.mouse.move(box["x"] + 8, box["y"] + 8)
    await ana.page.mouse.down()
    await ana.page.mouse.move(box["x"] + 8, box["y"] - 60, steps=4)
    await ana.page.mouse.up()
    await ana.page.locator(".chip").nth(1).click()
    await ana.page.get_by_label("Name", exact=True).fill("Third man")
    await ana.press("Enter")
    return ana


async def board_playing(scenery: Scenery) -> Person:
    """The phases were played for all, and are held at their end."""
    ana = await board_phases(scenery)
    await ana.page.get_by_role("button", name="Close phase").click()
    await ana.page.locator('[data-act="play-for-all"]').click()
    await expect(ana.page.locator('[data-act="stop-for-all"]')).to_be_visible()
    await expect(ana.page.locator('[data-act="play"]')).to_have_attribute("aria-label", "Play")
    return ana


async def open_drawer(person: Person, name: str) -> None:
    """By its button in the top bar."""
    await person.page.locator(f'[data-drawer="{name}"]').click()


async def board_removed(scenery: Scenery) -> Person:
    ana, ben, _ = await scenery.stage.two_on_a_board()
    await ana.test_id("share").click()
    await ana.page.get_by_role("button", name="Remove Ben").click()
    await expect(ben.test_id("end-removed")).to_be_visible()
    return ben


async def board_not_found(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{scenery.stage.url}/board.html#room=r_{'0' * 22}")
    await expect(ana.test_id("end-not-found")).to_be_visible()
    return ana


STATES: dict[str, State] = {
    **ACCOUNT_STATES,
    **EXCHANGE_STATES,
    **LIBRARY_STATES,
    **DRAFT_STATES,
    **FEED_STATES,
    **LEAGUE_STATES,
    **EXPLORE_STATES,
    **MEET_STATES,
    **{
        function.__name__.replace("_", "-"): function
        for function in (
            start_sign_in,
            start_empty,
            start_boards,
            board_name,
            board_loading,
            board_empty,
            board_live,
            board_football,
            board_equipment,
            board_layers,
            board_teams,
            board_arrange,
            board_inspector,
            board_tool,
            board_offline,
            board_conflict,
            board_overrode,
            board_unsaved,
            board_viewer,
            board_timeline,
            board_past,
            board_versions,
            board_compare,
            board_fork,
            board_forked,
            board_share,
            board_chat,
            board_comments,
            board_here,
            board_in_phases,
            board_presenting,
            board_viewer_follows,
            board_settings,
            board_phases,
            board_playing,
            board_removed,
            board_not_found,
            # These two end the server, which then has to be started again.
            board_moving,
            start_server_gone,
        )
    },
}
ENDS_THE_SERVER = frozenset({"board-moving", "start-server-gone"})
