"""Phases: made and worked on by two people, one of whom loses the connection; played alone and for
all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.support.browser import LIMIT_MS, Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.server_process import ServerProcess, free_port, server_process
from tests.support.tcp_proxy import TcpProxy, proxied

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def line(tmp_path: Path) -> AsyncGenerator[tuple[ServerProcess, TcpProxy]]:
    """A server of one's own, whose WebSocket the pages reach through a cable that can be pulled."""
    ws_port = free_port()
    async with proxied(ws_port) as proxy:
        address = f"ws://localhost:{proxy.port}/ws"
        settings = {**GENEROUS, "ws_port": str(ws_port), "ws_url": address}
        async with server_process(tmp_path / "data", **settings) as server:
            yield server, proxy


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser, line: tuple[ServerProcess, TcpProxy]) -> AsyncGenerator[Stage]:
    made = Stage(browser, line[0].url)
    yield made
    await made.close()


def chips(person: Person) -> Locator:
    return person.page.locator(".chip")


def act(person: Person, name: str) -> Locator:
    return person.page.locator(f'[data-act="{name}"]')


async def far_apart(person: Person, object_id: str, at: tuple[int, int]) -> None:
    """Waits until it is drawn more than a metre from there."""
    async with asyncio.timeout(LIMIT_MS / 1_000):
        while True:
            x, y = await person.place(object_id)
            if abs(x - at[0]) + abs(y - at[1]) > 1_000:
                return


async def test_two_work_on_phases_and_one_of_them_offline(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, room = await people.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    begun = await ana.place(eight)
    await act(ana, "add-phase").click()
    await expect(chips(ana)).to_have_count(2)
    await expect(chips(ben)).to_have_count(2)
    there = await ana.drag(eight, 90, -60)
    # For Ben, who looks at the set-up, nothing has moved; in the phase it has.
    await chips(ben).nth(1).click()
    await ben.sees(eight, there)
    await chips(ben).nth(0).click()
    await ben.sees(eight, begun)

    proxy.cut()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in \d+ s)$"))
    mine = await ana.drag(ten, 60, 50)
    await act(ana, "add-phase").click()
    later = await ana.drag(eight, 60, 90)
    await expect(ana.pill).to_have_text("Offline, 3 waiting")
    proxy.mend()
    await ana.is_live()
    await ben.is_live()
    await expect(chips(ben)).to_have_count(3)
    await chips(ben).nth(1).click()
    await ben.sees(ten, mine)
    await ben.sees(eight, there)
    await chips(ben).nth(2).click()
    await ben.sees(eight, later)

    # What goes with a phase is told once, and undone as one.
    assert ana.guest is not None
    await chips(ana).nth(1).click()
    await chips(ana).nth(1).click()
    phase = ana.page.get_by_role("complementary", name="Phase")
    await phase.get_by_role("button", name="Delete").click()
    await expect(chips(ben)).to_have_count(2)
    await act(ana, "undo").click()
    await expect(chips(ben)).to_have_count(3)
    await chips(ben).nth(1).click()
    await ben.sees(eight, there)
    view = await asyncio.to_thread(people.api.view, ana.guest, room)
    assert view["objects"][eight]["props"]["at"] is not None
    assert sum(one["sort"] == "stop" for one in view["objects"].values()) == 3


