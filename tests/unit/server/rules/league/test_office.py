"""What the commissioner sets, and what cannot be."""

from typing import Any

import pytest
from msgspec import Struct

from protocol.league import (
    AddPlayers,
    ChangeRosters,
    LeagueGame,
    LeaguePlayer,
    Matchup,
    MoveGame,
    Result,
    RosterChange,
    ScheduleWeek,
    SetGames,
    SetRules,
    SetTeam,
    SettleWeek,
)
from server.rules.kind import Rejected
from tests.support.gsis_games import CATCHER, KICKER, PASSER
from tests.support.leagues import GAMES, MONDAY, SUNDAY, a_league, line_up

SETTLED = SettleWeek(1, (Result(1, 0), Result(0, 0)), {})


def test_LE3_rules_are_a_preset_or_the_leagues_own() -> None:
    room = a_league()
    own: dict[str, Any] = {"preset": "ppr", "points": {"pass_td": 6}}
    assert room.told(SetRules(own)) == ["rules.changed"]
    assert room.told(SetRules(own)) == ["nothing_changes"]
    refused = room.say(SetRules({"preset": "ppr", "points": {"goals": 1}}))
    assert refused == Rejected(
        "bad_settings", {"problems": ["'goals': no league gives points for that"]}
    )
    room.do(SETTLED)
    assert room.told(SetRules({"preset": "ppr"})) == ["settled"]


def roster(team: int, add: tuple[str, ...] = (), drop: tuple[str, ...] = ()) -> ChangeRosters:
    return ChangeRosters((RosterChange(team, add, drop),))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SetTeam(5, "Fives"), "unknown_team"),
        (roster(5, ("late",)), "unknown_team"),
        (roster(3, ("nobody",)), "unknown_player"),
        (roster(3, (PASSER,)), "player_taken"),
        (roster(2, (), (PASSER,)), "unknown_player"),
        (ScheduleWeek(4, ()), "bad_property"),
        (ScheduleWeek(1, (Matchup(1, 2), Matchup(2, 3))), "bad_property"),
        (ScheduleWeek(1, (Matchup(1, 5),)), "unknown_team"),
        (ScheduleWeek(1, (Matchup(1, 2), Matchup(3, 4))), "nothing_changes"),
        (SetGames((LeagueGame("g", 1, "HOM", "HOM", 1),)), "bad_property"),
        (SetGames((LeagueGame("g", 4, "HOM", "AWY", 1),)), "bad_property"),
        (SetGames((LeagueGame("sunday", 1, "HOM", "AWY", 1),)), "exists"),
        (SetGames(GAMES), "nothing_changes"),
        (MoveGame("nothing", 1), "unknown_game"),
        (MoveGame("sunday", SUNDAY), "nothing_changes"),
        (MoveGame("sunday", SUNDAY, 4), "bad_property"),
    ],
)
def test_LE4_LE12_what_cannot_be_is_refused_by_name(command: Struct, code: str) -> None:
    assert a_league().told(command) == [code]


def test_LE4_a_roster_has_as_many_players_as_places() -> None:
    room = a_league()
    more = tuple(LeaguePlayer(f"p{n}", "P", ("WR",)) for n in range(7))
    room.do(AddPlayers(more))
    assert room.told(roster(3, tuple(one.id for one in more))) == ["limit_reached"]
    assert room.told(roster(3, tuple(one.id for one in more[:6]))) == ["roster.changed"]
    assert room.told(roster(4, ("p6", "p6"))) == ["bad_property"]


def test_LE4_all_of_a_trade_or_none() -> None:
    room = a_league()
    trade = (RosterChange(1, (KICKER,), (PASSER,)), RosterChange(2, ("late",), (KICKER,)))
    assert room.told(ChangeRosters(trade)) == ["player_taken"]
    assert room.state.team_of(PASSER) == 1


def test_LE4_a_locked_player_stays_in_the_team_whose_game_locks_him() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER))
    room.now = SUNDAY
    moved = LeaguePlayer(CATCHER, "C. Atch", ("WR",), "TWO")
    assert room.told(AddPlayers((moved,))) == ["locked"]
    hurt = LeaguePlayer(CATCHER, "C. Atch", ("WR",), "HOM", "OUT")
    assert room.told(AddPlayers((hurt,))) == ["players.locked", "players.added"]


def test_LE10_a_game_can_be_moved_until_its_week_has_results() -> None:
    room = a_league()
    assert room.told(MoveGame("sunday", MONDAY, 2)) == ["game.moved"]
    moved = room.events[-1]
    assert (moved.was, moved.kickoff, moved.was_week, moved.week) == (SUNDAY, MONDAY, 1, 2)
    room.do(SETTLED)
    assert room.told(MoveGame("monday", 5)) == ["settled"]
    assert room.told(MoveGame("sunday", 5, 1)) == ["settled"]
    assert room.told(SetGames((LeagueGame("x", 1, "HOM", "AWY", 1),))) == ["settled"]
    assert room.told(ScheduleWeek(1, ())) == ["settled"]


def test_LE12_a_game_that_has_begun_is_locked_at_once() -> None:
    room = a_league()
    room.now = MONDAY
    past = SetGames((LeagueGame("past", 2, "HOM", "AWY", MONDAY - 1, ""),))
    assert room.told(past) == ["players.locked", "games.changed", "players.locked"]
