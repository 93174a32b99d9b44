"""Drafts for tests of pages: rooms made over HTTP, players and teams put in through the page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.support.browser import Api, Guest, Person

SLOTS: list[dict[str, Any]] = [
    {"name": "QB", "positions": ["QB"]},
    {"name": "RB", "positions": ["RB"]},
    {"name": "FLEX", "positions": ["RB", "WR", "TE"]},
    {"name": "BN", "count": 1, "bench": True},
]
CLOCK: dict[str, Any] = {"pick_s": 600, "nominate_s": 600, "bid_s": 600, "auto_ms": 100}
"""Nobody is hurried by a test's own slowness; computers do not dawdle."""


def new_draft(api: Api, owner: Guest, name: str = "Our league", **settings: Any) -> str:
    """An empty draft of two teams unless said otherwise; returns its id."""
    made = {"teams": 2, "rounds": 4, "slots": SLOTS, "clock": CLOCK, **settings}
    body = {"kind": "draft", "name": name, "settings": made}
    return str(api.call("POST", "/rooms", body, owner)["id"])


def draft_link(api: Api, owner: Guest, room: str, role: str = "editor") -> str:
    """The address that lets somebody in with a role."""
    made = api.call("POST", f"/rooms/{room}/invitations", {"role": role}, owner)
    return f"{api.url}/draft.html#{str(made['link']).partition('#')[2]}"


async def open_draft(person: Person, room: str, more: str = "") -> None:
    """Opens a draft of which one is a member."""
    await person.page.goto(f"{person.url}/draft.html{more}#room={room}")
    await person.is_live()


async def fill_pool(person: Person) -> None:
    """Made-up players, by the commissioner's drawer; the waiting room stays open."""
    await person.page.get_by_role("button", name="Settings and players").click()
    await person.page.locator("summary", has_text="Players").click()
    await person.test_id("made-up").click()
    await expect(person.test_id("pool-state")).to_contain_text("300 players")
    await person.page.locator('[data-tab="queue"]').click()


async def take(person: Person, seat: int) -> None:
    """Takes a free team."""
    row = person.page.locator(f'[data-seat="{seat}"]')
    await row.get_by_role("button", name="Take Team").click()
    await expect(row).to_have_attribute("data-own", "yes")


async def begin(person: Person) -> None:
    """The commissioner starts."""
    await person.test_id("start").click()
    await expect(person.test_id("on-the-clock")).not_to_have_text("Not begun")


async def choose(person: Person, name: str) -> None:
    """Looks at a player of the pool."""
    await person.page.locator(".player-open", has_text=name).first.click()
    await expect(person.test_id("chosen")).to_contain_text(name)


async def pick(person: Person, name: str) -> None:
    """Drafts a player."""
    await choose(person, name)
    await person.test_id("draft-player").click()


async def ready_alone(person: Person, api: Api, **settings: Any) -> str:
    """A draft of one person against a computer, with players, before the start."""
    assert person.guest is not None
    room = new_draft(api, person.guest, **settings)
    await open_draft(person, room)
    await fill_pool(person)
    await take(person, 1)
    await person.page.get_by_role("button", name="A computer plays for Team 2").click()
    await expect(person.page.locator('[data-seat="2"]')).to_contain_text("computer")
    return room
