"""A season from games: weeks, players, teams by a seed."""

from msgspec.structs import replace

from protocol.league import LeaguePlayer, RosterChange
from server.leagues.season import (
    day_of,
    drawn,
    first_line_up,
    kickoff_of,
    players_of,
    round_robin,
    settings_of,
    weeks_of,
)
from server.readers.game import Game, TeamSide
from tests.support.gsis_games import CATCHER, KICKER, PASSER, play


def a_game(number: str) -> Game:
    plays = (play(1, (PASSER, 16, 20), (CATCHER, 22, 20)), play(2, (KICKER, 70, 30)))
    return Game(number, "gsis", TeamSide("HOM", 7), TeamSide("AWY", 0), "final", plays, {})


def test_LI15_a_week_begins_on_a_thursday() -> None:
    games = [a_game(number) for number in ("2019091200", "2019090500", "2019090900", "2019091600")]
    found = weeks_of([*games, a_game("cup")])
    assert [[game.id for game in week] for week in found] == [
        ["cup"],
        ["2019090500", "2019090900"],
        ["2019091200", "2019091600"],
    ]
    assert day_of(a_game("cup")) is None
    assert kickoff_of(a_game("cup")) == 0
    assert kickoff_of(a_game("2019090500")) == 1_567_702_800_000


def test_LI15_a_position_is_the_tables_or_what_somebody_did() -> None:
    found = {player.id: player for player in players_of([a_game("1")], {CATCHER: "TE"})}
    assert {who: player.positions for who, player in found.items()} == {
        PASSER: ("QB",), CATCHER: ("TE",), KICKER: ("K",), "HOM": ("DEF",), "AWY": ("DEF",),
    }  # fmt: skip
    assert found["AWY"].team == "AWY"


def test_LI15_the_same_seed_draws_the_same_teams() -> None:
    players = [
        LeaguePlayer(f"{position}{n}", "P", (position,))
        for position in ("QB", "RB", "TE", "K", "DEF")
        for n in range(9)
    ]
    first = drawn(players, 4, 7)
    assert first == drawn(players, 4, 7) != drawn(players, 4, 8)
    everybody = [player for roster in first for player in roster.add]
    assert len(set(everybody)) == len(everybody)
    assert {len(roster.add) for roster in first} == {1 + 2 + 2 + 1 + 1}
    assert drawn(players[:3], 4, 7) == []
    by_id = {player.id: player for player in players}
    line_up = first_line_up(1, first[0], by_id)
    assert len(line_up.starters) == 8
    assert by_id[line_up.starters[0]].positions == ("QB",)
    some = first_line_up(1, replace(first[0], add=first[0].add[:1]), by_id)
    assert some.starters[1:] == ("",) * 7
    assert isinstance(first[0], RosterChange)


def test_LI15_everybody_plays_everybody_once() -> None:
    met = [frozenset({one.home, one.away}) for week in range(1, 6) for one in round_robin(6, week)]
    assert len(met) == len(set(met)) == 15
    assert settings_of(6, 5, "ppr")["teams"] == 6
