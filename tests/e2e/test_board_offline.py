"""The connection goes, the server dies, the page is reloaded: work goes on, and nothing is lost or
doubled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.browser import LIMIT_MS, Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.server_process import ServerProcess, free_port, server_process
from tests.support.tcp_proxy import TcpProxy, proxied

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OFFLINE_COMMANDS = 1_000

PLACE_MANY = """(count) => {
    // The ball tool, pressed faster than by any hand, through the page's own pointer events.
    const scene = document.querySelector(".scene");
    const box = scene.getBoundingClientRect();
    const pointer = { bubbles: true, cancelable: true, pointerId: 1, pointerType: "mouse" };
    for (let i = 0; i < count; i += 1) {
        const clientX = box.left + 120 + (i % 40) * 20;
        const clientY = box.top + 80 + Math.floor(i / 40) * 20;
        for (const type of ["pointerdown", "pointerup"]) {
            scene.dispatchEvent(new PointerEvent(type, { ...pointer, clientX, clientY }));
        }
    }
}"""

COUNT_STORED = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter((one) =>
    one.name.startsWith("touchline")); const database = await new Promise((resolve) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => resolve(asked.result);
    });
    const count = await new Promise((resolve) => {
        const asked = database.transaction("commands").objectStore("commands").count();
        asked.onsuccess = () => resolve(asked.result);
    });
    database.close();
    return count;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def line(tmp_path: Path) -> AsyncGenerator[tuple[ServerProcess, TcpProxy]]:
    """A server of one's own, whose WebSocket the pages reach through a cable that can be pulled."""
    ws_port = free_port()
    async with proxied(ws_port) as proxy:
        address = f"ws://localhost:{proxy.port}/ws"
        settings = {**GENEROUS, "ws_port": str(ws_port), "ws_url": address, "guest_token_h": "96"}
        async with server_process(tmp_path / "data", **settings) as server:
            yield server, proxy


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser, line: tuple[ServerProcess, TcpProxy]) -> AsyncGenerator[Stage]:
    """A stage before that server."""
    made = Stage(browser, line[0].url)
    yield made
    await made.close()


async def nudge(person: Person, token: str) -> None:
    """One command by the keyboard."""
    await person.thing(token).focus()
    await person.press("Shift+ArrowRight")


async def test_the_cable_is_pulled_and_put_back(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, room = await people.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    proxy.cut()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in \d+ s)$"))
    mine = await ana.drag(eight, 60, -40)
    await ana.drag(ten, -30, 30)
    await expect(ana.pill).to_have_text("Offline, 2 waiting")
    await expect(ana.thing(eight)).to_have_class(re.compile("pending"))
    proxy.mend()
    await ana.is_live()
    await expect(ana.thing(eight)).not_to_have_class(re.compile("pending"))
    await ben.sees(eight, mine)
    await people.settled_at(ana, room, eight, mine)


