"""Conflicts: what is stale, who is told, who is asked, and what may be chosen."""

from typing import Any

import msgspec
import pytest

from server.rules.kind import Accepted, Rejected
from tests.support import conflict_table
from tests.support.boards import (
    ANN,
    ASK,
    BEN,
    NOTA,
    OWNER,
    PlayedBoard,
    add,
    choice,
    delete,
    move,
    object_id,
    resolve,
    set_of,
    token,
)
from tests.support.conflict_table import ACCEPTED, Case, Who


@pytest.fixture
def board() -> PlayedBoard:
    """One token, number 9, at version 1."""
    played = PlayedBoard()
    played.do(OWNER, add(token(1, number=9)))
    return played


@pytest.fixture
def asking(board: PlayedBoard) -> PlayedBoard:
    """The same at version 2, where the policy is to ask."""
    board.do(OWNER, ASK)
    return board


# ------------------------------------------------------------------ the table, every cell


def id_of(case: Case) -> str:
    return conflict_table.STOP_ID if case.sort == "stop" else object_id(1)


def play(case: Case) -> tuple[PlayedBoard, dict[Who, Accepted | Rejected], int]:
    board = PlayedBoard()
    people = {"owner": OWNER, "first": ANN, "second": BEN}
    board.do(OWNER, conflict_table.COMPANIONS)
    board.submit(OWNER, {"type": "board.configure", "conflicts": case.policy})
    for who, said in conflict_table.preparation(case, id_of(case)):
        board.do(people[who], said)
    base = board.version
    ends: dict[Who, Accepted | Rejected] = {
        "first": board.submit(ANN, conflict_table.command(case, "first", id_of(case)), base),
        "second": board.submit(BEN, conflict_table.command(case, "second", id_of(case)), base),
    }
    return board, ends, base


def code_of(end: Accepted | Rejected) -> str:
    return ACCEPTED if isinstance(end, Accepted) else end.code


def shown(board: PlayedBoard, end: Accepted | Rejected) -> list[dict[str, Any]]:
    if isinstance(end, Rejected):
        return end.detail.get("conflicts", []) if end.code == "conflict" else []
    return board.entry(board.version)["events"][0].get("overrode", [])


def expected_to_be_shown(case: Case, base: int) -> list[dict[str, Any]]:
    told = conflict_table.told(case)
    if told is None:
        return []
    written = {"by": ANN.account, "version": base + 1}
    collision = {"id": id_of(case), "property": told.property, **written}
    if case.expected.overrides:
        return [{**collision, "value": told.theirs}]
    deleting = {"delete": True} if told.delete else {}
    return [{**collision, "theirs": told.theirs, "mine": told.mine, **deleting}]


def plain(value: Any) -> Any:
    """Tuples as the lists that they are on the wire."""
    return msgspec.json.decode(msgspec.json.encode(value))


@pytest.mark.parametrize("sort", conflict_table.PROPERTIES_OF)
def test_BD16_BD20_BD54_every_pair_of_acts_ends_as_the_table_says(sort: str) -> None:
    played = 0
    for case in conflict_table.cases(sort, puts=True):
        board, ends, base = play(case)
        codes = (code_of(ends["first"]), code_of(ends["second"]))
        assert codes == (case.expected.first, case.expected.second), case
        told = plain(shown(board, ends["second"]))
        assert told == expected_to_be_shown(case, base), case
        objects = board.view()["objects"]
        held = objects[id_of(case)]["props"] if id_of(case) in objects else None
        assert held == conflict_table.final(case), case
        played += 1
    properties = len(conflict_table.PROPERTIES_OF[sort])
    assert played == 2 * (3 * properties + 1) ** 2


def test_the_table_names_every_property_of_every_sort() -> None:
    from protocol.board import SORTS

    by_hand = {sort: set(names) for sort, names in conflict_table.PROPERTIES_OF.items()}
    by_hand["stop"] |= conflict_table.STOP.keys()
    assert by_hand == {sort: {*r.required, *r.optional} for sort, r in SORTS.items()}


# -------------------------------------------------------------------------- what is stale


def test_BD20_own_pipelined_writes_never_conflict(asking: PlayedBoard) -> None:
    for x in (10, 20, 30):
        asking.do(ANN, move(1, x), made=2)
    assert asking.props(1)["at"] == [30, 0]


def test_BD20_the_same_account_on_another_device_is_another_client(asking: PlayedBoard) -> None:
    asking.do(ANN, move(1, 10), made=2)
    code, detail = asking.refusal(ANN.on("client-of-anns-phone"), move(1, 20), made=2)
    assert code == "conflict"
    assert detail["conflicts"][0]["by"] == ANN.account


