"""Games to report: made up, or read back from a feed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from loadtest import games
from loadtest.games import GAP_LEAST_S, PLAYS, clocked_game, made_up_game, report, week_of_games
from loadtest.stage import Stage


def test_a_made_up_game_is_taken_by_a_feed_and_the_same_seed_draws_it_again(
    load_stage: Stage,
) -> None:
    game = made_up_game(random.Random(1))
    assert game == made_up_game(random.Random(1))
    assert len(game.plays) == PLAYS
    gaps = [b.at_s - a.at_s for a, b in zip(game.plays, game.plays[1:], strict=False)]
    assert min(gaps) >= GAP_LEAST_S
    owner = load_stage.http.guest("Owner")
    room = load_stage.room(owner, kind="feed", settings={"sources": ["gsis"]})
    for one in (game.plays[0], game.again(1)[0], game.again(4)[-1]):
        body = {"command": report(one.play)}
        load_stage.http.call("POST", f"/rooms/{room}/commands", body, token=owner.token)
    view = load_stage.http.call("GET", f"/rooms/{room}", token=owner.token)["state"]["kind"]
    ids = [one["play"]["id"] for one in view["plays"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 3


def test_without_files_games_are_made_up(
    load_stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(games, "FILES", tmp_path)
    assert "made-up" in clocked_game(load_stage, random.Random(1)).about
    week = week_of_games(load_stage, random.Random(1), 3)
    assert len({game.home for game in week}) == 3


def test_recorded_ones_are_brought_in_and_read_back_with_their_clock(load_stage: Stage) -> None:
    if not (games.FILES / games.CLOCKED).is_file():
        pytest.skip("the recorded games are not beside this checkout")
    game = clocked_game(load_stage, random.Random(1))
    assert "wall clock" in game.about
    assert (game.home, game.away) == ("CHI", "GB")
    times = [one.at_s for one in game.plays]
    assert times == sorted(times)
    assert times[0] == 0
    assert 3 * 3_600 < times[-1] < 4 * 3_600
