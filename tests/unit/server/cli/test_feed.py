"""The feed commands where no server runs: games brought in, played again, and proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli import feed
from server.cli.desk import Refused
from server.cli.screen import Exit
from server.readers import game_reports
from tests.support.command_line import Ran, touchline
from tests.support.gsis_games import CATCHER, ID, KICKER, PASSER, content, node, tree
from tests.support.manual_clock import ManualClock

PLAYS: dict[int | str, dict[str, Any]] = {
    35: node((KICKER, 41, 65)),
    50: node((PASSER, 10, 3), time="14:20"),
    71: node((KICKER, 70, 33), time="13:40"),
}


def on(folder: Path, *arguments: str | Path) -> Ran:
    return touchline(*arguments, "--data-dir", folder / "data")


@pytest.fixture
def game(tmp_path: Path) -> Path:
    return written(tmp_path / "game.json", PLAYS)


def written(path: Path, plays: dict[int | str, dict[str, Any]], home: int = 3) -> Path:
    path.write_bytes(content(tree(plays, home, qtr="Final")))
    return path


def shown(folder: Path, room: str) -> dict[str, Any]:
    return json.loads(on(folder, "room", "show", room, "--json").out)["view"]["state"]["kind"]


def test_FP12_a_feed_is_made_with_links(tmp_path: Path) -> None:
    ran = on(tmp_path, "feed", "create", "Cup final", "--source", "ours", "--source", "theirs")
    assert [row[0] for row in ran.rows()] == ["room", "owner", "editor", "annotator", "viewer"]
    assert shown(tmp_path, ran.row("room"))["settings"] == {"sources": ["ours", "theirs"]}
    for wrong in (["--source", "No!"], ["--owner", "x" * 65]):
        assert on(tmp_path, "feed", "create", "Cup", *wrong).status == 2


def test_FP10_a_game_is_brought_in_and_proved(tmp_path: Path, game: Path) -> None:
    ran = on(tmp_path, "feed", "import", game)
    assert ran.status == 0, ran.err
    ((number, room, reports, version, owner),) = ran.rows()
    assert (number, reports, version) == (ID, "4", "6")
    assert f"#room={room}&invite=" in owner
    held = shown(tmp_path, room)
    assert [one["play"]["id"] for one in held["plays"]] == [35, 50, 71]
    assert held["header"]["home_score"] == 3
    proved = on(tmp_path, "feed", "verify", room, game)
    assert (proved.status, proved.row("plays"), proved.row("faults")) == (0, "3", "0")


def test_FP10_an_import_done_again_changes_nothing(tmp_path: Path, game: Path) -> None:
    room, before = on(tmp_path, "feed", "import", game).rows()[0][1:4:2]
    again = on(tmp_path, "feed", "import", game).rows()
    assert again == [[ID, room, "0", before, ""]]
    assert len(on(tmp_path, "room", "list").rows()) == 1


def test_FP10_an_import_that_died_halfway_is_finished_by_the_next(
    tmp_path: Path, game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(game_reports, "BATCH_MAX", 1)
    send = feed._send  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - dies before the third
    sent: list[int] = []

    async def dying(*asked: Any) -> int:
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append(1)
        return await send(*asked)

    monkeypatch.setattr(feed, "_send", dying)
    assert on(tmp_path, "feed", "import", game).status == 130
    ((room, *_),) = on(tmp_path, "room", "list").rows()
    assert [one["play"]["id"] for one in shown(tmp_path, room)["plays"]] == [35, 50]
    monkeypatch.setattr(feed, "_send", send)
    assert on(tmp_path, "feed", "import", game).rows() == [[ID, room, "2", "9", ""]]
    assert on(tmp_path, "feed", "verify", room, game).status == 0


def test_FP11_a_correction_needs_a_higher_revision(tmp_path: Path, game: Path) -> None:
    room = on(tmp_path, "feed", "import", game).rows()[0][1]
    written(game, {**PLAYS, 50: node((CATCHER, 10, 3), time="14:20")})
    refused = on(tmp_path, "feed", "import", game)
    assert refused.status == 1
    assert f"{ID} play 50: the feed has something else under this revision" in refused.err
    assert on(tmp_path, "feed", "verify", room, game).status == 1
    corrected = on(tmp_path, "feed", "import", game, "--revision", "2")
    assert (corrected.status, corrected.rows()[0][2]) == (0, "1")
    proved = on(tmp_path, "feed", "verify", room, game)
    assert (proved.status, proved.row("play.corrected")) == (0, "1")


def test_FP11_what_makes_no_sense_is_named_and_the_rest_comes_in(
    tmp_path: Path, game: Path
) -> None:
    other = on(tmp_path, "feed", "create", "Ours").row("room")
    stranger = {**PLAYS, 60: node((KICKER, 70, 20))}
    assert on(tmp_path, "feed", "import", game, "--into", other).status == 0
    document = tree(stranger, 3, qtr="Final")
    text = json.dumps(document).replace('"HOM"', '"XYZ"')
    game.write_text(text)
    ran = on(tmp_path, "feed", "import", game, "--into", other, "--revision", "2")
    assert ran.status == 1
    assert "play 60" in ran.err
    assert "header" in ran.err


def test_FP10_a_feed_without_the_files_source_takes_nothing(tmp_path: Path, game: Path) -> None:
    ours = on(tmp_path, "feed", "create", "Ours", "--source", "ours").row("room")
    ran = on(tmp_path, "feed", "import", game, "--into", ours)
    assert (ran.status, ran.rows()[0][2]) == (1, "0")
    assert f"{ID}: the feed takes ours, and this is gsis" in ran.err


def test_FP10_files_that_cannot_be_read_are_named_and_the_others_come_in(
    tmp_path: Path, game: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    ran = on(tmp_path, "feed", "import", bad, game)
    assert (ran.status, len(ran.rows())) == (1, 1)
    assert str(bad) in ran.err


def test_FP10_another_kind_of_room_or_none_is_refused(tmp_path: Path, game: Path) -> None:
    board = on(tmp_path, "room", "create", "A board").row("room")
    for room in (board, "r_" + "a" * 22):
        assert on(tmp_path, "feed", "import", game, "--into", room).status == 1
        assert on(tmp_path, "feed", "verify", room).status == 1
        assert on(tmp_path, "feed", "replay", game, "--into", room).status == 1


def test_FP15_of_many_faults_the_first_are_printed_and_the_rest_counted(
    tmp_path: Path, game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "TOLD_MAX", 1)
    empty = on(tmp_path, "feed", "create", "Ours").row("room")
    ran = on(tmp_path, "feed", "verify", empty, game)
    assert (ran.status, ran.row("faults")) == (1, "3")
    assert "play 35 does not count here" in ran.err
    assert "play 50" not in ran.err
    assert "and 2 more" in ran.err


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Time passes when a command waits."""
    manual = ManualClock()

    async def wait(seconds: float) -> None:
        manual.advance(seconds)

    monkeypatch.setattr(feed, "SystemClock", lambda: manual)
    monkeypatch.setattr(feed, "sleep", wait)
    return manual