async def test_offline_moves_in_a_phase_are_kept_beside_the_one_in_conflict(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, room = await people.two_on_a_board(conflicts="ask")
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    await act(ana, "add-phase").click()
    await chips(ben).nth(1).click()
    await ben.sees(eight, await ana.drag(eight, 30, 0))
    await ana.is_live()
    proxy.cut()
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ana.press("Control+a", "Shift+ArrowRight")
    await expect(ana.pill).to_have_text(re.compile(r", 1 waiting$"))
    mine, tens = await ana.place(eight), await ana.place(ten)
    proxy.mend()
    await ben.is_live()
    await ben.drag(eight, 0, 60)
    await ben.is_live()
    await ana.context.set_offline(False)
    asked = ana.test_id("conflict")
    await expect(asked).to_contain_text("Ben moved 8")
    await asked.get_by_role("button", name="Mine").click()
    await ben.sees(eight, mine)
    await ben.sees(ten, tens)
    await ana.is_live()
    assert ana.guest is not None
    view = await asyncio.to_thread(people.api.view, ana.guest, room)
    assert sum(one["sort"] == "stop" for one in view["objects"].values()) == 23


async def test_the_phases_play_for_oneself_and_then_for_all(people: Stage) -> None:
    ana, ben, _ = await people.two_on_a_board()
    eight = await ana.token("8 ")
    begun = await ana.place(eight)
    await act(ana, "add-phase").click()
    there = await ana.drag(eight, 90, -60)
    await chips(ana).nth(0).click()
    await ana.sees(eight, begun)

    await act(ana, "play").click()
    await far_apart(ana, eight, begun)
    assert await ben.place(eight) == begun, "it plays for Ana alone"
    await ana.sees(eight, there)
    await expect(act(ana, "play")).to_have_attribute("aria-label", "Play")

    await act(ana, "play-for-all").click()
    await far_apart(ben, eight, begun)
    await ben.sees(eight, there)
    await expect(act(ben, "stop-for-all")).to_be_visible()
    # Ben looks elsewhere and comes back; Ana ends it for everybody.
    await act(ben, "watch-alone").click()
    await ben.sees(eight, begun)
    await act(ben, "watch-with-all").click()
    await ben.sees(eight, there)
    await act(ana, "stop-for-all").click()
    await expect(act(ben, "stop-for-all")).to_have_count(0)
    await ben.sees(eight, begun)
    # Who looked alone while it ended watches the next one with all.
    await act(ana, "play-for-all").click()
    await act(ben, "watch-alone").click()
    await act(ana, "stop-for-all").click()
    await expect(act(ben, "watch-with-all")).to_have_count(0)
    await act(ana, "play-for-all").click()
    await expect(act(ben, "stop-for-all")).to_be_visible()
    await ben.sees(eight, there)


async def test_a_part_of_the_phases_goes_again_and_again_for_all(people: Stage) -> None:
    ana, ben, room = await people.two_on_a_board()
    eight = await ana.token("8 ")
    begun = await ana.place(eight)
    await act(ana, "add-phase").click()
    middle = await ana.drag(eight, 60, -40)
    await act(ana, "add-phase").click()
    await ana.drag(eight, 60, 60)
    await act(ana, "play-for-all").click()
    await expect(act(ben, "stop-for-all")).to_be_visible()
    # By keys: the button, then which phase is the last.
    await ana.page.get_by_role("button", name="Again and again").press("Enter")
    last = ana.page.get_by_label("To phase")
    await last.focus()
    await ana.press("ArrowUp")
    await expect(ben.page.get_by_label("To phase")).to_have_value("0")
    await expect(ben.page.get_by_label("From phase")).to_have_value("0")
    assert ana.guest is not None
    view = await asyncio.to_thread(people.api.view, ana.guest, room)
    assert (view["playback"]["from_ms"], view["playback"]["to_ms"]) == (None, 2_000)
    await far_apart(ben, eight, begun)
    assert (await ben.place(eight))[1] <= begun[1], "it never gets into the second"
    # Phase by phase: only the second.
    await ana.page.get_by_label("From phase").select_option(index=1)
    await expect(ben.page.get_by_label("To phase")).to_have_value("1")
    await far_apart(ben, eight, middle)
    await ana.page.get_by_role("button", name="Again and again").click()
    await expect(ben.page.get_by_label("To phase")).to_have_count(0)


async def test_who_comes_late_is_where_the_others_are(people: Stage) -> None:
    ana, _, room = await people.two_on_a_board()
    eight = await ana.token("8 ")
    await act(ana, "add-phase").click()
    there = await ana.drag(eight, 90, -60)
    await act(ana, "play-for-all").click()
    await ana.sees(eight, there)
    assert ana.guest is not None
    eve = await people.person("Eve")
    await eve.open_link(people.api.link(ana.guest, room, "viewer"))
    await eve.is_live()
    await eve.sees(eight, there)
    await expect(act(eve, "stop-for-all")).to_have_count(0)
    await expect(act(eve, "add-phase")).to_have_count(0)


async def test_by_keyboard_a_phase_is_made_and_played(people: Stage) -> None:
    ana, ben, _ = await people.two_on_a_board()
    eight = await ana.token("8 ")
    begun = await ana.place(eight)
    await act(ana, "add-phase").focus()
    await ana.press("Enter")
    await ana.thing(eight).focus()
    await ana.press("Shift+ArrowRight", "Shift+ArrowRight")
    await chips(ben).nth(1).click()
    there = (begun[0] + 10_000, begun[1])
    await ben.sees(eight, there)
    await ana.page.locator("svg.scene").focus()
    await ana.press("[")
    await ana.sees(eight, begun)
    await ana.press("p")
    await ana.sees(eight, there)
