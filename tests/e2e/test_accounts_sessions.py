"""Sessions in real browsers: several tabs, no connection, ended from elsewhere, by keyboard alone.
Nothing that was drawn is lost by any of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, expect

from tests.support.account_people import PASSWORD, account, another_device, sign_in, token_of
from tests.support.account_states import asked, press
from tests.support.browser import Person, Stage
from tests.support.browser_fixtures import GENEROUS
from tests.support.eventually import eventually
from tests.support.page_states import Scenery
from tests.support.server_process import free_port, server_process
from tests.support.tcp_proxy import proxied

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(browser: Browser, tmp_path: Path) -> AsyncGenerator[Scenery]:
    """A server of one's own, whose WebSocket the pages reach through a cable that can be pulled."""
    ws_port = free_port()
    async with proxied(ws_port) as proxy:
        address = f"ws://localhost:{proxy.port}/ws"
        settings = {**GENEROUS, "ws_port": str(ws_port), "ws_url": address}
        async with server_process(tmp_path / "data", **settings) as server:
            stage = Stage(browser, server.url)
            yield Scenery(stage, server, proxy)
            await stage.close()


async def ana_on_a_board(scene: Scenery, **context: Any) -> tuple[Person, str]:
    """Somebody with an account, alone on a board with line-ups; its id."""
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa", **context)
    made = await asked(
        scene, ana, "POST", "/rooms", {"kind": "board", "name": "Saturday", "line_ups": True}
    )
    room = str(made["id"])
    await ana.open_board(room)
    return ana, room


async def place_at_server(scene: Scenery, who: Person, room: str, token: str) -> list[int]:
    """Where the server holds it."""
    view = await asked(scene, who, "GET", f"/rooms/{room}")
    at: list[int] = view["state"]["kind"]["objects"][token]["props"]["at"]
    return at


async def test_signed_out_elsewhere_while_offline_keeps_the_edits_and_sends_them_later(
    scene: Scenery,
) -> None:
    ana, room = await ana_on_a_board(scene)
    board = ana.page.url
    eight = await ana.token("8 ")
    scene.proxy.cut()
    await expect(ana.pill).to_have_text(re.compile("^(Offline|Back in)"))
    at = await ana.drag(eight, 60, -40)
    await expect(ana.pill).to_have_text("Offline, 1 waiting")

    phone = await another_device(scene.stage, ana)
    await phone.page.goto(f"{scene.stage.url}/account.html")
    await press(phone, "Sign out the others")
    await expect(phone.test_id("sessions")).to_contain_text("Signed in here only")
    scene.proxy.mend()
    await expect(ana.test_id("end-signed-out")).to_contain_text("is kept on this device")

    await press(ana, "Sign in again")
    await sign_in(ana, ana.email)
    await ana.page.wait_for_url(board)
    await ana.is_live()
    await ana.sees(eight, at)
    assert await place_at_server(scene, ana, room, eight) == list(at)


async def test_signed_in_and_offline_the_board_is_there_and_goes_on_when_the_network_does(
    scene: Scenery,
) -> None:
    ana, room = await ana_on_a_board(scene, service_workers="allow")
    await ana.page.evaluate("async () => { await navigator.serviceWorker.ready }")
    eight = await ana.token("8 ")
    scene.proxy.cut()
    await ana.context.set_offline(True)
    at = await ana.drag(eight, 60, -40)
    await expect(ana.pill).to_have_text("Offline, 1 waiting")
    # A page of its own: the access token of before is gone with the old one.
    await ana.page.reload()
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline, 1 waiting|Back in \d+ s)$"))
    await ana.sees(eight, at)
    await ana.page.goto(f"{scene.stage.url}/account.html")
    await expect(ana.test_id("problem")).to_contain_text("cannot be reached")
    await ana.page.goto(f"{scene.stage.url}/board.html#room={room}")
    await ana.sees(eight, at)
    scene.proxy.mend()
    await ana.context.set_offline(False)
    await ana.is_live()
    assert await place_at_server(scene, ana, room, eight) == list(at)


async def test_the_account_page_tries_again_by_itself_when_the_network_is_back(
    scene: Scenery,
) -> None:
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa", service_workers="allow")
    await ana.page.evaluate("async () => { await navigator.serviceWorker.ready }")
    await ana.context.set_offline(True)
    await ana.page.goto(f"{scene.stage.url}/account.html")
    await expect(ana.test_id("problem")).to_contain_text("cannot be reached")
    await ana.context.set_offline(False)
    await expect(ana.test_id("profile")).to_contain_text(ana.email)


