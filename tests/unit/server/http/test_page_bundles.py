"""Bundles do what the modules do: run in node, looked up by its own reader of source maps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.http.page_bundles import FOLDER, MAP, bundled
from server.http.services import PAGES
from tests.support.node import run_node

PAGE = """<!doctype html>
<html>
  <head>
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/styles/a.css">
    <link rel="stylesheet" href="/styles/b.css">
    <script type="module" src="/one/page.js"></script>
  </head>
</html>
"""
FILES = {
    "/one.html": PAGE,
    "/two.html": PAGE,
    "/styles/a.css": "a { color: red }\n",
    "/styles/b.css": "/* None. */ b { }\n",
    "/one/page.js": """/** The page. */
import { a, b as other } from "../parts/ab.js";
import "../parts/alone.js";
import * as all from '/js/all.js';

const seen = { a, other: other(), all: all.Kept.name, $: `one
  two` };
log(JSON.stringify(seen));
const later = await0();
async function await0() {
  const first = (await import("./later.js")).told;
  const second = await import("./last.js");
  log(first, second.told, second.same());
}
""",
    "/parts/ab.js": """
export const a = [1,
  2];
const inner = () => "b";
export { inner as b };
""",
    "/parts/alone.js": 'import { log0 } from "./log.js";\nlog0("alone");\n',
    "/parts/log.js": """export function log0(...said) { globalThis.log(...said); }
""",
    "/js/all.js": """
import {
  Kept,
} from './kept.js';
export async function wait() {}
export class Other extends Kept {}
export { Kept };
export { a as again } from '../parts/ab.js';
""",
    "/js/kept.js": "export class Kept {\n  at = 1;\n}\n",
    "/one/later.js": """import { both } from "./both.js";
export const told = `later ${both.count += 1}`;
""",
    "/one/last.js": """import { both } from "./both.js";
