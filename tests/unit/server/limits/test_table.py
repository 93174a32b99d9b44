"""The published table and what an operator changes of it."""

from __future__ import annotations

import pytest

from server.limits.table import LIMITS, InvalidLimits, Per, markdown, published


def test_LM3_the_table_has_the_limits_of_the_published_rules() -> None:
    def row(name: str) -> tuple[Per, int, int, bool]:
        limit = LIMITS[name]
        return limit.per, limit.limit, limit.window_s, limit.strict

    assert row("login") == (Per.ADDRESS, 30, 900, True)
    assert row("failed_login") == (Per.EMAIL, 5, 900, True)
    assert row("mfa_token") == (Per.MFA_TOKEN, 5, 900, True)
    assert row("mfa") == (Per.ACCOUNT, 5, 900, True)
    assert row("sign_up") == (Per.ADDRESS, 10, 3_600, True)
    assert row("reset") == (Per.ADDRESS_AND_EMAIL, 3, 3_600, True)
    assert row("mail_sign_up") == (Per.MAILBOX, 5, 3_600, True)
    assert row("mail_reset") == (Per.MAILBOX, 10, 3_600, True)
    assert row("mail_change") == (Per.MAILBOX, 5, 3_600, True)
    assert row("mail_invitation") == (Per.MAILBOX, 10, 3_600, True)
    assert row("ticket") == (Per.ACCOUNT, 30, 60, False)


def test_LM3_every_row_says_what_it_counts_under_its_own_name() -> None:
    assert all(name == limit.name and limit.about for name, limit in LIMITS.items())
    assert LIMITS["login"].window_ms == 900_000


def test_LM4_an_override_changes_count_and_window_and_nothing_else() -> None:
    limits = published(" login=60/1800 , read=5/1,")
    assert (limits["login"].limit, limits["login"].window_s) == (60, 1_800)
    assert limits["login"].strict
    assert limits["login"].per is Per.ADDRESS
    assert (limits["read"].limit, limits["read"].window_s) == (5, 1)
    assert list(limits) == list(LIMITS)
    assert limits["write"] == LIMITS["write"]


def test_LM4_nothing_given_is_the_table() -> None:
    assert published() == LIMITS


def test_LM4_guests_per_minute_is_the_older_setting_for_the_same() -> None:
    assert published(guests_per_min=7.0)["guests"].limit == 7
    assert published(guests_per_min=0.2)["guests"].limit == 1
    assert published("guests=9/60", guests_per_min=7.0)["guests"].limit == 9


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("login", "'login': expected <name>=<limit>/<window in s>"),
        ("login=5", "expected <name>="),
        ("login=-5/60", "expected <name>="),
        ("login=5/60s", "expected <name>="),
        ("logins=5/60", "'logins' is no limit: there are login,"),
        ("login=0/60", "the limit must be 1 to 1000000"),
        ("login=1000001/60", "the limit must be 1 to 1000000"),
        ("login=5/0", "the window must be 1 to 86400 s"),
        ("login=5/86401", "the window must be 1 to 86400 s"),
        ("login=5/60,login=6/60", "login is given twice"),
    ],
)
def test_LM4_what_cannot_be_followed_is_told(given: str, message: str) -> None:
    with pytest.raises(InvalidLimits, match=message):
        published(given)


def test_LM4_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidLimits, match=r"'x': expected .*; 'y' is no limit"):
        published("x,y=1/1")


def test_LM3_documents_show_a_line_for_each() -> None:
    text = markdown(published("login=1500/5400,read=9/90").values())
    lines = text.splitlines()
    assert len(lines) == 2 + len(LIMITS)
    assert lines[0].startswith("| Limit | Per |")
    assert "| `login` | address | 1,500 | 90 min | yes | passwords tried |" in lines
    assert "| `read` | account | 9 | 90 s |  | requests that change nothing |" in lines
    assert any("| 3 | 1 h | yes |" in line for line in lines)
    assert text.endswith("|\n")
