"""Adding, setting, deleting, locking, configuring."""

from typing import Any

import pytest

from server.rules.kind import Rejected
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
    lock,
    move,
    object_id,
    set_of,
    token,
)

BOARD_LOCK = {"type": "board.lock", "on": True}
BOARD_UNLOCK = {"type": "board.lock", "on": False}


@pytest.fixture
def board() -> PlayedBoard:
    """Token 1 and line 2 by the owner, at version 1."""
    played = PlayedBoard()
    played.do(OWNER, add(token(1), line(2)))
    return played


def drop(*numbers: int) -> dict[str, Any]:
    return {
        "type": "objects.set",
        "changes": [{"id": object_id(n), "set": {"at": [n, n]}} for n in numbers],
    }


# ------------------------------------------------------------------------------------ add


def test_BD15_an_added_object_has_this_version_and_author(board: PlayedBoard) -> None:
    event = board.do(ANN, add(token(3, number=9)))
    assert event["objects"] == [token(3, number=9)]
    assert board.view()["objects"][object_id(3)] == {
        "sort": "token",
        "props": {"at": [0, 0], "number": 9},
        "v": {"at": 2, "number": 2},
        "by": {"at": ANN.account, "number": ANN.account},
    }


def test_BD15_an_id_is_used_once(board: PlayedBoard) -> None:
    assert board.refusal(ANN, add(token(3), token(1))) == ("exists", {"id": object_id(1)})
    board.do(ANN, delete(1))
    assert board.refusal(ANN, add(token(1))) == ("exists", {"id": object_id(1)})


def test_BD2_objects_keep_the_order_in_which_they_came(board: PlayedBoard) -> None:
    board.do(ANN, add(token(9), token(3)))
    board.do(ANN, delete(1))
    board.do(ANN, UNDO)
    assert list(board.view()["objects"]) == [object_id(n) for n in (2, 9, 3, 1)]


def test_BD10_required_properties_are_given_with_the_object(board: PlayedBoard) -> None:
    for sort, given in (("token", {}), ("line", {}), ("line", {"at": [0, 0]})):
        bare = {"id": object_id(3), "sort": sort, "props": given}
        code, detail = board.refusal(ANN, add(bare))
        named = "points" if given else "at"
        assert code == "bad_property"
        assert detail == {"id": object_id(3), "property": named, "why": "required"}


def test_BD9_a_new_object_has_the_properties_of_its_sort(board: PlayedBoard) -> None:
    detail = {"id": object_id(3), "property": "text", "why": "sort"}
    assert board.refusal(ANN, add(token(3, text="no"))) == ("bad_property", detail)


def test_BD14_an_object_is_named_once(board: PlayedBoard) -> None:
    said = ("bad_command", {"repeated": object_id(1)})
    assert board.refusal(ANN, add(token(1), token(1))) == said
    assert board.refusal(ANN, drop(1, 2, 1)) == said
    assert board.refusal(ANN, delete(1, 1)) == said
    assert board.refusal(ANN, lock(1, 1)) == said


def test_BD8_objects_and_points_are_limited(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 3)
    limit = {"limit": "OBJECTS_MAX", "max": 3}
    assert board.refusal(ANN, add(token(3), token(4))) == ("limit_reached", limit)
    monkeypatch.setattr("server.rules.board_state.BOARD_POINTS_MAX", 3)
    limit = {"limit": "BOARD_POINTS_MAX", "max": 3}
    assert board.refusal(ANN, add(line(3, points=2))) == ("limit_reached", limit)
    four = [[1, 1], [2, 2], [3, 3], [4, 4]]
    assert board.refusal(ANN, set_of(2, points=four)) == ("limit_reached", limit)
    board.do(ANN, set_of(2, points=four[:3]))
    monkeypatch.setattr("server.rules.board_state.BOARD_POINTS_MAX", 1)
    board.do(ANN, set_of(2, points=four[:2]))
    board.do(ANN, move(2, 5))


# ------------------------------------------------------------------------------------ set


def test_BD16_different_properties_merge_from_however_old_a_base(board: PlayedBoard) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(ANN, move(1, 10), made=1)
    event = board.do(BEN, set_of(1, number=9), made=1)
    assert event == {
        "type": "objects.set",
        "changes": [{"id": object_id(1), "set": {"number": 9}}],
    }
    assert board.props(1) == {"at": [10, 0], "number": 9}


