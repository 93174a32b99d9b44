"""Boards leave as files and come back: what the drawer gives is what the board holds, also
without a connection; a file that is wrong says where; the player plays from a link, in a frame
too."""

from __future__ import annotations

import asyncio
import json
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser import Guest, Person, Stage
from tests.support.full_board import NINE, TEN, full_document

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def board_of(stage: Stage, owner: Guest, document: dict[str, Any]) -> str:
    """A board of a document."""
    return str(stage.api.call("POST", "/rooms/document", document, owner)["id"])


async def at_the_drawer(stage: Stage, document: dict[str, Any] | None = None) -> tuple[Person, str]:
    """Somebody with the drawer open on a board with everything."""
    ana = await stage.person("Ana Costa", accept_downloads=True)
    assert ana.guest is not None
    room = board_of(stage, ana.guest, document or full_document())
    await ana.open_board(room)
    await ana.page.get_by_role("button", name="Export and import").click()
    await expect(ana.page.get_by_role("heading", name="Take it with you")).to_be_visible()
    return ana, room


async def saved(person: Person, what: str) -> tuple[str, bytes]:
    """Presses one of the rows; returns the file's name and content."""
    async with person.page.expect_download() as waiting:
        await person.page.locator(f'[data-export="{what}"]').click()
    download = await waiting.value
    path = await download.path()
    content = await asyncio.to_thread(Path(path).read_bytes)
    await expect(person.test_id("exchange-done")).to_contain_text(download.suggested_filename)
    return download.suggested_filename, content


def same(ours: dict[str, Any], servers: dict[str, Any]) -> bool:
    """The server leaves usual settings out, the page writes them."""
    return (
        ours["objects"] == servers["objects"]
        and ours["name"] == servers["name"]
        and ours["settings"].items() >= servers["settings"].items()
    )


async def test_a_board_file_comes_back_equal_without_a_connection_in_between(stage: Stage) -> None:
    ana, room = await at_the_drawer(stage)
    assert ana.guest is not None
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    name, content = await saved(ana, "json")
    assert name == "Corner near post.board.json"
    document = json.loads(content)
    assert same(document, stage.api.call("GET", f"/rooms/{room}/document", guest=ana.guest))
    assert {one["id"]: one for one in document["objects"]} == {
        one["id"]: one for one in full_document()["objects"]
    }
    await ana.context.set_offline(False)
    await ana.is_live()
    field = ana.page.get_by_label("Board file (JSON)")
    await field.set_input_files({"name": name, "mimeType": "application/json", "buffer": content})
    opened = ana.test_id("imported")
    await expect(opened).to_have_text("Open “Corner, near post”")
    href = await opened.get_attribute("href")
    assert href is not None
    copy = href.partition("#room=")[2]
    assert same(document, stage.api.call("GET", f"/rooms/{copy}/document", guest=ana.guest))


async def test_what_one_changes_offline_is_in_the_file_and_reaches_the_other(stage: Stage) -> None:
    ana, ben, room = await stage.two_on_a_board()
    token = await ana.token("8 ")
    await ana.page.get_by_role("button", name="Export and import").click()
    await expect(ana.page.get_by_role("heading", name="Take it with you")).to_be_visible()
    await ana.context.set_offline(True)
    await expect(ana.pill).to_have_text(re.compile(r"^(Offline|Back in)"))
    where = await ana.drag(token, 60, -40)
    _, content = await saved(ana, "json")
    props = {one["id"]: one["props"] for one in json.loads(content)["objects"]}
    assert props[token]["at"] == list(where)
    await ana.context.set_offline(False)
    await ben.sees(token, where)
    await ben.page.get_by_role("button", name="Export and import").click()
    await ben.is_live()
    _, theirs = await saved(ben, "json")
    held = stage.api.call("GET", f"/rooms/{room}/document", guest=ben.guest)
    assert same(json.loads(theirs), held)


