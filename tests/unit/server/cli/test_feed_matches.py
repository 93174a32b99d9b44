"""Matches of soccer by `touchline feed`, where no server runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli import feed
from server.cli.feed_matches import match_in
from tests.support.command_line import touchline
from tests.support.manual_clock import ManualClock
from tests.support.matches import statsbomb, statsbomb_line_up
from tests.unit.server.cli.test_feed import on, shown


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return written(tmp_path)


def written(folder: Path, *, goal: bool = True) -> list[Path]:
    events, line_up = folder / "final.json", folder / "lineup.json"
    events.write_bytes(statsbomb(goal=goal))
    line_up.write_bytes(statsbomb_line_up())
    return [events, line_up]


def test_PF7_a_match_is_brought_in_corrected_and_proved(tmp_path: Path, files: list[Path]) -> None:
    ran = on(tmp_path, "feed", "import", *files)
    assert ran.status == 0, ran.err
    ((key, room, reports, _, owner),) = ran.rows()
    assert (key, reports) == ("statsbomb-final", "7")
    assert f"#room={room}&invite=" in owner
    held = shown(tmp_path, room)
    assert (held["settings"]["profile"], held["header"]["home_score"]) == ("soccer", 1)
    assert on(tmp_path, "feed", "verify", room, *files).status == 0
    ((_, same, again, _, link),) = on(tmp_path, "feed", "import", *files).rows()
    assert (same, again, link) == (room, "0", "")
    written(tmp_path, goal=False)
    refused = on(tmp_path, "feed", "import", *files)
    assert refused.status == 1
    assert "a correction has a higher one" in refused.err
    ((_, _, corrected, _, _),) = on(tmp_path, "feed", "import", *files, "--revision", "2").rows()
    assert corrected == "2"
    row = next(one for one in shown(tmp_path, room)["plays"] if one["play"]["sort"] == "shot")
    assert row["was"]["outcome"] == "Goal"
    written(tmp_path)
    wrong = on(tmp_path, "feed", "verify", room, *files)
    assert (wrong.status, "is not what the file has" in wrong.err) == (1, True)


def test_PF8_a_match_is_played_again(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    monkeypatch.setattr(feed, "SystemClock", lambda: clock)

    async def advance(seconds: float) -> None:
        clock.advance(seconds)

    monkeypatch.setattr(feed, "sleep", advance)
    ran = on(tmp_path, "feed", "replay", *files, "--speed", "1000")
    assert ran.status == 0, ran.err
    held = shown(tmp_path, ran.row("room"))
    assert (held["header"]["phase"], len(held["plays"])) == ("final", 6)


def test_PF7_files_that_are_no_match_are_named(tmp_path: Path, files: list[Path]) -> None:
    faults: list[str] = []
    assert match_in([files[1]], faults) is None
    assert "line-ups alone" in faults[0]
    broken = tmp_path / "broken.json"
    broken.write_text('[{"type": {"name": "Pass"}}]')
    ran = on(tmp_path, "feed", "import", broken)
    assert (ran.status, "it names no team" in ran.err) == (1, True)
    football = touchline(
        "feed", "create", "Ours", "--data-dir", tmp_path / "data", "--profile", "football"
    )
    into = on(tmp_path, "feed", "import", *files, "--into", football.row("room"))
    assert "is no feed of soccer" in into.err
