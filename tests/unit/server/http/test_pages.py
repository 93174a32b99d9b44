"""Pages: exact paths, right types, validators, and a policy of their own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from server.http.pages import load_pages, make_page
from server.http.services import PAGES
from tests.support.http_side import http_side

HTML = b"<!doctype html><title>Touchline</title>" + b"<p>board</p>" * 100


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    files = {
        "demo/index.html": HTML,
        "demo/board.html": b"<p>board</p>",
        "demo/sw.js": b"self.oninstall = null;",
        "demo/parts/pill.js": b"export {};",
        "demo/styles/base.css": b"p{}",
        "demo/icon.svg": b"<svg/>",
        "demo/notes.md": b"not for browsers",
        "demo/.hidden.js": b"no",
        "js/touchline.js": b"export {};",
        "js/tsconfig.json": b"{}",
        "js/node_modules/x/index.js": b"no",
        "js/__init__.py": b"",
        "secret.html": b"outside",
    }
    for name, body in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path


def test_HT60_what_is_for_browsers_is_served_and_nothing_else(clients: Path) -> None:
    assert load_pages(clients).keys() == {
        "/",
        "/index.html",
        "/board.html",
        "/sw.js",
        "/parts/pill.js",
        "/styles/base.css",
        "/icon.svg",
        "/js/touchline.js",
    }


async def test_HT60_types_are_exact(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        for path, mime in (
            ("/", "text/html; charset=utf-8"),
            ("/js/touchline.js", "text/javascript; charset=utf-8"),
            ("/styles/base.css", "text/css; charset=utf-8"),
            ("/icon.svg", "image/svg+xml"),
        ):
            answer = await side.send("GET", path)
            assert answer.headers["content-type"] == mime
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/js/../../secret.html",
        "/%2e%2e/secret.html",
        "/js/..%2f..%2fsecret.html",
        "/js/tsconfig.json",
        "/notes.md",
        "/js/",
        "/parts",
        "/index.html/",
        "/index.html%00.js",
    ],
)
async def test_HT61_no_path_leads_out(clients: Path, path: str) -> None:
    async with http_side(pages=clients) as side:
        answer = await side.send("GET", path)
        assert answer.status_code == 404
        assert answer.json()["error"] == "not_found"


async def test_HT62_a_page_is_kept_and_asked_for_again(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        first = await side.send("GET", "/")
        assert first.headers["cache-control"] == "no-cache"
        etag = first.headers["etag"]
        again = await side.send("GET", "/", headers={"if-none-match": f'"other", {etag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["content-security-policy"]
        changed = await side.send("GET", "/", headers={"if-none-match": '"other"'})
        assert changed.status_code == 200


async def test_HT62_pages_are_compressed_for_those_who_can(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        plain = await side.send("GET", "/", headers={"accept-encoding": "identity"})
        assert plain.content == HTML
        assert "content-encoding" not in plain.headers
        packed = await side.send("GET", "/", headers={"accept-encoding": "br, gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == HTML
        assert int(packed.headers["content-length"]) < len(HTML) // 4
        assert "accept-encoding" in packed.headers["vary"]


async def test_HT63_the_policy_of_pages_names_the_websocket_of_their_host(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        answer = await side.send("GET", "/", host="192.168.1.5:8700")
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            "connect-src 'self' ws://192.168.1.5:8701; manifest-src 'self'; worker-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )


async def test_HT64_the_worker_may_control_every_page(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        answer = await side.send("GET", "/sw.js")
        assert answer.headers["service-worker-allowed"] == "/"
        assert "service-worker-allowed" not in (await side.send("GET", "/")).headers


async def test_HT65_pages_are_only_read(clients: Path) -> None:
    async with http_side(pages=clients) as side:
        head = await side.send("HEAD", "/", headers={"accept-encoding": "identity"})
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(HTML)))
        answer = await side.send("POST", "/")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_HT66_a_page_names_its_bundles_and_files_stay_as_they_were_written() -> None:
    async with http_side(pages=PAGES) as side:
        board = (await side.send("GET", "/board.html")).text
        assert '<script type="module" src="/packed/board/page.js"></script>' in board
        assert board.count("stylesheet") == 1
        told = (await side.send("GET", "/packed/board/page.js")).text
        assert "/**" not in told
        where = told.rpartition("sourceMappingURL=")[2].strip()
        sources = (await side.send("GET", where)).json()["sources"]
        assert {"/board/page.js", "/js/room.js"} <= set(sources)
        for path in sources:
            file = PAGES / (path[1:] if path.startswith("/js/") else f"demo{path}")
            assert (await side.send("GET", path)).content == file.read_bytes()


def test_small_and_incompressible_files_stay_as_they_are() -> None:
    def encodings(body: bytes, suffix: str) -> list[bytes]:
        _, headers, _ = make_page(body, suffix).answer({b"accept-encoding": b"gzip"}, b"")
        return [value for name, value in headers if name == b"content-encoding"]

    assert encodings(b"x" * 511, ".js") == []
    assert encodings(b"x" * 4_096, ".png") == []
    assert encodings(b"x" * 512, ".js") == [b"gzip"]
    assert encodings(random.Random(1).randbytes(4_096), ".txt") == []


def test_a_folder_without_pages_serves_none(tmp_path: Path) -> None:
    assert load_pages(tmp_path) == {}


def test_the_shipped_pages_are_found() -> None:
    assert "/" in load_pages(PAGES)
