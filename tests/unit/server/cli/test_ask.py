"""Questions from the command line, and plays put in at once, where no server runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli.ask import BadCondition, where_of
from tests.support.command_line import Ran, touchline
from tests.support.gsis_games import CATCHER, ID, PASSER, content, node, tree

NOW = {"TOUCHLINE_ASK_BEHIND_S": "0"}


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder / "data", environ=NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plays: dict[int | str, dict[str, Any]] = {
        50: node((PASSER, 10, 3), down=1, yrdln="HOM 20"),
        71: node((PASSER, 15, 30), (CATCHER, 21, 30), down=3, ydstogo=8, desc="[bold] pass"),
    }
    (tmp_path / "game.json").write_bytes(content(tree(plays, qtr="Final")))
    ran = on(tmp_path, "feed", "import", tmp_path / "game.json")
    assert ran.status == 0, ran.err
    indexed = on(tmp_path, "feed", "index")
    assert (indexed.status, indexed.rows()) == (0, [["1", "1", "2", "0"]])
    return tmp_path


def test_QY13_plays_are_found(folder: Path) -> None:
    ran = on(folder, "ask", "downs=3", "to_go=7..", "distances=long,medium")
    assert ran.rows() == [[ID, "71", "Q1 3&8", "HOM AWY", "pass", "30", "[bold] pass"]]
    assert on(folder, "ask", "yards=..2").rows() == []


def test_QY13_sums_are_made(folder: Path) -> None:
    assert on(folder, "ask", "--by", "kind").rows() == [
        ["pass", "1", "30.000", "1.000", "", "0", "0", "0"],
        ["run", "1", "3.000", "0.000", "", "0", "0", "0"],
    ]
    by_player = on(folder, "ask", "roles=passer", "--by", "player").rows()
    assert [row[0] for row in by_player] == [f"{PASSER} P.01"]
    (total,) = json.loads(on(folder, "ask", "--total", "--json").out)["sums"]
    assert (total["plays"], total["yards"]) == (2, 33)


def test_QY13_pages_are_told(folder: Path) -> None:
    first = on(folder, "ask", "--limit", "1")
    cursor = first.err.split("--cursor ")[1].strip()
    second = on(folder, "ask", "--limit", "1", "--cursor", cursor)
    assert [ran.rows()[0][1] for ran in (first, second)] == ["71", "50"]
    assert "--cursor" not in second.err


def test_QY12_made_again_nothing_is_other_than_before(folder: Path) -> None:
    assert on(folder, "feed", "index").rows() == [["1", "0", "0", "0"]]
    assert on(folder, "feed", "index", "--rebuild").rows() == [["1", "1", "0", "0"]]


def test_QY11_imported_games_are_of_their_season_and_everybodys(folder: Path) -> None:
    (one, *_) = json.loads(on(folder, "ask", "--json").out)["plays"]
    assert (one["season"], one["week"], one["game"]) == (2029, 18, ID)


@pytest.mark.parametrize(
    "said", [["downs"], ["yards=1"], ["nothing=1"], ["downs=9"], ["--by", "name"], ["--limit", "0"]]
)
def test_QY13_what_makes_no_sense_is_refused(tmp_path: Path, said: list[str]) -> None:
    assert on(tmp_path, "ask", *said).status == 2


def test_QY13_how_conditions_are_read() -> None:
    assert where_of(["downs=3,4", "yards=20..", "score=..-1", "two_minute"]) == {
        "downs": ["3", "4"],
        "two_minute": True,
        "ranges": {"yards": [20, None], "score": [None, -1]},
    }
    assert where_of(["personnel=1 RB, 1 TE,2 RB, 2 TE"]) == {
        "personnel": ["1 RB, 1 TE", "2 RB, 2 TE"]
    }
    with pytest.raises(BadCondition):
        where_of(["yards=x.."])
