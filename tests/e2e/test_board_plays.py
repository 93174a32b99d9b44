"""Recorded play from the page: files of providers become boards that play, for several at once,
also for somebody who was away in between; what is no such file is refused by name, and nobody
notices."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

from tests.support.browser import Person, Stage
from tests.support.provider_files import SAMPLES
from tests.support.server_process import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

APART_MM = 1_000
"""Between two pages that are asked one after the other: nobody runs faster than 10 m/s."""


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def choose(person: Person, *files: FilePayload) -> None:
    await person.page.get_by_label("Files of one clip or match").set_input_files(list(files))


async def make(person: Person) -> str:
    """Presses the button; returns the room that the page goes to."""
    before = person.page.url
    await person.page.get_by_role("button", name="Make the board").click()
    await person.page.wait_for_url(lambda url: "#room=r_" in url and url != before)
    await person.is_live()
    return person.page.url.partition("#room=")[2]


async def begin(stage: Stage) -> Person:
    """Somebody on the start page."""
    ana = await stage.person("Ana Costa")
    await ana.page.goto(stage.url)
    await expect(ana.page.get_by_role("heading", name="Recorded play")).to_be_visible()
    return ana


async def joined(stage: Stage, owner: Person, room: str) -> Person:
    assert owner.guest is not None
    ben = await stage.person("Ben")
    await ben.open_link(stage.api.link(owner.guest, room))
    await ben.is_live()
    return ben


async def test_a_real_ngs_play_plays_for_all_also_for_who_was_away(
    stage: Stage, shared_data: Path
) -> None:
    ana = await begin(stage)
    plays = sorted((shared_data / "nfl_tracking").glob("2019_*.csv.gz"))[:2]
    contents = [await asyncio.to_thread(path.read_bytes) for path in plays]
    await choose(ana, *(payload(path.name, one) for path, one in zip(plays, contents, strict=True)))
    which = ana.page.get_by_label("Which of 2 plays")
    await expect(which).to_be_visible()
    second = await which.locator("option").nth(1).get_attribute("value")
    assert second is not None
    await which.select_option(second)
    game, _, play = second.partition("/")
    await expect(ana.test_id("plays-held")).to_contain_text(f"{game} play {play}")
    await expect(ana.test_id("plays-counts")).to_contain_text("22 players, 1 ball")
    await ana.page.get_by_label("From (min:s)").fill("0:05")
    await ana.page.get_by_label("To (min:s)").fill("13")
    await ana.page.get_by_label("To (min:s)").press("Tab")
    await expect(ana.test_id("plays-counts")).to_contain_text("plays 8.0 s")
    await ana.page.get_by_label("Name of the board").fill("Third and long")
    room = await make(ana)
    assert ana.guest is not None
    document = stage.api.call("GET", f"/rooms/{room}/document", guest=ana.guest)
    assert document["name"] == "Third and long"
    stops = [one for one in document["objects"] if one["sort"] == "stop"]
    assert len(stops) == 23
    assert {len(one["props"]["points"]) for one in stops} == {81}
    runner = max(
        (one["props"] for one in stops),
        key=lambda props: abs(props["points"][0][0]) + abs(props["points"][0][1]),
    )
    ben = await joined(stage, ana, room)
    await ana.page.locator('[data-act="play-for-all"]').click()
    await ben.page.locator('[data-act="stop-for-all"]').wait_for()
    start = await ben.place(runner["of"])
    await ben.context.set_offline(True)
    await expect(ben.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    assert await ben.place(runner["of"]) != start, "it plays on while away"
    await ben.context.set_offline(False)
    await ben.is_live()
    here, there = await asyncio.gather(ana.place(runner["of"]), ben.place(runner["of"]))
    assert max(abs(a - b) for a, b in zip(here, there, strict=True)) <= APART_MM
    for person in (ana, ben):
        for stop in (runner, *(one["props"] for one in stops[:3])):
            await person.sees(stop["of"], (stop["at"][0], stop["at"][1]))


async def test_a_real_match_of_statsbomb_as_line_up_and_as_the_way_to_a_goal(
    stage: Stage, shared_data: Path
) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    files = [
        payload(path.name, await asyncio.to_thread(path.read_bytes))
        for path in sorted((shared_data / "soccer").glob("statsbomb_15986_*"))
    ]
    await ana.page.get_by_role("button", name="Export and import").click()
    await choose(ana, *files)
    held = ana.test_id("plays-held")
    await expect(held).to_contain_text("Barcelona – Girona")
    await ana.page.get_by_label("What of the match").select_option("line_up")
    await expect(ana.test_id("plays-counts")).to_have_text(
        re.compile(r"^\d\d players, 1 ball, does not move$")
    )
    await ana.page.get_by_label("What of the match").select_option(
        label="Goal 2. 05:18 Cristhian Stuani"
    )
    await expect(ana.test_id("plays-counts")).to_contain_text("arrows")
    room = await make(ana)
    assert ana.guest is not None
    document = stage.api.call("GET", f"/rooms/{room}/document", guest=ana.guest)
    sorts = [one["sort"] for one in document["objects"]]
    assert sorts.count("arrow") == sorts.count("phase") > 0
    cleo = await joined(stage, ana, room)
    token = next(one for one in document["objects"] if one["sort"] == "token")
    await cleo.context.set_offline(True)
    await expect(cleo.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    where = await ana.drag(token["id"], 40, 30)
    await cleo.context.set_offline(False)
    await cleo.sees(token["id"], where)
    await ben.is_live()


async def test_garbage_is_refused_by_name_and_nobody_else_notices(
    stage: Stage, pages_server: ServerProcess
) -> None:
    ana, ben, _ = await stage.two_on_a_board()
    assert ana.guest is not None
    before = len(stage.api.call("GET", "/rooms", guest=ana.guest)["rooms"])
    await ana.page.get_by_role("button", name="Export and import").click()
    problem = ana.test_id("plays-problem")
    [(name, good)] = SAMPLES["ngs"]().items()
    cases = [
        ([payload("letter.txt", b"Dear coach")], r"^letter\.txt: this is none of the files"),
        ([payload("empty.csv", b"")], r"^empty\.csv: "),
        ([payload(name, good.replace(b"2030", b"").replace(b"7,42,", b"7,42,x"))], r"play\.csv: "),
        ([payload("a.gz", b"\x1f\x8b\x08garbage")], r"^a\.gz: "),
        ([payload("bomb.json", b"[" * 200_000)], r"^bomb\.json: "),
        ([payload(f"{n}.csv", good) for n in range(13)], r"^Choose 12 files at most\.$"),
    ]
    for files, words in cases:
        await choose(ana, *files)
        await expect(problem).to_have_text(re.compile(words))
        await expect(ana.page.get_by_role("button", name="Make the board")).to_have_count(0)
    await expect(ana.test_id("live-assertive")).to_contain_text("Choose 12 files")
    assert len(stage.api.call("GET", "/rooms", guest=ana.guest)["rooms"]) == before
    token = await ben.token("8 ")
    where = await ben.drag(token, 30, 20)
    await ana.sees(token, where)
    damaged = good.split(b"\n")
    damaged[40] = b"one cell"
    await choose(ana, payload("half.csv", b"\n".join(damaged)))
    await ana.test_id("plays-odd").locator("summary").click()
    await expect(ana.test_id("plays-odd")).to_contain_text(
        "1 rows with too few cells were left out"
    )
    await expect(ana.test_id("plays-odd")).to_contain_text("half.csv:41")
    log = "\n".join(pages_server.log)
    assert "Traceback" not in log
    assert "bug in an http request" not in log


async def test_without_a_connection_the_files_are_kept_and_tried_again_by_keyboard(
    stage: Stage,
) -> None:
    ana = await begin(stage)
    await ana.context.set_offline(True)
    await choose(ana, *(payload(n, c) for n, c in SAMPLES["lastrow"]().items()))
    await expect(ana.test_id("plays-problem")).to_have_text("The server cannot be reached.")
    await ana.context.set_offline(False)
    await ana.page.get_by_role("button", name="Try again").focus()
    await ana.press("Enter")
    await expect(ana.test_id("plays-held")).to_contain_text("Tracking of Last-Row")
    await expect(ana.test_id("live-polite")).to_contain_text("players")
    await ana.page.get_by_label("To (min:s)").fill("soon")
    await ana.press("Tab")
    await expect(ana.test_id("plays-problem")).to_contain_text("like 1:23.5")
    await ana.page.get_by_label("To (min:s)").fill("")
    await ana.press("Tab")
    await expect(ana.test_id("plays-problem")).to_have_count(0)
    await ana.page.get_by_role("button", name="Make the board").focus()
    await ana.press("Enter")
    await ana.page.wait_for_url(re.compile("#room=r_"))
    await ana.is_live()


DROP = """async (zone) => {
    const moved = new DataTransfer();
    moved.items.add(new File(["Dear coach"], "letter.txt"));
    const event = new DragEvent("drop", {dataTransfer: moved, bubbles: true, cancelable: true});
    return !zone.dispatchEvent(event);
}"""


async def test_files_can_be_dropped(stage: Stage) -> None:
    ana = await begin(stage)
    taken = await ana.page.get_by_label("Recorded play").evaluate(DROP)
    assert taken, "the browser does not open the file instead"
    await expect(ana.test_id("plays-problem")).to_contain_text("letter.txt: this is none")
