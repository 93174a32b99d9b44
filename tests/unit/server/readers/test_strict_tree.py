"""Values that end the reading where they are not as expected."""

from collections.abc import Callable

import pytest

from server.readers.report import Report
from server.readers.strict_tree import (
    Unreadable,
    list_of,
    node_of,
    object_of,
    short,
    situation,
    whole_in,
)


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (lambda: object_of([], "$.a"), "an object is expected"),
        (lambda: list_of({}, "$.a", 5), "a list is expected"),
        (lambda: list_of([1, 2, 3], "$.a", 2), "more than 2"),
        (lambda: whole_in("x", "$.a", 0, 9), "a whole number, 0 to 9, is expected"),
        (lambda: whole_in(1.5, "$.a", 0, 9), "a whole number, 0 to 9, is expected"),
        (lambda: whole_in(10, "$.a", 0, 9), "a whole number, 0 to 9, is expected"),
        (lambda: whole_in(None, "$.a", 1, 9), "a whole number, 1 to 9, is expected"),
        (lambda: whole_in(True, "$.a", 0, 9), "a whole number, 0 to 9, is expected"),
    ],
)
def test_FD3_what_is_not_as_expected_is_named_with_its_place(
    read: Callable[[], object], why: str
) -> None:
    with pytest.raises(Unreadable) as raised:
        read()
    assert (raised.value.where, raised.value.why) == ("$.a", why)


def test_FD3_what_only_describes_is_nought_and_told() -> None:
    report = Report()
    values: list[object] = [None, "", "3.0", 4, 5, -1, "x", True, []]
    assert [situation(v, "$.down", 4, report) for v in values] == [0, 0, 3, 4, 0, 0, 0, 0, 0]
    assert report.oddities()["situation_unreadable"].count == 5


def test_FD3_what_is_as_expected_is_read() -> None:
    assert object_of({"a": 1}, "$") == {"a": 1}
    assert node_of(3) is None
    assert list_of([1], "$", 1) == [1]
    assert [whole_in(v, "$", -9, 9) for v in (None, "", "7.0", -3.0)] == [0, 0, 7, -3]
    assert short({"a": " word "}, "a", 3) == "wor"
    assert short({}, "a", 3) == ""
