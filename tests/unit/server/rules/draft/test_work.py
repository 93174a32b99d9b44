"""A decision as it grows."""

from __future__ import annotations

from protocol.draft_commands import Pause
from protocol.draft_events import DraftMoved, ListsChanged, PausePlanned
from server.rules.draft.work import Work
from server.rules.kind import Context
from tests.support.drafts import DraftRoom


def test_events_are_applied_to_a_copy_and_hidden_ones_come_last() -> None:
    room = DraftRoom()
    context = Context("a_1", "A", "owner", "", 1, 1, 50, 9, {})
    work = Work(room.state, context, at=10**15)
    work.hide(ListsChanged("a_1", queue=["p1"]))
    work.announce(Pause(reason="why"), before=(1, 2))
    work.emit(DraftMoved("live"))
    work.emit(PausePlanned(4))
    assert (work.state.phase, work.state.pause_before) == ("live", 4)
    assert (room.state.phase, room.state.pause_before) == ("waiting", None)
    types = [type(one).__name__ for one in work.done().events]
    assert types == ["OfficeActed", "DraftMoved", "PausePlanned", "ListsChanged"]
    assert work.state.acts[-1]["before"] == [1, 2]
    assert work.at == 10**15


def test_DR20_what_begins_in_an_entry_begins_at_the_entrys_time() -> None:
    room = DraftRoom()
    received, entry_at = room.now + 10, room.now + 2_000
    context = Context("a_1", "A", "owner", "", 1, 1, received, 9, {}, at=entry_at)
    assert Work(room.state, context).at == entry_at
