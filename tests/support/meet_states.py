"""States of the pages of matches and meets, brought about by their real causes (see
page_states.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec.structs import replace
from playwright.async_api import expect

from protocol.feed import ReportItem, ReportScoreboard, ReviewPlay
from protocol.feed_items import GenericItem, GenericScoreboard, GenericSide
from protocol.meet import ChangeAll, MeetInfo, SetResult
from server.readers.clips import read_files
from server.readers.match_events import MatchEvents
from server.readers.match_reports import Recorded, recorded, steps_of
from server.readers.report import Reading
from tests.support.browser import Guest, Person
from tests.support.feed_states import Scenery
from tests.support.matches import statsbomb, statsbomb_line_up
from tests.support.meets import EMPTY, change, new_meet, the_meet
from tests.support.page_feed import feed_link, report


def the_match(*, goal: bool = True) -> Recorded:
    """The small match, as a feed keeps it."""
    read = read_files(None, {"e.json": statsbomb(goal=goal), "l.json": statsbomb_line_up()})
    assert isinstance(read, Reading)
    assert isinstance(read.value, MatchEvents)
    return recorded(read.value)


async def _fan(scenery: Scenery, profile: str, steps: int | None) -> tuple[Person, Guest, str]:
    api = scenery.stage.api
    owner = api.guest("Ana Costa")
    body = {"kind": "feed", "name": "Reds – Blues", "settings": {"profile": profile}}
    room = str(api.call("POST", "/rooms", body, owner)["id"])
    for step in steps_of(the_match())[:steps] if profile == "soccer" else ():
        report(api, owner, room, *step.reports)
    ben = await scenery.stage.person("Ben")
    await ben.open_link(feed_link(api, owner, room))
    await ben.is_live()
    return ben, owner, room


async def match_pregame(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery, "soccer", 1)
    await expect(ben.test_id("game-clock")).to_have_text("Not begun")
    return ben


async def match_live(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery, "soccer", 5)
    await ben.page.get_by_role("button", name="Everything").click()
    await expect(ben.page.locator("[data-play]")).to_have_count(4)
    return ben


async def match_final(scenery: Scenery) -> Person:
    ben, _, _ = await _fan(scenery, "soccer", None)
    await expect(ben.test_id("game-clock")).to_have_text("Full time")
    return ben


async def match_review(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery, "soccer", 4)
    goal = next(item for item in the_match().items if item.goal_for)
    report(scenery.stage.api, owner, room, ReviewPlay("statsbomb", 2, goal.id, on=True))
    await expect(ben.test_id("review")).to_be_visible()
    return ben


async def any_sport_live(scenery: Scenery) -> Person:
    ben, owner, room = await _fan(scenery, "generic", 0)
    sides = (GenericSide("a", "Harbour", 7), GenericSide("b", "Old Mill", 3))
    board = GenericScoreboard(sides=sides, period="1st half", clock="12:40")
    items = [
        GenericItem(id=1, order=1, text="Try by Ada", sort="Try", side="a", points=5, period=1),
        GenericItem(id=2, order=2, text="Penalty", sort="Kick", side="b", points=3, period=1),
    ]
    other = replace(items[0], text="Try by Bea", points=7)
    reports = [ReportItem("official", 1, one) for one in items]
    report(scenery.stage.api, owner, room, ReportScoreboard("official", 1, board), *reports)
    report(scenery.stage.api, owner, room, ReportItem("official", 2, other))
    await expect(ben.page.locator("[data-state='corrected']")).to_be_visible()
    return ben


async def _chief(scenery: Scenery, *, empty: bool = False) -> tuple[Person, Guest, str]:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None
    file = replace(EMPTY, meet=MeetInfo(name="Evening meet")) if empty else the_meet()
    room = new_meet(scenery.stage.api, ana.guest, file)
    await ana.page.goto(f"{ana.url}/meet.html#room={room}")
    await ana.is_live()
    return ana, ana.guest, room


async def meet_empty(scenery: Scenery) -> Person:
    ana, _, _ = await _chief(scenery, empty=True)
    await ana.page.get_by_text("Add an event").click()
    return ana


async def meet_schedule(scenery: Scenery) -> Person:
    return (await _chief(scenery))[0]


async def _event(scenery: Scenery, event: str) -> tuple[Person, Guest, str]:
    ana, guest, room = await _chief(scenery)
    await ana.page.locator(f"[data-event='{event}']").click()
    return ana, guest, room


async def meet_results(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "high-jump-w")
    await ana.page.get_by_role("button", name="Change the result of").first.click()
    return ana


async def meet_corrected(scenery: Scenery) -> Person:
    ana, guest, room = await _event(scenery, "100m-w")
    first = next(one for one in the_meet().results if one.time)
    change(scenery.stage.api, guest, room, ChangeAll((SetResult(replace(first, time=11_402)),)))
    await expect(ana.page.locator("[data-state='corrected']")).to_be_visible()
    return ana


async def meet_laps(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "10000m-w")
    await expect(ana.test_id("lap")).to_contain_text("Lap 15 of 25")
    await ana.page.locator(".splits summary").first.click()
    return ana


async def meet_relay(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "4x100m-w")
    await expect(ana.page.get_by_text("changeover 2–3")).to_be_visible()
    return ana


async def meet_relay_entry(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "4x100m-w")
    await ana.page.get_by_role("button", name="Entries", exact=True).click()
    return ana


async def meet_combined(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "heptathlon-w")
    await expect(ana.page.locator(".parts").first).to_be_visible()
    return ana


async def meet_jump_off(scenery: Scenery) -> Person:
    ana, guest, room = await _event(scenery, "pole-vault-m")
    first = next(one for one in the_meet().results if one.jump_off)
    change(scenery.stage.api, guest, room, SetResult(replace(first, jump_off=first.jump_off[:2])))
    second = [one for one in the_meet().results if one.jump_off][1]
    change(scenery.stage.api, guest, room, SetResult(replace(second, jump_off=second.jump_off[:2])))
    await expect(ana.test_id("tied")).to_be_visible()
    return ana


async def meet_final(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "discus-m")
    await expect(ana.test_id("final")).to_be_visible()
    return ana


async def meet_start_list(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "400m-m")
    await ana.page.get_by_role("button", name="Start list").click()
    return ana


async def meet_entries(scenery: Scenery) -> Person:
    ana, _, _ = await _event(scenery, "400m-m")
    await ana.page.get_by_role("button", name="Entries", exact=True).click()
    return ana


async def meet_offices(scenery: Scenery) -> Person:
    ana, _, _ = await _chief(scenery)
    await ana.page.get_by_role("button", name="Offices").click()
    return ana


MEET_STATES: dict[str, Callable[[Scenery], Awaitable[Person]]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        match_pregame,
        match_live,
        match_final,
        match_review,
        any_sport_live,
        meet_empty,
        meet_schedule,
        meet_results,
        meet_corrected,
        meet_laps,
        meet_relay,
        meet_relay_entry,
        meet_combined,
        meet_jump_off,
        meet_final,
        meet_start_list,
        meet_entries,
        meet_offices,
    )
}
"""Name to what brings it about."""
