"""nflverse CSV: a small file with its defects, and the recorded ones."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from server.readers.game import Game
from server.readers.nflverse import COLUMNS, read_nflverse
from server.readers.report import Fault, Oddity
from server.rules.scoring.stat_ids import team_points

BASE = {
    "play_id": "36.0", "game_id": "2030_01_AWY_HOM", "home_team": "HOM", "away_team": "AWY",
    "posteam": "HOM", "defteam": "AWY", "qtr": "1.0", "down": "2.0", "time": "14:33",
    "yrdln": "HOM 25", "ydstogo": "10.0", "desc": "A run.", "rush_attempt": "1.0",
    "yards_gained": "5.0", "rusher_player_id": "00-0000001", "old_game_id": "2030010600",
    "time_of_day": "2030-01-06T18:24:02Z", "play_deleted": "0.0", "order_sequence": "36.0",
    "home_score": "NA", "away_score": "NA",
}  # fmt: skip


def table(*rows: dict[str, str]) -> bytes:
    names = dict.fromkeys((*COLUMNS, *BASE))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*names], restval="NA")
    writer.writeheader()
    writer.writerows([{**BASE, **row} for row in rows])
    return out.getvalue().encode()


def read(*rows: dict[str, str]) -> tuple[tuple[Game, ...], dict[str, Oddity]]:
    found = read_nflverse("pbp.csv", table(*rows))
    assert not isinstance(found, Fault), found
    return found.value, dict(found.oddities)


def test_FD13_a_row_is_a_play() -> None:
    (game,), odd = read({})
    assert odd == {}
    assert (game.id, game.home.team, game.home.score, game.phase) == (
        "2030010600", "HOM", None, "live",
    )  # fmt: skip
    (play,) = game.plays
    assert (play.id, play.quarter, play.down, play.to_go) == (36, 1, 2, 10)
    assert (play.clock, play.at_ms, play.deleted) == ("14:33", 1_893_954_242_000, False)
    assert [(s.stat, s.yards) for s in play.stats] == [(10, 5)]


def test_FD13_several_games_in_a_file_are_several() -> None:
    games, _ = read({}, {"game_id": "2030_01_X", "old_game_id": "NA"}, {"play_id": "50"})
    assert [(game.id, len(game.plays)) for game in games] == [("2030010600", 2), ("2030_01_X", 1)]


def test_FD5_FD6_order_is_the_order_sequence_and_the_later_form_counts() -> None:
    (game,), odd = read(
        {}, {"play_id": "90", "order_sequence": "20"}, {"yards_gained": "6.0", "desc": "B."}
    )
    assert [(p.id, p.version) for p in game.plays] == [(90, 1), (36, 2)]
    assert game.plays[1].stats[0].yards == 6
    assert set(odd) == {"play_repeated", "out_of_order"}


def test_FD12_a_deleted_play_is_a_tombstone() -> None:
    (game,), _ = read({"play_deleted": "1.0"})
    assert game.plays[0].deleted
    assert not team_points(game.plays)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"play_id": "x"}, "pbp.csv:3 play_id"),
        ({"game_id": "other", "home_team": "NA"}, "pbp.csv:3 home_team, away_team"),
        ({"game_id": "other", "home_team": "AWY"}, "pbp.csv:3 home_team, away_team"),
        ({"posteam": "NE"}, "pbp.csv:3"),
        ({"yards_gained": "five"}, "pbp.csv:3 yards_gained"),
        ({"yards_gained": "300"}, "pbp.csv:3 yards_gained"),
        ({"rush_attempt": "2"}, "pbp.csv:3 rush_attempt"),
    ],
)
def test_FD3_what_cannot_be_read_is_a_fault_with_line_and_column(
    row: dict[str, str], where: str
) -> None:
    found = read_nflverse("pbp.csv", table({"play_id": "35"}, row))
    assert isinstance(found, Fault)
    assert found.path == where


def test_RD1_a_header_that_lacks_columns_and_a_file_without_rows_are_faults() -> None:
    for content in (b"play_id,game_id\n1,2\n", table(), b"", b"\x1f\x8b"):
        assert isinstance(read_nflverse("pbp.csv", content), Fault)


def test_FD3_what_only_describes_a_play_is_told_and_left_out() -> None:
    (game,), odd = read({"qtr": "first", "down": "7", "ydstogo": "-1"})
    assert (game.plays[0].quarter, game.plays[0].down, game.plays[0].to_go) == (0, 0, 0)
    assert odd["situation_unreadable"].examples[0] == "pbp.csv:2 qtr"


def test_FD3_a_table_that_has_lost_a_row_is_a_fault() -> None:
    whole = table({}, {"play_id": "50"})
    cut = read_nflverse("pbp.csv", whole[:-40])
    assert isinstance(cut, Fault)
    assert (cut.path, cut.why) == ("pbp.csv:3", "a row is lost: cells_missing")
    packed = read_nflverse("pbp.csv", gzip.compress(whole)[:-9])
    assert isinstance(packed, Fault)
    assert packed.why == "a row is lost: truncated"


@pytest.mark.shared_data
def test_FD13_the_recorded_game_is_read_with_nothing_odd(shared_data: Path) -> None:
    path = shared_data / "nflverse" / "pbp_2019_01_GB_CHI.csv"
    found = read_nflverse(path.name, path.read_bytes())
    assert not isinstance(found, Fault)
    (game,) = found.value
    assert found.oddities == {}
    assert (game.id, len(game.plays), game.phase) == ("2019090500", 174, "final")
    assert (game.home.score, game.away.score) == (3, 10)


@pytest.mark.shared_data
def test_FD13_eleven_of_twelve_older_games_make_their_score_and_one_lacks_a_kick(
    shared_data: Path,
) -> None:
    folder = shared_data / "nflscrapr"
    found = read_nflverse("post.csv", (folder / "post_pbp_2018.csv.gz").read_bytes())
    assert not isinstance(found, Fault)
    scores: dict[str, dict[str, str]] = {}
    with (folder / "post_games_2018.csv").open(encoding="utf-8") as file:
        scores = {row["game_id"]: row for row in csv.DictReader(file)}
    wrong: list[tuple[str, str, int, int]] = []
    for game in found.value:
        points = team_points(game.plays)
        for side, name in ((game.home, "home_score"), (game.away, "away_score")):
            official = int(scores[game.id][name])
            if points[side.team] != official:
                wrong.append((game.id, side.team, points[side.team], official))
    assert len(found.value) == 12
    assert wrong == [("2019011200", "IND", 12, 13)]
