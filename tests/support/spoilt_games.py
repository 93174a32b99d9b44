"""Play files with something wrong in them, from dice; and what must hold of each: read whole, or
one fault that names the file and the place. Small ones by themselves; `python -m tests.scores`
spoils recorded ones too."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec

from protocol.feed import Play
from server.readers.game import Game
from server.readers.games import read_games
from server.readers.report import Fault
from server.readers.score_table import rows_of
from server.rules.scoring.points import total_of
from server.rules.scoring.ruleset import preset
from tests.support.gsis_games import CATCHER, ID, KICKER, PASSER, TACKLER, content, node, tree
from tests.support.spoilt_documents import places

VALUES: list[Any] = [
    *(None, -1, 0, 2**60, 1e300, 1.5, "", " ", "x" * 3_000, [], [[0]], {}, True, "NE", "0", "36"),
    *("\u202e", "00-0000009", 26, 404, "7", "7.5", "nan", [1, 2], {"1": {}}, "Final", -300),
]


def small() -> bytes:
    """A file with a bit of everything."""
    plays: dict[int | str, dict[str, Any]] = {
        36: node((KICKER, 410, 70), (KICKER, 44, 65), ("AWY", 51, 0), note="KICKOFF"),
        57: node((PASSER, 16, 30), (CATCHER, 22, 30), ("HOM", 4, 0), (TACKLER, 79, 0)),
        80: node((KICKER, 72, 0)),
        95: node((PASSER, 20, -7), (TACKLER, 84, -7), (PASSER, 52, 0), (PASSER, 106, 0)),
    }
    document = tree(plays, home=7)
    document[ID]["home"]["stats"] = {"passing": {PASSER: {"att": 1, "yds": 30, "tds": 1}}}
    return content(document)


def _tree(data: bytes, dice: random.Random) -> tuple[Any, tuple[Any, ...]]:
    """A document and somewhere in it."""
    document = json.loads(data)
    return document, dice.choice([path for path in places(document) if path])


def _parent(document: Any, path: Sequence[Any]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def _replaced(data: bytes, dice: random.Random) -> bytes:
    document, path = _tree(data, dice)
    _parent(document, path)[path[-1]] = dice.choice(VALUES)
    return content(document)


def _missing(data: bytes, dice: random.Random) -> bytes:
    document, path = _tree(data, dice)
    del _parent(document, path)[path[-1]]
    return content(document)


def _again(data: bytes, dice: random.Random) -> bytes:
    """A part of a list twice, a member under another name too."""
    document, path = _tree(data, dice)
    parent = _parent(document, path)
    value = copy.deepcopy(parent[path[-1]])
    if isinstance(parent, list):
        cast("list[Any]", parent).append(value)
    else:
        parent[dice.choice(["0", "36", "57", "x", str(path[-1]) + "1"])] = value
    return content(document)


def _moved(data: bytes, dice: random.Random) -> bytes:
    """One part in the place of another."""
    document, path = _tree(data, dice)
    _, other = _tree(data, dice)
    value: Any = json.loads(data)
    for step in other:
        value = value[step]
    _parent(document, path)[path[-1]] = value
    return content(document)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _bytes(data: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    return bytes(spoilt)


def _packed(data: bytes, dice: random.Random) -> bytes:
    return _bytes(gzip.compress(data, 1), dice)


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "replaced": _replaced,
    "missing": _missing,
    "again": _again,
    "moved": _moved,
    "cut": _cut,
    "bytes": _bytes,
    "packed": _packed,
}
OF_TABLES = ("cut", "bytes", "packed")
"""Those that need no JSON."""


class Seen:
    """What came of spoilt files."""

    def __init__(self) -> None:
        self.by_mutation: Counter[str] = Counter()
        self.read = 0
        self.refused = 0
        self.faults: list[str] = []

    def take(self, how: str, data: bytes) -> None:
        """One more file, read as the command line reads it."""
        self.by_mutation[how] += 1
        found = read_games("game", data)
        if isinstance(found, Fault):
            self.refused += 1
            if not (found.path.startswith("game") and found.why):
                self.faults.append(f"{how}: {found} does not name the file and what is wrong")
            return
        self.read += 1
        for game in found.value:
            self.faults += [f"{how}: {fault}" for fault in not_whole(game)]
        if any(not odd.examples or odd.count < 1 for odd in found.oddities.values()):
            self.faults.append(f"{how}: an oddity without a place")


def not_whole(game: Game) -> list[str]:
    """What does not hold of a game that was read."""
    faults: list[str] = []
    teams = {side.team for side in game.sides()}
    if len(teams) != 2 or len({play.id for play in game.plays}) != len(game.plays):
        faults.append("one team or one play twice")
    try:
        msgspec.convert(msgspec.to_builtins(game.plays), tuple[Play, ...])
    except msgspec.ValidationError as error:
        faults.append(f"a play that no feed would take: {error}")
    lines = [line for play in game.plays for line in play.stats]
    if any(line.team not in teams or abs(line.yards) > 200 for line in lines):
        faults.append("a line of a third team, or of impossible yards")
    rows = rows_of([game], preset("ppr"), {})
    if any(row.points != total_of(row.parts) for row in rows):
        faults.append("parts that do not make the points")
    return faults


def spoil(sources: Sequence[bytes], files: int, seed: int) -> Seen:
    """So many spoilt files of these, with what came of them."""
    seen = Seen()
    dice = random.Random(seed)
    for _ in range(files):
        data = dice.choice(sources)
        is_tree = data[:1] == b"{"
        how = dice.choice([*MUTATIONS] if is_tree else [*OF_TABLES])
        seen.take(how, MUTATIONS[how](data, dice))
    return seen