async def test_a_thousand_commands_made_offline_merge_after_a_reload(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    server, proxy = line
    owner = people.api.guest("Ana Costa")
    room = people.api.board(owner)
    ana = await people.person("Ana", owner, service_workers="allow")
    ben = await people.person("Ben")
    await ana.open_board(room)
    await ben.open_link(people.api.link(owner, room))
    await ben.is_live()
    await ana.page.evaluate("async () => { await navigator.serviceWorker.ready }")
    eight = await ana.token("8 ")
    proxy.cut()
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ana.press("b")
    await ana.page.evaluate(PLACE_MANY, OFFLINE_COMMANDS)
    await expect(ana.pill).to_have_text(f"Offline, {OFFLINE_COMMANDS} waiting")
    async with asyncio.timeout(LIMIT_MS / 1_000):
        stored = 0
        while stored < OFFLINE_COMMANDS:
            stored = await ana.page.evaluate(COUNT_STORED)
    # The page comes back from the service worker, the board and the queue from the browser's
    # storage.
    await ana.page.reload()
    await expect(ana.pill).to_have_text(f"Offline, {OFFLINE_COMMANDS} waiting")
    balls = ana.page.locator('[data-sort="ball"]')
    await expect(balls).to_have_count(OFFLINE_COMMANDS + 1)
    proxy.mend()
    await ben.is_live()
    moved = await ben.drag(eight, 60, -40)
    await ana.context.set_offline(False)
    await ana.is_live(patience=4)
    await expect(balls).to_have_count(OFFLINE_COMMANDS + 1)
    await expect(ben.page.locator('[data-sort="ball"]')).to_have_count(OFFLINE_COMMANDS + 1)
    await ana.sees(eight, moved)
    objects = people.api.view(owner, room)["objects"]
    assert sum(one["sort"] == "ball" for one in objects.values()) == OFFLINE_COMMANDS + 1
    await expect(ana.test_id("unsaved-button")).to_have_count(0)
    assert server.log


async def test_a_killed_server_comes_back_with_everything(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    server, _ = line
    ana, ben, room = await people.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    before = await ana.drag(eight, 60, -40)
    await people.settled_at(ana, room, eight, before)
    await server.kill()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in \d+ s)$"))
    meanwhile = await ana.drag(ten, -50, 70)
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    await server.start()
    for person in (ana, ben):
        await person.is_live()
        await person.sees(eight, before)
        await person.sees(ten, meanwhile)


async def test_a_restart_is_announced_and_nobody_sees_an_error(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    server, _ = line
    ana, ben, _ = await people.two_on_a_board()
    eight = await ana.token("8 ")
    server.ask_to_stop()
    await expect(ana.pill).to_have_text(re.compile("^Server moving"))
    where = await ana.drag(eight, 60, -40)
    await server.stop()
    await server.start()
    for person in (ana, ben):
        await person.is_live()
        await person.sees(eight, where)
        await expect(person.test_id("unsaved-button")).to_have_count(0)
        await expect(person.test_id("refusal")).to_have_count(0)


async def test_offline_moves_of_the_same_player_are_asked_about_on_return(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, room = await people.two_on_a_board(conflicts="ask")
    eight = await ana.token("8 ")
    proxy.cut()
    await ana.context.set_offline(True)
    await ben.context.set_offline(False)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    mine = await ana.drag(eight, -100, 50)
    proxy.mend()
    await ben.is_live()
    theirs = await ben.drag(eight, 60, -40)
    await people.settled_at(ben, room, eight, theirs)
    await ana.context.set_offline(False)
    asked = ana.test_id("conflict")
    await expect(asked).to_contain_text("Ben moved 8")
    # The question waits, also for a reload.
    await ana.page.reload()
    await expect(asked).to_contain_text("Ben moved 8")
    await asked.get_by_role("button", name="Mine").click()
    await ben.sees(eight, mine)


async def test_what_was_refused_is_kept_until_the_person_decides(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, _ = await people.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    proxy.cut()
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ben.drag(eight, -100, 50)
    await ben.drag(ten, -50, 50)
    proxy.mend()
    await ana.is_live()
    await ana.select(eight)
    await ana.press("Delete")
    await ana.select(ten)
    await ana.page.get_by_role("button", name="Edit").click()
    await ana.page.get_by_role("button", name="Lock", exact=True).click()
    await expect(ana.thing(ten)).to_have_class(re.compile("locked"))
    await ana.is_live()
    await ben.context.set_offline(False)
    await expect(ben.test_id("unsaved-button")).to_have_text("2 not saved")
    await ben.page.reload()
    await ben.test_id("unsaved-button").click()
    kept = ben.test_id("unsaved")
    await expect(kept.locator('[data-code="deleted"]')).to_contain_text("Ana Costa deleted")
    await expect(kept.locator('[data-code="locked"]')).to_contain_text("Ana Costa has locked 10")
    await kept.locator('[data-code="locked"]').get_by_role("button", name="Discard").click()
    await expect(ben.test_id("unsaved-button")).to_have_text("1 not saved")
    await kept.locator('[data-code="deleted"]').get_by_role("button", name="Discard").click()
    await expect(ben.test_id("unsaved-button")).to_have_count(0)


async def test_what_waited_for_more_than_a_day_is_reviewed_first(
    people: Stage, line: tuple[ServerProcess, TcpProxy]
) -> None:
    _, proxy = line
    ana, ben, _ = await people.two_on_a_board()
    eight = await ana.token("8 ")
    start = await ana.place(eight)
    proxy.cut()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    mine = await ana.drag(eight, 60, -40)
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    await ana.page.close()
    proxy.mend()
    await ben.is_live()
    await ana.context.clock.install()
    await ana.context.clock.fast_forward("25:00:00")
    ana.page = await ana.context.new_page()
    assert ana.guest is not None
    await ana.page.goto(f"{people.url}/board.html#room={_room_of(ben)}")
    await expect(ana.test_id("unsaved-button")).to_have_text("1 not saved")
    await ben.sees(eight, start)
    await ana.test_id("unsaved-button").click()
    await expect(ana.test_id("unsaved")).to_contain_text("waited for more than a day")
    await ana.page.get_by_role("button", name="Send it now").click()
    await ben.sees(eight, mine)


def _room_of(person: Person) -> str:
    found = re.search(r"room=(r_[\w-]{22})", person.page.url)
    assert found, person.page.url
    return found[1]