import { again, Other } from "/js/all.js";
export const told = `last ${both.count += 1} ${again} ${new Other().at}`;
export function same() {
  return both === globalThis.both;
}
""",
    "/one/both.js": "export const both = (globalThis.both = { count: 0 });\n",
}


def run(found: dict[str, str], folder: Path, then: str = "") -> list[str]:
    """What the bundles of /one/page.js log."""
    (folder / "package.json").write_text('{"type": "module"}')
    for path, text in found.items():
        file = folder / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(f'"{FOLDER}', f'"{folder}{FOLDER}'))
    begin = f"globalThis.log = console.log; await import('{folder}{FOLDER}/one/page.js'); {then}"
    done = run_node("--input-type=module", "--no-warnings", "-e", begin)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_HT66_bundles_do_what_the_modules_do(tmp_path: Path) -> None:
    assert run(bundled(FILES), tmp_path) == [
        "alone",
        '{"a":[1,2],"other":"b","all":"Kept","$":"one\\n  two"}',
        "later 1 last 2 1,2 1 true",
    ]


def test_HT66_a_page_names_one_script_and_one_style_sheet_shared_by_those_with_the_same() -> None:
    found = bundled(FILES)
    assert found["/one.html"] == found["/two.html"]
    assert found["/one.html"].splitlines()[3:7] == [
        '    <link rel="icon" href="/icon.svg" type="image/svg+xml">',
        '    <link rel="stylesheet" href="/packed/one.css">',
        '    <script type="module" src="/packed/one/page.js"></script>',
        "  </head>",
    ]
    assert found["/packed/one.css"] == "a{color:red}\nb{}"
    assert set(found) == {"/one.html", "/two.html", "/packed/one.css"} | {
        f"/packed/one/page{name}{more}"
        for name in (".js", "/one/later.js", "/one/last.js")
        for more in ("", MAP)
    }


def test_HT66_what_several_later_parts_need_is_in_the_first_alone() -> None:
    found = bundled(FILES)
    having = [path for path, text in found.items() if "count:0" in text]
    assert having == ["/packed/one/page/one/later.js"]
    assert 'import"/packed/one/page/one/later.js";' in found["/packed/one/page/one/last.js"]


def test_HT66_a_part_that_another_holds_whole_has_no_file_of_its_own(tmp_path: Path) -> None:
    told = "(await import('./both.js')).both.count"
    again = FILES["/one/page.js"].replace("first, ", f"{told}, first, ")
    found = bundled(FILES | {"/one/page.js": again})
    assert "/packed/one/page/one/both.js" not in found
    assert run(found, tmp_path)[-1] == "2 later 1 last 2 1,2 1 true"


LOOK_UP = """
const { SourceMap } = await import("node:module");
const { readFileSync } = await import("node:fs");
const [name, ...sought] = JSON.parse(readFileSync(0, "utf8"));
const text = readFileSync(name, "utf8").split("\\n");
const map = new SourceMap(JSON.parse(readFileSync(name + ".map", "utf8")));
console.log(JSON.stringify(sought.map((part) => {
  const line = text.findIndex((one) => one.includes(part));
  const { originalSource, originalLine } = map.findEntry(line, text[line].indexOf(part));
  return [originalSource, originalLine];
})));
"""


@pytest.mark.parametrize(
    ("bundle", "sought"),
    [
        (
            "page.js",
            ["log(JSON", "let seen", "let inner", "2]", "at=1", "globalThis.log(", "log(first"],
        ),
        ("page/one/last.js", ["let told", "function same", "return both"]),
    ],
)
def test_HT66_source_maps_lead_to_the_line(tmp_path: Path, bundle: str, sought: list[str]) -> None:
    for path, text in bundled(FILES).items():
        file = tmp_path / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    name = str(tmp_path / "packed" / "one" / bundle)
    asked = json.dumps([name, *sought])
    done = run_node("--input-type=module", "-e", LOOK_UP, said=asked)
    assert done.returncode == 0, done.stderr
    told: list[tuple[str, int]] = json.loads(done.stdout)
    for part, (source, line) in zip(sought, told, strict=True):
        written = FILES[source].split("\n")[line]
        written = written.replace("const", "let")
        assert part.replace(" ", "") in written.replace(" ", ""), (part, source, line)


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("/js/kept.js", "export default class {}\n", "a bundle cannot keep 'export default"),
        ("/js/kept.js", "export const { a } = b;\n", "a bundle cannot keep"),
        ("/js/kept.js", "export let Kept = 1;\n", "a bundle cannot keep 'export let"),
        ("/js/kept.js", "export * from './other.js';\n", "a bundle cannot keep"),
        ("/js/kept.js", "import Kept from './other.js';\n", "a bundle cannot keep"),
        ("/js/kept.js", "export class Keep {}\n", "/js/kept.js exports no Kept"),
        (
            "/js/kept.js",
            "import { wait } from './all.js';\nexport class Kept {}\n",
            "each other: .*all.js",
        ),
        ("/js/kept.js", "import './other.js';\n", "/js/other.js: imported, and not there"),
        ("/js/kept.js", "say('\n", "/js/kept.js: line 1: a text without an end"),
    ],
)
def test_what_a_bundle_would_not_keep_is_refused(path: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        bundled({**FILES, path: text})


def test_HT66_every_bundle_of_ours_can_be_read() -> None:
    files = {
        f"{prefix}{path.relative_to(folder).as_posix()}": path.read_text()
        for folder, prefix in ((PAGES / "demo", "/"), (PAGES / "js", "/js/"))
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".js", ".css"}
    }
    scripts = {path: text for path, text in bundled(files).items() if path.endswith(".js")}
    assert len(scripts) > 12
    pairs = json.dumps([(path, text, text) for path, text in scripts.items()])
    told = run_node(
        "--expose-internals", "--no-warnings", "tests/support/same_scripts.cjs", said=pairs
    )
    assert (told.returncode, told.stdout) == (0, "[]"), told.stderr
