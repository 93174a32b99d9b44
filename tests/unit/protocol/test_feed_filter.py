"""What a filter may say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.feed_filter import FILTER_PLAYERS_MAX, FeedFilter


@pytest.mark.parametrize(
    "said",
    [
        {"teams": ["IND", "DAL", "NE"]},
        {"teams": ["Indianapolis"]},
        {"players": [f"p{n}" for n in range(FILTER_PLAYERS_MAX + 1)]},
        {"players": [""]},
        {"whats": ["goals"]},
        {"quarters": [21]},
        {"downs": [5]},
        {"zones": ["ours"]},
        {"distances": [3]},
        {"text": "touchdown"},
    ],
)
def test_FF1_what_is_no_filter_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, FeedFilter)


def test_FF1_every_condition_may_be_left_out() -> None:
    assert msgspec.json.encode(msgspec.convert({}, FeedFilter)) == b"{}"
