"""What contents may be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol.board_document import BoardDocument
from protocol.library import CONTENT_BYTES_MAX, FormationContent
from server.rules.library_content import ContentFault, read_content
from tests.support.libraries import BOARD, DOCUMENT, FORMATION


def board(**other: Any) -> str:
    return json.dumps({**BOARD, **other})


def with_object(**other: Any) -> str:
    return board(objects=[{**BOARD["objects"][0], **other}])


def test_LB12_a_formation_is_places() -> None:
    content = read_content("formation", FORMATION)
    assert isinstance(content, FormationContent)
    assert [slot.number for slot in content.slots] == [1, 9]


@pytest.mark.parametrize("sort", ["board", "set_piece", "drill"])
def test_LB13_everything_else_is_a_boards_document(sort: Any) -> None:
    content = read_content(sort, DOCUMENT)
    assert isinstance(content, BoardDocument)
    assert content.objects[0].id == "o_00000001"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{", "$"),
        ("[" * 5_000, "$"),
        ("\ud800", "$"),
        (FORMATION, "$"),
        (board(version=2), "$.version"),
        (board(extra=1), "$"),
        (with_object(id="x"), "$.objects[0].id"),
        (with_object(props={}), "$.objects[0].props.at"),
        (with_object(props={"at": None}), "$.objects[0].props.at"),
        (with_object(props={"at": [0, 0], "points": [[0, 0]]}), "$.objects[0].props.points"),
        (board(objects=[BOARD["objects"][0]] * 2), "$.objects[1].id"),
        (
            with_object(sort="comment", props={"at": [0, 0], "text": "?", "pin": "o_12345678"}),
            "$.objects[0].props.pin",
        ),
    ],
)
def test_LB14_a_fault_names_its_place(text: str, path: str) -> None:
    fault = read_content("board", text)
    assert isinstance(fault, ContentFault)
    assert fault.path == path
    assert fault.why


def test_LB14_a_formation_that_is_none_is_refused() -> None:
    for text in (DOCUMENT, '{"slots":[]}', json.dumps({"slots": [{"x": 0, "y": 0}] * 31})):
        assert isinstance(read_content("formation", text), ContentFault)


def test_LB8_a_content_is_measured_in_bytes() -> None:
    text = board(name="ü")
    fits = text + " " * (CONTENT_BYTES_MAX - len(text.encode()))
    assert isinstance(read_content("board", fits), BoardDocument)
    assert isinstance(read_content("board", fits + " "), ContentFault)
