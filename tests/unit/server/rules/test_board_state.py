"""The state of a board: what is in a snapshot, and what members are shown of it."""

import msgspec
import pytest

from protocol.board import BoardSettings, Properties
from server.rules.board import BOARD
from server.rules.board_state import Board, BoardObject, properties_of, written
from tests.support.boards import (
    ANN,
    BEN,
    OWNER,
    REDO,
    UNDO,
    PlayedBoard,
    add,
    choice,
    delete,
    line,
    lock,
    move,
    object_id,
    resolve,
    set_of,
    state_bytes,
    token,
)


def busy_board() -> PlayedBoard:
    """A board on which everything has happened once."""
    board = PlayedBoard()
    zone = {"at": [0, 0], "size": [5_000, 5_000], "shape": "polygon", "points": [[1, 2]]}
    board.do(OWNER, add(token(1, number=9), token(2), line(3)))
    board.do(ANN, add({"id": object_id(4), "sort": "zone", "props": zone}))
    board.do(ANN, move(1, 10))
    board.do(BEN, set_of(3, points=[[1, 1], [2, 2], [3, 3]], ink="#ff0000"))
    board.do(BEN, UNDO)
    board.do(ANN, lock(2))
    board.do(ANN, delete(4))
    board.do(ANN, UNDO)
    board.do(ANN, REDO)
    board.do(OWNER, resolve(choice(1, "at", "mine", 3, at=[7, 7])))
    board.do(OWNER, {"type": "history.restore", "version": 2})
    board.do(OWNER, delete(2))
    board.do(OWNER, {"type": "board.lock", "on": True})
    board.do(OWNER, {"type": "board.configure", "sport": "american_football"})
    return board


def test_KD4_a_busy_board_survives_its_snapshot() -> None:
    board = busy_board()
    restored = BOARD.restore(msgspec.json.decode(board.bytes()))
    assert state_bytes(restored) == board.bytes()
    assert restored.points == board.state.points == 3
    assert restored.undo_weight == board.state.undo_weight
    assert (restored.x_max, restored.y_max) == (board.state.x_max, board.state.y_max)
    kept = restored.objects[object_id(1)].props["at"]
    assert kept == board.state.objects[object_id(1)].props["at"]
    assert type(kept) is tuple


def test_KD4_a_snapshot_of_earlier_rules_is_restored() -> None:
    board = busy_board()
    kept = msgspec.json.decode(msgspec.json.encode(BOARD.snapshot(board.state)))
    earlier = msgspec.json.decode(msgspec.json.encode(kept))
    for undo, redo in earlier["histories"].values():
        for steps in (undo, redo):
            steps[:] = [[version, weight, *parts] for version, weight, parts in steps]
    assert earlier != kept
    assert msgspec.json.encode(BOARD.snapshot(BOARD.restore(earlier))) == msgspec.json.encode(
        BOARD.snapshot(board.state)
    )


def test_BD1_the_view_has_every_key() -> None:
    assert BOARD.view(Board(BoardSettings())) == {
        "settings": {
            "sport": "soccer",
            "length_mm": 105_000,
            "width_mm": 68_000,
            "conflicts": "latest",
        },
        "locked": None,
        "objects": {},
        "undo": {},
    }
    for shown in busy_board().view()["objects"].values():
        assert shown["props"].keys() == shown["v"].keys() == shown["by"].keys()


def test_BD4_client_ids_are_never_shown() -> None:
    board = busy_board()
    assert b"client-of" in board.bytes()
    assert b"client-of" not in msgspec.json.encode(BOARD.view(board.state))
    assert all(b"client-of" not in entry.events for entry in board.kept)


@pytest.mark.parametrize(
    ("settings", "lengths"),
    [
        (BoardSettings(), (105_000, 68_000)),
        (BoardSettings(sport="american_football"), (109_728, 48_768)),
        (BoardSettings(length_mm=1, width_mm=200_000), (90_000, 89_999)),
        (BoardSettings(length_mm=200_000, width_mm=1), (120_000, 45_000)),
        (BoardSettings(sport="american_football", length_mm=1, width_mm=1), (109_728, 48_768)),
    ],
)
def test_BD44_a_board_starts_within_the_range_of_its_sport(
    settings: BoardSettings, lengths: tuple[int, int]
) -> None:
    board = Board(settings)
    assert (board.length_mm, board.width_mm) == lengths


def test_what_a_change_speaks_of_is_listed_in_the_order_of_the_table() -> None:
    assert written(Properties()) == []
    assert written(Properties(at=(1, 2))) == [("at", (1, 2))]
    both = [("at", None), ("layer", 3)]
    assert written(Properties(layer=3, at=None)) == both
    assert properties_of(dict(both)) == Properties(at=None, layer=3)


def test_the_newest_mark_of_an_object_is_that_of_its_last_entry() -> None:
    wrote = {"at": (3, 3, "a", "c"), "name": (7, 2, "b", "c"), "number": (4, 4, "z", "c")}
    assert BoardObject("token", {}, wrote).newest() == (7, 2, "b", "c")
