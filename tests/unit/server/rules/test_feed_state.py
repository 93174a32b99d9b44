"""The state of a feed: what counts, points, snapshot and view."""

import msgspec

from protocol.feed import DeletePlay, FeedSettings, ReportPlay, ReviewPlay, TeamDifference
from server.rules.feed_held import Held
from server.rules.feed_state import Feed, restore, snapshot, view
from server.rules.scoring.totals import Totals
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import KICKER, PASSER, play

GOAL = play(36, (KICKER, 70, 33))
RUN = play(57, (PASSER, 10, 3))


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
