"""Which play files a command means."""

from pathlib import Path

import pytest
import typer

from server.cli import play_files
from server.cli.play_files import bytes_of, files_of, tell
from server.readers.report import Oddity


def test_SC20_a_folder_is_every_gsis_file_below_it_and_each_file_once(tmp_path: Path) -> None:
    inside = tmp_path / "week" / "1"
    inside.mkdir(parents=True)
    for name in ("a.json", "b.json.gz", "c.csv"):
        (inside / name).write_bytes(b"x")
    found = files_of([tmp_path, inside / "a.json", inside / "c.csv"])
    assert [one.name for one in found] == ["a.json", "b.json.gz", "c.csv"]


def test_SC23_what_is_no_file_or_an_empty_folder_or_too_many_end_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (tmp_path, tmp_path / "nothing.json"):
        with pytest.raises(typer.Exit) as ended:
            files_of([wrong])
        assert ended.value.exit_code == 2
    (tmp_path / "a.json").write_bytes(b"x")
    monkeypatch.setattr(play_files, "FILES_MAX", 0)
    with pytest.raises(typer.Exit):
        files_of([tmp_path])


def test_SC20_no_more_is_read_than_a_reader_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_bytes(b"x" * 50)
    monkeypatch.setattr(play_files, "FILE_BYTES_MAX", 10)
    assert bytes_of(tmp_path / "a.json") == b"x" * 11


def test_SC20_oddities_are_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"play_twice": Oddity(1_200, ("a\x1b[0m", "b"))})
    told = capsys.readouterr()
    assert told.out == ""
    assert "1,200 play_twice: a" in told.err
    assert "\x1b[0m" not in told.err
