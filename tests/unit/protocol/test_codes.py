import re

import pytest

from protocol.codes import ERRORS, NOTICES, RECONNECTS, REJECTIONS, CloseCode


def test_every_code_is_one_word_and_says_what_it_means() -> None:
    tables = {**{code: row.about for code, row in REJECTIONS.items()}, **ERRORS, **NOTICES}
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in tables)
    assert all(tables.values())


def test_exactly_what_was_not_executed_may_be_sent_again() -> None:
    again = {code for code, row in REJECTIONS.items() if not row.final}
    assert again == {"busy", "contended", "rate_limited"}


@pytest.mark.parametrize("code", CloseCode)
def test_every_close_code_says_whether_to_come_back(code: CloseCode) -> None:
    assert RECONNECTS[code]


def test_close_codes_are_those_of_the_standard_and_of_our_own_range() -> None:
    assert all(1000 <= code <= 1013 or 3000 <= code <= 4999 for code in CloseCode)
