"""The room commands where no server runs: the same application in this process."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Ran, touchline

UNKNOWN = "r_" + "a" * 22


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder)


@pytest.fixture
def room(tmp_path: Path) -> str:
    made = on(tmp_path, "room", "create", "Training", "--line-ups", "--owner", "Ada")
    assert made.status == 0, made.err
    return made.row("room")


def test_OP10_a_new_room_comes_with_a_link_for_each_role(tmp_path: Path) -> None:
    made = on(tmp_path, "room", "create", "Training")
    room = made.row("room")
    assert [row[0] for row in made.rows()] == ["room", "owner", "editor", "annotator", "viewer"]
    assert all(f"#room={room}&invite=i_" in row[1] for row in made.rows()[1:])


@pytest.mark.parametrize(
    "wrong", [["--sport", "chess"], ["--conflicts", "never"], ["--owner", "x" * 65]]
)
def test_OP5_a_room_that_cannot_be_is_a_mistake_of_the_command(
    tmp_path: Path, wrong: list[str]
) -> None:
    assert on(tmp_path, "room", "create", "Training", *wrong).status == 2


def test_OP10_every_room_is_listed(tmp_path: Path, room: str) -> None:
    second = on(tmp_path, "room", "create", "Second").row("room")
    rows = on(tmp_path, "room", "list").rows()
    assert {(row[0], row[4]) for row in rows} == {(room, "Training"), (second, "Second")}


def test_OP10_a_room_is_shown_with_its_members_and_sizes(tmp_path: Path, room: str) -> None:
    shown = on(tmp_path, "room", "show", room)
    assert shown.row("name") == "Training"
    assert shown.row("member").startswith("Ada (owner, a_")
    assert shown.row("version") == "6 of 6"


def test_OP10_a_past_version_is_shown(tmp_path: Path, room: str) -> None:
    whole = json.loads(on(tmp_path, "room", "show", room, "--version", "1", "--json").out)
    assert whole["view"]["version"] == 1
    assert whole["view"]["state"]["kind"]["objects"] == {}


def test_OP10_history_is_newest_first(tmp_path: Path, room: str) -> None:
    lines = on(tmp_path, "room", "history", room, "--limit", "3").out.splitlines()
    assert [line.split()[2] for line in lines] == ["v6", "v5", "v4"]
    assert "invitation.created" in lines[0]


def test_OP10_an_exported_room_can_be_imported_and_looks_the_same(
    tmp_path: Path, room: str
) -> None:
    file = tmp_path / "room.json"
    assert on(tmp_path, "room", "export", room, file).status == 0
    assert Path(file).stat().st_mode & 0o777 == 0o600
    elsewhere = tmp_path / "elsewhere"
    copied = on(elsewhere, "room", "import", file)
    assert copied.status == 0, copied.err
    before = json.loads(on(tmp_path, "room", "show", room, "--json").out)
    after = json.loads(on(elsewhere, "room", "show", copied.row("room"), "--json").out)

    def objects(shown: dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]]) -> object:
        board = shown["view"]["state"]["kind"]["objects"]
        return {name: (one["sort"], one["props"]) for name, one in board.items()}  # type: ignore[index] - JSON

    assert objects(after) == objects(before)


def test_OP10_an_export_may_go_to_standard_output_and_overwrites_nothing(
    tmp_path: Path, room: str
) -> None:
    assert json.loads(on(tmp_path, "room", "export", room, "-").out)["room"]["id"] == room
    file = tmp_path / "room.json"
    file.write_text("mine")
    assert on(tmp_path, "room", "export", room, file).status == 2
    assert file.read_text() == "mine"


def test_OP10_a_version_is_restored_as_a_new_one(tmp_path: Path, room: str) -> None:
    restored = on(tmp_path, "room", "restore", room, "1")
    assert restored.status == 0
    assert "version 7" in restored.err
    whole = json.loads(on(tmp_path, "room", "show", room, "--json").out)
    assert whole["view"]["state"]["kind"]["objects"] == {}


def test_OP10_pruning_asks_first_and_needs_a_snapshot(tmp_path: Path, room: str) -> None:
    refused = touchline("room", "prune", room, "5", "--data-dir", tmp_path, typed="n\n")
    assert refused.status == 1
    uncovered = on(tmp_path, "room", "prune", room, "5", "--yes")
    assert uncovered.status == 1
    assert "no snapshot covers" in uncovered.err


@pytest.mark.parametrize("command", ["show", "history", "restore", "prune", "export"])
def test_OP5_a_room_that_does_not_exist_ends_with_1(tmp_path: Path, command: str) -> None:
    more: dict[str, list[str]] = {
        "restore": ["1"],
        "prune": ["1", "--yes"],
        "export": [str(tmp_path / "x")],
    }
    ran = on(tmp_path, "room", command, UNKNOWN, *more.get(command, []))
    assert ran.status == 1
    assert "there is no such room" in ran.err
    assert not (tmp_path / "x").exists()


def test_OP5_a_file_that_is_no_room_ends_with_1_and_one_that_is_not_there_with_2(
    tmp_path: Path,
) -> None:
    file = tmp_path / "room.json"
    assert on(tmp_path, "room", "import", file).status == 2
    file.write_text("{}")
    assert on(tmp_path, "room", "import", file).status == 1


def test_OP5_a_server_that_does_not_answer_ends_with_3(tmp_path: Path) -> None:
    ran = on(tmp_path, "room", "list", "--url", "http://127.0.0.1:9")
    assert ran.status == 3
