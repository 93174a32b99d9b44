"""Is he free, does he fit."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import DraftSettings, RosterSlot
from protocol.draft_commands import MakePick, Nominate
from server.rules.draft.checks import fit_or_why, free_or_why, hammer_or_why, winner_of
from server.rules.kind import Rejected
from tests.support.drafts import manager, player_id, started

SLOTS = (RosterSlot("QB", ("QB",)), RosterSlot("BN", (), 2, bench=True))
ONE = DraftSettings(teams=2, rounds=1, slots=SLOTS)
RUNNER, PASSER = player_id(1), player_id(3)


def test_DR12_the_last_pick_must_fill_the_starters_place_by_setting() -> None:
    assert fit_or_why(started(ONE).state, 1, RUNNER) == Rejected(
        "no_legal_slot", {"why": "needs", "seat": 1}
    )
    assert fit_or_why(started(ONE).state, 1, PASSER) is False
    assert fit_or_why(started(replace(ONE, needs="warn")).state, 1, RUNNER) is True
    assert fit_or_why(started(replace(ONE, needs="any")).state, 1, RUNNER) is False


def test_DR12_a_warned_pick_is_marked() -> None:
    room = started(replace(ONE, needs="warn"))
    room.must(manager(1), MakePick(room.v, RUNNER))
    assert room.last.warned


def test_DR19_who_is_on_the_block_is_taken() -> None:
    room = started(DraftSettings(type="auction", teams=2))
    assert hammer_or_why(room.state) is None
    room.must(manager(1), Nominate(room.v, RUNNER, 1))
    taken = free_or_why(room.state, RUNNER)
    assert taken == Rejected("player_taken", {"seat": 1, "n": 1})
    assert hammer_or_why(room.state) == Rejected("bidding", {"turn": room.v})
    assert free_or_why(room.state, PASSER) is None


def test_DR17_the_winner_is_named_with_all_that_matters() -> None:
    room = started()
    room.must(manager(1), MakePick(room.v, RUNNER))
    assert winner_of(room.last) == {
        "n": 1,
        "seat": 1,
        "player": RUNNER,
        "how": "manual",
        "by": manager(1),
        "at": room.now,
    }
