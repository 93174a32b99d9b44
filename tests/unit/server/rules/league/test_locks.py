"""Locks: by the player's game or the first of the week, told when they come."""

from msgspec.structs import replace

from protocol.league import MoveGame
from protocol.membership import WakeUp
from server.rules.league.locks import due, locked, locked_at, next_deadline
from tests.support.gsis_games import KICKER, PASSER
from tests.support.leagues import MONDAY, SETTINGS, SUNDAY, a_league


def test_LE8_a_player_is_locked_from_his_own_kickoff_on() -> None:
    league = a_league().state
    assert locked_at(league, 1, PASSER) == SUNDAY
    assert locked_at(league, 1, KICKER) == MONDAY
    assert locked_at(league, 2, PASSER) is None
    assert locked(league, 1, [PASSER, KICKER, ""], SUNDAY - 1) == {}
    assert locked(league, 1, [PASSER, KICKER, ""], SUNDAY) == {PASSER: SUNDAY}


def test_LE11_or_with_the_first_game_of_the_week() -> None:
    league = a_league(replace(SETTINGS, locks="first_game")).state
    assert locked_at(league, 1, KICKER) == SUNDAY
    assert locked_at(league, 1, "nobody") == SUNDAY


def test_LE9_the_rules_are_woken_at_each_kickoff() -> None:
    room = a_league()
    assert next_deadline(room.state) == SUNDAY
    room.now = SUNDAY
    assert due(room.state, SUNDAY) == {1: ("sunday",)}
    assert room.told(WakeUp(SUNDAY - 1)) == ["nothing_changes"]
    assert room.told(WakeUp(SUNDAY)) == ["players.locked"]
    assert next_deadline(room.state) == MONDAY
    assert room.told(WakeUp(MONDAY)) == ["players.locked"]
    assert next_deadline(room.state) is None


def test_LE10_a_postponed_game_locks_at_its_new_time() -> None:
    room = a_league()
    room.now = SUNDAY
    room.say(WakeUp(SUNDAY))
    assert locked(room.state, 1, [PASSER], room.now)
    assert room.told(MoveGame("sunday", MONDAY + 5)) == ["game.moved"]
    assert not locked(room.state, 1, [PASSER], room.now)
    room.now = MONDAY + 5
    assert room.told(WakeUp(MONDAY)) == ["players.locked"]
    assert room.events[-1].games == ("monday", "sunday")
