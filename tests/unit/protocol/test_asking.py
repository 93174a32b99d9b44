"""The words of questions."""

import msgspec
import pytest

from protocol.asking import RESULTS, ROLES, Question, Where


def test_a_question_survives_the_wire() -> None:
    asked = Question(
        where=Where(downs=(3,), ranges={"yards": (None, 4)}), by=("player",), order="epa"
    )
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Question) == asked
    assert msgspec.json.encode(Question()) in {b"{}", b'{"where":{}}'}


@pytest.mark.parametrize(
    "said",
    [b'{"limit":501}', b'{"where":{"downs":[5]}}', b'{"by":["name"]}', b'{"where":{"x":1}}',
     b'{"where":{"ranges":{"yards":[1]}}}', b'{"minimum":0}'],
)  # fmt: skip
def test_what_is_out_of_bounds_is_none(said: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=Question)


def test_results_and_roles_fit_into_whole_numbers_of_both_databases() -> None:
    assert len(RESULTS) == len(set(RESULTS)) < 31
    assert len(ROLES) == len(set(ROLES)) < 31