def test_FP13_a_game_is_played_again_and_ends_as_it_was(
    tmp_path: Path, game: Path, clock: ManualClock
) -> None:
    began_s = clock.monotonic()
    ran = on(tmp_path, "feed", "replay", game, "--speed", "60")
    assert ran.status == 0, ran.err
    room = ran.row("room")
    assert 1.2 < clock.monotonic() - began_s < 1.6  # 41 s and 41 s of the game
    proved = on(tmp_path, "feed", "verify", room, game)
    assert (proved.status, proved.row("play.added")) == (0, "3")
    assert shown(tmp_path, room)["header"]["phase"] == "final"
    into = on(tmp_path, "feed", "replay", game, "--into", room, "--speed", "1000")
    assert into.status == 0, into.err


@pytest.mark.parametrize("speed", ["0", "1001"])
def test_FP13_other_speeds_are_a_mistake(tmp_path: Path, game: Path, speed: str) -> None:
    assert on(tmp_path, "feed", "replay", game, "--speed", speed).status == 2


async def test_FP10_a_busy_server_is_asked_again_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(feed, "sleep", wait)

    async def ask(exit_code: Exit, times: int) -> dict[str, Any]:
        asked.append(1)
        if len(asked) <= times:
            raise Refused("no", exit_code)
        return {"version": 1}

    assert await feed.patiently(lambda: ask(Exit.UNAVAILABLE, 3)) == {"version": 1}
    assert waited == [feed.TRY_AGAIN_S] * 3
    asked.clear()
    with pytest.raises(Refused):
        await feed.patiently(lambda: ask(Exit.UNAVAILABLE, 99))
    assert len(asked) == feed.TRIES
    asked.clear()
    with pytest.raises(Refused):
        await feed.patiently(lambda: ask(Exit.FAILED, 99))
    assert len(asked) == 1
