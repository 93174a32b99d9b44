"""Restoring an earlier version."""

from typing import Any

import pytest

from tests.support.boards import (
    ANN,
    BEN,
    OWNER,
    REDO,
    UNDO,
    PlayedBoard,
    add,
    delete,
    line,
    lock,
    move,
    object_id,
    set_of,
    token,
)


def restore(version: int) -> dict[str, object]:
    return {"type": "history.restore", "version": version}


@pytest.fixture
def board() -> PlayedBoard:
    """Version 1: tokens 1 and 2. Version 2: token 1 has moved and has a name, 2 is gone, line 3."""
    played = PlayedBoard()
    played.do(OWNER, add(token(1, number=9), token(2)))
    played.do(ANN, set_of(1, at=[10, 0], name="Ada"))
    played.do(ANN, delete(2))
    played.do(ANN, add(line(3)))
    return played


def test_BD39_restoring_is_a_new_event_with_the_differences(board: PlayedBoard) -> None:
    event = board.do(BEN, restore(1))
    assert event == {
        "type": "history.restored",
        "version": 1,
        "deleted": [object_id(3)],
        "objects": [token(2)],
        "changes": [{"id": object_id(1), "set": {"at": [0, 0], "name": None}}],
    }
    objects = board.view()["objects"]
    assert list(objects) == [object_id(1), object_id(2)]
    assert objects[object_id(1)]["props"] == {"at": [0, 0], "number": 9, "name": None}
    assert objects[object_id(1)]["v"] == {"at": 5, "number": 1, "name": 5}
    assert objects[object_id(2)]["by"] == {"at": BEN.account}


def test_BD39_a_restore_is_undone_and_redone_as_one_step(board: PlayedBoard) -> None:
    before = board.view()["objects"]
    board.do(BEN, restore(1))
    board.do(BEN, UNDO)
    after = board.view()["objects"]
    assert {i: o["props"] for i, o in after.items()} == {i: o["props"] for i, o in before.items()}
    board.do(BEN, REDO)
    assert list(board.view()["objects"]) == [object_id(1), object_id(2)]


def test_BD39_an_empty_board_is_a_version_too(board: PlayedBoard) -> None:
    board.do(BEN, restore(0))
    assert board.view()["objects"] == {}


def test_BD39_restoring_does_not_conflict(board: PlayedBoard) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(BEN, restore(1), made=1)


@pytest.mark.parametrize("version", [5, 6, 900])
def test_BD39_only_what_has_been_can_be_restored(board: PlayedBoard, version: int) -> None:
    assert board.refusal(BEN, restore(version)) == ("unknown_version", {"version": version})


def test_BD39_where_nothing_differs_nothing_changes(board: PlayedBoard) -> None:
    assert board.refusal(BEN, restore(4)) == ("nothing_changes", None)
    board.do(BEN, set_of(1, number=None))
    board.do(BEN, set_of(1, fill=None))
    assert board.refusal(BEN, restore(5)) == ("nothing_changes", None)


def test_BD39_settings_and_locks_stay(board: PlayedBoard) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(BEN, lock(1))
    board.do(BEN, restore(1))
    assert board.view()["settings"]["conflicts"] == "ask"
    assert board.view()["objects"][object_id(1)]["locked"] == BEN.account


def test_BD30_what_another_has_locked_is_not_restored(board: PlayedBoard) -> None:
    board.do(BEN, lock(1))
    assert board.refusal(ANN, restore(1)) == ("locked", {"id": object_id(1), "by": BEN.account})
    board.do(BEN, lock(1, on=False))
    board.do(BEN, lock(3))
    assert board.refusal(ANN, restore(1))[0] == "locked"
    board.do(OWNER, restore(1))


