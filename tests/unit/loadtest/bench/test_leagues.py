"""Leagues as a load makes them."""

from __future__ import annotations

import random

from loadtest.bench.leagues import RULESETS, Game, Player, make_league, players_in, rules_of
from loadtest.games import made_up_game
from loadtest.stage import Stage


def test_a_league_has_its_week_and_rulesets_come_in_turn(load_stage: Stage) -> None:
    owner = load_stage.http.guest("Owner")
    feed = load_stage.room(owner, kind="feed", settings={"sources": ["gsis"]})
    teams = [[Player(f"p{n}", "HOM")] for n in range(4)]
    games = [Game("g1", "HOM", "AWY", feed)]
    for number in (0, RULESETS - 1):
        room = make_league(load_stage, owner, number, teams, games)
        week = load_stage.http.call("GET", f"/leagues/{room}/weeks/1", token=owner.token)
        assert len(week["matchups"]) == 2
        assert week["positions"].keys() == {room, feed}
        assert week["matchups"][1]["away"]["starters"][0]["player"] == "p3"
    assert len({str(rules_of(n)) for n in range(7, RULESETS)}) == 3


def test_players_of_games_are_those_with_lines_and_every_defence() -> None:
    game = made_up_game(random.Random(1))
    found = players_in([game])
    assert {one.id for one in found[:2]} == {game.home, game.away}
    assert {one.position for one in found[:2]} == {"DEF"}
    assert len({one.id for one in found}) == len(found) > 20
