"""Undo and redo: one's own work only, in any order, and never another's."""

from typing import Any

import pytest

from protocol.board import UNDO_STEPS_MAX
from tests.support.boards import (
    ANN,
    BEN,
    NOTA,
    OWNER,
    REDO,
    UNDO,
    Author,
    PlayedBoard,
    add,
    choice,
    delete,
    line,
    lock,
    move,
    object_id,
    resolve,
    set_of,
    token,
)


@pytest.fixture
def board() -> PlayedBoard:
    """Tokens 1 and 2 by the owner, at version 1."""
    played = PlayedBoard()
    played.do(OWNER, add(token(1, number=9), token(2, number=10)))
    return played


def changed(number: int, name: str | None, by: Author, version: int) -> dict[str, Any]:
    return {"id": object_id(number), "property": name, "by": by.account, "version": version}


def counts(board: PlayedBoard, author: Author) -> list[int]:
    return board.view()["undo"][author.account]


def test_BD32_steps_are_counted_per_account_and_a_new_one_ends_redo(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(ANN.on("client-of-anns-phone"), move(1, 20))
    assert counts(board, ANN) == [2, 0]
    board.do(ANN, UNDO)
    assert counts(board, ANN) == [1, 1]
    board.do(ANN, move(2, 30))
    assert counts(board, ANN) == [2, 0]
    assert board.refusal(ANN, REDO) == ("nothing_to_redo", None)


def test_BD32_an_account_takes_back_a_hundred_steps(board: PlayedBoard) -> None:
    for x in range(UNDO_STEPS_MAX + 5):
        board.do(ANN, move(1, x))
    assert counts(board, ANN) == [UNDO_STEPS_MAX, 0]
    for _ in range(UNDO_STEPS_MAX):
        board.do(ANN, UNDO)
    assert board.props(1)["at"] == [4, 0]
    assert board.refusal(ANN, UNDO) == ("nothing_to_undo", None)


def test_BD33_with_nothing_done_there_is_nothing_to_undo_or_redo(board: PlayedBoard) -> None:
    assert board.refusal(ANN, UNDO) == ("nothing_to_undo", None)
    assert board.refusal(ANN, REDO) == ("nothing_to_redo", None)
    board.do(ANN, move(1, 10))
    assert board.refusal(ANN, REDO) == ("nothing_to_redo", None)
    assert board.refusal(ANN, {"type": "undo", "of": 1}) == ("nothing_to_undo", None)


def test_BD33_a_step_can_be_named_by_its_entry(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(ANN, move(2, 20))
    assert board.do(ANN, {"type": "undo", "of": 2})["of"] == 2
    assert (board.props(1)["at"], board.props(2)["at"]) == ([0, 0], [20, 0])
    assert board.do(ANN, REDO)["of"] == 2
    assert board.props(1)["at"] == [10, 0]


def test_BD34_undo_of_set_writes_the_earlier_values_under_a_new_version(board: PlayedBoard) -> None:
    board.do(ANN, set_of(1, number=7, name="Ada"))
    event = board.do(ANN, UNDO)
    assert event == {
        "type": "undone",
        "of": 2,
        "changes": [{"id": object_id(1), "set": {"number": 9, "name": None}}],
    }
    shown = board.view()["objects"][object_id(1)]
    assert shown["v"] == {"at": 1, "number": 3, "name": 3}
    assert shown["by"] == {"at": OWNER.account, "number": ANN.account, "name": ANN.account}
    board.do(ANN, REDO)
    assert board.props(1) == {"at": [0, 0], "number": 7, "name": "Ada"}


def test_BD34_undo_of_add_deletes_and_redo_puts_back(board: PlayedBoard) -> None:
    board.do(ANN, add(token(3, name="Ada")))
    shown = board.view()["objects"][object_id(3)]
    assert board.do(ANN, UNDO) == {"type": "undone", "of": 2, "deleted": [object_id(3)]}
    assert object_id(3) not in board.view()["objects"]
    assert board.refusal(BEN, move(3, 1))[0] == "deleted"
    event = board.do(ANN, REDO)
    assert event["added"] == [{"id": object_id(3), **shown}]
    assert board.view()["objects"][object_id(3)] == shown
    board.do(ANN, UNDO)


def test_BD34_undo_of_delete_puts_back_versions_authors_and_lock(board: PlayedBoard) -> None:
    board.do(BEN, set_of(1, name="Ben's"))
    board.do(OWNER, lock(1))
    shown = board.view()["objects"][object_id(1)]
    board.do(OWNER, delete(1, 2))
    board.do(OWNER, UNDO)
    assert board.view()["objects"][object_id(1)] == shown
    assert list(board.view()["objects"]) == [object_id(1), object_id(2)]
    board.do(OWNER, REDO)
    assert board.view()["objects"] == {}
    board.do(OWNER, UNDO)
    assert board.view()["objects"][object_id(1)] == shown


def test_BD34_what_came_back_with_its_versions_is_not_stale(board: PlayedBoard) -> None:
    board.do(OWNER, delete(1))
    board.do(OWNER, UNDO)
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(ANN, move(1, 10), made=1)


def test_BD35_ones_own_steps_come_off_one_after_another(board: PlayedBoard) -> None:
    for x in (10, 20, 30):
        board.do(ANN, move(1, x))
    for x in (20, 10, 0):
        board.do(ANN, UNDO)
        assert board.props(1)["at"] == [x, 0]
    for x in (10, 20, 30):
        board.do(ANN, REDO)
        assert board.props(1)["at"] == [x, 0]


def test_BD35_what_another_has_changed_since_is_not_taken_away(board: PlayedBoard) -> None:
    board.do(ANN, move(2, 5))
    board.do(ANN, set_of(1, at=[10, 0], number=7))
    board.do(BEN, move(1, 20))
    before = board.bytes()
    code, detail = board.refusal(ANN, UNDO)
    assert code == "changed_since"
    assert detail == {"of": 3, "changes": [changed(1, "at", BEN, 4)], "earlier": 2}
    assert board.bytes() == before
    board.do(ANN, {"type": "undo", "of": detail["earlier"]})
    code, detail = board.refusal(ANN, UNDO)
    assert (code, detail["earlier"]) == ("changed_since", None)


def test_BD35_once_the_other_took_it_back_one_may_again(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(BEN, move(1, 20))
    board.do(BEN, UNDO)
    board.do(ANN, UNDO)
    assert board.props(1)["at"] == [0, 0]
    board.do(ANN, REDO)
    code, detail = board.refusal(BEN, UNDO)
    assert (code, detail) == ("nothing_to_undo", None)
    board.do(BEN, REDO)
    assert board.props(1)["at"] == [20, 0]


def test_BD35_an_undone_step_is_redone_only_onto_what_it_left(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(ANN, UNDO)
    board.do(BEN, move(1, 20))
    code, detail = board.refusal(ANN, REDO)
    assert code == "changed_since"
    assert detail == {"of": 2, "changes": [changed(1, "at", BEN, 4)], "earlier": None}


def test_BD35_an_added_object_that_another_changed_stays(board: PlayedBoard) -> None:
    board.do(ANN, add(token(3)))
    board.do(BEN, set_of(3, name="Ben's"))
    code, detail = board.refusal(ANN, UNDO)
    assert (code, detail["changes"]) == ("changed_since", [changed(3, "name", BEN, 3)])
    board.do(BEN, UNDO)
    board.do(ANN, UNDO)


def test_BD35_not_even_ones_own_later_work_is_taken_out_of_order(board: PlayedBoard) -> None:
    board.do(ANN, add(token(3)))
    board.do(ANN, move(3, 10))
    code, detail = board.refusal(ANN, {"type": "undo", "of": 2})
    assert (code, detail["changes"]) == ("changed_since", [changed(3, "at", ANN, 3)])


def test_BD35_a_deleted_object_is_told_with_who_deleted_it(board: PlayedBoard) -> None:
    board.do(ANN, set_of(1, at=[10, 0], number=3))
    board.do(BEN, delete(1))
    code, detail = board.refusal(ANN, UNDO)
    assert (code, detail["changes"]) == ("changed_since", [changed(1, None, BEN, 3)])


def test_BD35_an_added_object_that_another_deleted_is_told_once(board: PlayedBoard) -> None:
    board.do(ANN, add(token(3)))
    board.do(BEN, delete(3))
    code, detail = board.refusal(ANN, UNDO)
    assert (code, detail["changes"]) == ("changed_since", [changed(3, None, BEN, 3)])


def test_BD35_a_deletion_that_was_restored_otherwise_cannot_be_undone(board: PlayedBoard) -> None:
    board.do(ANN, delete(1))
    board.do(BEN, {"type": "history.restore", "version": 1})
    code, detail = board.refusal(ANN, UNDO)
    assert (code, detail["changes"]) == ("changed_since", [changed(1, None, BEN, 3)])


def test_BD35_a_step_on_an_object_that_came_back_anew_is_refused(board: PlayedBoard) -> None:
    board.do(ANN, set_of(1, name="Ada"))
    board.do(ANN, delete(1))
    board.do(BEN, {"type": "history.restore", "version": 1})
    code, detail = board.refusal(ANN, {"type": "undo", "of": 2})
    nobody = {"id": object_id(1), "property": "name", "by": "", "version": 0}
    assert (code, detail["changes"]) == ("changed_since", [nobody])


def test_BD35_what_nobody_ever_wrote_on_a_new_object_can_be_redone(board: PlayedBoard) -> None:
    board.do(ANN, set_of(1, name="Ada"))
    board.do(ANN, UNDO)
    board.do(BEN, delete(1))
    board.do(BEN, {"type": "history.restore", "version": 1})
    board.do(ANN, REDO)
    assert board.props(1)["name"] == "Ada"
    board.do(ANN, UNDO)
    assert board.props(1)["name"] is None


def test_BD36_writing_a_value_again_takes_it_over(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(BEN, move(1, 10))
    assert board.refusal(ANN, UNDO)[0] == "changed_since"


def test_BD37_undo_is_not_stale_by_the_version_it_was_made_at(board: PlayedBoard) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(ANN, move(1, 10))
    assert "overrode" not in board.do(ANN.on("client-of-anns-phone"), UNDO, made=1)


def test_BD37_a_lock_holds_for_undo_and_redo(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10))
    board.do(BEN, lock(1))
    assert board.refusal(ANN, UNDO) == ("locked", {"id": object_id(1), "by": BEN.account})
    board.do(BEN, lock(1, on=False))
    board.do(ANN, add(token(3)))
    board.do(ANN, UNDO)
    board.do(OWNER, {"type": "board.lock", "on": True})
    assert board.refusal(ANN, REDO) == ("locked", {"board": True, "by": OWNER.account})


def test_BD37_who_became_an_annotator_takes_back_marks_only(board: PlayedBoard) -> None:
    board.do(ANN, add(line(3)))
    board.do(ANN, delete(1))
    demoted = Author(ANN.account, "annotator", ANN.client)
    assert board.refusal(demoted, UNDO)[0] == "forbidden"
    board.do(demoted, {"type": "undo", "of": 2})


def test_BD37_limits_hold_for_what_comes_back(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.do(ANN, add(line(3, points=5)))
    board.do(ANN, set_of(3, points=[[1, 1]]))
    monkeypatch.setattr("server.rules.board_state.BOARD_POINTS_MAX", 4)
    assert board.refusal(ANN, UNDO) == ("limit_reached", {"limit": "BOARD_POINTS_MAX", "max": 4})
    monkeypatch.undo()
    board.do(ANN, delete(1))
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 2)
    assert board.refusal(ANN, UNDO) == ("limit_reached", {"limit": "OBJECTS_MAX", "max": 2})


def test_BD37_an_annotator_undoes_own_marks(board: PlayedBoard) -> None:
    board.do(NOTA, add(line(3)))
    board.do(NOTA, UNDO)
    board.do(NOTA, REDO)


def test_BD38_histories_that_no_longer_fit_are_forgotten_longest_idle_first(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    cam = Author("a_cam", "editor", "client-of-cam")
    for author in (ANN, BEN, cam):
        board.do(author, move(1, 10))
    board.do(ANN, move(1, 20))
    assert list(board.state.histories) == [OWNER.account, BEN.account, cam.account, ANN.account]
    monkeypatch.setattr("server.rules.board_undo.UNDO_WEIGHT_MAX", board.state.undo_weight)
    event = board.do(ANN, move(1, 30))
    assert event["forgot"] == [OWNER.account]
    monkeypatch.setattr("server.rules.board_undo.UNDO_WEIGHT_MAX", 5)
    assert board.do(ANN, move(1, 40))["forgot"] == [BEN.account]
    event = board.do(ANN, set_of(1, at=[1, 1], number=1, name="x", fill="#000000", layer=5))
    assert event["forgot"] == [cam.account, ANN.account]
    assert board.view()["undo"] == {ANN.account: [1, 0]}
    assert board.state.undo_weight == 5


def test_BD38_what_could_be_redone_makes_room_first(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.do(ANN, move(1, 10))
    board.do(BEN, move(2, 10))
    board.do(BEN, UNDO)
    monkeypatch.setattr("server.rules.board_undo.UNDO_WEIGHT_MAX", board.state.undo_weight)
    assert "forgot" not in board.do(BEN, move(2, 20))


def test_BD38_a_resolved_conflict_weighs_too(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_undo.UNDO_WEIGHT_MAX", board.state.undo_weight)
    event = board.do(ANN, resolve(choice(1, "at", "mine", 1, at=[1, 1])))
    assert event["forgot"] == [OWNER.account]


def test_BD51_a_step_that_bound_something_to_what_it_added_can_be_taken_back() -> None:
    board = PlayedBoard()
    said = {"id": object_id(2), "sort": "comment", "props": {"at": [0, 0], "text": "!"}}
    board.do(ANN, add(token(1), said))
    bound = {**said, "props": {"pin": object_id(3)}}
    board.do(ANN, {"type": "objects.put", "objects": [token(3), bound]})
    board.do(ANN, UNDO)
    assert object_id(3) not in board.view()["objects"]
    assert board.props(2)["pin"] is None
    board.do(ANN, REDO)
    assert board.props(2)["pin"] == object_id(3)
