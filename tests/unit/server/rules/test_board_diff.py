"""What differs between two versions of a board, by whom, and how far."""

from __future__ import annotations

from typing import Any

import msgspec

from server.rules.board_diff import Picture, Walk
from tests.support.boards import (
    ANN,
    BEN,
    OWNER,
    UNDO,
    PlayedBoard,
    add,
    delete,
    line,
    lock,
    move,
    object_id,
    set_of,
    token,
)


def between(board: PlayedBoard, first: int) -> Any:
    """The difference between version `first` and now, as it goes over the wire."""
    earlier = PlayedBoard(board.settings)
    state = board.at(first)
    assert state is not None
    earlier.state = state
    walk = Walk(msgspec.convert(earlier.view(), Picture))
    for version in range(first + 1, board.version + 1):
        entry = board.entry(version)
        for event in entry["events"]:
            walk.take(version, entry["by"], event)
    return msgspec.json.decode(msgspec.json.encode(walk.difference()))


def begun() -> PlayedBoard:
    board = PlayedBoard()
    board.do(OWNER, add(token(1, number=9), token(2), line(3)))
    return board


def test_BD81_a_move_says_how_far_and_by_whom() -> None:
    board = begun()
    board.do(ANN, move(1, 3_000, 1_000))
    board.do(BEN, move(1, 3_000, 4_000))
    (row,) = between(board, 1)["objects"]
    assert row == {
        "id": object_id(1),
        "sort": "token",
        "what": "changed",
        "version": 3,
        "by": BEN.account,
        "changes": {
            "at": {"before": [0, 0], "after": [3_000, 4_000], "version": 3, "by": BEN.account}
        },
        "moved": 5_000,
    }


def test_BD80_there_and_back_is_no_difference() -> None:
    board = begun()
    board.do(ANN, move(1, 3_000))
    board.do(ANN, UNDO)
    board.do(BEN, set_of(1, name="Ada"))
    board.do(BEN, set_of(1, name=None))
    board.do(BEN, lock(2))
    assert between(board, 1) == {"settings": {}, "objects": []}
    assert between(board, board.version) == {"settings": {}, "objects": []}


def test_BD80_whoever_says_the_same_again_changed_nothing() -> None:
    board = begun()
    board.do(ANN, set_of(1, name="Ada"))
    board.do(BEN, {**set_of(1, name="Ada", role="GK")})
    (row,) = between(board, 1)["objects"]
    assert (row["by"], row["version"]) == (BEN.account, 3)
    assert row["changes"]["name"]["by"] == ANN.account
    assert "moved" not in row


def test_BD80_what_came_and_what_went() -> None:
    board = begun()
    board.do(BEN, delete(2))
    board.do(ANN, add(token(4, name=None, number=7)))
    assert between(board, 1)["objects"] == [
        {
            "id": object_id(4),
            "sort": "token",
            "what": "added",
            "version": 3,
            "by": ANN.account,
            "props": {"at": [0, 0], "number": 7},
        },
        {
            "id": object_id(2),
            "sort": "token",
            "what": "removed",
            "version": 2,
            "by": BEN.account,
            "props": {"at": [0, 0]},
        },
    ]


def test_BD80_another_thing_under_the_same_id_went_and_came() -> None:
    walk = Walk(
        msgspec.convert(
            {"objects": {object_id(1): {"sort": "token", "props": {"at": [1, 2]}}}}, Picture
        )
    )
    walk.take(8, "a_ann", {"type": "objects.deleted", "ids": [object_id(1)]})
    walk.take(9, "a_ben", {"type": "objects.added", "objects": [line(1)]})
    rows = msgspec.to_builtins(walk.difference())["objects"]
    assert [(row["what"], row["sort"], row["version"], row["by"]) for row in rows] == [
        ("added", "line", 9, "a_ben"),
        ("removed", "token", 8, "a_ann"),
    ]


def test_BD80_settings_count_with_what_an_event_leaves_out() -> None:
    board = begun()
    board.do(OWNER, {"type": "board.configure", "zones": "thirds"})
    assert between(board, 1)["settings"] == {
        "zones": {"before": "none", "after": "thirds", "version": 2, "by": OWNER.account}
    }
    board.do(OWNER, {"type": "board.configure", "zones": "none"})
    assert between(board, 2)["settings"]["zones"]["after"] == "none"
    assert between(board, 1)["settings"] == {}


def test_BD80_the_rooms_own_events_are_passed_over() -> None:
    walk = Walk(Picture())
    walk.take(2, "a_ann", {"type": "chat.said", "text": "Hello"})
    walk.take(3, "a_ann", {"type": "version.named", "version": 2, "name": "A"})
    assert msgspec.to_builtins(walk.difference()) == {"settings": {}, "objects": []}
