"""What the pages are made of: small files, nothing inline, nothing unused, and a page that loads in
little."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
DEMO, LIBRARY = CLIENTS / "demo", CLIENTS / "js"
SERVED = {".html", ".js", ".css", ".svg"}
PAGE_BYTES_MAX = 150_000
FILE_LINES_MAX = 300


PAGES = tuple(f"/{path.name}" for path in sorted(DEMO.glob("*.html")))


def files(folder: Path) -> list[Path]:
    """What a browser may get from a folder."""
    return [
        path for path in sorted(folder.rglob("*")) if path.suffix in SERVED and path.name != "sw.js"
    ]


def resolved(importer: str, name: str) -> str:
    """A path on the server."""
    if name.startswith("/"):
        return name
    parts = importer.split("/")[:-1]
    for step in name.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def on_disk(path: str) -> Path:
    """Where the server reads it."""
    return LIBRARY / path.removeprefix("/js/") if path.startswith("/js/") else DEMO / path[1:]


NAMED = r"""(?:from|import)\s*["']([^"']+\.js)["']"""
NAMED_LATER = r"""(?m)(?:from\s*|import\s*|await import\(|^\s*import\()["']([^"']+\.js)["']"""


def loaded_by(page: str, named: str = NAMED) -> set[str]:
    """Everything that opening a page fetches before it works; with `NAMED_LATER` also what it
    fetches once it is open."""
    html = (DEMO / page[1:]).read_text()
    waiting = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg))"', html)
    seen = {page}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.endswith(".js"):
            source = on_disk(path).read_text()
            names = re.findall(named, source)
            waiting += [resolved(path, name) for name in names]
    return seen


def test_a_page_is_under_150_kB_compressed() -> None:
    for page in PAGES:
        weight = sum(len(gzip.compress(on_disk(path).read_bytes(), 9)) for path in loaded_by(page))
        assert weight < PAGE_BYTES_MAX, f"{page}: {weight}"


def test_every_file_of_the_pages_is_under_300_lines() -> None:
    long = {
        path.name: lines
        for path in files(DEMO)
        if (lines := len(path.read_text().splitlines())) >= FILE_LINES_MAX
    }
    assert long == {}


def test_nothing_inline_that_the_policy_forbids() -> None:
    for path in DEMO.glob("*.html"):
        html = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=", html), path.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), path.name
    for path in DEMO.rglob("*.js"):
        assert not re.search(
            r"setAttribute\([\"']style|innerHTML|\beval\(|new Function", path.read_text()
        ), path.name


def test_no_file_lies_there_unused() -> None:
    used = {path for page in PAGES for path in loaded_by(page, NAMED_LATER)}
    there = {f"/{path.relative_to(DEMO).as_posix()}" for path in files(DEMO)}
    assert there - used == set()
