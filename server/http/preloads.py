"""Which modules a page will fetch, told in its head: a browser else learns of each only when it has
read the one that imports it, a way to the server and back for every step (SPEC HT67).

Pure: knows texts of pages and scripts by path; reads no file and answers no request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

_SCRIPT = re.compile(r'<script type="module" src="([^"]+)"')
_IMPORT = re.compile(r"""^(?:import|export|\}) ?[^"'()]*["']([^"'()]+\.js)["']""", re.MULTILINE)
"""`import … from "x.js"`, on one line or ending on one that begins with its brace, `import "x.js"`,
`export … from "x.js"`; not `import("x.js")`, which is fetched later or never."""
_END = "</head>"


def imports_of(path: str, script: str) -> list[str]:
    """Paths of what a script at `path` imports before it runs."""
    found = [join(dirname(path), name) for name in _IMPORT.findall(script)]
    return [normpath(one) for one in found]


def modules_of(page: str, scripts: Mapping[str, str]) -> list[str]:
    """Paths of all modules that a page (its text) fetches, nearest first, without those that it
    names itself or that nobody has."""
    named: list[str] = _SCRIPT.findall(page)
    met = list(named)
    for path in met:
        met += [
            one
            for one in dict.fromkeys(imports_of(path, scripts.get(path, "")))
            if one in scripts and one not in met
        ]
    return met[len(named) :]


def with_preloads(page: str, scripts: Mapping[str, str]) -> str:
    """The page, whose head tells of them."""
    links = [f'<link rel="modulepreload" href="{path}">' for path in modules_of(page, scripts)]
    before, end, after = page.partition(_END)
    return before + "".join(f"{link}\n" for link in links) + end + after if end else page
