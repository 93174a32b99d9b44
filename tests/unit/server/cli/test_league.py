"""`touchline league`: made, played from files, a week printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, touchline
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, content, node, tree

RUNNERS = ("00-0000021", "00-0000022")
OTHER = "00-0000012"


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder / "data")


@pytest.fixture
def season(tmp_path: Path) -> Path:
    plays: dict[int | str, dict[str, Any]] = {
        1: node((PASSER, 16, 20), (CATCHER, 22, 20)),
        2: node((TACKLER, 16, 30), (OTHER, 22, 30)),
        3: node((RUNNERS[0], 10, 5)),
        4: node((RUNNERS[1], 10, 15)),
        5: node((KICKER, 72, 0)),
    }
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "one.json").write_bytes(content(tree(plays, 7, 6, qtr="Final")))
    return folder


def test_LI14_a_league_is_made_with_links(tmp_path: Path) -> None:
    ran = on(tmp_path, "league", "create", "Ours", "--teams", "4", "--rules", "ppr")
    assert [row[0] for row in ran.rows()] == ["room", "owner", "editor", "annotator", "viewer"]
    week = on(tmp_path, "league", "week", ran.row("room"), "1")
    assert (week.status, week.rows()) == (0, [])
    for wrong in (["--teams", "1"], ["--rules", "ours"], ["--owner", "x" * 65]):
        assert on(tmp_path, "league", "create", "Ours", *wrong).status == 2


def test_LI15_a_season_is_played_from_files(tmp_path: Path, season: Path) -> None:
    ran = on(tmp_path, "league", "simulate", season, "--teams", "2", "--seed", "3")
    assert ran.status == 0, ran.err
    league = ran.row("room")
    assert sorted(row[2] for row in ran.rows()[-2:]) == ["0-1-0", "1-0-0"]
    week = on(tmp_path, "league", "week", league, "1")
    assert "settled" in week.out
    again = on(tmp_path, "league", "simulate", season, "--teams", "2", "--seed", "3")
    assert again.rows()[-2:] == ran.rows()[-2:]


def test_LI15_what_is_no_season_is_refused(tmp_path: Path, season: Path) -> None:
    assert on(tmp_path, "league", "simulate", season, "--teams", "3").status == 2
    assert on(tmp_path, "league", "simulate", season, "--teams", "30").status == 2
    (season / "bad.json").write_bytes(b"{")
    assert on(tmp_path, "league", "simulate", season, "--teams", "2").status == 1
