"""The draft commands where no server runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.draft import Player
from server.cli.draft import own_events, report
from server.drafts.results import Row, as_csv
from server.rules.draft.verify import Report
from tests.support.command_line import Ran, touchline
from tests.support.http_calls import SLEEPER


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder)


def made(folder: Path, *options: str) -> str:
    """The id of a new draft."""
    ran = on(folder, "draft", "create", "Ours", *options)
    assert ran.status == 0, ran.err
    return ran.row("room")


def test_DR65_a_draft_is_made_with_links(tmp_path: Path) -> None:
    ran = on(tmp_path, "draft", "create", "Ours", "--type", "auction", "--preset", "superflex")
    assert ran.status == 0, ran.err
    assert ran.row("owner").startswith("http")
    shown = json.loads(on(tmp_path, "room", "show", ran.row("room"), "--json").out)
    settings = shown["view"]["state"]["kind"]["settings"]
    assert (settings["type"], settings["rounds"]) == ("auction", 16)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--preset", "chess"),
        ("--rounds", "16"),
        ("--type", "lottery"),
        ("--teams", "1"),
        ("--type", "custom"),
    ],
)
def test_DR65_settings_that_make_no_draft_make_none(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    assert on(tmp_path, "draft", "create", "Ours", *wrong).status == 2
    assert on(tmp_path, "draft", "create", "", *wrong).status == 2
    assert on(tmp_path, "room", "list").rows() == []


def test_DR65_settings_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"type": "custom", "teams": 2, "matrix": [[1, 2], [1, 1]]}))
    draft = made(tmp_path, "--settings", str(file))
    shown = json.loads(on(tmp_path, "room", "show", draft, "--json").out)
    assert shown["view"]["state"]["kind"]["cells"] == [1, 2, 1, 1]
    file.write_text("{")
    assert on(tmp_path, "draft", "create", "Ours", "--settings", str(file)).status == 2


def test_DR86_a_draft_in_sleepers_shape_makes_a_room_with_links(tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps({**SLEEPER, "draft": {**SLEEPER["draft"], "status": "paused"}}))
    ran = on(tmp_path, "draft", "import", str(file))
    assert ran.status == 0, ran.err
    assert ran.row("owner").startswith("http")
    results = on(tmp_path, "draft", "results", ran.row("room"), "--format", "csv")
    assert "p1" in results.out


def test_DR86_what_is_wrong_is_told_with_file_line_and_path(tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    file.write_text('{"draft":\n {"type": "lottery", "settings": {}}}')
    ran = on(tmp_path, "draft", "import", str(file))
    assert ran.status == 1
    assert "theirs.json:2: $.draft.type" in ran.err.replace("\n", "")
    assert on(tmp_path, "draft", "import", str(tmp_path / "none.json")).status == 2
    assert on(tmp_path, "room", "list").rows() == []


def test_DR67_an_empty_draft_is_verified_and_a_board_is_none(tmp_path: Path) -> None:
    draft = made(tmp_path)
    ran = on(tmp_path, "draft", "verify", draft)
    assert (ran.status, ran.row("ended"), ran.row("faults")) == (0, "no", "0")
    assert on(tmp_path, "draft", "results", draft).status == 0
    board = on(tmp_path, "room", "create", "A board").row("room")
    assert on(tmp_path, "draft", "verify", board).status == 1
    assert on(tmp_path, "draft", "results", board).status == 1


def test_DR67_faults_are_said_and_end_the_command_with_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import typer

    with pytest.raises(typer.Exit) as ended:
        report(Report(3, 2, 1, ended=True, faults=["entry 3: p1 was not free"]))
    assert ended.value.exit_code == 1
    said = capsys.readouterr()
    assert "entry 3: p1 was not free" in said.err


def test_DR67_events_of_every_room_are_passed_over() -> None:
    events: list[Any] = [
        {"type": "chat.said", "text": "hi"},
        {"type": "draft.moved", "phase": "live"},
    ]
    assert [type(one).__name__ for one in own_events(events)] == ["DraftMoved"]


def test_DR68_a_mock_is_printed_in_every_format(tmp_path: Path) -> None:
    small = ("draft", "mock", "--teams", "2", "--rounds", "3", "--seed", "7")
    rows = touchline(*small).rows()
    assert len(rows) == 6
    assert rows == touchline(*small).rows()
    table = list(csv.DictReader(io.StringIO(touchline(*small, "--format", "csv").out)))
    assert [one["player"] for one in table] == [row[3] for row in rows]
    plain = json.loads(touchline(*small, "--format", "json").out)
    assert plain[0]["how"] == "cpu"
    assert touchline(*small, "--format", "xml").status == 2
    file = tmp_path / "pool.json"
    file.write_bytes(msgspec.json.encode([Player(f"x{n}", f"X {n}", ("QB",)) for n in range(9)]))
    own = touchline(*small, "--pool", file, "--format", "json")
    assert {one["position"] for one in json.loads(own.out)} == {"QB"}
    file.write_text("[1]")
    assert touchline(*small, "--pool", file).status == 1
    file.write_text("id,name,pos\n1,,QB\n2,B,\n")
    assert "no_players" in touchline(*small, "--pool", file).err


def test_DR70_a_file_of_players_is_shown_with_what_is_odd(tmp_path: Path) -> None:
    file = tmp_path / "players.csv"
    file.write_text("gsis_id,name,pos\n1,A,QB\n2,A,RB\n2,B,RB\n")
    ran = touchline("draft", "pool", file)
    assert (ran.status, ran.row("players"), ran.row("id")) == (0, "2", "from gsis_id")
    assert ran.row("duplicate_id").startswith("1: ")
    rows = json.loads(touchline("draft", "pool", file, "--rows").out)
    assert [row[0] for row in rows] == ["1", "2"]
    file.write_text("a,b\n1,2\n")
    assert touchline("draft", "pool", file).status == 1


def test_DR66_sleepers_shape_has_slot_round_and_amount() -> None:
    whole = json.loads(
        touchline("draft", "mock", "--teams", "2", "--rounds", "2", "--format", "sleeper").out
    )
    assert whole.keys() == {"draft", "picks", "traded_picks", "players"}
    first = whole["picks"]
    assert [(one["pick_no"], one["round"], one["draft_slot"]) for one in first] == [
        (1, 1, 1),
        (2, 1, 2),
        (3, 2, 2),
        (4, 2, 1),
    ]
    assert first[0]["metadata"].keys() == {"first_name", "last_name", "position", "team"}
    sale = json.loads(
        touchline("draft", "mock", "--teams", "2", "--type", "auction", "--format", "sleeper").out
    )["picks"]
    assert int(sale[0]["metadata"]["amount"]) > 0


def test_DR66_no_cell_of_a_table_is_a_formula() -> None:
    row = Row(1, 1, "=HYPERLINK(1)", "+1 A", "p1", "QB", "manual")
    cells = next(iter(list(csv.reader(io.StringIO(as_csv([row]))))[1:]))
    assert cells[2:4] == ["'=HYPERLINK(1)", "'+1 A"]
