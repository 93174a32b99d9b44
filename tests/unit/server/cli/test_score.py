"""`touchline score`: points from files, and what it says of files that have none."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, touchline
from tests.support.gsis_games import CATCHER, ID, KICKER, PASSER, TACKLER, content, node, tree
from tests.unit.server.readers.test_nflverse import table

PLAYS: dict[int | str, dict[str, Any]] = {
    36: node((PASSER, 16, 30), (CATCHER, 22, 30), (TACKLER, 79, 0)),
    57: node((KICKER, 72, 0)),
    80: node((PASSER, 77, 0), (CATCHER, 104, 0)),
    90: node((TACKLER, 84, -4)),
}
HEADER = ["gsis_id", "name", "team", "position", "points"]


@pytest.fixture
def game(tmp_path: Path) -> Path:
    path = tmp_path / "week" / f"{ID}.json.gz"
    path.parent.mkdir()
    path.write_bytes(gzip.compress(content(tree(PLAYS, home=9))))
    return path


def points(ran: Ran) -> dict[str, str]:
    assert ran.status == 0, ran.err
    return {row[0]: row[4] for row in ran.rows()}


def test_SC20_prints_everybody_with_parts_and_what_was_odd(game: Path) -> None:
    ran = touchline("score", game)
    assert ran.status == 0
    assert [row[0] for row in ran.rows()] == [CATCHER, "HOM", PASSER, "AWY", KICKER, TACKLER]
    assert ran.rows()[0] == [
        CATCHER, "P.02", "HOM", "", "11.00", "rec_2pt 1 = 2.00, rec_td 1 = 6.00, rec_yd 30 = 3.00",
    ]  # fmt: skip
    assert ran.rows()[3][4:] == ["4.50", "pts_allow_7_13 1 = 4.00, sack 0.5 = 0.50"]
    assert ran.err == ""
    game.write_bytes(content(tree(PLAYS, home=10)))
    told = touchline("score", game).err
    assert told.startswith("1 score_against_plays: ")
    assert "HOM has 10, plays make 9" in told


def test_SC21_rules_are_a_preset_a_file_and_single_values(tmp_path: Path, game: Path) -> None:
    assert points(touchline("score", game, "--rules", "ppr"))[CATCHER] == "12.00"
    without = touchline("score", game, "--rules", "half_ppr", "--set", "rec_2pt=0")
    assert points(without)[CATCHER] == "9.50"
    both = touchline("score", game, "--set", "rec=1.5", "--set", "rec_2pt=0")
    assert points(both)[CATCHER] == "10.50"
    league = tmp_path / "league.json"
    league.write_text(json.dumps({"scoring_settings": {"pass_td": 6.0, "bonus_x": 0.0}}))
    assert points(touchline("score", game, "--rules", league))[PASSER] == "6.00"
    own = tmp_path / "own.toml"
    own.write_text('preset = "standard"\n[points]\npass_td = 5\n')
    assert points(touchline("score", game, "--rules", own))[PASSER] == "8.20"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--rules", "mine"], "--rules mine: one of standard"),
        (["--set", "rec"], "--set rec: KEY=VALUE"),
        (["--set", "recs=1"], "'recs': no league"),
        (["--set", "rec=one"], "rec: 'one' is not a number"),
        (["--players", "none.csv"], "none.csv is not a file"),
    ],
)
def test_SC23_a_wrong_command_is_status_2_with_why(game: Path, given: list[str], said: str) -> None:
    ran = touchline("score", game, *given)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.json", "{", "r.json: not JSON"),
        ("r.json", '{"points": {"x": 1}}', "r.json: 'x': no league"),
        ("r.toml", "= 3", "r.toml: "),
        ("r.json", b"\xff\xfe", "r.json: "),
    ],
)
def test_SC23_a_rules_file_that_cannot_be_read_is_named(
    tmp_path: Path, game: Path, name: str, text: str | bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = touchline("score", game, "--rules", path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_SC22_a_table_is_written_with_positions_and_two_decimals(
    tmp_path: Path, game: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(f"gsis_id,position\n{CATCHER},WR\n")
    target = tmp_path / "points.csv"
    target.write_text("what was there")
    ran = touchline("score", game.parent, "--csv", target, "--players", people)
    assert ran.status == 0, ran.err
    rows = list(csv.reader(target.read_text().splitlines()))
    assert rows[0] == HEADER
    assert rows[1] == [CATCHER, "P.02", "HOM", "WR", "11.00"]
    assert rows[2] == ["HOM", "HOM D/ST", "HOM", "DEF", "10.00"]
    assert len(rows) == 7
    assert ran.rows() != []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "points.csv", "week"]


def test_SC22_a_table_that_cannot_be_written_is_named(tmp_path: Path, game: Path) -> None:
    assert touchline("score", game, "--csv", tmp_path).status == 2
    ran = touchline("score", game, "--csv", tmp_path / "none" / "points.csv")
    assert (ran.status, ran.out) == (1, "")
    assert "points.csv: No such file or directory" in ran.err


def test_SC20_a_folder_is_all_below_it_and_a_file_counts_once(tmp_path: Path, game: Path) -> None:
    (tmp_path / "week" / "notes.txt").write_text("no game")
    alone = touchline("score", game).out
    assert touchline("score", tmp_path).out == alone
    assert touchline("score", tmp_path, game, game.parent).out == alone
    empty = tmp_path / "empty"
    empty.mkdir()
    assert touchline("score", empty).status == 2
    assert touchline("score", tmp_path / "nothing").status == 2


def test_SC20_two_files_of_one_source_are_refused_and_of_two_sources_merged(
    tmp_path: Path, game: Path
) -> None:
    again = tmp_path / "again.json"
    again.write_bytes(content(tree(PLAYS, home=9)))
    ran = touchline("score", game, again)
    assert (ran.status, ran.out) == (1, "")
    assert f"game {ID} is in several files of one source" in ran.err
    verse = tmp_path / "pbp.csv"
    verse.write_bytes(table({"rusher_player_id": "00-0000001"}))
    ran = touchline("score", game, verse)
    assert ran.status == 0
    assert ran.out == touchline("score", game).out
    assert f"{ID} play 36: nflverse lacks stat 16 of {PASSER}, 30 yards" in ran.err


def test_SC23_with_one_bad_file_nothing_is_printed_or_written_and_each_is_named(
    tmp_path: Path, game: Path
) -> None:
    bad = tree(PLAYS)
    bad[ID]["drives"]["1"]["plays"]["36"]["players"][PASSER][0]["yards"] = "x"
    (game.parent / "a.json").write_bytes(content(bad))
    (game.parent / "b.json").write_bytes(b"{")
    target = tmp_path / "points.csv"
    ran = touchline("score", game.parent, "--csv", target)
    assert (ran.status, ran.out, target.exists()) == (1, "", False)
    assert f"a.json: $.{ID}.drives.1.plays.36.players.{PASSER}[0].yards: a whole number" in ran.err
    assert "b.json: not JSON" in ran.err
    assert "2 of 3 files cannot be scored" in ran.err


def test_SC23_a_file_that_cannot_be_opened_is_named(game: Path) -> None:
    (game.parent / "folder.json").mkdir()
    (game.parent / "lost.json").symlink_to("nowhere")
    ran = touchline("score", game.parent)
    assert (ran.status, ran.out) == (1, "")
    assert "lost.json: No such file or directory" in ran.err
    assert "1 of 2 files cannot be scored" in ran.err


@pytest.mark.shared_data
def test_SC22_a_recorded_week_is_written(tmp_path: Path, shared_data: Path) -> None:
    target = tmp_path / "points.csv"
    gsis = shared_data / "nfl_gsis"
    people = gsis / "players_2018_2019.csv"
    ran = touchline("score", gsis / "2019_reg_w02", "--csv", target, "--players", people)
    assert ran.status == 0, ran.err
    rows = {row["gsis_id"]: row for row in csv.DictReader(target.read_text().splitlines())}
    assert len(rows) == 1_096
    assert rows["NE"] == {
        "gsis_id": "NE", "name": "NE D/ST", "team": "NE", "position": "DEF", "points": "37.00",
    }  # fmt: skip
    assert rows["00-0034796"]["position"] == "QB"
