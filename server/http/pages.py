"""The pages and scripts in clients/, read once at the start and served from memory by exact path.

Nothing of a request ever becomes a path of the file system, so there is nothing to traverse.
Browsers keep what they got and ask again each time with its ETag (`no-cache`), so that a new server
never meets an old page. What a page consists of goes out in a few bundles (page_bundles.py); every
file is there as it was written too, which is where source maps lead.

Keeps HT60 to HT62 and HT64 to HT66.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.http.headers import SECURITY, Header
from server.http.packing import Packed
from server.http.page_bundles import MAP, bundled

MIME: dict[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    MAP: "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""What is served, and as what. Other files in clients/ (documents, type settings, Python) are not
for browsers."""

_NOT_SERVED = frozenset({"tsconfig.json", "package.json", "package-lock.json"})
_PACKED = ("text/", "application/", "image/svg")
_PACK_FROM = 512
"""Below this, compression saves nothing after its header."""
_BUNDLED = frozenset({".html", ".js", ".css"})


@dataclass(frozen=True, slots=True)
class Page:
    """A file, ready to send."""

    body: bytes
    packed: Packed | None
    etag: bytes
    headers: tuple[Header, ...]
    is_html: bool

    def answer(
        self, request: Mapping[bytes, bytes], policy: bytes
    ) -> tuple[int, list[Header], bytes]:
        """Status, headers and body for a request with these headers."""
        headers = [*SECURITY, *self.headers, (b"etag", self.etag), (b"cache-control", b"no-cache")]
        headers.append((b"content-security-policy", policy))
        if self.etag in {tag.strip() for tag in request.get(b"if-none-match", b"").split(b",")}:
            return 304, headers, b""
        accepted = request.get(b"accept-encoding", b"")
        packed = self.packed and self.packed.for_those_who_accept(accepted)
        if not packed:
            return 200, headers, self.body
        headers.append((b"content-encoding", packed[0]))
        return 200, headers, packed[1]


def make_page(body: bytes, suffix: str, *, extra: tuple[Header, ...] = ()) -> Page:
    """A page of these bytes."""
    mime = MIME[suffix]
    packs = len(body) >= _PACK_FROM and mime.startswith(_PACKED)
    packed = Packed(body) if packs else None
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = ((b"content-type", mime.encode()), (b"vary", b"accept-encoding"), *extra)
    return Page(body, packed, f'"{tag}"'.encode(), headers, suffix == ".html")


def load_pages(clients: Path) -> dict[str, Page]:
    """Path to page: clients/demo at `/`, clients/js at `/js/`, and bundles of both."""
    files: dict[str, bytes] = {}
    for folder, prefix in ((clients / "demo", "/"), (clients / "js", "/js/")):
        for file in sorted(folder.rglob("*")):
            if file.suffix not in MIME or file.name in _NOT_SERVED or not file.is_file():
                continue
            relative = file.relative_to(folder)
            if any(part.startswith(".") or part == "node_modules" for part in relative.parts):
                continue
            files[prefix + relative.as_posix()] = file.read_bytes()
    texts = {path: body.decode() for path, body in files.items() if Path(path).suffix in _BUNDLED}
    made = bundled(texts)
    files |= {path: text.encode() for path, text in made.items()}
    # A worker at the root may control every page, and says so for browsers that ask.
    more: dict[str, tuple[Header, ...]] = {"/sw.js": ((b"service-worker-allowed", b"/"),)}
    pages = {
        path: make_page(body, Path(path).suffix, extra=more.get(path, ()))
        for path, body in files.items()
    }
    for path in made:
        if (packed := pages[path].packed) is not None and not path.endswith(MAP):
            packed.gzipped  # noqa: B018 - nobody is to wait for what every visit needs
    if "/index.html" in pages:
        pages["/"] = pages["/index.html"]
    return pages
