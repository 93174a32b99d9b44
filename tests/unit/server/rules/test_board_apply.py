"""What events do to the state, beyond what the tests of decisions show: bookkeeping and totals."""

import types
from typing import get_args

import pytest

from protocol.board import TOMBSTONES_MAX
from protocol.board_events import BoardEvent
from server.rules.board_apply import APPLIERS
from tests.support.boards import (
    ANN,
    OWNER,
    REDO,
    UNDO,
    PlayedBoard,
    add,
    choice,
    delete,
    line,
    move,
    object_id,
    resolve,
    set_of,
    token,
)


def test_KD2_every_event_of_the_protocol_has_an_effect() -> None:
    assert isinstance(BoardEvent, types.UnionType)
    assert set(get_args(BoardEvent)) == set(APPLIERS)


def test_BD19_deletions_are_remembered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rules.board_apply.TOMBSTONES_MAX", 2)
    board = PlayedBoard()
    board.do(OWNER, add(token(1), token(2), token(3)))
    board.do(ANN, delete(1))
    board.do(ANN, delete(2))
    assert board.refusal(OWNER, move(1, 1))[0] == "deleted"
    board.do(ANN, delete(3))
    assert board.refusal(OWNER, move(1, 1))[0] == "unknown_object"
    assert list(board.state.graves) == [object_id(2), object_id(3)]
    board.do(ANN, UNDO)
    assert list(board.state.graves) == [object_id(2)]
    assert TOMBSTONES_MAX == 2_000


def test_BD35_a_forgotten_deletion_is_told_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.rules.board_apply.TOMBSTONES_MAX", 1)
    board = PlayedBoard()
    board.do(OWNER, add(token(1), token(2)))
    board.do(ANN, move(1, 5))
    board.do(OWNER, delete(1))
    board.do(OWNER, delete(2))
    code, detail = board.refusal(ANN, UNDO)
    assert code == "changed_since"
    nobody = {"id": object_id(1), "property": None, "by": "", "version": 0}
    assert detail["changes"] == [nobody]


def test_the_points_of_a_board_are_counted_through_everything() -> None:
    board = PlayedBoard()
    counted: list[int] = []
    for command in (
        add(line(1, points=3), token(2)),
        set_of(1, points=[[1, 1]]),
        UNDO,
        REDO,
        resolve(choice(1, "points", "mine", 4, points=[[1, 1], [2, 2]])),
        delete(1),
        UNDO,
        {"type": "history.restore", "version": 1},
        {"type": "history.restore", "version": 0},
        UNDO,
    ):
        board.do(OWNER, command)
        counted.append(board.state.points)
    assert counted == [3, 1, 3, 1, 2, 0, 2, 3, 0, 3]


def test_BD38_the_weight_of_steps_is_the_same_in_both_directions() -> None:
    board = PlayedBoard()
    board.do(OWNER, add(line(1, points=3)))
    board.do(OWNER, set_of(1, points=[[i, i] for i in range(9)], layer=2))
    weight = board.state.undo_weight
    for command in (UNDO, UNDO, REDO, REDO, UNDO):
        board.do(OWNER, command)
        assert board.state.undo_weight == weight
    board.do(OWNER, move(1, 5))
    assert board.state.undo_weight == sum(h.weight() for h in board.state.histories.values())