def test_BD20_ones_own_write_over_anothers_makes_the_next_one_clean(board: PlayedBoard) -> None:
    board.do(BEN, move(1, 10), made=1)
    assert board.do(ANN, move(1, 20), made=1)["overrode"][0]["by"] == BEN.account
    assert "overrode" not in board.do(ANN, move(1, 30), made=1)


def test_BD21_the_value_that_is_there_is_no_conflict(asking: PlayedBoard) -> None:
    asking.do(ANN, move(1, 10), made=2)
    assert "overrode" not in asking.do(BEN, move(1, 10), made=2)
    assert asking.view()["objects"][object_id(1)]["by"]["at"] == BEN.account


def test_BD22_latest_wins_and_the_loser_is_told_what_was_lost(board: PlayedBoard) -> None:
    board.do(ANN, {**move(1, 10)}, made=1)
    event = board.do(BEN, set_of(1, at=[20, 0], number=7), made=1)
    assert event["overrode"] == [
        {
            "id": object_id(1),
            "property": "at",
            "value": [10, 0],
            "by": ANN.account,
            "version": 2,
        }
    ]
    assert board.props(1) == {"at": [20, 0], "number": 7}


def test_BD23_ask_gives_back_both_values_and_writes_nothing(asking: PlayedBoard) -> None:
    asking.do(ANN, set_of(1, at=[10, 0], number=4), made=2)
    before = asking.bytes()
    code, detail = asking.refusal(BEN, set_of(1, at=[20, 0], number=5, name="Ben's"), made=2)
    assert code == "conflict"
    common = {"id": object_id(1), "by": ANN.account, "version": 3}
    assert detail["conflicts"] == [
        {**common, "property": "at", "theirs": [10, 0], "mine": [20, 0]},
        {**common, "property": "number", "theirs": 4, "mine": 5},
    ]
    assert asking.bytes() == before


def test_BD7_one_stale_object_of_many_refuses_them_all(asking: PlayedBoard) -> None:
    asking.do(OWNER, add(token(2)))
    asking.do(ANN, move(1, 10), made=3)
    changes = [{"id": object_id(n), "set": {"at": [n, n]}} for n in (2, 1)]
    dropped = {"type": "objects.set", "changes": changes}
    assert asking.refusal(BEN, dropped, made=3)[0] == "conflict"
    assert asking.props(2)["at"] == [0, 0]


def test_BD24_deleting_what_others_changed_tells_or_asks(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10), made=1)
    event = board.do(BEN, delete(1), made=1)
    assert [(lost["property"], lost["value"]) for lost in event["overrode"]] == [("at", [10, 0])]
    board.do(BEN, {"type": "undo"})
    board.do(OWNER, ASK)
    code, detail = board.refusal(OWNER, delete(1), made=1)
    assert code == "conflict"
    assert detail["conflicts"] == [
        {
            "id": object_id(1),
            "property": "at",
            "theirs": [10, 0],
            "mine": None,
            "by": ANN.account,
            "version": 2,
            "delete": True,
        }
    ]


# ---------------------------------------------------------------------------- the choice


def test_BD25_the_choice_is_an_event_and_a_step(asking: PlayedBoard) -> None:
    asking.do(ANN, set_of(1, at=[10, 0], number=4), made=2)
    event = asking.do(
        BEN,
        resolve(choice(1, "at", "between", 3, at=[15, 0]), choice(1, "number", "theirs", 3)),
        made=2,
    )
    common = {"id": object_id(1), "by": ANN.account, "version": 3}
    assert event == {
        "type": "conflict.resolved",
        "choices": [
            {**common, "property": "at", "choice": "between"},
            {**common, "property": "number", "choice": "theirs"},
        ],
        "changes": [{"id": object_id(1), "set": {"at": [15, 0]}}],
    }
    assert asking.props(1) == {"at": [15, 0], "number": 4}
    asking.do(BEN, {"type": "undo"})
    assert asking.props(1)["at"] == [10, 0]


def test_BD25_several_choices_about_one_object_are_one_change(asking: PlayedBoard) -> None:
    event = asking.do(
        ANN,
        resolve(choice(1, "at", "mine", 1, at=[5, 5]), choice(1, "number", "mine", 1, number=3)),
    )
    assert event["changes"] == [{"id": object_id(1), "set": {"at": [5, 5], "number": 3}}]


def test_BD25_a_property_that_was_never_written_has_version_0(asking: PlayedBoard) -> None:
    event = asking.do(ANN, resolve(choice(1, "name", "mine", 0, name="Ada")))
    assert event["choices"][0] == {
        "id": object_id(1),
        "property": "name",
        "choice": "mine",
        "by": "",
        "version": 0,
    }


