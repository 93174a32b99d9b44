"""What questions mean for columns; what they find is fuzzed in test_play_rows.py."""

from __future__ import annotations

import pytest

from protocol.asking import Question, Where
from server.asking.conditions import BadQuestion, conditions_of, grouped, known_of, ordered
from storage.play_query import AnyOf, Between, Bits, In, NotLess, Ordered, Players


def test_QY5_what_is_not_everybodys_business_is_no_condition() -> None:
    assert conditions_of(Where(), everybody=True, by_player=False) == [In("open", [1])]
    assert conditions_of(Where(), everybody=False, by_player=False) == []


def test_QY3_lists_are_any_of_and_conditions_are_all() -> None:
    where = Where(
        downs=(3, 4), teams=("NE",), results=("interception",), zones=("red", "goal_to_go"),
        two_minute=True, players=("00-1",), roles=("passer",),
    )  # fmt: skip
    assert conditions_of(where, everybody=False, by_player=False) == [
        In("down", (3, 4)),
        AnyOf([In("offence", ("NE",)), In("defence", ("NE",))]),
        Bits("results", 2),
        AnyOf([Between("field", 1, 20), NotLess("to_go", "field")]),
        In("quarter", [2, 4]),
        Between("clock", 0, 120),
        Players(("00-1",), 1),
    ]


def test_QY3_whose_sums_are_asked_is_no_condition_besides() -> None:
    question = Question(where=Where(players=("00-1",)), by=("player", "week"))
    assert conditions_of(question.where, everybody=False, by_player=True) == []
    assert grouped(question).players == Players(("00-1",))
    assert grouped(Question(by=("game",))).by == ("feed",)


def test_QY4_sums_by_a_measure_are_of_plays_of_which_it_is_known() -> None:
    assert known_of(Question(by=("yards", "kind"))) == [Between("yards")]
    assert known_of(Question(by=("field",))) == [Between("field")]
    assert known_of(Question(by=("down", "week"))) == known_of(Question(total=True)) == []


def test_QY4_orders_of_plays_and_of_sums_are_their_own() -> None:
    assert ordered(Question(), ()) == Ordered()
    assert ordered(Question(order="yards", descending=False), ()) == Ordered(
        "yards", descending=False
    )
    for wrong in (Question(order="plays"), Question(limit=101)):
        with pytest.raises(BadQuestion):
            ordered(wrong, ())
    for wrong in (
        Question(total=True, order="clock"),
        Question(by=("week", "week")),
        Question(total=True, cursor="x"),
    ):
        with pytest.raises(BadQuestion):
            grouped(wrong)
