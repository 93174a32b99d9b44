"""The modules that a page fetches, by every way in which one imports another."""

from __future__ import annotations

import re

from server.http.pages import load_pages
from server.http.preloads import imports_of, modules_of, with_preloads
from server.http.services import PAGES

SCRIPTS = {
    "/a/page.js": 'import "../b.js";\nimport { x } from "./c.js";\nimport("./later.js");\n',
    "/b.js": 'import {\nx,\ny,\n} from "/js/d.js";\nexport { z } from "./a/c.js";\n',
    "/a/c.js": "import { y } from '/b.js';\nconst s = 'from \"./no.js\"';\n",
    "/a/later.js": "",
    "/js/d.js": 'import "./gone.js";',
}
PAGE = '<head>\n<script type="module" src="/a/page.js"></script>\n</head><body></body>'


def test_HT67_what_a_page_fetches_is_told_nearest_first() -> None:
    assert modules_of(PAGE, SCRIPTS) == ["/b.js", "/a/c.js", "/js/d.js"]
    assert with_preloads(PAGE, SCRIPTS) == PAGE.replace(
        "</head>",
        '<link rel="modulepreload" href="/b.js">\n<link rel="modulepreload" href="/a/c.js">\n'
        '<link rel="modulepreload" href="/js/d.js">\n</head>',
    )
    assert imports_of("/a/page.js", SCRIPTS["/a/page.js"]) == ["/b.js", "/a/c.js"]


def test_HT67_a_page_without_modules_or_a_head_stays_as_it_is() -> None:
    assert with_preloads("<head></head>", SCRIPTS) == "<head></head>"
    assert with_preloads("<p>board</p>", SCRIPTS) == "<p>board</p>"


def test_HT67_the_pages_tell_of_all_that_their_scripts_import() -> None:
    sent = load_pages(PAGES)
    board = sent["/board.html"].body.decode()
    told = set(re.findall(r'rel="modulepreload" href="([^"]+)"', board))
    assert {"/board/view.js", "/parts/view.js", "/js/room.js", "/js/kinds/board.js"} <= told
    assert not {"/board/panels.js", "/board/history/whole_past.js"} & told, "fetched later"
    assert told <= sent.keys()
    for path in told | {"/board/page.js"}:
        for one in re.findall(r"""\bfrom\s*["']([^"']+\.js)["']""", sent[path].body.decode()):
            place = imports_of(path, f'import "{one}"')[0]
            assert place in told, f"{path} imports {one}"
