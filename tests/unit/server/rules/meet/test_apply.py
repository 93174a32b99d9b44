"""What events do to a meet's rows."""

import pytest

from protocol.feed import DelayChanged
from protocol.meet import Entry, EntryChanged, MeetSettings, Result, ResultChanged
from server.rules.kind import Stamp
from server.rules.meet.apply import apply
from server.rules.meet.state import HeldResult, Meet

STAMP = Stamp(1, 500, "a", "c", 1)
FIRST, LATER = (Result(event="e", athlete="a", time=time) for time in (100, 90))


def test_AT9_a_result_is_put_corrected_and_taken_away() -> None:
    meet = Meet(MeetSettings())
    apply(meet, ResultChanged(FIRST), STAMP)
    assert meet.results == {"e/a": HeldResult(FIRST)}
    apply(meet, ResultChanged(LATER, FIRST, corrected=True), STAMP)
    assert meet.results == {"e/a": HeldResult(LATER, FIRST, 500)}
    apply(meet, ResultChanged(None, LATER), STAMP)
    assert meet.results == {}


def test_AT1_an_entry_that_changes_stands_last_and_delays_end_with_nought() -> None:
    meet = Meet(MeetSettings())
    one, other = Entry(event="e", athlete="a"), Entry(event="e", athlete="b")
    for entry in (one, other):
        apply(meet, EntryChanged(entry), STAMP)
    apply(meet, EntryChanged(Entry(event="e", athlete="a", seed=1), one), STAMP)
    assert list(meet.entries) == ["e/b", "e/a"]
    apply(meet, DelayChanged(20), STAMP)
    assert meet.delays == {"a": 20}
    apply(meet, DelayChanged(0), STAMP)
    assert meet.delays == {}
    with pytest.raises(AssertionError):
        apply(meet, "something else", STAMP)
