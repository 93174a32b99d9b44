"""Players searched for by page and server: the same ones in the same order, however badly typed."""

from __future__ import annotations

import json
from random import Random

import msgspec

from protocol.draft import Player
from server.drafts.search import Pool, Wanted
from tests.support.node import run_node

FIRST = ("José", "D'Andre", "Amon-Ra", "Chris", "Christian", "Zoë", "Łukasz", "Jo", "T.J.", "Bjørn")
LAST = (
    "Peña-Ríos", "O'Neal Jr.", "St. Brown", "McCaffrey", "Jefferson", "Roethlisberger", "Groß",
    "Smith-Schuster", "Mahomes", "Li", "Müller", "Etienne", "Ogunbowale",
)  # fmt: skip
PLAYERS = 400
TYPED = 600


def spoilt(word: str, chance: Random) -> str:
    """With up to three letters wrong, missing, too many or changed over, or cut off."""
    letters = list(word)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(letters)) if letters else 0
        match chance.randrange(5):
            case 0 if letters:
                del letters[at]
            case 1:
                letters.insert(at, chance.choice("aeoxz é-"))
            case 2 if letters:
                letters[at] = chance.choice("aeinrst")
            case 3 if at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            case _:
                letters = letters[: at + 3]
    return "".join(letters)


def test_DR82_the_page_finds_whom_the_server_finds_in_the_same_order() -> None:
    chance = Random(11)
    players = [
        Player(
            f"p{n}",
            f"{chance.choice(FIRST)} {chance.choice(LAST)}",
            ("QB",),
            rank=chance.choice((0, n + 1)),
            adp=chance.choice((None, n)),
        )
        for n in range(PLAYERS)
    ]
    typed = [spoilt(chance.choice(players).name, chance) for _ in range(TYPED)]
    typed += [spoilt(chance.choice(LAST), chance) for _ in range(TYPED)]
    rows = {one.id: msgspec.to_builtins(one) for one in players}
    done = run_node("tests/js/search_pool.mjs", said=json.dumps({"pool": rows, "typed": typed}))
    assert done.returncode == 0, done.stderr
    pool = Pool(players)
    found = json.loads(done.stdout)
    for text, ids in zip(typed, found, strict=True):
        assert ids == [one.id for one in pool.found(Wanted(text), most=PLAYERS)], text
    # Nothing found, or everybody, would be equal as well.
    assert sum(0 < len(ids) < PLAYERS // 2 for ids in found) > TYPED
