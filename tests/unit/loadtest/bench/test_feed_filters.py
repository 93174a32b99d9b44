"""Who wants what of a game."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from loadtest.arrivals import Line
from loadtest.bench import feed_filters
from loadtest.bench.feed_crowd import Round
from loadtest.games import made_up_game
from protocol.feed import Play
from protocol.feed_filter import FeedFilter
from server.rules.feed_filter import matches

GAME = made_up_game(random.Random(1))


def test_ten_filters_that_the_server_understands_and_that_differ() -> None:
    filters = feed_filters.ten(GAME)
    assert len({str(one) for one in filters}) == 10
    plays = [msgspec.convert(one.play, Play) for one in GAME.plays]
    for asked in filters:
        wanted = msgspec.convert(asked, FeedFilter)
        passing = sum(matches(wanted, play) for play in plays)
        nobody_scores = "zones" in asked or asked.get("whats", ["big"]) != ["big"]
        # In a game that is made up, the ten and both teams have a line of nearly every play.
        everywhere = "teams" in asked or "players" in asked
        assert nobody_scores or 0 < passing < len(plays) + everywhere, asked


@pytest.mark.parametrize("asked", feed_filters.ten(GAME), ids=str)
def test_what_is_wanted_at_a_glance_is_what_the_rules_say(asked: feed_filters.Filter) -> None:
    rule = msgspec.convert(asked, FeedFilter)
    bare = {"id": 1, "order": 1}  # as recorded ones, which leave out what says nothing
    for play in (bare, *(one.play for one in GAME.plays)):
        due = feed_filters.wanted(asked, play)
        assert due in {None, matches(rule, msgspec.convert(play, Play))}
        assert (due is None) == bool({"whats", "zones"} & set(asked))


def test_a_play_too_many_or_too_few_is_a_broken_promise() -> None:
    plays = GAME.plays[:4]
    found = Round(dict.fromkeys(range(1, 5), 0.0), 0.0, 0, 0.0)

    def wrong(*versions: int) -> list[str]:
        events: list[Any] = [msgspec.Raw(b'{"type":"play.added"}')]
        passed = {version: Line(version, 5, events) for version in versions}
        return feed_filters._wrong({"downs": [1]}, found, plays, passed)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    (only,) = [nth for nth, one in enumerate(plays, 1) if one.play["down"] == 1]
    assert wrong(only) == []
    assert len(wrong()) == 1
    assert len(wrong(only, only % 4 + 1)) == 1
