"""What a report changes, by its mark alone."""

import pytest

from server.rules.feed_held import Held
from server.rules.feed_marks import (
    OTHERWISE,
    STALE,
    mark_of,
    refused_deletion,
    refused_form,
    refused_review,
)
from tests.support.matches import event

FORM = event(1)
HELD = Held(FORM, (2, 5), (2, 7), review=True, source="a")


def test_FE1_a_mark_is_the_goodness_of_the_source_then_its_revision() -> None:
    assert mark_of(("a", "b"), "a", 3) == (2, 3)
    assert mark_of(("a", "b"), "b", 9) == (1, 9)
    assert mark_of(("a", "b"), "c", 9) is None


@pytest.mark.parametrize(
    ("mark", "form", "expected"),
    [
        ((2, 5), FORM, STALE),
        ((2, 5), event(2), OTHERWISE),
        ((2, 7), FORM, OTHERWISE),
        ((2, 4), event(2), STALE),
        ((1, 99), event(2), STALE),
        ((2, 6), event(2), None),
        ((2, 8), FORM, None),
    ],
)
def test_FE2_a_form_against_what_is_known(
    mark: tuple[int, int], form: object, expected: object
) -> None:
    assert refused_form(HELD, form, mark) == expected


def test_FE2_a_deletion_against_what_is_known() -> None:
    assert refused_deletion(HELD, (2, 4)) == STALE
    assert refused_deletion(HELD, (2, 5)) == OTHERWISE
    assert refused_deletion(HELD, (2, 8)) is None
    gone = HELD._replace(form=event(1, deleted=True), said=(2, 5))
    assert refused_deletion(gone, (2, 5)) == STALE


def test_FE2_a_review_against_what_is_known() -> None:
    assert refused_review(HELD, (2, 7), on=True) == STALE
    assert refused_review(HELD, (2, 7), on=False) == OTHERWISE
    assert refused_review(HELD, (2, 6), on=False) == STALE
    assert refused_review(HELD, (2, 8), on=False) is None
