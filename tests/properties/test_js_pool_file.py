"""Files of players, read by page and server: the same players out of the same columns."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from protocol.draft import Player
from server.readers.player_pool import read_pool
from server.readers.report import Reading
from tests.support.node import run_node

ROUGH = 60
HEADS = ("id", "gsis_id", "name", "pos", "team", "ecr", "adp", "bye", "tier", "points", "status")
CELLS: dict[str, tuple[str, ...]] = {
    "id": ("1", "2", "a b", "", "7"),
    "gsis_id": ("00-1", "", "00-2"),
    "name": ("Ann Lee", '"Bo, ""B"""', "Ünal Öz", "", "  Two   Words "),
    "pos": ("QB", "RB/WR", "D/ST", "pk", "", "WR TE"),
    "team": ("KC", "", "SF"),
    "ecr": ("1", "2.4", "", "x", "9999999", "-3"),
    "adp": ("1.5", "", "30", "-1"),
    "bye": ("7", "", "99", "6.0"),
    "tier": ("1", "", "3"),
    "points": ("120.3", "-4", ""),
    "status": ("Questionable", "IR", "", "Active"),
}


def a_rough_file(chance: Random) -> str:
    """A table with holes, doubles and nonsense in it."""
    heads = [one for one in HEADS if one in {"name", "pos"} or chance.random() < 0.7]
    lines = [",".join(chance.choice(CELLS[head]) for head in heads) for _ in range(12)]
    return "\n".join([",".join(heads), *lines, "1"]) + "\n"


def by_the_server(text: str) -> list[Any]:
    """Rows with everything in them; none where the file is refused."""
    found = read_pool("pool", text.encode())
    if not isinstance(found, Reading):
        return []
    return [list(msgspec.structs.astuple(player)) for player in found.value.players]


def test_DR69_the_page_reads_the_players_that_the_server_reads(shared_data: Path) -> None:
    chance = Random(7)
    folder = shared_data / "fantasy"
    real = ("draft_pool_2020.csv", "preseason_rankings_2019.csv")
    files = [(folder / name).read_text(encoding="utf-8") for name in real]
    files += [a_rough_file(chance) for _ in range(ROUGH)]
    done = run_node("tests/js/read_pool.mjs", said="\n".join(map(json.dumps, files)))
    assert done.returncode == 0, done.stderr
    some = 0
    for text, found in zip(files, json.loads(done.stdout), strict=True):
        rows = [
            list(msgspec.structs.astuple(msgspec.convert(row, Player)))
            for row in json.loads(json.dumps(found["players"]))
        ]
        assert rows == by_the_server(text), text[:600]
        some += len(rows) > 0
    # Nothing would be equal as well.
    assert some > ROUGH / 2
