"""Two browsers on one board: what one does, the other sees, and nobody's work is lost unseen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import Person, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_from_the_start_page_to_a_board_that_is_shared(stage: Stage) -> None:
    ana, ben = await stage.person(None), await stage.person(None)
    await ana.page.goto(stage.url)
    await ana.page.get_by_label("Your name").fill("Ana Costa")
    await ana.page.get_by_role("button", name="Continue as guest").click()
    await expect(ana.page.get_by_text("No boards yet")).to_be_visible()
    await ana.page.get_by_label("Name", exact=True).fill("Saturday, first half")
    await ana.page.get_by_role("button", name="Make board", exact=True).click()
    await ana.is_live()
    await expect(ana.page.locator('[data-sort="token"]')).to_have_count(22)
    await ana.test_id("share").click()
    await ana.page.get_by_role("button", name="Make link").click()
    address = ana.page.get_by_label("Address of the editor link")
    await expect(address).not_to_have_value("")
    link = await address.input_value()

    await ben.open_link(link)
    await ben.page.get_by_label("Your name").fill("Ben")
    await ben.page.get_by_role("button", name="Open the board").click()
    await ben.is_live()
    await expect(ben.page).to_have_title("Saturday, first half · Touchline")
    # The secret of the link is out of the address bar, the history and any screenshot of them.
    await expect(ben.page).to_have_url(re.compile(r"#room=r_[\w-]{22}$"))
    await expect(ana.page.get_by_role("img", name="Ben is here")).to_be_visible()


async def test_concurrent_moves_of_different_players_merge(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    await ana.hold(eight, 60, -40)
    await ben.hold(ten, -50, 70)
    mine, theirs = await ana.place(eight), await ben.place(ten)
    await ana.let_go()
    await ben.let_go()
    for person in (ana, ben):
        await person.sees(eight, mine)
        await person.sees(ten, theirs)
        await person.is_live()
    assert ana.guest is not None
    objects = stage.api.view(ana.guest, room)["objects"]
    assert objects[eight]["props"]["at"] == list(mine)
    assert objects[ten]["props"]["at"] == list(theirs)


async def both_move(
    stage: Stage, ana: Person, ben: Person, room: str, token: str
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both have the same player in hand. Ana drops first; Ben's move began before he could know of
    that."""
    await ben.hold(token, -120, 60)
    second = await ben.place(token)
    await ana.sees(token, second)
    await ana.hold(token, 80, 90)
    first = await ana.place(token)
    await ana.let_go()
    await stage.settled_at(ana, room, token, first)
    await ben.let_go()
    return first, second


