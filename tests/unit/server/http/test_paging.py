"""Cursors: opaque, stable, and only those that a list gave."""

from __future__ import annotations

import pytest

from server.http.paging import cursor_after, key_after, version_after
from server.http.refusals import Refusal


def test_a_cursor_names_what_was_seen_last() -> None:
    assert key_after("rooms", cursor_after("rooms", "r_x")) == "r_x"
    assert version_after("history", cursor_after("history", 17)) == 17
    assert key_after("rooms", None) is None
    assert version_after("history", None) is None


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "é", "AAAA", "x", cursor_after("other", "r_x"), cursor_after("rooms", ""), "____"],
)
def test_HT5_what_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Refusal) as refusal:
        key_after("rooms", cursor)
    assert refusal.value.status_code == 422


@pytest.mark.parametrize("key", ["x", "-1", "1" * 17, "\u0661"])
def test_HT5_a_cursor_of_versions_holds_a_version(key: str) -> None:
    with pytest.raises(Refusal):
        version_after("history", cursor_after("history", key))