def test_BD39_a_restore_that_is_too_large_is_no_step(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_history.STEP_WEIGHT_MAX", 10)
    event = board.do(BEN, restore(1))
    assert event["step"] is False
    assert BEN.account not in board.view()["undo"]
    assert board.refusal(BEN, UNDO) == ("nothing_to_undo", None)


def test_BD39_a_restore_makes_room_among_the_steps(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_undo.UNDO_WEIGHT_MAX", board.state.undo_weight)
    assert board.do(BEN, restore(1))["forgot"] == [OWNER.account, ANN.account]


def test_BD19_an_id_that_was_forgotten_and_used_otherwise_is_put_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.rules.board_apply.TOMBSTONES_MAX", 1)
    board = PlayedBoard()
    board.do(OWNER, add(token(1), token(2)))
    board.do(ANN, delete(1))
    board.do(ANN, delete(2))
    assert board.refusal(ANN, move(1, 1))[0] == "unknown_object"
    board.do(ANN, add(line(1)))
    event = board.do(BEN, restore(1))
    assert event["deleted"] == [object_id(1)]
    assert [new["sort"] for new in event["objects"]] == ["token", "token"]
    assert board.view()["objects"][object_id(1)]["sort"] == "token"
    board.do(BEN, UNDO)
    assert board.view()["objects"][object_id(1)]["sort"] == "line"


# ------------------------------------------------------------------ some objects only


def some(version: int, *numbers: int) -> dict[str, object]:
    return {**restore(version), "ids": [object_id(n) for n in numbers]}


def link(number: int, *ends: int) -> dict[str, object]:
    return {"id": object_id(number), "sort": "link", "props": {"ends": [*map(object_id, ends)]}}


def test_BD62_only_the_chosen_objects_are_restored(board: PlayedBoard) -> None:
    event = board.do(BEN, some(1, 1))
    assert event["changes"] == [{"id": object_id(1), "set": {"at": [0, 0], "name": None}}]
    assert "deleted" not in event
    assert board.do(BEN, some(1, 2))["objects"] == [token(2)]
    assert board.do(BEN, some(1, 3))["deleted"] == [object_id(3)]


def test_BD62_what_refers_to_them_then_or_now_comes_along(board: PlayedBoard) -> None:
    board.do(ANN, add(token(4), token(5), link(6, 4, 5)))
    board.do(ANN, delete(4))
    board.do(ANN, {"type": "objects.put", "objects": [token(4)]})
    assert board.do(BEN, some(5, 4))["objects"] == [link(6, 4, 5)]
    assert board.do(BEN, some(3, 5))["deleted"] == [object_id(5), object_id(6)]


def test_BD62_what_would_refer_to_something_missing_is_left_out(board: PlayedBoard) -> None:
    board.do(ANN, add(token(4), token(5), link(6, 4, 5)))
    board.do(ANN, delete(4, 5))
    event = board.do(BEN, some(5, 4))
    assert [new["id"] for new in event["objects"]] == [object_id(4)]
    assert board.refusal(BEN, some(5, 6)) == ("nothing_changes", None)


def test_BD62_a_value_that_would_refer_to_something_missing_is_left_out(
    board: PlayedBoard,
) -> None:
    board.do(ANN, add(token(4), token(5), token(7), link(6, 4, 5)))
    board.do(ANN, set_of(6, ends=[object_id(4), object_id(7)], ink="#ff0000"))
    board.do(ANN, delete(5))
    event = board.do(BEN, some(5, 6))
    assert event["changes"] == [{"id": object_id(6), "set": {"ink": None}}]


def test_BD62_ids_are_known_and_named_once(board: PlayedBoard) -> None:
    assert board.refusal(BEN, some(1, 99)) == ("unknown_object", {"id": object_id(99)})
    assert board.refusal(BEN, some(1, 1, 1))[0] == "bad_command"


def test_BD8_BD62_what_comes_back_beside_what_is_there_has_limits(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 2)
    assert board.refusal(BEN, some(1, 2))[0] == "limit_reached"


def ball(number: int, /, **props: Any) -> dict[str, Any]:
    return {"id": object_id(number), "sort": "ball", "props": {"at": [0, 0], **props}}


SMALL = {"type": "board.configure", "length_mm": 90_000, "width_mm": 45_000}


def test_BD39_what_comes_back_comes_back_onto_the_pitch_of_now() -> None:
    board = PlayedBoard()
    board.do(OWNER, add(token(1, at=[70_000, 40_000]), token(2, at=[-70_000, 40_000])))
    board.do(OWNER, move(1, 0, 0))
    board.do(OWNER, delete(2))
    board.do(OWNER, SMALL)
    board.do(OWNER, restore(1))
    objects = board.view()["objects"]
    assert objects[object_id(1)]["props"]["at"] == [63_000, 31_500]
    assert objects[object_id(2)]["props"]["at"] == [-63_000, 31_500]
    assert board.refusal(OWNER, restore(1)) == ("nothing_changes", None)


def test_BD62_a_carrier_that_would_not_be_there_is_left_out() -> None:
    board = PlayedBoard()
    board.do(OWNER, add(token(1), ball(2, carrier=object_id(1)), ball(3, carrier=object_id(1))))
    board.do(OWNER, set_of(3, carrier=None))
    board.do(OWNER, delete(2))
    board.do(OWNER, delete(1))
    board.do(OWNER, {**restore(1), "ids": [object_id(2)]})
    assert "carrier" not in board.view()["objects"][object_id(2)]["props"]
    chosen = {**restore(1), "ids": [object_id(3)]}
    assert board.refusal(OWNER, chosen) == ("nothing_changes", None)
    board.do(OWNER, restore(1))
    objects = board.view()["objects"]
    assert objects[object_id(2)]["props"]["carrier"] == object_id(1)
    assert objects[object_id(3)]["props"]["carrier"] == object_id(1)


def test_BD62_another_carrier_than_one_that_is_gone_stays_or_becomes_none() -> None:
    board = PlayedBoard()
    board.do(OWNER, add(token(1), token(4), ball(2, carrier=object_id(1))))
    board.do(OWNER, set_of(2, carrier=object_id(4), at=[7, 7]))
    board.do(OWNER, delete(1))
    board.do(OWNER, {**restore(1), "ids": [object_id(2)]})
    props = board.view()["objects"][object_id(2)]["props"]
    assert (props["at"], props["carrier"]) == ([0, 0], None)
