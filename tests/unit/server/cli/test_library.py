"""The library commands where no server runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, touchline
from tests.support.libraries import FORMATION, item_id


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder)


def a_file(**other: Any) -> dict[str, Any]:
    props = {"name": "4-3-3", "tags": ["press"], "content": FORMATION}
    return {
        "format": "touchline.library",
        "version": 1,
        "name": "Ours",
        "settings": {"conflicts": "ask"},
        "items": [{"id": item_id(1), "sort": "formation", "props": props}],
        **other,
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "library.json"
    path.write_text(json.dumps(a_file()))
    return path


def test_LB70_libraries_are_listed_and_boards_are_not(tmp_path: Path, file: Path) -> None:
    assert on(tmp_path, "room", "create", "A board").status == 0
    made = on(tmp_path, "library", "import", file)
    assert made.status == 0, made.err
    rows = on(tmp_path, "library", "list").rows()
    assert [(row[0], row[3]) for row in rows] == [(made.row("library"), "Ours")]


def test_LB71_what_was_imported_is_exported_again(tmp_path: Path, file: Path) -> None:
    library = on(tmp_path, "library", "import", file).row("library")
    said = on(tmp_path, "library", "export", library, "-")
    assert json.loads(said.out) == a_file()
    again = tmp_path / "again.json"
    assert on(tmp_path, "library", "export", library, again).status == 0
    assert json.loads(again.read_text()) == a_file()
    assert on(tmp_path, "library", "export", library, again).status == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"more": 1},
        {"items": a_file()["items"] * 2},
        {"items": [{"id": item_id(1), "sort": "formation", "props": {"name": "A"}}]},
    ],
)
def test_LB72_a_file_that_is_none_makes_no_library(tmp_path: Path, wrong: dict[str, Any]) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(a_file(**wrong)))
    assert on(tmp_path, "library", "import", path).status == 1
    assert on(tmp_path, "library", "list").rows() == []


def test_LB72_a_board_is_no_library(tmp_path: Path) -> None:
    board = on(tmp_path, "room", "create", "A board").row("room")
    assert on(tmp_path, "library", "export", board, "-").status == 1
