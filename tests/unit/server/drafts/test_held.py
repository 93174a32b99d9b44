"""A view, typed."""

from __future__ import annotations

from tests.support.held_drafts import a_league, held


def test_picks_come_by_number_with_team_player_and_round() -> None:
    found = held(a_league().play_out())
    assert [pick.n for pick in found.all_picks()] == list(range(1, 13))
    kept = found.all_picks()[6]
    assert (kept.how, found.round_of(kept), found.player(kept).name) == ("keeper", 2, "Player 20")
    assert found.team(2).name == "Team 2"
