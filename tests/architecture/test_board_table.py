"""The table of what a board can do names tests that are there, and says truly in which of them
somebody is away in the middle."""

import ast
import re

from tests.architecture.tree import ROOT, stated_rules

README = ROOT / "clients" / "demo" / "README.md"
KINDS_OF_FEATURE = 12
"""Of the list that the board was built from."""
AWAY = re.compile(r"set_offline\(True\)|proxy\.cut\(\)|\baway\(\w+\)")


def rows() -> list[list[str]]:
    """The cells of each row."""
    _, _, section = README.read_text(encoding="utf-8").partition("### Who held it across a break")
    section = re.split(r"\n##", section)[0]
    lines = [line for line in section.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named_tests() -> list[tuple[str, str, bool]]:
    """File, function, and whether somebody is said to be away in it."""
    return [
        (file, name, bool(marked))
        for _, _, cell, _ in rows()
        for marked, file, name in re.findall(r"(⇄ )?`(test_\w+\.py)::(test_\w+)`", cell)
    ]


def source_of(file: str, name: str) -> str | None:
    """The text of a test, if it is there."""
    path = ROOT / "tests" / "e2e" / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name == name:
            return ast.get_source_segment(text, node)
    return None


def test_every_test_of_the_table_is_there() -> None:
    missing = [f"{file}::{name}" for file, name, _ in named_tests() if not source_of(file, name)]
    assert missing == []


def test_somebody_is_away_exactly_where_the_table_says_so() -> None:
    wrong = [
        f"{file}::{name}"
        for file, name, marked in named_tests()
        if marked != bool(AWAY.search(source_of(file, name) or ""))
    ]
    assert wrong == []


def test_every_kind_of_feature_has_a_test_in_which_somebody_is_away() -> None:
    held = {int(number) for number, _, cell, _ in rows() if "⇄" in cell}
    assert held == set(range(1, KINDS_OF_FEATURE + 1))


def test_every_rule_of_the_table_is_stated() -> None:
    named = {rule for *_, cell in rows() for rule in re.findall(r"[A-Z]+\d+", cell)}
    assert len(named) > KINDS_OF_FEATURE
    assert sorted(named - set(stated_rules())) == []