def test_BD17_an_object_that_never_was_is_unknown(board: PlayedBoard) -> None:
    assert board.refusal(ANN, move(7, 1)) == ("unknown_object", {"id": object_id(7)})
    assert board.refusal(ANN, delete(7)) == ("unknown_object", {"id": object_id(7)})
    assert board.refusal(ANN, lock(7)) == ("unknown_object", {"id": object_id(7)})


@pytest.mark.parametrize("policy", ["latest", "ask"])
def test_BD17_a_deleted_object_cannot_be_edited(board: PlayedBoard, policy: str) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": policy}) if policy == "ask" else None
    board.do(ANN, delete(1))
    code, detail = board.refusal(BEN, move(1, 5), made=1)
    assert code == "deleted"
    assert detail == {"id": object_id(1), "by": ANN.account, "version": board.version}


def test_BD13_a_change_that_names_no_property_is_passed_over(board: PlayedBoard) -> None:
    assert board.refusal(ANN, set_of(1)) == ("nothing_changes", None)
    said = drop(1)
    said["changes"].append({"id": object_id(2), "set": {}})
    assert [one["id"] for one in board.do(ANN, said)["changes"]] == [object_id(1)]


def test_BD13_writing_the_value_that_is_there_is_a_write(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 0))
    assert board.view()["objects"][object_id(1)]["by"]["at"] == ANN.account


def test_BD3_an_optional_property_may_be_nothing(board: PlayedBoard) -> None:
    board.do(ANN, set_of(1, number=4))
    board.do(ANN, set_of(1, number=None))
    assert board.props(1) == {"at": [0, 0], "number": None}


def test_BD7_a_drop_of_many_is_all_or_nothing(board: PlayedBoard) -> None:
    assert board.refusal(ANN, drop(1, 7))[0] == "unknown_object"
    assert board.props(1)["at"] == [0, 0]


def test_BD7_the_first_check_that_fails_answers(board: PlayedBoard) -> None:
    board.do(OWNER, lock(1))
    assert board.refusal(ANN, drop(1, 7))[0] == "locked"
    assert board.refusal(ANN, drop(7, 1))[0] == "unknown_object"
    assert board.refusal(NOTA, set_of(1, text="x"))[0] == "locked"
    board.do(OWNER, lock(1, on=False))
    assert board.refusal(NOTA, set_of(1, text="x"))[0] == "forbidden"
    assert board.refusal(ANN, set_of(1, text="x"))[0] == "bad_property"


# --------------------------------------------------------------------------------- delete


def test_BD18_what_is_deleted_already_is_left_out(board: PlayedBoard) -> None:
    board.do(ANN, delete(1))
    assert board.do(BEN, delete(1, 2)) == {"type": "objects.deleted", "ids": [object_id(2)]}
    code, detail = board.refusal(BEN, delete(1, 2))
    assert (code, detail) == ("deleted", {"id": object_id(1), "by": ANN.account, "version": 2})


# ---------------------------------------------------------------------------- annotators


def test_BD6_annotators_touch_marks_only_whoever_made_them(board: PlayedBoard) -> None:
    token_is_not = ("forbidden", {"id": object_id(1), "sort": "token"})
    assert board.refusal(NOTA, move(1, 5)) == token_is_not
    assert board.refusal(NOTA, delete(1)) == token_is_not
    assert board.refusal(NOTA, add(token(3)))[0] == "forbidden"
    board.do(NOTA, move(2, 5))
    board.do(NOTA, delete(2))
    board.do(NOTA, add(line(3)))


# --------------------------------------------------------------------------------- locks


def test_BD29_locking_marks_the_object_with_its_locker(board: PlayedBoard) -> None:
    assert board.do(ANN, lock(1)) == {
        "type": "objects.locked",
        "ids": [object_id(1)],
        "on": True,
    }
    assert board.view()["objects"][object_id(1)]["locked"] == ANN.account
    assert board.do(BEN, lock(1, 2))["ids"] == [object_id(2)]
    assert board.refusal(BEN, lock(1)) == ("nothing_changes", None)
    board.do(ANN, lock(1, on=False))
    assert "locked" not in board.view()["objects"][object_id(1)]
    assert board.refusal(ANN, lock(1, on=False)) == ("nothing_changes", None)


