"""Boards as files."""

import json
from typing import Any

import msgspec
import pytest

from protocol.board import BoardSettings, stop_id
from protocol.board_commands import NewObject
from protocol.board_document import (
    BoardDocument,
    DocumentFault,
    document_of,
    fresh_ids,
    read_document,
    write_document,
)
from tests.support.boards import OWNER, PlayedBoard, object_id

ONE, TWO, BALL, PHASE, LINK, COMMENT = map(object_id, range(1, 7))
STOP = stop_id(PHASE, ONE)


def raw() -> dict[str, Any]:
    """A document as a file has it, with a reference of every kind."""
    return {
        "format": "touchline.board",
        "version": 1,
        "name": "Corner",
        "settings": {"zones": "lanes"},
        "objects": [
            {"id": STOP, "sort": "stop", "props": {"phase": PHASE, "of": ONE, "at": [5, 5]}},
            {"id": ONE, "sort": "token", "props": {"at": [0, 0], "group": "g_thegroup"}},
            {"id": TWO, "sort": "token", "props": {"at": [0, 0], "group": "g_thegroup"}},
            {"id": BALL, "sort": "ball", "props": {"at": [0, 0], "carrier": ONE}},
            {"id": PHASE, "sort": "phase", "props": {"rank": "a", "duration": 900}},
            {"id": LINK, "sort": "link", "props": {"ends": [ONE, TWO]}},
            {"id": COMMENT, "sort": "comment", "props": {"at": [0, 0], "text": "!", "pin": TWO}},
        ],
        "notes": "Zonal",
    }


def read(said: Any) -> BoardDocument | DocumentFault:
    return read_document(json.dumps(said).encode())


def good(said: Any) -> BoardDocument:
    document = read(said)
    assert isinstance(document, BoardDocument), document
    return document


def test_BD70_what_is_written_is_read_as_the_same() -> None:
    document = good(raw())
    assert read_document(write_document(document)) == document
    assert json.loads(write_document(document)) == raw()
    assert document.settings == BoardSettings(zones="lanes")
    assert good({**raw(), "objects": [], "notes": ""}) == document_of(
        "Corner", BoardSettings(zones="lanes"), []
    )


@pytest.mark.parametrize(
    ("where", "value", "path"),
    [
        (("objects", 1, "props", "at"), [0], "$.objects[1].props.at"),
        (("objects", 1, "props", "at", 0), "0", "$.objects[1].props.at[0]"),
        (("objects", 1, "props", "shade"), 1, "$.objects[1].props"),
        (("objects", 1, "extra"), 1, "$.objects[1]"),
        (("objects", 1, "sort"), "tree", "$.objects[1].sort"),
        (("objects", 2, "id"), ONE, "$.objects[2].id"),
        (("objects", 5, "props", "ends"), [ONE, object_id(99)], "$.objects[5].props.ends"),
        (("objects", 6, "props", "pin"), object_id(99), "$.objects[6].props.pin"),
        (("settings", "sport"), "chess", "$.settings.sport"),
        (("version",), 2, "$.version"),
        (("format",), "other", "$.format"),
        (("name",), "", "$.name"),
        (("more",), 1, "$"),
    ],
)
def test_BD70_a_fault_names_its_path(where: tuple[str | int, ...], value: Any, path: str) -> None:
    said = raw()
    target: Any = said
    for step in where[:-1]:
        target = target[step]
    target[where[-1]] = value
    fault = read(said)
    assert isinstance(fault, DocumentFault)
    assert fault.path == path
    assert fault.why


@pytest.mark.parametrize(
    "data", [b"[" * 5_000, b"", b"{", b"\xff", b"[]", b"null", b'{"name":"\xff"}']
)
def test_BD70_what_is_no_document_is_a_fault(data: bytes) -> None:
    fault = read_document(data)
    assert isinstance(fault, DocumentFault)
    assert fault.path == "$" or b"name" in data


def test_BD71_all_ids_are_new_and_refer_as_before() -> None:
    document = good(raw())
    fresh = fresh_ids(document, "abcdefgh")
    before, after = ([new.id for new in one.objects] for one in (document, fresh))
    assert not set(before) & set(after)
    ids = dict(zip(before, after, strict=True))
    by_id = {new.id: new.props for new in fresh.objects}
    assert by_id[ids[LINK]].ends == (ids[ONE], ids[TWO])
    assert by_id[ids[COMMENT]].pin == ids[TWO]
    assert by_id[ids[BALL]].carrier == ids[ONE]
    assert ids[STOP] == stop_id(ids[PHASE], ids[ONE])
    groups = {by_id[ids[one]].group for one in (ONE, TWO)}
    assert len(groups) == 1
    assert groups != {"g_thegroup"}
    board = PlayedBoard()
    for copy in (document, fresh, fresh_ids(fresh, "A" * 13)):
        objects = msgspec.to_builtins(copy.objects)
        board.do(OWNER, {"type": "board.load", "objects": objects})


def test_BD71_a_carrier_that_is_not_there_is_left_out() -> None:
    said = raw()
    said["objects"] = [{"id": BALL, "sort": "ball", "props": {"at": [0, 0], "carrier": ONE}}]
    (ball,) = fresh_ids(good(said), "abcdefgh").objects
    assert ball == NewObject(ball.id, "ball", msgspec.convert({"at": [0, 0]}, type(ball.props)))


@pytest.mark.parametrize("token", ["", "short", "x" * 14, "with space"])
def test_BD71_a_token_makes_ids(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        fresh_ids(good(raw()), token)
