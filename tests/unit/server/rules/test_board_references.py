"""What objects may refer to, and what goes with what."""

from typing import Any

import pytest

from protocol.board import stop_id
from server.rules.board_references import with_dependents
from tests.support.boards import (
    ANN,
    BEN,
    OWNER,
    REDO,
    UNDO,
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


def a_phase(number: int, **props: Any) -> dict[str, Any]:
    return {
        "id": object_id(number),
        "sort": "phase",
        "props": {"rank": "a", "duration": 1_000, **props},
    }


def a_link(number: int, *ends: int) -> dict[str, Any]:
    return {"id": object_id(number), "sort": "link", "props": {"ends": [*map(object_id, ends)]}}


def a_comment(number: int, pin: int) -> dict[str, Any]:
    props = {"at": [0, 0], "text": "Look", "pin": object_id(pin)}
    return {"id": object_id(number), "sort": "comment", "props": props}


def a_stop(phase: int, of: int, **props: Any) -> dict[str, Any]:
    phase_id, of_id = object_id(phase), object_id(of)
    held = {"phase": phase_id, "of": of_id, "at": [5, 5], **props}
    return {"id": stop_id(phase_id, of_id), "sort": "stop", "props": held}


def put(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"type": "objects.put", "objects": list(objects)}


STOP = stop_id(object_id(3), object_id(1))


@pytest.fixture
def board() -> PlayedBoard:
    """Version 1: tokens 1 and 2, phase 3 with a stop of 1, link 4 of both, comment 5 on the first
    and 6 that answers it, line 7 in that phase only, line 8."""
    played = PlayedBoard()
    played.do(
        OWNER,
        put(
            a_comment(6, 5),
            a_comment(5, 1),
            a_link(4, 1, 2),
            a_stop(3, 1),
            token(1),
            token(2),
            a_phase(3),
            line(7, phase=object_id(3)),
            line(8),
        ),
    )
    return played


@pytest.mark.parametrize(
    ("new", "name", "to"),
    [
        (a_link(9, 1, 99), "ends", 99),
        (a_link(9, 1, 8), "ends", 8),
        (a_comment(9, 99), "pin", 99),
        (a_comment(9, 3), "pin", 3),
        (a_comment(9, 9), "pin", 9),
        (line(9, phase=object_id(1)), "phase", 1),
        (a_stop(3, 8), "of", 8),
        (a_stop(1, 2), "phase", 1),
        (
            {"id": object_id(9), "sort": "ball", "props": {"at": [0, 0], "carrier": object_id(8)}},
            "carrier",
            8,
        ),
    ],
)
def test_BD48_what_is_referred_to_is_there_and_of_a_fitting_sort(
    board: PlayedBoard, new: dict[str, Any], name: str, to: int
) -> None:
    detail = {"id": new["id"], "property": name, "why": "reference", "to": object_id(to)}
    for said in (add(new), put(new), {"type": "board.load", "objects": [new]}):
        assert board.refusal(ANN, said) == ("bad_property", detail)


def test_BD48_who_deleted_what_is_referred_to_is_said(board: PlayedBoard) -> None:
    board.do(BEN, delete(8))
    code, detail = board.refusal(ANN, set_of(5, pin=object_id(8)))
    assert (code, detail["by"], detail["version"]) == ("bad_property", BEN.account, 2)
    assert board.refusal(ANN, add(a_link(9, 1, 1)))[1]["why"] == "repeated"


def test_BD48_objects_of_one_command_may_refer_to_each_other_in_any_order() -> None:
    board = PlayedBoard()
    board.do(ANN, add(a_link(1, 2, 3), token(2), token(3)))


def test_BD49_a_stop_stays_what_it_is_of(board: PlayedBoard) -> None:
    board.do(OWNER, add(a_phase(9)))
    for name, other in (("of", 2), ("phase", 9)):
        said = {
            "type": "objects.set",
            "changes": [{"id": STOP, "set": {name: object_id(other)}}],
        }
        detail = {"id": STOP, "property": name, "why": "fixed"}
        assert board.refusal(ANN, said) == ("bad_property", detail)
    board.do(ANN, put(a_stop(3, 1, at=[9, 9])))
    assert board.view()["objects"][STOP]["props"]["at"] == [9, 9]


def test_BD50_what_is_bound_to_an_object_goes_with_it(board: PlayedBoard) -> None:
    event = board.do(ANN, delete(1))
    assert event["ids"] == [object_id(1), object_id(5), object_id(4), STOP, object_id(6)]
    assert set(board.view()["objects"]) == {object_id(n) for n in (2, 3, 7, 8)}
    assert board.do(ANN, delete(3))["ids"] == [object_id(3), object_id(7)]


def test_BD50_locks_of_all_that_goes_count(board: PlayedBoard) -> None:
    board.do(OWNER, lock(5))
    refused = ("locked", {"id": object_id(5), "by": OWNER.account})
    assert board.refusal(ANN, delete(1)) == refused
    assert board.refusal(ANN, resolve(choice(1, "*", "mine", 1))) == refused


def test_BD50_changes_of_all_that_goes_count(board: PlayedBoard) -> None:
    board.do(BEN, set_of(4, ink="#ff0000"))
    event = board.do(ANN, delete(1), made=1)
    assert [(o["id"], o["property"]) for o in event["overrode"]] == [(object_id(4), "ink")]
    board.do(ANN, UNDO)
    board.do(OWNER, {"type": "board.configure", "conflicts": "ask"})
    code, detail = board.refusal(ANN.on("phone"), delete(1), made=1)
    assert code == "conflict"
    assert object_id(4) in {one["id"] for one in detail["conflicts"]}
    said = resolve(choice(1, "*", "mine", 1))
    assert board.refusal(ANN.on("phone"), said, made=1)[0] == "conflict"
    assert board.do(ANN.on("phone"), said)["deleted"][0] == object_id(1)


def test_BD50_what_is_decided_about_what_goes_is_refused(board: PlayedBoard) -> None:
    said = resolve(choice(1, "*", "mine", 1), choice(5, "pin", "mine", 1, pin=object_id(1)))
    detail = {"id": object_id(5), "deleted": object_id(5)}
    assert board.refusal(ANN, said) == ("bad_command", detail)
    said = resolve(choice(8, "*", "mine", 1), choice(5, "pin", "mine", 1, pin=object_id(8)))
    detail = {"id": object_id(5), "deleted": object_id(8)}
    assert board.refusal(ANN, said) == ("bad_command", detail)


def test_BD50_a_deletion_comes_back_whole(board: PlayedBoard) -> None:
    before = {i: o["props"] for i, o in board.view()["objects"].items()}
    board.do(ANN, delete(1))
    board.do(ANN, UNDO)
    assert {i: o["props"] for i, o in board.view()["objects"].items()} == before
    board.do(ANN, REDO)
    assert object_id(6) not in board.view()["objects"]


def test_BD51_an_addition_that_others_refer_to_since_is_not_undone(board: PlayedBoard) -> None:
    board.do(ANN, add(token(9)))
    board.do(BEN, add(a_link(10, 2, 9)))
    code, detail = board.refusal(ANN, UNDO)
    assert code == "changed_since"
    assert detail["changes"] == [
        {"id": object_id(10), "property": None, "by": BEN.account, "version": 3}
    ]
    board.do(BEN, UNDO)
    board.do(ANN, UNDO)


def test_BD51_what_would_refer_to_something_missing_does_not_come_back(board: PlayedBoard) -> None:
    board.do(ANN, delete(4))
    board.do(BEN, delete(2))
    code, detail = board.refusal(ANN, UNDO)
    assert code == "changed_since"
    assert detail["changes"] == [
        {"id": object_id(2), "property": None, "by": BEN.account, "version": 3}
    ]
    board.do(ANN, set_of(5, pin=object_id(8)))
    board.do(BEN, delete(1))
    assert board.refusal(ANN, UNDO)[0] == "changed_since"


def test_BD52_the_id_of_a_stop_is_made_of_those_it_joins(board: PlayedBoard) -> None:
    wrong = {**a_stop(3, 2), "id": object_id(9)}
    detail = {"id": object_id(9), "stop": stop_id(object_id(3), object_id(2))}
    assert board.refusal(ANN, add(wrong)) == ("bad_command", detail)
    board.do(ANN, put(a_stop(3, 2, at=[1, 1])))
    event = board.do(BEN, put(a_stop(3, 2, at=[2, 2])), made=1)
    assert event["overrode"][0]["value"] == [1, 1]
    assert stop_id("o_" + "x" * 18, "o_" + "y" * 18) == "o_" + "x" * 18 + "-" + "y" * 18


def test_BD48_a_carrier_that_is_deleted_is_none(board: PlayedBoard) -> None:
    ball = {"id": object_id(9), "sort": "ball", "props": {"at": [0, 0], "carrier": object_id(2)}}
    board.do(ANN, add(ball))
    board.do(ANN, delete(2))
    assert board.props(9)["carrier"] == object_id(2)
    board.do(ANN, move(9, 5))


def test_BD50_dependents_are_found_in_circles_too(board: PlayedBoard) -> None:
    board.do(ANN, set_of(5, pin=object_id(6)))
    found = with_dependents(board.state.objects, [object_id(5)])
    assert found == [object_id(5), object_id(6)]
