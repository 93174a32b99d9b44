"""The board as a kind of room: who may do what."""

from typing import Any

import pytest
from msgspec import Struct

from protocol.membership import Role, WakeUp
from server.rules.board import BOARD
from server.rules.kind import Accepted, Rejected
from tests.support.boards import (
    OWNER,
    REDO,
    UNDO,
    Author,
    PlayedBoard,
    add,
    choice,
    delete,
    line,
    lock,
    move,
    resolve,
)

ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")

# Command, what is said, and who may say it: BD5, once more by hand.
WRITERS = {"owner", "editor", "annotator"}
PLAY = {"type": "playback.set", "at_ms": 0, "playing": True}
RIGHTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "objects.add": (add(line(9)), WRITERS),
    "objects.set": (move(1, 5), WRITERS),
    "objects.delete": (delete(1), WRITERS),
    "conflict.resolve": (resolve(choice(1, "at", "theirs", 1)), WRITERS),
    "undo": (UNDO, WRITERS),
    "redo": (REDO, WRITERS),
    "objects.lock": (lock(1), {"owner", "editor"}),
    "objects.put": ({"type": "objects.put", "objects": [line(9)]}, WRITERS),
    "board.load": ({"type": "board.load", "objects": [line(9)]}, {"owner", "editor"}),
    "layer.lock": ({"type": "layer.lock", "layer": "players", "on": True}, {"owner", "editor"}),
    "version.name": ({"type": "version.name", "version": 1, "name": "a"}, {"owner", "editor"}),
    "playback.set": (PLAY, {"owner", "editor"}),
    "playback.stop": ({"type": "playback.stop"}, {"owner", "editor"}),
    "present": ({"type": "present", "on": True}, {"owner", "editor"}),
    "board.lock": ({"type": "board.lock", "on": True}, {"owner", "editor"}),
    "history.restore": ({"type": "history.restore", "version": 0}, {"owner", "editor"}),
    "board.configure": ({"type": "board.configure", "conflicts": "ask"}, {"owner"}),
}


def test_BD5_the_table_is_the_one_that_is_written_down() -> None:
    assert {tag: set(right.roles) for tag, right in BOARD.may.items()} == {
        tag: roles for tag, (_, roles) in RIGHTS.items()
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tag", RIGHTS)
def test_BD5_every_command_by_every_role(tag: str, role: Role) -> None:
    board = PlayedBoard()
    board.do(OWNER, add(line(1)))
    author = Author("a_somebody", role, "client-of-somebody")
    if tag in {"undo", "redo"}:
        board.do(Author("a_somebody", "editor", "client-of-somebody"), move(1, 3))
    if tag == "redo":
        board.do(Author("a_somebody", "editor", "client-of-somebody"), UNDO)
    if tag == "playback.stop":
        board.do(OWNER, PLAY)
    said, roles = RIGHTS[tag]
    decision = board.decide(author, said)
    if role in roles:
        assert isinstance(decision, Accepted)
    else:
        assert decision == Rejected("forbidden")


def test_KD5_a_command_of_no_board_is_refused() -> None:
    board = PlayedBoard()
    assert board.decide(OWNER, WakeUp(5)) == Rejected("bad_command")

    class Unheard(Struct, tag="unheard.of"):
        pass

    assert board.decide(OWNER, Unheard()) == Rejected("bad_command")


def test_BD39_only_restoring_asks_for_an_earlier_state() -> None:
    board = PlayedBoard()
    board.do(OWNER, add(line(1)))
    assert board.decide(OWNER, {"type": "history.restore", "version": 0}) != Rejected(
        "unknown_version"
    )
    assert BOARD.past_version(WakeUp(5)) is None
