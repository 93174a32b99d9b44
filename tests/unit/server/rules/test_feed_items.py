"""Feeds of soccer and of any sport by the rules alone: the laws of football's, by other items."""

import random

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import (
    DeletePlay,
    FeedInconsistent,
    Header,
    ItemCorrected,
    ReportHeader,
    ReportPlay,
    ReviewPlay,
    ScoreCorrected,
    SetDelay,
    SetShift,
    ShiftChanged,
    TeamDifference,
)
from protocol.feed_items import ITEMS_MAX
from server.rules.feed import FEED
from server.rules.feed_items import ItemFeed
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.watching import SHIFT_LASTS_MS, Shift
from tests.support.gsis_games import PASSER, play
from tests.support.matches import ItemRoom, event, goal, match, point, put, sets, shown


def test_FE3_PF3_an_item_is_added_corrected_deleted_and_added_again() -> None:
    room = ItemRoom()
    assert room.told(put(goal(1), 1)) == ["item.added"]
    assert room.state.points == {"home": 1}
    assert room.told(put(event(1, sort="shot", side="home", at=(40_000, 0)), 2)) == [
        "item.corrected"
    ]
    corrected = room.events[-1]
    assert isinstance(corrected, ItemCorrected)
    assert corrected.was == {"goal_for": "home"}
    assert corrected.now.version == 2
    assert room.state.points == {}
    assert room.told(put(corrected.now, 3)) == ["play.confirmed"]
    assert room.told(DeletePlay("manual", 4, 1)) == ["play.deleted"]
    assert room.told(DeletePlay("manual", 4, 1)) == ["nothing_changes"]
    assert room.told(put(goal(1), 5)) == ["item.added"]
    (row,) = FEED.view(room.state)["plays"]
    assert (row["play"].version, "was" in row) == (3, False)


def test_FE3_a_goal_under_review_counts_when_it_is_upheld() -> None:
    room = ItemRoom()
    room.do(put(goal(1)), shown(match(1)))
    assert room.told(ReviewPlay("manual", 2, 1, on=True)) == [
        "play.under_review", "feed.inconsistent",
    ]  # fmt: skip
    assert room.events[-1] == FeedInconsistent([TeamDifference("home", 1, 0)])
    assert room.told(ReviewPlay("manual", 3, 1, on=False)) == ["play.upheld", "feed.consistent"]
    assert room.state.points == {"home": 1}


def test_FE6_a_side_with_fewer_goals_is_said() -> None:
    room = ItemRoom()
    room.told(shown(match(2)))
    room.told(shown(match(1), 2))
    assert ScoreCorrected("manual", 2, "home", 2, 1) in room.events


def test_PF4_what_is_of_another_profile_is_refused() -> None:
    soccer, football = ItemRoom(), ItemRoom("football")
    header = ReportHeader("manual", 1, Header("HOM", "AWY"))
    another = Rejected("bad_property", {"property": "profile"})
    assert soccer.decide(ReportPlay("manual", 1, play(1, (PASSER, 10, 3)))) == another
    assert soccer.decide(header) == another
    assert soccer.decide(put(point(1))) == another
    assert soccer.decide(shown(sets(1))) == another
    assert football.decide(put(goal(1), source="gsis")) == another


def test_PF5_a_player_whom_the_line_ups_do_not_have_is_refused() -> None:
    room = ItemRoom()
    room.told(shown(match()))
    named = room.decide(put(event(1, player="99")))
    assert named == Rejected("bad_property", {"property": "player"})
    assert room.told(put(event(1, player="10"))) == ["item.added"]
    assert room.decide(put(event(2, period=6))) == Rejected("bad_property", {"property": "period"})
    teams = room.decide(shown(replace(match(), home="Greens"), 2))
    assert teams == Rejected("bad_property", {"property": "home"})


def test_PF5_kicks_from_the_mark_are_no_part_of_the_score() -> None:
    room = ItemRoom()
    assert room.do(shown(match(1, home_kicks=1)), put(goal(1)), put(goal(2, period=5))) == [
        "scoreboard.changed", "item.added", "item.added",
    ]  # fmt: skip
    assert room.state.points == {"home": 1}


def test_PF6_any_sport_has_sides_that_may_add_up() -> None:
    room = ItemRoom("generic")
    assert room.do(shown(sets(1, 0)), put(point(1))) == ["scoreboard.changed", "item.added"]
    assert room.told(put(point(2, "s2", 3)))[-1] == "feed.inconsistent"
    assert room.told(shown(sets(1, 0, adds_up=False), 2))[-1] == "feed.consistent"
    unknown = room.decide(put(point(3, "s9")))
    assert unknown == Rejected("bad_property", {"property": "side"})
    gone = room.decide(shown(sets(1), 3))
    assert gone == Rejected("bad_property", {"property": "sides"})


