"""The state of a board: what is in a snapshot, and what members are shown of it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.board import BoardSettings, Properties
from server.rules.board import BOARD
from server.rules.board_state import Board, BoardObject, properties_of, written
from server.rules.kind import Stamp
from tests.support.boards import (
    ANN,
    BEN,
    OWNER,
    REDO,
    UNDO,
    KeptEntry,
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
    board.do(OWNER, {"type": "layer.lock", "layer": "marks", "on": True})
    board.do(OWNER, {"type": "version.name", "version": 3, "name": "Half-time"})
    board.do(OWNER, {"type": "playback.set", "at_ms": 40, "playing": True, "to_ms": 90})
    board.do(OWNER, {"type": "present", "on": True})
    phase = {"id": object_id(5), "sort": "phase", "props": {"rank": "a", "duration": 500}}
    link = {"id": object_id(6), "sort": "link", "props": {"ends": [object_id(1), object_id(7)]}}
    board.do(OWNER, {"type": "objects.put", "objects": [phase, link, token(7)]})
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
            "part": "full",
            "portrait": False,
            "stripes": True,
            "zones": "none",
            "units": "auto",
            "origin": None,
        },
        "locked": None,
        "layers": {},
        "names": {},
        "playback": None,
        "presenter": None,
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
    assert (board.settings.length_mm, board.settings.width_mm) == lengths


def test_what_a_change_speaks_of_is_listed_in_the_order_of_the_table() -> None:
    assert written(Properties()) == []
    assert written(Properties(at=(1, 2))) == [("at", (1, 2))]
    both = [("at", None), ("layer", 3)]
    assert written(Properties(layer=3, at=None)) == both
    assert properties_of(dict(both)) == Properties(at=None, layer=3)


def test_the_newest_mark_of_an_object_is_that_of_its_last_entry() -> None:
    wrote = {"at": (3, 3, "a", "c"), "name": (7, 2, "b", "c"), "number": (4, 4, "z", "c")}
    assert BoardObject("token", {}, wrote).newest() == (7, 2, "b", "c")


# --- what the rules before (version 2) have written

RULES_2 = json.loads((Path(__file__).parents[3] / "golden/board/rules_2.json").read_text("utf-8"))
"""A busy board of rules 2: its log, its snapshot and its view, recorded by them."""
NEW_KEYS: dict[str, Any] = {"layers": {}, "names": {}, "playback": None, "presenter": None}
NEW_SETTINGS = {
    "part": "full",
    "portrait": False,
    "stripes": True,
    "zones": "none",
    "units": "auto",
    "origin": None,
}


def expected_view() -> dict[str, Any]:
    view = RULES_2["view"]
    return {**view, **NEW_KEYS, "settings": {**view["settings"], **NEW_SETTINGS}}


def shown(state: Board) -> Any:
    return msgspec.json.decode(msgspec.json.encode(BOARD.view(state)))


def test_KD4_a_snapshot_of_rules_2_is_restored() -> None:
    state = BOARD.restore(RULES_2["snapshot"])
    assert shown(state) == expected_view()
    assert list(shown(state)["objects"]) == list(RULES_2["view"]["objects"])
    again = BOARD.restore(msgspec.json.decode(state_bytes(state)))
    assert state_bytes(again) == state_bytes(state)


def test_KD4_a_log_of_rules_2_comes_to_the_same_board() -> None:
    state = BOARD.initial(BoardSettings())
    for entry in RULES_2["kept"]:
        stamp = msgspec.convert(entry["stamp"], Stamp)
        for event in msgspec.convert(entry["events"], list[BOARD.event]):
            BOARD.apply(state, event, stamp)
    assert shown(state) == expected_view()
    assert state_bytes(state) == state_bytes(BOARD.restore(RULES_2["snapshot"]))


def test_KD4_what_rules_2_remember_can_be_undone() -> None:
    board = PlayedBoard()
    board.state = BOARD.restore(RULES_2["snapshot"])
    events = [msgspec.json.encode(entry["events"]) for entry in RULES_2["kept"]]
    stamps = [msgspec.convert(entry["stamp"], Stamp) for entry in RULES_2["kept"]]
    board.kept += map(KeptEntry, stamps, events)
    board.do(OWNER, UNDO)
