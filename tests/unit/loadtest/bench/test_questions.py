"""The ten questions are questions."""

import msgspec

from loadtest.bench.questions import ten
from protocol.asking import Question


def test_every_one_can_be_asked() -> None:
    asked = ten(2019, "NE", "BUF", "00-0000001")
    assert len(asked) == 10
    for question in asked.values():
        assert msgspec.convert(question, Question) != Question()
