"""Words that have no place in the tree: this machine's paths, registries' hosts, promises to do
later."""

import re

import pytest

from tests.architecture.tree import ROOT, files, python_files, relative

BANNED = {
    "a machine's own path": r"/(?:work|root|home/\w+)/|/opt/(?:wheels|pypi)|/tmp/(?:brief|spec)",
    "a registry's host": r"pypi\.(?:org|python)|pythonhosted|npmjs|deb\.debian\.org",
    "a promise": r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b",
    "an unfinished part": r"\bNotImplemented" + r"Error\b",
}
THIS_FILE = ROOT / "tests" / "architecture" / "test_words.py"
TEXT = frozenset(
    {".py", ".md", ".js", ".mjs", ".html", ".css", ".toml", ".sql", ".lock", ".json", ".yml", ""}
)


@pytest.mark.parametrize("what", BANNED)
def test_the_tree_names_no_such_thing(what: str) -> None:
    pattern = re.compile(BANNED[what])
    found = [
        f"{relative(path)}: {match.group()}"
        for path in files()
        if path.suffix in TEXT and path != THIS_FILE
        if (match := pattern.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_every_silenced_rule_has_its_reason_beside_it() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type: ignore|pyright: ignore)\b[^#\n]*")
    reasoned = re.compile(
        r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|(?:type|pyright): ignore\[[\w, -]+\])"
        r"(?:\s*#)? ?[-:(]? ?\w+"
    )
    bare: list[str] = []
    for path in python_files("server", "protocol", "storage", "loadtest", "clients", "tests"):
        lines = [] if path == THIS_FILE else path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            found = silenced.search(line)
            above = number > 0 and lines[number - 1].lstrip().startswith("# ")
            if found and not above and not reasoned.search(line[found.start() :]):
                bare.append(f"{relative(path)}:{number + 1}: {found.group().strip()}")
    assert bare == []
