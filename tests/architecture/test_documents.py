"""The documents stay true: their links resolve, their commands exist, every setting is
described."""

import re
import tomllib

from server.config import table
from tests.architecture.tree import ARCHITECTURE, ROOT, documents, python_files, relative

_LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """The anchors that a Markdown page offers, by the common rule for its headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def test_every_link_leads_somewhere() -> None:
    broken: list[str] = []
    for document in documents():
        text = document.read_text(encoding="utf-8")
        for link in _LINK.findall(_FENCE.sub("", text)):
            if re.match(r"[a-z]+:", link):
                continue
            place, _, anchor = link.partition("#")
            target = (document.parent / place) if place else document
            if not target.exists() or (
                anchor and target.suffix == ".md" and anchor not in anchors(target.read_text())
            ):
                broken.append(f"{relative(document)}: {link}")
    assert broken == []


def test_every_setting_is_described_with_its_default() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    missing = [
        row
        for name, default, about in table()
        if (row := f"| `{name}` | {shown(default)} | {about} |") not in text
    ]
    assert missing == []


def test_no_setting_is_described_that_does_not_exist() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    _, _, section = text.partition("## Settings and limits")
    section = section.partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert described == [name for name, _, _ in table()]


def shown(default: object) -> str:
    """A default as the table in ARCHITECTURE.md shows it."""
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"`{default}`" if default != "" else "empty"


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    unknown = [
        f"{relative(document)}: make {target}"
        for document in documents()
        for target in re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8"))
        if target not in targets
    ]
    assert unknown == []


def test_the_changelog_knows_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_place_that_catches_everything_is_named() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    unnamed = [
        relative(path)
        for path in python_files("server", "protocol", "storage", "clients", "loadtest")
        if "noqa: BLE001" in path.read_text(encoding="utf-8") and f"`{relative(path)}`" not in text
    ]
    assert unnamed == []
