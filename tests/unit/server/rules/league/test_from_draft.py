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


def test_PJ10_ranks_at_a_position_come_from_the_whole_pool_of_the_draft() -> None:
    pool = {
        "p1": ["p1", "P. One", ["QB"], "HOM", 9],
        "p2": ["p2", "P. Two", ["QB"], "HOM", 3],
        "p3": ["p3", "P. Three", ["QB"], "HOM", 0, 55],
        "p4": ["p4", "P. Four", ["QB"], "HOM"],
        "r": ["r", "R. Back", ["RB"], "HOM", 1],
        "d": ["d", "D", ["D/ST"], "HOM", 200],
    }
    commands = commands_from({**DRAFT, "pool": pool, "rosters": {"1": ["p1", "p3", "p4", "d"]}})
    players = next(one for one in commands if isinstance(one, AddPlayers))
    assert [(one.id, one.rank) for one in players.players] == [
        ("p1", 2), ("p3", 3), ("p4", 0), ("d", 1),
    ]  # fmt: skip
