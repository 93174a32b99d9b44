"""Season and week of a game by its number, against the league's own schedule."""

import csv
from pathlib import Path

import pytest

from server.readers.game_season import season_of


@pytest.mark.parametrize(
    ("game", "season", "week"),
    [
        ("2019090500", 2019, 1),
        ("2019123000", 2019, 17),
        ("2020010400", 2019, 18),
        ("2020020200", 2019, 22),
        ("2019080100", 2019, 0),
        ("2019_03_DET_PHI", 2019, 3),
        ("2019023100", 0, 0),
        ("cup-final", 0, 0),
        ("", 0, 0),
    ],
)
def test_QY11_a_games_number_says_its_season_and_week(game: str, season: int, week: int) -> None:
    assert season_of(game) == (season, week)


@pytest.mark.shared_data
def test_QY11_every_game_of_two_seasons(shared_data: Path) -> None:
    text = (shared_data / "nfl_gsis/schedule_2018_2019.csv").read_text()
    games = [row for row in csv.DictReader(text.splitlines()) if row["season_type"] == "REG"]
    assert len(games) > 500
    assert [
        row["gsis_game_id"]
        for row in games
        if season_of(row["gsis_game_id"]) != (int(row["season"]), int(row["week"]))
    ] == []
