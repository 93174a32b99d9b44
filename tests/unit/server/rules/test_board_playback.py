"""Locked layers, names of versions, playing for all, presenting."""

from typing import Any

import pytest

from protocol.board import NAMES_MAX
from server.rules.board_playback import moment
from server.rules.board_state import Playback
from tests.support.boards import (
    ANN,
    BEN,
    NOTA,
    OWNER,
    UNDO,
    PlayedBoard,
    add,
    delete,
    line,
    move,
    object_id,
    token,
)


def lock_layer(layer: str, *, on: bool = True) -> dict[str, Any]:
    return {"type": "layer.lock", "layer": layer, "on": on}


def name(version: int, called: str | None) -> dict[str, Any]:
    return {"type": "version.name", "version": version, "name": called}


def present(*, on: bool = True) -> dict[str, Any]:
    return {"type": "present", "on": on}


@pytest.fixture
def board() -> PlayedBoard:
    """Token 1, line 2 and a comment."""
    played = PlayedBoard()
    comment = {"id": object_id(3), "sort": "comment", "props": {"at": [0, 0], "text": "Look"}}
    played.do(OWNER, add(token(1), line(2), comment))
    return played


def test_BD56_what_is_in_a_locked_layer_is_not_touched_or_added(board: PlayedBoard) -> None:
    board.do(ANN, move(1, 5))
    assert board.do(BEN, lock_layer("players")) == {
        "type": "layer.locked",
        "layer": "players",
        "on": True,
    }
    assert board.view()["layers"] == {"players": BEN.account}
    held = {"layer": "players", "by": BEN.account}
    for said, number in (
        (move(1, 6), 1),
        (delete(1), 1),
        (add(token(4)), 4),
        (UNDO, 1),
        ({"type": "objects.put", "objects": [token(4)]}, 4),
        ({"type": "history.restore", "version": 1}, 1),
        ({"type": "board.load", "objects": [token(4)]}, 4),
    ):
        assert board.refusal(ANN, said) == ("locked", {"id": object_id(number), **held}), said
    board.do(ANN, move(2, 5))
    for author in (BEN, OWNER):
        board.do(author, move(1, 7))


def test_BD56_comments_are_in_no_layer(board: PlayedBoard) -> None:
    for layer in ("players", "equipment", "marks", "phases"):
        board.do(OWNER, lock_layer(layer))
    board.do(NOTA, move(3, 5))
    assert board.refusal(NOTA, move(2, 5))[0] == "locked"


def test_BD56_owners_and_the_locker_open_it_again(board: PlayedBoard) -> None:
    board.do(BEN, lock_layer("marks"))
    assert board.refusal(BEN, lock_layer("marks")) == ("nothing_changes", None)
    detail = {"layer": "marks", "by": BEN.account}
    assert board.refusal(ANN, lock_layer("marks", on=False)) == ("locked", detail)
    board.do(OWNER, lock_layer("marks", on=False))
    assert board.view()["layers"] == {}
    assert board.refusal(OWNER, lock_layer("marks", on=False)) == ("nothing_changes", None)


def test_BD57_a_version_has_a_name(board: PlayedBoard) -> None:
    assert board.do(ANN, name(1, " Half-time "))["name"] == "Half-time"
    assert board.view()["names"] == {"1": {"name": "Half-time", "by": ANN.account, "at": 1}}
    assert board.refusal(ANN, name(1, "Half-time")) == ("nothing_changes", None)
    board.do(BEN, name(1, "Break"))
    board.do(BEN, name(1, None))
    assert board.view()["names"] == {}
    assert board.refusal(ANN, name(1, None)) == ("nothing_changes", None)
    assert board.refusal(ANN, name(9, "x")) == ("unknown_version", {"version": 9})
    refused = ("bad_property", {"property": "name", "why": "text"})
    assert board.refusal(ANN, name(1, "\u202e")) == refused


def test_BD57_there_are_so_many_names(board: PlayedBoard) -> None:
    for version in range(NAMES_MAX):
        board.do(ANN, name(version, "x"))
    detail = {"limit": "NAMES_MAX", "max": NAMES_MAX}
    assert board.refusal(ANN, name(NAMES_MAX, "x")) == ("limit_reached", detail)
    board.do(ANN, name(3, "y"))


def test_BD58_the_phases_play_for_all(board: PlayedBoard) -> None:
    said = {"type": "playback.set", "at_ms": 500, "playing": True, "speed": 50, "to_ms": 900}
    assert board.do(ANN, said) == {**said, "since": 0}
    assert board.view()["playback"] == {
        "at_ms": 500,
        "since": 0,
        "playing": True,
        "speed": 50,
        "loop": False,
        "from_ms": None,
        "to_ms": 900,
        "by": ANN.account,
    }
    assert board.view()["undo"].keys() == {OWNER.account}
    board.do(BEN, {"type": "playback.stop"})
    assert board.view()["playback"] is None
    assert board.refusal(BEN, {"type": "playback.stop"}) == ("nothing_changes", None)
    assert board.refusal(BEN, {**said, "from_ms": 900})[0] == "bad_command"


@pytest.mark.parametrize(
    ("said", "now", "place"),
    [
        ({}, 10_000, 1_000),
        ({"playing": True}, 10_000, 1_000),
        ({"playing": True}, 10_700, 1_700),
        ({"playing": True}, 9_000, 1_000),
        ({"playing": True, "speed": 50}, 10_700, 1_350),
        ({"playing": True, "speed": 400}, 10_700, 3_800),
        ({"playing": True}, 99_000, 4_000),
        ({"playing": True, "to_ms": 2_000}, 99_000, 2_000),
        ({"playing": True, "loop": True}, 13_000, 0),
        ({"playing": True, "loop": True}, 17_500, 500),
        ({"playing": True, "loop": True, "from_ms": 1_500, "to_ms": 2_000}, 11_100, 1_600),
        ({"playing": True, "to_ms": 9_000}, 99_000, 4_000),
        ({"playing": True, "loop": True, "from_ms": 8_000}, 99_000, 4_000),
    ],
)
def test_BD59_where_everybody_is(said: dict[str, Any], now: int, place: int) -> None:
    usual: dict[str, Any] = {
        "playing": False,
        "speed": 100,
        "loop": False,
        "from_ms": None,
        "to_ms": None,
    }
    held: dict[str, Any] = {"at_ms": 1_000, "since": 10_000, **usual, **said, "by": "a_ann"}
    playback = Playback(**held)
    assert moment(playback, now, 4_000) == place


def test_BD60_one_presents_at_a_time(board: PlayedBoard) -> None:
    board.do(ANN, present())
    assert board.view()["presenter"] == ANN.account
    assert board.refusal(ANN, present()) == ("nothing_changes", None)
    refused = ("forbidden", {"presenter": ANN.account})
    assert board.refusal(BEN, present(on=False)) == refused
    board.do(BEN, present())
    assert board.view()["presenter"] == BEN.account
    board.do(OWNER, present(on=False))
    assert board.view()["presenter"] is None
    assert board.refusal(OWNER, present(on=False)) == ("nothing_changes", None)
