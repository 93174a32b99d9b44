"""The pages and scripts in clients/, read once at the start and served from memory by exact path.

Nothing of a request ever becomes a path of the file system, so there is nothing to traverse.
Browsers keep what they got and ask again each time with its ETag (`no-cache`), so that a new server
never meets an old page. Scripts go out without their comments and indentation (a third of their
weight), line for line, so that a line number in an error is one of the file.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.http.headers import SECURITY, Header

MIME: dict[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
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
_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)
"""One that has its lines for itself: what stands beside code is left."""
_INDENT = re.compile(r"^[ \t]+(?://.*)?|^//.*", re.MULTILINE)
"""Of a line, with the comment that has the line for itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file, ready to send."""

    body: bytes
    packed: bytes | None
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
        if self.packed is not None and b"gzip" in request.get(b"accept-encoding", b""):
            headers.append((b"content-encoding", b"gzip"))
            return 200, headers, self.packed
        return 200, headers, self.body


def make_page(body: bytes, suffix: str, *, extra: tuple[Header, ...] = ()) -> Page:
    """A page of these bytes."""
    mime = MIME[suffix]
    packed = None
    if len(body) >= _PACK_FROM and mime.startswith(_PACKED):
        squeezed = gzip.compress(body, 9, mtime=0)
        packed = squeezed if len(squeezed) < len(body) else None
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = ((b"content-type", mime.encode()), (b"vary", b"accept-encoding"), *extra)
    return Page(body, packed, f'"{tag}"'.encode(), headers, suffix == ".html")


def slimmed(script: bytes) -> bytes:
    """A script as browsers get it: where a comment has its lines for itself, they are empty, and no
    line is indented; as indented as it was where a text may go on over several lines."""
    told = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), script.decode())
    if not any(line.count("`") % 2 or line.endswith("\\") for line in told.split("\n")):
        told = _INDENT.sub("", told)
    return told.encode()


def load_pages(clients: Path) -> dict[str, Page]:
    """Path to page: clients/demo at `/`, clients/js at `/js/`."""
    pages: dict[str, Page] = {}
    for folder, prefix in ((clients / "demo", "/"), (clients / "js", "/js/")):
        for file in sorted(folder.rglob("*")):
            if file.suffix not in MIME or file.name in _NOT_SERVED or not file.is_file():
                continue
            relative = file.relative_to(folder)
            if any(part.startswith(".") or part == "node_modules" for part in relative.parts):
                continue
            path = prefix + relative.as_posix()
            # A worker at the root may control every page, and says so for browsers that ask.
            extra = ((b"service-worker-allowed", b"/"),) if path == "/sw.js" else ()
            body = file.read_bytes()
            sent = slimmed(body) if file.suffix == ".js" else body
            pages[path] = make_page(sent, file.suffix, extra=extra)
    if "/index.html" in pages:
        pages["/"] = pages["/index.html"]
    return pages
