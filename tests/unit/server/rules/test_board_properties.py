"""Which values an object of which sort may have."""

from typing import Any

import pytest

from protocol.board import PROPERTIES, SORTS
from tests.support.boards import ANN, OWNER, PlayedBoard, object_id, set_of
from tests.support.conflict_table import COMPANIONS, PROPERTIES_OF, STOP, STOP_ID, value

NUMBERS = {sort: number for number, sort in enumerate(SORTS)}


def id_of(sort: str) -> str:
    return STOP_ID if sort == "stop" else object_id(NUMBERS[sort])


def set_in(sort: str, **values: Any) -> dict[str, Any]:
    return {"type": "objects.set", "changes": [{"id": id_of(sort), "set": values}]}


@pytest.fixture
def board() -> PlayedBoard:
    """One object of each sort, the n-th of `SORTS` being object n."""
    played = PlayedBoard()
    played.do(OWNER, COMPANIONS)
    objects = [
        {
            "id": id_of(sort),
            "sort": sort,
            "props": {
                **{p: value(sort, p, 0) for p in PROPERTIES_OF[sort]},
                **(STOP if sort == "stop" else {}),
            },
        }
        for sort in SORTS
    ]
    played.do(OWNER, {"type": "objects.add", "objects": objects})
    return played


@pytest.mark.parametrize("name", PROPERTIES)
def test_BD9_every_sort_has_the_properties_of_the_table(board: PlayedBoard, name: str) -> None:
    for sort, rules in SORTS.items():
        said = set_in(sort, **{name: value(sort, name, 3)})
        if sort == "stop" and name in STOP:
            continue  # BD49
        if name in rules.required + rules.optional:
            board.do(ANN, said)
        else:
            detail = {"id": id_of(sort), "property": name, "why": "sort"}
            assert board.refusal(ANN, said) == ("bad_property", detail), sort


@pytest.mark.parametrize("name", PROPERTIES)
def test_BD10_only_required_properties_are_never_null(board: PlayedBoard, name: str) -> None:
    for sort, rules in SORTS.items():
        said = set_in(sort, **{name: None})
        if name in rules.required:
            detail = {"id": id_of(sort), "property": name, "why": "required"}
            assert board.refusal(ANN, said) == ("bad_property", detail), sort
        elif name in rules.optional:
            board.do(ANN, said)
            assert board.view()["objects"][id_of(sort)]["props"][name] is None


def test_BD53_a_measure_has_two_points(board: PlayedBoard) -> None:
    detail = {"id": id_of("measure"), "property": "points", "why": "two"}
    for points in ([[0, 0]], [[0, 0], [1, 1], [2, 2]]):
        assert board.refusal(ANN, set_in("measure", points=points)) == ("bad_property", detail)
    board.do(ANN, set_in("measure", points=[[0, 0], [9, 9]]))


# half of 105,000 and a fifth of it; half of 68,000 and a fifth of it
@pytest.mark.parametrize("at", [(73_500, 47_600), (-73_500, -47_600), (73_500, -47_600)])
def test_BD11_an_object_may_stand_in_the_margin(board: PlayedBoard, at: tuple[int, int]) -> None:
    board.do(ANN, set_of(NUMBERS["token"], at=list(at)))


@pytest.mark.parametrize("at", [(73_501, 0), (-73_501, 0), (0, 47_601), (0, -47_601)])
def test_BD11_beyond_the_margin_is_outside(board: PlayedBoard, at: tuple[int, int]) -> None:
    detail = {"id": object_id(0), "property": "at", "why": "outside"}
    limits = {"x_max": 73_500, "y_max": 47_600}
    assert board.refusal(ANN, set_of(NUMBERS["token"], at=list(at))) == (
        "bad_property",
        {**detail, **limits},
    )


def test_BD12_texts_are_kept_in_one_form(board: PlayedBoard) -> None:
    event = board.do(
        ANN, set_of(NUMBERS["token"], name=" Ang\u0065\u0301lica ", role="cm\u0327", number=3)
    )
    kept = {"number": 3, "name": "Ang\u00e9lica", "role": "cm\u0327"}
    assert event["changes"] == [{"id": object_id(0), "set": kept}]
    assert board.props(0)["name"] == "Ang\u00e9lica"
    five = list(SORTS).index("text")
    board.do(ANN, set_of(five, text="press\nhigh"))
    assert board.props(five)["text"] == "press\nhigh"


def test_BD12_a_new_object_is_kept_in_that_form_too(board: PlayedBoard) -> None:
    new: dict[str, Any] = {"id": object_id(99), "sort": "token", "props": {"at": [0, 0]}}
    new["props"]["name"] = "e\u0301"
    event = board.do(ANN, {"type": "objects.add", "objects": [new]})
    assert event["objects"][0]["props"]["name"] == "\u00e9"


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (0, {"name": ""}),
        (0, {"name": "two\nlines"}),
        (0, {"name": "\u202eevil"}),
        (0, {"role": "\u200b\u200d"}),
        (list(SORTS).index("text"), {"text": "bell\u0007"}),
    ],
)
def test_BD12_text_that_deceives_is_refused(
    board: PlayedBoard, number: int, values: dict[str, str]
) -> None:
    (name,) = values
    detail = {"id": object_id(number), "property": name, "why": "text"}
    assert board.refusal(ANN, set_of(number, **values)) == ("bad_property", detail)
