"""What feeds of every profile hold: what counts, whose points, where header and plays differ."""

import pytest

from protocol.feed import DeletePlay, FeedSettings, ReviewPlay, TeamDifference
from server.rules.feed_held import NOTHING_HELD, Held
from server.rules.feed_items import ItemFeed
from server.rules.feed_profiles import PROFILES
from server.rules.feed_state import Feed
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import KICKER, PASSER, play
from tests.support.matches import ItemRoom, goal, put

GOAL = play(36, (KICKER, 70, 33))
RUN = play(57, (PASSER, 10, 3))
HELD = Held(GOAL, (2, 1), (2, 1), review=False, source="gsis")


def test_FE1_a_better_source_has_the_higher_mark_whatever_the_revision() -> None:
    state = Feed(FeedSettings(("gsis", "nfl_api")))
    better, lesser = state.mark_of("gsis", 1), state.mark_of("nfl_api", 999)
    assert better is not None
    assert lesser is not None
    assert better > lesser > NOTHING_HELD.said
    assert state.mark_of("somebody", 1) is None


def test_FE4_what_is_deleted_or_under_review_does_not_count() -> None:
    assert HELD.counting() is GOAL
    assert HELD._replace(review=True).counting() is None
    assert NOTHING_HELD.counting() is None
    state = Feed(FeedSettings())
    state.hold(36, HELD)
    assert state.points == {"HOM": 3}
    assert list(state.counting()) == [GOAL]
    state.hold(36, HELD._replace(review=True))
    assert state.points == {}
    assert list(state.counting()) == []


def test_FE7_differences_need_a_header() -> None:
    state = Feed(FeedSettings())
    state.hold(36, HELD)
    assert state.differing() == ()
    state.header = header(7).header
    assert state.differing() == (TeamDifference("HOM", 7, 3),)
    state.header = header(3).header
    assert state.differing() == ()


def test_FE9_a_copy_goes_its_own_way() -> None:
    state = Feed(FeedSettings(("a", "b")))
    state.hold(36, HELD)
    other = state.copy()
    other.hold(57, Held(RUN, (2, 1), (2, 1), review=False, source="b"))
    other.delays["somebody"] = 30
    assert list(state.plays) == [36]
    assert state.delays == {}
    assert (other.sources, other.points) == (("a", "b"), {"HOM": 3})
    match = ItemFeed(FeedSettings(("x",)), PROFILES["soccer"])
    assert (match.copy().sources, match.copy().profile) == (("x",), PROFILES["soccer"])


@pytest.mark.parametrize("room", [FeedRoom, ItemRoom])
def test_FE2_a_tombstone_and_a_review_that_come_first_are_held_alike(
    room: type[FeedRoom | ItemRoom],
) -> None:
    here = room()
    source = here.state.sources[0]
    assert here.told(DeletePlay(source, 2, 57)) == ["play.deleted"]
    assert here.told(ReviewPlay(source, 1, 90, on=True)) == ["play.under_review"]
    gone, reviewed = here.state.plays[57], here.state.plays[90]
    assert gone.form is not None
    assert gone.form.deleted
    assert gone.counting() is None
    assert (gone.formed, reviewed.formed) == (here.state.mark_of(source, 2), (0, 0))
    assert reviewed.form is None
    assert list(here.state.view({}, ())["reviews"]) == ["90"]


def test_PF5_the_same_points_are_counted_of_items() -> None:
    room = ItemRoom()
    room.told(put(goal(1, "home")))
    assert room.state.points == {"home": 1}
