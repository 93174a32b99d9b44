"""What a league takes over from a draft."""

from typing import Any

import pytest

from protocol.league import AddPlayers, ChangeRosters, SetTeam
from server.rules.league.from_draft import BadDraft, commands_from

DRAFT: dict[str, Any] = {
    "phase": "ended",
    "seats": {"1": ["Ones", ["ann"]], "2": ["", []]},
    "pool": {"p1": ["p1", "P. One", ["QB"], "HOM"], "d": ["d", "D", ["D/ST"]]},
    "rosters": {"1": ["p1", "d"], "2": []},
}  # fmt: skip


def test_LI13_teams_players_and_rosters_in_this_order() -> None:
    first, second, players, rosters = commands_from(DRAFT)
    assert (first, second) == (SetTeam(1, "Ones", ("ann",)), SetTeam(2, "Team 2"))
    assert isinstance(players, AddPlayers)
    assert [(one.id, one.positions) for one in players.players] == [
        ("p1", ("QB",)),
        ("d", ("DEF",)),
    ]
    assert isinstance(rosters, ChangeRosters)
    assert [(one.team, one.add) for one in rosters.changes] == [(1, ("p1", "d"))]


@pytest.mark.parametrize("wrong", [{**DRAFT, "phase": "live"}, {}, None, {"phase": "ended"}])
def test_LI13_only_a_draft_that_has_ended(wrong: Any) -> None:
    with pytest.raises(BadDraft):
        commands_from(wrong)
