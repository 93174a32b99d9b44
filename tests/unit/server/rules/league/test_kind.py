"""The kind: who may say what."""

from protocol.feed import SetDelay
from protocol.league import AddPlayers, SetTeam
from server.rules.league.kind import LEAGUE
from tests.support.leagues import PLAYERS, a_league


def test_LE1_the_office_is_the_owners() -> None:
    room = a_league()
    for role in ("editor", "annotator", "viewer"):
        assert room.told(SetTeam(1, "Mine"), "ann", role) == ["forbidden"]
        assert room.told(AddPlayers(PLAYERS), "ann", role) == ["forbidden"]


def test_LE1_everybody_may_see_it_later() -> None:
    room = a_league()
    assert room.told(SetDelay(30), "ann", "viewer") == ["delay.changed"]
    assert room.told(SetDelay(30), "ann", "viewer") == ["nothing_changes"]
    assert LEAGUE.delay_s(room.state, "ann") == 30
    assert LEAGUE.delay_s(room.state, "bob") == 0
