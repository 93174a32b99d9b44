"""Finding players."""

from __future__ import annotations

import random

import pytest

from protocol.draft import Player
from server.drafts.search import Pool, Wanted
from server.drafts.search import _distance as distance  # pyright: ignore[reportPrivateUsage] - against a plain one

PLAYERS = [
    Player("1", "Patrick Mahomes", ("QB",), "KC", 1, bye=6, tier=1),
    Player("2", "José Peña-Ríos", ("RB",), "SF", 2, bye=9, status="Q", tier=1),
    Player("3", "D'Andre O'Neal Jr.", ("WR",), "KC", 3, bye=6, tier=2),
    Player("4", "Amon-Ra St. Brown", ("WR",), "DET", 4, status="IR"),
    Player("5", "Josh Allen", ("QB",), "BUF", 5),
    Player("6", "Josh Allen", ("RB", "WR"), "JAX", 0, adp=60),
    Player("7", "Justin Jefferson", ("WR",), "MIN", 0, adp=50),
]
POOL = Pool(PLAYERS)


def ids(**wanted: object) -> str:
    return "".join(one.id for one in POOL.found(Wanted(**wanted), frozenset({"1"})))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - of whatever a case asks


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mah", "1"),
        ("mahomes pat", "1"),
        ("pena", "2"),
        ("PEÑA rios", "2"),
        ("pm", "1"),
        ("arsb", "4"),
        ("oneal", "3"),
        ("josh al", "56"),
        ("mahmes", "1"),
        ("mahoems", "1"),
        ("mahommes", "1"),
        ("jeffersn", "7"),
        ("jefersin", "7"),
        ("jof", ""),
        ("xahomes", ""),
        ("", "1234576"),
    ],
)
def test_DR78_names_are_found_by_beginnings_initials_and_with_typing_errors(
    typed: str, found: str
) -> None:
    assert ids(name=typed) == found


def test_DR78_what_was_typed_right_comes_first() -> None:
    pool = Pool(
        [Player("1", "Ann Browm", ("QB",), rank=1), Player("2", "Bo Brown", ("QB",), rank=2)]
    )
    assert [one.id for one in pool.found(Wanted("brown"))] == ["2", "1"]
    assert [one.id for one in pool.found(Wanted("brown"), most=1)] == ["2"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"team": "kc"}, "13"),
        ({"team": "KC", "free": True}, "3"),
        ({"position": "WR"}, "3476"),
        ({"position": "qb/rb"}, "1256"),
        ({"status": "ir"}, "4"),
        ({"status": ""}, "13576"),
        ({"tier": 1}, "12"),
        ({"bye": 6, "position": "WR"}, "3"),
    ],
)
def test_DR78_and_by_what_they_are(wanted: dict[str, object], found: str) -> None:
    assert ids(**wanted) == found


def plain_distance(word: str, typed: str) -> int:
    """The same by its definition, for every beginning of the word."""

    def full(a: str, b: str) -> int:
        table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
        for i in range(1, len(a) + 1):
            for j in range(1, len(b) + 1):
                table[i, j] = min(
                    table[i - 1, j] + 1,
                    table[i, j - 1] + 1,
                    table[i - 1, j - 1] + (a[i - 1] != b[j - 1]),
                )
                if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                    table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
        return table[len(a), len(b)]

    return min(full(typed, word[:end]) for end in range(len(word) + 1))


def test_DR78_the_distance_is_that_of_its_definition() -> None:
    chance = random.Random(3)
    for _ in range(2_000):
        word = "".join(chance.choices("abc", k=chance.randint(1, 8)))
        typed = "".join(chance.choices("abc", k=chance.randint(1, 8)))
        for most in (1, 2):
            wanted = plain_distance(word[: len(typed) + most], typed)
            found = distance(word[: len(typed) + most], typed, most)
            assert found == wanted or (found > most and wanted > most), (word, typed, most)
