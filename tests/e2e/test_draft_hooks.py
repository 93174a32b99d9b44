"""The commissioner's webhooks, muting in the chat, and a draft that is over, in the browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.test_draft_office import office
from tests.support.browser import Stage
from tests.support.page_draft import begin, draft_link, new_draft, open_draft, pick, ready_alone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WHERE = "https://hooks.invalid/league"
"""A name that leads nowhere, by RFC 6761."""


async def test_WH25_a_webhook_is_made_tried_out_and_removed_in_the_drawer(stage: Stage) -> None:
    ana = await stage.person("Ana Costa")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await office(ana, "Webhooks")
    part = ana.test_id("hooks")
    await part.get_by_label("Address").fill("http://10.0.0.7/hooks")
    await part.get_by_role("button", name="Tell this address").click()
    await expect(part.get_by_role("alert")).to_contain_text("everybody on the internet")
    await part.get_by_label("Address").fill(WHERE)
    await part.get_by_role("button", name="Tell this address").click()
    await expect(ana.test_id("hook-secret")).to_contain_text("whsec_")
    await expect(part.get_by_label("Address")).to_have_value("")
    await part.get_by_role("button", name=f"Send a test to {WHERE}").click()
    await expect(part).to_contain_text("test: the name leads nowhere")
    await part.get_by_role("button", name="I have it").click()
    await expect(part).not_to_contain_text("whsec_")
    await part.get_by_role("button", name=f"Tell {WHERE} nothing more").click()
    await expect(part.locator("[data-hook]")).to_have_count(0)


async def test_MB33_the_commissioner_mutes_somebody_who_reads_why(stage: Stage) -> None:
    ana, ben = await stage.person("Ana Costa"), await stage.person("Ben Smith")
    assert ana.guest is not None
    room = new_draft(stage.api, ana.guest)
    await open_draft(ana, room)
    await ben.page.goto(draft_link(stage.api, ana.guest, room))
    await ben.is_live()
    for one in (ana, ben):
        await one.page.locator('[data-tab="chat"]').click()
    await ben.page.get_by_label("Message", exact=True).fill("Hm")
    await ben.page.get_by_role("button", name="Send").click()
    await ana.page.get_by_role("button", name="Mute Ben Smith").click()
    await ana.page.get_by_role("button", name="1 hour").click()
    await expect(ana.page.get_by_role("button", name="Ben Smith is muted")).to_be_visible()
    await ben.page.get_by_label("Message", exact=True).fill("Hm again")
    await ben.page.get_by_role("button", name="Send").click()
    await expect(ben.test_id("refusal")).to_contain_text("has muted you in the chat until")
    await expect(ben.test_id("chat").locator("li")).to_have_count(1)
    await ana.page.get_by_role("button", name="Ben Smith is muted").click()
    await ana.page.get_by_role("button", name="Let Ben Smith talk").click()
    await expect(ana.page.get_by_role("button", name="Mute Ben Smith")).to_be_visible()
    await ben.page.get_by_label("Message", exact=True).fill("Sorry")
    await ben.page.get_by_role("button", name="Send").click()
    await expect(ana.test_id("chat")).to_contain_text("Sorry")


async def test_DR82_a_mistyped_name_is_found_and_after_the_end_nobody_is_queued(
    stage: Stage,
) -> None:
    ana = await stage.person("Ana Costa")
    slots = [{"name": "BN", "count": 1, "bench": True}]
    await ready_alone(ana, stage.api, rounds=1, slots=slots)
    await begin(ana)
    first = ana.page.locator(".players .player-open b").first
    name = (await first.text_content() or "").strip()
    word = max(name.split(), key=len)
    await ana.page.get_by_role("searchbox").fill(f"{word[:2]}{word[3:]}" if len(word) > 4 else word)
    await expect(ana.page.locator(".players .player-open b").first).to_be_visible()
    await ana.page.get_by_role("searchbox").fill("")
    await pick(ana, name)
    await expect(ana.test_id("on-the-clock")).to_contain_text("over")
    await expect(ana.page.locator(".players [data-player]").first).to_be_visible()
    pool = ana.page.locator(".players")
    await expect(pool.get_by_role("button", name="Queue ")).to_have_count(0)
