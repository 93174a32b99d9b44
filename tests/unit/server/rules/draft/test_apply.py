"""Events and what they do."""

from __future__ import annotations

from typing import get_args

import msgspec

from protocol.draft import ACTS_MAX, DraftSettings
from protocol.draft_events import DraftEvent, OfficeActed, PickReplaced
from server.rules.draft import state as draft_state
from server.rules.draft.apply import APPLIERS, apply
from server.rules.draft.kind import DRAFT
from server.rules.kind import Stamp
from tests.support.drafts import DraftRoom, started


def test_DR3_every_event_has_an_effect_of_its_own() -> None:
    assert set(APPLIERS) == set(get_args(DraftEvent))


def test_DR3_the_public_events_alone_give_the_public_view() -> None:
    room = started(DraftSettings(teams=3, rounds=4)).play_out()
    state = DRAFT.initial(room.settings)
    for stamp, events in room.log:
        for event in events:
            if DRAFT.audience(event) is None:
                apply(state, event, stamp)
    assert DRAFT.view(state) == DRAFT.view(room.state)


def test_a_log_gives_the_same_bytes_again() -> None:
    room = started(DraftSettings(type="auction", teams=3)).play_out()
    assert msgspec.json.encode(draft_state.snapshot(room.replayed())) == msgspec.json.encode(
        draft_state.snapshot(room.state)
    )


def test_DR50_acts_are_bounded_the_oldest_goes() -> None:
    room = DraftRoom()
    for n in range(ACTS_MAX + 5):
        apply(room.state, OfficeActed(f"act{n}"), Stamp(n, n, "a", "", 0))
    assert [one["act"] for one in room.state.acts][:1] == ["act5"]
    assert len(room.state.acts) == ACTS_MAX


def test_DR57_a_replaced_player_is_replaced_in_trades_too() -> None:
    room = started()
    room.play_out()
    pick = room.state.picks[0]
    free = next(one for one in room.state.ranked() if one not in room.state.held)
    apply(room.state, PickReplaced(pick.n, pick.player, free), Stamp(99, 99, "", "", 0))
    assert room.state.held[free] == pick.seat
    assert pick.player not in room.state.held
