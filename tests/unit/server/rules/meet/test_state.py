"""Snapshots and views of meets."""

import msgspec

from protocol.meet import Entry, SetEntry
from server.rules.meet.kind import MEET
from tests.support.meets import MeetRoom, the_meet


def test_AT1_the_view_has_every_row_and_a_snapshot_is_the_same_again() -> None:
    room = MeetRoom(the_meet())
    view = MEET.view(room.state)
    assert [len(view[name]) for name in ("athletes", "events", "entries", "results")] == [
        105, 19, 89, 97,
    ]  # fmt: skip
    kept = msgspec.json.encode(MEET.snapshot(room.state))
    again = MEET.restore(msgspec.json.decode(kept))
    assert msgspec.json.encode(MEET.view(again)) == msgspec.json.encode(view)
    assert room.state.is_entered("hep-1-100H", "a83")
    assert not room.state.is_entered("hep-1-100H", "a1")
    assert not room.state.has_entries("hep-1-100H")
    copy = room.state.copy()
    room.told(SetEntry(Entry(event="400m-m", athlete="a1")))
    assert "400m-m/a1" not in copy.entries
    assert copy.heats_of("100m-w")["a1"] == 1
    assert copy.race("100m-w", 7).started is False
