"""The library's model of the client against the server's rules: random libraries are played by the
rules, and the model must come to the same view after every entry, and guess nothing else."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from protocol.membership import Role
from server.rules.kind import Accepted
from tests.support.libraries import (
    FORMATION,
    add_item,
    delete_item,
    item_id,
    rename_folder,
    restore_item,
    set_item,
)
from tests.support.node import run_node
from tests.support.played_library import PlayedLibrary

LIBRARIES = 40
TURNS = 80
AUTHORS: tuple[tuple[str, Role], ...] = (
    ("a_ann", "editor"),
    ("a_ben", "editor"),
    ("a_own", "owner"),
    ("a_vic", "viewer"),
)
VALUES: dict[str, tuple[Any, ...]] = {
    "name": ("Six", "Ü"),
    "tags": (["Press", "press", "ÄB"], [], None),
    "folder": ("a", "a/b", "c", None),
    "players": (11, None),
    "archived": (True, False),
    "notes": ("N", None),
    "content": (FORMATION, FORMATION + "  "),
}


def new_command(chance: Random, played: PlayedLibrary) -> dict[str, Any]:
    """Something that somebody might do, likely or not to be accepted."""
    number = chance.randrange(6)
    names = chance.sample(sorted(VALUES), chance.choice((1, 2)))
    values = {name: chance.choice(VALUES[name]) for name in names}
    match chance.choices(range(6), weights=(4, 8, 2, 4, 3, 1))[0]:
        case 0:
            fresh = chance.choice((number, 1_000 + played.version))
            return add_item(fresh, chance.choice(("formation", "drill")), folder="a/b")
        case 1:
            return set_item(number, **values)
        case 2:
            return delete_item(number)
        case 3:
            return restore_item(number, chance.randint(0, played.version))
        case 4:
            folder, to = chance.choice(("a", "b", "a/b")), chance.choice(("b", "x/y", None))
            return rename_folder(folder, to)
        case _:
            return {"type": "library.configure", "conflicts": chance.choice(("latest", "ask"))}


def a_turn(chance: Random, played: PlayedLibrary) -> dict[str, Any]:
    """One command, what the rules made of it, and what members then see."""
    by, role = chance.choice(AUTHORS)
    command = new_command(chance, played)
    made = max(0, played.version - chance.choice((0, 0, 0, 3)))
    accepted = isinstance(played.submit(command, by=by, role=role, made=made), Accepted)
    return {
        "by": by,
        "role": role,
        "command": command,
        "entry": played.entries[-1] if accepted else None,
        "view": played.view() if accepted else None,
    }


def a_library(seed: int) -> dict[str, Any]:
    """One library, played."""
    chance, played = Random(seed), PlayedLibrary()
    view = played.view()
    return {"view": view, "turns": [a_turn(chance, played) for _ in range(TURNS)]}


def test_LB36_the_client_comes_to_the_view_of_the_rules_and_guesses_nothing_else() -> None:
    said = "\n".join(json.dumps(a_library(seed)) for seed in range(LIBRARIES))
    done = run_node("tests/js/replay_library.mjs", said=said)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:3] == []
    # A comparison of nothing would be right as well.
    assert found["entries"] > 500
    assert found["guesses"] > found["entries"] * 0.7


def test_LB36_the_ids_of_a_test_are_ids() -> None:
    assert item_id(1_080) == "i_00001080"