async def test_under_latest_wins_the_loser_is_told_and_can_bring_it_back(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    token = await ana.token("8 ")
    first, second = await both_move(stage, ana, ben, room, token)
    await ana.sees(token, second)
    told = ana.test_id("overrode")
    await expect(told).to_contain_text("Ben moved 8")
    await expect(told).to_contain_text("after you")
    await expect(ana.page.locator(".ghosting.lost")).to_be_visible()
    await expect(ana.test_id("live-assertive")).to_contain_text("Ben moved 8")
    await expect(ben.test_id("overrode")).to_have_count(0)
    await told.get_by_role("button", name="Bring back").click()
    await ben.sees(token, first)
    await ana.sees(token, first)


@pytest.mark.parametrize("choice", ["mine", "theirs", "between", "Escape"])
async def test_under_ask_the_second_one_chooses(stage: Stage, choice: str) -> None:
    ana, ben, room = await stage.two_on_a_board(conflicts="ask")
    token = await ana.token("8 ")
    first, second = await both_move(stage, ana, ben, room, token)
    asked = ben.test_id("conflict")
    await expect(asked).to_contain_text("Ana Costa moved 8")
    await expect(ben.page.locator(".ghosting.mine")).to_be_visible()
    await ben.sees(token, first)
    if choice == "Escape":
        await ben.press("Escape")
    else:
        await asked.locator(f'[data-choice="{choice}"]').click()
    halfway = (round((first[0] + second[0]) / 2), round((first[1] + second[1]) / 2))
    expected = {"mine": second, "between": halfway}.get(choice, first)
    await expect(asked).to_have_count(0)
    await ben.is_live()
    assert ana.guest is not None
    x, y = stage.api.view(ana.guest, room)["objects"][token]["props"]["at"]
    assert abs(x - expected[0]) <= 1
    assert abs(y - expected[1]) <= 1
    await ana.sees(token, (x, y))


async def test_a_ghost_is_pressed_to_choose_it(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board(conflicts="ask")
    token = await ana.token("8 ")
    _, second = await both_move(stage, ana, ben, room, token)
    box = await ben.page.locator(".ghosting.mine .shirt").bounding_box()
    assert box is not None
    await ben.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await ana.sees(token, second)


async def test_a_name_in_conflict_shows_both_values(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board(conflicts="ask")
    token = await ana.token("8 ")
    await ben.context.set_offline(True)
    for person, name in ((ana, "Marta"), (ben, "Nuria")):
        await person.thing(token).locator(".shirt").dblclick()
        await person.page.locator('input[name="name"]').fill(name)
        await person.press("Enter")
    await ana.is_live()
    await ben.context.set_offline(False)
    asked = ben.test_id("conflict")
    await expect(asked).to_contain_text("Ana Costa changed the name of 8")
    await expect(asked).to_contain_text("Marta")
    await expect(asked).to_contain_text("Nuria")
    await asked.get_by_role("button", name="Mine").click()
    await expect(ana.thing(token).locator(".caption")).to_have_text("Nuria")
    assert ana.guest is not None
    assert stage.api.view(ana.guest, room)["objects"][token]["props"]["name"] == "Nuria"


async def test_the_owner_changes_the_policy_live(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    await ana.page.get_by_role("button", name="Board settings").click()
    await ana.page.get_by_role("radio", name="Ask").check()
    await ana.page.get_by_role("button", name="Close board").click()
    await ben.page.get_by_role("button", name="Board settings").click()
    await expect(ben.page.get_by_role("radio", name="Ask")).to_be_checked()
    await expect(ben.page.get_by_role("radio", name="Ask")).to_be_disabled()
    await ben.page.get_by_role("button", name="Close board").click()
    token = await ana.token("8 ")
    await both_move(stage, ana, ben, room, token)
    await expect(ben.test_id("conflict")).to_be_visible()


async def test_undo_takes_back_ones_own_step_and_spares_the_others_work(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    eight, ten = await ana.token("8 "), await ana.token("10 ")
    before = await ana.place(eight)
    after = await ana.drag(eight, 60, -40)
    theirs = await ben.drag(ten, -50, 70)
    await ana.sees(ten, theirs)
    await ana.press("Control+z")
    await ben.sees(eight, before)
    await ben.sees(ten, theirs)
    await ana.press("Control+Shift+z")
    await stage.settled_at(ana, room, eight, after)
    await ben.sees(eight, after)
    # Now Ben moves the same player: Ana's undo would take his work away, and is refused with his
    # name.
    where = await ben.drag(eight, 30, 30)
    await stage.settled_at(ben, room, eight, where)
    await ana.sees(eight, where)
    await ana.press("Control+z")
    await expect(ana.test_id("refusal")).to_contain_text("Ben has since changed the place of 8")
    await ana.sees(eight, where)
    await ben.sees(eight, where)


async def test_a_drag_is_seen_gliding_with_its_holders_name(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    token = await ana.token("8 ")
    start = await ben.place(token)
    await ben.page.evaluate(
        """(id) => {
            const thing = document.querySelector(`[data-id="${id}"]`);
            window.seenPlaces = [];
            new MutationObserver(() => window.seenPlaces.push(thing.getAttribute("transform")))
                .observe(thing, {attributes: true, attributeFilter: ["transform"]});
        }""",
        token,
    )
    await ana.hold(token, 200, -120, steps=40)
    held = ben.thing(token).locator(".holder-name")
    await expect(held).to_have_text("Ana Costa")
    end = await ana.place(token)
    await ana.let_go()
    await ben.sees(token, end)
    await expect(held).to_have_count(0)
    seen = [
        int(place.split("(")[1].split(" ")[0])
        for place in await ben.page.evaluate("() => window.seenPlaces")
    ]
    between = {x for x in seen if start[0] < x < end[0]}
    assert len(between) >= 5, f"jumped: {seen}"
    assert seen == sorted(seen), f"went back on its way: {seen}"


async def test_cursors_have_names_and_go_with_their_owner(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.page.mouse.move(500, 300)
    cursor = ben.page.locator(".cursor")
    await expect(cursor).to_contain_text("Ana Costa")
    await ana.page.close()
    await expect(cursor).to_have_count(0)
    await expect(ben.page.get_by_role("img", name="Ana Costa is here")).to_have_count(0)


async def test_what_somebody_deletes_is_gone_from_under_ones_hand(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    token = await ana.token("8 ")
    await ben.hold(token, 40, 40)
    await ana.select(token)
    await ana.press("Delete")
    await expect(ana.thing(token)).to_have_count(0)
    await ana.is_live()
    await ben.let_go()
    await expect(ben.thing(token)).to_have_count(0)


async def test_an_edit_of_what_somebody_deleted_is_kept_and_can_be_put_back(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    token, ten = await ana.token("8 "), await ana.token("10 ")
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    await ben.select(ten)
    await ben.page.keyboard.down("Shift")
    await ben.select(token)
    await ben.page.keyboard.up("Shift")
    where = await ben.drag(token, 40, 40)
    tens = await ben.place(ten)
    await ana.select(token)
    await ana.press("Delete")
    await ana.is_live()
    await ben.context.set_offline(False)
    await ben.is_live()
    await expect(ben.thing(token)).to_have_count(0)
    await ben.page.locator(".button.unsaved").click()
    kept = ben.test_id("unsaved")
    await expect(kept).to_contain_text("Ana Costa")
    await kept.get_by_role("button", name="Put it back").click()
    await expect(kept.locator("li")).to_have_count(0)
    await ana.sees(token, where)
    await ben.sees(token, where)
    # The other of the two was there all along: it moves, and is not there twice.
    await ana.sees(ten, tens)
    await expect(ana.page.locator('[data-sort="token"]')).to_have_count(22)


async def test_under_ask_a_deletion_of_what_somebody_moved_is_asked_about(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board(conflicts="ask")
    tokens = [await ana.token("8 "), await ana.token("10 ")]
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    for token in tokens:
        await ben.select(token)
        await ben.press("Delete")
        await expect(ben.thing(token)).to_have_count(0)
        await ana.drag(token, 50, 20)
    await ana.is_live()
    await ben.context.set_offline(False)
    asked = ben.test_id("conflict")
    for token, choice in zip(tokens, ("Keep theirs", "Delete it"), strict=True):
        await expect(asked).to_contain_text("before you deleted it")
        await expect(ben.thing(token)).to_be_visible()
        await asked.get_by_role("button", name=choice).click()
        await ben.is_live()
    await expect(asked).to_have_count(0)
    await expect(ana.thing(tokens[1])).to_have_count(0)
    await expect(ana.thing(tokens[0])).to_be_visible()
    await expect(ben.thing(tokens[0])).to_be_visible()


async def test_chat_is_heard_and_kept(stage: Stage) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    await ana.page.get_by_role("button", name="Chat").click()
    await ana.page.get_by_label("Message", exact=True).fill("Push the full-backs up")
    await ana.press("Enter")
    await expect(ben.page.get_by_role("button", name="Chat, 1 new")).to_be_visible()
    await expect(ben.test_id("live-polite")).to_contain_text("Push the full-backs up")
    await ben.page.reload()
    await ben.page.get_by_role("button", name=re.compile("^Chat")).click()
    await expect(ben.test_id("chat")).to_contain_text("Push the full-backs up")
