"""Objects that shall be so, and whole documents."""

from typing import Any

import pytest

from protocol.board import OBJECTS_MAX
from tests.support.boards import (
    ANN,
    BEN,
    NOTA,
    OWNER,
    UNDO,
    PlayedBoard,
    add,
    delete,
    line,
    move,
    object_id,
    set_of,
    token,
)


def put(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"type": "objects.put", "objects": list(objects)}


def load(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"type": "board.load", "objects": list(objects)}


@pytest.fixture
def board() -> PlayedBoard:
    """Token 1 at version 1."""
    played = PlayedBoard()
    played.do(OWNER, add(token(1, number=9)))
    return played


def test_BD54_what_is_not_there_is_added_and_what_is_there_is_changed(board: PlayedBoard) -> None:
    event = board.do(ANN, put(token(1, at=[7, 7]), token(2)))
    assert event == {
        "type": "objects.put",
        "objects": [token(2)],
        "changes": [{"id": object_id(1), "set": {"at": [7, 7]}}],
    }
    assert board.props(1) == {"at": [7, 7], "number": 9}
    board.do(ANN, UNDO)
    assert board.props(1) == {"at": [0, 0], "number": 9}
    assert object_id(2) not in board.view()["objects"]


def test_BD54_a_deletion_that_was_seen_is_taken_back(board: PlayedBoard) -> None:
    board.do(BEN, delete(1))
    gone = ("deleted", {"id": object_id(1), "by": BEN.account, "version": 2})
    assert board.refusal(ANN, put(token(1)), made=1) == gone
    assert board.do(ANN, put(token(1)), made=2)["objects"] == [token(1)]
    assert board.refusal(BEN, UNDO)[0] == "changed_since"


def test_BD54_it_conflicts_as_a_write_does(board: PlayedBoard) -> None:
    board.do(BEN, move(1, 5))
    event = board.do(ANN, put(token(1, at=[7, 7])), made=1)
    assert event["overrode"] == [
        {"id": object_id(1), "property": "at", "value": [5, 0], "by": BEN.account, "version": 2}
    ]
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    assert board.refusal(BEN, put(token(1, at=[8, 8])), made=2)[0] == "conflict"


def test_BD54_another_sort_or_nothing_at_all_is_refused(board: PlayedBoard) -> None:
    assert board.refusal(ANN, put(line(1))) == ("exists", {"id": object_id(1)})
    nothing: dict[str, Any] = {"id": object_id(1), "sort": "token", "props": {}}
    assert board.refusal(ANN, put(nothing)) == ("nothing_changes", None)
    assert board.refusal(ANN, put(token(2), token(2)))[0] == "bad_command"
    assert board.refusal(ANN, put({**nothing, "id": object_id(3)}))[1]["why"] == "required"
    assert board.refusal(ANN, put(token(1, text="x")))[1]["why"] == "sort"


def test_BD6_BD54_annotators_put_marks_only(board: PlayedBoard) -> None:
    board.do(NOTA, put(line(3)))
    for number in (1, 4):
        detail = {"id": object_id(number), "sort": "token"}
        assert board.refusal(NOTA, put(token(number))) == ("forbidden", detail)


def test_BD8_BD54_limits_hold(board: PlayedBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 2)
    board.do(ANN, put(token(1), token(2)))
    assert board.refusal(ANN, put(token(1), token(3)))[0] == "limit_reached"
    board.do(ANN, put(token(1, at=[1, 1]), token(2, at=[1, 1])))


def test_BD55_a_document_is_loaded_as_one_entry(board: PlayedBoard) -> None:
    objects = [token(n) for n in range(2, OBJECTS_MAX + 1)]
    event = board.do(ANN, load(*objects))
    assert event["type"] == "objects.put"
    assert len(event["objects"]) == OBJECTS_MAX - 1
    board.do(ANN, UNDO)
    assert list(board.view()["objects"]) == [object_id(1)]


def test_BD55_all_of_it_is_new(board: PlayedBoard) -> None:
    assert board.refusal(ANN, load(token(2), token(1))) == ("exists", {"id": object_id(1)})
    board.do(ANN, delete(1))
    assert board.refusal(ANN, load(token(1))) == ("exists", {"id": object_id(1)})


def test_BD55_what_is_too_heavy_is_no_step(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_put.STEP_WEIGHT_MAX", 20)
    assert board.do(ANN, load(token(2)))["step"] is False
    assert board.refusal(ANN, UNDO)[0] == "nothing_to_undo"
    board.do(ANN, set_of(2, number=3))
