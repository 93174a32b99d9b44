"""The first picture of a feed: its newest plays, those that made points, and pages of the rest."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import DeletePlay, ReportAll, ReportPlay, ReviewPlay
from server.demo_game import made_up_game
from server.readers.game_reports import steps_of
from server.rules import feed_picture
from server.rules.feed_picture import NEWEST_MAX, NEWEST_MIN, Place, page, picture, placed
from server.rules.feed_state import view
from server.rules.scoring.stat_ids import team_points
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import KICKER, PASSER, play, real_games
from tests.support.matches import ItemRoom, event, goal, match, put, shown


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def numbers(found: dict[str, Any]) -> list[int]:
    return [row["play"]["id"] for row in plain(found)["plays"]]


def a_game(count: int, **more: Any) -> FeedRoom:
    """Plays of one team, five to a drive; the second one is a field goal."""
    room = FeedRoom()
    room.say(header(3))
    for number in range(1, count + 1):
        lines = (KICKER, 70, 33) if number == 2 else (PASSER, 10, 3)
        form = play(number, lines, drive=1 + (number - 1) // 5, **more)
        room.say(ReportPlay("gsis", 1, replace(form, order=number)))
    return room


def test_FX1_a_short_game_comes_whole() -> None:
    room = a_game(NEWEST_MIN)
    assert plain(picture(room.state)) == plain(view(room.state))


def test_FX1_a_picture_is_the_newest_to_the_beginning_of_their_drive_and_who_scored() -> None:
    room = a_game(43)
    found = plain(picture(room.state))
    # 24 is the twentieth from the end; its drive begins with 21
    assert numbers(found) == [2, *range(21, 44)]
    assert found["earlier"] == {"count": 20, "before": [21, 21]}
    whole = plain(view(room.state))
    others = {"plays", "earlier", "delays"}
    assert {k: v for k, v in found.items() if k not in others} == {
        k: v for k, v in whole.items() if k not in others
    }


def test_FX1_no_drive_is_so_long_and_no_play_so_heavy_that_it_all_comes() -> None:
    room = FeedRoom()
    for number in range(1, NEWEST_MAX + 50):
        room.say(
            ReportPlay("gsis", 1, replace(play(number, (PASSER, 10, 3), drive=1), order=number))
        )
    assert numbers(picture(room.state)) == [*range(50, NEWEST_MAX + 50)]
    heavy = a_game(30, text="x" * 2_000)
    found = picture(heavy.state)
    assert len(numbers(found)) < NEWEST_MIN
    assert len(msgspec.json.encode(found)) < 2 * feed_picture.BYTES_MAX


def test_FX1_points_under_review_and_again_after_it_are_there() -> None:
    room = a_game(43)
    room.say(ReviewPlay("gsis", 2, 2, on=True))
    found = plain(picture(room.state))
    assert found["plays"][0] == {**found["plays"][0], "review": True}
    assert "2" in found["reviews"]
    room.say(DeletePlay("gsis", 3, 2))
    assert numbers(picture(room.state)) == [*range(21, 44)]


def test_FX1_where_plays_stand_of_which_only_a_deletion_has_come_nothing_is_left_out() -> None:
    room = FeedRoom()
    for number in range(1, 40):
        room.say(DeletePlay("gsis", 1, number))
    assert "earlier" not in picture(room.state)


def test_FX3_pages_lead_to_the_first_play_and_each_play_comes_once() -> None:
    room = a_game(43)
    found = picture(room.state)
    seen = [*range(21, 44)]
    while "earlier" in found:
        found = page(room.state, Place(*plain(found)["earlier"]["before"]), 7)
        assert len(numbers(found)) <= 7
        seen = numbers(found) + seen
    assert seen == [*range(1, 44)]
    assert numbers(page(room.state, Place(1, 1), 7)) == []


def test_FX1_the_points_of_the_made_up_game_follow_from_every_picture_of_it() -> None:
    room, found = FeedRoom("gsis"), dict[str, Any]()
    for step in steps_of(made_up_game()):
        room.say(ReportAll(step.reports))
        found = plain(picture(room.state))
        ids = set(numbers(found))
        here: Counter[str] = Counter()
        for form in room.state.counting():
            if form.id in ids:
                here += team_points([form])
        assert here == room.state.points
    assert found["earlier"]["count"] > 80
    assert len(msgspec.json.encode(found)) < 64 * 1024


def test_FX1_of_a_match_the_newest_events_and_the_goals() -> None:
    room = ItemRoom()
    room.told(shown(match(1, 0), 1))
    room.do(*[put(replace(event(n), id=n, order=n)) for n in range(1, 130)])
    room.told(put(replace(goal(3), id=3, order=3), 2))
    found = plain(picture(room.state))
    assert numbers(found) == [3, *range(30, 130)]
    assert found["settings"]["profile"] == "soccer"
    assert [place.id for place, _ in placed(room.state)] == [*range(1, 130)]


def test_FX1_a_picture_of_a_real_game_is_a_fraction_of_it(shared_data: Path) -> None:
    for game in real_games(shared_data, "special").values():
        room = FeedRoom("gsis")
        room.say(ReportAll(tuple([one for step in steps_of(game) for one in step.reports][:200])))
        weight = len(msgspec.json.encode(picture(room.state)))
        assert weight < 60_000, weight
        assert weight < len(msgspec.json.encode(view(room.state))) / 2