def test_FE8_FE9_bounds_and_all_or_none() -> None:
    room = ItemRoom("generic")
    room.do(*(put(point(n, points=0)) for n in range(1, 101)))
    refused = room.decide(put(point(1, "s1", points=5)))
    assert refused == Rejected("exists")
    for first in range(101, ITEMS_MAX, 200):
        room.do(*(put(point(n, points=0)) for n in range(first, min(first + 200, ITEMS_MAX + 1))))
    assert len(room.state.plays) == ITEMS_MAX
    assert room.told(put(point(ITEMS_MAX + 1))) == ["limit_reached"]
    assert room.do(put(point(1), 2), put(point(ITEMS_MAX + 1)))[0] == "limit_reached"
    assert room.told(SetDelay(30)) == ["delay.changed"]
    assert FEED.delay_s(room.state, "a") == 30


def test_FE2_KD4_the_same_end_whatever_the_order_and_after_a_snapshot() -> None:
    forms = [goal(1), event(1, sort="pass"), goal(1, "away"), event(1, word="Shot")]
    ends = 0
    for seed in range(300):
        dice = random.Random(seed)
        reports = [
            dice.choice(
                [
                    put(dice.choice(forms), revision, source),
                    DeletePlay(source, revision, 1),
                    ReviewPlay(source, revision, 1, on=dice.random() < 0.5),
                ]
            )
            for source in ("statsbomb", "manual")
            for revision in range(1, 5)
        ]
        views: list[bytes] = []
        for _ in range(3):
            dice.shuffle(reports)
            room = ItemRoom()
            for number, report in enumerate(reports):
                room.told(report)
                if number == 4:
                    kept = msgspec.json.encode(FEED.snapshot(room.state))
                    room.state = FEED.restore(msgspec.json.decode(kept))
                    assert isinstance(room.state, ItemFeed)
                    assert msgspec.json.encode(FEED.snapshot(room.state)) == kept
            held = room.state.plays[1]
            counting = held.counting()
            plain = None if counting is None else replace(counting, version=1)
            views.append(msgspec.json.encode([plain, held.review, room.state.points]))
        assert len(set(views)) == 1, seed
        ends += b"goal_for" in views[0]
    assert 20 < ends < 280


class Viewer:
    """Whoever has the smallest role in a feed of any sport, at a time that is set by hand."""

    def __init__(self, profile: str) -> None:
        self.room = ItemRoom(profile)
        self.now = 100_000

    def decide(self, command: Struct, account: str = "v") -> Decision:
        version = self.room.entries + 1
        context = Context(account, "V", "viewer", "c", 1, 0, self.now, version, {})
        return FEED.decide(self.room.state, command, context)

    def say(self, command: Struct, account: str = "v") -> Struct:
        """The event of a command that is accepted."""
        decision = self.decide(command, account)
        assert isinstance(decision, Accepted)
        (event,) = decision.events
        self.room.entries += 1
        FEED.apply(self.room.state, event, Stamp(self.room.entries, self.now, account, "c", 1))
        return event

    def shifts(self) -> dict[str, Shift | None]:
        assert FEED.shift is not None
        return {one: FEED.shift(self.room.state, one) for one in ("v", "w")}


@pytest.mark.parametrize("profile", ["soccer", "generic"])
def test_TS1_a_shift_is_its_authors_alone_in_any_sport_and_is_kept(profile: str) -> None:
    one = Viewer(profile)
    assert one.say(SetShift(2, 40_000)) == ShiftChanged(40_000, 2)
    assert one.shifts() == {"v": Shift(40_000, 100_000, 2), "w": None}
    one.now += 10_000
    assert one.say(SetShift(0)) == ShiftChanged(60_000, 0), "from where one is"
    one.say(SetShift(1, 5), "w")
    copy = one.room.state.copy()
    kept = msgspec.json.encode(FEED.snapshot(one.room.state))
    one.say(SetShift(), "w")
    assert one.shifts() == {"v": Shift(60_000, 110_000, 0), "w": None}
    assert copy.shifts["w"] == Shift(5, 110_000, 1), "a copy goes its own way"
    one.room.state = FEED.restore(msgspec.json.decode(kept))
    assert isinstance(one.room.state, ItemFeed)
    assert one.shifts() == {"v": Shift(60_000, 110_000, 0), "w": Shift(5, 110_000, 1)}
    assert b"shift" not in msgspec.json.encode(FEED.view(one.room.state)), "nobody else is told"


@pytest.mark.parametrize("profile", ["soccer", "generic"])
def test_TS1_a_shift_of_any_sport_is_never_ahead_of_the_delay(profile: str) -> None:
    one = Viewer(profile)
    assert one.decide(SetShift()) == Rejected("nothing_changes")
    assert one.decide(SetShift(1, one.now)) == Rejected("nothing_changes"), "that is live"
    one.say(SetDelay(30))
    assert one.say(SetShift(0, one.now)) == ShiftChanged(one.now - 30_000, 0)
    assert one.say(SetShift(4, one.now)) == ShiftChanged(), "not earlier than the delay: none"
    assert one.shifts()["v"] is None
    one.say(SetShift(0, 7))
    one.now += SHIFT_LASTS_MS
    one.say(SetShift(0, 9), "w")
    assert one.shifts()["v"] is None, "it has ended by itself, and is not kept"
