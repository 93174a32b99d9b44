"""What picks were worth."""

from __future__ import annotations

import pytest

from protocol.draft import DraftSettings, Pick
from server.drafts.recap import recap_of, worth_of
from tests.support.drafts import DraftRoom, pool_of, started
from tests.support.held_drafts import a_league, held


def test_DR71_places_after_the_adp_are_named_summed_and_keepers_left_out() -> None:
    recap = recap_of(held(a_league()))
    assert [(one.pick, one.worth) for one in recap.picks] == [(1, -3), (2, 1)]
    assert [one.name for one in recap.steals] == ["Player 1"]
    assert [one.name for one in recap.reaches] == ["Player 4"]
    assert [(one.team, one.sum, one.picks) for one in recap.teams] == [
        (2, 1, 1),
        (3, 0, 0),
        (4, 0, 0),
        (1, -3, 1),
    ]
    assert recap.unit == "places"


@pytest.mark.parametrize(("adp", "worth"), [(100, 0), (95, 1), (96, 0), (105, 0), (106, -1)])
def test_DR71_half_a_place_is_rounded_up(adp: int, worth: int) -> None:
    pool = pool_of(20)
    pool[0] = type(pool[0])("p0001", "A", ("QB",), adp=adp)
    found = held(DraftRoom(DraftSettings(teams=2, rounds=2), pool))
    assert worth_of(found, Pick(10, 1, "p0001", "manual", "", 0)) == worth


def test_DR71_at_an_auction_the_value_less_the_price() -> None:
    room = started(DraftSettings(type="auction", teams=2)).play_out()
    recap = recap_of(held(room))
    assert recap.unit == "dollars"
    pick = room.state.picks[0]
    value = room.state.pool[pick.player].value
    assert value is not None
    assert recap.picks[0].worth == value - (pick.price or 0)


def test_DR71_a_player_of_whom_nothing_was_expected_has_no_worth() -> None:
    pool = [type(one)(one.id, one.name, one.positions) for one in pool_of(30)]
    room = DraftRoom(DraftSettings(teams=2, rounds=2), pool).start().play_out()
    recap = recap_of(held(room))
    assert {one.worth for one in recap.picks} == {None}
    assert (recap.steals, recap.reaches) == ([], [])
