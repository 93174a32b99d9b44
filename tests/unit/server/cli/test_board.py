"""`touchline board`: what files hold, and rooms of them, where no server runs."""

import json
from pathlib import Path

import pytest

from server.readers.clips import FILES_MAX
from tests.support.command_line import touchline
from tests.support.provider_files import SAMPLES, ngs
from tests.unit.server.readers.test_choices import two_plays


@pytest.fixture
def play(tmp_path: Path) -> Path:
    path = tmp_path / "play.csv"
    path.write_bytes(ngs())
    return path


def test_RD20_read_prints_what_a_file_holds_and_makes_nothing(tmp_path: Path, play: Path) -> None:
    ran = touchline("board", "read", play, "--as", "ngs")
    assert ran.status == 0, ran.err
    assert (ran.row("token"), ran.row("ball"), ran.row("stop")) == ("22", "1", "23")
    assert ran.row("sport") == "american_football"
    assert ["note", "1.0 s ball snap"] in ran.rows()
    assert list(tmp_path.iterdir()) == [play]


def test_RD20_read_prints_what_was_odd_and_where(play: Path) -> None:
    lines = play.read_text().splitlines()
    play.write_text("\n".join([*lines[:40], "7,42", *lines[40:]]))
    assert touchline("board", "read", play).row("odd: cells_missing") == "1 (play.csv:41)"


def test_RD22_of_several_plays_one_is_chosen_and_two_times_cut_it(play: Path) -> None:
    play.write_bytes(two_plays())
    listed = touchline("board", "read", play)
    assert listed.row("7/43").startswith("HOM – AWY 7, play 43")
    chosen = touchline("board", "read", play, "--play", "7/43", "--from", "0.1", "--to", "0.2")
    assert chosen.row("name") == "7 play 43"
    assert any("0.1 s, 2 samples" in row[1] for row in chosen.rows())
    assert touchline("board", "read", play, "--play", "8/1").status == 1


def test_OP5_RD1_what_cannot_be_read_ends_with_why(tmp_path: Path, play: Path) -> None:
    ran = touchline("board", "read", play, "--as", "skillcorner")
    assert (ran.status, ran.out) == (1, "")
    assert "play.csv: not JSON" in ran.err
    assert touchline("board", "read", tmp_path / "none.csv").status == 2
    assert touchline("board", "read", *[play] * (FILES_MAX + 1)).status == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_RD19_import_makes_a_room_that_holds_all_of_it(tmp_path: Path, name: str) -> None:
    paths: list[Path] = []
    for file, content in SAMPLES[name]().items():
        paths.append(tmp_path / file)
        paths[-1].write_bytes(content)
    data = ("--data-dir", tmp_path / "data")
    phases = ["--phases"] if name == "statsbomb" else []
    made = touchline("board", "import", *paths, "--name", "Saturday", *phases, *data)
    assert made.status == 0, made.err
    assert [row[0] for row in made.rows()] == ["room", "owner", "editor", "annotator", "viewer"]
    shown = json.loads(touchline("room", "show", made.row("room"), "--json", *data).out)
    assert shown["room"]["name"] == "Saturday"
    objects = shown["view"]["state"]["kind"]["objects"]
    read = touchline("board", "read", *paths, *phases).rows()
    told = sum(
        int(row[1]) for row in read if row[0] in {"token", "ball", "phase", "stop", "text", "arrow"}
    )
    assert len(objects) == told > 4


def test_OP5_a_name_that_cannot_be_is_a_mistake_of_the_command(tmp_path: Path, play: Path) -> None:
    ran = touchline("board", "import", play, "--name", "x" * 65, "--data-dir", tmp_path / "d")
    assert ran.status == 2
