"""A sample of `make soak-board`, and what its audit of undo would find."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server.rules import board_undo
from tests.board_soak.__main__ import soak, summary
from tests.board_soak.audit import Audit
from tests.board_soak.picture import differences
from tests.board_soak.session import Plan
from tests.support.boards import (
    ANN,
    BEN,
    REDO,
    UNDO,
    PlayedBoard,
    add,
    delete,
    move,
    set_of,
    token,
)
from tests.support.random_boards import random_board

SAMPLE = Plan(
    seconds=8,
    seed=2,
    idea_s=0.12,
    loss_s=0.5,
    kick_s=1.5,
    fork_s=2,
    checkpoint_s=4,
    page_idea_s=0.15,
)
HISTORIES = 60


def audited(board: PlayedBoard) -> Audit:
    audit = Audit()
    for version in range(1, board.version + 1):
        audit.take(board.entry(version))
    return audit


def test_ten_clients_come_to_one_board_and_nobodys_undo_touches_anothers_work() -> None:
    found = soak(SAMPLE, lambda _: None)
    told = "\n".join(summary(found))
    assert found.tally.faults == [], told
    # It did what it is for.
    assert found.compared == 13, told
    assert found.tally.accepted.total() > 100, told
    assert min(found.tally.happened[what] for what in ("drops", "kicks", "forks")) > 0, told
    assert found.tally.queued > 0, told
    assert found.tally.happened["checkpoints"] == 2, told
    assert found.tally.happened["entries by pages"] > 0, told
    assert found.undos["in order"] == found.undos["undone"] + found.undos["redone"] > 0, told
    assert told.endswith("0 faults")


def test_BD35_no_undo_of_random_histories_touches_anothers_work() -> None:
    undone = 0
    for seed in range(HISTORIES):
        audit = audited(random_board(seed))
        assert audit.faults == [], seed
        undone += audit.seen["in order"]
    assert undone > HISTORIES


def test_BD35_what_somebody_wrote_and_took_back_is_nobodys_work() -> None:
    board = PlayedBoard()
    board.do(ANN, add(token(1)))
    board.do(BEN, set_of(1, name="Bo"))
    board.do(BEN, UNDO)
    board.do(ANN, UNDO)
    board.do(ANN, REDO)
    board.do(ANN, UNDO)
    audit = audited(board)
    assert (audit.faults, audit.seen["in order"]) == ([], 4)


def test_BD35_rules_that_did_not_look_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> list[dict[str, Any]]:
        return []

    monkeypatch.setattr(board_undo, "_changed_since", never)
    board = PlayedBoard()
    board.do(ANN, add(token(1), token(2)))
    board.do(ANN, move(1, 5))
    board.do(BEN, move(1, 7))
    board.do(ANN, UNDO)
    (fault,) = audited(board).faults
    assert fault == ("version 4, undone of 2: o_00000001 at was the work of 3 (a_ben), not a_ann's")


DRAWN: list[dict[str, Any]] = [
    {"id": "o_00000001", "sort": "token", "transform": "translate(1000 2000)"},
    {"id": "o_00000002", "sort": "ball", "transform": "translate(1900 2000)"},
    {"id": "o_00000003", "sort": "line", "transform": "translate(0 0)"},
]


@pytest.mark.parametrize(
    ("number", "shown", "fault"),
    [
        (0, {}, None),
        (0, {"id": "o_0000000x"}, "o_0000000x is drawn, and is not there"),
        (0, {"sort": "ball"}, "o_00000001: drawn as ball, is token"),
        (0, {"number": "8"}, "o_00000001: shows number 8, is 9"),
        (0, {"name": "Bo"}, "o_00000001: shows name Bo, is Ada"),
        (0, {"transform": "translate(1000 2002)"}, "o_00000001: is drawn at [1000, 2002], is at"),
        (1, {"transform": "translate(9000 2000)"}, "o_00000002: is drawn at [9000, 2000], is at"),
        (2, {"transform": "rotate(3)"}, "o_00000003: is drawn at rotate(3)"),
        (2, {"id": "o_00000001"}, "something is drawn twice"),
    ],
)
@pytest.mark.parametrize("portrait", [False, True])
def test_a_picture_that_shows_something_else_is_found(
    number: int, shown: dict[str, Any], fault: str | None, portrait: bool
) -> None:
    at = {"at": [1_000, 2_000]}
    board = PlayedBoard()
    board.do(ANN, add({**token(1), "props": {**at, "number": 9, "name": "Ada", "side": "home"}}))
    ball = {"at": [0, 0], "carrier": "o_00000001"}
    board.do(ANN, add({"id": "o_00000002", "sort": "ball", "props": ball}))
    line = {"at": [0, 0], "points": [[0, 0], [5_000, 0]]}
    board.do(ANN, add({"id": "o_00000003", "sort": "line", "props": line}))
    view = {**board.view(), "settings": {"portrait": portrait}}
    picture = [{"number": None, "name": None, **one} for one in DRAWN]
    picture[0] |= {"number": "9", "name": "Ada"}
    picture[number] |= shown
    for one in picture if portrait else ():
        one["transform"] = re.sub(r"\((\d+) (\d+)\)", r"(\2 -\1)", str(one["transform"]))
    found = differences(view, picture)
    assert found == [] if fault is None else any(one.startswith(fault) for one in found), found


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"type": "undone", "of": 3, "deleted": ["o_00000002"]}, "that entry was no step"),
        ({"type": "undone", "of": 1, "deleted": ["o_00000001"]}, "takes other objects away"),
        ({"type": "undone", "of": 2}, "brings other objects back"),
        ({"type": "redone", "of": 2, "added": []}, "the step was not there to be taken"),
        (
            {"type": "undone", "of": 2, "changes": [{"id": "o_00000001", "set": {"at": [9, 9]}}]},
            "other values than the step had replaced",
        ),
    ],
)
def test_BD33_an_undo_that_does_something_else_is_found(event: dict[str, Any], fault: str) -> None:
    board = PlayedBoard()
    board.do(ANN, add(token(1), token(2)))
    board.do(ANN, delete(2))
    audit = audited(board)
    audit.take({"v": 3, "by": ANN.account, "events": [event]})
    assert any(fault in found for found in audit.faults), audit.faults
    assert audit.seen["in order"] == 0


def test_BD33_somebody_elses_step_and_what_is_left_bound_are_found() -> None:
    board = PlayedBoard()
    board.do(ANN, add(token(1), token(2)))
    ends = ["o_00000001", "o_00000002"]
    board.do(BEN, add({"id": "o_00000003", "sort": "link", "props": {"ends": ends}}))
    audit = audited(board)
    event = {"type": "undone", "of": 1, "deleted": ends}
    audit.take({"v": 3, "by": BEN.account, "events": [event]})
    assert audit.faults == [
        "version 3, undone of 1: by a_ben, the step is a_ann's",
        "version 3, undone of 1: o_00000003 is left bound to o_00000001, which is gone",
    ]
