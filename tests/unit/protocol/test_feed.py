"""Types of feeds: plays and their lines as values, and what does not decode."""

from typing import Any

import msgspec
import pytest

from protocol.feed import (
    FeedCommand,
    FeedPresence,
    FeedSettings,
    Header,
    Play,
    StatLine,
    TeamDifference,
)
from tests.support.gsis_games import CATCHER, PASSER, play

LINE = {"stat": 10, "team": "HOM", "player": PASSER, "name": "P.", "yards": 3}


def report(**changed: Any) -> dict[str, Any]:
    about = {"id": 36, "order": 1, "stats": [LINE]}
    return {"type": "play.report", "source": "gsis", "revision": 1, "play": {**about, **changed}}


def test_FD2_a_line_is_whose_it_is_and_a_teams_own_has_no_player() -> None:
    own, passer = play(1, ("HOM", 4, 0), (PASSER, 15, 7)).stats
    assert own == StatLine(4, "HOM", "", "HOM", 0)
    assert (passer.player, passer.team, passer.yards) == (PASSER, "HOM", 7)


def test_FD1_a_play_is_of_version_one_and_two_equal_ones_are_equal() -> None:
    one = play(36, (CATCHER, 21, 7))
    assert (one.version, one.deleted) == (1, False)
    assert one == Play(id=36, order=36, stats=one.stats)


@pytest.mark.parametrize(
    "said",
    [
        report(id=0),
        report(id=100_000),
        report(down=5),
        report(text="x" * 2_001),
        report(stats=[{**LINE, "yards": 201}]),
        report(stats=[{**LINE, "team": "Hom"}]),
        report(stats=[LINE] * 201),
        report(more=1),
        {**report(), "source": "GSIS"},
        {**report(), "revision": 0},
        {**report(), "type": "play.forget"},
        {"type": "play.review", "source": "gsis", "revision": 1, "id": 36},
        {"type": "header.report", "source": "gsis", "revision": 1,
         "header": {"home": "HOM", "away": "AWY", "home_score": -1}},
    ],
)  # fmt: skip
def test_FE2_what_breaks_the_types_is_no_report(said: dict[str, Any]) -> None:
    assert msgspec.convert(report(), FeedCommand)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, FeedCommand)


def test_FE1_a_feed_has_sources_and_one_at_least() -> None:
    assert FeedSettings().sources[0] == "gsis"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"sources": []}, FeedSettings)


def test_FE4_presence_header_and_differences_are_values() -> None:
    assert msgspec.convert({"type": "look", "play": None}, FeedPresence)
    assert Header("HOM", "AWY").phase == "live"
    assert msgspec.json.encode(TeamDifference("TB", 55, 54)) == (
        b'{"team":"TB","header":55,"plays":54}'
    )
