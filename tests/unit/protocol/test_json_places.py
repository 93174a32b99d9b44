"""Paths and offsets as lines of a text."""

from __future__ import annotations

import json

import pytest

from protocol.json_places import line_at, line_of

TEXT = json.dumps(
    {"name": 'a"]}', "objects": [{"id": "x", "at": [1, 2]}, {"id": "y", "props": {"at": [3]}}]},
    indent=1,
)


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        ("$", "{"),
        ("$.name", '"name"'),
        ("$.objects[0].at[1]", "2"),
        ("$.objects[1].props.at", '"at": ['),
        ("$.objects[1].nothing", "{"),
        ("$.objects[9]", '"objects"'),
        ("$.name[0]", '"name"'),
        ("$.objects.x", '"objects"'),
    ],
)
def test_HT96_a_path_has_a_line(path: str, begins: str) -> None:
    assert TEXT.splitlines()[line_of(TEXT, path) - 1].strip().startswith(begins)


def test_HT96_numbers_beyond_everything_and_nesting_do_not_matter() -> None:
    assert line_of('{"a": ' + "9" * 10_000 + ',\n"b": 1}', "$.b") == 2
    assert line_of('{"a": ' + "[" * 50_000 + "]" * 50_000 + ',\n"b": 1}', "$.b") == 1
    assert line_at("a\nb", 2) == 2
