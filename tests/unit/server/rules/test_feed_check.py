"""A feed proved from its log: what holds, and each way in which it does not."""

from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import FeedSettings, Play, ReportPlay, ReviewPlay
from server.rules.feed import FEED
from server.rules.feed_check import check, differences
from server.rules.kind import Stamp
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import KICKER, PASSER, play

GOAL, RUN = play(36, (KICKER, 70, 33)), play(50, (PASSER, 10, 3))
SETTINGS = FeedSettings(("gsis", "nfl_api"))


def plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def played() -> FeedRoom:
    room = FeedRoom()
    for report in (header(3), ReportPlay("gsis", 1, GOAL), ReportPlay("gsis", 1, RUN)):
        room.say(report)
    return room


def log(room: FeedRoom) -> list[tuple[Stamp, list[Any]]]:
    opened = (Stamp(1, 0, "a", "", 0), [{"type": "room.opened", "kind": "feed"}])
    entries = [
        (Stamp(number, 0, "a", "", 0), [plain(event)])
        for number, event in enumerate(room.events, 2)
    ]
    return [opened, *entries]


def test_FP15_what_is_shown_is_what_the_entries_make() -> None:
    room = played()
    found = check(SETTINGS, log(room), plain(FEED.view(room.state)))
    assert found.faults == []
    assert found.entries == len(room.events) + 1
    assert found.events["play.added"] == 2
    assert found.state.plays == room.state.plays


def test_FP15_another_view_is_told() -> None:
    room = played()
    shown = plain(FEED.view(room.state))
    shown["header"]["home_score"] = 4
    assert check(SETTINGS, log(room), shown).faults == [
        "what is shown is not what the entries make"
    ]


def test_FP15_a_missing_entry_ends_it() -> None:
    room = played()
    entries = log(room)
    del entries[2]
    found = check(SETTINGS, entries, plain(FEED.view(room.state)))
    assert found.faults == ["entry 3 is missing"]


def test_FP15_lines_are_compared_with_those_of_a_file() -> None:
    state = played().state
    timeout = Play(id=70, order=4, text="Timeout")
    assert differences(state, [GOAL, RUN, timeout]) == []
    other = replace(RUN, stats=GOAL.stats)
    gone = Play(id=60, order=3, deleted=True)
    assert differences(state, [other, gone]) == [
        "play 36 has no lines in the file",
        "play 50 has other lines",
    ]
    room = played()
    room.say(ReviewPlay("gsis", 2, 50, on=True))
    assert differences(room.state, [GOAL, RUN]) == ["play 50 does not count here"]
