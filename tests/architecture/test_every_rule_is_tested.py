"""SPEC.md and the tests name the same rules: where they differ, one of them is wrong."""

import re
from collections import Counter

from tests.architecture.tree import (
    SPEC,
    javascript_titles,
    python_titles,
    relative,
    rules_in,
    stated_rules,
)


def rules_of_tests() -> dict[str, str]:
    """Rule → one place that names it."""
    titles = [*python_titles(), *javascript_titles()]
    return {
        rule: f"{relative(path)}: {title}" for path, title in titles for rule in rules_in(title)
    }


def test_the_specification_states_rules() -> None:
    assert len(stated_rules()) > 100


def test_every_rule_has_one_id_of_its_own() -> None:
    assert [rule for rule, times in Counter(stated_rules()).items() if times > 1] == []


def test_every_rule_is_named_by_a_test() -> None:
    assert sorted(set(stated_rules()) - set(rules_of_tests())) == []


def test_every_rule_that_a_test_names_is_stated() -> None:
    stated = set(stated_rules())
    unknown = {rule: place for rule, place in rules_of_tests().items() if rule not in stated}
    assert unknown == {}


ROWS = {"S": 17, "C": 23, "A": 16}
"""How many rows the tables of exact refusals have."""


def test_every_row_of_the_security_tables_is_a_rule_or_says_which_keep_it() -> None:
    stated = set(stated_rules())
    table = dict(re.findall(r"^\| ([SCA]\d+) \|[^|]*\| (.*) \|$", SPEC.read_text(), re.M))
    for letter, most in ROWS.items():
        for number in range(1, most + 1):
            row = f"{letter}{number}"
            if row in stated:
                assert row not in table, f"{row} is a rule of its own"
                continue
            assert row in table, f"nothing is said of {row}"
            assert set(rules_in_text(table[row])) <= stated, row
            assert rules_in_text(table[row]), f"{row} names no rule"


def rules_in_text(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]+\d+\b", text)