@pytest.mark.parametrize(
    "said",
    [
        choice(1, "number", "between", 1, number=3),
        choice(1, "at", "mine", 1),
        choice(1, "at", "theirs", 1, at=[1, 1]),
        choice(1, "at", "mine", 1, at=[1, 1], number=3),
        choice(1, "at", "mine", 1, number=3),
        choice(1, "*", "between", 1),
        choice(1, "*", "mine", 1, at=[1, 1]),
    ],
    ids=str,
)
def test_BD25_BD26_a_choice_says_exactly_what_it_writes(
    board: PlayedBoard, said: dict[str, Any]
) -> None:
    assert board.refusal(ANN, resolve(said)) == (
        "bad_command",
        {"id": object_id(1), "property": said["property"]},
    )


def test_BD25_what_is_chosen_must_be_a_value_that_the_sort_can_have(board: PlayedBoard) -> None:
    code, detail = board.refusal(ANN, resolve(choice(1, "text", "mine", 0, text="no")))
    assert (code, detail["why"]) == ("bad_property", "sort")


def test_BD26_the_whole_object_is_deleted_or_kept(asking: PlayedBoard) -> None:
    asking.do(ANN, move(1, 10), made=2)
    kept = asking.do(BEN, resolve(choice(1, "*", "theirs", 3)), made=2)
    assert kept["step"] is False
    assert object_id(1) in asking.view()["objects"]
    gone = asking.do(BEN, resolve(choice(1, "*", "mine", 3)), made=2)
    assert gone["deleted"] == [object_id(1)]
    assert asking.view()["objects"] == {}
    asking.do(BEN, {"type": "undo"})
    assert asking.props(1)["at"] == [10, 0]


def test_BD27_a_choice_against_a_value_that_is_gone_is_asked_again(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 10), made=1)
    board.do(OWNER, move(1, 11))
    code, detail = board.refusal(BEN, resolve(choice(1, "at", "mine", 2, at=[20, 0])), made=1)
    assert code == "conflict"
    assert detail["conflicts"] == [
        {
            "id": object_id(1),
            "property": "at",
            "theirs": [11, 0],
            "mine": [20, 0],
            "by": OWNER.account,
            "version": 3,
        }
    ]


@pytest.mark.parametrize(("theirs", "listed"), [(1, ["at"]), (0, ["at", "number"]), (9, ["at"])])
def test_BD27_a_deletion_against_an_older_object_is_asked_again(
    board: PlayedBoard, theirs: int, listed: list[str]
) -> None:
    board.do(ANN, move(1, 10))
    code, detail = board.refusal(BEN, resolve(choice(1, "*", "mine", theirs)))
    assert code == "conflict"
    assert [one["property"] for one in detail["conflicts"]] == listed
    assert all(one["delete"] for one in detail["conflicts"])


def test_BD28_all_theirs_is_an_event_but_no_step(asking: PlayedBoard) -> None:
    asking.do(ANN, move(1, 10), made=2)
    event = asking.do(BEN, resolve(choice(1, "at", "theirs", 3)), made=2)
    assert event["step"] is False
    assert BEN.account not in asking.view()["undo"]


@pytest.mark.parametrize(
    "twice",
    [
        (choice(1, "at", "theirs", 1), choice(1, "at", "theirs", 1)),
        (choice(1, "*", "theirs", 1), choice(1, "at", "theirs", 1)),
        (choice(1, "at", "theirs", 1), choice(1, "*", "theirs", 1)),
    ],
)
def test_BD28_one_choice_about_one_thing(
    board: PlayedBoard, twice: tuple[dict[str, Any], ...]
) -> None:
    assert board.refusal(ANN, resolve(*twice)) == ("bad_command", {"repeated": object_id(1)})


def test_BD17_a_choice_about_a_deleted_object_says_who_deleted_it(board: PlayedBoard) -> None:
    board.do(ANN, delete(1))
    code, detail = board.refusal(BEN, resolve(choice(1, "at", "theirs", 1)))
    assert (code, detail) == ("deleted", {"id": object_id(1), "by": ANN.account, "version": 2})


def test_BD6_an_annotator_chooses_about_marks_only(board: PlayedBoard) -> None:
    assert board.refusal(NOTA, resolve(choice(1, "at", "theirs", 1)))[0] == "forbidden"


def test_BD8_a_choice_keeps_to_the_limit_of_points(
    board: PlayedBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rules.board_state.BOARD_POINTS_MAX", 3)
    line = {"id": object_id(2), "sort": "line", "props": {"at": [0, 0], "points": [[1, 1]]}}
    board.do(OWNER, add(line))
    said = resolve(choice(2, "points", "mine", 2, points=[[1, 1], [2, 2], [3, 3], [4, 4]]))
    assert board.refusal(ANN, said) == ("limit_reached", {"limit": "BOARD_POINTS_MAX", "max": 3})
    board.do(ANN, resolve(choice(2, "points", "mine", 2, points=[[1, 1], [2, 2], [3, 3]])))
