"""The state of a feed: what counts, points, snapshot and view."""

import msgspec

from protocol.feed import DeletePlay, FeedSettings, ReportPlay, ReviewPlay, TeamDifference
from server.rules.feed_state import (
    NOTHING_HELD,
    Feed,
    Held,
    differences_of,
    points_with,
    restore,
    snapshot,
    view,
)
from server.rules.scoring.totals import Totals
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import KICKER, PASSER, play

GOAL = play(36, (KICKER, 70, 33))
RUN = play(57, (PASSER, 10, 3))


def test_FE1_a_better_source_has_the_higher_mark_whatever_the_revision() -> None:
    state = Feed(FeedSettings(("gsis", "nfl_api")))
    better, lesser = state.mark_of("gsis", 1), state.mark_of("nfl_api", 999)
    assert better is not None
    assert lesser is not None
    assert better > lesser > NOTHING_HELD.said
    assert state.mark_of("somebody", 1) is None


def test_FE4_what_is_deleted_or_under_review_does_not_count() -> None:
    held = Held(GOAL, (2, 1), (2, 1), review=False, source="gsis")
    assert held.counting() is GOAL
    assert held._replace(review=True).counting() is None
    assert NOTHING_HELD.counting() is None
    points = points_with(Feed(FeedSettings()).points, None, held)
    assert points == {"HOM": 3}
    assert points_with(points, held, held._replace(review=True)) == {}


def test_FE7_differences_need_a_header() -> None:
    points = points_with(
        Feed(FeedSettings()).points, None, Held(GOAL, (2, 1), (2, 1), review=False, source="gsis")
    )
    assert differences_of(None, points) == ()
    assert differences_of(header(7).header, points) == (TeamDifference("HOM", 7, 3),)
    assert differences_of(header(3).header, points) == ()


def test_FE4_the_view_is_in_the_games_order_and_withholds_lines() -> None:
    room = FeedRoom()
    for report in (
        ReportPlay("gsis", 1, RUN),
        ReportPlay("gsis", 1, GOAL),
        header(9),
        ReviewPlay("gsis", 2, RUN.id, on=True),
        ReviewPlay("gsis", 1, 90, on=True),
    ):
        room.say(report)
    shown = view(room.state)
    assert [(row["play"].id, row["review"], row["source"]) for row in shown["plays"]] == [
        (36, False, "gsis"),
        (57, True, "gsis"),
    ]
    assert [len(row["play"].stats) for row in shown["plays"]] == [1, 0]
    assert shown["inconsistent"] == [TeamDifference("HOM", 9, 3)]
    assert shown["header"] == header(9).header
    assert shown["settings"] == {"sources": ["gsis", "nfl_api"]}


def test_FE2_a_snapshot_brings_back_marks_too() -> None:
    room = FeedRoom()
    for report in (
        ReportPlay("nfl_api", 4, GOAL),
        DeletePlay("gsis", 2, RUN.id),
        header(3, revision=5),
        ReviewPlay("gsis", 1, 90, on=True),
    ):
        room.say(report)
    kept = msgspec.json.encode(snapshot(room.state))
    again = restore(msgspec.json.decode(kept))
    assert msgspec.json.encode(snapshot(again)) == kept
    assert again.points == room.state.points == {"HOM": 3}
    assert again.totals().everybody() == Totals([GOAL]).everybody()
    room.state = again
    assert room.told(ReportPlay("gsis", 1, RUN)) == ["nothing_changes"]
    assert room.told(header(6, revision=4)) == ["nothing_changes"]


def test_a_snapshot_of_before_corrections_were_kept_is_read() -> None:
    state = Feed(FeedSettings())
    state.hold(36, Held(GOAL, (2, 1), (2, 1), review=False, source="gsis"))
    data = msgspec.json.decode(msgspec.json.encode(snapshot(state)))
    data["plays"]["36"] = data["plays"]["36"][:5]
    assert restore(data).plays == state.plays
