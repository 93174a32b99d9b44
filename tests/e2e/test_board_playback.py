"""What plays for all is at the same moment on every page, also on that of who came late."""

from __future__ import annotations

import asyncio
from statistics import median

import pytest

from tests.support.browser import Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DRIFT_MS = 50
FRAMES = 20
ROUNDS_MAX = 10

SAMPLE = """([id, frames]) => new Promise((done) => {
    // Where the thing is drawn, frame by frame, with the one clock that all pages here share.
    const thing = document.querySelector(`[data-id="${id}"]`);
    const seen = [];
    const look = () => {
        seen.push([Date.now(), Number(/\\((-?\\d+)/u.exec(thing.getAttribute("transform"))[1])]);
        if (seen.length < frames) requestAnimationFrame(look);
        else done(seen);
    };
    requestAnimationFrame(look);
})"""


async def begun(person: Person, token: str, start: int, end: int) -> float:
    """When, by the machine's clock, its playing began: from where the token is on its even way of
    four seconds."""
    seen: list[list[int]] = []
    for _ in range(ROUNDS_MAX):  # whoever has just heard of it, or is between two rounds, stands
        seen = await person.page.evaluate(SAMPLE, [token, FRAMES])
        moments = [now - 4_000 * (x - start) / (end - start) for now, x in seen if start < x < end]
        if moments:
            return median(moments)
    raise AssertionError(f"it stands: {seen}")


async def test_all_pages_are_at_one_moment(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    assert ana.guest is not None
    token = await ana.token("8 ")
    start = (await ana.place(token))[0]
    await ana.page.locator('[data-act="add-phase"]').click()
    await ana.page.locator(".chip").nth(1).click()
    await ana.page.get_by_label("Seconds").fill("4")
    await ana.page.get_by_label("Movement").select_option(label="even")
    await ana.page.get_by_role("button", name="Close phase").click()
    end = (await ana.drag(token, 300, 0))[0]
    await ana.page.get_by_role("button", name="Again and again").click()
    await ana.page.locator('[data-act="play-for-all"]').click()
    await ben.page.locator('[data-act="stop-for-all"]').wait_for()
    eve = await stage.person("Eve")
    await eve.open_link(stage.api.link(ana.guest, room, "viewer"))
    await eve.is_live()
    begins = await asyncio.gather(*(begun(one, token, start, end) for one in (ana, ben, eve)))
    # It goes round every four seconds: what counts is the moment within the round.
    drifts = [(one - begins[0] + 2_000) % 4_000 - 2_000 for one in begins]
    assert max(drifts) - min(drifts) < DRIFT_MS, drifts
