"""What events do, where no decision shows it."""

from protocol.feed import DelayChanged
from protocol.league import LeagueEvent, TeamChanged
from server.rules.kind import Stamp
from server.rules.league import apply as module
from tests.support.leagues import LeagueRoom


def test_KD2_every_event_has_an_effect() -> None:
    assert set(module.APPLIERS) == set(LeagueEvent.__args__)


def test_LE1_a_delay_is_its_authors() -> None:
    room = LeagueRoom()
    module.apply(room.state, DelayChanged(30), Stamp(1, 0, "ann", "", 0))
    module.apply(room.state, TeamChanged(1, "Ones"), Stamp(2, 0, "olga", "", 0))
    assert room.state.parts.delays == {"ann": 30}
    module.apply(room.state, DelayChanged(0), Stamp(3, 0, "ann", "", 0))
    assert room.state.parts.delays == {}