async def test_a_file_that_is_wrong_says_where_and_makes_nothing(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    assert ana.guest is not None
    before = len(stage.api.call("GET", "/rooms", guest=ana.guest)["rooms"])
    field = ana.page.get_by_label("Board file (JSON)")
    problem = ana.test_id("exchange-problem")
    document = full_document()
    document["objects"][0]["props"]["at"] = [900_000, 0]
    good = json.dumps(full_document(), indent=1, ensure_ascii=False)
    cases = [
        (json.dumps(document, indent=1, ensure_ascii=False),
         r"Line \d+: thing 1 \(token 9 Łucja\): “at” lies outside of the pitch\."),
        (good.replace('"touchline.board"', '"other"'), r"Line 2: “format” is not right\."),
        (good[:200], r"Line \d+: this is no JSON\."),
        ("Sehr geehrte Damen", r"Line 1: this is no JSON\."),
    ]  # fmt: skip
    for text, words in cases:
        await field.set_input_files(
            {"name": "b.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        await expect(problem).to_have_text(re.compile(words))
        await expect(ana.test_id("imported")).to_have_count(0)
    await expect(ana.test_id("live-assertive")).to_contain_text("this is no JSON")
    assert len(stage.api.call("GET", "/rooms", guest=ana.guest)["rooms"]) == before


async def test_a_drawing_stands_alone_and_shows_what_the_board_shows(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    name, content = await saved(ana, "svg")
    assert name == "Corner near post.svg"
    root = ET.fromstring(content)  # noqa: S314 - our own file
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = content.decode()
    assert not re.search(r"class=|style=|var\(|light-dark|<script|on\w+=|aria-pressed", text)
    words = {"".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"9", "10", "1", "Łucja", "Near post", "<first> & 'wait'"} <= words
    assert "rgb(63, 143, 91)" in text, "the grass of the light theme"
    await ana.page.get_by_label("Picture and drawing show").select_option("1 Delivery")
    _, phase = await saved(ana, "svg")
    assert phase != content
    assert "Delivery" in phase.decode()


SPOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8"
    "z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
"""A pixel."""


async def test_a_face_is_as_round_in_a_drawing_as_on_the_page(stage: Stage) -> None:
    document = full_document()
    for one in document["objects"][:2]:
        one["props"]["photo"] = SPOT
    ana, _ = await at_the_drawer(stage, document)
    _, content = await saved(ana, "svg")
    root = ET.fromstring(content)  # noqa: S314 - our own file
    space = "{http://www.w3.org/2000/svg}"
    faces = list(root.iter(f"{space}image"))
    assert len(faces) == 2
    clips = {clip.get("id"): clip for clip in root.iter(f"{space}clipPath")}
    for face in faces:
        named = re.fullmatch(r"url\(#(.+)\)", face.get("clip-path", ""))
        assert named, "square"
        circle = clips[named[1]][0]
        assert circle.tag == f"{space}circle"
        assert float(circle.get("r", 0)) * 2 == float(face.get("width", 0))
    assert len({face.get("clip-path") for face in faces}) == 2


async def test_a_picture_is_large_and_not_empty(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    _, content = await saved(ana, "png")
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (2_400, 1_614)
    assert len(content) > 20_000


async def test_a_document_has_a_page_for_the_set_up_and_each_phase(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    name, content = await saved(ana, "pdf")
    assert name.endswith(".pdf")
    assert content.startswith(b"%PDF-1.4")
    assert b"/Count 3 " in content
    assert content.count(b"/Subtype /Image") == 3
    assert b"(9 goes at the whistle)" in content
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start:].startswith(b"xref")


async def test_the_printer_gets_the_same_pages_and_the_page_stays(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    await ana.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    await ana.page.locator('[data-export="print"]').click()
    await ana.page.wait_for_function("() => window.printed")
    await expect(ana.page.locator(".paper .sheet")).to_have_count(3)
    await ana.page.emulate_media(media="print")
    await expect(ana.page.locator(".paper .sheet").first).to_be_visible()
    await expect(ana.page.locator("#page")).to_be_hidden()
    await expect(ana.page.get_by_text("9 goes at the whistle").last).to_be_visible()
    await ana.page.emulate_media(media="screen")
    await expect(ana.page.locator(".paper .sheet").first).to_be_hidden()
    await ana.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    await expect(ana.page.locator(".paper")).to_have_count(0)


FRAMES_OF_A_GIF = """async (bytes) => {
    const decoder = new ImageDecoder({data: new Uint8Array(bytes), type: "image/gif"});
    await decoder.tracks.ready;
    const count = decoder.tracks.selectedTrack.frameCount;
    const pictures = [];
    for (const frameIndex of [0, count - 1]) {
        const {image} = await decoder.decode({frameIndex});
        const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
        const pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0);
        const {data} = pen.getImageData(0, 0, canvas.width, canvas.height);
        const sum = data.reduce((a, b) => (a * 31 + b) | 0, 7);
        pictures.push(Array.from(data.slice(0, 4)).concat([sum]));
    }
    return {count, pictures};
}"""


async def test_a_moving_picture_moves(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    _, content = await saved(ana, "gif")
    assert content.startswith(b"GIF89a")
    assert len(content) < 1_500_000
    found = await ana.page.evaluate(FRAMES_OF_A_GIF, list(content))
    assert 30 <= found["count"] <= 34
    first, last = found["pictures"]
    assert first != last
    for red, green, blue, alpha, _ in (first, last):
        assert green > red + 20, "grass in the corner"
        assert green > blue + 15, "grass in the corner"
        assert alpha == 255


async def test_a_film_is_as_long_as_the_play(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    name, content = await saved(ana, "film")
    assert name.endswith(".webm")
    assert content[:4] == b"\x1a\x45\xdf\xa3", "EBML"
    # The policy of our pages lets them show no films.
    cinema = await ana.context.new_page()
    length = await cinema.evaluate(
        """async (bytes) => {
            const film = document.createElement("video");
            const blob = new Blob([new Uint8Array(bytes)], {type: "video/webm"});
            const decoded = await new Promise((resolve, reject) => {
                film.onerror = () => reject(new Error("does not play"));
                film.ontimeupdate = () => film.currentTime > 1 && resolve(film.currentTime);
                film.onended = () => resolve(film.currentTime);
                film.onloadedmetadata = () => { film.currentTime = 1e9; };
                film.src = URL.createObjectURL(blob);
            });
            return decoded;
        }""",
        list(content),
    )
    assert 3 <= length <= 9


async def test_without_phases_there_is_nothing_to_play(stage: Stage) -> None:
    document = full_document()
    document["objects"] = [
        one for one in document["objects"] if one["sort"] not in {"phase", "stop"}
    ]
    ana, _ = await at_the_drawer(stage, document)
    for what in ("gif", "film"):
        row = ana.page.locator(f'[data-export="{what}"]')
        await expect(row).to_be_disabled()
        await expect(row).to_contain_text("Needs phases to play")
    await expect(ana.page.get_by_label("Picture and drawing show")).to_have_count(0)


# --- the player ---


async def player_link(ana: Person) -> str:
    """Made in the drawer."""
    await ana.page.get_by_role("button", name="Make the link").click()
    field = ana.page.get_by_label("Address of the player")
    await expect(field).to_have_value(re.compile(r"/play\.html#room=r_.*&invite=i_"))
    return await field.input_value()


async def test_the_player_plays_for_somebody_without_a_name(stage: Stage) -> None:
    ana, room = await at_the_drawer(stage)
    link = await player_link(ana)
    await expect(ana.page.get_by_label("For a page of yours")).to_have_value(
        re.compile("^<iframe src=")
    )
    fan = await stage.person(None)
    await fan.page.goto(link)
    await expect(fan.page.get_by_role("heading", name="Corner, near post")).to_be_visible()
    await expect(fan.test_id("step")).to_have_text("Set-up · 0.0 s")
    nine = fan.thing(NINE)
    await expect(nine).to_have_attribute("transform", "translate(30000 -4000)")
    await fan.page.get_by_role("button", name="Play").click()
    await expect(fan.page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(fan.page.get_by_text("9 goes at the whistle")).to_be_visible()
    await expect(nine).to_have_attribute("transform", "translate(44000 -2000)")
    await expect(fan.test_id("step")).to_have_text("2 of 2 · 2.5 s")
    await expect(fan.page.get_by_role("button", name="Play")).to_be_visible()
    place = fan.page.get_by_label("Place in the play")
    await place.fill("0")
    await expect(nine).to_have_attribute("transform", "translate(30000 -4000)")
    await fan.press("ArrowRight")
    assert ana.guest is not None
    people = stage.api.call("GET", f"/rooms/{room}", guest=ana.guest)["state"]["room"]["members"]
    assert list(people) == [ana.guest.account], "nobody came in"
    assert await fan.page.evaluate("() => localStorage.length") == 0


async def test_the_player_survives_a_spell_offline_and_shows_what_is_new(stage: Stage) -> None:
    ana, _ = await at_the_drawer(stage)
    link = await player_link(ana)
    fan = await stage.person(None)
    await fan.page.goto(link)
    await expect(fan.test_id("step")).to_be_visible()
    await fan.context.set_offline(True)
    await fan.page.get_by_role("button", name="Play").click()
    await expect(fan.test_id("step")).to_have_text("2 of 2 · 2.5 s")
    where = await ana.drag(TEN, -60, -40)
    await ana.is_live()
    again = "() => document.dispatchEvent(new Event('visibilitychange'))"
    await fan.page.evaluate(again)
    await fan.context.set_offline(False)
    await fan.page.evaluate(again)
    await fan.page.get_by_label("Place in the play").fill("0")
    await fan.sees(TEN, where)


BEYOND = """() => {
    const edge = document.documentElement.clientWidth;
    const all = [...document.querySelectorAll(".controls, .controls *")];
    return all.filter((one) => {
        const { left, right, width } = one.getBoundingClientRect();
        return width > 0 && (right > edge + 0.5 || left < -0.5);
    }).map((one) => `${one.tagName} ${one.className}`);
}"""


async def test_the_player_fits_a_phone_and_fills_any_frame(stage: Stage) -> None:
    document = full_document("Corner routine against the low block of Saturday")
    document["settings"]["sport"] = "basketball_nba"
    document["objects"] = [
        one
        for one in document["objects"]
        if one["sort"] in {"phase"} or one["id"] in {NINE} or one["props"].get("of") == NINE
    ]
    for one in document["objects"]:
        if one["sort"] == "phase":
            one["props"] |= {"name": "A long name of a phase, " * 2, "notes": "note " * 300}
        else:
            one["props"] |= {"at": [0, 0]}
    owner = stage.api.guest("Ana Costa")
    room = board_of(stage, owner, document)
    link = stage.api.link(owner, room, "viewer").replace("/board.html", "/play.html")
    fan = await stage.person(None, viewport={"width": 360, "height": 640})
    await fan.page.goto(f"{link}&at=700")
    notes = fan.page.locator(".notes")
    await expect(notes).to_be_visible()
    assert await fan.page.evaluate(BEYOND) == []
    assert await notes.evaluate("(one) => getComputedStyle(one).overflowY") == "auto"
    around = fan.page.locator(".scene > g > .around").first
    court = fan.page.locator(".pitch .around")
    colour = "(one) => getComputedStyle(one).fill"
    assert await around.evaluate(colour) == await court.evaluate(colour) != "rgb(0, 0, 0)"


async def test_a_revoked_link_shows_nothing(stage: Stage) -> None:
    ana, room = await at_the_drawer(stage)
    link = await player_link(ana)
    assert ana.guest is not None
    [one] = stage.api.call("GET", f"/rooms/{room}/invitations", guest=ana.guest)["invitations"]
    stage.api.call("DELETE", f"/rooms/{room}/invitations/{one['id']}", guest=ana.guest)
    fan = await stage.person(None)
    for address in (link, f"{stage.url}/play.html#room=nonsense"):
        await fan.page.goto(address)
        await expect(fan.page.locator('[data-testid^="end-"] h1')).to_contain_text(
            re.compile("There is no such board|This link is not whole")
        )
        await fan.page.goto("about:blank")


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere() -> AsyncGenerator[tuple[str, dict[str, str]]]:
    """Another site, whose page can be set."""
    shown = {"html": ""}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = shown["html"].encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"{head}connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", shown
    server.close()


async def test_HT98_the_player_stands_in_a_page_elsewhere_and_the_board_does_not(
    stage: Stage, elsewhere: tuple[str, dict[str, str]]
) -> None:
    url, shown = elsewhere
    ana, _ = await at_the_drawer(stage)
    link = await player_link(ana)
    fan = await stage.person(None)
    code = await ana.page.get_by_label("For a page of yours").input_value()
    shown["html"] = f"<!doctype html><title>Club</title>{code}"
    await fan.page.goto(url)
    frame = fan.page.frame_locator("iframe")
    await frame.get_by_role("button", name="Play").click()
    await expect(frame.get_by_test_id("step")).to_have_text("2 of 2 · 2.5 s")
    shown["html"] = f'<iframe src="{link.replace("/play.html", "/board.html")}"></iframe>'
    fan.problems.clear()
    await fan.page.goto(url)
    await expect(fan.page.frame_locator("iframe").locator("#page")).to_have_count(0)
    assert any("frame-ancestors" in problem for problem in fan.problems)
    fan.problems.clear()
