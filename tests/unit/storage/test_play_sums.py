"""Which questions sums answer, and that what is said stays a parameter."""

from __future__ import annotations

import pytest

from protocol.asking import RESULTS, Question, Where
from server.asking.conditions import conditions_of, grouped
from server.asking.facts import named
from storage.play_query import Condition, Grouped, In
from storage.play_sums import COUNTED, summed
from tests.unit.storage.test_play_query import EVIL

ANSWERED = [
    Question(total=True),
    Question(by=("season",)),
    Question(by=("offence", "season"), where=Where(seasons=(2019,), kinds=("pass",))),
    Question(by=("week", "kind")),
    Question(by=("player",), where=Where(seasons=(2019,), kinds=("pass",), roles=("receiver",))),
    Question(by=("season",), where=Where(players=("00-1",))),
    Question(total=True, where=Where(downs=(3,))),
]
NOT = [
    Question(by=("offence", "week")),
    Question(by=("offence",), where=Where(downs=(3,))),
    Question(by=("yards",)),
    Question(by=("game",)),
    Question(total=True, where=Where(players=("00-1", "00-2"))),
    Question(by=("player",), where=Where(downs=(3,))),
    Question(total=True, where=Where(teams=("NE",))),
    Question(total=True, where=Where(results=("touchdown",))),
    Question(total=True, where=Where(ranges={"season": (2018, None)})),
]


def conditions(question: Question) -> list[Condition]:
    return conditions_of(question.where, everybody=True, by_player="player" in question.by)


def test_QY15_sums_answer_what_they_can_exactly_and_nothing_else() -> None:
    for question in ANSWERED:
        assert summed(conditions(question), grouped(question)) is not None, question
    for question in NOT:
        assert summed(conditions(question), grouped(question)) is None, question


def test_QY15_what_is_counted_is_what_questions_count() -> None:
    assert grouped(Question(total=True)).masks == COUNTED
    assert [named(mask, RESULTS) for mask in COUNTED] == [
        ["touchdown"], ["interception", "fumble_lost"], ["first_down"],
    ]  # fmt: skip
    assert summed([], Grouped((), (1, 2, 4))) is None


def test_QY15_QY3_what_is_said_is_a_parameter() -> None:
    found = summed([In("offence", [EVIL])], Grouped(("offence",), COUNTED))
    assert found is not None
    text, values = found
    assert EVIL not in text
    assert EVIL in values
    with pytest.raises(ValueError, match="no sum"):
        summed([], Grouped((), COUNTED, order=EVIL))
