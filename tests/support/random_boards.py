"""Boards with a random history: several people add, move, write, delete, take back, restore, and
bind things to each other. A seed gives the same history every time."""

from __future__ import annotations

import random
from typing import Any

from protocol.board import BoardSettings
from tests.support.boards import ANN, BEN, NOTA, OWNER, Author, PlayedBoard, object_id

AUTHORS: tuple[Author, ...] = (OWNER, ANN, BEN, ANN.on("client-of-anns-phone"), NOTA)
PHASES = ("o_phase_one", "o_phase_two")
THINGS = 6


def stop_of(phase: str, of: str) -> str:
    """A stop's id."""
    return f"o_{phase[2:]}-{of[2:]}"


def _place(dice: random.Random) -> list[int]:
    return [dice.randrange(-40, 41) * 1_000, dice.randrange(-25, 26) * 1_000]


def _add(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    number = dice.randrange(THINGS)
    sort = dice.choice(("token", "token", "line", "ball"))
    props: dict[str, Any] = {"at": _place(dice)}
    if sort == "line":
        props["points"] = [[0, 0], _place(dice)]
    elif sort == "token":
        props["number"] = dice.randrange(99)
    return {"type": "objects.add", "objects": [_new(object_id(number), sort, props)]}


def _new(id_: str, sort: str, props: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "sort": sort, "props": props}


def _set(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    chosen = dice.sample(sorted(board.state.objects) or [object_id(0)], k=1)
    values: dict[str, Any] = dice.choice(
        (
            {"at": _place(dice)},
            {"at": _place(dice), "layer": dice.randrange(3)},
            {"ink": dice.choice(("#ffffff", "#000000", None))},
            {"name": dice.choice(("Ada", "Bo", None))},
        )
    )
    return {"type": "objects.set", "changes": [{"id": one, "set": values} for one in chosen]}


def _delete(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    known = sorted(board.state.objects) or [object_id(0)]
    return {"type": "objects.delete", "ids": dice.sample(known, k=min(len(known), 2))}


def _put(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    phase, of = dice.choice(PHASES), object_id(dice.randrange(THINGS))
    ends = [object_id(n) for n in dice.sample(range(THINGS), k=2)]
    objects = dice.choice(
        (
            [_new(phase, "phase", {"rank": dice.choice("abc"), "duration": 1_500})],
            [_new(stop_of(phase, of), "stop", {"phase": phase, "of": of, "at": _place(dice)})],
            [_new("o_link0001", "link", {"ends": ends})],
            [_new("o_said0001", "comment", {"at": [0, 0], "text": "!", "pin": of})],
        )
    )
    return {"type": "objects.put", "objects": objects}


def _restore(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "history.restore", "version": dice.randint(1, board.version)}
    if dice.random() < 0.6:
        known = sorted({*board.state.objects, *(object_id(n) for n in range(THINGS))})
        said["ids"] = dice.sample(known, k=dice.randint(1, 2))
    return said


def _again(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    return {"type": dice.choice(("undo", "undo", "undo", "redo"))}


def _configure(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    return {"type": "board.configure", "zones": dice.choice(("none", "thirds", "lanes"))}


def _lock(dice: random.Random, board: PlayedBoard) -> dict[str, Any]:
    known = sorted(board.state.objects) or [object_id(0)]
    return {"type": "objects.lock", "ids": [dice.choice(known)], "on": dice.random() < 0.4}


ACTS = (
    (_add, 6),
    (_set, 9),
    (_delete, 3),
    (_put, 6),
    (_again, 5),
    (_restore, 3),
    (_lock, 1),
    (_configure, 2),
)
"""What people do, and how often."""


def random_board(seed: int, steps: int = 50) -> PlayedBoard:
    """A board after so many attempts; what the rules refuse leaves no entry."""
    dice = random.Random(seed)
    board = PlayedBoard(BoardSettings(conflicts=dice.choice(("latest", "ask"))))
    acts = [act for act, often in ACTS for _ in range(often)]
    # somebody has begun, so that every version is one of a board with something on it
    board.do(OWNER, _add(dice, board))
    for _ in range(steps):
        act = dice.choice(acts)
        made = max(board.version - dice.choice((0, 0, 0, 2)), 0)
        author = dice.choice(AUTHORS)
        board.submit(author, act(dice, board), made)
        if act is _again and dice.random() < 0.4:
            board.submit(author, {"type": "redo"})
    return board