def test_BD30_a_locked_object_is_for_its_locker_and_owners(board: PlayedBoard) -> None:
    board.do(ANN, lock(1))
    by_ann = ("locked", {"id": object_id(1), "by": ANN.account})
    for said in (move(1, 5), delete(1), lock(1, on=False)):
        assert board.refusal(BEN, said) == by_ann
    board.do(ANN, move(1, 5))
    board.do(OWNER, move(1, 6))
    board.do(OWNER, lock(1, on=False))
    board.do(BEN, move(1, 7))


def test_BD30_a_lock_makes_nothing_stale(board: PlayedBoard) -> None:
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    board.do(BEN, lock(1))
    board.do(BEN, lock(1, on=False))
    board.do(ANN, move(1, 5), made=1)


def test_BD31_a_locked_board_is_for_its_locker_and_owners(board: PlayedBoard) -> None:
    assert board.do(ANN, BOARD_LOCK) == {"type": "board.locked", "on": True}
    assert board.view()["locked"] == ANN.account
    by_ann = ("locked", {"board": True, "by": ANN.account})
    for said in (move(1, 5), add(token(3)), delete(1), lock(1), BOARD_UNLOCK, UNDO):
        assert board.refusal(BEN, said) == by_ann
    board.do(ANN, move(1, 5))
    board.do(OWNER, move(1, 6))
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    assert board.refusal(ANN, BOARD_LOCK) == ("nothing_changes", None)
    board.do(OWNER, BOARD_UNLOCK)
    assert board.view()["locked"] is None
    assert board.refusal(OWNER, BOARD_UNLOCK) == ("nothing_changes", None)


# ------------------------------------------------------------------------------ settings


def configure(**settings: Any) -> dict[str, Any]:
    return {"type": "board.configure", **settings}


def test_BD45_what_is_absent_stays(board: PlayedBoard) -> None:
    event = board.do(OWNER, configure(length_mm=100_000))
    assert event == {
        "type": "board.configured",
        "sport": "soccer",
        "length_mm": 100_000,
        "width_mm": 68_000,
        "conflicts": "latest",
    }
    assert board.do(OWNER, configure(conflicts="ask"))["length_mm"] == 100_000
    assert board.do(OWNER, configure(length_mm=0))["length_mm"] == 105_000


def test_BD45_another_sport_brings_its_usual_lengths(board: PlayedBoard) -> None:
    board.do(OWNER, configure(length_mm=100_000))
    event = board.do(OWNER, configure(sport="american_football"))
    assert (event["length_mm"], event["width_mm"]) == (109_728, 48_768)
    assert board.view()["settings"]["sport"] == "american_football"


def test_BD45_lengths_are_those_of_the_sport(board: PlayedBoard) -> None:
    outside = {"property": "length_mm", "why": "outside", "min": 90_000, "max": 120_000}
    assert board.refusal(OWNER, configure(length_mm=89_999)) == ("bad_property", outside)
    outside = {"property": "width_mm", "why": "outside", "min": 45_000, "max": 89_999}
    both = configure(length_mm=90_000, width_mm=90_000)
    assert board.refusal(OWNER, both) == ("bad_property", outside)


def test_BD45_nothing_new_changes_nothing(board: PlayedBoard) -> None:
    assert board.refusal(OWNER, configure()) == ("nothing_changes", None)
    assert board.refusal(OWNER, configure(sport="soccer")) == ("nothing_changes", None)


def test_BD45_a_new_policy_holds_from_the_next_entry_on(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 5), made=1)
    assert "overrode" in board.do(BEN, move(1, 6), made=1)
    board.do(OWNER, configure(conflicts="ask"))
    assert isinstance(board.submit(ANN.on("client-of-anns-phone"), move(1, 7), made=1), Rejected)


def test_BD11_a_smaller_pitch_moves_nothing(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 73_500))
    board.do(OWNER, configure(length_mm=90_000))
    assert board.props(1)["at"] == [73_500, 0]
    code, detail = board.refusal(ANN, move(1, 73_000))
    assert (code, detail["x_max"]) == ("bad_property", 63_000)
