"""Strings are data: whatever somebody writes into a name, a chat, a path or a header comes back as
it was or is refused by name, finds nothing else, and is one line of the log."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator
from urllib.parse import quote

import pytest

from server.config import Settings
from server.logs import configure
from tests.support.http_side import HttpSide, http_side
from tests.support.people import post

WRITTEN = [
    "'; DROP TABLE account; --",
    "%' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${7*7}{{7*7}}%s%n",
    '{"level":"error","event":"forged"}',
    "..\\..\\etc/passwd",
]
CONTROLS = ["two\nlines", "a\rreturn", "a\x00null", "an\x1b[31mescape", "turned\u202earound"]


@pytest.fixture
async def side() -> AsyncGenerator[HttpSide]:
    async with http_side() as found:
        yield found


@pytest.mark.parametrize("text", WRITTEN)
async def test_C23_what_is_written_comes_back_as_it_was(side: HttpSide, text: str) -> None:
    _, header = await side.account("ada@example.org", text)
    assert (await side.send("GET", "/account", headers=header)).json()["name"] == text
    team = (await post(side, "/teams", {"name": text}, headers=header)).json()
    assert (await side.send("GET", f"/teams/{team['id']}", headers=header)).json()["name"] == text
    room = (await post(side, "/rooms", {"kind": "board", "name": text}, headers=header)).json()
    say = {"command": {"type": "chat.say", "text": text}}
    assert (await post(side, f"/rooms/{room['id']}/commands", say, headers=header)).is_success
    view = (await side.send("GET", f"/rooms/{room['id']}", headers=header)).json()
    assert view["name"] == text
    assert [line["text"] for line in view["state"]["room"]["chat"]] == [text]


@pytest.mark.parametrize("text", WRITTEN)
async def test_C23_a_search_finds_what_has_that_text_and_nothing_else(
    side: HttpSide, text: str
) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    named, _ = await side.account("ada@example.org", text)
    await side.account("bob@example.org", "Bob")
    found = await side.send("GET", f"/admin/users?q={quote(text)}", headers=admin)
    assert found.status_code == 200, found.text
    assert [one["id"] for one in found.json()["users"]] == [named.account]


@pytest.mark.parametrize("text", CONTROLS)
async def test_C23_what_forges_lines_is_refused_by_name(side: HttpSide, text: str) -> None:
    _, header = await side.account()
    for path, body in (("/teams", {"name": text}), ("/rooms", {"kind": "board", "name": text})):
        answer = await post(side, path, body, headers=header)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid"), path


@pytest.mark.parametrize("style", ["json", "text"])
async def test_C23_a_request_is_one_line_of_the_log_whatever_is_in_it(
    side: HttpSide, style: str
) -> None:
    stream = io.StringIO()
    logger = configure(Settings(log_format=style, log_level="debug"), stream)
    for text in (*WRITTEN, *CONTROLS):
        before = stream.getvalue().count("\n")
        logger.info("asked", path=f"/rooms/{text}", agent=text, name=text)
        assert stream.getvalue().count("\n") == before + 1, repr(text)
    for line in stream.getvalue().splitlines() if style == "json" else ():
        assert json.loads(line)["event"] == "asked"
    assert "\x1b[31m" not in stream.getvalue()
    assert "\x00" not in stream.getvalue()
