"""A page in the system's browser, watched from within."""

from __future__ import annotations

import pytest

from loadtest import chromium
from loadtest.chromium import PLAYER, Chromium, Road, chromium_path
from loadtest.processes import NotStarted
from loadtest.stage import Stage

pytestmark = pytest.mark.browser


def test_a_board_is_watched_and_pressed_on_a_slow_phone(load_stage: Stage) -> None:
    guest = load_stage.http.call("POST", "/auth/guest", {"name": "Ana"})
    body = {"kind": "board", "name": "Load", "line_ups": True}
    room = load_stage.http.call("POST", "/rooms", body, token=guest["token"])["id"]
    address = f"{load_stage.server.url}/board.html#room={room}"
    with Chromium(load_stage.server.url) as browser:
        tab = browser.tab(guest)
        tab.go(address, PLAYER)
        assert tab.clock_off_ms() < 50
        assert 50_000 < tab.weight() < 500_000
        token = tab.page.locator(PLAYER).first.get_attribute("data-id")
        assert token is not None
        tab.begin([token])
        tab.page.wait_for_function("() => touchlineWatch.drawn() > 3")
        seen = tab.end()
        assert seen.frames == sorted(seen.frames)
        assert len({x for _, x in seen.drawn[token]}) == 1, "nobody moved it"
        tab.close()
        phone = browser.tab(guest, phone=True)
        phone.slow_down(2)
        phone.on(Road(1, 10_000_000, 10_000_000))
        phone.page.goto(address, wait_until="commit")
        assert phone.press_first(PLAYER) > 0


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOUCHLINE_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    with pytest.raises(NotStarted, match="Debian's package"):
        chromium_path()
    monkeypatch.setenv("TOUCHLINE_CHROMIUM", "/opt/mine")
    assert chromium_path() == "/opt/mine"


def test_without_playwright_it_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "PACKAGE", "there_is_no_such_package")
    with pytest.raises(NotStarted, match="make test"), Chromium("http://localhost:1"):
        pass
