"""What the pages are made of: small files, nothing inline, nothing unused, and a page that loads in
little."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from server.http.packing import best
from server.http.pages import load_pages

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
DEMO, LIBRARY = CLIENTS / "demo", CLIENTS / "js"
SERVED = {".html", ".js", ".css", ".svg"}
PAGE_BYTES_MAX = 150_000
FILE_LINES_MAX = 300


PAGES = tuple(f"/{path.name}" for path in sorted(DEMO.glob("*.html")))
SENT = load_pages(CLIENTS)


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


def used_by(page: str) -> set[str]:
    """Every file of which a page is made, those that it fetches later too."""
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
            names = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+\.js)["']""", source)
            waiting += [resolved(path, name) for name in names]
    return seen


def sent_for(
    page: str, texts: Mapping[str, bytes], *, but: frozenset[str] = frozenset()
) -> set[str]:
    """Everything that a page ever fetches of these, as the bundles name each other."""
    waiting = [page]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path in but:
            continue
        seen.add(path)
        pattern = r'(?:src|href)="(/[^"]+)"' if path == page else r'(?:from|import)\(?"([^"]+\.js)"'
        waiting += re.findall(pattern, texts[path].decode())
    return seen


def weight_of(paths: set[str], pack: Callable[[bytes], bytes]) -> int:
    """Bytes of them, compressed each for itself."""
    return sum(len(pack(SENT[path].body)) for path in paths)


def test_a_page_is_under_150_kB_compressed_by_gzip_before_one_asks_for_more() -> None:
    texts = {path: page.body for path, page in SENT.items()}
    asked = frozenset(path for path in texts if path.endswith("/page/board/asked.js"))
    assert len(asked) == 1
    for page in PAGES:
        weight = weight_of(sent_for(page, texts, but=asked), gzip.compress)
        assert weight < PAGE_BYTES_MAX, f"{page}: {weight}"


def test_everything_that_a_page_may_ever_fetch_is_under_150_kB_by_brotli() -> None:
    texts = {path: page.body for path, page in SENT.items()}
    assert "/packed/board/page/board/asked.js" in sent_for("/board.html", texts)
    for page in PAGES:
        weight = weight_of(sent_for(page, texts), best)
        assert weight < PAGE_BYTES_MAX, f"{page}: {weight}"


def test_a_board_is_made_of_a_handful_of_files() -> None:
    texts = {path: page.body for path, page in SENT.items()}
    assert sent_for("/board.html", texts) == {
        "/board.html",
        "/icon.svg",
        "/packed/board.css",
        "/packed/board/page.js",
        "/packed/board/page/board/soon.js",
        "/packed/board/page/board/asked.js",
    }


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
    used = {path for page in PAGES for path in used_by(page)}
    there = {f"/{path.relative_to(DEMO).as_posix()}" for path in files(DEMO)}
    assert there - used == set()
