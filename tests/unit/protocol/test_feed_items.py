"""Items and scoreboards of other profiles: their bounds, and feeds made before there were any."""

from typing import Any

import msgspec
import pytest

from protocol.feed import FeedCommand, FeedSettings
from protocol.feed_items import Item, Scoreboard, SoccerEvent


def test_PF1_settings_of_before_are_of_football_and_stay_as_they_were() -> None:
    settings = msgspec.convert({"sources": ["gsis"]}, FeedSettings)
    assert settings.profile == "football"
    assert msgspec.json.encode(settings) == b'{"sources":["gsis"]}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"profile": "chess"}, FeedSettings)


def test_PF2_an_item_says_which_profile_it_is_of() -> None:
    told = {"profile": "soccer", "id": 1, "order": 1, "period": 1, "at_ms": 10, "at": [1, 2]}
    read = msgspec.convert(told, Item)
    assert isinstance(read, SoccerEvent)
    assert read.at == (1, 2)
    assert msgspec.json.decode(msgspec.json.encode(read)) == told
    for wrong in (
        {"profile": "chess"},
        {"at_ms": -1},
        {"period": 100},
        {"at": [1]},
        {"sort": "goal"},
        {"goal_for": "both"},
        {"more": 1},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(told | wrong, Item)


def test_PF2_a_scoreboard_has_bounds() -> None:
    board = {"profile": "generic", "sides": [{"key": "a", "name": "A"}]}
    msgspec.convert(board, Scoreboard)
    bounds: list[dict[str, Any]] = [{"sides": []}, {"sides": [{"key": "", "name": "A"}]}]
    for wrong in (*bounds, {"phase": "over"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(board | wrong, Scoreboard)
    report = {"type": "scoreboard.report", "source": "manual", "revision": 1, "scoreboard": board}
    msgspec.convert(report, FeedCommand)
