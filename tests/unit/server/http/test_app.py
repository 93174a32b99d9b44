"""The application as a whole: its explorer needs nothing from elsewhere, and operations have one
name each."""

from __future__ import annotations

import re

from server.http.app import EXPLORER, OPERATIONS, explorer_pages
from server.http.permissions import PERMISSIONS
from tests.support.http_side import HttpSide


async def test_HT70_the_document_and_its_explorer_are_served(side: HttpSide) -> None:
    for path, mime in (
        ("/openapi.json", "application/json"),
        ("/openapi", "text/html"),
        ("/openapi/", "text/html"),
        ("/openapi/explorer.js", "text/javascript"),
        ("/openapi/explorer.css", "text/css"),
    ):
        answer = await side.send("GET", path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(mime)
    assert (await side.send("GET", "/openapi/else")).json()["error"] == "not_found"


def test_HT71_the_explorer_works_without_the_internet_and_without_inline_script() -> None:
    for file in EXPLORER.iterdir():
        text = file.read_text()
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text), file.name
        assert "innerHTML" not in text
    html = (EXPLORER / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", html)


def test_pages_of_the_document_are_made_once() -> None:
    assert explorer_pages("1") is explorer_pages("1")


def test_every_operation_is_listed_once() -> None:
    names = [operation.operation_id for operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert set(names) == PERMISSIONS.keys()
