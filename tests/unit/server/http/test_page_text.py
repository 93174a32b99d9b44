"""Scripts and styles without comments and needless space are the same programs."""

from __future__ import annotations

import json
import re

import pytest

from server.http.page_text import joined, script_lines, style
from server.http.services import PAGES
from tests.support.node import run_node

PARSER = "tests/support/same_scripts.cjs"


def sent(script: str) -> str:
    """What is left of it, in as few lines as may be."""
    parts: list[str] = []
    for _, text in script_lines(script):
        kept = joined(parts[-1], text) if parts else None
        if kept is not None:
            parts[-1] = kept
        elif parts:
            parts.append("\n")
        parts.append(text)
    return "".join(parts)


def different(pairs: list[tuple[str, str, str]]) -> list[str]:
    """Names of those (name, as written, as sent) of which a parser does not make the same."""
    run = run_node("--expose-internals", "--no-warnings", PARSER, said=json.dumps(pairs))
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_HT66_every_script_of_ours_is_the_same_program() -> None:
    files = [*(PAGES / "demo").rglob("*.js"), *(PAGES / "js").rglob("*.js")]
    written = [(path.name, path.read_text()) for path in sorted(files)]
    assert len(written) > 200
    assert different([(name, text, sent(text)) for name, text in written]) == []


def test_HT66_the_parser_sees_a_difference_and_what_it_cannot_read() -> None:
    same = ("same", "a = 1; // one", "a=1")
    told = different([same, ("other", "a = 1", "a = 2"), ("none", "a", "a b")])
    assert [name.partition(":")[0] for name in told] == ["other", "none"]


@pytest.mark.parametrize(
    ("script", "left"),
    [
        (
            "/** What it is. */\nconst near = /** @type {number} */ (far); // kept",
            "let near=(far);",
        ),
        (
            'say("/* no */", `// no\n  ${ a /* b */ }`);',
            'say("/* no */",`// no\n  ${ a /* b */ }`);',
        ),
        ("a = b / c / d; // over", "a=b/c/d;"),
        ("if (/[/*]\\/'/u.test(a)) return /`/;", "if(/[/*]\\/'/u.test(a))return /`/;"),
        ("a + +b - -c; a ++; in_ /* */ in of", "a+ +b- -c;a++;in_ in of"),
        ("f({\n  a,\n  b: [1,\n 2,\n ],\n});\n", "f({a,b:[1,2]});"),
        ("a = b\n(c)\n", "a=b\n(c)"),
        ("a\n++b", "a\n++b"),
        ("const f = () => {\n  g();\n  return\n};\nh()", "let f=()=>{g();return};h()"),
        ("x\n  .y()\n  ?.z", "x.y()?.z"),
        ("`a${ `b${ `c` }` }` // d", "`a${ `b${ `c` }` }`"),
    ],
)
def test_HT66_what_is_left_of_a_script(script: str, left: str) -> None:
    assert sent(script) == left


def test_lines_know_where_they_come_from() -> None:
    script = "/**\n * Two.\n */\nsay(`one\n  two`);\n\nover; // b\n"
    assert [(line.number, line.text) for line in script_lines(script)] == [
        (3, "say(`one\n  two`);"),
        (6, "over;"),
    ]


@pytest.mark.parametrize("script", ["a = 'one\ntwo';", "a;\nb = `over"])
def test_a_text_without_an_end_is_named_with_its_line(script: str) -> None:
    with pytest.raises(ValueError, match=r"line \d: a text without an end"):
        script_lines(script)


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        ("/* No. */\n.a > .b :hover {\n  color: red;\n}\n", ".a > .b :hover{color:red;}"),
        ('p::before { content: " /* { ; } */ "; }', 'p::before{content:" /* { ; } */ ";}'),
        ("a { width: calc( 1px + (2px * 3) ); }", "a{width:calc(1px + (2px * 3));}"),
        (
            "@media (a: b) and (c) {\n  p, q { margin: 0 auto }\n}",
            "@media (a:b) and (c){p,q{margin:0 auto}}",
        ),
    ],
)
def test_HT66_what_is_left_of_a_style_sheet(sheet: str, left: str) -> None:
    assert style(sheet) == left


def test_HT66_style_sheets_of_ours_lose_comments_and_space_only() -> None:
    for path in sorted((PAGES / "demo" / "styles").glob("*.css")):
        told = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert re.sub(r"\s", "", style(path.read_text())) == re.sub(r"\s", "", told), path.name