async def test_tabs_share_one_renewal(scene: Scenery) -> None:
    ana, _ = await ana_on_a_board(scene)
    renewals: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/auth/refresh"):
            renewals.append(request.url)

    ana.context.on("request", note)
    tabs: list[Page] = [await ana.context.new_page() for _ in range(4)]
    await asyncio.gather(*(tab.goto(f"{scene.stage.url}/account.html") for tab in tabs))
    for tab in tabs:
        await expect(tab.get_by_test_id("profile")).to_contain_text(ana.email)
    # The board, which is open beside them, has a token that they may all use.
    assert renewals == []
    await ana.page.goto("about:blank")
    for tab in tabs[1:]:
        await tab.close()
    await tabs[0].reload()
    await expect(tabs[0].get_by_test_id("profile")).to_contain_text(ana.email)
    assert len(renewals) == 1


async def test_signing_out_in_one_tab_is_seen_in_the_others(scene: Scenery) -> None:
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa")
    other = await ana.context.new_page()
    await other.goto(f"{scene.stage.url}/account.html")
    await expect(other.get_by_test_id("profile")).to_contain_text(ana.email)
    await press(ana, "Sign out")
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await other.wait_for_url("**/sign-in.html#next=*")


async def test_signed_out_without_a_connection_the_session_ends_when_there_is_one(
    scene: Scenery,
) -> None:
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa", service_workers="allow")
    await ana.page.evaluate("async () => { await navigator.serviceWorker.ready }")
    phone = await another_device(scene.stage, ana)
    await ana.context.set_offline(True)
    await press(ana, "Sign out")
    await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()
    await ana.context.set_offline(False)

    async def one_is_left() -> bool:
        answer = await asked(scene, phone, "GET", "/account/sessions")
        return len(answer["sessions"]) == 1

    await eventually(one_is_left)
    await ana.page.goto(f"{scene.stage.url}/account.html")
    await ana.page.wait_for_url("**/sign-in.html#next=*")


async def test_by_keyboard_alone_in_and_through_a_form_with_the_focus_never_lost(
    scene: Scenery,
) -> None:
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa")
    await press(ana, "Sign out")
    page, keys = ana.page, ana.page.keyboard
    await page.goto(f"{scene.stage.url}/sign-in.html#next=/account.html")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await keys.type(ana.email)
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await page.wait_for_url("**/account.html")

    await page.get_by_role("button", name="Change name").focus()
    await keys.press("Enter")
    name = page.get_by_label("Your name")
    await expect(name).to_be_focused()
    await keys.press("Control+A")
    await keys.type("Ana")
    await keys.press("Enter")
    await expect(page.get_by_test_id("profile")).to_contain_text("Your name is changed.")
    await expect(page.get_by_test_id("live-polite")).to_have_text("Your name is changed.")
    await expect(page.get_by_role("button", name="Change name")).to_be_focused()

    await page.get_by_role("button", name="Change password").focus()
    await keys.press("Enter")
    await expect(page.get_by_label("The password you have")).to_be_focused()
    await keys.type("not the password")
    await keys.press("Tab")
    await keys.type("another horse battery")
    await keys.press("Enter")
    wrong = page.get_by_label("The password you have")
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_have_accessible_description("This is not your password.")
    await expect(page.get_by_test_id("live-assertive")).not_to_be_empty()


async def test_signing_in_goes_on_to_no_other_site(scene: Scenery) -> None:
    ana = await account(scene.stage, scene.server.data_dir, "Ana Costa")
    await press(ana, "Sign out")
    for other in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        await ana.page.goto("about:blank")
        await ana.page.goto(f"{scene.stage.url}/sign-in.html#next={other}")
        await sign_in(ana, ana.email)
        await ana.page.wait_for_url(f"{scene.stage.url}/")
        await expect(ana.page.get_by_role("link", name="Ana Costa")).to_be_visible()
        await press(ana, "Sign out")
        await expect(ana.page.get_by_role("button", name="Continue as guest")).to_be_visible()


async def test_the_secret_of_a_link_is_in_no_address_once_the_page_is_open(scene: Scenery) -> None:
    ana = await scene.stage.person(None)
    await ana.page.goto(f"{scene.stage.url}/reset.html#token=a-secret-of-a-link")
    await expect(ana.page.get_by_label("Choose a password")).to_be_visible()
    assert "secret" not in ana.page.url
    assert await token_of(ana) == ""
