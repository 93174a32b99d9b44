"""A decision as it grows: locks come first."""

from protocol.league import PlayersLocked, SetTeam
from server.rules.kind import Accepted
from tests.support.leagues import MONDAY, SUNDAY, a_league


def test_LE9_a_command_meets_the_week_as_it_is_however_late_the_wake_up() -> None:
    room = a_league()
    room.now = SUNDAY
    decision = room.say(SetTeam(1, "Others", ("ann",)))
    assert isinstance(decision, Accepted)
    assert decision.events[0] == PlayersLocked(1, ("sunday",))
    room.now = MONDAY
    assert room.told(SetTeam(1, "Ones", ("ann",))) == ["players.locked", "team.changed"]
    assert room.told(SetTeam(1, "More", ("ann",))) == ["team.changed"]
